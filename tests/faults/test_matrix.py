# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every method that changes something x everything that can go wrong with its call.

Of the whole, as ``make faults`` runs it, each run of the tests takes a sample: every method and every fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults import fault_case, set_fault_case
from tests.faults.harness import Harness
from tests.faults.kinds import KINDS, Fault
from tests.faults.page import fault_cases, oldest_cases, rows, scenario_digest
from tests.faults.results import FOLDER, load, recorded
from tests.faults.rows import CASES, Row, writes_of_the_code
from tests.faults.task_processes import TaskProcesses
from tests.integration.support import Emulator
from tests.profiles import THOROUGH


def sample() -> list[tuple[Row, Fault]]:
    """Each method once, by the fault that was taken least so far; and each fault that was not taken.

    In the profile ``ci`` each fault strikes environments, their insides, what lies outside of them, tokens, and sets.
    """

    possible: dict[tuple[str, str], list[Row]] = {}
    for case, kind in fault_cases():
        possible.setdefault((kind.name, _place(case)), []).append(case)
    struck: Counter[str] = Counter()
    used: Counter[tuple[str, str]] = Counter()
    kinds = {kind.name: kind for kind in KINDS}
    chosen = []

    def take(case: Row, name: str) -> None:
        chosen.append((case, kinds[name]))
        struck[case.row] += 1
        used[name, _place(case)] += 1

    for case in rows():
        names = [kind.name for kind in KINDS if kind.end(case.name, case.traits)]
        take(case, min(names, key=lambda name: used[name, _place(case)]))
    for (name, place), cases in possible.items():
        if not used[name, place]:
            take(min(cases, key=lambda case: struck[case.row]), name)
    return chosen


def _place(case: Row) -> str:
    """What the faults of a sample are spread over: in the profile ``ci`` each strikes each of these."""
    if not THOROUGH:
        return ""
    return case.module or next(trait for trait in ("token", "environment", *case.traits) if trait in case.traits)


def _id(value: object) -> str:
    named = value.label if isinstance(value, Row) else getattr(value, "name", value)
    return str(named).replace(" ", "-")


@pytest.mark.parametrize(("case", "kind"), oldest_cases(load()) if FOLDER else sample(), ids=_id)
def test_fault_case(
    emulator: Emulator,
    task_processes: Callable[[], TaskProcesses],
    baselines: Callable[[Harness], Any],
    tmp_path: Path,
    case: Row,
    kind: Fault,
) -> None:
    """Done once, or not done and said so; then as declared; nothing twice, nothing lost, nothing shown."""
    end = kind.end(case.name, case.traits)
    assert end is not None
    harness = Harness(emulator, case, tmp_path, task_processes)
    carry_out = set_fault_case.carry_out if case.module else fault_case.carry_out
    with recorded(case.row, kind.name) as result:
        result.update(word=end.word, scenario=scenario_digest(case, kind))
        without = baselines(harness)
        record = carry_out(Harness(emulator, case, tmp_path, task_processes), kind, end, without)
        result.update(record.numbers())
        assert record.problems == []


def test_no_method_is_missing() -> None:
    """What the code calls and is no read has a row, under its full name."""
    assert {case.method for case in CASES.values()} == writes_of_the_code()
