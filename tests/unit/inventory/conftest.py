# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A source of an inventory, and what the platform has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.connection import VARIABLES
from tests.integration.inventories import create_shop, with_cache
from tests.integration.support import Emulator
from tests.unit.inventory.sources import InventorySource


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    for name in (*VARIABLES.values(), "ANSIBLE_INVENTORY_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PAAS_API_URL", emulator.url)
    monkeypatch.setenv("PAAS_TOKEN", emulator.account.token)


@pytest.fixture
def source(tmp_path: Path) -> InventorySource:
    return InventorySource(tmp_path)


@pytest.fixture
def shop(emulator: Emulator) -> Emulator:
    """Two environments of one account, one of the other."""
    create_shop(emulator)
    return emulator


@pytest.fixture
def cached(tmp_path: Path) -> dict[str, Any]:
    return with_cache(tmp_path)
