# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One emulator for all jobs, back at its start for each test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.support import Account, Emulator, running
from tests.runner.awx import Controller


@pytest.fixture(scope="session")
def _emulator() -> Iterator[Emulator]:
    with running(Account.made_up("user"), Account.made_up("other")) as emulator:
        yield emulator


@pytest.fixture
def emulator(_emulator: Emulator) -> Emulator:
    """A running emulator without environments, and with one token of the account."""
    _emulator.reset()
    return _emulator


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
