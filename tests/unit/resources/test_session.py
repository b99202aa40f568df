# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions for several tasks: what is opened and ended, the same in check mode, and what is not a session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from paas_emulator.accounts import StartAccount, ensure

from ansible_collections.inet.elastic.plugins.module_utils._resources.account import AccountInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.session import Session
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.info import TokenInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken
from tests.property.emulated import LOGIN, PASSWORD
from tests.unit.resources.watched_platform import WatchedPlatform

ACCOUNT: dict[str, Any] = {"login": LOGIN, "password": PASSWORD}
OPEN = [("signin", ACCOUNT)]
CLOSED: list[tuple[str, dict[str, str]]] = [("signout", {}), ("getuserinfo", {})]
SIGN_OUT = "users.authentication.Signout"
NO_LOGIN = "login and password are missing: give both (PAAS_LOGIN, PAAS_PASSWORD); a session or token cannot sign in"
NO_SESSION = "session is missing: give the session to sign out, as a task of inet.elastic.paas_session returned it"


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform; tests give all credentials, and count the sessions that are open beside that of the platform."""
    watched = WatchedPlatform()
    yield watched
    watched.end()


def open_sessions(platform: WatchedPlatform) -> int:
    """How many sessions tasks have left open."""
    return len(platform.platform.store.sessions) - 1


def sign_in(platform: WatchedPlatform, **options: Any) -> dict[str, Any]:
    """A task that signs in."""
    return platform.run(Session(), **{"session": None, **ACCOUNT, **options})


def sign_out(platform: WatchedPlatform, session: str, **options: Any) -> dict[str, Any]:
    """A task that signs a session out."""
    return platform.run(Session(), state="absent", session=session, **options)


@pytest.mark.parametrize("check", [False, True])
def test_a_session_is_opened_used_and_ended(platform: WatchedPlatform, check: bool) -> None:
    """In check mode as in a run, as other tasks need the session for what they read."""
    opened = sign_in(platform, check=check)
    assert platform.sent == OPEN
    assert (opened["changed"], opened["account"]) == (True, LOGIN)
    assert "diff" not in opened
    assert open_sessions(platform) == 1
    used = platform.run(AccountInfo(), session=opened["session"], check=check)
    assert used["account"]["email"] == LOGIN
    assert open_sessions(platform) == 1
    ended = sign_out(platform, opened["session"], check=check)
    assert platform.sent == CLOSED
    assert (ended["changed"], ended["session"], ended["account"]) == (True, None, None)
    assert "diff" not in ended
    assert open_sessions(platform) == 0
    again = sign_out(platform, opened["session"], check=check)
    assert platform.sent == CLOSED[:1]
    assert (again["changed"], again["session"], again["account"]) == (False, None, None)


def test_each_sign_in_opens_a_session_of_its_own(platform: WatchedPlatform) -> None:
    first, second = sign_in(platform), sign_in(platform)
    assert first["session"] != second["session"]
    assert open_sessions(platform) == 2
    sign_out(platform, first["session"])
    assert platform.run(AccountInfo(), session=second["session"])["account"]["email"] == LOGIN


def test_a_session_beside_the_login_does_not_sign_in(platform: WatchedPlatform) -> None:
    """Also one that the platform does not know."""
    opened = sign_in(platform, session="5e551" * 8)
    assert platform.sent == OPEN
    assert opened["session"] not in (None, "5e551" * 8)


def test_a_login_beside_the_session_is_not_used_to_sign_out(platform: WatchedPlatform) -> None:
    session = sign_in(platform)["session"]
    assert sign_out(platform, session, **ACCOUNT)["changed"] is True
    assert platform.sent == CLOSED
    assert open_sessions(platform) == 0


def test_a_session_serves_tasks_that_manage_tokens(platform: WatchedPlatform) -> None:
    """With the password as confirmation, where the platform asks for it."""
    session = sign_in(platform)["session"]
    platform.platform.switches.update({"require_password": True})
    options = {"session": session, "password": PASSWORD, "template": "Marketplace", "return_value": True}
    assert platform.run(OneToken(), description="nightly", **options)["changed"] is True
    assert "signin" not in platform.methods
    assert "signout" not in platform.methods
    assert [token["description"] for token in platform.run(TokenInfo(), session=session)["tokens"]] == ["nightly"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"login": None, "password": None}, NO_LOGIN),
        ({"login": None, "password": None, "session": "5e551" * 8}, NO_LOGIN),
        ({"password": None}, NO_LOGIN),
        ({"state": "absent"}, NO_SESSION),
    ],
    ids=["nothing", "a session", "half", "no session"],
)
def test_credentials_that_are_missing(platform: WatchedPlatform, options: dict[str, Any], message: str) -> None:
    """Nothing is called."""
    failed = platform.fails(Session(), **{"session": None, **ACCOUNT, **options})
    assert failed["msg"] == message
    assert failed["failure"] == {"kind": "input", "code": None, "method": None}
    assert platform.sent == []


# --- two-factor authentication


def test_a_code_serves_all_tasks(platform: WatchedPlatform) -> None:
    """A recovery code, which serves once."""
    careful = StartAccount("careful@example.com", PASSWORD, recovery_codes=("code-1", "code-2"))
    ensure(platform.platform.store, careful, at_start=False)
    credentials = {"login": careful.login, "password": PASSWORD, "otp": "code-1"}
    opened = sign_in(platform, **credentials)
    assert platform.methods == ["signin", "verify2facode"]
    assert opened["account"] == careful.login
    for _task in range(3):
        assert platform.run(AccountInfo(), session=opened["session"])["account"]["email"] == careful.login
    assert sign_out(platform, opened["session"])["changed"] is True
    assert open_sessions(platform) == 0


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "wrong",
            "the one-time code was not accepted (result 701); give the current code as otp, or an unused recovery "
            "code; for several tasks or a loop sign in once with inet.elastic.paas_session",
        ),
        (
            None,
            "this account has two-factor authentication: give the current one-time code as otp (PAAS_OTP), the secret "
            "that makes the codes as otp_secret (PAAS_OTP_SECRET), or a session that is signed in already as session",
        ),
    ],
)
def test_a_failure_after_the_sign_in_leaves_no_session(
    platform: WatchedPlatform, code: str | None, message: str
) -> None:
    careful = StartAccount("careful@example.com", PASSWORD, recovery_codes=("code-1", "code-2"))
    ensure(platform.platform.store, careful, at_start=False)
    failed = platform.fails(Session(), session=None, login=careful.login, password=PASSWORD, otp=code)
    assert failed["msg"] == message
    assert platform.methods[-1] == "signout"
    assert open_sessions(platform) == 0


# --- what is not a session


@pytest.mark.parametrize("granted", ["environment.control.GetEnvs", "users.account.GetUserInfo"])
def test_a_token_is_not_signed_out(platform: WatchedPlatform, granted: str) -> None:
    """The token stays as it is, and does not stand in the message."""
    made = platform.run(
        OneToken(), session=None, **ACCOUNT, description="bot", api_methods=[granted], return_value=True
    )
    failed = platform.fails(Session(), state="absent", session=made["value"])
    assert failed["msg"] == (
        "session is a personal access token (result 8202), and only a signed-in session can be signed out; give the "
        "session that a task of inet.elastic.paas_session returned, or remove the token with inet.elastic.paas_token"
    )
    assert failed["failure"] == {"kind": "refused", "code": 8202, "method": SIGN_OUT}
    assert (failed["changed"], failed["steps_done"]) == (False, [])
    assert len(platform.platform.store.tokens) == 1


@pytest.mark.parametrize(
    ("granted", "message", "code"),
    [
        ("environment.control.GetEnvs", "session is a personal access token (result 8202), and only", 8202),
        ("users.account.GetUserInfo", "the platform answered success to the sign-out, but accepts the value of", None),
    ],
)
def test_success_alone_is_not_believed(platform: WatchedPlatform, granted: str, message: str, code: int | None) -> None:
    """A platform that answers 0 to a token has ended nothing."""
    made = platform.run(
        OneToken(), session=None, **ACCOUNT, description="bot", api_methods=[granted], return_value=True
    )
    platform.answers["signout"] = {"result": 0}
    failed = platform.fails(Session(), state="absent", session=made["value"])
    assert failed["msg"].startswith(message)
    assert (failed["failure"]["code"], failed["failure"]["method"]) == (code, SIGN_OUT)
    assert made["value"] not in str(failed)


def test_another_refusal_stays_what_it_is(platform: WatchedPlatform) -> None:
    session = sign_in(platform)["session"]
    platform.answers["signout"] = {"result": 99, "error": f"broken for {session}"}
    failed = platform.fails(Session(), state="absent", session=session)
    assert "(result 99)" in failed["msg"]
    assert "token" not in failed["msg"]
    assert session not in str(failed)


# --- answers that get lost


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_to_a_sign_out(platform: WatchedPlatform, when: str) -> None:
    """The call is repeated, and the session has ended, by whichever of the two calls."""
    session = sign_in(platform)["session"]
    platform.cuts["signout"] = when
    ended = sign_out(platform, session)
    assert ended["changed"] is True
    assert ended["api_retries"] == {SIGN_OUT: 1}
    assert open_sessions(platform) == 0


def test_all_answers_to_a_sign_out_lost(platform: WatchedPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    session = sign_in(platform)["session"]
    monkeypatch.setitem(platform.answers, "signout", {})
    failed = platform.fails(Session(), state="absent", session=session)
    assert failed["failure"] == {"kind": "answer_lost", "code": None, "method": SIGN_OUT}
    assert failed["msg"].endswith("the session may still be open: run the task again")
    assert session not in str(failed)


def test_a_read_back_that_fails_tells_what_is_done(platform: WatchedPlatform) -> None:
    session = sign_in(platform)["session"]
    platform.answers["getuserinfo"] = {"result": 99, "error": "broken"}
    failed = platform.fails(Session(), state="absent", session=session)
    assert (failed["changed"], failed["steps_done"]) == (True, ["sign out"])
    assert failed["failure"]["method"] == "users.account.GetUserInfo"
