# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Room for the token store is proved before the platform is asked for a value."""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import StoreError
from tests.unit.plugin_utils.stores import ENTRY, OTHER, assert_one_line, names, put, store_at


@contextmanager
def file_size_limit(limit: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_reserve_sets_room_aside_until_the_block_ends(path: Path, tmp_path: Path) -> None:
    def drafts() -> list[os.stat_result]:
        return [item.stat() for item in tmp_path.glob(".tokens.yml.*.tmp")]

    with store_at(path).transaction() as store:
        store.reserve()
        (first,) = drafts()
        assert first.st_size >= 1024 * 1024
        assert first.st_blocks * 512 >= 1024 * 1024
        assert stat.S_IMODE(first.st_mode) == 0o600
        store.put(replace(ENTRY, value=None, pending="create"))
        (second,) = drafts()
        assert second.st_blocks * 512 >= 1024 * 1024
        assert path.stat().st_ino == first.st_ino
        store.put(ENTRY)
        assert path.stat().st_ino == second.st_ino
        assert path.stat().st_size < 4096
    assert drafts() == []


def test_reserve_takes_real_room_where_the_system_cannot_allocate(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "posix_fallocate")
    with store_at(path).transaction() as store:
        store.reserve()
        (draft,) = tmp_path.glob(".tokens.yml.*.tmp")
        assert draft.stat().st_blocks * 512 >= 1024 * 1024
        store.put(ENTRY)
    assert store_at(path).read() == {"deploy-bot": ENTRY}


def test_no_room_is_found_out_before_the_first_write(path: Path) -> None:
    put(path, ENTRY)
    before = path.read_bytes()
    with pytest.raises(StoreError) as error, store_at(path).transaction() as store, file_size_limit(64 * 1024):
        store.reserve()
    assert_one_line(error, str(path), "File too large", "ulimit -f")
    assert path.read_bytes() == before
    assert names(path.parent) == {"tokens.yml", ".tokens.yml.lock"}


def test_a_pending_mark_is_refused_when_no_room_would_be_left_for_the_value(path: Path) -> None:
    put(path, ENTRY)
    before = path.read_bytes()
    with store_at(path).transaction() as store:
        store.reserve()
        with pytest.raises(StoreError) as error, file_size_limit(64 * 1024):
            store.put(replace(ENTRY, pending="regenerate"))
        assert_one_line(error, "File too large")
        assert path.read_bytes() == before
        assert dict(store.entries) == {"deploy-bot": ENTRY}


def test_a_value_is_written_into_the_reserved_room_when_there_is_no_other(path: Path) -> None:
    with store_at(path).transaction() as store:
        store.reserve()
        store.put(replace(ENTRY, value=None, pending="create"))
        with file_size_limit(64 * 1024):
            store.put(ENTRY)
            with pytest.raises(StoreError):
                store.reserve()
        store.reserve()
    assert store_at(path).read() == {"deploy-bot": ENTRY}


def test_no_room_without_a_reservation_keeps_the_old_content(path: Path) -> None:
    put(path, ENTRY)
    before = path.read_bytes()
    with pytest.raises(StoreError) as error, store_at(path).transaction() as store, file_size_limit(1000):
        store.put(OTHER)
    assert_one_line(error, str(path), "File too large")
    assert path.read_bytes() == before
    assert names(path.parent) == {"tokens.yml", ".tokens.yml.lock"}
