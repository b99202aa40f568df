# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may stand at the other end: TLS, redirects and proxies, with real servers; secrets reach the platform alone."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.client import PlatformClient, Retry
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError, NotSentError, PaasError
from ansible_collections.inet.elastic.plugins.module_utils._run import make_client
from tests.certificates import Certificate, authorities, make
from tests.integration.listeners import Listener, closes, is_silent, resets, says, tunnels_to
from tests.integration.support import Emulator, Player, running
from tests.unit.client.servers import Server, answer

pytestmark = pytest.mark.usefixtures("plain_environment")

INFO = "inet.elastic.paas_token_info"
SIGNIN = "users.authentication.Signin"
LOGIN, SECRET = "someone@example.com", "Correct-Horse-1"
OPTIONS = {"allow_http": False, "validate_certs": True, "connect_timeout": 10.0, "timeout": 10.0}
GOOD_DAYS = (-1, 3)


def client(url: str, **options: Any) -> PlatformClient:
    """A client as a task with these options has it, but that asks only once."""
    made = make_client({"api_url": url, **OPTIONS, **options})
    made.retry = Retry(attempts=1)
    return made


def signed_in(url: str, **options: Any) -> dict[str, Any]:
    """What the platform answers to login and password."""
    calling = client(url, **options)
    try:
        return calling.call(SIGNIN, login=LOGIN, password=SECRET)
    finally:
        calling.close()


def failure(url: str, **options: Any) -> PaasError:
    """How signing in fails: in one line that does not repeat the password."""
    with pytest.raises(PaasError) as caught:
        signed_in(url, **options)
    assert str(caught.value).isprintable()
    assert SECRET not in str(caught.value)
    return caught.value


# -- certificates ---------------------------------------------------------------------------------------------------


def test_a_platform_with_an_authority_of_its_own(
    emulator: Emulator, player: Player, authority: Certificate, tmp_path: Path
) -> None:
    """By a file, by a folder, by the environment, and unverified where a task says so; as `ca_path` documents."""
    stranger = str(make(tmp_path, "stranger", days=GOOD_DAYS).path)
    good = make(tmp_path, "good", authority, days=GOOD_DAYS)
    folder = authorities(tmp_path / "authorities", authority)
    ways: dict[str, dict[str, Any]] = {
        "file": {INFO: {"ca_path": str(authority.path)}},
        "folder": {INFO: {"ca_path": str(folder)}},
        "environment": {INFO: {}, "environment": {"REQUESTS_CA_BUNDLE": str(authority.path)}},
        "unverified": {INFO: {"validate_certs": False}},
        "curl's variable": {INFO: {}, "environment": {"CURL_CA_BUNDLE": str(authority.path)}},
        "file before the environment": {
            INFO: {"ca_path": str(authority.path)},
            "environment": {"REQUESTS_CA_BUNDLE": stranger, "CURL_CA_BUNDLE": stranger},
        },
        "refused": {INFO: {}, "ignore_errors": True},
        "environment not used": {
            INFO: {},
            "environment": {"SSL_CERT_FILE": str(authority.path), "SSL_CERT_DIR": str(folder)},
            "ignore_errors": True,
        },
        "no other authority": {INFO: {"ca_path": stranger}, "ignore_errors": True},
    }
    refused = ("refused", "environment not used", "no other authority")
    files = ("--tls-cert", str(good.path), "--tls-key", str(good.path.with_suffix(".key")))
    with running(emulator.account, emulator.other, *files) as secure:
        assert secure.url.startswith("https://127.0.0.1:")
        player.url = secure.url
        run = player.play([{"name": name, **task} for name, task in ways.items()])
    assert run.code == 0, [result.get("msg") for _name, result in run.results]
    found = {name: [token["id"] for token in run.result(name).get("tokens", [])] for name in ways}
    assert found == {name: [] if name in refused else [1] for name in ways}
    # The environment of one task does not stay for the next.
    for name in refused:
        assert "signed by an authority that is not known here" in run.result(name)["msg"]
    assert emulator.account.password not in run.output


@dataclass(frozen=True)
class Bad:
    """A certificate that is refused: what is wrong with it, and the end of the message.

    Attributes:
        trusted: whether the client is given the good authority, and does not have to go by those of the system.
    """

    words: str
    host: str = "localhost"
    days: tuple[int, int] = GOOD_DAYS
    by: str = "authority"
    trusted: bool = True


CA_ADVICE = "give the platform's own authority as ca_path"
BAD = {
    "expired": Bad("has expired; ask the hoster to renew it, and check the clock of this machine", days=(-9, -1)),
    "not yet valid": Bad("is not valid yet; check the clock of this machine", days=(1, 9)),
    "another name": Bad("is for another host name; check the host name of api_url", host="app.example.com"),
    "self-signed": Bad(f"is signed by itself; {CA_ADVICE}", by="itself"),
    "unknown authority": Bad(f"is signed by an authority that is not known here; {CA_ADVICE}", by="stranger"),
    "no authority given": Bad(f"is signed by an authority that is not known here; {CA_ADVICE}", trusted=False),
}


