"""What the environment may do to calls: proxies yes, but not for loopback; netrc no."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import (
    AnswerLostError,
    NotSentError,
    PaasError,
)
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import RequestsTransport
from tests.unit.client.servers import Server, answer, closed_port, drip, raw, reset

OK = {"result": 0}
PATH = "/1.0/users/account/rest/getuserinfo"
PLAIN = "http://app.example.com"
ENCRYPTED = "https://app.example.com"
LIMIT = (5.0, 5.0)

Behaviour = Callable[[socket.socket, Server], bool]


def failure(url: str, timeout: tuple[float, float] = LIMIT) -> PaasError:
    with pytest.raises(PaasError) as caught:
        RequestsTransport().post(url + PATH, {"session": "s3cret-value"}, timeout)
    assert "s3cret-value" not in str(caught.value)
    assert "pr0xy-pw" not in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server([answer(OK)]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//me:pr0xy-pw@"))
        assert RequestsTransport().post(PLAIN + PATH, {"session": "s3cret"}, LIMIT).status == 200
    (request,) = proxy.requests
    assert request.line == f"POST {PLAIN}{PATH} HTTP/1.1"
    assert request.headers["proxy-authorization"] == "Basic " + base64.b64encode(b"me:pr0xy-pw").decode()
    assert "authorization" not in request.headers


def test_no_proxy_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    def here(_host: str, port: int, *_args: object, **_options: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", here)
    with Server([answer(OK)]) as server, Server([answer(OK)]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", ".example.com")
        assert RequestsTransport().post(f"{PLAIN}:{server.port}{PATH}", {}, LIMIT).status == 200
    assert len(server.requests) == 1
    assert proxy.requests == []


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_plain_text_for_this_machine_does_not_leave_it(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    with Server([answer(OK)]) as server, Server([answer(OK)]) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        for host in ("127.0.0.1", "localhost"):
            assert RequestsTransport().post(f"http://{host}:{server.port}{PATH}", {}, LIMIT).status == 200
    assert len(server.requests) == 2
    assert proxy.requests == []


def test_netrc_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password n3trc-pw\ndefault login me password n3trc-pw\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with Server([answer("moved", 302, Location="/elsewhere"), answer(OK)]) as server:
        for _call in range(2):
            RequestsTransport().post(server.url + PATH, {}, LIMIT)
    assert [sorted(request.headers.keys() & {"authorization", "cookie"}) for request in server.requests] == [[], []]


WALLED = "the proxy for {} did not let the call through; check {} and NO_PROXY"


@pytest.mark.parametrize(("url", "variable"), [(PLAIN, "HTTP_PROXY"), (ENCRYPTED, "HTTPS_PROXY")])
def test_a_proxy_that_is_down(monkeypatch: pytest.MonkeyPatch, url: str, variable: str) -> None:
    """The message names the variable that names the proxy for the scheme of the address."""
    monkeypatch.setenv("http_proxy", f"http://me:pr0xy-pw@127.0.0.1:{closed_port()}")
    monkeypatch.setenv("https_proxy", f"http://me:pr0xy-pw@127.0.0.1:{closed_port()}")
    error = failure(url)
    assert type(error) is NotSentError
    assert str(error) == WALLED.format(url, variable)
    assert not error.final


@pytest.mark.parametrize(
    ("status", "words", "final"),
    [
        (407, f"the proxy for {ENCRYPTED} wants credentials; check HTTPS_PROXY", True),
        (403, WALLED.format(ENCRYPTED, "HTTPS_PROXY"), False),
        (502, WALLED.format(ENCRYPTED, "HTTPS_PROXY"), False),
    ],
)
def test_a_proxy_that_refuses_the_tunnel(monkeypatch: pytest.MonkeyPatch, status: int, words: str, final: bool) -> None:
    with Server([answer("no", status)]) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        error = failure(ENCRYPTED)
    assert [request.line for request in proxy.requests] == ["CONNECT app.example.com:443 HTTP/1.0"] or [
        request.line for request in proxy.requests
    ] == ["CONNECT app.example.com:443 HTTP/1.1"]
    assert [request.body for request in proxy.requests] == [""]
    assert type(error) is NotSentError
    assert str(error) == words
    assert error.final is final


@pytest.mark.parametrize("behaviour", [raw(b""), reset()], ids=["closed", "reset"])
def test_a_proxy_that_loses_the_answer(monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour) -> None:
    # The proxy had the whole call, and may have passed it on.
    with Server([behaviour]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        error = failure(PLAIN)
    assert len(proxy.requests) == 1
    assert type(error) is AnswerLostError
    assert str(error) == f"the connection to {PLAIN} by way of a proxy was cut; check HTTP_PROXY and NO_PROXY"


def test_the_time_out_bounds_the_whole_answer_of_a_proxy_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server([drip(b"HTTP/1.1 200 OK\r\n\r\n", b" " * 4096)]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        error = failure(PLAIN, (5.0, 0.4))
    assert type(error) is AnswerLostError
    assert "gave no whole answer within 0.4 seconds" in str(error)


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("http://", "the address of the proxy cannot be used; correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"),
        ("gopher://proxy.example.com:70", "the address of the proxy cannot be used; correct HTTPS_PROXY, HTTP_PROXY"),
        ("http://me:pr0xy-pw@[bad", "cannot be called; check api_url, and the proxy's address in HTTPS_PROXY"),
        ("http://me:pr0xy-pw@proxy:port", "cannot be called; check api_url, and the proxy's address in HTTPS_PROXY"),
        ("socks5://me:pr0xy-pw@proxy:1080", "a SOCKS proxy needs the Python library PySocks; install requests[socks]"),
    ],
)
def test_an_address_of_a_proxy_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, proxy: str, words: str) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    error = failure(ENCRYPTED)
    assert type(error) is NotSentError
    assert words in str(error)
    assert error.final


def test_the_address_of_a_proxy_for_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names HTTP_PROXY."""
    monkeypatch.setenv("http_proxy", "http://me:pr0xy-pw@[bad")
    assert "cannot be called; check api_url, and the proxy's address in HTTP_PROXY" in str(failure(PLAIN))


def test_a_call_imports_nothing() -> None:
    """What Python imports by the first call, it would import anew in each worker that core forks for a task."""
    program = (
        f"import sys\nfrom {RequestsTransport.__module__} import RequestsTransport\nbefore = set(sys.modules)\n"
        f"RequestsTransport().post(sys.argv[1], {{'a': 'b'}}, {LIMIT})\nprint(*set(sys.modules) - before)"
    )
    with Server([answer(OK)]) as server:
        argv = [sys.executable, "-c", program, server.url + PATH]
        paths = os.pathsep.join(filter(None, sys.path))
        done = subprocess.run(
            argv, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, timeout=60, check=True
        )
    assert done.stdout.split() == []
