# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control path: journal, switches, clock, accounts, reset."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from emulator_client import LOGIN, OTHER_LOGIN, PASSWORD, TOKEN, Client
from paas_emulator.local_access import is_loopback

C = "environment.control."
SWITCHES = {
    "no_writes": False,
    "require_password": False,
    "delete_confirm": "password",
    "any_stack": False,
    "debug": False,
    "session_ttl": None,
    "short_method_names": False,
    "gateway_timeout": None,
    "exec_timeout": None,
}


def row(method: str, write: bool, result: int | None, http: str = "POST") -> dict[str, Any]:
    return {"method": method, "http": http, "query": http == "GET", "write": write, "result": result}


def test_health(anonymous: Client) -> None:
    assert anonymous.control("GET", "health") == {"ok": True}


def test_journal(anonymous: Client) -> None:
    client = anonymous.signed_in()
    client.create("hello-world")
    client.create("bad")
    client.call(C + "StopEnv", "GET", envName="hello-world")
    client.call(C + "StopEnv", envName="hello-world")
    client.call("users.authentication.Signout")
    assert client.journal() == [
        row("users.authentication.Signin", False, 0),
        row(C + "CreateEnvironment", True, 0),
        row(C + "CreateEnvironment", True, 2314),
        row(C + "StopEnv", True, 0, "GET"),
        row(C + "StopEnv", True, 2212),
        row("users.authentication.Signout", False, 0),
    ]
    text = client.raw_control("GET", "journal").text
    for value in (PASSWORD, LOGIN, str(client.session), "hello-world"):
        assert value not in text
    members = ["method", "http", "query", "write", "result", "ms"]
    assert [list(call) for call in json.loads(text)["calls"]] == [members] * 6
    assert client.control("DELETE", "journal") == {"calls": []}
    assert client.journal() == []


def test_no_writes(client: Client, bot: Client) -> None:
    bot.create("hello-world")
    bot.control("PUT", "switches", {"no_writes": True})
    bot.control("DELETE", "journal")
    refused = {"result": 8, "source": "hx-core", "error": "permission denied: the switch no_writes is on"}
    assert bot.call(C + "StopEnv", envName="hello-world") == refused
    assert client.call("users.authentication.DeleteTokens", ids="*") == refused
    answer = bot.call(C + "CreateEnvironment", env="{}", nodes="[]")
    assert answer == {**refused, "response": None}
    assert [call["write"] for call in bot.journal()] == [True, True, True]
    assert {call["result"] for call in bot.journal()} == {8}
    signed_in = client.signed_in()
    assert signed_in.call("users.authentication.GetTokens")["result"] == 0
    assert signed_in.call("users.authentication.Signout") == {"result": 0}
    assert bot.status("hello-world") == 1


def test_switches(bot: Client) -> None:
    assert bot.control("GET", "switches") == SWITCHES
    assert bot.control("PUT", "switches", {"debug": True}) == {**SWITCHES, "debug": True}
    both = bot.control("PUT", "switches", {"session_ttl": 60, "delete_confirm": "name"})
    assert both == {**SWITCHES, "debug": True, "session_ttl": 60, "delete_confirm": "name"}
    back = {"debug": False, "session_ttl": 0, "delete_confirm": "password"}
    assert bot.control("PUT", "switches", back) == SWITCHES


@pytest.mark.parametrize(
    ("name", "body", "text"),
    [
        ("switches", {"nope": True}, "unknown switch 'nope'; there are: no_writes, require_password,"),
        ("switches", {"debug": True, "no_writes": "yes"}, "switch no_writes must be true or false"),
        ("switches", {"delete_confirm": "pin"}, "switch delete_confirm must be one of: password, name, none"),
        ("switches", {"session_ttl": "long"}, "switch session_ttl must be a number from 0 to 86400"),
        ("switches", [], "switches must be an object"),
        ("clock", {"shift": "soon"}, "shift must be a number of seconds or a text such as +90d"),
        ("clock", {"now": 1}, "the clock takes one member:"),
        ("times", {"GetEnvs": 1}, "'GetEnvs' is not an operation that takes time (ChangeTopology, CloneEnv,"),
        ("times", {"StopEnv": "slow"}, "time of StopEnv must be a number from 0 to 86400"),
        ("times", 5, "times must be an object"),
        ("accounts", [{"login": "x"}], "account 1: password must be a non-empty text"),
        ("accounts", [{"login": "x", "password": "y", "colour": 1}], "account 1: unknown member 'colour';"),
        ("accounts", [{"login": "x", "password": "y", "otp_secret": "1"}], "account 1: otp_secret must be base 32"),
        ("accounts", [{"login": "x", "password": "y", "recovery_codes": "z"}], "account 1: recovery_codes must be"),
        ("accounts", "x", "accounts must be a list of objects"),
    ],
)
def test_bad_control_input(bot: Client, name: str, body: Any, text: str) -> None:
    before = bot.control("GET", name)
    response = bot.raw_control("PUT", name, body)
    assert (response.status_code, list(response.json())) == (400, ["error"])
    assert response.json()["error"].startswith(text) and "\n" not in response.json()["error"]
    if name != "clock":
        assert bot.control("GET", name) == before


