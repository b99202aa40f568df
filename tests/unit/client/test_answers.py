"""What the client makes of an answer: success, the platform's refusal, or something that is neither."""

from __future__ import annotations

import datetime
import json
from email.utils import format_datetime
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.client import Retry
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import (
    AnswerLostError,
    EndpointError,
    InputError,
    NotSentError,
    PaasError,
    RateLimitedError,
    RefusedError,
)
from ansible_collections.inet.elastic.plugins.module_utils._client.replies import retry_after
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from tests.unit.client.fakes import URL, FakeTransport, fake_client, html, reply

METHOD = "environment.control.StopEnv"
ONCE = Retry(attempts=1)


def failure(answer: dict[str, Any] | Reply, method: str = METHOD, *secrets: str, **params: Any) -> PaasError:
    client = fake_client(FakeTransport(answer), retry=ONCE)
    client.redactor.add(*secrets)
    with pytest.raises(PaasError) as caught:
        client.call(method, **params)
    assert "\n" not in str(caught.value)
    assert caught.value.method == method
    return caught.value


def test_a_success_is_given_whole() -> None:
    answer = {"result": 0, "response": {"result": 0, "object": [1, None, "ä"]}, "debug": {"time": 3}}
    transport = FakeTransport(answer)
    client = fake_client(transport, session="tok", connect_timeout=3.0, timeout=7.0)
    assert client.call("environment.control.CreateEnvironment", env={"shortdomain": "a"}, lazy=True, x=None) == answer
    (call,) = transport.calls
    assert call.url == f"{URL}/1.0/environment/control/rest/createenvironment"
    assert call.fields == {"session": "tok", "env": '{"shortdomain":"a"}', "lazy": "true"}
    assert call.timeout == (3.0, 7.0)
    assert client.calls == {"environment.control.CreateEnvironment": 1}


@pytest.mark.parametrize("result", [0, "0", 0.0, " 0", "+0", -0.0])
@pytest.mark.parametrize("name", ["result", "Result", "RESULT"])
def test_a_result_of_zero_in_any_spelling_is_a_success(name: str, result: object) -> None:
    assert fake_client(FakeTransport({name: result})).call(METHOD) == {name: result}


@pytest.mark.parametrize(
    ("answer", "code", "text"),
    [
        ({"result": 8, "error": "permission denied"}, 8, "permission denied (result 8)"),
        ({"result": "8", "error": "no"}, 8, "no (result 8); permission denied"),
        ({"result": 8.0, "error": "no"}, 8, "no (result 8); permission denied"),
        ({"result": -1, "error": "no"}, -1, "no (result -1)"),
        ({"result": 4242}, 4242, "the platform gave no reason (result 4242)"),
        ({"result": 4242, "error": ""}, 4242, "the platform gave no reason (result 4242)"),
        ({"result": 4242, "error": " \n\t "}, 4242, "the platform gave no reason (result 4242)"),
        ({"result": 4242, "error": None, "message": "m"}, 4242, "m (result 4242)"),
        ({"result": 4242, "error": [], "message": "m"}, 4242, "m (result 4242)"),
        ({"result": 4242, "error": ["a", {"message": "b"}, ["c"]]}, 4242, "a; b; c (result 4242)"),
        ({"result": 4242, "error": {"message": "b", "params": {"password": "x"}}}, 4242, "b (result 4242)"),
        ({"result": 4242, "error": {"params": {"password": "x"}}}, 4242, "the platform gave no reason (result 4242)"),
        ({"result": 4242, "error": {"error": {"text": "deep"}}}, 4242, "deep (result 4242)"),
        ({"result": 4242, "error": True}, 4242, "the platform gave no reason (result 4242)"),
        ({"result": 4242, "error": 17}, 4242, "17 (result 4242)"),
        ({"result": 4242, "Error": "cased"}, 4242, "cased (result 4242)"),
        ({"result": 4242, "error": " two\r\n  lines\tand\x1b[31m colour\u202e"}, 4242, "two lines and [31m colour"),
        ({"result": 4242, "error": "half \ud83d of a pair"}, 4242, "half of a pair (result 4242)"),
        ({"result": 0, "response": {"result": 2314, "error": "taken"}}, 2314, "taken (result 2314)"),
        ({"result": 0, "Response": {"Result": "2314", "Error": "taken"}}, 2314, "taken (result 2314)"),
        (
            {"result": 0, "response": {"result": 0, "response": {"result": 9001, "error": "in"}}},
            9001,
            "in (result 9001)",
        ),
        ({"result": 0, "response": {"response": {"result": 9001, "error": "in"}}}, 9001, "in (result 9001)"),
        ({"result": 1, "error": "outer", "response": {"result": 2, "error": "inner"}}, 1, "outer (result 1)"),
    ],
)
def test_a_refusal(answer: dict[str, Any], code: int, text: str) -> None:
    error = failure(answer)
    assert type(error) is RefusedError
    assert error.code == code
    assert str(error).startswith(f"{METHOD} was refused: {text}")
    assert error.failure() == {"kind": "refused", "code": code, "method": METHOD}


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 409, 500, 502, 503])
def test_a_refusal_counts_whatever_the_status(status: int) -> None:
    error = failure(reply({"result": 702, "error": "session [x...] is not authenticated"}, status))
    assert str(error) == (
        f"{METHOD} was refused: session [x...] is not authenticated (result 702); "
        "the session or token is unknown, expired or revoked; "
        "give a valid token, or login and password; an expired token can be regenerated with paas_token"
    )
    assert type(error) is RefusedError


