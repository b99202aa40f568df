# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulated methods. A service file adds one with the decorator `emulates`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from paas_emulator import catalog
from paas_emulator.statuses import Status

if TYPE_CHECKING:
    from paas_emulator.calls import Call
    from paas_emulator.operations import Operation

Handler = Callable[["Call"], "dict[str, Any] | Operation | Awaitable[dict[str, Any] | Operation]"]

ANY_STATUS: tuple[Status, ...] = ()


@dataclass(frozen=True)
class Emulated:
    """An emulated method.

    scripted: the answer comes nested under `response`.
    needs: None = no environment; ANY_STATUS = `envName` must exist; statuses = and be idle in one of them.
    operation: takes time (`/_emulator/times`).
    aliases: other spelling of a parameter -> its name. optional: required by the facts, left out by real callers.
    restricted: open to a session that still owes its one-time code. by_token: open to every token.
    """

    facts: catalog.MethodFacts
    handler: Handler
    scripted: bool = False
    needs: tuple[Status, ...] | None = None
    operation: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    restricted: bool = False
    by_token: bool = False


_METHODS: dict[str, Emulated] = {}


def emulates(
    name: str,
    *,
    scripted: bool = False,
    needs: tuple[Status, ...] | None = None,
    operation: bool = False,
    aliases: Mapping[str, str] | None = None,
    optional: tuple[str, ...] = (),
    restricted: bool = False,
    by_token: bool = False,
) -> Callable[[Handler], Handler]:
    """Register the decorated handler; `name` must stand in data/methods.json."""
    facts = catalog.methods()[name.lower()]
    if facts.name != name:
        raise ValueError(f"{name} is spelled {facts.name} in the catalogue")

    def register(handler: Handler) -> Handler:
        _METHODS[facts.key] = Emulated(
            facts,
            handler,
            scripted=scripted,
            needs=needs,
            operation=operation,
            aliases={key.lower(): value for key, value in (aliases or {}).items()},
            optional=frozenset(optional),
            restricted=restricted,
            by_token=by_token,
        )
        return handler

    return register


def emulated() -> dict[str, Emulated]:
    """All emulated methods by lower-case name."""
    import_module("paas_emulator.services")  # fills the registry; at the top of the file it would be circular
    return _METHODS
