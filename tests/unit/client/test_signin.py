"""Credentials: signing in and out, the second factor, a session that ends in mid-task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.auth import Credentials, authenticated
from ansible_collections.inet.elastic.plugins.module_utils._client.client import PlatformClient
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import (
    InputError,
    NotSentError,
    RefusedError,
    UnexpectedAnswerError,
)
from tests.unit.client.fakes import Call, FakeClock, FakeTransport, cut, fake_client, html

SIGNIN = "users.authentication.signin"
SIGNOUT = "users.authentication.signout"
VERIFY = "users.authentication.verify2facode"
TOKENS = "users.authentication.gettokens"
OK = {"result": 0}
SIGNED_IN = {"result": 0, "session": "Sess-1", "uid": 7, "email": "me@example.com", "name": "Me"}
RESTRICTED = {**SIGNED_IN, "authType": "TFA", "accessType": "RESTRICTED", "requiredAuthCheck": {"type": "TOTP"}}
ENDED = {"result": 702, "error": "session [Sess...] is not authenticated"}
LOGIN = Credentials(login="me@example.com", password="P4ss-word")


def run(
    transport: FakeTransport,
    credentials: Credentials = LOGIN,
    work: Callable[[PlatformClient], Any] = lambda client: client.call("users.authentication.GetTokens"),
    *,
    prefer_signin: bool = True,
) -> tuple[PlatformClient, list[str], str | None]:
    """Client, warnings and account after the work."""
    warnings: list[str] = []
    client = fake_client(transport)
    with authenticated(client, credentials, prefer_signin=prefer_signin, warn=warnings.append) as account:
        work(client)
    return client, warnings, account


def sessions(transport: FakeTransport) -> list[tuple[str, str | None]]:
    return [(call.method, call.fields.get("session")) for call in transport.calls]


def test_sign_in_work_sign_out() -> None:
    transport = FakeTransport(SIGNED_IN, OK, OK)
    client, warnings, account = run(transport)
    assert sessions(transport) == [(SIGNIN, None), (TOKENS, "Sess-1"), (SIGNOUT, "Sess-1")]
    assert transport.calls[0].fields == {"login": "me@example.com", "password": "P4ss-word"}
    assert account == "me@example.com"
    assert warnings == []
    assert client.access.session is None
    assert client.redactor.text("Sess-1 P4ss-word") == "******** ********"


def test_a_nested_sign_in_without_an_address_gives_the_login() -> None:
    transport = FakeTransport({"result": 0, "response": {"result": 0, "session": "Sess-1"}}, OK, OK)
    assert run(transport)[2] == "me@example.com"


@pytest.mark.parametrize("failure", [ValueError("x"), KeyboardInterrupt(), SystemExit(3), GeneratorExit()])
def test_signed_out_whatever_happens(failure: BaseException) -> None:
    transport = FakeTransport(SIGNED_IN, OK)

    def work(_client: PlatformClient) -> None:
        raise failure

    with pytest.raises(type(failure)) as caught:
        run(transport, work=work)
    assert caught.value is failure
    assert sessions(transport) == [(SIGNIN, None), (SIGNOUT, "Sess-1")]


def test_signed_out_when_a_call_is_interrupted() -> None:
    transport = FakeTransport(SIGNED_IN, KeyboardInterrupt(), OK)
    with pytest.raises(KeyboardInterrupt):
        run(transport)
    assert sessions(transport)[-1] == (SIGNOUT, "Sess-1")


@pytest.mark.parametrize(
    ("answers", "count"),
    [
        ([{"result": 99, "error": "boom"}], 1),
        ([html(404)], 1),
        ([html(502), html(502), OK], 2),
        ([cut(), cut(), OK], 2),
        ([NotSentError("no connection"), NotSentError("no connection"), OK], 2),
    ],
)
def test_a_failing_sign_out_is_a_warning_only_and_not_tried_for_long(answers: list[Any], count: int) -> None:
    transport = FakeTransport(SIGNED_IN, OK, *answers)
    client, warnings, _account = run(transport)
    assert [method for method in transport.methods if method == SIGNOUT] == [SIGNOUT] * count
    (warning,) = warnings
    assert warning.startswith("the session could not be signed out: ")
    assert "Sess-1" not in warning
    assert client.access.session is None
    assert client.retry.attempts == 5
    assert client.timeout == 60.0
    assert transport.calls[-1].timeout == (10.0, 10.0)


def test_a_sign_out_that_works_at_the_second_attempt_is_no_warning() -> None:
    transport = FakeTransport(SIGNED_IN, OK, cut(), OK)
    assert run(transport)[1] == []
    assert transport.left == 0


def test_a_failing_sign_out_does_not_hide_the_failure_of_the_work() -> None:
    transport = FakeTransport(SIGNED_IN, {"result": 8, "error": "permission denied"}, {"result": 99})
    with pytest.raises(RefusedError) as caught:
        run(transport)
    assert caught.value.code == 8


def test_a_session_that_is_over_already_needs_no_warning() -> None:
    assert run(FakeTransport(SIGNED_IN, OK, ENDED))[1] == []


def test_a_wrong_password_is_told_once() -> None:
    transport = FakeTransport({"result": 701, "error": "authentication failed"})
    with pytest.raises(RefusedError) as caught:
        run(transport)
    assert str(caught.value) == (
        "users.authentication.Signin was refused: authentication failed (result 701); login or password is wrong; "
        "check login and password, and that api_url is the right hoster"
    )
    assert transport.methods == [SIGNIN]


@pytest.mark.parametrize("session", [None, "", 17, {"id": "x"}])
def test_a_sign_in_without_a_session(session: object) -> None:
    transport = FakeTransport({"result": 0, "email": "me@example.com", "session": session})
    with pytest.raises(UnexpectedAnswerError) as caught:
        run(transport)
    assert str(caught.value) == "the platform accepted the login but gave no session; try again, or ask the hoster"
    assert transport.methods == [SIGNIN]


# --- a given session or token


@pytest.mark.parametrize("prefer_signin", [False, True])
def test_a_given_session_is_used_and_left_alone(prefer_signin: bool) -> None:
    transport = FakeTransport(OK)
    client, _warnings, account = run(transport, Credentials(session="Tok-en"), prefer_signin=prefer_signin)
    assert sessions(transport) == [(TOKENS, "Tok-en")]
    assert account is None
    assert client.redactor.text("Tok-en") == "********"


def test_a_given_session_is_used_before_the_login_where_tokens_will_do() -> None:
    transport = FakeTransport(OK)
    credentials = Credentials(session="Tok-en", login="me", password="P4ss-word")
    client, _warnings, account = run(transport, credentials, prefer_signin=False)
    assert sessions(transport) == [(TOKENS, "Tok-en")]
    assert account == "me"
    assert client.redactor.text("P4ss-word") == "********"


def test_the_login_is_used_before_a_given_session_where_tokens_will_not_do() -> None:
    transport = FakeTransport(SIGNED_IN, OK, OK)
    run(transport, Credentials(session="Tok-en", login="me", password="P4ss-word"))
    assert sessions(transport) == [(SIGNIN, None), (TOKENS, "Sess-1"), (SIGNOUT, "Sess-1")]


def test_a_given_session_that_is_over_is_not_renewed() -> None:
    transport = FakeTransport(ENDED)
    with pytest.raises(RefusedError) as caught:
        run(transport, Credentials(session="Tok-en", login="me", password="x"), prefer_signin=False)
    assert caught.value.code == 702
    assert transport.methods == [TOKENS]


@pytest.mark.parametrize(
    "credentials",
    [Credentials(), Credentials(login="me"), Credentials(password="x"), Credentials(login="", password="x")],
)
@pytest.mark.parametrize(
    ("prefer_signin", "text"),
    [
        (True, "managing tokens needs login and password (PAAS_LOGIN, PAAS_PASSWORD), or a signed-in session"),
        (False, "give a token as session (PAAS_TOKEN), or login and password (PAAS_LOGIN, PAAS_PASSWORD)"),
    ],
)
def test_nothing_to_authenticate_with(credentials: Credentials, prefer_signin: bool, text: str) -> None:
    transport = FakeTransport()
    with pytest.raises(InputError) as caught:
        run(transport, credentials, prefer_signin=prefer_signin)
    assert str(caught.value) == text
    assert transport.calls == []


# --- a session that ends in mid-task


@pytest.mark.parametrize("method", ["users.authentication.GetTokens", "users.authentication.CreateToken"])
def test_a_session_that_ends_is_renewed_once(method: str) -> None:
    again = {**SIGNED_IN, "session": "Sess-2"}
    transport = FakeTransport(SIGNED_IN, ENDED, again, {"result": 0, "got": 1}, OK)
    answers = []
    client, _warnings, _account = run(transport, work=lambda client: answers.append(client.call(method)))
    assert answers == [{"result": 0, "got": 1}]
    assert sessions(transport) == [
        (SIGNIN, None),
        (method.lower(), "Sess-1"),
        (SIGNIN, None),
        (method.lower(), "Sess-2"),
        (SIGNOUT, "Sess-2"),
    ]
    assert client.redactor.text("Sess-1 Sess-2") == "******** ********"


def test_a_second_end_has_another_cause() -> None:
    transport = FakeTransport(SIGNED_IN, ENDED, {**SIGNED_IN, "session": "Sess-2"}, OK, ENDED, OK)

    def work(client: PlatformClient) -> None:
        client.call("users.authentication.GetTokens")
        client.call("users.authentication.GetTokens")

    with pytest.raises(RefusedError) as caught:
        run(transport, work=work)
    assert caught.value.code == 702
    assert transport.methods == [SIGNIN, TOKENS, SIGNIN, TOKENS, TOKENS, SIGNOUT]


def test_a_renewed_session_that_is_refused_at_once_is_not_renewed_again() -> None:
    transport = FakeTransport(SIGNED_IN, ENDED, {**SIGNED_IN, "session": "Sess-2"}, ENDED, OK)
    with pytest.raises(RefusedError):
        run(transport)
    assert transport.methods == [SIGNIN, TOKENS, SIGNIN, TOKENS, SIGNOUT]


def test_the_end_of_a_foreign_session_renews_nothing() -> None:
    transport = FakeTransport(SIGNED_IN, ENDED, OK)
    with pytest.raises(RefusedError):
        run(transport, work=lambda client: client.call("users.account.GetUserInfo", session="Other-value"))
    assert sessions(transport) == [(SIGNIN, None), ("users.account.getuserinfo", "Other-value"), (SIGNOUT, "Sess-1")]


def test_a_renewal_that_fails_tells_why_and_signs_nothing_out() -> None:
    transport = FakeTransport(SIGNED_IN, ENDED, {"result": 704, "error": "blocked"})
    with pytest.raises(RefusedError) as caught:
        run(transport)
    assert caught.value.code == 704
    assert caught.value.method == "users.authentication.Signin"
    assert transport.methods == [SIGNIN, TOKENS, SIGNIN]


# --- the second factor


def test_no_secret_is_part_of_an_address() -> None:
    transport = FakeTransport(RESTRICTED, OK, OK, OK)
    run(transport, Credentials(login="me@example.com", password="P4ss-word", otp="123456"))
    urls = " ".join(call.url for call in transport.calls)
    assert not [secret for secret in ("Sess-1", "P4ss-word", "123456", "me@example.com", "?") if secret in urls]


def test_fakes_tell_of_a_call_too_many() -> None:
    with pytest.raises(AssertionError, match="no answer is left"):
        FakeTransport().post("https://app.example.com/1.0/a/b/rest/c", {}, (1.0, 1.0))
    seen: list[Call] = []

    def answered(call: Call) -> dict[str, int]:
        seen.append(call)
        return OK

    standing = FakeTransport().on("a.b.C", answered)
    assert standing.post("https://app.example.com/1.0/a/b/rest/c", {"x": "y"}, (1.0, 1.0)).body == '{"result": 0}'
    assert [call.fields for call in seen] == [{"x": "y"}]
    assert FakeClock().monotonic() == 1000.0