LAYER = "check image, registry credentials, and command of the layer"


def test_what_the_platform_echoes_is_not_quoted() -> None:
    echoed = {"params": {"env": {"MYSQL_PASSWORD": "hunter22"}, "actionkey": "k3y"}, "script": "AddNode"}
    error = failure({"result": 0, "response": {"result": 4099, "error": "AddNode has failed: ...", "params": echoed}})
    assert str(error) == f"{METHOD} was refused: AddNode has failed: ... (result 4099); {LAYER}"


@pytest.mark.parametrize("length", [400, 401, 100_000])
def test_a_long_text_is_cut(length: int) -> None:
    said = str(failure({"result": 4242, "error": "é" * length})).partition("refused: ")[2].partition(" (result")[0]
    assert said == ("é" * 400 if length == 400 else "é" * 397 + "...")


TOKEN = "0123456789abcdef0123456789abcdef01234567"
PASSWORD = 'pa ss\t/"<ö>&+word'


@pytest.mark.parametrize(
    "echo",
    [
        'plain pa ss\t/"<ö>&+word',
        "url pa%20ss%09%2F%22%3C%C3%B6%3E%26%2Bword",
        "form pa+ss%09%2f%22%3c%c3%b6%3e%26%2bword",
        'json "pa ss\\t/\\"<\\u00f6>&+word"',
        'json "pa ss\\t\\/\\"\\u003c\\u00F6\\u003e\\u0026+word"',
        "base64 cGEgc3MJLyI8w7Y+Jit3b3Jk",
        "html pa ss\t/&quot;&lt;ö&gt;&amp;+word",
        f"x {TOKEN}",
        f"key_{TOKEN.upper()}_",
    ],
)
def test_an_echoed_secret_is_masked(echo: str) -> None:
    error = failure({"result": 4242, "error": f"bad value {echo} given"}, METHOD, PASSWORD, TOKEN)
    text = str(error)
    assert "********" in text
    assert not [part for part in ("word", "c3MJ", "0123", "ss/") if part in text.replace("was refused", "")]


@pytest.mark.parametrize("position", range(380, 402))
def test_a_secret_at_the_cut_leaves_no_beginning(position: int) -> None:
    error = failure({"result": 4242, "error": "x" * (position - 1) + " " + TOKEN}, METHOD)
    assert "0123" not in str(error)
    error = failure({"result": 4242, "error": "x" * position + "My-Secret-Password"}, METHOD, "My-Secret-Password")
    assert "My-" not in str(error)


