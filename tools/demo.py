"""Show the life of a personal access token: the quick start, run against an emulator of its own.

Run by `make demo`. It needs no account, asks for nothing, and leaves one file, the log below .build/demo.
Exit code 1 and one line where a step does not do what it says; 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

import _project as project
from _demo_run import DemoError, Outcome, Stage, emulator, in_terminal, seconds_since, temporary
from _demo_show import BOLD, Paper, store_facts, token_fact

FOLDER = project.BUILD / "demo"
LOG = "ansible.log"
LEGEND = "Each line shows a task, its credential, and its API calls. Calls that change something are named."
PLAYBOOK = f"{project.NAMESPACE}.{project.NAME}.quickstart"


@dataclass(frozen=True)
class Step:
    """One run of the playbook.

    Attributes:
        title: what it shows.
        writes: the calls that change something, which it must make and no others.
        facts: what came out, for the reader; DemoError where it is not what the title says.
        arguments: of ansible-playbook.
        days_left: days until the token ends, set on the platform before the run; 0 leaves the end alone.
    """

    title: str
    writes: tuple[str, ...]
    facts: Callable[[Outcome, Stage], list[str]]
    arguments: tuple[str, ...] = ()
    days_left: int = 0


def _created(outcome: Outcome, stage: Stage) -> list[str]:
    return [token_fact(outcome), *store_facts(stage.store), _status(outcome, "running")]


def _unchanged(outcome: Outcome, stage: Stage) -> list[str]:
    if any(task.get("changed") for task in outcome.tasks):
        raise DemoError("a task says that it changed something")
    return ["nothing was changed"]


def _stopped(outcome: Outcome, stage: Stage) -> list[str]:
    return [_status(outcome, "stopped")]


def _started(outcome: Outcome, stage: Stage) -> list[str]:
    return [_status(outcome, "running")]


def _renewed(outcome: Outcome, stage: Stage) -> list[str]:
    refused = outcome.latest("failure")
    if refused is None:
        raise DemoError("the replaced value of the token was not refused")
    code = refused["code"]
    return [token_fact(outcome), f"the platform refuses the old value (result {code}) and accepts the new stored value"]


def _removed(outcome: Outcome, stage: Stage) -> list[str]:
    if outcome.latest("removed") != ["quickstart"] or outcome.latest("environment") is not None:
        raise DemoError("the token or the environment is still there")
    content = stage.shown_store().split()
    if content != ["version:", "1", "tokens:", "{}"]:
        raise DemoError("the token store still has an entry")
    return [
        "the account is as it was before the demo",
        "ansible-vault view shows an empty store: " + " ".join(content[2:]),
    ]


def _status(outcome: Outcome, wanted: str) -> str:
    environment = outcome.latest("environment") or {}
    if environment.get("status") != wanted:
        raise DemoError(f"the environment is {environment.get('status', 'not there')}, not {wanted}")
    return f"environment {environment['name']} is {wanted}"


STEPS = (
    Step(
        "Create a token, and an environment that the token can read, stop and start",
        ("CreateToken", "CreateEnvironment"),
        _created,
    ),
    Step("The same command again", (), _unchanged),
    Step(
        "Stop the environment with the stored token",
        ("StopEnv",),
        _stopped,
        ("-e", "quickstart_state=stopped"),
    ),
    Step("Start the environment again", ("StartEnv",), _started),
    Step(
        "Ten days before the token expires (the expiry is moved for this demo), run the playbook",
        ("EditToken", "RegenerateToken"),
        _renewed,
        days_left=10,
    ),
    Step(
        "Remove the environment and the token",
        ("DeleteEnv", "DeleteTokens"),
        _removed,
        ("-e", "quickstart_state=absent"),
    ),
)


def show(playbook: str, paper: Paper, base: Path, log: IO[str]) -> None:
    """All steps, with their files in a folder below BASE; DemoError for the first that does not do what it says."""
    password = secrets.token_urlsafe(24)
    with (
        tempfile.TemporaryDirectory(prefix="run-", dir=base) as folder,
        temporary(Path(folder)) as temp,
        emulator(password, log) as running,
    ):
        title = f"The life of a personal access token, on an emulator of the platform at {running.url}"
        paper.lines(paper.tinted(BOLD, title), LEGEND)
        stage = Stage(Path(folder), temp, running, password, log)
        for number, step in enumerate(STEPS, 1):
            command = " ".join(("ansible-playbook", playbook, *step.arguments))
            paper.lines("", paper.tinted(BOLD, f"{number}. {step.title}"), f"   $ {command}")
            try:
                if step.days_left:
                    running.set_days_left(password, step.days_left)
                outcome = stage.play(playbook, *step.arguments)
                if outcome.writes != step.writes:
                    raise DemoError(f"it wrote {named(outcome.writes)}, not {named(step.writes)}")
                facts = step.facts(outcome, stage)
            except DemoError as error:
                raise DemoError(f"step {number}: {error}") from None
            paper.tasks(outcome)
            paper.lines(*(f"   -> {fact}" for fact in facts))


def named(methods: tuple[str, ...]) -> str:
    """Methods for a message."""
    return ", ".join(methods) or "nothing"


def _stop(number: int, _frame: object) -> NoReturn:
    """End as after Ctrl-C: by way of every `finally`."""
    raise KeyboardInterrupt


def _shown(path: Path) -> str:
    """A path for people: from the checkout where it is there."""
    return str(path.relative_to(project.ROOT) if path.is_relative_to(project.ROOT) else path)


def main() -> int:
    parser = argparse.ArgumentParser(description="Show the quick start against an emulator.")
    parser.add_argument("--playbook", default=PLAYBOOK, help="another playbook than %(default)s, for trying changes")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the log and all other files go")
    options = parser.parse_args()
    folder = options.folder.absolute()
    signal.signal(signal.SIGTERM, _stop)
    started = time.monotonic()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOG).open("w", encoding="utf-8") as log:
            paper = Paper(sys.stdout, coloured=in_terminal(sys.stdout))
            show(options.playbook, paper, folder, log)
    except DemoError as error:
        print(f"demo: {error}; the full log is {_shown(folder / LOG)}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"demo: cannot write to {_shown(folder)}: {error.strerror}; choose another --folder", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("demo: stopped, and the emulator with it", file=sys.stderr)
        return 130
    paper.lines("", f"Done in {seconds_since(started)} s. Ansible's own output is in {_shown(folder / LOG)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
