"""The transport against real servers on loopback: what is sent, what comes back, and every way a call can go wrong."""

from __future__ import annotations

import gzip
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client import transport as transport_module
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import (
    AnswerLostError,
    InputError,
    NotSentError,
    PaasError,
)
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply, RequestsTransport
from tests.unit.client.fakes import FakeClock
from tests.unit.client.servers import Server, answer, closed_port, drip, hold, raw, reset

OK = {"result": 0}
PATH = "/1.0/users/account/rest/getuserinfo"
LIMIT = (5.0, 0.4)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

Behaviour = Callable[[socket.socket, Server], bool]


def post(server: Server, fields: dict[str, str] | None = None, timeout: tuple[float, float] = (5.0, 5.0)) -> Reply:
    transport = RequestsTransport()
    try:
        return transport.post(server.url + PATH, fields or {}, timeout)
    finally:
        transport.close()


def failure(server: Server, timeout: tuple[float, float] = (5.0, 5.0)) -> PaasError:
    with pytest.raises(PaasError) as caught:
        post(server, {"session": "s3cret-value"}, timeout)
    assert "s3cret-value" not in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


def test_parameters_go_into_the_body_and_nowhere_else() -> None:
    with Server([answer(OK, X_Some="Kept")]) as server:
        reply = post(server, {"session": "s3cret/&=ä", "envName": "my env"})
    (request,) = server.requests
    assert request.line == f"POST {PATH} HTTP/1.1"
    assert request.body == "session=s3cret%2F%26%3D%C3%A4&envName=my+env"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert re.fullmatch(r"ansible-inet\.elastic/\d+\.\d+\.\d+", request.headers["user-agent"])
    assert "authorization" not in request.headers
    assert not [value for value in request.headers.values() if "s3cret" in value]
    assert (reply.status, reply.body, reply.headers["x-some"]) == (200, '{"result": 0}', "Kept")


def test_no_cookie_is_kept_for_later_calls() -> None:
    """Items of a loop may be calls of several accounts over one connection."""
    with Server([answer(OK, Set_Cookie="JSESSIONID=of-one-account; Path=/"), answer(OK)]) as server:
        transport = RequestsTransport()
        for _call in range(2):
            transport.post(server.url + PATH, {}, (5.0, 5.0))
        transport.close()
    assert ["cookie" in request.headers for request in server.requests] == [False, False]


def test_text_that_is_no_unicode_is_refused_before_anything_is_sent() -> None:
    with Server([answer(OK)]) as server, pytest.raises(InputError) as caught:
        post(server, {"displayName": "bad \ud800"})
    assert str(caught.value) == "the parameter displayName holds characters that are not valid Unicode; correct it"
    assert server.requests == []


def test_two_calls_use_one_connection() -> None:
    with Server([answer(OK), answer("<html>", 404), answer(OK)]) as server:
        transport = RequestsTransport()
        statuses = [transport.post(server.url + PATH, {}, (5.0, 5.0)).status for _call in range(3)]
        transport.close()
    assert statuses == [200, 404, 200]
    assert server.connections == 1
    assert [request.connection for request in server.requests] == [1, 1, 1]


def test_a_connection_that_the_server_closed_in_between_is_opened_anew() -> None:
    closing = raw(HEAD + b"Content-Length: 2\r\n\r\n{}", keep=False)
    with Server([closing, answer(OK)]) as server:
        transport = RequestsTransport()
        assert transport.post(server.url + PATH, {}, (5.0, 5.0)).body == "{}"
        wait_for(lambda: len(server.requests) == 1 and dropped(transport))
        assert transport.post(server.url + PATH, {}, (5.0, 5.0)).body == '{"result": 0}'
        transport.close()
    assert server.connections == 2


def dropped(transport: RequestsTransport) -> bool:
    """Whether the end of the kept connection has arrived."""
    adapter = transport._session.get_adapter("http://")
    (pool,) = [adapter.poolmanager.pools[key] for key in adapter.poolmanager.pools.keys()]  # noqa: SIM118 -- no mapping
    connection = pool.pool.queue[-1]
    return connection is None or not connection.is_connected


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        pause.wait(0.01)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["{url}/elsewhere", "http://app.example.org/", "http://[bad", "/login"])
def test_no_redirect_is_followed(status: int, target: str) -> None:
    with Server([answer("moved", status), answer(OK)]) as server:
        server.behaviours[0] = answer("moved", status, Location=target.format(url=server.url))
        reply = post(server, {"session": "s3cret"})
        assert reply.headers["location"] == target.format(url=server.url)
    assert reply.status == status
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("body", "headers", "text"),
    [
        (b'{"a":"\xc3\xa4"}', {}, '{"a":"ä"}'),
        (b'\xef\xbb\xbf{"result":0}', {}, '{"result":0}'),
        (b'{"a":"\xe4"}', {"Content_Type": "application/json"}, '{"a":"\ufffd"}'),
        (gzip.compress(b'{"result":0}'), {"Content_Encoding": "gzip"}, '{"result":0}'),
        (b"", {}, ""),
    ],
    ids=["utf-8", "byte order mark", "latin-1", "gzip", "empty"],
)
def test_bodies_become_text(body: bytes, headers: dict[str, Any], text: str) -> None:
    with Server([answer(body, **headers)]) as server:
        assert post(server).body == text


def test_a_chunked_body_is_put_together() -> None:
    body = b'9\r\n{"result"\r\n3\r\n:0}\r\n0\r\n\r\n'
    with Server([raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + body)]) as server:
        assert post(server).body == '{"result":0}'