@pytest.mark.parametrize(
    "error",
    [
        "correct-horse-\nbattery-staple",
        "correct-horse-battery-sta\r\n  ple",
        ["correct-horse-", "battery-staple"],
        "c o r r e c t - h o r s e - b a t t e r y - s t a p l e",
        "correct-horse-\u200bbattery-staple",
        "correct-horse-\x00battery-staple",
    ],
)
def test_a_secret_broken_over_lines_is_not_quoted_at_all(error: object) -> None:
    text = str(failure({"result": 4242, "error": error}, METHOD, "correct-horse-battery-staple"))
    assert text == f"{METHOD} was refused: its text is not shown because it contains a secret (result 4242)"


def test_a_secret_with_runs_of_blanks_is_masked_before_blanks_are_joined() -> None:
    error = failure({"result": 4242, "error": "bad [two  blanks\nhere]"}, METHOD, "two  blanks\nhere")
    assert str(error) == f"{METHOD} was refused: bad [********] (result 4242)"


@pytest.mark.parametrize("name", ["session", "password", "code"])
def test_secrets_among_the_parameters_are_masked_without_being_told(name: str) -> None:
    answer = {"result": 4242, "error": "invalid parameter [Value-Of-Mine]"}
    error = failure(answer, METHOD, **{name: "Value-Of-Mine"})
    assert str(error) == f"{METHOD} was refused: invalid parameter [********] (result 4242)"


NO_JSON = (
    f"{METHOD} got an answer that is not the platform's JSON (HTTP 200); "
    "check that api_url is the platform's API address"
)
EMPTY = f"{METHOD} got an empty answer (HTTP 200); check that api_url is the platform's API address"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", EMPTY),
        (" \r\n", EMPTY),
        ("<html><body>Welcome</body></html>", NO_JSON),
        ('{"result":0,"infos":[{"env":', NO_JSON),
        ("null", NO_JSON),
        ("0", NO_JSON),
        ("[]", NO_JSON),
        ('"result"', NO_JSON),
        ("{}", NO_JSON),
        ('{"error":"no result"}', NO_JSON),
        ('{"result":null}', NO_JSON),
        ('{"result":true}', NO_JSON),
        ('{"result":false}', NO_JSON),
        ('{"result":""}', NO_JSON),
        ('{"result":"OK"}', NO_JSON),
        ('{"result":"0x0"}', NO_JSON),
        ('{"result":"\u0660"}', NO_JSON),
        ('{"result":[0]}', NO_JSON),
        ('{"result":{"code":0}}', NO_JSON),
        ('{"result":0.5}', NO_JSON),
        ('{"result":-0.5}', NO_JSON),
        ('{"result":1e999}', NO_JSON),
        ('{"result":NaN}', NO_JSON),
        ('{"result":Infinity}', NO_JSON),
        ('{"result":0,"x":NaN}', NO_JSON),
        ('{"result":2147483648}', NO_JSON),
        ('{"result":' + "9" * 5000 + "}", NO_JSON),
        ('{"result":"' + "9" * 5000 + '"}', NO_JSON),
        ('{"result":0,"response":{"result":"maybe"}}', NO_JSON),
        ('{"result":0,"response":{"result":false}}', NO_JSON),
        ('{"result":0}garbage', NO_JSON),
        ('{"result":5,"error":' + "[" * 500 + "]" * 500 + "}", NO_JSON),
        ('{"result":5,"error":' + "[" * 100_000 + "]" * 100_000 + "}", NO_JSON),
        ('{"result":0,"response":' * 150 + "0" + "}" * 150, NO_JSON),
    ],
)
def test_no_answer_of_the_platform(body: str, text: str) -> None:
    error = failure(reply(body))
    assert type(error) is AnswerLostError
    assert str(error) == text
    assert not error.final


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (204, AnswerLostError, "{} got an answer that is not the platform's JSON (HTTP 204); check that api_url is "),
        (400, EndpointError, "{} was not taken by {url} (HTTP 400); check api_url, and proxies on the way"),
        (401, EndpointError, "{} was not taken by {url} (HTTP 401); check api_url, and proxies on the way"),
        (403, EndpointError, "{} was not taken by {url} (HTTP 403); check api_url, and proxies on the way"),
        (404, EndpointError, "{} is not offered at {url} (HTTP 404); check that api_url is the platform's API address"),
        (405, EndpointError, "{} is not offered at {url} (HTTP 405); check that api_url is the platform's API address"),
        (
            407,
            EndpointError,
            "the proxy on the way to {url} wants credentials (HTTP 407); check HTTPS_PROXY and NO_PROXY",
        ),
        (408, NotSentError, "{} did not get through to {url} in time (HTTP 408); check the network"),
        (413, EndpointError, "{} was not taken by {url} (HTTP 413); check api_url, and proxies on the way"),
        (500, AnswerLostError, "{} got an answer that is not the platform's JSON (HTTP 500); check that api_url is "),
        (501, EndpointError, "{} is not offered at {url} (HTTP 501); check that api_url is the platform's API address"),
        (502, AnswerLostError, "{} got no answer from the platform, only from its gateway (HTTP 502)"),
        (503, AnswerLostError, "{} got no answer from the platform, only from its gateway (HTTP 503)"),
        (504, AnswerLostError, "{} got no answer from the platform, only from its gateway (HTTP 504)"),
        (520, AnswerLostError, "{} got an answer that is not the platform's JSON (HTTP 520); check that api_url is "),
    ],
)
def test_statuses_without_the_platforms_json(status: int, kind: type[PaasError], text: str) -> None:
    error = failure(html(status))
    assert type(error) is kind
    assert str(error).startswith(text.format(METHOD, url=URL))


