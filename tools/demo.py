"""Show the quick start, run against an emulator of its own: the life of a token, and a node that modules configure.

Run by `make demo`. It needs no account, asks for nothing, and leaves one file, the log below .build/demo.
Exit code 1 and one line where a step does not do what it says; 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import IO, Any, NoReturn

import _project as project
import requests
from paas_emulator.running import NotStartedError, running
from paas_emulator.services.exec.sandbox import Sandbox, SandboxError

LOG = "ansible.log"
LEGEND = "Each line shows a task, its credential, and its API calls. Calls that change something are named."
KEPT = "`make demo KEEP=1` leaves the emulator running, with its dashboard for a browser."
PLAYBOOK = f"{project.NAMESPACE}.{project.NAME}.quickstart"
NODES_PLAYBOOK = f"{PLAYBOOK}_nodes"
PLAYBOOK_SECONDS = 120.0
LOGIN, PASSWORD = "you@example.com", secrets.token_urlsafe(24)
SIGN_IN = "users.authentication.Signin"
EXEC = "environment.control.ExecCmdById"  # the one method of the connection to nodes
BOLD, DIM, GREEN, YELLOW, RESET = "\033[1m", "\033[2m", "\033[32m", "\033[33m", "\033[0m"


class DemoError(Exception):
    """The demonstration cannot go on; one line says why."""


def write(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


def tinted(colour: str, text: str) -> str:
    """A text in a colour, if colours are welcome."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    coloured = not plain and (sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR")))
    return f"{colour}{text}{RESET}" if coloured else text


def short(method: str) -> str:
    """``environment.control.StopEnv`` as ``StopEnv``."""
    return method.rpartition(".")[2]


@dataclass(frozen=True)
class Outcome:
    """What a finished run of a playbook did.

    Attributes:
        tasks: the name of each task, whether it failed, its result, and its calls by the journal, in order.
        calls: the emulator's journal.
    """

    tasks: tuple[dict[str, Any], ...]
    calls: tuple[dict[str, Any], ...]

    @property
    def writes(self) -> tuple[str, ...]:
        """Full names of the methods that changed something on the platform, in order."""
        return tuple(call["method"] for call in self.calls if call["write"] and call["method"] != EXEC)

    def latest(self, member: str) -> Any:
        """A member of the last result that has it; None where none has."""
        results = (task["result"] for task in reversed(self.tasks))
        return next((result[member] for result in results if result.get(member) is not None), None)

    def show(self) -> None:
        """Write a line for each task that called the platform: the calls that wrote by name, the others by number."""
        for task in self.tasks:
            in_node = sum(call["method"] == EXEC for call in task["calls"])
            calls: dict[str, int] = task["result"].get("api_calls") or ({EXEC: in_node} if in_node else {})
            words = [short(method) for method in sorted(calls) if method in self.writes]
            rest = sum(count for method, count in calls.items() if method not in self.writes)
            words += [f"{rest} call{'s' if rest > 1 else ''}"] if rest else []
            said = f"{'by password' if SIGN_IN in calls else 'by token':12} {' + '.join(words)}"
            mark = tinted(YELLOW, "changed") if task["result"].get("changed") else tinted(GREEN, "ok     ")
            if calls:
                write(f"   {mark}  {task['task']:39} {tinted(DIM, said)}")


