# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a task of the scheduler is due, by its trigger.

Triggers as public clients send them: `cron:` with a Quartz expression in UTC, `once_delay:` with milliseconds, and the
same two as JSON (`{"once_delay": 10000}`). One client sends the five fields of Unix after `cron:`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
YEARS = (1970, 2199)
UNIX_FIELDS, QUARTZ_FIELDS = 5, (6, 7)
ANY = ("*", "?")
LONGEST_DELAY = 100 * 366 * 86_400_000
SEARCHED_DAYS = 9 * 366  # from one 29 February to the next, over a century


@dataclass(frozen=True)
class Cron:
    """Numbers that the fields of an expression allow. weekdays: 0 is Sunday. either: one of the two days is enough."""

    seconds: list[int]
    minutes: list[int]
    hours: list[int]
    days: list[int]
    months: list[int]
    weekdays: list[int]
    years: list[int]
    either: bool

    def next_after(self, after: datetime) -> datetime | None:
        """Return the first moment after that one; None if there is none."""
        year = next((year for year in self.years if year > after.year), after.year)
        first = after.date() if after.year in self.years else date(year, 1, 1)
        days = (first + timedelta(days=count) for count in range(SEARCHED_DAYS))
        for day in filter(self._allows, days):
            earliest = after.timetz().replace(tzinfo=None) if day == after.date() else None
            moment = next((at for at in self._times(earliest) if earliest is None or at > earliest), None)
            if moment:
                return datetime.combine(day, moment, timezone.utc)
        return None

    def _allows(self, day: date) -> bool:
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        found = in_month or in_week if self.either else in_month and in_week
        return found and day.month in self.months and day.year in self.years

    def _times(self, earliest: time | None) -> Iterator[time]:
        hours = [hour for hour in self.hours if earliest is None or hour >= earliest.hour]
        return (time(*found) for found in ((h, m, s) for h in hours for m in self.minutes for s in self.seconds))


def next_time(trigger: str, after: datetime) -> datetime | None:
    """Return when the trigger fires next; None if never. Raises ValueError for a trigger of another form."""
    kind, value = _parts(trigger)
    if kind == "cron":
        return _read_cron(value).next_after(after)
    if kind == "once_delay" and value.isascii() and value.isdecimal() and int(value) <= LONGEST_DELAY:
        return after + timedelta(milliseconds=int(value))
    raise ValueError(trigger)


def fires_once(trigger: str) -> bool:
    """Whether the task is over when it has fired."""
    return _parts(trigger)[0] == "once_delay"


def _parts(trigger: str) -> tuple[str, str]:
    if not trigger.lstrip().startswith("{"):
        kind, _, value = trigger.partition(":")
        return kind.strip(), value.strip()
    given = json.loads(trigger)
    if len(given) != 1:
        raise ValueError(trigger)
    ((kind, value),) = given.items()
    return kind, str(value).strip()


def _read_cron(text: str) -> Cron:
    fields = text.upper().split()
    unix = len(fields) == UNIX_FIELDS
    if unix:
        fields = ["0", *fields]
    elif len(fields) not in QUARTZ_FIELDS or (fields[3] == "?") == (fields[5] == "?"):
        raise ValueError(text)  # Quartz wants `?` for exactly one of the two days
    seconds, minutes, hours, days, months, weekdays = fields[:6]
    return Cron(
        seconds=_numbers(seconds, 0, 59),
        minutes=_numbers(minutes, 0, 59),
        hours=_numbers(hours, 0, 23),
        days=_numbers(days, 1, 31),
        months=_numbers(months, 1, 12, MONTHS),
        weekdays=[n % 7 for n in _numbers(weekdays, 0, 7, WEEKDAYS)]
        if unix
        else [n - 1 for n in _numbers(weekdays, 1, 7, WEEKDAYS)],
        years=_numbers(fields[6] if len(fields) == QUARTZ_FIELDS[1] else "*", *YEARS),
        either=unix and days[0] not in ANY and weekdays[0] not in ANY,
    )


def _numbers(text: str, low: int, high: int, names: tuple[str, ...] = ()) -> list[int]:
    """Numbers of one field in their order: `*`, `5`, `1-5`, `FRI-MON`, `0/15`, `*/5`, or a list of these."""
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        start = low if span in ANY else _number(first, low, high, names)
        end = _number(last, low, high, names) if dash else high if slash or span in ANY else start
        numbers = [*range(start, end + 1)] if start <= end else [*range(start, high + 1), *range(low, end + 1)]
        found |= set(numbers[:: _number(step, 1, high, ()) if slash else 1])
    return sorted(found)


def _number(text: str, low: int, high: int, names: tuple[str, ...]) -> int:
    number = low + names.index(text) if text in names else int(text) if text.isascii() and text.isdecimal() else -1
    if not low <= number <= high:
        raise ValueError(text)
    return number
