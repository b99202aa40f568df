# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection is meant to reach, and whether a run shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks import figures
from benchmarks.record import NotMeasured, Record
from benchmarks.works import CONCURRENCY, WORKS
from benchmarks.worlds import WORLDS

# Milliseconds above an action that gives back as much, which is what ansible-core takes on the same machine.
LOOP_MS, LOOP_TIMES = 4.0, 20.0
TASK_MS, TASK_TIMES = 12.0, 10.0
UNCHANGED_CALLS, UNCHANGED_TIMES = 3, 1.5
START_TIMES = 1.2
READ_SECONDS, READ_MB = 0.4, 150.0
ECHO = "an action that gives back as much"
# Two plays of 1,000 items never end with the very same memory.
FLAT_MB = 5.0
# Nor do two programs that do the same take the very same time.
SAME_SECONDS = 0.01


@dataclass(frozen=True)
class Target:
    """One of them.

    Attributes:
        text: what is wanted, with the limit.
        value: what was measured, for people.
    """

    text: str
    value: str
    met: bool


def _at_most(what: str, value: float, limit: float, unit: str, than: str = "", digits: int = 1) -> Target:
    """One with an upper limit."""
    return Target(f"{what}: at most {limit:g}{unit}{than}", f"{value:.{digits}f}{unit}", value <= limit)


def _at_least(what: str, value: float, limit: float, than: str) -> Target:
    return Target(f"{what}: at least {limit:g} times less {than}", f"{value:.0f} times", value >= limit)


def _items(record: Record) -> Iterator[Target]:
    """What one item of a loop, and one task more, costs above its HTTP and above what ansible-core takes."""
    ways = (
        ("loop", "echo", "loop item", LOOP_MS, LOOP_TIMES),
        ("tasks", "echo_tasks", "separate task", TASK_MS, TASK_TIMES),
    )
    for way, echo, title, limit_ms, times in ways:
        for work, kind in (("each_environment", "environment"), ("each_token", "token")):
            ours = figures.overhead(record, work, way) - figures.more(record, work, echo)
            yield _at_most(f"{title}, {kind}", ours * 1000, limit_ms, " ms", f" above its HTTP and {ECHO}")
            for peer, name in ((f"{way}_process", "as a module process"), (f"uri_{way}", "with uri")):
                if peer in WORKS[work].ways:
                    measured = figures.less(record, work, way, peer)
                    yield _at_least(f"{title}, {kind}", measured, times, f"above its HTTP than {name}")


def _unchanged(record: Record) -> Iterator[Target]:
    """Works (a) and (c)."""
    delays = record.delays("tokens_unchanged", "set")
    calls = max(record.get("tokens_unchanged", "set", delay).number_of_calls for delay in delays)
    yield _at_most("(a) calls", calls, UNCHANGED_CALLS, "", digits=0)
    for delay in delays:
        bare = record.get("tokens_unchanged", "bare", delay).wall + figures.start(record)
        measured = record.get("tokens_unchanged", "set", delay).wall / bare
        than = " the bare script and ansible-playbook's own start"
        yield _at_most(f"(a) at {delay} ms", measured, UNCHANGED_TIMES, " times", than, digits=2)
    delays = record.delays("environments_unchanged", "set")
    calls = max(record.get("environments_unchanged", "set", delay).number_of_calls for delay in delays)
    yield _at_most("(c) calls", calls, 1, "", digits=0)


def _started(record: Record) -> Iterator[Target]:
    """Work (d), at the delay that it is measured with."""
    (delay,) = record.delays("environments_started", "set")
    one = record.get("environments_started", "set", delay)
    rounds = -(-one.items // CONCURRENCY)
    ideal = rounds * WORLDS[WORKS["environments_started"].world].start_seconds
    than = f" the ideal of {ideal:g} s with {CONCURRENCY} at a time"
    yield _at_most("(d)", one.wall / ideal, START_TIMES, " times", than, digits=2)


def _read(record: Record) -> Iterator[Target]:
    """Work (e)."""
    delays = record.delays("environments_read", "set")
    calls = max(record.get("environments_read", "set", delay).number_of_calls for delay in delays)
    yield _at_most("(e) calls", calls, 1, "", digits=0)
    worst = max(figures.above_echo(record, "environments_read", "set", delay) for delay in delays)
    yield _at_most("(e)", worst, READ_SECONDS, " s", f" above its HTTP and {ECHO}", digits=2)
    memory = record.peak("read")
    yield _at_most("(e) memory, largest process", memory.peak_mb, READ_MB, " MB", digits=0)
    yield _at_most("(e) memory, all processes together", memory.together_mb, READ_MB, " MB", digits=0)


def _flat(record: Record) -> Iterator[Target]:
    """Memory over a long loop: no more than core itself takes for results of that size."""
    extra = figures.growth(record, "loop") - figures.growth(record, "echo")
    than = " more than with an action that does nothing"
    yield _at_most("memory that 900 items more in a loop take", extra, FLAT_MB, " MB", than)


def _start_up(record: Record) -> Iterator[Target]:
    """What programs that do not use the collection pay for it."""
    for work in ("start_play", "start_doc", "start_list"):
        without, with_it = record.get(work, "without"), record.get(work, "with")
        noise = max(without.spread, with_it.spread, SAME_SECONDS)
        longer, than = (with_it.wall - without.wall) * 1000, " longer with the collection installed, which is noise"
        yield _at_most(WORKS[work].title, longer, round(noise * 1000), " ms", than, digits=0)
    for program, names in record.loaded.items():
        text = f"{program}: loads nothing of the collection's code, nor requests"
        yield Target(text, ", ".join(names) or "nothing", not names)


GROUPS: tuple[Callable[[Record], Iterator[Target]], ...] = (_items, _unchanged, _started, _read, _flat, _start_up)


def targets(record: Record) -> list[Target]:
    """All of them; NotMeasured where a run that claims to be complete is not, of another what it has."""
    found: list[Target] = []
    for group in GROUPS:
        try:
            found += group(record)
        except NotMeasured:
            if not record.made["only"]:
                raise
    return found
