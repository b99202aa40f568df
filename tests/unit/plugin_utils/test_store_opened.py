# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token store that is read again and again is opened once for each state of its file."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store import content as _store_content
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store import document as _store_document
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import StoreError, TokenStore
from tests.unit.plugin_utils.stores import ENTRY, OTHER, SECRETS, count_opened


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of what was decrypted; nothing is open at the beginning."""
    monkeypatch.setattr(_store_content, "_opened", {})
    return count_opened(monkeypatch)


def store(path: Path, secrets: Any = SECRETS) -> TokenStore:
    return TokenStore(path, vault=VaultLib(secrets))


def write(path: Path, *entries: Any) -> None:
    with store(path).transaction() as held:
        held.put(*entries)


def test_an_unchanged_file_is_opened_once(path: Path, opened: list[int]) -> None:
    write(path, ENTRY)
    for _time in range(3):
        assert store(path).read() == {ENTRY.key: ENTRY}
    with store(path).transaction() as held:
        assert dict(held.entries) == {ENTRY.key: ENTRY}
    assert len(opened) == 1


def test_a_value_that_changed_is_seen_at_once(path: Path, opened: list[int]) -> None:
    """Even where nothing but the content tells that the file is another one."""
    write(path, ENTRY)
    before = path.stat()
    assert store(path).read()[ENTRY.key].value == ENTRY.value
    other = path.with_name("other.yml")
    write(other, replace(ENTRY, value="d" * 40))
    path.write_bytes(other.read_bytes())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_ino, after.st_size, after.st_mtime_ns) == (before.st_ino, before.st_size, before.st_mtime_ns)
    assert store(path).read()[ENTRY.key].value == "d" * 40
    assert len(opened) == 2


def test_what_was_opened_is_nobody_elses(path: Path) -> None:
    """Another password does not open it, and no password neither; and what a reader does to the result stays there."""
    write(path, ENTRY)
    store(path).read().clear()
    assert store(path).read() == {ENTRY.key: ENTRY}
    with pytest.raises(StoreError, match="No vault password of this run opens"):
        store(path, [("default", VaultSecret(b"another password"))]).read()
    with pytest.raises(StoreError, match="this run has no vault password"):
        TokenStore(path).read()
    with pytest.raises(StoreError, match="store_format is plain"):
        TokenStore(path, fmt="plain").read()


def test_only_a_few_are_kept(tmp_path: Path, opened: list[int]) -> None:
    paths = [tmp_path / f"{number}.yml" for number in range(6)]
    for path in paths:
        write(path, ENTRY)
    for path in [*paths, paths[-1], paths[0]]:
        store(path).read()
    assert len(opened) == 7
    assert len(_store_content._opened) == 4


def test_each_password_is_tried_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several, one after the other, until one opens the file."""
    write(path, ENTRY, OTHER)
    tried: list[str] = []
    wrong = [(name, VaultSecret(name.encode())) for name in ("first", "second")]
    from ansible.parsing.vault import VaultAES256

    real = VaultAES256.decrypt

    def counted(vaulttext: bytes, secret: VaultSecret) -> Any:
        tried.append(secret.bytes.decode())
        return real(vaulttext, secret)

    monkeypatch.setattr(VaultAES256, "decrypt", staticmethod(counted))
    secrets = [*wrong, *SECRETS]
    for _time in range(3):
        assert len(store(path, secrets).read()) == 2
    assert sorted(set(tried)) == sorted(tried)
    assert tried[-1] == "vault password"


def test_without_libyaml_the_same_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And written: a store moves between controllers."""
    write(path, ENTRY, OTHER)
    quick = _store_document.dump_document({ENTRY.key: ENTRY, OTHER.key: OTHER})
    monkeypatch.setattr(_store_document, "_Quick", None)
    assert store(path).read() == {ENTRY.key: ENTRY, OTHER.key: OTHER}
    assert _store_document.dump_document({ENTRY.key: ENTRY, OTHER.key: OTHER}) == quick
