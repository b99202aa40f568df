# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-in and out, sessions, two-factor codes."""

from __future__ import annotations

import pyotp
import pytest

from emulator_client import LOGIN, OTHER_LOGIN, OTHER_PASSWORD, PASSWORD, TOKEN, Client

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WHO = {
    "uid": 1001,
    "email": LOGIN,
    "name": "user",
    "status": "ENABLED",
    "authType": "BASIC",
    "accessType": "FULL_ACCESS",
}


def test_signin(anonymous: Client) -> None:
    answer = anonymous.call("users.authentication.Signin", login=LOGIN.upper(), password=PASSWORD, appid="cluster")
    session = answer.pop("session")
    assert answer == {"result": 0, **WHO}
    assert len(session) == 38 and set(session) <= set("0123456789abcdef")
    older = anonymous.call("users.authentication.Signin", email=LOGIN, password=PASSWORD)
    assert (older["result"], older["email"]) == (0, LOGIN)


@pytest.mark.parametrize(
    "pair", [(LOGIN, "wrong"), ("nobody@example.com", PASSWORD), (LOGIN, OTHER_PASSWORD), (LOGIN, PASSWORD.upper())]
)
def test_wrong_pair(anonymous: Client, pair: tuple[str, str]) -> None:
    answer = anonymous.call("users.authentication.Signin", login=pair[0], password=pair[1])
    assert answer == {"result": 701, "error": "authentication failed"}


@pytest.mark.parametrize("name", ["login", "password"])
def test_missing_half_of_the_pair(anonymous: Client, name: str) -> None:
    pair = {"login": LOGIN, "password": PASSWORD, name: ""}
    assert anonymous.call("users.authentication.Signin", **pair) == {
        "result": 3,
        "error": f"invalid parameter [{name}]",
    }


def test_user_info(client: Client, bot: Client) -> None:
    assert client.call("users.account.GetUserInfo") == {"result": 0, **WHO}
    assert bot.call("users.account.GetUserInfo") == {"result": 0, **WHO}


def test_check_sign(client: Client, bot: Client, anonymous: Client) -> None:
    for caller in (client, bot):
        assert caller.call("users.authentication.CheckSign") == {"result": 0, **WHO}
    assert "accessType" not in anonymous.with_session("0" * 38).call("users.authentication.CheckSign")


def test_signout_ends_one_session(anonymous: Client) -> None:
    first, second = anonymous.signed_in(), anonymous.signed_in()
    assert first.session != second.session
    assert first.call("users.authentication.Signout") == {"result": 0}
    assert first.call("users.account.GetUserInfo")["result"] == 702
    assert first.call("users.authentication.Signout")["result"] == 702
    assert second.call("users.account.GetUserInfo")["result"] == 0


def test_sessions_are_listed_and_ended(anonymous: Client) -> None:
    first, second, third = (anonymous.signed_in() for _ in range(3))
    anonymous.signed_in(OTHER_LOGIN, OTHER_PASSWORD)
    rows = second.call("users.authentication.GetSessions")["sessions"]
    assert [row["current"] for row in rows] == [False, True, False]
    assert set(rows[0]) == {"id", "uid", "createdOn", "lastAccess", "host", "userAgent", "current"}
    assert {row["uid"] for row in rows} == {1001} and rows[0]["host"] == "127.0.0.1"
    assert second.call("users.authentication.SignoutSessions", ids=f"{rows[0]['id']};999") == {"result": 0}
    assert first.call("users.account.GetUserInfo")["result"] == 702
    assert third.call("users.account.GetUserInfo")["result"] == 0
    assert second.call("users.authentication.SignoutSessions", ids="*") == {"result": 0}
    assert third.call("users.account.GetUserInfo")["result"] == 702


def test_idle_sessions_end_by_switch(client: Client, bot: Client) -> None:
    client.control("PUT", "switches", {"session_ttl": 600})
    client.control("PUT", "clock", {"shift": 590})
    assert client.call("users.account.GetUserInfo")["result"] == 0
    client.control("PUT", "clock", {"shift": 1180})
    assert client.call("users.account.GetUserInfo")["result"] == 0
    client.control("PUT", "clock", {"shift": 1790})
    assert client.call("users.account.GetUserInfo")["result"] == 702
    client.control("PUT", "clock", {"shift": 0})
    assert client.call("users.account.GetUserInfo")["result"] == 702
    assert bot.call("users.account.GetUserInfo")["result"] == 0


