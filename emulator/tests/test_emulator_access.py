# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control path refuses web pages: names that were pointed at this machine, and pages from somewhere else."""

from __future__ import annotations

import asyncio

import pytest

from emulator_client import TIMEOUT, Client
from paas_emulator.local_access import refusal
from paas_emulator.platform import Platform
from paas_emulator.server import Address, Server

REQUESTS = [("GET", "journal"), ("GET", "accounts"), ("PUT", "switches"), ("POST", "reset"), ("GET", "nothing")]
ADVICE = "use localhost, 127.0.0.1 or [::1] in the URL"


@pytest.mark.parametrize(("http", "name"), REQUESTS)
def test_a_foreign_host(bot: Client, http: str, name: str) -> None:
    bot.create("hello-world")
    bot.http.headers["Host"] = "rebind.evil.example:8080"
    response = bot.raw_control(http, name, {"debug": True})
    assert (response.status_code, response.json()) == (
        403,
        {"error": f"Host 'rebind.evil.example:8080' is not a name of this machine; {ADVICE}"},
    )
    del bot.http.headers["Host"]
    assert bot.status("hello-world") == 1
    assert bot.control("GET", "switches")["debug"] is False


@pytest.mark.parametrize(("http", "name"), REQUESTS)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost", ""])
def test_a_foreign_origin(bot: Client, http: str, name: str, origin: str) -> None:
    bot.create("hello-world")
    bot.http.headers["Origin"] = origin
    response = bot.raw_control(http, name, {"debug": True})
    assert (response.status_code, response.json()) == (
        403,
        {"error": f"Origin {origin!r} is another web page; send the request from a program, without an Origin header"},
    )
    assert bot.status("hello-world") == 1
    del bot.http.headers["Origin"]
    assert bot.control("GET", "switches")["debug"] is False


def test_a_page_of_the_emulator_itself(bot: Client) -> None:
    bot.http.headers["Origin"] = bot.url
    assert bot.control("PUT", "switches", {"debug": True})["debug"] is True


def test_a_long_host_is_cut_in_the_message(bot: Client) -> None:
    bot.http.headers["Host"] = "a" * 5000
    assert bot.raw_control("GET", "journal").json() == {
        "error": f"Host {'a' * 100!r} is not a name of this machine; {ADVICE}"
    }


@pytest.mark.parametrize(
    ("host", "accepted"),
    [
        ("localhost", True),
        ("LOCALHOST:8080", True),
        ("127.0.0.1", True),
        ("127.8.9.10:80", True),
        ("[::1]", True),
        ("[::1]:8080", True),
        ("[::ffff:127.0.0.1]:8080", True),
        ("paas.test:8080", True),
        ("ip6-localhost", True),
        ("", False),
        ("192.0.2.1", False),
        ("[2001:db8::1]", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("evil@localhost", False),
        ("localhost, evil.example", False),
        ("localhost:80:80", False),
        ("[::1", False),
        ("localhost/x", False),
    ],
)
def test_hosts(host: str, accepted: bool) -> None:
    """The names of this machine, and the one that the emulator was started with."""
    assert (refusal("127.0.0.1", f"http://{host}", {"Host": host}, "Paas.Test") is None) is accepted


def test_an_address_that_the_emulator_was_started_with(platform: Platform, loop: asyncio.AbstractEventLoop) -> None:
    """`--host 0.0.0.0 --allow-remote` is reached at 0.0.0.0, too."""
    platform.open()
    running = Server(platform)
    url = asyncio.run_coroutine_threadsafe(running.start(Address("0.0.0.0", 0)), loop).result(TIMEOUT)
    try:
        assert Client(url).control("GET", "health") == {"ok": True}
    finally:
        asyncio.run_coroutine_threadsafe(running.stop(), loop).result(TIMEOUT)


def test_calls_of_the_platform_take_any_host(bot: Client) -> None:
    """They need a session, which another page does not have."""
    bot.http.headers.update({"Host": "app.paas.example.com", "Origin": "https://app.paas.example.com"})
    assert bot.call("environment.control.GetEnvs") == {"result": 0, "infos": []}