@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_success_with_the_status_of_a_failure_is_none(status: int) -> None:
    assert not isinstance(failure(reply({"result": 0}, status)), RefusedError)


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({}, "try again later"),
        ({"retry_after": "120"}, "the platform asks to wait 120 seconds"),
        ({"retry_after": "soon"}, "try again later"),
        (
            {"retry_after": "Tue, 24 Nov 2026 10:01:30 GMT", "date": "Tue, 24 Nov 2026 10:00:00 GMT"},
            "the platform asks to wait 90 seconds",
        ),
    ],
)
def test_too_many_calls(headers: dict[str, str], text: str) -> None:
    error = failure(reply({"result": 0}, 429, **headers))
    assert type(error) is RateLimitedError
    assert str(error) == f"{METHOD} was rate limited: too many calls (HTTP 429); {text}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://login.example.org/x?session=s3cret#s3cret", "https://login.example.org/x"),
        ("https://me:s3cret@login.example.org:8443/x", "https://login.example.org:8443/x"),
        ("/login?token=s3cret", "/login"),
        ("//other.example.org/", "://other.example.org/"),
        ("http://[bad", "an address that is not valid"),
        ("", "nowhere"),
        ("/" + "a" * 5000, "/" + "a" * 199),
        ("/a\r\n\x1b[31mb", "/a[31mb"),
    ],
)
def test_a_redirect_is_final_and_shows_where_to(status: int, location: str, target: str) -> None:
    error = failure(reply("moved", status, location=location))
    assert type(error) is EndpointError
    assert "s3cret" not in str(error)
    assert str(error).replace(" [31m", "[31m") == (
        f"{METHOD} was answered with a redirect to {target}; set api_url to the platform's final address"
    )


