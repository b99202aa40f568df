"""The address option: what is accepted, and what each refusal says."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client import transport as transport_module
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import (
    RequestsTransport,
    base_url,
    requests_problem,
)

NO_ADDRESS = "api_url is not a web address; write it as https://app.example.com: app. and the platform's domain"
NOT_BARE = "api_url must be the bare address; give login, password and token as options, not inside it"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://app.example.com", "https://app.example.com"),
        (" https://app.example.com/ ", "https://app.example.com"),
        ("HTTPS://App.Example.Com", "https://app.example.com"),
        ("https://app.example.com/1.0", "https://app.example.com"),
        ("https://app.example.com/1.0/", "https://app.example.com"),
        ("https://app.example.com//1.0//", "https://app.example.com"),
        ("https://app.example.com:8443/paas/1.0", "https://app.example.com:8443/paas"),
        ("https://app.exämple.com", "https://app.exämple.com"),
        ("https://app_1.example.com.", "https://app_1.example.com."),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_accepted(given: str, used: str) -> None:
    assert base_url(given) == used


@pytest.mark.parametrize(
    "given",
    [
        "",
        "app.example.com",
        "ftp://app.example.com",
        "https://",
        "https:///1.0",
        "https://exa mple.com",
        "https://app..example.com",
        "https://app.example.com:0",
        "https://app.example.com:port",
        "https://app.example.com:99999",
        "https://[2001:db8::1",
        "https://app.example.com%2f",
        "javascript:alert(1)",
    ],
)
def test_no_address(given: str) -> None:
    with pytest.raises(InputError) as caught:
        base_url(given)
    assert str(caught.value) == NO_ADDRESS


@pytest.mark.parametrize(
    "given",
    [
        "https://me:s3cret@app.example.com",
        "https://me@app.example.com",
        "https://app.example.com/?session=s3cret",
        "https://app.example.com/#s3cret",
        "https://app.example.com\\@evil.example.org",
    ],
)
def test_an_address_with_secrets_is_refused_without_repeating_them(given: str) -> None:
    with pytest.raises(InputError) as caught:
        base_url(given)
    assert str(caught.value) == NOT_BARE


@pytest.mark.parametrize("host", ["app.example.com", "10.0.0.1", "localhost.example.com", "128.0.0.1"])
def test_plain_http_only_to_this_machine_or_on_request(host: str) -> None:
    with pytest.raises(InputError) as caught:
        base_url(f"http://{host}")
    assert str(caught.value) == (
        f"api_url uses plain http to {host}, which shows secrets to the network; use https, or set allow_http"
    )
    assert base_url(f"http://{host}", allow_http=True) == f"http://{host}"


def test_requests_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "requests", None)
    words = (
        f"the Python library requests is missing for {sys.executable}; "
        f"install it with: {sys.executable} -m pip install 'requests>=2.28'"
    )
    assert requests_problem() == words
    with pytest.raises(InputError) as caught:
        RequestsTransport()
    assert str(caught.value) == words


@pytest.mark.parametrize(("version", "old"), [("2.27.1", True), ("2.28", False), ("2.100.0", False), ("3.0", False)])
def test_requests_too_old(monkeypatch: pytest.MonkeyPatch, version: str, old: bool) -> None:
    monkeypatch.setattr(transport_module, "requests", SimpleNamespace(__version__=version))
    problem = requests_problem()
    assert (problem is not None) is old
    if problem:
        assert problem.startswith(f"the Python library requests is {version}, older than 2.28; install it with: ")
