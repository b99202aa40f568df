"""The second factor: a code, its refusal, and a lost answer to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.auth import Credentials, authenticated
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import (
    AnswerLostError,
    InputError,
    RefusedError,
)
from ansible_collections.inet.elastic.plugins.module_utils._client.totp import one_time_code
from tests.unit.client.fakes import FakeTransport, cut, fake_client, html
from tests.unit.client.test_signin import (
    ENDED,
    LOGIN,
    OK,
    RESTRICTED,
    SIGNED_IN,
    SIGNIN,
    SIGNOUT,
    TOKENS,
    VERIFY,
    run,
    sessions,
)

CODE = Credentials(login="me@example.com", password="P4ss-word", otp="123456")


def test_the_second_factor_without_a_code() -> None:
    transport = FakeTransport(RESTRICTED, OK)
    with pytest.raises(InputError) as caught:
        run(transport)
    assert str(caught.value) == (
        "this account has two-factor authentication: give the current one-time code as otp (PAAS_OTP), "
        "the secret that makes the codes as otp_secret (PAAS_OTP_SECRET), or a session that is signed in already as "
        "session"
    )
    assert sessions(transport) == [(SIGNIN, None), (SIGNOUT, "Sess-1")]


def test_the_second_factor_without_a_code_when_signing_out_fails_too() -> None:
    transport = FakeTransport(RESTRICTED, {"result": 99})
    warnings: list[str] = []
    with (
        pytest.raises(InputError),
        authenticated(fake_client(transport), LOGIN, prefer_signin=True, warn=warnings.append),
    ):
        raise AssertionError("the work must not begin")
    assert transport.methods == [SIGNIN, SIGNOUT]
    assert [warning[:40] for warning in warnings] == ["the session could not be signed out: use"]


@pytest.mark.parametrize(("verified", "session"), [(OK, "Sess-1"), ({"result": 0, "session": "Full-1"}, "Full-1")])
def test_the_second_factor_with_a_code(verified: dict[str, Any], session: str) -> None:
    transport = FakeTransport(RESTRICTED, verified, OK, OK)
    client, _warnings, _account = run(transport, CODE)
    assert sessions(transport) == [(SIGNIN, None), (VERIFY, "Sess-1"), (TOKENS, session), (SIGNOUT, session)]
    assert transport.calls[1].fields == {"session": "Sess-1", "code": "123456"}
    assert client.redactor.text(f"{session} 123456") == "******** ********"


@pytest.mark.parametrize(
    "signed_in",
    [
        {**SIGNED_IN, "accessType": "restricted"},
        {**SIGNED_IN, "requiredAuthCheck": {}},
        {**SIGNED_IN, "AccessType": "RESTRICTED"},
    ],
)
def test_either_sign_of_the_second_factor_will_do(signed_in: dict[str, Any]) -> None:
    transport = FakeTransport(signed_in, OK, OK, OK)
    run(transport, CODE)
    assert transport.methods == [SIGNIN, VERIFY, TOKENS, SIGNOUT]


def test_a_code_is_not_sent_where_it_is_not_asked_for() -> None:
    transport = FakeTransport({**SIGNED_IN, "accessType": "FULL", "requiredAuthCheck": None}, OK, OK)
    run(transport, CODE)
    assert transport.methods == [SIGNIN, TOKENS, SIGNOUT]


def test_a_wrong_code() -> None:
    transport = FakeTransport(RESTRICTED, {"result": 701, "error": "wrong code 123456"}, OK)
    with pytest.raises(RefusedError) as caught:
        run(transport, CODE)
    assert str(caught.value) == (
        "the one-time code was not accepted (result 701); give the current code as otp, or an unused recovery code; "
        "for several tasks or a loop sign in once with inet.elastic.paas_session"
    )
    assert caught.value.failure()["code"] == 701
    assert sessions(transport) == [(SIGNIN, None), (VERIFY, "Sess-1"), (SIGNOUT, "Sess-1")]


def test_a_refused_code_of_a_secret() -> None:
    """A second sign-in in the same 30 seconds has the same code, which a platform may accept only once."""
    transport = FakeTransport(RESTRICTED, {"result": 701, "error": "wrong code"}, OK)
    with pytest.raises(RefusedError) as caught:
        run(transport, replace(CODE, otp=None, otp_secret="JBSWY3DPEHPK3PXP"))
    assert str(caught.value) == (
        "the one-time code was not accepted (result 701); check otp_secret and the clock of this machine; if another "
        "task signed in less than 30 seconds ago, its code was the same: run the task again after 30 seconds; for "
        "several tasks or a loop sign in once with inet.elastic.paas_session"
    )


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            {"result": 99, "error": "database is down"},
            "database is down (result 99); unhandled exception on the platform; "
            "try again later, or ask the hoster with the time of this call",
        ),
        (
            {"result": 3, "error": "invalid parameter [session]"},
            "invalid parameter [session] (result 3); missing or invalid parameter; "
            "check the option of the parameter that the platform names in brackets",
        ),
        ({"result": 704, "error": "blocked"}, "blocked (result 704); the user is blocked; ask the hoster"),
    ],
)
def test_another_refusal_of_the_second_factor_keeps_the_platforms_text(answer: dict[str, Any], text: str) -> None:
    transport = FakeTransport(RESTRICTED, answer, OK)
    with pytest.raises(RefusedError) as caught:
        run(transport, CODE)
    assert str(caught.value) == f"users.authentication.Verify2FACode was refused: {text}"
    assert caught.value.failure() == {
        "kind": "refused",
        "code": answer["result"],
        "method": "users.authentication.Verify2FACode",
    }


LOST = [
    (cut(), "{}: the connection to https://app.example.com was cut before the whole answer came"),
    (html(502), "{} got no answer from the platform, only from its gateway (HTTP 502)"),
    (html(503), "{} got no answer from the platform, only from its gateway (HTTP 503)"),
    (
        html(200),
        "{} got an answer that is not the platform's JSON (HTTP 200); check that api_url is the platform's API address",
    ),
]


@pytest.mark.parametrize(("answer", "text"), LOST)
def test_a_lost_answer_to_the_code_names_method_and_remedy_and_is_sent_once(answer: Any, text: str) -> None:
    transport = FakeTransport(RESTRICTED, answer, OK)
    with pytest.raises(AnswerLostError) as caught:
        run(transport, CODE)
    method = "users.authentication.Verify2FACode"
    remedy = "run the task again with a new one-time code; a recovery code may be used up"
    assert str(caught.value) == f"{text.format(method)}; {remedy}"
    assert caught.value.failure() == {"kind": "answer_lost", "code": None, "method": method}
    assert transport.methods == [SIGNIN, VERIFY, SIGNOUT]


@pytest.mark.parametrize(("answer", "text"), LOST)
def test_a_lost_answer_to_the_sign_in_names_method_and_remedy(answer: Any, text: str) -> None:
    transport = FakeTransport(*[answer] * 5)
    with pytest.raises(AnswerLostError) as caught:
        run(transport)
    method = "users.authentication.Signin"
    assert str(caught.value) == f"{text.format(method)}; nothing was changed: run the task again, later if it stays so"
    assert caught.value.failure() == {"kind": "answer_lost", "code": None, "method": method}
    assert transport.methods == [SIGNIN] * 5


def test_a_session_opened_with_a_code_is_not_renewed_as_the_code_is_used_up() -> None:
    transport = FakeTransport(RESTRICTED, OK, ENDED, ENDED)
    with pytest.raises(RefusedError) as caught:
        run(transport, CODE)
    assert caught.value.code == 702
    assert transport.methods == [SIGNIN, VERIFY, TOKENS, SIGNOUT]


@pytest.mark.parametrize(
    ("moment", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
@pytest.mark.parametrize("secret", ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "gezd gnbv-gy3t qojq gezd gnbv gy3t qojq ="])
def test_codes_of_a_secret(moment: float, code: str, secret: str) -> None:
    """The last six digits of the table in RFC 6238, appendix B."""
    assert one_time_code(secret, moment) == code


@pytest.mark.parametrize("secret", ["0189", "not base 32!", "=", "A"])
def test_a_secret_that_is_not_base32(secret: str) -> None:
    with pytest.raises(InputError, match="otp_secret is not base32"):
        one_time_code(secret, 0)


def test_a_session_opened_with_a_secret_is_renewed() -> None:
    """With a code of that moment, also where a code was given for the first sign-in."""
    transport = FakeTransport(RESTRICTED, OK, ENDED, {**RESTRICTED, "session": "Sess-2"}, OK, OK, OK)
    run(transport, replace(CODE, otp_secret="GEZDGNBVGY3TQOJQ"))
    codes = [call.fields["code"] for call in transport.calls if call.method == VERIFY]
    assert codes[0] == "123456"
    assert codes[1] != "123456" and len(codes[1]) == 6
