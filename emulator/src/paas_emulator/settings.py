# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches and operation times, set through the control path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from paas_emulator import catalog
from paas_emulator.control_values import SettingError, number

BOOLEAN = "true or false"
SECONDS = "a number of seconds above 0, or null"
# What DeleteEnv wants in `password`; hosters differ (seen in public clients).
DELETE_CONFIRM = ("password", "name", "none")
# name -> (default, what it may be)
SWITCHES: dict[str, tuple[Any, str | tuple[str, ...]]] = {
    "no_writes": (False, BOOLEAN),
    "require_password": (False, BOOLEAN),
    "delete_confirm": ("password", DELETE_CONFIRM),
    "any_stack": (False, BOOLEAN),
    "debug": (False, BOOLEAN),
    "session_ttl": (None, SECONDS),
    "short_method_names": (False, BOOLEAN),
    "gateway_timeout": (None, SECONDS),
    "exec_timeout": (None, SECONDS),
}


class Switches:
    """The switches; read one by its name: `switches["no_writes"]`. initial: other values than the defaults."""

    def __init__(self, **initial: Any) -> None:
        self._values = {**{name: default for name, (default, _) in SWITCHES.items()}, **initial}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def plain(self) -> dict[str, Any]:
        """All of them."""
        return dict(self._values)

    def update(self, wanted: Mapping[str, Any]) -> None:
        """Set the named ones, all or none. Raises SettingError."""
        self._values.update({name: _switch(name, value) for name, value in wanted.items()})


def _switch(name: str, value: Any) -> Any:
    if name not in SWITCHES:
        raise SettingError(f"unknown switch {name!r}; there are: {', '.join(SWITCHES)}")
    allowed = SWITCHES[name][1]
    if isinstance(allowed, tuple):
        if value not in allowed:
            raise SettingError(f"switch {name} must be one of: {', '.join(allowed)}")
        return value
    if allowed == BOOLEAN:
        if not isinstance(value, bool):
            raise SettingError(f"switch {name} must be {BOOLEAN}")
        return value
    if value is None:
        return None
    seconds = number(value, f"switch {name}")
    return seconds or None


class Times:
    """Seconds that operations take; 0 unless set."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    def replace(self, wanted: Mapping[str, Any], operations: Iterable[catalog.MethodFacts]) -> None:
        """Set all times anew. Keys: full name, bare method name or `*`. Raises SettingError.

        operations: the methods that can take time.
        """
        known = list(operations)
        self._seconds = {
            _operation_name(name, known): number(value, f"time of {name}") for name, value in wanted.items()
        }

    def plain(self) -> dict[str, float]:
        """As set."""
        return dict(self._seconds)

    def of(self, facts: catalog.MethodFacts) -> float:
        """Seconds for one operation: by its name, else by `*`, else 0."""
        return self._seconds.get(facts.name, self._seconds.get("*", 0.0))


def _operation_name(name: str, operations: list[catalog.MethodFacts]) -> str:
    if name == "*":
        return name
    wanted = catalog.normalise(name)
    for facts in operations:
        if wanted in (facts.key, facts.key.rpartition(".")[2]):
            return facts.name
    known = ", ".join(sorted(facts.name.rpartition(".")[2] for facts in operations))
    raise SettingError(f"{name!r} is not an operation that takes time ({known}, *); use a delay fault for other calls")
