# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers to commands in nodes, set from outside; they come before the small shell."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from typing import Any

from paas_emulator.services.exec.shell_commands import Done

_MEMBERS = {"command": "", "out": "", "errOut": "", "exitStatus": 0}


@dataclass(frozen=True)
class Scripted:
    """`pattern`: a shell pattern for the whole command, with its parameters."""

    pattern: str
    out: str
    error: str
    status: int


@dataclass
class Commands:
    """The answers in force; the first whose pattern matches is given."""

    rows: list[Scripted] = field(default_factory=list)

    def replace(self, body: Any) -> None:
        """Put these in force, instead of all others. Raises ValueError."""
        if not isinstance(body, list):
            raise ValueError("commands must be a list")
        self.rows = [_read(number, row) for number, row in enumerate(body, 1)]

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        rows = [(row.pattern, row.out, row.error, row.status) for row in self.rows]
        return {"commands": [dict(zip(_MEMBERS, row, strict=True)) for row in rows]}

    def find(self, command: str) -> Done | None:
        """The answer to a command, if there is one."""
        row = next((row for row in self.rows if fnmatch.fnmatchcase(command, row.pattern)), None)
        return Done(row.out, row.error, row.status) if row else None


def _read(number: int, row: Any) -> Scripted:
    if not isinstance(row, dict) or not isinstance(row.get("command"), str) or not row["command"]:
        raise ValueError(f"command {number}: command must be a non-empty text, a shell pattern such as 'systemctl *'")
    unknown = sorted(set(row) - set(_MEMBERS))
    if unknown:
        raise ValueError(f"command {number}: unknown member {unknown[0]!r} (there are: {', '.join(_MEMBERS)})")
    found = {**_MEMBERS, **row}
    for name in ("out", "errOut"):
        if not isinstance(found[name], str):
            raise ValueError(f"command {number}: {name} must be a text")
    status = found["exitStatus"]
    if not isinstance(status, int) or isinstance(status, bool) or not 0 <= status <= 255:
        raise ValueError(f"command {number}: exitStatus must be a number from 0 to 255")
    return Scripted(found["command"], found["out"], found["errOut"], status)
