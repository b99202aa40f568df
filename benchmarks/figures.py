# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows from the measurements: the cost of one item more, ratios, what a run takes above the network."""

from __future__ import annotations

from benchmarks.record import Measurement, Record, middle
from benchmarks.works import WORKS

# What is below it drowns in the differences of plays.
LEAST = 0.001


def start(record: Record) -> float:
    """Seconds of ansible-playbook by itself: a play without tasks."""
    return record.get("nothing", "loop").wall


def less(record: Record, work: str, ours: str, peer: str) -> float:
    """How many times less one item more costs above its HTTP with ours than with a peer."""
    return overhead(record, work, peer) / max(overhead(record, work, ours), LEAST)


def best_of_ours(work: str) -> str:
    """The contender of ours that the others are compared with."""
    return "set" if "set" in WORKS[work].ways else "loop"


def per_item(one: Measurement) -> float:
    """Seconds for each item; of a work without items, all."""
    return one.wall / max(one.items, 1)


def ratio(record: Record, one: Measurement) -> float | None:
    """How many times longer it takes than ours, for each item; None where ours was not measured."""
    ours = record.find(one.work, best_of_ours(one.work), one.delay_ms)
    return per_item(one) / per_item(ours) if ours else None


def more(record: Record, work: str, contender: str) -> float:
    """Seconds that one item more takes: of runs with many and with one, the difference for each repeat."""
    many, single = record.get(work, contender), record.get(work, contender, items=1)
    pairs = zip(many.seconds, single.seconds, strict=True)
    return middle((long - short) / (many.items - 1) for long, short in pairs)


def calls_more(record: Record, work: str, contender: str) -> dict[str, float]:
    """Calls that one item more makes, by method."""
    many, single = record.get(work, contender), record.get(work, contender, items=1)
    return {
        method: (count - single.calls.get(method, 0)) / (many.items - 1)
        for method, count in many.calls.items()
        if count != single.calls.get(method, 0)
    }


def http_more(record: Record, work: str, contender: str) -> float:
    """Seconds of HTTP of one item more: its calls, at what the bare script takes for each on a kept connection."""
    took = record.get(work, "bare").http_calls
    return sum(count * took[method] for method, count in calls_more(record, work, contender).items())


def overhead(record: Record, work: str, contender: str) -> float:
    """Seconds that one item more takes above its HTTP."""
    return more(record, work, contender) - http_more(record, work, contender)


def http(record: Record, work: str, delay_ms: int) -> float:
    """Seconds from the bare script's first call to its last answer."""
    return middle(record.get(work, "bare", delay_ms).http)


def above_echo(record: Record, work: str, contender: str, delay_ms: int) -> float:
    """Seconds of a run beside those of an action that gives back as much, and the HTTP of the work."""
    echo = record.get(work, "echo_once", delay_ms).wall
    return record.get(work, contender, delay_ms).wall - echo - http(record, work, delay_ms)


def growth(record: Record, what: str) -> float:
    """MB of the largest process that the items between the smallest and the largest loop cost."""
    smallest = min((one.items for one in record.memory if one.what == what), default=None)
    return record.peak(what).peak_mb - record.peak(what, smallest).peak_mb
