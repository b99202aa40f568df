"""What transport tests share: certificates, and an environment without proxies and authorities of the caller."""

from __future__ import annotations

import pytest

from tests.certificates import Certificate, make

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle", "netrc")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """An authority that no system knows."""
    return make(tmp_path_factory.mktemp("authority"), "authority", days=(-1, 30))
