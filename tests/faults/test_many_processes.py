# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many processes that create tokens at the same time, all with one store."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from tests.faults.harness import Harness
from tests.faults.rows import CASES
from tests.faults.task_processes import TaskProcesses, job_of
from tests.faults.test_matrix import RESULTS
from tests.integration.direct import open_store
from tests.integration.support import Emulator

# The whole matrix starts more processes than the sample.
PROCESSES = 20 if RESULTS else 5
# They wait for the lock one after the other, and each signs in, creates and signs out while it holds it.
NAMES = [f"bot {number}" for number in range(PROCESSES)]


def test_a_crowd_loses_nothing(emulator: Emulator, task_processes: Callable[[], TaskProcesses], tmp_path: Path) -> None:
    """Each ends well; every token is there once, and the store holds the living value of each."""
    case = CASES["CreateToken"]
    harness = Harness(emulator, case, tmp_path, task_processes)
    emulator.reset()
    resource, options = case.task
    jobs = [
        job_of(case.method, resource, harness.options((resource, {**options, "description": name})), harness.store, "")
        for name in NAMES
    ]
    assert task_processes().together(jobs) == []
    created = [token["description"] for token in harness.tokens(*NAMES)]
    assert sorted(created) == sorted(NAMES)
    assert harness.store is not None
    entries = open_store(harness.store).read()
    alive = [
        name
        for name, entry in entries.items()
        if not entry.pending and emulator.call("users.account.GetUserInfo", session=str(entry.value))["result"] == 0
    ]
    assert sorted(alive) == sorted(NAMES)
    if RESULTS:
        store_processes = {"processes": PROCESSES, "lost": len(set(NAMES) - set(alive))}
        with (Path(RESULTS) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"store_processes": store_processes}) + "\n")
