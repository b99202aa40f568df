# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several runs at once, over every module that writes: nothing is lost, made twice, or refused as busy.

Each run of the tests plays some rounds; ``make faults`` plays 200.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import task_processes
from tests.faults.page import ROUNDS
from tests.faults.rows import RESOURCES
from tests.faults.task_processes import TaskProcesses
from tests.faults.test_matrix import RESULTS
from tests.hands.rounds import FAMILIES, ORDER, Round
from tests.integration.support import Emulator

__all__ = ["task_processes"]
FEW = len(ORDER)


@pytest.mark.parametrize("number", range(ROUNDS if RESULTS else FEW))
def test_round(emulator: Emulator, task_processes: Callable[[], TaskProcesses], tmp_path: Path, number: int) -> None:
    """See the module's documentation; a round that fails is drawn again from its number."""
    result = Round(emulator, tmp_path, number).play(task_processes())
    if RESULTS:
        with (Path(RESULTS) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"round": result.plain()}) + "\n")
    assert (result.lost, result.duplicates, result.failures) == ([], [], [])


def test_every_module_that_writes_is_in_a_round() -> None:
    assert {make(0)[0] for family in FAMILIES.values() for make in family} == RESOURCES.keys()
