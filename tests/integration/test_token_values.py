# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A value is never lost: no call is made whose answer could not be kept, and what breaks in between can be mended."""

from __future__ import annotations

import contextlib
import multiprocessing
import resource
import signal
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import utc_now
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Task
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import StoreEntry, StoreWriter
from ansible_collections.inet.elastic.plugins.module_utils._resources.account import AccountInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken, TokenSet
from ansible_collections.inet.elastic.plugins.module_utils._run import make_client
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.query import usable_value
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import StoreError, TokenStore
from tests.integration.direct import Failed, open_store, options_of, perform
from tests.integration.support import Account, Emulator

BASE: dict[str, Any] = {"description": "bot", "api_methods": ["users.account.GetUserInfo"]}
Wait = Callable[[Callable[[], bool]], None]


class FullAtTheValue:
    """A store whose disk is full the moment a value is to be written."""

    def __init__(self, store: TokenStore) -> None:
        self._store = store

    def read(self) -> dict[str, StoreEntry]:
        """As the real one."""
        return self._store.read()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[StoreWriter]:
        """As the real one, but for values that are new."""
        with self._store.transaction() as writer:
            yield _FullWriter(writer)


class _FullWriter:
    def __init__(self, writer: StoreWriter) -> None:
        self._writer = writer
        self._known = {entry.value for entry in writer.entries.values()}
        self.reserve, self.remove = writer.reserve, writer.remove

    @property
    def entries(self) -> Mapping[str, StoreEntry]:
        return self._writer.entries

    def put(self, *entries: StoreEntry) -> None:
        if any(entry.value is not None and entry.value not in self._known for entry in entries):
            raise StoreError("Cannot write the token store: No space left on device.")
        self._writer.put(*entries)


def _bots(emulator: Emulator) -> list[dict[str, Any]]:
    answer = emulator.call("users.authentication.GetTokens", session=emulator.signin())
    return [token for token in answer["apiTokens"] if token["description"] == "bot"]


def _perform_with(emulator: Emulator, store: Any, **options: Any) -> dict[str, Any]:
    validated = options_of(OneToken(), emulator, store="named", **options)
    return execute(OneToken(), Task(options=validated, client=make_client(validated), store=store))


def test_a_value_that_cannot_be_written_takes_its_token_with_it(emulator: Emulator, tmp_path: Path) -> None:
    """Else a token would be left that nobody can use."""
    store = open_store(tmp_path / "tokens.yml")
    with pytest.raises(Failed) as caught:
        _perform_with(emulator, FullAtTheValue(store), **BASE)
    assert caught.value.result["failure"]["kind"] == "store"
    assert [name for name in emulator.writes if name.startswith("users.")] == [
        "users.authentication.CreateToken",
        "users.authentication.DeleteTokens",
    ]
    assert _bots(emulator) == []
    assert store.read() == {}


def test_a_new_value_that_cannot_be_written_names_the_remedy(emulator: Emulator, tmp_path: Path) -> None:
    """The old value is dead by then; the entry says so, and regenerate: lost repairs it."""
    path = tmp_path / "tokens.yml"
    perform(OneToken(), emulator, store=path, **BASE)
    with pytest.raises(Failed, match="is dead: repair with regenerate: lost"):
        _perform_with(emulator, FullAtTheValue(open_store(path)), **BASE, regenerate="always")
    assert open_store(path).read()["bot"].pending == "regenerate"
    result = perform(OneToken(), emulator, store=path, **BASE, regenerate="lost")
    assert result["token"]["stored"] is True


