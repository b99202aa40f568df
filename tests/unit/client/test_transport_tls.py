"""TLS: whom the transport trusts, and what it says when it does not."""

from __future__ import annotations

import ssl
import time
from pathlib import Path

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import (
    AnswerLostError,
    InputError,
    NotSentError,
    PaasError,
)
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import RequestsTransport
from tests.certificates import Certificate, make
from tests.unit.client.servers import Server, answer, drip, raw

OK = {"result": 0}
PATH = "/1.0/users/account/rest/getuserinfo"


def failure(url: str, timeout: tuple[float, float] = (5.0, 5.0), ca_path: str | None = None) -> PaasError:
    with pytest.raises(PaasError) as caught:
        RequestsTransport(ca_path=ca_path).post(url + PATH, {"session": "s3cret-value"}, timeout)
    assert "s3cret-value" not in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.fixture
def good(authority: Certificate, tmp_path: Path) -> Certificate:
    return make(tmp_path, "good", authority, days=(-1, 30))


def test_the_own_authority_is_accepted(authority: Certificate, good: Certificate) -> None:
    with Server([answer(OK)], tls=good.server()) as server:
        transport = RequestsTransport(ca_path=str(authority.path))
        bodies = [transport.post(server.url + PATH, {}, (5.0, 5.0)).body for _call in range(2)]
        transport.close()
    assert bodies == ['{"result": 0}'] * 2
    assert server.connections == 1


@pytest.mark.parametrize(
    ("host", "reached", "words"),
    [
        ("127.0.0.2", "127.0.0.1", "is for another IP address; use the host name of the platform in api_url"),
        ("app.example.com", "localhost", "is for another host name; check the host name of api_url"),
    ],
    ids=["address", "name"],
)
def test_a_certificate_for_another_host_is_refused_with_one_helpful_line(
    authority: Certificate, tmp_path: Path, host: str, reached: str, words: str
) -> None:
    bad = make(tmp_path, "bad", authority, host=host, days=(-1, 3))
    with Server([answer(OK)], tls=bad.server()) as server:
        url = f"https://{reached}:{server.port}"
        error = failure(url, ca_path=str(authority.path))
    assert str(error) == f"the certificate of {url} {words}"
    assert type(error) is NotSentError
    assert error.final
    assert server.requests == []


def test_no_tls_at_the_port() -> None:
    with Server([raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")]) as server:
        url = server.url.replace("http:", "https:")
        error = failure(url)
    assert str(error) == f"TLS with {url} failed: there is no TLS at this port; check scheme and port of api_url"
    assert type(error) is NotSentError
    assert error.final


def test_no_version_of_tls_in_common(authority: Certificate, good: Certificate) -> None:
    context = good.server()
    with pytest.warns(DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1
    with Server([answer(OK)], tls=context) as server:
        error = failure(server.url, ca_path=str(authority.path))
    assert type(error) is NotSentError
    assert str(error).startswith(f"TLS with {server.url} failed: no TLS version or cipher in common; ")


def test_a_host_name_that_the_server_does_not_know(authority: Certificate, good: Certificate) -> None:
    context = good.server()
    context.set_servername_callback(lambda _socket, _name, _context: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME)
    with Server([answer(OK)], tls=context) as server:
        url = f"https://localhost:{server.port}"
        error = failure(url, ca_path=str(authority.path))
    assert str(error) == f"TLS with {url} failed: the server does not know this host name; check api_url"
    assert type(error) is NotSentError
    assert error.final
    assert server.requests == []


@pytest.mark.parametrize(
    "sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"], ids=["at once", "in the body"]
)
def test_an_end_without_farewell_after_the_request_is_a_lost_answer(
    authority: Certificate, good: Certificate, sent: bytes
) -> None:
    # OpenSSL reports it as a TLS error; the call may have been carried out all the same.
    with Server([raw(sent)], tls=good.server()) as server:
        error = failure(server.url, ca_path=str(authority.path))
    assert type(error) is AnswerLostError
    assert len(server.requests) == 1


def test_the_time_out_bounds_the_whole_answer_over_tls_too(authority: Certificate, good: Certificate) -> None:
    with Server([drip(b"HTTP/1.1 200 OK\r\n\r\n", b" " * 4096)], tls=good.server()) as server:
        begin = time.monotonic()
        error = failure(server.url, (5.0, 0.4), ca_path=str(authority.path))
        took = time.monotonic() - begin
    assert type(error) is AnswerLostError
    assert "gave no whole answer within 0.4 seconds" in str(error)
    assert took < 3


def test_a_missing_file_of_authorities_names_the_option(tmp_path: Path) -> None:
    path = tmp_path / "missing.pem"
    with pytest.raises(InputError) as caught:
        RequestsTransport(ca_path=str(path))
    assert str(caught.value) == (
        f"ca_path {path} cannot be read: No such file or directory; name a file with certificates"
    )


@pytest.mark.parametrize("content", [b"", b"not a certificate\n", b"\xff\x00\xfe"], ids=["empty", "text", "binary"])
def test_a_file_without_certificates_names_the_option(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "authority.pem"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        RequestsTransport(ca_path=str(path))
    assert str(caught.value) == f"ca_path {path} holds no certificates; name a file with certificates in PEM form"


def test_a_path_that_is_none_names_the_option() -> None:
    with pytest.raises(InputError) as caught:
        RequestsTransport(ca_path="a\0b")
    assert str(caught.value).endswith("cannot be read: not a path; name a file with certificates")


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_option_wins_over_the_environment(
    monkeypatch: pytest.MonkeyPatch, authority: Certificate, good: Certificate, tmp_path: Path, variable: str
) -> None:
    other = make(tmp_path, "stranger", days=(-1, 30))
    with Server([answer(OK)], tls=good.server()) as server:
        monkeypatch.setenv(variable, str(authority.path))
        assert RequestsTransport().post(server.url + PATH, {}, (5.0, 5.0)).status == 200
        assert "not known here" in str(failure(server.url, ca_path=str(other.path)))
        monkeypatch.setenv(variable, str(other.path))
        ours = RequestsTransport(ca_path=str(authority.path))
        assert ours.post(server.url + PATH, {}, (5.0, 5.0)).status == 200
        monkeypatch.setenv(variable, str(tmp_path / "missing.pem"))
        assert ours.post(server.url + PATH, {}, (5.0, 5.0)).status == 200
        unverified = RequestsTransport(validate_certs=False)
        assert unverified.post(server.url + PATH, {}, (5.0, 5.0)).status == 200


def test_a_bad_file_in_the_environment_is_named(
    monkeypatch: pytest.MonkeyPatch, good: Certificate, tmp_path: Path
) -> None:
    with Server([answer(OK)], tls=good.server()) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
        missing = failure(server.url)
        (tmp_path / "empty.pem").touch()
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "empty.pem"))
        empty = failure(server.url)
    assert str(missing) == (
        "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names a file that is not there; correct it, or give ca_path"
    )
    assert "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names a file without certificates; correct it" in str(empty)
    assert (type(missing), type(empty)) == (NotSentError, NotSentError)
    assert missing.final
    assert empty.final
