"""Internal to tools/demo.py: an emulator of its own, and playbooks run against it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import IO, Any

import _project as project
import requests
from paas_emulator.running import NotStartedError, running

LOGIN = "you@example.com"
PLAYBOOK_SECONDS = 120.0
# Newer versions of ansible-core put a socket below TMPDIR, and the path of a socket has about 100 characters at most.
LONGEST_TEMP = 70
CALLBACKS = project.ROOT / "tools" / "_demo_callback"


class DemoError(Exception):
    """The demonstration cannot go on; one line says why."""


class Emulator:
    """The control path of a running emulator."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        # A proxy of the user's has no part in what stays on this machine.
        self._session.trust_env = False

    def request(self, method: str, path: str, **how: Any) -> Any:
        """Return the answer to one request; DemoError if it fails."""
        try:
            answer = self._session.request(method, f"{self.url}/{path}", timeout=10, **how)
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            raise DemoError(f"the emulator does not answer as it should ({type(error).__name__})") from None

    def set_days_left(self, password: str, days: int) -> None:
        """Give every token of the account an end this many days from now, as its owner can; DemoError if that fails."""
        session = self._call("signin", login=LOGIN, password=password)["session"]
        end = datetime.now(timezone.utc) + timedelta(days=days)
        for token in self._call("gettokens", session=session)["apiTokens"]:
            self._call("edittoken", session=session, id=token["id"], expiresAt=f"{end:%Y-%m-%d %H:%M:%S}")
        self._call("signout", session=session)

    def _call(self, method: str, **params: Any) -> Any:
        answer = self.request("POST", f"1.0/users/authentication/rest/{method}", data=params)
        if answer.get("result") != 0:
            raise DemoError(f"the emulator refuses {method} (result {answer.get('result')})")
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._session.close()


@contextlib.contextmanager
def emulator(password: str, log: IO[str]) -> Iterator[Emulator]:
    """An emulator on a free port with one account; ended at the end of the block, however that comes."""
    account = f"{LOGIN}:{password}"
    try:
        with (
            running([account], log=log, environment=project.environment(), folder=project.ROOT) as url,
            contextlib.closing(Emulator(url)) as control,
        ):
            yield control
    except NotStartedError as error:
        raise DemoError(str(error)) from None


@dataclass(frozen=True)
class Outcome:
    """What a finished run of a playbook did.

    Attributes:
        tasks: what the callback noted of each task, in order.
        calls: the emulator's journal.
    """

    tasks: tuple[dict[str, Any], ...]
    calls: tuple[dict[str, Any], ...]

    @property
    def writes(self) -> tuple[str, ...]:
        """Methods of the calls that changed something, in order, without namespace and service."""
        return tuple(short(call["method"]) for call in self.calls if call["write"])

    @property
    def changing(self) -> frozenset[str]:
        """Full names of the methods that changed something."""
        return frozenset(call["method"] for call in self.calls if call["write"])

    def latest(self, member: str) -> Any:
        """A member of the last result that has it; None where none has."""
        return next((task[member] for task in reversed(self.tasks) if task.get(member) is not None), None)


def short(method: str) -> str:
    """``environment.control.StopEnv`` as ``StopEnv``."""
    return method.rpartition(".")[2]


@contextlib.contextmanager
def temporary(folder: Path) -> Iterator[Path]:
    """Where programs may put temporary files: FOLDER, or a short path for the block where it is too long."""
    if len(str(folder)) <= LONGEST_TEMP:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="demo-", dir="/tmp") as short_one:
        yield Path(short_one)


class Stage:
    """Runs playbooks as a user with an account of the emulator does, with every file in one folder.

    Args:
        folder: for the token store, the vault password and what Ansible keeps.
        temp: for temporary files.
        log: gets all that Ansible prints.
    """

    def __init__(self, folder: Path, temp: Path, running: Emulator, password: str, log: IO[str]) -> None:
        self.store = folder / "quickstart-tokens.yml"
        self._folder = folder
        self._emulator = running
        self._log = log
        self._results = folder / "results.jsonl"
        vault = folder / "vault-password"
        vault.touch(mode=0o600)
        vault.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        self._environment = self._clean() | {
            "PAAS_API_URL": running.url,
            "PAAS_LOGIN": LOGIN,
            "PAAS_PASSWORD": password,
            "PAAS_TOKEN_STORE": str(self.store),
            "ANSIBLE_VAULT_PASSWORD_FILE": str(vault),
            "ANSIBLE_CONFIG": str(project.ROOT / "tools" / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(project.WORKSPACE),
            "ANSIBLE_HOME": str(folder / "ansible"),
            "ANSIBLE_LOCAL_TEMP": str(folder / "ansible"),
            "ANSIBLE_REMOTE_TEMP": str(folder / "ansible"),
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "demo_results",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "true",
            "DEMO_RESULTS": str(self._results),
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "TMPDIR": str(temp),
        }

    @staticmethod
    def _clean() -> dict[str, str]:
        """The caller's environment without what would steer Ansible or name another account."""
        return {
            name: value
            for name, value in project.environment().items()
            if not name.startswith(("ANSIBLE_", "PAAS_", "PYTHONPATH"))
        }

    def play(self, playbook: str, *arguments: str) -> Outcome:
        """Run a playbook to its end.

        Raises:
            DemoError: it failed; the line is that of the task.
        """
        self._emulator.request("DELETE", "_emulator/journal")
        self._results.unlink(missing_ok=True)
        code = self._run("ansible-playbook", playbook, *arguments).returncode
        lines = self._results.read_text(encoding="utf-8").splitlines() if self._results.exists() else []
        tasks = tuple(map(json.loads, lines))
        failed = next((task for task in reversed(tasks) if task["failed"]), None)
        if code:
            raise DemoError(
                f"the task {failed['task']!r} failed: {failed.get('msg', 'no reason given')}"
                if failed
                else f"ansible-playbook ended with code {code}"
            )
        outcome = Outcome(tasks, tuple(self._emulator.request("GET", "_emulator/journal")["calls"]))
        _check_agreement(outcome)
        return outcome

    def shown_store(self) -> str:
        """The decrypted content of the store, as ``ansible-vault view`` shows it."""
        done = self._run("ansible-vault", "view", str(self.store), keep=True)
        if done.returncode:
            raise DemoError("ansible-vault cannot show the token store")
        return done.stdout

    def _run(self, program: str, *arguments: str, keep: bool = False) -> subprocess.CompletedProcess[str]:
        self._log.write(f"\n$ {' '.join([program, *arguments])}\n")
        self._log.flush()
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


def _check_agreement(outcome: Outcome) -> None:
    """What the tasks say that they called is what the emulator was asked for."""
    said: Counter[str] = Counter()
    for task in outcome.tasks:
        said.update(task.get("api_calls", {}))
    if said != Counter(call["method"] for call in outcome.calls):
        raise DemoError("the calls that the tasks report are not those of the emulator's journal")


def seconds_since(start: float) -> int:
    """Whole seconds, rounded up."""
    return int(time.monotonic() - start) + 1


def in_terminal(stream: IO[str]) -> bool:
    """Whether colours are welcome."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and (stream.isatty() or bool(os.environ.get("FORCE_COLOR")))
