# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many processes that create tokens at the same time, all with one store."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from tests.faults.bed import Bed
from tests.faults.nursery import Nursery, job_of
from tests.faults.rows import CASES
from tests.faults.test_matrix import RESULTS
from tests.integration.direct import open_store
from tests.integration.support import Emulator

# The whole matrix has a larger crowd than the sample.
PROCESSES = 20 if RESULTS else 5
# A crowd stands in line for the lock, and each signs in, creates and signs out while it holds it.
NAMES = [f"bot {number}" for number in range(PROCESSES)]


def test_a_crowd_loses_nothing(emulator: Emulator, nursery: Callable[[], Nursery], tmp_path: Path) -> None:
    """Each ends well; every token is there once, and the store holds the living value of each."""
    case = CASES["CreateToken"]
    bed = Bed(emulator, case, tmp_path, nursery)
    emulator.reset()
    resource, options = case.task
    jobs = [
        job_of(case.method, resource, bed.options((resource, {**options, "description": name})), bed.store, "")
        for name in NAMES
    ]
    assert nursery().together(jobs) == []
    created = [token["description"] for token in bed.tokens(*NAMES)]
    assert sorted(created) == sorted(NAMES)
    assert bed.store is not None
    entries = open_store(bed.store).read()
    alive = [
        name
        for name, entry in entries.items()
        if not entry.pending and emulator.call("users.account.GetUserInfo", session=str(entry.value))["result"] == 0
    ]
    assert sorted(alive) == sorted(NAMES)
    if RESULTS:
        crowd = {"processes": PROCESSES, "lost": len(set(NAMES) - set(alive))}
        with (Path(RESULTS) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"crowd": crowd}) + "\n")