def bad_server(bad: Bad, authority: Certificate, folder: Path) -> Server:
    """A server with such a certificate, which would accept any login."""
    issuers = {"authority": authority, "itself": None, "stranger": make(folder, "stranger", days=(-1, 30))}
    made = make(folder, "bad", issuers[bad.by], host=bad.host, days=bad.days)
    return Server([answer({"result": 0, "session": "x" * 40})], tls=made.server())


@pytest.mark.parametrize("name", BAD)
def test_a_bad_certificate_is_told_and_nothing_is_sent(name: str, authority: Certificate, tmp_path: Path) -> None:
    bad = BAD[name]
    with bad_server(bad, authority, tmp_path) as server:
        url = f"https://localhost:{server.port}"
        error = failure(url, ca_path=str(authority.path) if bad.trusted else None)
        assert server.requests == []
        assert server.connections == 1
        assert signed_in(url, validate_certs=False)["result"] == 0
    assert (type(error), error.final) == (NotSentError, True)
    assert str(error) == f"the certificate of {url} {bad.words}"


@pytest.mark.parametrize("name", ["expired", "another name", "unknown authority"])
def test_a_playbook_ends_at_a_bad_certificate(
    name: str, player: Player, emulator: Emulator, authority: Certificate, tmp_path: Path
) -> None:
    bad = BAD[name]
    with bad_server(bad, authority, tmp_path) as server:
        player.url = f"https://localhost:{server.port}"
        run = player.play([{"name": "refused", INFO: {"ca_path": str(authority.path)}}])
    result = run.result("refused")
    assert run.code != 0
    assert result["msg"] == f"the certificate of {player.url} {bad.words}"
    assert result["failure"] == {"kind": "not_reached", "code": None, "method": SIGNIN}
    assert result["changed"] is False
    assert "Traceback" not in run.output
    assert emulator.account.password not in run.output
    assert server.requests == []


# -- no TLS, or not to its end --------------------------------------------------------------------------------------

Behaviour = Callable[[Listener, socket.socket], None]
NO_TLS = "TLS with {url} failed: there is no TLS at this port; check scheme and port of api_url"
NO_CIPHER = "TLS with {url} failed: no TLS version or cipher in common; check api_url, or ask the hoster"
NO_VERSION = "TLS with {url} failed: no TLS version in common; ask the hoster"
DENIED = "TLS with {url} failed: tlsv1 alert access denied; check api_url, or ask the hoster"
SILENT = "the TLS handshake with {url} did not end within 0.4 seconds; check api_url and the network"
CLOSED = "{url} closed the connection in the TLS handshake; check scheme and port of api_url, and the network"
ALERT = b"\x15\x03\x01\x00\x02\x02"  # a fatal alert of TLS; the next byte is its number


@pytest.mark.parametrize(
    ("behaviour", "words", "final"),
    [
        (says(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), NO_TLS, True),
        (says(b"SSH-2.0-OpenSSH_9.2\r\n"), NO_TLS, True),
        (says(ALERT + b"\x28"), NO_CIPHER, True),
        (says(ALERT + b"\x46"), NO_VERSION, True),
        (says(ALERT + b"\x31"), DENIED, False),
        (closes, CLOSED, False),
        (resets, CLOSED, False),
        (is_silent, SILENT, False),
    ],
    ids=["HTTP", "SSH", "no cipher", "no version", "denied", "closes", "resets", "silent"],
)
def test_a_handshake_that_comes_to_nothing_is_told_and_nothing_was_sent(
    behaviour: Behaviour, words: str, final: bool
) -> None:
    with Listener(behaviour) as listener:
        url = f"https://127.0.0.1:{listener.port}"
        error = failure(url, connect_timeout=0.4)
        assert str(error) == words.format(url=url)
        assert (type(error), error.final) == (NotSentError, final)
        # The greeting of TLS came, and no part of a request.
        assert listener.received[:1] == b"\x16"
        assert b"POST" not in listener.received
        assert SECRET.encode() not in listener.received
        assert listener.connections == 1


