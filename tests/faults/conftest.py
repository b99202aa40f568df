# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process whose children are killed, one for each test process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults import cell, set_cell
from tests.faults.bed import Bed
from tests.faults.nursery import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Callable[[], Nursery]]:
    """The process whose children are killed, started when it is asked for first."""
    started: list[Nursery] = []

    def get() -> Nursery:
        if not started:
            started.append(Nursery())
        return started[0]

    yield get
    for process in started:
        process.close()


@pytest.fixture(scope="session")
def goldens() -> Callable[[Bed], Any]:
    """What each task does where nothing goes wrong, found out once: a ``Golden``, or a ``SetGolden``."""
    known: dict[str, Any] = {}

    def get(bed: Bed) -> Any:
        name = bed.case.module or bed.case.name
        if name not in known:
            known[name] = (set_cell if bed.case.module else cell).golden(bed)
        return known[name]

    return get
