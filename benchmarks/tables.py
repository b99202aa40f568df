# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of figures, as rows of texts that a page or a terminal lays out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import figures
from benchmarks.record import Measurement, NotMeasured, Record, Section
from benchmarks.targets import targets
from benchmarks.works import CONTENDERS, LETTERS, SLOPES, WORKS

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        left: how many of the first columns are texts, the others being numbers.
    """

    head: Row
    rows: Sequence[Row]
    left: int = 1

    def markdown(self) -> str:
        """As Markdown."""
        marks = ["---"] * self.left + ["---:"] * (len(self.head) - self.left)
        return "\n".join("| " + " | ".join(row) + " |" for row in (self.head, tuple(marks), *self.rows))

    def plain(self) -> str:
        """For a terminal."""
        lines = [self.head, *self.rows]
        widths = [max(len(row[column]) for row in lines) for column in range(len(self.head))]
        return "\n".join("  ".join(self._cells(row, widths)).rstrip() for row in lines)

    def _cells(self, row: Row, widths: Sequence[int]) -> list[str]:
        cells = enumerate(zip(row, widths, strict=True))
        return [text.ljust(width) if column < self.left else text.rjust(width) for column, (text, width) in cells]


def seconds(value: float) -> str:
    """Such as 0.83 or 21.4."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def times(value: float | None) -> str:
    """A ratio such as 1.3 or 22."""
    if value is None:
        return "-"
    return f"{value:.1f}" if value < 9.95 else f"{value:.0f}"


def title(work: str) -> str:
    """Of a work, with its letter."""
    letter = LETTERS.get(work)
    return f"({letter}) {WORKS[work].title}" if letter else WORKS[work].title


def work_table(record: Record, work: str) -> Table:
    """All contenders of a work with all delays."""
    found = [one for one in record.measurements if one.work == work]
    head = ("delay", "way", "seconds", "times ours", "calls", "calls per item", "MB", "items", "repeats")
    return Table(head, [_work_row(record, one) for one in sorted(found, key=lambda one: one.delay_ms)], left=2)


def _work_row(record: Record, one: Measurement) -> Row:
    return (
        f"{one.delay_ms} ms",
        CONTENDERS[one.contender].title,
        seconds(one.wall),
        times(figures.ratio(record, one)),
        str(one.number_of_calls),
        f"{one.number_of_calls / max(one.items, 1):.2f}",
        f"{one.memory:.0f}",
        str(one.items),
        str(len(one.seconds)),
    )


def ratio_table(record: Record, delay_ms: int, ways: Sequence[str]) -> Table:
    """How many times longer than one task of ours some ways take, by work."""
    rows = []
    for work in LETTERS:
        if record.find(work, "set", delay_ms):
            found = [record.find(work, way, delay_ms) for way in ways]
            rows.append((title(work), *(times(figures.ratio(record, one)) if one else "-" for one in found)))
    return Table(("the same work", *(CONTENDERS[way].title for way in ways)), rows)


def more_table(record: Record) -> Table:
    """What one item of a loop, or one task, more costs."""
    head = ("one more", "way", "ms", "of which HTTP", "ms above HTTP", "times a loop of ours", "calls")
    rows = []
    for work in SLOPES:
        for contender in WORKS[work].ways:
            if contender == "bare" or not record.find(work, contender):
                continue
            try:
                all_ms = figures.more(record, work, contender) * 1000
                http_ms = figures.http_more(record, work, contender) * 1000
                against = figures.less(record, work, "loop", contender)
            except NotMeasured:
                continue
            calls = sum(figures.calls_more(record, work, contender).values())
            kind = "environment" if work == "each_environment" else "token"
            numbers = (f"{all_ms:.1f}", f"{http_ms:.1f}", f"{all_ms - http_ms:.1f}", times(against), f"{calls:.2f}")
            rows.append((kind, CONTENDERS[contender].title, *numbers))
    return Table(head, rows, left=2)


def memory_table(record: Record) -> Table:
    """Peak memory of plays."""
    titles = {"read": "environments read in one task", "loop": "a loop of ours", "echo": CONTENDERS["echo"].title}
    rows = [(titles[one.what], str(one.items), f"{one.peak_mb:.0f}", f"{one.together_mb:.0f}") for one in record.memory]
    return Table(("play", "items", "MB, largest process", "MB, all processes"), rows)


def start_table(record: Record) -> Table:
    """Programs with and without the collection installed."""
    rows = []
    for work in ("start_play", "start_doc", "start_list"):
        without, with_it = record.find(work, "without"), record.find(work, "with")
        if without and with_it:
            spread = max(without.spread, with_it.spread)
            figures_ms = [f"{value * 1000:.0f}" for value in (without.wall, with_it.wall, spread)]
            rows.append((WORKS[work].title, *figures_ms, str(len(with_it.seconds))))
    return Table(("program", "ms without", "ms with", "spread", "repeats"), rows)


def section_table(section: Section) -> Table:
    """The table of a section."""
    return Table(tuple(section.head), [tuple(row) for row in section.rows], section.left)


def target_table(record: Record) -> Table:
    """Aims, and whether they are met."""
    rows = [(one.text, one.value, "yes" if one.met else "**no**") for one in targets(record)]
    return Table(("aim", "measured", "reached"), rows, left=3)
