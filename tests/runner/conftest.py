# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller whose jobs call the emulator."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.integration.support import Emulator
from tests.runner.awx import Controller


@pytest.fixture
def controller(emulator: Emulator, tmp_path: Path) -> Controller:
    """A controller whose credential has login, password, token and a store that outlives the jobs."""
    account = emulator.account
    inputs = {
        "paas_api_url": emulator.url,
        "paas_login": account.login,
        "paas_password": account.password,
        "paas_token": account.token,
        "paas_token_store": str(tmp_path / "tokens.yml"),
    }
    return Controller(tmp_path, inputs, vault_password=secrets.token_hex(12))
