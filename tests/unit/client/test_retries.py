"""Which calls are sent again: a table of every fault for a read and a write, with counts and pauses."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.client import Retry
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import (
    AnswerLostError,
    NotSentError,
    PaasError,
)
from ansible_collections.inet.elastic.plugins.module_utils._client.methods import READS, WHOLE
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from tests.unit.client.fakes import FakeClock, FakeTransport, cut, fake_client, html, reply
from tests.unit.resources.method_names import methods_called

READ = "environment.control.GetEnvInfo"
WRITE = "environment.control.StopEnv"
ALL = 5
OK = {"result": 0}

Fault = Callable[[], "Reply | PaasError"]

# Fault, requests of a read, requests of a write.
FAULTS: dict[str, tuple[Fault, int, int]] = {
    "429": (lambda: html(429), ALL, ALL),
    "429 with Retry-After": (lambda: reply("", 429, retry_after="2"), ALL, ALL),
    "429 with the longest Retry-After": (lambda: reply("", 429, retry_after="30"), 3, 3),
    "429 with a longer Retry-After": (lambda: reply("", 429, retry_after="31"), 1, 1),
    "429 with an endless Retry-After": (lambda: reply("", 429, retry_after="9" * 400), 1, 1),
    "500": (lambda: html(500), ALL, 1),
    "502": (lambda: html(502), ALL, 1),
    "503": (lambda: html(503), ALL, 1),
    "503 with Retry-After": (lambda: reply("", 503, retry_after="2"), ALL, 1),
    "503 with a longer Retry-After": (lambda: reply("", 503, retry_after="31"), 1, 1),
    "504": (lambda: html(504), ALL, 1),
    "408": (lambda: html(408), ALL, 1),
    "HTML": (lambda: html(200), ALL, 1),
    "empty": (lambda: reply(""), ALL, 1),
    "truncated": (lambda: reply('{"result":'), ALL, 1),
    "no result": (lambda: reply({"infos": []}), ALL, 1),
    "cut": (cut, ALL, 1),
    "no connection": (lambda: NotSentError("no connection"), ALL, 1),
    "not reached for good": (lambda: NotSentError("TLS failed", final=True), 1, 1),
    "answer lost for good": (lambda: AnswerLostError("too large", final=True), 1, 1),
    "redirect": (lambda: reply("", 302, location="/login"), 1, 1),
    "400": (lambda: html(400), 1, 1),
    "403": (lambda: html(403), 1, 1),
    "404": (lambda: html(404), 1, 1),
    "405": (lambda: html(405), 1, 1),
    "refused": (lambda: reply({"result": 8}), 1, 1),
    "not authenticated": (lambda: reply({"result": 702}), 1, 1),
    "refused inside": (lambda: reply({"result": 0, "response": {"result": 99}}), 1, 1),
    "refused with 503": (lambda: reply({"result": 99}, 503), 1, 1),
}


@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_stays(name: str, write: bool) -> None:
    fault, of_read, of_write = FAULTS[name]
    transport = FakeTransport(*(fault() for _attempt in range(20)))
    client = fake_client(transport)
    method = WRITE if write else READ
    with pytest.raises(PaasError) as caught:
        client.call(method)
    assert len(transport.calls) == (of_write if write else of_read)
    assert client.calls == {method: len(transport.calls)}
    assert caught.value.method == method


@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_passes(name: str, write: bool) -> None:
    fault, of_read, of_write = FAULTS[name]
    transport = FakeTransport(fault(), OK)
    client = fake_client(transport)
    repeated = (of_write if write else of_read) > 1
    if repeated:
        assert client.call(WRITE if write else READ, envName="e") == OK
        assert transport.calls[0] == transport.calls[1]
    else:
        with pytest.raises(PaasError):
            client.call(WRITE if write else READ, envName="e")
    assert transport.left == (0 if repeated else 1)


def test_reads_are_those_of_the_catalogue() -> None:
    """Every method that the code calls and that changes nothing. A one-time code is valid for one call only."""
    called = methods_called()
    reads = {name for name, facts in called.items() if not facts.write} - {"users.authentication.Verify2FACode"}
    assert READS & set(called) == reads


def test_what_replaces_a_whole_thing_is_a_write() -> None:
    assert [name for name in WHOLE if not methods_called()[name].write] == []


def test_a_method_in_an_unknown_spelling_is_a_write() -> None:
    transport = FakeTransport(cut(), OK)
    with pytest.raises(AnswerLostError):
        fake_client(transport).call("environment.control.getenvinfo")
    assert len(transport.calls) == 1


def pauses(fault: Fault, jitter: float, monkeypatch: pytest.MonkeyPatch, **retry: Any) -> list[float]:
    monkeypatch.setattr(random, "random", lambda: jitter)
    clock = FakeClock()
    transport = FakeTransport(*(fault() for _attempt in range(30)))
    with pytest.raises(PaasError):
        fake_client(transport, clock=clock, retry=Retry(**retry)).call(READ)
    assert len(clock.pauses) == len(transport.calls) - 1
    return clock.pauses


@pytest.mark.parametrize(("jitter", "share"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_pauses_double_within_the_bounds_of_the_jitter(
    monkeypatch: pytest.MonkeyPatch, jitter: float, share: float
) -> None:
    assert pauses(cut, jitter, monkeypatch) == [share * pause for pause in (0.25, 0.5, 1.0, 2.0)]


def test_pauses_have_an_upper_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pauses(cut, 1.0, monkeypatch, attempts=7, first=1.0, longest=3.0) == [1.0, 2.0, 3.0, 3.0, 3.0, 3.0]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        ("7", [7.0] * 4),
        ("0", [0.25, 0.5, 1.0, 2.0]),
        ("1", [1.0, 1.0, 1.0, 2.0]),
        ("-5", [0.25, 0.5, 1.0, 2.0]),
        ("\u0667", [0.25, 0.5, 1.0, 2.0]),
        ("1.5", [0.25, 0.5, 1.0, 2.0]),
        ("Tue, 24 Nov 2026 10:00:07 GMT", [7.0] * 4),
        ("Tue, 24 Nov 2026 09:00:00 GMT", [0.25, 0.5, 1.0, 2.0]),
    ],
)
def test_the_platform_is_not_asked_before_it_wants_to_be(
    monkeypatch: pytest.MonkeyPatch, status: int, asked: str, waited: list[float]
) -> None:
    busy = reply("", status, retry_after=asked, date="Tue, 24 Nov 2026 10:00:00 GMT")
    assert pauses(lambda: busy, 1.0, monkeypatch) == waited


def test_no_attempt_begins_after_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = reply("", 429, retry_after="10")
    assert pauses(lambda: busy, 1.0, monkeypatch, attempts=99, deadline=35.0) == [10.0, 10.0, 10.0]


def test_the_time_that_attempts_take_counts_too() -> None:
    clock = FakeClock()

    def slow(_call: object) -> PaasError:
        clock.now += 25
        return cut()

    transport = FakeTransport(*[slow] * 9)
    with pytest.raises(AnswerLostError):
        fake_client(transport, clock=clock).call(READ)
    assert len(transport.calls) == 3
    assert clock.now < 1000 + 60 + 25 + 1


def test_the_last_failure_is_told() -> None:
    transport = FakeTransport(html(502), cut(), html(503), html(504), html(404))
    with pytest.raises(NotSentError) as caught:
        fake_client(transport).call(READ)
    assert "HTTP 404" in str(caught.value)


def test_an_interrupt_is_not_held_up() -> None:
    transport = FakeTransport(KeyboardInterrupt(), OK)
    with pytest.raises(KeyboardInterrupt):
        fake_client(transport).call(READ)
    assert transport.left == 1
