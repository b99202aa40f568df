# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the fault matrix: it is that of the results, these are of what is run now, and each has its own date."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.faults import page as faults_page
from tests.faults import results
from tests.faults.kinds import KINDS
from tests.faults.page import ALL_PROCESSES, ALL_ROUNDS, PAGE, oldest_cases, page, scenario_digest, scenarios, totals
from tests.faults.results import (
    FAILED,
    MatrixRun,
    all_results,
    load,
    oldest_first,
    read_records,
    recorded,
    renewed,
    stale,
    text_of,
)
from tests.faults.rows import CASES
from tests.integration.leak_scan_plays import SCENARIOS

CALL = "environment.control.StopEnv"
WRONG = (
    *("duplicates", "lost values", "leaks", "failed", "entries that they lost", "changes that they lost"),
    *("things that they made twice", "runs that failed", "leaks of theirs"),
)
TWO = {CALL: {"cut": "aaa", "half": "bbb"}, "rounds": {"0": ""}}


def test_the_page_is_what_the_results_say() -> None:
    assert PAGE.read_text("utf-8") == page(load()), "docs/faults.md is not current: run make faults"


def test_the_results_are_of_the_cells_that_there_are() -> None:
    """A new method, another fault, or a change of the task makes the cell stale; the message names it."""
    wanted = scenarios()
    names = [", ".join(key) for key in stale(load(), wanted)]
    assert not names, f"make faults runs these first, ARGS='-k ...' some alone: {'; '.join(names)}"
    assert all_results(load()).keys() == wanted.keys()
    assert sum(map(len, all_results(load()).values())) == sum(map(len, wanted.values()))


def test_nothing_is_done_twice_lost_or_shown() -> None:
    summed = totals(load())
    assert {name: summed[name] for name in WRONG} == dict.fromkeys(WRONG, 0)
    assert summed["processes at a time on one store"] == ALL_PROCESSES
    assert summed["rounds of several runs at once"] == ALL_ROUNDS
    assert summed["runs in them"] > 2 * ALL_ROUNDS
    assert summed["runs of playbooks searched"] == 4 * (1 + len(SCENARIOS))
    assert summed["secrets that were in play"] > summed["runs of playbooks searched"]


def _run(date: str, **cells: dict[str, Any]) -> MatrixRun:
    found: dict[str, dict[str, dict[str, Any]]] = {CALL: dict(cells)} if cells else {}
    return MatrixRun(date, f"code of {date}", {"Python": "3.13.1"}, found)


OLD = _run("2026-01-01 10:00", cut={"word": "done", "scenario": "aaa"}, half={"word": "done", "scenario": "bbb"})
OLD.results["rounds"] = {"0": {"runs": 5}}
NEW = _run("2026-02-02 10:00", half={"word": "not done", "scenario": "bbb"})


def test_a_run_of_some_cells_renews_these_alone() -> None:
    runs = renewed([OLD], NEW, TWO)
    assert [(run.date, run.results) for run in runs] == [
        ("2026-01-01 10:00", {CALL: {"cut": OLD.results[CALL]["cut"]}, "rounds": {"0": {"runs": 5}}}),
        ("2026-02-02 10:00", {CALL: {"half": NEW.results[CALL]["half"]}}),
    ]


def test_a_run_whose_results_are_all_renewed_goes() -> None:
    latest = replace(OLD, date="2026-03-03 10:00")
    assert [run.date for run in renewed([OLD, NEW], latest, TWO)] == ["2026-03-03 10:00"]


def test_a_run_without_results_changes_nothing() -> None:
    assert renewed([OLD], _run("2026-02-02 10:00"), TWO) == [OLD]


def test_results_of_scenarios_that_are_gone_go() -> None:
    runs = renewed([OLD], NEW, {CALL: {"half": "bbb"}})
    assert [run.results for run in runs] == [NEW.results]


