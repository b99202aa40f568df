"""Ansible's own importer finds the collection, as in a real run: else its plugin loaders refuse what tests imported.

Scenarios of one file share one run of Ansible, so they go to one worker. Cases of a unit test go together too, as that
halves the work of pytest-xdist. Its scheduler for groups sees no marks with pytest 9.2, which keeps the names of tests
elsewhere; this one reads the file's name from that of a test.
"""

from __future__ import annotations

import gc
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible.plugins.loader import init_plugin_loader
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.certificates import Certificate, make
from tests.integration.support import Account, Emulator, running
from tests.profiles import PROFILE, examples

# A run that was started with nohup ignores SIGHUP, and so would all programs that the tests start and interrupt.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Objects more than before that make Python look for cycles, of the youngest and of the others.
GARBAGE = (50_000, 20, 50)
WORKSPACE = Path(__file__).resolve().parent.parent / ".build" / "ws"

init_plugin_loader([str(WORKSPACE)])

settings.register_profile(PROFILE, examples())
settings.load_profile(PROFILE)


def pytest_collection_finish() -> None:
    """What is there when the tests begin stays to the end, so it is not searched for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


@pytest.fixture
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without proxies and authorities of the caller."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle", "netrc"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """An authority that no system knows."""
    return make(tmp_path_factory.mktemp("authority"), "authority", days=(-1, 30))


@pytest.fixture(scope="session")
def process_emulator() -> Iterator[Emulator]:
    """One for each test process that asks for it."""
    with running(Account.made_up("user"), Account.made_up("other")) as started:
        yield started


@pytest.fixture
def emulator(process_emulator: Emulator) -> Emulator:
    """A running emulator without environments and with one token for each of two accounts."""
    process_emulator.reset()
    return process_emulator


class ByScenarioFile(LoadScopeScheduling):
    """Each test by itself, but for scenarios, whose names begin with their file's, and for quick cases of one test."""

    def _split_scope(self, nodeid: str) -> str:
        found = re.search(r"/test_scenarios\.py::\w+\[([\w-]+): ", nodeid)
        if found:
            return found[1]
        return nodeid.partition("[")[0] if nodeid.startswith(("tests/unit/", "emulator/")) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Used by pytest-xdist in place of the scheduler that the command line names."""
    return ByScenarioFile(config, log)
