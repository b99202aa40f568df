"""A transport that answers from a script and records the calls, and a clock that only a pause moves.

    transport = FakeTransport({"result": 0, "infos": []}, html(502), cut())
    client = fake_client(transport)
    client.call("environment.control.GetEnvs")
    assert transport.methods == ["environment.control.getenvs"]

What a script may hold, in the order of the calls: a dictionary (an HTTP 200 with that JSON), a Reply, an exception
(raised), or a function of the Call that gives one of these. ``on`` sets what a method answers whenever it is called.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.client import Access, PlatformClient
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import AnswerLostError
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock

URL = "https://app.example.com"


@dataclass(frozen=True)
class Call:
    """One POST: the address, the method as the address spells it (lower case), form fields, the two time-outs."""

    url: str
    method: str
    fields: dict[str, str]
    timeout: tuple[float, float]


Answer = Mapping[str, Any] | Reply | BaseException | Callable[[Call], Any]


def reply(body: Any = None, status: int = 200, **headers: str) -> Reply:
    """An HTTP answer; a body that is no text is sent as JSON, ``retry_after`` is the header Retry-After."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Reply(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=text)


def html(status: int) -> Reply:
    """What a gateway sends in place of the platform."""
    return reply(f"<html><head><title>{status}</title></head><body>nginx</body></html>", status)


def cut() -> AnswerLostError:
    """A connection that ended before the whole answer came."""
    return AnswerLostError("the connection to https://app.example.com was cut before the whole answer came")


class FakeTransport:
    """See the head of this file.

    Attributes:
        calls: the calls made, in order.
        closed: how often ``close`` was called.
    """

    def __init__(self, *script: Answer) -> None:
        self.calls: list[Call] = []
        self.closed = 0
        self._script = list(script)
        self._standing: dict[str, Answer] = {}

    def on(self, method: str, answer: Answer) -> FakeTransport:
        """What a method answers whenever it is called; the script is not used up by it."""
        self._standing[method.lower()] = answer
        return self

    def then(self, *answers: Answer) -> FakeTransport:
        """More answers at the end of the script."""
        self._script += answers
        return self

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """Record the call and give the next answer; the names of the calls are in the error when none is left."""
        call = Call(url, url.partition("/1.0/")[2].replace("/rest/", "/").replace("/", "."), dict(fields), timeout)
        self.calls.append(call)
        if call.method in self._standing:
            return self._given(self._standing[call.method], call)
        if not self._script:
            raise AssertionError(f"no answer is left for the last of these calls: {self.methods}")
        return self._given(self._script.pop(0), call)

    def _given(self, answer: Any, call: Call) -> Reply:
        if callable(answer):
            answer = answer(call)
        if isinstance(answer, BaseException):
            raise answer
        return answer if isinstance(answer, Reply) else reply(answer)

    def close(self) -> None:
        """Count it."""
        self.closed += 1

    @property
    def methods(self) -> list[str]:
        """The methods called, in order, in lower case."""
        return [call.method for call in self.calls]

    @property
    def left(self) -> int:
        """How many answers of the script were not asked for."""
        return len(self._script)


@dataclass
class FakeClock(Clock):
    """A clock at ``now`` seconds; a pause moves it and is kept in ``pauses``."""

    now: float = 1000.0
    pauses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.monotonic = lambda: self.now
        self.pause = self._pass

    def _pass(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def fake_client(transport: FakeTransport, session: str | None = None, **attributes: Any) -> PlatformClient:
    """A client on a transport of this file, with a clock of this file unless one is given."""
    given = {"url": URL, "transport": transport, "clock": FakeClock(), "access": Access(session), **attributes}
    return PlatformClient(**given)
