# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: which call fails, how, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from paas_emulator import catalog
from paas_emulator.control_values import SettingError, number
from paas_emulator.errors import LAYER_FAILED

# kind -> whether the work is done all the same, unless `after_work` says otherwise
KINDS: dict[str, bool] = {
    "delay": True,
    "cut_before": False,
    "cut_after": True,
    "429": False,
    "5xx": False,
    "html": False,
    "empty": False,
    "truncated": True,
    "bad_json": True,
    "inner_error": False,
    "layer_failed": False,
    "session_lost": False,
    "redirect": False,
}
# These say by their name when the work is done.
FIXED_KINDS = ("delay", "cut_before", "cut_after", "inner_error", "layer_failed", "session_lost")
STATUSES = (500, 502, 503, 504)
ALWAYS = (0, -1)
MEMBERS = frozenset(
    {"method", "pattern", "kind", "times", "count", "seconds", "status", "retry_after", "code", "error", "after"}
    | {"after_work", "location", "layer"}
)


@dataclass
class Fault:
    """`left`: how often it still strikes, None = always. `skip`: matching calls to let pass first.

    layer: the one of the request that fails, by its `nodeGroup`; the first unless named.
    """

    method: str
    kind: str
    left: int | None
    skip: int
    after_work: bool
    seconds: float = 0.0
    status: int = 502
    retry_after: float | None = None
    code: int = 99
    error: str = "emulated failure"
    location: str = ""
    layer: str = ""

    def matches(self, facts_name: str) -> bool:
        """Whether the pattern covers the method of this canonical name."""
        key = facts_name.lower()
        bare = key.rpartition(".")[2]
        short = "env." + key.removeprefix("environment.") if key.startswith("environment.") else key
        pattern = self.method.lower()
        return any(fnmatchcase(name, pattern) for name in (key, short, bare))

    def plain(self) -> dict[str, Any]:
        """For the control path: what is left."""
        members: dict[str, Any] = {"method": self.method, "kind": self.kind, "times": self.left or 0}
        if self.skip:
            members["after"] = self.skip
        if self.kind not in FIXED_KINDS:
            members["after_work"] = self.after_work
        details: dict[str, dict[str, Any]] = {
            "delay": {"seconds": self.seconds},
            "429": {"retry_after": self.retry_after},
            "5xx": {"status": self.status, "retry_after": self.retry_after},
            "inner_error": {"code": self.code},
            "layer_failed": {"code": self.code, "layer": self.layer or None},
            "redirect": {"location": self.location},
        }
        members.update({key: value for key, value in details.get(self.kind, {}).items() if value is not None})
        return members


def parse_faults(wanted: Any) -> list[Fault]:
    """Faults from the body of `PUT faults`. Raises SettingError."""
    if isinstance(wanted, Mapping):
        wanted = wanted.get("faults", [wanted])
    if not isinstance(wanted, list):
        raise SettingError("faults must be a list of objects")
    return [_fault(position, item) for position, item in enumerate(wanted, 1)]


def _fault(position: int, item: Any) -> Fault:
    where = f"fault {position}"
    if not isinstance(item, Mapping):
        raise SettingError(f"{where} must be an object")
    unknown = sorted(set(item) - MEMBERS)
    if unknown:
        raise SettingError(f"{where}: unknown member {unknown[0]!r}; there are: {', '.join(sorted(MEMBERS))}")
    kind = str(item.get("kind", ""))
    status = item.get("status", 502)
    if kind.isdigit() and int(kind) in STATUSES:
        kind, status = "5xx", int(kind)
    if kind not in KINDS:
        raise SettingError(f"{where}: unknown kind {kind!r}; there are: {', '.join(KINDS)}")
    if status not in STATUSES:
        raise SettingError(f"{where}: status must be one of {', '.join(map(str, STATUSES))}")
    times = _whole(where, "times", item.get("times", item.get("count", 1)), -1)
    code = _whole(where, "code", item.get("code", LAYER_FAILED if kind == "layer_failed" else 99), 1)
    location = item.get("location", "")
    if kind == "redirect" and not (isinstance(location, str) and location):
        raise SettingError(f"{where}: a redirect needs its location")
    after_work = item.get("after_work", KINDS[kind])
    if not isinstance(after_work, bool):
        raise SettingError(f"{where}: after_work must be true or false")
    retry_after = item.get("retry_after")
    return Fault(
        method=_pattern(where, item.get("method", item.get("pattern", "*"))),
        kind=kind,
        left=None if times in ALWAYS else times,
        skip=_whole(where, "after", item.get("after", 0), 0),
        after_work=KINDS[kind] if kind in FIXED_KINDS else after_work,
        seconds=number(item.get("seconds", 1.0), f"{where}: seconds"),
        status=status,
        retry_after=None if retry_after is None else number(retry_after, f"{where}: retry_after"),
        code=code,
        error=str(item.get("error", "emulated failure")),
        location=location,
        layer=str(item.get("layer", "")),
    )


def _pattern(where: str, pattern: Any) -> str:
    """Keep the pattern; refuse one that covers no known method, which is a slip of the pen."""
    if not isinstance(pattern, str) or not pattern:
        raise SettingError(f"{where}: method must be a name or a pattern such as environment.control.*")
    probe = Fault(pattern, "delay", None, 0, True)
    if not any(probe.matches(name) for name in catalog.methods()):
        raise SettingError(f"{where}: no method is called {pattern!r}")
    return pattern


def _whole(where: str, name: str, value: Any, low: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        raise SettingError(f"{where}: {name} must be a whole number from {low}")
    return value


class Faults:
    """The faults in force, in order."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def replace(self, faults: list[Fault]) -> None:
        """Put these in force instead of all others."""
        self._faults = faults

    def plain(self) -> dict[str, Any]:
        """For the control path: those that can still strike."""
        return {"faults": [fault.plain() for fault in self._faults]}

    def strike(self, method: str) -> tuple[float, Fault | None]:
        """Take what hits this call: the sum of the delays, and the first fault of another kind."""
        delay = 0.0
        hit: Fault | None = None
        for fault in list(self._faults):
            if not fault.matches(method) or (hit and fault.kind != "delay"):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.kind == "delay":
                delay += fault.seconds
            else:
                hit = fault
            if fault.left is not None:
                fault.left -= 1
                if fault.left == 0:
                    self._faults.remove(fault)
        return delay, hit