def test_what_is_new_or_changed_is_stale() -> None:
    assert stale([OLD], TWO) == []
    changed = {CALL: {"cut": "changed", "half": "bbb", "429": "ccc"}, "rounds": {"0": "", "1": ""}}
    assert stale([OLD], changed) == [(CALL, "cut"), (CALL, "429"), ("rounds", "1")]


def test_what_is_stale_is_run_first_then_the_oldest() -> None:
    wanted = {CALL: {"half": "bbb", "cut": "aaa", "429": "ccc"}, "rounds": {"0": ""}}
    expected = [(CALL, "429"), (CALL, "cut"), ("rounds", "0"), (CALL, "half")]
    assert oldest_first(renewed([OLD], NEW, wanted), wanted) == expected


def test_every_cell_is_run() -> None:
    assert len(oldest_cases([])) == sum(map(len, scenarios().values())) - 1 - ALL_ROUNDS - 4 * (1 + len(SCENARIOS))
    assert len(set(map(repr, oldest_cases([])))) == len(oldest_cases([]))


def test_the_page_says_from_when_results_are() -> None:
    text = page(renewed([OLD], NEW, TWO))
    assert "The oldest results are of 2026-01-01, the newest of 2026-02-02." in text
    assert "| 2026-01-01 10:00 | code of 2026-01-01 10:00 | Python 3.13.1 | 1 | 1 | 0 | 0 |" in text
    assert "| 2026-02-02 10:00 | code of 2026-02-02 10:00 | Python 3.13.1 | 1 | 0 | 0 | 0 |" in text
    assert "| StopEnv | - | done | - | not done | - | - |" in text
    assert "| cells | 2 |" in text


def test_a_cell_that_failed_is_shown_and_counted() -> None:
    runs = renewed([OLD], _run("2026-02-02 10:00", cut={"word": FAILED, "scenario": "aaa"}), TWO)
    assert "| StopEnv | - | FAILED | - | done | - | - |" in page(runs)
    assert totals(runs)["failed"] == 1


def test_the_file_is_read_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FILE", tmp_path / "results.json")
    text = text_of([OLD, NEW])
    results.FILE.write_text(text, encoding="utf-8")
    assert load() == [OLD, NEW]
    assert json.dumps(OLD.results[CALL]["cut"]) in [line.partition(": ")[2].rstrip(",") for line in text.splitlines()]


def test_what_a_test_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How it ended also if it failed; nothing of a test that was interrupted."""
    monkeypatch.setattr(results, "FOLDER", str(tmp_path))
    with recorded(CALL, "cut") as kept:
        kept.update(word="done", leaks=0)
    with pytest.raises(AssertionError), recorded(CALL, "half") as kept:
        kept.update(word="done", leaks=1)
        raise AssertionError("wrong")
    with pytest.raises(KeyboardInterrupt), recorded(CALL, "429") as kept:
        raise KeyboardInterrupt
    assert read_records(tmp_path) == {CALL: {"cut": {"word": "done"}, "half": {"word": FAILED, "leaks": 1}}}


def test_the_digest_of_a_cell_is_of_its_task_and_of_its_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words for readers do not count, nor what the fault does to other methods, nor where the checkout is."""
    case, kind = CASES["StopEnv"], KINDS[1]
    digest = scenario_digest(case, kind)
    assert re.fullmatch("[0-9a-f]{6}", digest)
    assert scenario_digest(case, replace(kind, what="other words", ends={**kind.ends, "set": kind.ends[""]})) == digest
    assert scenario_digest(replace(case, task=("environment", {"name": "other"})), kind) != digest
    assert scenario_digest(case, replace(kind, fault={"kind": "cut_after"})) != digest
    assert scenario_digest(case, replace(kind, ends={"": replace(kind.ends[""], sent=2)})) != digest
    upload, here = CASES["Upload"], str(PAGE.parents[1])
    digest, moved = scenario_digest(upload, kind), json.dumps(upload.task).replace(here, "/elsewhere")
    assert here in repr(upload)
    monkeypatch.setattr(faults_page, "PROJECT", Path("/elsewhere"))
    assert scenario_digest(replace(upload, task=tuple(json.loads(moved))), kind) == digest
