# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform's clock: real time plus a shift, and the platform's way to write dates."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

FORMAT = "%Y-%m-%d %H:%M:%S"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")
_SHIFT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([smhdw]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
MAX_SHIFT = 100 * 366 * 86400


def parse_date(text: str) -> datetime:
    """`yyyy-MM-dd HH:mm:ss` in UTC (documented). Raises ValueError."""
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return datetime.strptime(text, FORMAT).replace(tzinfo=timezone.utc)


def parse_shift(value: object) -> float:
    """Seconds from a number or a text such as `+90d`, `-12h`. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("shift must be a number of seconds or a text such as +90d")
    match = _SHIFT.fullmatch(str(value).strip())
    if not match:
        raise ValueError("shift must be a number of seconds or a text such as +90d")
    seconds = float(match.group(1)) * _UNITS[match.group(2)]
    if abs(seconds) > MAX_SHIFT:
        raise ValueError("shift must stay within 100 years")
    return seconds


class Clock:
    """Real time, moved by `shift` seconds."""

    def __init__(self) -> None:
        self.shift = 0.0

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(timezone.utc) + timedelta(seconds=self.shift)

    def text(self) -> str:
        """Now, as the platform writes dates."""
        return self.now().strftime(FORMAT)