CUT = "the connection to {url} was cut before the whole answer came"
LATE = "{url} gave no whole answer within 0.4 seconds; raise timeout if calls take longer there"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (raw(b""), CUT),
        (reset(), CUT),
        (raw(b"HTTP/1.1 2"), CUT),
        (reset(HEAD), CUT),
        (raw(HEAD + b'Content-Length: 50\r\n\r\n{"result":'), CUT),
        (reset(HEAD + b'Content-Length: 50\r\n\r\n{"result":'), CUT),
        (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\n{"), CUT),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), CUT),
        (answer(b"not gzip at all", Content_Encoding="gzip"), CUT),
        (hold(), LATE),
        (hold(HEAD), LATE),
        (hold(HEAD + b'Content-Length: 50\r\n\r\n{"result":'), LATE),
        (drip(HEAD + b"Content-Length: 5000000\r\n\r\n{", b" " * 4096), LATE),
        (drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"), LATE),
        (drip(HEAD + b"Connection: close\r\n\r\n{", b" " * 4096), LATE),
    ],
    ids=[
        "closed at once",
        "reset at once",
        "cut in the first line",
        "reset in the head",
        "cut in the body",
        "reset in the body",
        "cut in a chunk",
        "no HTTP",
        "broken gzip",
        "silent",
        "silent in the head",
        "silent in the body",
        "slow with a length",
        "slow chunks",
        "slow until closed",
    ],
)
def test_a_lost_answer_is_told_as_such_within_the_time_out(behaviour: Behaviour, words: str) -> None:
    with Server([behaviour]) as server:
        begin = time.monotonic()
        error = failure(server, LIMIT)
        took = time.monotonic() - begin
    assert type(error) is AnswerLostError
    assert str(error) == words.format(url=server.url)
    assert not error.final
    assert took < 3
    assert len(server.requests) == 1


def test_an_answer_may_take_its_time_as_long_as_it_ends_in_time() -> None:
    def slowly(sock: socket.socket, server: Server) -> bool:
        for part in (HEAD, b"Content-Length: 12\r\n\r\n", b'{"res', b'ult":0}'):
            server.ending.wait(0.05)
            sock.sendall(part)
        return True

    with Server([slowly]) as server:
        assert post(server, timeout=(5.0, 5.0)).body == '{"result":0}'


def test_the_deadline_is_that_of_the_body_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block that comes at the deadline is read, a later one is not."""
    clock = FakeClock()
    monkeypatch.setattr(transport_module, "time", SimpleNamespace(monotonic=clock.monotonic))

    def blocks() -> Iterator[bytes]:
        for block in (b"a", b"b", b"c"):
            clock.now += 5.0
            yield block

    read = transport_module._in_time(blocks(), "https://app.example.com", 10.0)
    assert [next(read), next(read)] == [b"a", b"b"]
    with pytest.raises(AnswerLostError, match="gave no whole answer within 10 seconds"):
        next(read)


def test_an_endless_answer_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "LARGEST_ANSWER", 2**20)
    with Server([answer(b" " * (2**20 + 1)), answer(b" " * 2**20)]) as server:
        error = failure(server)
        assert len(post(server).body) == 2**20
    assert type(error) is AnswerLostError
    assert str(error) == "the answer is larger than 1 MiB and was not read further"
    assert error.final


def test_a_small_answer_that_unpacks_to_an_endless_one_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "LARGEST_ANSWER", 2**20)
    with Server([answer(gzip.compress(b" " * 2**25), Content_Encoding="gzip")]) as server:
        assert "larger than 1 MiB" in str(failure(server))


def test_nobody_listens() -> None:
    port = closed_port()
    with pytest.raises(NotSentError) as caught:
        RequestsTransport().post(f"http://127.0.0.1:{port}{PATH}", {}, (5.0, 5.0))
    assert str(caught.value) == (
        f"no connection to http://127.0.0.1:{port}; check api_url, and that the platform is up and reachable from here"
    )
    assert not caught.value.final


def test_an_unknown_host_is_final(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NotSentError) as caught:
        RequestsTransport().post(f"https://app.example.com{PATH}", {}, (5.0, 5.0))
    assert str(caught.value) == "the host name of https://app.example.com is unknown; check api_url and the network"
    assert caught.value.final


def test_a_resolver_out_of_service_is_not_final(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_service(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", out_of_service)
    with pytest.raises(NotSentError) as caught:
        RequestsTransport().post(f"https://app.example.com{PATH}", {}, (5.0, 5.0))
    assert not caught.value.final


def test_a_host_that_takes_no_connection() -> None:
    # The kernel finishes no handshake once the queue of the listener is full.
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        fillers = []
        for _number in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
            fillers.append(filler)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(NotSentError) as caught:
            RequestsTransport().post(url + PATH, {}, (0.3, 5.0))
        for filler in fillers:
            filler.close()
    assert str(caught.value) == f"{url} did not accept a connection within 0.3 seconds; check api_url and the network"
    assert not caught.value.final


@pytest.mark.parametrize("host", ["a" * 64 + ".example.com", "exa mple.com", "app..example.com"])
def test_an_address_that_cannot_be_called(host: str) -> None:
    with pytest.raises(NotSentError) as caught:
        RequestsTransport().post(f"https://{host}{PATH}", {}, (5.0, 5.0))
    assert str(caught.value) == (
        f"https://{host} cannot be called; check api_url, and the proxy's address in HTTPS_PROXY"
    )
    assert caught.value.final


def test_what_was_being_handled_before_is_not_taken_for_the_cause() -> None:
    # Python chains an error that is being handled to each new one: a clean-up after a refused connection, say.
    with Server([raw(b"")]) as server:
        try:
            RequestsTransport().post(f"http://127.0.0.1:{closed_port()}{PATH}", {}, (5.0, 5.0))
        except NotSentError:
            error = failure(server)
    assert type(error) is AnswerLostError