def test_only_old_versions_of_tls(authority: Certificate, tmp_path: Path) -> None:
    context = make(tmp_path, "good", authority, days=GOOD_DAYS).server()
    with pytest.warns(DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with Server([answer({"result": 0})], tls=context) as server:
        error = failure(server.url, ca_path=str(authority.path))
    assert str(error).startswith(f"TLS with {server.url} failed: no TLS version or cipher in common; ")
    assert type(error) is NotSentError
    assert server.requests == []


# -- plain http -----------------------------------------------------------------------------------------------------


def test_plain_http_to_another_machine_is_refused_before_its_name_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def look_up(host: str, *_arguments: object, **_options: object) -> None:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    error = failure("http://app.example.com")
    assert type(error) is InputError
    assert str(error) == (
        "api_url uses plain http to app.example.com, which shows secrets to the network; use https, or set allow_http"
    )
    assert asked == []
    assert type(failure("http://app.example.com", allow_http=True)) is NotSentError
    assert asked == ["app.example.com"]


# -- redirects ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:{plain}", "http://localhost:{plain}", "https://127.0.0.1:{secure}"]
)
def test_a_redirect_elsewhere_is_not_followed(status: int, target: str, authority: Certificate, tmp_path: Path) -> None:
    good = make(tmp_path, "good", authority, days=GOOD_DAYS)
    accepted = answer({"result": 0, "session": "x" * 40})
    with Server([accepted]) as plain, Server([accepted], tls=good.server()) as secure:
        place = target.format(plain=plain.port, secure=secure.port) + "/1.0/login"
        with Server([answer("moved", status, Location=f"{place}?password={SECRET}")]) as first:
            error = failure(first.url, ca_path=str(authority.path))
        assert len(first.requests) == 1
        assert (plain.connections, secure.connections) == (0, 0)
    assert str(error) == (
        f"{SIGNIN} was answered with a redirect to {place}; set api_url to the platform's final address"
    )
    assert error.final


def test_a_redirect_to_plain_http_is_not_followed(authority: Certificate, tmp_path: Path) -> None:
    good = make(tmp_path, "good", authority, days=GOOD_DAYS)
    with Server([answer({"result": 0})]) as plain:
        moved = answer("moved", 307, Location=plain.url)
        with Server([moved], tls=good.server()) as secure:
            error = failure(secure.url, ca_path=str(authority.path))
        assert plain.connections == 0
    assert f"a redirect to {plain.url};" in str(error)


def test_a_playbook_ends_at_a_redirect(player: Player, emulator: Emulator) -> None:
    with Server([answer({"result": 0, "session": "x" * 40})]) as other:
        with Server([answer("moved", 307, Location=f"{other.url}/")]) as first:
            player.url = first.url
            run = player.play([{"name": "refused", INFO: {}}])
        assert other.connections == 0
    assert run.code != 0
    assert run.result("refused")["msg"] == (
        f"{SIGNIN} was answered with a redirect to {other.url}/; set api_url to the platform's final address"
    )
    assert emulator.account.password not in run.output


# -- proxies --------------------------------------------------------------------------------------------------------


def test_a_proxy_sees_the_name_of_the_platform_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, authority: Certificate, tmp_path: Path
) -> None:
    """The call goes through a tunnel; the certificate that counts is the platform's."""
    good = make(tmp_path, "good", authority, host="app.example.com", days=GOOD_DAYS)
    with Server([answer({"result": 0})], tls=good.server()) as server, Listener(tunnels_to(server.port)) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        assert signed_in("https://app.example.com", ca_path=str(authority.path))["result"] == 0
        head, _blank, rest = bytes(proxy.received).partition(b"\r\n\r\n")
    (request,) = server.requests
    assert SECRET in request.body
    assert head.splitlines()[0] in (b"CONNECT app.example.com:443 HTTP/1.1", b"CONNECT app.example.com:443 HTTP/1.0")
    assert rest[:1] == b"\x16"
    assert SECRET.encode() not in proxy.received
    assert LOGIN.encode() not in proxy.received
    assert b"POST" not in proxy.received


def test_a_proxy_cannot_stand_in_for_the_platform(
    monkeypatch: pytest.MonkeyPatch, authority: Certificate, tmp_path: Path
) -> None:
    mine = make(tmp_path, "mine", authority, host="proxy.example.org", days=GOOD_DAYS)
    with Server([answer({"result": 0})], tls=mine.server()) as server, Listener(tunnels_to(server.port)) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        error = failure("https://app.example.com", ca_path=str(authority.path))
    assert str(error) == (
        "the certificate of https://app.example.com is for another host name; check the host name of api_url"
    )
    assert server.requests == []


@pytest.mark.parametrize("behaviour", [closes, resets, is_silent])
def test_a_proxy_that_ends_the_connection_before_the_tunnel_is_there(
    monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour
) -> None:
    with Listener(behaviour) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        error = failure("https://app.example.com", connect_timeout=0.4)
        assert proxy.connections == 1
        assert SECRET.encode() not in proxy.received
    assert type(error) is NotSentError
    assert str(error) == (
        "the proxy for https://app.example.com did not let the call through; check HTTPS_PROXY and NO_PROXY"
    )


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy"])
def test_what_is_on_this_machine_is_reached_without_a_proxy(
    monkeypatch: pytest.MonkeyPatch, authority: Certificate, tmp_path: Path, variable: str
) -> None:
    good = make(tmp_path, "good", authority, days=GOOD_DAYS)
    with Server([answer({"result": 0})], tls=good.server()) as server, Listener(is_silent) as proxy:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")
        assert signed_in(server.url, ca_path=str(authority.path))["result"] == 0
        assert proxy.connections == 0
