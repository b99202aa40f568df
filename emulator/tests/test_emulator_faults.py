# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: what the caller sees, and whether the work was done."""

from __future__ import annotations

import http.client
from typing import Any

import pytest
import requests

from emulator_client import TIMEOUT, Client

C = "environment.control."
STOP = C + "StopEnv"


@pytest.fixture
def running(bot: Client) -> Client:
    """One running environment, an empty journal."""
    bot.create("hello-world")
    bot.control("DELETE", "journal")
    return bot


def arm(client: Client, **fault: Any) -> None:
    client.control("PUT", "faults", [{"method": STOP, **fault}])


def entry(result: int | None, fault: str) -> dict[str, Any]:
    return {"method": STOP, "http": "POST", "query": False, "write": True, "result": result, "fault": fault}


@pytest.mark.parametrize(("kind", "status"), [("cut_before", 1), ("cut_after", 2)])
def test_cut(running: Client, kind: str, status: int) -> None:
    arm(running, kind=kind)
    with pytest.raises(requests.ConnectionError):
        running.response(STOP, envName="hello-world")
    assert running.journal() == [entry(None, kind)]
    assert running.status("hello-world") == status
    assert running.control("GET", "faults") == {"faults": []}


def test_truncated(running: Client) -> None:
    arm(running, kind="truncated")
    connection = http.client.HTTPConnection(running.url.removeprefix("http://"), timeout=TIMEOUT)
    body = f"session={running.session}&envName=hello-world"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/1.0/environment/control/rest/stopenv", body, form)
    response = connection.getresponse()
    assert (response.status, response.getheader("Content-Length")) == (200, "12")
    with pytest.raises(http.client.IncompleteRead) as caught:
        response.read()
    assert caught.value.partial == b'{"resu'
    connection.close()
    assert running.journal() == [entry(None, "truncated")]
    assert running.status("hello-world") == 2


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        ({"kind": "429"}, 429, "<h1>429 Too Many Requests</h1>"),
        ({"kind": 429}, 429, "<h1>429 Too Many Requests</h1>"),
        ({"kind": "5xx"}, 502, "<h1>502 Bad Gateway</h1>"),
        ({"kind": "5xx", "status": 500}, 500, "<h1>500 Internal Server Error</h1>"),
        ({"kind": "503"}, 503, "<h1>503 Service Unavailable</h1>"),
        ({"kind": "5xx", "status": 504}, 504, "<h1>504 Gateway Timeout</h1>"),
        ({"kind": "html"}, 200, "<h1>200 OK</h1>"),
        ({"kind": "redirect", "location": "http://127.0.0.1:9/x"}, 302, "<h1>302 Found</h1>"),
    ],
)
@pytest.mark.parametrize("after_work", [False, True])
def test_pages(running: Client, fault: dict[str, Any], status: int, text: str, after_work: bool) -> None:
    arm(running, **fault, after_work=after_work)
    response = running.response(STOP, envName="hello-world")
    assert (response.status_code, response.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert text in response.text and "Retry-After" not in response.headers
    assert response.headers.get("Location") == fault.get("location")
    assert running.journal()[0]["result"] is None
    assert running.status("hello-world") == (2 if after_work else 1)


@pytest.mark.parametrize(("seconds", "header"), [(7, "7"), (0, "0"), (1.5, "1.5")])
def test_retry_after(running: Client, seconds: float, header: str) -> None:
    for kind in ("429", "5xx"):
        arm(running, kind=kind, retry_after=seconds)
        assert running.response(STOP, envName="hello-world").headers["Retry-After"] == header


@pytest.mark.parametrize(("after_work", "status"), [(None, 1), (True, 2)])
def test_empty(running: Client, after_work: bool | None, status: int) -> None:
    arm(running, kind="empty", **({} if after_work is None else {"after_work": after_work}))
    response = running.response(STOP, envName="hello-world")
    assert (response.status_code, response.content) == (200, b"")
    assert running.journal() == [entry(None, "empty")]
    assert running.status("hello-world") == status


def test_bad_json(running: Client) -> None:
    arm(running, kind="bad_json")
    response = running.response(STOP, envName="hello-world")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert response.text == '{"result":0,,'
    assert running.journal() == [entry(None, "bad_json")]
    assert running.status("hello-world") == 2


def test_inner_error(running: Client) -> None:
    arm(running, kind="inner_error", code=4109, error="no luck")
    failed = {"result": 4109, "source": "JEL", "error": "no luck"}
    assert running.call(STOP, envName="hello-world") == failed
    assert running.journal() == [entry(4109, "inner_error")]
    assert running.status("hello-world") == 1
    running.control("PUT", "faults", [{"method": "*.CreateEnvironment", "kind": "inner_error"}])
    answer = running.call(C + "CreateEnvironment", env="{}", nodes="[]")
    assert answer == {"result": 0, "response": {"result": 99, "source": "JEL", "error": "emulated failure"}}
    assert running.journal()[-1]["result"] == 99


def test_session_lost(client: Client, bot: Client) -> None:
    faults = [{"method": "environment.*", "kind": "session_lost", "times": 2}]
    client.control("PUT", "faults", faults)
    shown = f"session [{str(client.session)[:3]}...] is not authenticated"
    assert client.call(C + "GetEnvs") == {"result": 702, "source": "hx-core", "error": shown}
    assert client.call("users.account.GetUserInfo")["result"] == 702
    assert bot.call(C + "GetEnvs")["result"] == 702
    assert bot.call(C + "GetEnvs") == {"result": 0, "infos": []}


def test_delay(running: Client) -> None:
    arm(running, kind="delay", seconds=0.2)
    assert running.call(STOP, envName="hello-world") == {"result": 0}
    call = running.control("GET", "journal")["calls"][0]
    assert call["ms"] >= 200 and (call["result"], call["fault"]) == (0, "delay")


def test_delay_and_another_fault(running: Client) -> None:
    running.control(
        "PUT", "faults", [{"method": STOP, "kind": "empty"}, {"method": STOP, "kind": "delay", "seconds": 0.2}]
    )
    assert running.response(STOP, envName="hello-world").content == b""
    assert running.control("GET", "journal")["calls"][0]["ms"] >= 200


@pytest.mark.parametrize(
    ("pattern", "hit"),
    [
        ("environment.control.StopEnv", True),
        ("ENV.control.stopenv", True),
        ("StopEnv", True),
        ("env.control.*", True),
        ("environment.*", True),
        ("*stop*", True),
        ("*", True),
        ("users.*", False),
        ("environment.control.Start*", False),
    ],
)
def test_patterns(running: Client, pattern: str, hit: bool) -> None:
    running.control("PUT", "faults", [{"pattern": pattern, "kind": "empty"}])
    assert (running.response(STOP, envName="hello-world").content == b"") is hit


def test_how_often(running: Client) -> None:
    def struck() -> bool:
        return running.response(C + "GetEnvs").content == b""

    running.control("PUT", "faults", [{"method": "GetEnvs", "kind": "empty", "count": 2, "after": 1}])
    assert running.control("GET", "faults")["faults"] == [
        {"method": "GetEnvs", "kind": "empty", "times": 2, "after": 1, "after_work": False}
    ]
    assert [struck() for _ in range(4)] == [False, True, True, False]
    for always in (0, -1):
        running.control("PUT", "faults", [{"method": "GetEnvs", "kind": "empty", "times": always}])
        assert [struck() for _ in range(5)] == [True] * 5
    running.control("PUT", "faults", [])
    assert not struck()


def test_first_fault_strikes_first(running: Client) -> None:
    faults = [{"method": "GetEnvs", "kind": "empty"}, {"method": "*", "kind": "429", "times": 0}]
    running.control("PUT", "faults", faults)
    assert running.response(C + "GetEnvs").status_code == 200
    assert running.response(C + "GetEnvs").status_code == 429


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ([1], "fault 1 must be an object"),
        ("cut", "faults must be a list of objects"),
        ([{"kind": "explode"}], "fault 1: unknown kind 'explode'; there are: delay, cut_before,"),
        ([{"kind": "empty"}, {"kind": "empty", "howoften": 2}], "fault 2: unknown member 'howoften'; there are:"),
        ([{"kind": "empty", "method": "env.control.Stopp"}], "fault 1: no method is called 'env.control.Stopp'"),
        ([{"kind": "empty", "method": 5}], "fault 1: method must be a name or a pattern"),
        ([{"kind": "5xx", "status": 418}], "fault 1: status must be one of 500, 502, 503, 504"),
        ([{"kind": "empty", "times": "often"}], "fault 1: times must be a whole number from -1"),
        ([{"kind": "empty", "after": -1}], "fault 1: after must be a whole number from 0"),
        ([{"kind": "inner_error", "code": 0}], "fault 1: code must be a whole number from 1"),
        ([{"kind": "delay", "seconds": -1}], "fault 1: seconds must be a number from 0 to 86400"),
        ([{"kind": "redirect"}], "fault 1: a redirect needs its location"),
        ([{"kind": "html", "after_work": "yes"}], "fault 1: after_work must be true or false"),
        ([{"kind": "429", "retry_after": "soon"}], "fault 1: retry_after must be a number from 0 to 86400"),
    ],
)
def test_faults_that_cannot_be(bot: Client, fault: Any, text: str) -> None:
    bot.control("PUT", "faults", [{"kind": "empty", "method": "StopEnv"}])
    response = bot.raw_control("PUT", "faults", fault)
    assert response.status_code == 400 and response.json()["error"].startswith(text)
    assert len(bot.control("GET", "faults")["faults"]) == 1
