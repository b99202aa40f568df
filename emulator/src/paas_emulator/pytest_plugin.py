# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for pytest, which finds them where this package is installed."""

from __future__ import annotations

import json
import secrets
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from paas_emulator.running import running

LOGIN = "tests@example.com"
TIMEOUT = 30.0


@dataclass(frozen=True)
class PaasEmulator:
    """A running emulator with one account. token: a personal access token with the template Extended Access."""

    url: str
    login: str
    password: str = field(repr=False)
    token: str = field(repr=False)

    def control(self, http: str, name: str, body: Any = None) -> Any:
        """The answer of a control request, such as `control("PUT", "switches", {"no_writes": True})`.

        Raises:
            urllib.error.HTTPError: the emulator refuses it; its body says why.
        """
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_emulator/{name}", data=data, method=http)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=TIMEOUT) as response:
            return json.load(response)


@pytest.fixture(scope="session")
def paas_emulator_options() -> tuple[str, ...]:
    """Options of the command line; override it in a conftest.py."""
    return ()


@pytest.fixture(scope="session")
def paas_emulator_process(paas_emulator_options: tuple[str, ...]) -> Iterator[PaasEmulator]:
    """One emulator for the test run, with a password and a token made for it."""
    password, token = secrets.token_hex(12), secrets.token_hex(20)
    with running([f"{LOGIN}:{password}:{token}"], *paas_emulator_options) as url:
        yield PaasEmulator(url, LOGIN, password, token)


@pytest.fixture
def paas_emulator(paas_emulator_process: PaasEmulator) -> PaasEmulator:
    """The emulator as it was at its start: no environments, no faults, an empty journal."""
    paas_emulator_process.control("POST", "reset")
    return paas_emulator_process
