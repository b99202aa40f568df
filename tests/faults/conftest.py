# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process whose children are killed, one for each test process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults import fault_case, set_fault_case
from tests.faults.harness import Harness
from tests.faults.task_processes import TaskProcesses


@pytest.fixture(scope="session")
def task_processes() -> Iterator[Callable[[], TaskProcesses]]:
    """The process whose children are killed, started when it is asked for first."""
    started: list[TaskProcesses] = []

    def get() -> TaskProcesses:
        if not started:
            started.append(TaskProcesses())
        return started[0]

    yield get
    for process in started:
        process.close()


@pytest.fixture(scope="session")
def baselines() -> Callable[[Harness], Any]:
    """What each task does where nothing goes wrong, found out once: a ``Baseline``, or a ``SetBaseline``."""
    known: dict[str, Any] = {}

    def get(harness: Harness) -> Any:
        name = harness.case.module or harness.case.name
        if name not in known:
            known[name] = (set_fault_case if harness.case.module else fault_case).baseline(harness)
        return known[name]

    return get
