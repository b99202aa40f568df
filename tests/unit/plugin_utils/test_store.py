# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token store as its writers see it: what is read, written and refused."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import PaasError
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import Store, StoreWriter
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.files import StoreFileDraft
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import (
    StoreEntry,
    StoreError,
    StoreTransaction,
    TokenStore,
)
from tests.unit.plugin_utils.stores import ENTRY, OTHER, VALUE, assert_one_line, names, put, store_at

SEVERAL = [StoreEntry(f"v{number}", value=f"value {number}") for number in range(6)]


def test_the_store_is_what_resources_expect(path: Path) -> None:
    offered: Store = store_at(path)
    with offered.transaction() as held:
        writer: StoreWriter = held
        writer.put(ENTRY)
    assert offered.preview() == {"deploy-bot": ENTRY}


def test_a_failure_is_handled_like_those_of_the_platform() -> None:
    error = StoreError("The store is full.")
    assert isinstance(error, PaasError)
    assert error.failure() == {"kind": "store", "code": None, "method": None}


def test_missing_file_is_an_empty_store(path: Path) -> None:
    assert store_at(path).read() == {}
    with store_at(path).transaction() as store:
        assert dict(store.entries) == {}
    assert not path.exists()


def test_entries_come_back_as_they_were_put(path: Path) -> None:
    put(path, OTHER, ENTRY)
    assert store_at(path).read() == {"deploy-bot": ENTRY, "other": OTHER}
    assert list(store_at(path).read()) == ["deploy-bot", "other"]


def test_file_is_encrypted_and_only_the_owner_may_read_it(path: Path) -> None:
    put(path, ENTRY)
    content = path.read_bytes()
    assert content.startswith(b"$ANSIBLE_VAULT;1.1;AES256\n")
    assert VALUE.encode() not in content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(path.parent) == {"tokens.yml", ".tokens.yml.lock"}
    assert stat.S_IMODE((path.parent / ".tokens.yml.lock").stat().st_mode) == 0o600