def test_body_that_is_no_json(bot: Client) -> None:
    response = bot.http.put(f"{bot.url}/_emulator/switches", data="{", timeout=20)
    assert (response.status_code, response.json()) == (400, {"error": "the body must be JSON"})


@pytest.mark.parametrize(("http", "name"), [("GET", "nothing"), ("POST", "journal"), ("GET", "reset")])
def test_unknown_control_requests(bot: Client, http: str, name: str) -> None:
    response = bot.raw_control(http, name)
    assert response.status_code == 404
    assert response.json()["error"].startswith("no such control request; there are: GET health, GET journal,")


def test_control_requests_are_not_in_the_journal(bot: Client) -> None:
    bot.control("GET", "health")
    assert bot.journal() == []


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True), ("192.0.2.1", False)]
    + [("::ffff:192.0.2.1", False), ("fe80::1%eth0", False), (None, False), ("", False), ("localhost", False)],
)
def test_whose_control_requests_are_heard(host: str | None, local: bool) -> None:
    assert is_loopback(host) is local


def test_clock(bot: Client) -> None:
    now = bot.control("GET", "clock")
    assert now["shift"] == 0
    moved = bot.control("PUT", "clock", {"shift": "+400d"})
    assert moved["shift"] == 400 * 86400 and moved["now"] > now["now"]
    for response in (bot.response(C + "GetEnvs"), bot.raw_control("GET", "health"), bot.http.get(bot.url + "/none")):
        assert parsedate_to_datetime(response.headers["Date"]).isoformat(" ")[:10] >= moved["now"][:10]
    assert bot.create("hello-world")["env"]["createdOn"] >= moved["now"]
    assert bot.call("environment.tracking.GetServerUTCTime")["object"] >= moved["now"]
    assert bot.control("PUT", "clock", {"shift": 0})["shift"] == 0


def test_accounts(bot: Client, anonymous: Client) -> None:
    bot.create("hello-world")
    new = {"login": "new@example.com", "password": "pw", "token": "a" * 40, "name": "New One"}
    answer = bot.control("PUT", "accounts", [new, {"login": LOGIN, "password": "changed"}])
    assert answer == bot.control("GET", "accounts")
    assert answer["accounts"] == [
        {"login": LOGIN, "uid": 1001, "two_factor": False},
        {"login": OTHER_LOGIN, "uid": 1002, "two_factor": False},
        {"login": "new@example.com", "uid": 1003, "two_factor": False},
    ]
    assert anonymous.call("users.authentication.Signin", login=LOGIN, password=PASSWORD)["result"] == 701
    assert anonymous.signed_in(LOGIN, "changed").status("hello-world") == 1
    assert anonymous.with_session("a" * 40).call("users.account.GetUserInfo")["name"] == "New One"


def test_reset(bot: Client, anonymous: Client) -> None:
    bot.create("hello-world")
    client = anonymous.signed_in()
    client.call("users.authentication.DeleteTokens", ids="*")
    bot.control("PUT", "accounts", [{"login": "new@example.com", "password": "pw"}])
    bot.control("PUT", "switches", {"debug": True, "no_writes": True})
    bot.control("PUT", "clock", {"shift": "+1d"})
    bot.control("PUT", "times", {"*": 1})
    bot.control("PUT", "faults", [{"kind": "empty", "times": 0}])
    assert bot.control("POST", "reset") == {"ok": True}
    assert bot.journal() == []
    assert bot.control("GET", "switches") == SWITCHES
    assert bot.control("GET", "clock")["shift"] == 0
    assert bot.control("GET", "times") == {} and bot.control("GET", "faults") == {"faults": []}
    assert [row["login"] for row in bot.control("GET", "accounts")["accounts"]] == [LOGIN, OTHER_LOGIN]
    assert client.call("users.account.GetUserInfo")["result"] == 702
    assert anonymous.with_session(TOKEN).call(C + "GetEnvs") == {"result": 0, "infos": []}
    assert bot.create("hello-world")["nodes"][0]["id"] == 20001


def test_others_are_turned_away(bot: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paas_emulator.local_access.is_loopback", lambda host: False)
    response = bot.raw_control("GET", "journal")
    assert (response.status_code, response.json()) == (
        403,
        {"error": "the control path is open to this machine only"},
    )
    assert bot.call(C + "GetEnvs") == {"result": 0, "infos": []}
