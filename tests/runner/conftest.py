# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller whose jobs call the emulator, and organizations of a double that the role sets up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.conftest import _pools, cold_player, player
from tests.integration.scenario import CODE
from tests.integration.support import Emulator, Player
from tests.integration.warm import warm
from tests.runner.awx import PLAYBOOKS, ROOT, Controller
from tests.runner.double.server import serving
from tests.runner.double.store import Store, User
from tests.runner.role import Organization

__all__ = ["_pools", "cold_player", "player"]


@pytest.fixture
def controller(emulator: Emulator, tmp_path: Path) -> Controller:
    """A controller with an account credential, whose store outlives the jobs, and a token credential."""
    return Controller(tmp_path, emulator)


@pytest.fixture
def store() -> Store:
    return Store(PLAYBOOKS)


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Python that runs modules."""
    folder = tmp_path_factory.mktemp("modules")
    with warm(Player(folder, "", None).full_environment(), folder, CODE) as address:
        yield address


@pytest.fixture
def organization(tmp_path: Path, store: Store, modules: str) -> Iterator[Organization]:
    users = {"root": ROOT, "org": User("org", organization=store.organization)}
    # There is no TLS here, and reading the certificates of the system takes half of the time of a call.
    environment = {"ANSIBLE_MODULE_COMPRESSION": "ZIP_STORED", "WARM_SOCKET": modules, "SSL_CERT_FILE": os.devnull}
    with serving(store, users) as server:
        yield Organization(Player(tmp_path, "", None, verbosity=0, environment=environment), server, store)
