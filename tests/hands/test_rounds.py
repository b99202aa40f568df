# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several runs at once, over every module that writes: nothing is lost, made twice, or refused as busy.

Each run of the tests plays some rounds; ``make faults`` plays 200.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import task_processes
from tests.faults.page import ALL_ROUNDS
from tests.faults.results import FOLDER, ROUNDS, recorded
from tests.faults.rows import RESOURCES
from tests.faults.task_processes import TaskProcesses
from tests.hands.rounds import FAMILIES, ORDER, Round
from tests.integration.support import Emulator

__all__ = ["task_processes"]
FEW = len(ORDER)


@pytest.mark.parametrize("number", range(ALL_ROUNDS if FOLDER else FEW))
def test_round(emulator: Emulator, task_processes: Callable[[], TaskProcesses], tmp_path: Path, number: int) -> None:
    """See the module's documentation; a round that fails is drawn again from its number."""
    with recorded(ROUNDS, str(number)) as kept:
        result = Round(emulator, tmp_path, number).play(task_processes())
        kept.update(result.plain())
        assert (result.lost, result.duplicates, result.failures) == ([], [], [])


def test_every_module_that_writes_is_in_a_round() -> None:
    assert {make(0)[0] for family in FAMILIES.values() for make in family} == RESOURCES.keys()
