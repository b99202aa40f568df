# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs playbooks, and what they need."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.certificates import make
from tests.integration.ansible_pool import ANSIBLE_POOL
from tests.integration.scenario import WARM_PYTHON, warmed
from tests.integration.support import Emulator, Player


@pytest.fixture(scope="session", autouse=True)
def _pools() -> Iterator[None]:
    """What plays playbooks, and what modules start in, ends with the tests."""
    yield
    ANSIBLE_POOL.close()
    WARM_PYTHON.close()


@pytest.fixture
def cold_player(emulator: Emulator, tmp_path: Path) -> Player:
    """Runs playbooks against the emulator as the account, at the highest verbosity, with a vault password."""
    return Player(tmp_path, emulator.url, emulator.account, vault_password=secrets.token_hex(12))


@pytest.fixture
def player(cold_player: Player) -> Iterator[Player]:
    """As ``cold_player``; its modules start in a Python that has imported what they need."""
    with warmed(cold_player):
        yield cold_player


@pytest.fixture
def wait() -> Callable[[Callable[[], bool]], None]:
    """Wait until a condition holds; the test fails where it does not within ten seconds."""

    def until(condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < end, "the awaited condition did not come"
            threading.Event().wait(0.02)

    return until


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """Files of a certificate for localhost that no authority vouches for, and of its key."""
    made = make(tmp_path, "certificate", host="localhost", days=(-1, 1))
    return made.path, made.path.with_suffix(".key")
