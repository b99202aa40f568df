# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read and write moments (all are UTC) and lengths of time: as users write them, in requests, answers and results."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from .._client.clocks import believed
from .._client.errors import InputError

T = TypeVar("T")

UTC = datetime.timezone.utc
_DASHBOARD = re.compile(r"(\d{2})-(\d{2})-(\d{4})(.*)", re.DOTALL)
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|z|UTC|[+-]\d{2}:?\d{2})?)?"
)
# A longer text is a mistake, and messages show only its beginning.
_LONGEST = 60
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION_PART = re.compile(r"(\d+)\s*([wdhms])", re.IGNORECASE)
_DURATION = re.compile(r"(?:\d+\s*[wdhms]\s*)+", re.IGNORECASE)
_FORMS = "2027-01-31, 2027-01-31 18:00:00, 2027-01-31T18:00:00+02:00 or 31-01-2027"


def utc_now() -> datetime.datetime:
    """Return the current time in whole seconds, UTC."""
    return datetime.datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class ClockDoubt:
    """Two clocks that are so far apart that neither can be relied on."""

    platform: datetime.datetime
    own: datetime.datetime

    def __str__(self) -> str:
        """Both clocks, and what to do."""
        return (
            f"the platform's clock says {to_text(self.platform)} and the clock of this machine says "
            f"{to_text(self.own)}, more than a day apart: check the time of this machine, and if it is right, ask the "
            "hoster"
        )


def clock_doubt(platform: datetime.datetime | None, own: datetime.datetime) -> ClockDoubt | None:
    """Return the doubt if the platform's clock is implausible; None if it is plausible or unknown."""
    return None if platform is None or believed(platform, own) else ClockDoubt(platform, own)


def later(moment: datetime.datetime, length: datetime.timedelta) -> datetime.datetime:
    """Return the moment a length of time after another.

    Raises:
        ValueError: the moment is after the year 9999, the last year that can be written.
    """
    try:
        return moment + length
    except OverflowError:
        raise ValueError(f"this length of time from {to_text(moment)} ends after the year 9999") from None


def _offset(text: str | None) -> datetime.tzinfo | None:
    if text is None or text.upper() in ("Z", "UTC"):
        return UTC
    return datetime.datetime.strptime(text, "%z").tzinfo


def _quoted(text: str) -> str:
    return repr(text) if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]!r}..."


def parse_moment(text: str) -> datetime.datetime:
    """Read a date or a date and time. Without an offset it is UTC; a date alone means its first second.

    Accepts ISO 8601, the platform's ``yyyy-MM-dd HH:mm:ss`` and the dashboard's ``dd-mm-yyyy``.

    Raises:
        ValueError: the text is not valid; the message lists what is accepted.
    """
    given = text.strip()
    shown = _quoted(given)
    swapped = _DASHBOARD.fullmatch(given)
    iso = "{2}-{1}-{0}{3}".format(*swapped.groups()) if swapped else given
    found = _ISO.fullmatch(iso) if iso.isascii() else None
    if not found:
        raise ValueError(f"{shown} is not a date; write it as {_FORMS}")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        moment = datetime.datetime(year, month, day, hour, minute, second, tzinfo=_offset(found.group(7)))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{shown} is not a calendar date; write it as {_FORMS}") from None


def moment_from_answer(value: object) -> datetime.datetime | None:
    """Read a moment of an answer: the documented text, or milliseconds since 1970 (recorded). None if it is neither."""
    if isinstance(value, bool) or value in (None, ""):
        return None
    try:
        if isinstance(value, (int, float)):
            return datetime.datetime.fromtimestamp(int(value) // 1000, UTC)
        return parse_moment(str(value))
    except (ValueError, OverflowError, OSError):
        return None


def moment_to_request(moment: datetime.datetime) -> str:
    """Return a moment for request parameters: ``yyyy-MM-dd HH:mm:ss`` in UTC (documented)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S").rjust(19, "0")


def to_text(moment: datetime.datetime | None) -> str | None:
    """Return a moment for results: ISO 8601, ``2027-01-31T18:00:00Z``; None for None."""
    return None if moment is None else moment_to_request(moment).replace(" ", "T") + "Z"


def moment_option(options: Mapping[str, Any], name: str) -> datetime.datetime | None:
    """Return an option that is a moment, see :func:`parse_moment`; None without it, InputError for another text."""
    return _option(options, name, parse_moment)


def duration_option(options: Mapping[str, Any], name: str) -> datetime.timedelta | None:
    """Return an option that is a length of time, see :func:`parse_duration`; None without it, InputError as above."""
    return _option(options, name, parse_duration)


def _option(options: Mapping[str, Any], name: str, parse: Callable[[str], T]) -> T | None:
    try:
        return None if options.get(name) is None else parse(options[name])
    except ValueError as error:
        raise InputError(f"{name}: {error}") from None


def parse_duration(text: str | int) -> datetime.timedelta:
    """Read a length of time, such as ``90d``, ``12h``, ``1h30m`` or ``45``.

    Units are ``w``, ``d``, ``h``, ``m`` (minutes) and ``s``, and may be combined; a bare number is seconds.

    Raises:
        ValueError: the text is not valid; the message lists what is accepted.
    """
    given = str(text).strip()
    shown = _quoted(given)
    readable = given.isascii() and len(given) <= _LONGEST
    try:
        if readable and given.isdigit():
            return datetime.timedelta(seconds=int(given))
        if readable and _DURATION.fullmatch(given):
            total = datetime.timedelta()
            for amount, unit in _DURATION_PART.findall(given):
                total += datetime.timedelta(**{_UNITS[unit.lower()]: int(amount)})
            return total
    except OverflowError:
        raise ValueError(f"the length of time {shown} is too large") from None
    raise ValueError(f"{shown} is not a length of time; write a number with a unit, such as 90d, 12h or 1h30m")