class Stage:
    """Runs playbooks as a user with an account of the emulator at URL does, with every file in one folder.

    Args:
        temp: for temporary files.
        log: gets all that Ansible prints.
    """

    def __init__(self, folder: Path, temp: str, url: str, log: IO[str]) -> None:
        self.store = folder / "quickstart-tokens.yml"
        self._url, self._folder, self._log = url, folder, log
        self._results = folder / "results.jsonl"
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy of the user's has no part in what stays on this machine
        (folder / "paas.yml").write_text("plugin: inet.elastic.paas\n", encoding="utf-8")
        vault = folder / "vault-password"
        vault.touch(mode=0o600)
        vault.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        # The caller's environment without what would steer Ansible or name another account.
        steers = ("ANSIBLE_", "PAAS_", "PYTHONPATH")
        self._environment = {name: text for name, text in os.environ.items() if not name.startswith(steers)} | {
            "PAAS_API_URL": url,
            "PAAS_LOGIN": LOGIN,
            "PAAS_PASSWORD": PASSWORD,
            "PAAS_TOKEN_STORE": str(self.store),
            "ANSIBLE_VAULT_PASSWORD_FILE": str(vault),
            "ANSIBLE_CONFIG": str(project.ROOT / "tools" / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(project.WORKSPACE),
            **dict.fromkeys(("ANSIBLE_HOME", "ANSIBLE_LOCAL_TEMP", "ANSIBLE_REMOTE_TEMP"), str(folder / "ansible")),
            "ANSIBLE_CALLBACK_PLUGINS": str(project.ROOT / "tests" / "integration" / "plugins" / "callback"),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "true",
            "RECORD_FILE": str(self._results),
            "RECORD_CALLS": "1",
            "PROCESS_FILE": os.devnull,
            **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1"),
            "TMPDIR": temp,
        }

    def request(self, method: str, path: str, **how: Any) -> Any:
        """Return the answer of the emulator to one request; DemoError if it fails."""
        try:
            answer = self._http.request(method, f"{self._url}/{path}", timeout=10, **how)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise DemoError(f"the emulator does not answer as it should ({type(error).__name__})") from None
        if found.get("result"):
            raise DemoError(f"the emulator refuses {path} (result {found['result']})")
        return found

    def set_days_left(self, days: int) -> None:
        """Give every token of the account an end this many days from now, as its owner can."""
        service = "1.0/users/authentication/rest"
        session = self.request("POST", f"{service}/signin", data={"login": LOGIN, "password": PASSWORD})["session"]
        ends = f"{datetime.now(timezone.utc) + timedelta(days=days):%Y-%m-%d %H:%M:%S}"
        for token in self.request("POST", f"{service}/gettokens", data={"session": session})["apiTokens"]:
            edit = {"session": session, "id": token["id"], "expiresAt": ends}
            self.request("POST", f"{service}/edittoken", data=edit)
        self.request("POST", f"{service}/signout", data={"session": session})

    def play(self, *arguments: str) -> Outcome:
        """Run a playbook to its end; DemoError with the line of the task that failed."""
        self.request("DELETE", "_emulator/journal")
        self._results.unlink(missing_ok=True)
        code = self.run("ansible-playbook", *arguments).returncode
        lines = self._results.read_text(encoding="utf-8").splitlines() if self._results.exists() else []
        tasks = tuple(map(json.loads, lines))
        failed = [task for task in tasks if task["failed"]]
        if code and failed:
            reason = failed[-1]["result"].get("msg", "no reason given")
            raise DemoError(f"the task {failed[-1]['task']!r} failed: {reason}")
        if code:
            raise DemoError(f"ansible-playbook ended with code {code}")
        left = self.request("GET", "_emulator/journal")["calls"]
        return Outcome(tasks, (*(call for task in tasks for call in task["calls"]), *left))

    def run(self, program: str, *arguments: str, keep: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a program of Ansible; its output goes to the log, or is kept."""
        print(f"\n$ {' '.join([program, *arguments])}", file=self._log, flush=True)
        try:
            return subprocess.run(
                [str(Path(sys.executable).parent / program), *arguments],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if keep else self._log,
                stderr=self._log,
                text=True,
                timeout=PLAYBOOK_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DemoError(f"{program} did not end within {PLAYBOOK_SECONDS:g} seconds") from None


# What came out of each step; DemoError if that is not what the title of the step says.


def token_fact(outcome: Outcome) -> str:
    """What the token may do, and how long."""
    token = outcome.latest("token")
    if token is None or not token["stored"]:
        raise DemoError("the token is not there, or its value is not stored")
    may = ", ".join(map(short, token["api_methods"]))
    return f"token {token['description']} can call {may} until {token['expires_at'][:10]}"


def status(wanted: str) -> Callable[[Outcome, Stage], list[str]]:
    def facts(outcome: Outcome, _stage: Stage) -> list[str]:
        environment = outcome.latest("environment") or {}
        if environment.get("status") != wanted:
            raise DemoError(f"the environment is {environment.get('status', 'not there')}, not {wanted}")
        return [f"environment {environment['name']} is {wanted}"]

    return facts


def created(outcome: Outcome, stage: Stage) -> list[str]:
    """Also that the store is encrypted, and for its owner alone."""
    first = stage.store.read_text(encoding="utf-8").partition("\n")[0]
    mode = stage.store.stat().st_mode & 0o777
    if not first.startswith("$ANSIBLE_VAULT;") or mode != 0o600:
        raise DemoError("the token store is not encrypted, or others can read it")
    stored = f"its value is stored in {stage.store.name}: {first}, mode {mode:04o}"
    return [token_fact(outcome), stored, *status("running")(outcome, stage)]


def unchanged(outcome: Outcome, _stage: Stage) -> list[str]:
    if any(task["result"].get("changed") for task in outcome.tasks):
        raise DemoError("a task says that it changed something")
    return ["nothing was changed"]


def renewed(outcome: Outcome, _stage: Stage) -> list[str]:
    refused = outcome.latest("failure")
    if refused is None:
        raise DemoError("the replaced value of the token was not refused")
    accepted = f"the platform refuses the old value (result {refused['code']}) and accepts the new stored value"
    return [token_fact(outcome), accepted]


def configured(outcome: Outcome, _stage: Stage) -> list[str]:
    """The settings as they are in the node."""
    settings = base64.b64decode(outcome.latest("content") or "").decode().strip()
    if not settings or outcome.latest("environment")["status"] != "running":
        raise DemoError("the environment does not run, or its node has no settings")
    return [f"settings.ini in node {outcome.latest('environment')['node_list'][0]['id']}: {settings}"]


def predicted(outcome: Outcome, _stage: Stage) -> list[str]:
    change = outcome.latest("diff")[0]
    return [f"settings.ini would change from {change['before'].strip()!r} to {change['after'].strip()!r}"]


def removed(outcome: Outcome, stage: Stage) -> list[str]:
    if not outcome.latest("removed") or outcome.latest("environment") is not None:
        raise DemoError("the token or the environment is still there")
    shown = stage.run("ansible-vault", "view", str(stage.store), keep=True).stdout.split()
    if shown != ["version:", "1", "tokens:", "{}"]:
        raise DemoError("the token store still has an entry, or ansible-vault cannot show it")
    return ["the account is as it was before the demo", f"the token store is empty: {' '.join(shown[2:])}"]


@dataclass(frozen=True)
class Step:
    """One run of a playbook.

    Attributes:
        title: what it shows.
        writes: the calls that change something on the platform, which it must make and no others.
        arguments: of the program, after the playbook.
        days_left: days until the token ends, set on the platform before the run; 0 leaves the end alone.
        in_node: whether the playbook is the one that works in a node.
    """

    title: str
    writes: tuple[str, ...]
    facts: Callable[[Outcome, Stage], list[str]]
    arguments: tuple[str, ...] = ()
    days_left: int = 0
    in_node: bool = False


MOVED = "Ten days before the token expires (the expiry is moved for this demo), run the playbook"
STOPPED, ABSENT = ("-e", "quickstart_state=stopped"), ("-e", "quickstart_state=absent")
REMOVE = "Remove the environment and the token"
CREATED, REMOVED = ("CreateToken", "CreateEnvironment"), ("DeleteEnv", "DeleteTokens")
EIGHT = ("-e", "quickstart_nodes_workers=8")
STEPS = (
    Step("Create a token, and an environment that the token can read, stop and start", CREATED, created),
    Step("The same command again", (), unchanged),
    Step("Stop the environment with the stored token", ("StopEnv",), status("stopped"), STOPPED),
    Step("Start the environment again", ("StartEnv",), status("running")),
    Step(MOVED, ("EditToken", "RegenerateToken"), renewed, days_left=10),
    Step(REMOVE, REMOVED, removed, ABSENT),
    Step("Create an environment, read the inventory, and configure the node", CREATED, configured, in_node=True),
    Step("Check what a change would do", (), predicted, (*EIGHT, "--check", "--diff"), in_node=True),
    Step("Make the change", (), configured, EIGHT, in_node=True),
    Step("The same command again", (), unchanged, EIGHT, in_node=True),
    Step(REMOVE, REMOVED, removed, ("-e", "quickstart_nodes_state=absent"), in_node=True),
)


def show(playbook: str, base: Path, log: IO[str], keep: bool) -> None:
    """All steps, or all but the removal to KEEP the rest; DemoError for the first that does not do what it says."""
    account, options, problem = [f"{LOGIN}:{PASSWORD}"], ["--exec", "sandbox"], ""
    try:
        Sandbox.check()
    except SandboxError as error:
        options, problem = [], str(error)
    with (
        tempfile.TemporaryDirectory(prefix="run-", dir=base) as folder,
        # A short path, as ansible-core puts a socket there.
        tempfile.TemporaryDirectory(prefix="demo-", dir="/tmp") as temp,
        running(account, *options, log=log, environment=project.environment(), folder=project.ROOT) as url,
    ):
        write(tinted(BOLD, f"The life of a personal access token, on an emulator of the platform at {url}"), LEGEND)
        stage = Stage(Path(folder), temp, url, log)
        for number, step in enumerate(STEPS[:-1] if keep else STEPS, 1):
            if step.in_node and problem:
                write("", tinted(YELLOW, f"!!! NOT SHOWN: steps {number} to {len(STEPS)}, in a node: {problem} !!!"))
                break
            words = [*(["-i", "paas.yml", NODES_PLAYBOOK] if step.in_node else [playbook]), *step.arguments]
            write("", tinted(BOLD, f"{number}. {step.title}"), f"   $ ansible-playbook {' '.join(words)}")
            try:
                if step.days_left:
                    stage.set_days_left(step.days_left)
                outcome = stage.play(*words)
                wrote = tuple(map(short, outcome.writes))
                if wrote != step.writes:
                    named = (", ".join(methods) or "nothing" for methods in (wrote, step.writes))
                    raise DemoError("it wrote {}, not {}".format(*named))
                facts = step.facts(outcome, stage)
            except DemoError as error:
                raise DemoError(f"step {number}: {error}") from None
            outcome.show()
            write(*(f"   -> {fact}" for fact in facts))
        if keep:
            # Not before, as calls of the page are in the journal. The password is made up, and ends with the emulator.
            write("", f"To see it in a browser, open {url}, login {LOGIN}, password {PASSWORD}; Ctrl-C ends it")
            signal.pause()


def stop(_number: int, _frame: object) -> NoReturn:
    """End as after Ctrl-C: by way of every `finally`."""
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(description="Show the quick start against an emulator.")
    parser.add_argument("--playbook", default=PLAYBOOK, help="another playbook than %(default)s, for trying changes")
    parser.add_argument("--folder", type=Path, default=project.BUILD / "demo", help="where all files go")
    parser.add_argument("--keep", action="store_true", help="leave the emulator running, with what the demo made")
    options = parser.parse_args()
    folder = options.folder.absolute()
    shown = folder.relative_to(project.ROOT) if folder.is_relative_to(project.ROOT) else folder
    signal.signal(signal.SIGTERM, stop)
    started = time.monotonic()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOG).open("w", encoding="utf-8") as log:
            show(options.playbook, folder, log, options.keep)
    except (DemoError, NotStartedError) as error:
        print(f"demo: {error}; the full log is {shown / LOG}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"demo: cannot write to {shown}: {error.strerror}; choose another --folder", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("demo: stopped, and the emulator with it", file=sys.stderr)
        return 130
    seconds = int(time.monotonic() - started) + 1
    write("", f"Done in {seconds} s. Ansible's own output is in {shown / LOG}.", KEPT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
