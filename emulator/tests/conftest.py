# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running emulator for each test, and clients of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import pytest

from emulator_client import LOGIN, OTHER_LOGIN, OTHER_PASSWORD, OTHER_TOKEN, PASSWORD, TIMEOUT, TOKEN, Client
from paas_emulator import secrets_at_rest
from paas_emulator.accounts import StartAccount
from paas_emulator.cli import ACCOUNTS_VARIABLE, main
from paas_emulator.platform import Platform
from paas_emulator.server import Address, Server

Refused = Callable[..., str]
# The tests in a browser have an environment of their own (`make browser`).
collect_ignore = [] if find_spec("playwright") else ["browser"]


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hashing takes a hundredth of a second on purpose, and every test has two accounts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(secrets_at_rest.COST, "n", 2)
        yield


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop in a thread of its own."""
    running = asyncio.new_event_loop()
    thread = threading.Thread(target=running.run_forever, daemon=True)
    thread.start()
    yield running
    running.call_soon_threadsafe(running.stop)
    thread.join()
    running.close()


@pytest.fixture
def platform() -> Platform:
    """A platform with two accounts that have a token each."""
    accounts = [StartAccount(LOGIN, PASSWORD, TOKEN), StartAccount(OTHER_LOGIN, OTHER_PASSWORD, OTHER_TOKEN)]
    return Platform(accounts)


@pytest.fixture
def server(loop: asyncio.AbstractEventLoop, platform: Platform) -> Iterator[str]:
    """URL of a running emulator."""
    platform.open()
    running = Server(platform)
    yield asyncio.run_coroutine_threadsafe(running.start(Address("127.0.0.1", 0)), loop).result(TIMEOUT)
    asyncio.run_coroutine_threadsafe(running.stop(), loop).result(TIMEOUT)


@pytest.fixture
def anonymous(server: str) -> Client:
    """A client without a session."""
    return Client(server)


@pytest.fixture
def client(anonymous: Client) -> Client:
    """A client signed in as the first account."""
    return anonymous.signed_in()


@pytest.fixture
def bot(server: str) -> Client:
    """A client with the Extended Access token of the first account."""
    return Client(server, TOKEN)


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Refused:
    """Runs a command line that cannot start, in this process; gives the one line it says."""

    def run(*arguments: str, accounts: str = "") -> str:
        monkeypatch.setenv(ACCOUNTS_VARIABLE, accounts)
        assert main(arguments) == 2
        said = capsys.readouterr()
        assert said.out == "" and said.err.startswith("paas-emulator: ") and said.err.count("\n") == 1, said
        return said.err.removeprefix("paas-emulator: ").strip()

    return run