def test_no_call_is_made_whose_answer_could_not_be_kept(emulator: Emulator, tmp_path: Path) -> None:
    """The room for the value is set aside before the platform is asked for one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, before[1]))
    try:
        with pytest.raises(Failed) as caught:
            perform(OneToken(), emulator, store=tmp_path / "tokens.yml", **BASE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.result["failure"]["kind"] == "store"
    assert emulator.writes == []
    assert not (tmp_path / "tokens.yml").exists()


def test_check_mode_touches_no_file(emulator: Emulator, tmp_path: Path) -> None:
    """No store, no lock file, no draft; and a store that is there is read."""
    perform(OneToken(), emulator, store=tmp_path / "tokens.yml", check=True, **BASE)
    assert list(tmp_path.iterdir()) == []
    perform(OneToken(), emulator, store=tmp_path / "tokens.yml", **BASE)
    (tmp_path / ".tokens.yml.lock").unlink()
    result = perform(OneToken(), emulator, store=tmp_path / "tokens.yml", check=True, **BASE, regenerate="lost")
    assert result["token"]["stored"] is True
    assert result["changed"] is False
    assert [path.name for path in tmp_path.iterdir()] == ["tokens.yml"]


def _kill_during_creation(
    create: Callable[[Emulator, Path], None], emulator: Emulator, store: Path, wait: Wait
) -> None:
    """Kill a run while the platform carries out its first creation."""
    emulator.control("PUT", "faults", [{"method": "*.CreateToken", "kind": "delay", "seconds": 0.5}])
    process = multiprocessing.get_context("spawn").Process(target=create, args=(emulator, store))
    process.start()
    wait(lambda: "users.authentication.CreateToken" in emulator.methods)
    process.kill()
    process.join(10)


def _create(emulator: Emulator, store: Path) -> None:
    perform(OneToken(), emulator, store=store, **BASE)


def test_a_run_that_is_killed_while_the_platform_works_can_be_repaired(
    emulator: Emulator, tmp_path: Path, wait: Wait
) -> None:
    """The store says that a value was on its way; the next run finds the token and replaces the value nobody saw."""
    store = tmp_path / "tokens.yml"
    _kill_during_creation(_create, emulator, store, wait)
    assert open_store(store).read()["bot"].pending == "create"
    wait(lambda: len(_bots(emulator)) == 1)
    result = perform(OneToken(), emulator, store=store, **BASE, regenerate="lost")
    assert result["token"]["regenerated"] is True
    entry = open_store(store).read()["bot"]
    assert emulator.call("users.account.GetUserInfo", session=str(entry.value))["result"] == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".tmp")] == []


def _create_set(emulator: Emulator, store: Path) -> None:
    perform(TokenSet(), emulator, store=store, tokens=_SET)


_SET = [{**BASE, "description": name} for name in ("first", "second", "third")]


def test_a_run_that_is_killed_in_the_middle_of_a_set_can_be_repaired(
    emulator: Emulator, tmp_path: Path, wait: Wait
) -> None:
    """All marks were made before the first call. Those of calls that were never sent do no harm."""
    store = tmp_path / "tokens.yml"
    _kill_during_creation(_create_set, emulator, store, wait)
    assert {key: entry.pending for key, entry in open_store(store).read().items()} == dict.fromkeys(
        ("first", "second", "third"), "create"
    )
    emulator.control("PUT", "faults", [])
    login = emulator.signin()
    wait(lambda: len(emulator.call("users.authentication.GetTokens", session=login)["apiTokens"]) == 2)
    emulator.forget()
    result = perform(TokenSet(), emulator, store=store, tokens=[{**entry, "regenerate": "lost"} for entry in _SET])
    assert [(token["created"], token["regenerated"]) for token in result["tokens"]] == [
        (False, True),
        (True, False),
        (True, False),
    ]
    for entry in open_store(store).read().values():
        assert emulator.call("users.account.GetUserInfo", session=str(entry.value))["result"] == 0


def test_a_value_that_somebody_replaced_elsewhere_is_found_out_where_it_is_used(
    emulator: Emulator, tmp_path: Path
) -> None:
    """The platform tells no value, so nothing else can show it; regenerate: always brings a new one."""
    path = tmp_path / "tokens.yml"
    tokens = [{**BASE, "description": name} for name in ("bot", "other")]
    perform(TokenSet(), emulator, store=path, tokens=tokens)
    emulator.call("users.authentication.RegenerateToken", session=emulator.signin(), id=str(_bots(emulator)[0]["id"]))
    lost = [{**entry, "regenerate": "lost"} for entry in tokens]
    assert perform(TokenSet(), emulator, store=path, tokens=lost)["changed"] is False
    value = usable_value(open_store(path).read()["bot"], utc_now(), timedelta())
    with pytest.raises(Failed, match="give a valid token.*regenerated with paas_token") as caught:
        perform(AccountInfo(), emulator, session=value, login=None, password=None)
    assert caught.value.result["failure"]["code"] == 702
    assert value not in str(caught.value.result)
    before = open_store(path).read()["other"].value
    result = perform(TokenSet(), emulator, store=path, tokens=[{**tokens[0], "regenerate": "always"}, lost[1]])
    assert [token["regenerated"] for token in result["tokens"]] == [True, False]
    entries = open_store(path).read()
    assert entries["other"].value == before
    assert emulator.call("users.account.GetUserInfo", session=str(entries["bot"].value))["result"] == 0
    assert perform(TokenSet(), emulator, store=path, tokens=lost)["changed"] is False


def test_two_factor_authentication_with_a_one_time_code(emulator: Emulator, tmp_path: Path) -> None:
    """Signed in with the code, worked, signed out; a token of that account then needs no code."""
    secret = pyotp.random_base32()
    careful = Account(login="careful@example.com", password="a password of tests", token="")
    emulator.control("PUT", "accounts", [{"login": careful.login, "password": careful.password, "otp_secret": secret}])
    emulator.forget()
    own = Emulator(url=emulator.url, account=careful, other=emulator.other)
    result = perform(OneToken(), own, **BASE, return_value=True, otp=pyotp.TOTP(secret).now())
    assert [name.rpartition(".")[2] for name in emulator.methods] == [
        "Signin",
        "Verify2FACode",
        "GetTokens",
        "GetTokenApiList",
        "CreateToken",
        "GetTokens",
        "Signout",
    ]
    assert emulator.call("users.account.GetUserInfo", session=result["value"])["email"] == careful.login