PLACE = "https://sso.example.com/"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        *((PLACE + "p" * length + "/Pa.ss-w0rd!", PLACE + "p" * length + "/********") for length in (150, 160)),
        # Cut behind the mask, not in the secret.
        *((PLACE + "p" * length + "/Pa.ss-w0rd!", (PLACE + "p" * length + "/*******")[:200]) for length in (168, 174)),
        (PLACE + "Pa%2Ess%2dw0rd%21/x", PLACE + "********/x"),
        (PLACE + "%50a.ss-%770rd!?Pa.ss-w0rd!", PLACE + "********"),
        ("https://me:Pa.ss-w0rd!@sso.example.com/x", PLACE + "x"),
        ("https://Pa.ss-w0rd!/x", "https://********/x"),
        (PLACE + "Pa.ss\x01-w0rd!/x", "an address that is not shown because it contains a secret"),
        (PLACE + "Pa.s\ts-w0rd!/x", "an address that is not shown because it contains a secret"),
    ],
)
def test_a_redirect_to_an_address_with_a_secret_in_it_shows_none_of_it(location: str, target: str) -> None:
    error = failure(reply("moved", 302, location=location), METHOD, "Pa.ss-w0rd!")
    assert str(error) == (
        f"{METHOD} was answered with a redirect to {target}; set api_url to the platform's final address"
    )


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Tue, 24 Nov 2026 10:00:00 GMT", datetime.datetime(2026, 11, 24, 10, tzinfo=datetime.timezone.utc)),
        ("Tue, 24 Nov 2026 10:00:00 -0000", datetime.datetime(2026, 11, 24, 10, tzinfo=datetime.timezone.utc)),
        ("Tue, 24 Nov 2026 12:00:00 +0200", datetime.datetime(2026, 11, 24, 10, tzinfo=datetime.timezone.utc)),
        ("yesterday", None),
        ("Tue, 99 Nov 2026 10:00:00 GMT", None),
        ("", None),
    ],
)
def test_the_platforms_clock(date: str, moment: datetime.datetime | None) -> None:
    client = fake_client(FakeTransport(reply({"result": 0}, date=date)))
    client.call(METHOD)
    assert client.platform_time == moment


def test_a_date_to_wait_for_is_not_believed_beside_a_clock_that_is_wrong() -> None:
    """Each alone may be wrong, and the difference of two that belong together is right whatever they say."""
    now = datetime.datetime.now(datetime.timezone.utc)

    def waited(date: datetime.datetime, until: datetime.datetime) -> float | None:
        headers = {"date": format_datetime(date, usegmt=True), "retry-after": format_datetime(until, usegmt=True)}
        return retry_after(Reply(status=429, headers=headers, body=""))

    dead = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    soon = datetime.timedelta(seconds=20)
    assert waited(now, now + soon) == 20
    assert waited(dead, dead + soon) == 20
    assert waited(dead, now + soon) is None
    assert waited(now + datetime.timedelta(days=3650), now) is None


def test_the_platforms_clock_is_kept_when_an_answer_does_not_tell_it() -> None:
    client = fake_client(FakeTransport(reply({"result": 0}, date="Tue, 24 Nov 2026 10:00:00 GMT"), {"result": 0}))
    client.call(METHOD)
    client.call(METHOD)
    assert client.platform_time == datetime.datetime(2026, 11, 24, 10, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize("name", ["connect_timeout", "timeout"])
@pytest.mark.parametrize("value", [0, -1.0, float("nan"), float("inf"), 86401])
def test_a_time_out_that_is_no_time_is_refused(name: str, value: float) -> None:
    with pytest.raises(InputError) as caught:
        fake_client(FakeTransport(), None, **{name: value})
    assert str(caught.value) == f"{name} must be a number of seconds above 0, and at most 86400"


def test_closing_closes_the_connection() -> None:
    transport = FakeTransport()
    fake_client(transport).close()
    assert transport.closed == 1


def test_an_error_carries_no_cause_that_could_tell_more() -> None:
    error = failure(reply(json.dumps({"result": 4242})[:-3]))
    assert error.__cause__ is None
    assert error.__suppress_context__
