# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every method that changes something x everything that can go wrong with its call.

Of the whole, as ``make faults`` runs it, each run of the tests takes a sample: every method and every fault.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults import cell, set_cell
from tests.faults.bed import Bed
from tests.faults.kinds import Kind
from tests.faults.nursery import Nursery
from tests.faults.page import cells, rows
from tests.faults.rows import CASES, Case, writes_of_the_code
from tests.integration.support import Emulator

# Where the results of the whole matrix go, a file for each test process; without it a sample is run.
RESULTS = os.environ.get("FAULT_RESULTS")


def sample() -> list[tuple[Case, Kind]]:
    """Each method once, by the fault that was taken least so far; and each fault that was not taken."""
    used: Counter[str] = Counter()
    chosen = []
    for case in rows():
        kind = min((kind for other, kind in cells() if other is case), key=lambda kind: used[kind.name])
        used[kind.name] += 1
        chosen.append((case, kind))
    firsts = {kind.name: (case, kind) for case, kind in reversed(cells())}
    return chosen + [cell for name, cell in firsts.items() if not used[name]]


def _id(value: object) -> str:
    named = value.label if isinstance(value, Case) else getattr(value, "name", value)
    return str(named).replace(" ", "-")


@pytest.mark.parametrize(("case", "kind"), cells() if RESULTS else sample(), ids=_id)
def test_cell(
    emulator: Emulator,
    nursery: Callable[[], Nursery],
    goldens: Callable[[Bed], Any],
    tmp_path: Path,
    case: Case,
    kind: Kind,
) -> None:
    """Done once, or not done and said so; then as declared; nothing twice, nothing lost, nothing shown."""
    end = kind.end(case.name, case.traits)
    assert end is not None
    bed = Bed(emulator, case, tmp_path, nursery)
    without = goldens(bed)
    carry_out = set_cell.carry_out if case.module else cell.carry_out
    record = carry_out(Bed(emulator, case, tmp_path, nursery), kind, end, without)
    if RESULTS:
        with (Path(RESULTS) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(record.plain()) + "\n")
    assert record.problems == []


def test_no_method_is_missing() -> None:
    """What the code calls and is no read has a row, under its full name."""
    assert {case.method for case in CASES.values()} == writes_of_the_code()
