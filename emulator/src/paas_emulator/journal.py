# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: which calls came in, never a value of theirs."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

CAPACITY = 100_000


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

    def close(self, result: int | None) -> None:
        """Note the end of the call."""
        self.result = result
        self.ms = round((time.monotonic() - self.started) * 1000)

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
    """The last calls, in the order of arrival."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=CAPACITY)

    def open(self, entry: Entry) -> Entry:
        """Add a call that has just arrived."""
        self._entries.append(entry)
        return entry

    def clear(self) -> None:
        """Forget all calls."""
        self._entries.clear()

    def plain(self) -> dict[str, Any]:
        """For the control path."""
        return {"calls": [entry.plain() for entry in self._entries]}
