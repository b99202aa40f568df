# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator for the matrix, and a process whose children are killed, one of each for each test process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.faults.bed import Bed
from tests.faults.cell import Golden, golden
from tests.faults.nursery import Nursery
from tests.integration.conftest import _account
from tests.integration.support import Emulator, running


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """A running emulator; each cell brings it back to its start."""
    with running(_account("user"), _account("other")) as started:
        yield started


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
def goldens() -> Callable[[Bed], Golden]:
    """What each task does where nothing goes wrong, found out once."""
    known: dict[str, Golden] = {}

    def get(bed: Bed) -> Golden:
        if bed.case.name not in known:
            known[bed.case.name] = golden(bed)
        return known[bed.case.name]

    return get
