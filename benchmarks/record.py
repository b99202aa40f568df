# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was measured, in a form that machines read, too."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any


class NotMeasured(LookupError):
    """A figure that needs what a run did not measure."""


@dataclass
class Measurement:
    """All repeats of a cell.

    Attributes:
        seconds: wall clock of each repeat, from the start of the program to its end.
        peak_mb: of each repeat, the largest resident size of any one process, in MB (10^6 bytes).
        calls: of the last repeat, by full name of the method.
        server_ms: milliseconds that the emulator took for the calls of each repeat, delays included.
        http: of the bare script, seconds from its first call to its last answer, for each repeat.
        http_calls: of the bare script, the median seconds of a call by method, over all repeats.
    """

    work: str
    contender: str
    delay_ms: int
    items: int
    seconds: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    server_ms: list[int] = field(default_factory=list)
    http: list[float] = field(default_factory=list)
    http_calls: dict[str, float] = field(default_factory=dict)

    @property
    def wall(self) -> float:
        """Median seconds."""
        return median(self.seconds)

    @property
    def memory(self) -> float:
        """Median of the peaks, MB."""
        return median(self.peak_mb)

    @property
    def number_of_calls(self) -> int:
        """All calls of one repeat."""
        return sum(self.calls.values())

    @property
    def spread(self) -> float:
        """The middle half of the repeats lies so many seconds apart."""
        if len(self.seconds) < 2:
            return 0.0
        low, _, high = quantiles(self.seconds, n=4, method="inclusive")
        return high - low


@dataclass(frozen=True)
class Memory:
    """Peak memory of a play that runs in process.

    Attributes:
        peak_mb: largest resident size of any one process.
        together_mb: largest size of all its processes together, what they share counted once.
    """

    what: str
    items: int
    peak_mb: float
    together_mb: float


@dataclass(frozen=True)
class Section:
    """A separate table, for measurements that do not compare contenders. Its cells are texts for people.

    Attributes:
        about: sentences below the title.
        left: how many of the first columns are texts, the others being numbers.
    """

    title: str
    about: str
    head: list[str]
    rows: list[list[str]]
    left: int = 1


@dataclass
class Record:
    """One run of the benchmark.

    Attributes:
        made: date, seconds, whether it was a quick run, machine and versions; texts and numbers for the page.
        loaded: what programs that do not use the collection load of it, or of requests; by program.
    """

    made: dict[str, Any]
    measurements: list[Measurement]
    memory: list[Memory]
    loaded: dict[str, list[str]]
    sections: list[Section] = field(default_factory=list)

    def find(self, work: str, contender: str, delay_ms: int = 0, items: int | None = None) -> Measurement | None:
        """The measurement of a cell, that with most items unless they are given; None where it was not made."""
        found = [
            one
            for one in self.measurements
            if (one.work, one.contender, one.delay_ms) == (work, contender, delay_ms) and items in (None, one.items)
        ]
        return max(found, key=lambda one: one.items, default=None)

    def get(self, work: str, contender: str, delay_ms: int = 0, items: int | None = None) -> Measurement:
        """The same; NotMeasured where it was not made."""
        found = self.find(work, contender, delay_ms, items)
        if found is None:
            raise NotMeasured(f"{work}, {contender}, {delay_ms} ms")
        return found

    def delays(self, work: str, contender: str) -> list[int]:
        """The delays that a way was measured with; NotMeasured where there is none."""
        found = sorted({one.delay_ms for one in self.measurements if (one.work, one.contender) == (work, contender)})
        if not found:
            raise NotMeasured(f"{work}, {contender}")
        return found

    def peak(self, what: str, items: int | None = None) -> Memory:
        """The memory of a play, that with most items unless they are given; NotMeasured where it was not made."""
        found = [one for one in self.memory if one.what == what and items in (None, one.items)]
        if not found:
            raise NotMeasured(f"memory of {what}")
        return max(found, key=lambda one: one.items)


def save(record: Record, path: Path) -> None:
    """Write a record; numbers are rounded to what can be told apart."""
    path.write_text(json.dumps(_rounded(asdict(record)), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path) -> Record:
    """Read a record."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return Record(
        made=content["made"],
        measurements=[Measurement(**one) for one in content["measurements"]],
        memory=[Memory(**one) for one in content["memory"]],
        loaded=content["loaded"],
        sections=[Section(**one) for one in content["sections"]],
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value


def middle(values: Iterable[float]) -> float:
    """The median."""
    return median(list(values))
