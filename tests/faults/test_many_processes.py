# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many processes that create tokens at the same time, all with one store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.faults.harness import Harness
from tests.faults.page import ALL_PROCESSES
from tests.faults.results import FOLDER, STORE_PROCESSES, recorded
from tests.faults.rows import CASES
from tests.faults.task_processes import TaskProcesses, job_of
from tests.integration.direct import open_store
from tests.integration.support import Emulator

# The whole matrix starts more processes than the sample.
PROCESSES = ALL_PROCESSES if FOLDER else 5
# They wait for the lock one after the other, and each signs in, creates and signs out while it holds it.
NAMES = [f"bot {number}" for number in range(PROCESSES)]


def test_a_crowd_loses_nothing(emulator: Emulator, task_processes: Callable[[], TaskProcesses], tmp_path: Path) -> None:
    """Each ends well; every token is there once, and the store holds the living value of each."""
    with recorded(STORE_PROCESSES, str(PROCESSES)) as kept:
        alive = living_names(Harness(emulator, CASES["CreateToken"], tmp_path, task_processes))
        kept.update(processes=PROCESSES, lost=len(set(NAMES) - set(alive)))
        assert sorted(alive) == sorted(NAMES)


def living_names(harness: Harness) -> list[str]:
    """Let all processes run at the same time, and return the tokens whose stored value lives."""
    harness.emulator.reset()
    case, store = harness.case, harness.store
    resource, options = case.task
    tasks = [(resource, {**options, "description": name}) for name in NAMES]
    jobs = [job_of(case.method, resource, harness.options(task), store, "") for task in tasks]
    assert harness.task_processes().together(jobs) == []
    created = [token["description"] for token in harness.tokens(*NAMES)]
    assert sorted(created) == sorted(NAMES)
    assert store is not None
    values = {name: str(entry.value) for name, entry in open_store(store).read().items() if not entry.pending}
    checks = {name: harness.emulator.call("users.account.GetUserInfo", session=value) for name, value in values.items()}
    return [name for name, answer in checks.items() if answer["result"] == 0]
