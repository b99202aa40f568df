"""Internal to tools/demo.py: what a person reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from _demo_run import DemoError, Outcome, short

SIGN_IN = "users.authentication.Signin"
VAULT_BEGINNING = "$ANSIBLE_VAULT;"
BOLD, DIM, GREEN, YELLOW, RESET = "\033[1m", "\033[2m", "\033[32m", "\033[33m", "\033[0m"
TASK_WIDTH = 39


@dataclass(frozen=True)
class TaskLine:
    """One task: whether it changed something, its name, its credential, and its calls."""

    changed: bool
    name: str
    credential: str
    calls: str


class Paper:
    """Writes to a stream, with colours only where they are welcome."""

    def __init__(self, stream: IO[str], *, coloured: bool) -> None:
        self._stream = stream
        self._coloured = coloured

    def title(self, text: str, legend: str) -> None:
        """The first lines."""
        self._line(self._in(BOLD, text))
        self._line(legend)

    def step(self, title: str, command: str) -> None:
        """The beginning of a step; shown before it runs."""
        self._line("")
        self._line(self._in(BOLD, title))
        self._line(f"   $ {command}")

    def tasks(self, lines: Iterable[TaskLine]) -> None:
        """The tasks that called the platform."""
        for line in lines:
            mark = self._in(YELLOW, "changed") if line.changed else self._in(GREEN, "ok     ")
            rest = f"{line.credential:12} {line.calls}".rstrip()
            self._line(f"   {mark}  {line.name:{TASK_WIDTH}} {self._in(DIM, rest)}")

    def facts(self, texts: Iterable[str]) -> None:
        """What came out."""
        for text in texts:
            self._line(f"   -> {text}")

    def end(self, text: str) -> None:
        """The last line."""
        self._line("")
        self._line(text)

    def _in(self, colour: str, text: str) -> str:
        return f"{colour}{text}{RESET}" if self._coloured else text

    def _line(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


def task_lines(outcome: Outcome) -> list[TaskLine]:
    """A line for each task that called the platform: the calls that wrote by name, the others by number."""
    return [_task_line(task, outcome.changing) for task in outcome.tasks if task.get("api_calls")]


def _task_line(task: dict[str, Any], changing: frozenset[str]) -> TaskLine:
    calls: dict[str, int] = task["api_calls"]
    writes = [short(method) for method in sorted(calls) if method in changing]
    rest = sum(count for method, count in calls.items() if method not in changing)
    return TaskLine(
        changed=bool(task.get("changed")),
        name=task["task"],
        credential="by password" if SIGN_IN in calls else "by token",
        calls=" + ".join([*writes, f"{rest} call{'s' if rest > 1 else ''}"] if rest else writes),
    )


def token_fact(outcome: Outcome) -> str:
    """What the token may do, and how long."""
    token = outcome.latest("token")
    if token is None or not token["stored"]:
        raise DemoError("the token is not there, or its value is not stored")
    may = ", ".join(short(method) for method in token["api_methods"])
    return f"token {token['description']} can call {may} until {token['expires_at'][:10]}"


def store_facts(store: Path) -> list[str]:
    """That the store is encrypted, and for its owner alone."""
    first = store.read_text(encoding="utf-8").partition("\n")[0]
    mode = store.stat().st_mode & 0o777
    if not first.startswith(VAULT_BEGINNING) or mode != 0o600:
        raise DemoError("the token store is not encrypted, or others can read it")
    return [f"its value is stored in {store.name}: {first}, mode {mode:04o}"]
