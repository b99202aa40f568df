# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages for names that do not exist, with the names that do. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ..._engine.suggestions import close_names


def unknown_layer(name: str | None, environment: str, layers: Iterable[str | None]) -> str:
    """Return the message for a layer that an environment does not have."""
    return f"layer {name} does not exist in environment {environment}; layers: {listed_names(name, layers)}"


def listed_names(name: str | None, names: Iterable[str | None]) -> str:
    """Return the names in order, those that are like the given one first."""
    there = sorted({str(item) for item in names if item})
    near = close_names(str(name), there, most=3)
    return ", ".join([*near, *(item for item in there if item not in near)]) or "none"