def test_plain_document_has_the_documented_form(path: Path) -> None:
    put(path, ENTRY, replace(OTHER, value=None, pending="create"), fmt="plain")
    assert path.read_text(encoding="utf-8") == (
        "version: 1\n"
        "tokens:\n"
        "  deploy-bot:\n"
        f'    value: "{VALUE}"\n'
        "    id: 42\n"
        '    description: "deploy bot"\n'
        '    api_url: "https://app.example.com"\n'
        "    account: user@example.com\n"
        '    expires_at: "2030-01-01T00:00:00Z"\n'
        '    updated_at: "2026-11-24T08:00:00Z"\n'
        "  other:\n"
        "    pending: create\n"
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_repr_of_an_entry_has_no_value() -> None:
    assert VALUE not in repr(ENTRY)


def test_entries_are_a_view_that_follows_the_writes(path: Path) -> None:
    with store_at(path).transaction() as store:
        store.put(ENTRY)
        assert dict(store.entries) == {"deploy-bot": ENTRY}
        assert store_at(path).read() == {"deploy-bot": ENTRY}
        with pytest.raises(TypeError):
            cast(Any, store.entries)["x"] = ENTRY
        store.remove("deploy-bot")
        assert dict(store.entries) == {}
    assert store_at(path).read() == {}


def test_remove_of_an_unknown_key_writes_nothing(path: Path) -> None:
    put(path, ENTRY)
    before = path.stat()
    with store_at(path).transaction() as store:
        store.remove("unknown")
    after = path.stat()
    # A write would bring another file; reading it may change the time of the last access.
    assert (after.st_ino, after.st_mtime_ns, after.st_size) == (before.st_ino, before.st_mtime_ns, before.st_size)


def test_an_exception_in_the_block_keeps_what_was_written(path: Path) -> None:
    with pytest.raises(ZeroDivisionError), store_at(path).transaction() as store:
        store.reserve()
        store.put(ENTRY)
        raise ZeroDivisionError
    assert store_at(path).read() == {"deploy-bot": ENTRY}
    assert names(path.parent) == {"tokens.yml", ".tokens.yml.lock"}


def test_a_closed_transaction_refuses_writes(path: Path) -> None:
    with store_at(path).transaction() as store:
        pass
    with pytest.raises(RuntimeError, match="has ended"):
        store.put(ENTRY)
    with pytest.raises(RuntimeError, match="has ended"):
        store.remove("x")
    with pytest.raises(RuntimeError, match="has ended"):
        store.reserve()


def test_a_change_by_an_editor_is_not_lost(path: Path) -> None:
    put(path, ENTRY, fmt="plain")
    with store_at(path, fmt="plain").transaction() as store:
        path.write_text(path.read_text(encoding="utf-8").replace("deploy bot", "renamed"), encoding="utf-8")
        store.put(OTHER)
        assert dict(store.entries) == {"deploy-bot": replace(ENTRY, description="renamed"), "other": OTHER}
    assert store_at(path, fmt="plain").read()["deploy-bot"].description == "renamed"


@pytest.mark.parametrize(
    "wrong", [{"pending": "delete"}, {"id": True}, {"id": "42"}, {"value": 7}, {"value": VALUE.encode()}, {"key": None}]
)
def test_an_entry_that_the_document_cannot_hold(path: Path, wrong: dict[str, Any]) -> None:
    with store_at(path).transaction() as store:
        with pytest.raises(StoreError) as error:
            store.put(replace(ENTRY, **wrong))
        assert_one_line(error, f"cannot have such a {next(iter(wrong))}")
    assert not path.exists()


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30, 10**5000], ids=["64 bits", "low", "30", "5000"])
def test_an_id_that_could_not_be_read_back_is_refused_and_the_file_stays(path: Path, number: int) -> None:
    put(path, OTHER)
    before = path.read_bytes()
    with store_at(path).transaction() as store:
        with pytest.raises(StoreError) as error:
            store.put(replace(ENTRY, id=number))
        assert_one_line(error)
    assert path.read_bytes() == before
    assert store_at(path).read() == {"other": OTHER}


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 0, -1])
def test_every_number_of_64_bits_can_be_read_back(path: Path, number: int) -> None:
    put(path, replace(ENTRY, id=number))
    assert store_at(path).read() == {"deploy-bot": replace(ENTRY, id=number)}


def test_marked_strings_are_stored_bare(path: Path) -> None:
    class MarkedText(str):
        def __str__(self) -> str:
            return "something else"

    put(path, StoreEntry(key=MarkedText("deploy-bot"), value=MarkedText(VALUE)), fmt="plain")
    (entry,) = store_at(path, fmt="plain").read().values()
    assert (type(entry.value), entry.value, entry.key) == (str, VALUE, "deploy-bot")


def test_unknown_format() -> None:
    with pytest.raises(StoreError, match="one of vault, plain, not 'json'"):
        TokenStore("x", fmt="json")


@pytest.mark.parametrize("work", [lambda held: held.put(*SEVERAL), lambda held: held.remove("v0", "v1", "unknown")])
def test_several_entries_by_one_write(
    path: Path, work: Callable[[StoreTransaction], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[int] = []
    real = StoreFileDraft.publish

    def publish(draft: StoreFileDraft, content: bytes) -> Any:
        published.append(len(content))
        return real(draft, content)

    with store_at(path).transaction() as held:
        held.put(*SEVERAL[:2])
        monkeypatch.setattr(StoreFileDraft, "publish", publish)
        work(held)
        held.put()
        held.remove()
    assert len(published) == 1


def test_one_entry_that_cannot_be_held_keeps_all_others_out(path: Path) -> None:
    with store_at(path).transaction() as held:
        with pytest.raises(StoreError, match="cannot have such a pending"):
            held.put(SEVERAL[0], StoreEntry("b", pending="delete"))
        assert dict(held.entries) == {}
    assert not path.exists()
