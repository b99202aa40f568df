# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: which calls came in, never a value of theirs."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

CAPACITY = 100_000
MOST_CHANGES = 10_000  # calls in one answer to a page of the dashboard


@dataclass
class Entry:
    """One call. `result`: what the answer said (the inner result of a scripted method), None = no answer given.

    missing: the platform has the method, the emulator has not. task: id of the task of the scheduler that called.
    """

    method: str
    http: str
    query: bool
    write: bool
    result: int | None = None
    ms: int | None = None
    fault: str | None = None
    missing: bool = False
    task: int | None = None
    started: float = field(default_factory=time.monotonic)
    number: int = 0
    note_change: Callable[[Entry], None] = lambda entry: None

    def close(self, result: int | None) -> None:
        """Note the end of the call."""
        self.result = result
        self.ms = round((time.monotonic() - self.started) * 1000)
        self.note_change(self)

    def plain(self) -> dict[str, Any]:
        """For the control path."""
        members: dict[str, Any] = {
            "method": self.method,
            "http": self.http,
            "query": self.query,
            "write": self.write,
            "result": self.result,
            "ms": self.ms,
        }
        if self.fault:
            members["fault"] = self.fault
        if self.missing:
            members["emulated"] = False
        if self.task is not None:
            members["task"] = self.task
        return members


class Journal:
    """The last calls, in the order of arrival. `revision` counts arrivals, ends and removals of calls."""

    def __init__(self) -> None:
        self.revision = 0
        self._opened = 0
        self._entries: deque[Entry] = deque(maxlen=CAPACITY)
        self._changed: deque[Entry] = deque(maxlen=CAPACITY)

    def open(self, entry: Entry) -> Entry:
        """Add a call that has just arrived."""
        self._opened += 1
        entry.number = self._opened
        entry.note_change = self._note
        self._entries.append(entry)
        self._note(entry)
        return entry

    def clear(self) -> None:
        """Forget all calls."""
        self._entries.clear()
        self._changed.clear()
        self.revision += 1

    def plain(self) -> dict[str, Any]:
        """For the control path."""
        return {"calls": [entry.plain() for entry in self._entries]}

    def changes(self, since: int) -> dict[str, Any]:
        """Return the calls that arrived or ended after a revision, at most the last MOST_CHANGES.

        `first`: the number of the oldest call in the journal. A revision of an earlier run, higher than the present
        one, gives all calls.
        """
        first = self._entries[0].number if self._entries else self._opened + 1
        missed = self.revision - since if since <= self.revision else self.revision
        changed = {entry.number: entry for entry in islice(reversed(self._changed), missed) if entry.number >= first}
        rows = [{"number": number, **changed[number].plain()} for number in sorted(changed)[-MOST_CHANGES:]]
        return {"revision": self.revision, "first": first, "calls": rows}

    def _note(self, entry: Entry) -> None:
        self.revision += 1
        self._changed.append(entry)
