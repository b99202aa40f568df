# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulated methods. A service file adds one with the decorator `emulates`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from paas_emulator import catalog
from paas_emulator.calls import Emulated, Handler
from paas_emulator.statuses import Status

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
    """All emulated methods by lower-case name, once `paas_emulator.methods` is imported."""
    return _METHODS