@pytest.fixture
def restricted(anonymous: Client) -> Client:
    """A session that still owes its code; recovery codes are `one two` and `three`."""
    account = {"login": "safe@example.com", "password": "pw", "otp_secret": SECRET}
    anonymous.control("PUT", "accounts", [{**account, "recovery_codes": ["one two", "three"]}])
    answer = anonymous.call("users.authentication.Signin", login="safe@example.com", password="pw")
    session = answer.pop("session")
    assert answer == {
        "result": 0,
        "uid": 1003,
        "email": "safe@example.com",
        "name": "safe",
        "status": "ENABLED",
        "authType": "TFA",
        "accessType": "RESTRICTED",
        "requiredAuthCheck": {"id": 1, "type": "TOTP", "isActive": True, "isConfigured": True},
    }
    return anonymous.with_session(session)


def test_restricted_session_reaches_nothing_else(restricted: Client) -> None:
    shown = f"session [{str(restricted.session)[:3]}...] is not authenticated: call Verify2FACode first"
    for name in ("environment.control.GetEnvs", "users.authentication.GetTokens", "users.authentication.GetSessions"):
        assert restricted.call(name) == {"result": 702, "source": "hx-core", "error": shown}
    info = restricted.call("users.account.GetUserInfo")
    assert (info["result"], info["accessType"]) == (0, "RESTRICTED")
    assert restricted.call("users.authentication.Signout") == {"result": 0}


def test_one_time_code(restricted: Client) -> None:
    answer = restricted.call("users.authentication.Verify2FACode", code=pyotp.TOTP(SECRET).now())
    assert (answer["result"], answer["accessType"], answer["authType"]) == (0, "FULL_ACCESS", "TFA")
    assert answer["session"] == restricted.session and "requiredAuthCheck" not in answer
    assert restricted.call("users.authentication.GetTokens") == {"result": 0, "apiTokens": []}


def test_recovery_code_works_once(restricted: Client, anonymous: Client) -> None:
    assert restricted.call("users.authentication.Verify2FACode", code="onetwo")["result"] == 0
    again = anonymous.signed_in("safe@example.com", "pw")
    assert again.call("users.authentication.Verify2FACode", code="one two")["result"] == 701
    assert again.call("users.authentication.Verify2FACode", code="three")["result"] == 0


def test_wrong_codes_end_the_session(restricted: Client) -> None:
    for left in (4, 3, 2, 1, 0):
        assert restricted.call("users.authentication.Verify2FACode", code="nonsense") == {
            "result": 701,
            "error": "authentication failed",
            "attemptsLeft": left,
        }
    answer = restricted.call("users.authentication.Verify2FACode", code=pyotp.TOTP(SECRET).now())
    assert answer["result"] == 702


def test_token_avoids_the_second_factor(restricted: Client) -> None:
    restricted.call("users.authentication.Verify2FACode", code="three")
    created = restricted.call("users.authentication.CreateToken", description="x", tokenTemplate="Extended Access")
    token = restricted.with_session(created["token"]["key"])
    assert token.call("environment.control.GetEnvs") == {"result": 0, "infos": []}


def test_signin_by_token(anonymous: Client) -> None:
    answer = anonymous.with_session(TOKEN).call("users.authentication.SigninByToken", token=TOKEN)
    session = answer.pop("session")
    assert answer == {"result": 0, **WHO}
    assert anonymous.with_session(session).call("users.authentication.GetTokens")["result"] == 0


def test_signin_by_token_needs_extended_access(client: Client) -> None:
    created = client.call("users.authentication.CreateToken", description="x", apiList="*")
    key = created["token"]["key"]
    answer = client.with_session(key).call("users.authentication.SigninByToken", token=key)
    assert answer["result"] == 8202 and "users.authentication.SigninByToken" in answer["error"]
    answer = client.call("users.authentication.SigninByToken", token="0" * 40)
    assert answer == {"result": 702, "source": "hx-core", "error": "session [000...] is not authenticated"}
