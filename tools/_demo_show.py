"""Internal to tools/demo.py: what a person reads."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from _demo_run import DemoError, Outcome, short

SIGN_IN = "users.authentication.Signin"
VAULT_BEGINNING = "$ANSIBLE_VAULT;"
BOLD, DIM, GREEN, YELLOW, RESET = "\033[1m", "\033[2m", "\033[32m", "\033[33m", "\033[0m"
TASK_WIDTH = 39


class Paper:
    """Writes lines to a stream, with colours only where they are welcome."""

    def __init__(self, stream: IO[str], *, coloured: bool) -> None:
        self._stream = stream
        self._coloured = coloured

    def lines(self, *texts: str) -> None:
        """Write each text, the way it is."""
        print(*texts, sep="\n", file=self._stream, flush=True)

    def tinted(self, colour: str, text: str) -> str:
        """Return a text in a colour."""
        return f"{colour}{text}{RESET}" if self._coloured else text

    def tasks(self, outcome: Outcome) -> None:
        """Write a line for each task that called the platform: the calls that wrote by name, the others by number."""
        for task in outcome.tasks:
            if task.get("api_calls"):
                mark = self.tinted(YELLOW, "changed") if task.get("changed") else self.tinted(GREEN, "ok     ")
                calls = self.tinted(DIM, _calls(task, outcome.changing))
                self.lines(f"   {mark}  {task['task']:{TASK_WIDTH}} {calls}")


def _calls(task: dict[str, Any], changing: frozenset[str]) -> str:
    """The credential of a task and its calls."""
    calls: dict[str, int] = task["api_calls"]
    writes = [short(method) for method in sorted(calls) if method in changing]
    rest = sum(count for method, count in calls.items() if method not in changing)
    words = [*writes, f"{rest} call{'s' if rest > 1 else ''}"] if rest else writes
    return f"{'by password' if SIGN_IN in calls else 'by token':12} {' + '.join(words)}"


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
