# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of control requests: the error for one that cannot be used, and numbers."""

from __future__ import annotations

MAX_SECONDS = 86_400.0


class SettingError(ValueError):
    """A value of a control request that cannot be used; one line says why."""


def number(value: object, what: str, low: float = 0.0) -> float:
    """A finite number from `low` to a day. Raises SettingError naming `what`."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= MAX_SECONDS:
        return float(value)
    raise SettingError(f"{what} must be a number from {low:g} to {MAX_SECONDS:g}")
