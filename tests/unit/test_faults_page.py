# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the fault matrix is that of its results, and these are of all cells that there are now."""

from __future__ import annotations

import json

from tests.faults.page import LEAK_SCANS, PAGE, RESULTS, ROUNDS, fault_cases, page, totals, word

STALE = "it is out of date: run make faults"


def test_the_page_is_what_the_results_say() -> None:
    results = json.loads(RESULTS.read_text("utf-8"))
    assert PAGE.read_text("utf-8") == page(results), STALE


def test_the_results_are_of_the_cells_that_there_are() -> None:
    """A new method, or another fault, makes them stale."""
    records = json.loads(RESULTS.read_text("utf-8"))["cells"]
    ends = {(case.row, kind.name): kind.end(case.name, case.traits) for case, kind in fault_cases()}
    assert {(record["method"], record["kind"]) for record in records} == set(ends), STALE
    assert len(records) == len(ends)
    for record in records:
        end = ends[record["method"], record["kind"]]
        assert end is not None
        assert word(record) == end.word, STALE


def test_nothing_is_done_twice_lost_or_shown() -> None:
    results = json.loads(RESULTS.read_text("utf-8"))
    summed = totals(results["cells"])
    assert {name: summed[name] for name in ("duplicates", "lost values", "leaks", "failed")} == {
        "duplicates": 0,
        "lost values": 0,
        "leaks": 0,
        "failed": 0,
    }
    assert results["store_processes"] == {"processes": 20, "lost": 0}
    rounds = results["rounds"]
    assert rounds == {"rounds": ROUNDS, "runs": rounds["runs"], "lost": 0, "duplicates": 0, "failures": 0}, STALE
    assert rounds["runs"] > 2 * ROUNDS
    assert results["leak_scan"]["leaks"] == 0
    assert results["leak_scan"]["runs"] == LEAK_SCANS, STALE
    assert results["leak_scan"]["secrets"] > LEAK_SCANS
