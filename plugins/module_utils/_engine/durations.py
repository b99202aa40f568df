# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lengths of time as users write them: ``90d``, ``12h``, ``1h30m``, ``45``."""

from __future__ import annotations

import datetime
import re

# Far above any length of time; longer text is a mistake, and is not repeated in full.
_LONGEST = 60
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_PART = re.compile(r"(\d+)\s*([wdhms])", re.IGNORECASE)
_WHOLE = re.compile(r"(?:\d+\s*[wdhms]\s*)+", re.IGNORECASE)


def parse_duration(text: str | int) -> datetime.timedelta:
    """Read a length of time.

    Units are ``w``, ``d``, ``h``, ``m`` (minutes) and ``s``, and may be combined; a bare number is seconds.

    Raises:
        ValueError: with one line that says what is accepted.
    """
    given = str(text).strip()
    shown = repr(given) if len(given) <= _LONGEST else f"{given[: _LONGEST - 3]!r}..."
    readable = given.isascii() and len(given) <= _LONGEST
    try:
        if readable and given.isdigit():
            return datetime.timedelta(seconds=int(given))
        if readable and _WHOLE.fullmatch(given):
            total = datetime.timedelta()
            for amount, unit in _PART.findall(given):
                total += datetime.timedelta(**{_UNITS[unit.lower()]: int(amount)})
            return total
    except OverflowError:
        raise ValueError(f"the length of time {shown} is too large") from None
    raise ValueError(f"{shown} is not a length of time; write a number with a unit, such as 90d, 12h or 1h30m")
