"""A call whose parameters were made from a read: its body is sent once, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.client import PlatformClient, Retry
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import (
    AnswerLostError,
    RateLimitedError,
    ReadAgainError,
    RefusedError,
)
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from tests.unit.client.fakes import FakeClock, FakeTransport, cut, fake_client, html, reply

WRITE = "environment.control.ChangeTopology"
PARAMS = {"envName": "shop"}
OK = {"result": 0}


def sent(client: PlatformClient, transport: FakeTransport) -> int:
    """How often the method was sent; the count of the client is the same."""
    assert client.calls == {WRITE: len(transport.calls)}
    return len(transport.calls)


def test_taken_at_once() -> None:
    transport = FakeTransport(OK)
    client = fake_client(transport)
    assert client.call_once(WRITE, PARAMS, client.attempts()) == OK
    assert (sent(client, transport), client.retries) == (1, {})


def test_put_off() -> None:
    """It pauses as long as is asked for, and then the caller reads and sends; all attempts count together."""
    clock = FakeClock()
    transport = FakeTransport(*(reply("", 429, retry_after="2") for _attempt in range(3)), OK)
    client = fake_client(transport, clock=clock)
    attempts = client.attempts()
    for number in range(1, 4):
        with pytest.raises(ReadAgainError) as caught:
            client.call_once(WRITE, PARAMS, attempts)
        assert isinstance(caught.value.cause, RateLimitedError)
        assert (sent(client, transport), client.retries) == (number, {WRITE: number})
        assert clock.now >= 2 * number
    assert client.call_once(WRITE, PARAMS, attempts) == OK


def test_put_off_for_ever() -> None:
    """The last of the attempts fails with the reason that the platform gave."""
    transport = FakeTransport(*(html(429) for _attempt in range(9)))
    client = fake_client(transport)
    client.retry = Retry(attempts=3)
    attempts = client.attempts()
    for _attempt in range(2):
        with pytest.raises(ReadAgainError):
            client.call_once(WRITE, PARAMS, attempts)
    with pytest.raises(RateLimitedError):
        client.call_once(WRITE, PARAMS, attempts)
    assert sent(client, transport) == 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (cut, AnswerLostError),
        (lambda: html(502), AnswerLostError),
        (lambda: reply({"result": 8}), RefusedError),
        (lambda: reply({"result": 702}), RefusedError),
    ],
    ids=["cut", "502", "refused", "not authenticated"],
)
def test_other_faults_are_the_callers(fault: Callable[[], Reply], kind: type[Exception]) -> None:
    """Not a ReadAgainError, after which the caller would send again."""
    transport = FakeTransport(fault(), OK)
    client = fake_client(transport)
    with pytest.raises(kind) as caught:
        client.call_once(WRITE, PARAMS, client.attempts())
    assert not isinstance(caught.value, ReadAgainError)
    assert sent(client, transport) == 1


def test_a_session_that_ends() -> None:
    """A new one is opened, once, and the caller reads before it sends."""
    transport = FakeTransport(reply({"result": 702}), OK)
    client = fake_client(transport)
    client.access.session = "first"
    client.access.renew = lambda: client.access.opened("second")
    with pytest.raises(ReadAgainError):
        client.call_once(WRITE, PARAMS, client.attempts())
    assert client.call_once(WRITE, PARAMS, client.attempts()) == OK
    assert [call.fields["session"] for call in transport.calls] == ["first", "second"]
    assert client.retries == {WRITE: 1}


@pytest.mark.parametrize(("at_least", "used"), [(None, 60.0), (5.0, 60.0), (600.0, 600.0)])
def test_longer_time_outs(at_least: float | None, used: float) -> None:
    """Within the block, and also after a failure in it not any longer."""
    client = fake_client(FakeTransport())
    with pytest.raises(ZeroDivisionError), client.timeouts(at_least=at_least):
        assert client.timeout == used
        raise ZeroDivisionError
    assert client.timeout == 60.0
