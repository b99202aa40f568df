# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One transaction of the token store in several threads: what waits for the same write shares it."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store import changes as _store_changes
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store import store as _store
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.files import StoreFileDraft
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import (
    StoreEntry,
    StoreError,
    StoreTransaction,
    TokenStore,
)

PATIENCE = 10.0
VALUES = [StoreEntry(f"v{number}", value=f"value {number}") for number in range(6)]
MARKS = [StoreEntry(f"m{number}", pending="create") for number in range(3)]


class HeldBack:
    """Holds the first write back until others wait, and notes what each write brings.

    Attributes:
        writes: the keys that each write put or removed, in the order of the writes.
    """

    def __init__(self, held: StoreTransaction, waiting: int) -> None:
        self.writes: list[list[str]] = []
        self._changes = held._changes
        self._real = self._changes._write
        self._waiting = waiting
        self.begun = threading.Event()
        self._changes._write = self.write

    def write(self, changes: list[_store_changes.StoreChange]) -> None:
        self.writes.append(sorted(key for change in changes for key in (*change.put, *change.remove)))
        if not self.begun.is_set():
            self.begun.set()
            end = time.monotonic() + PATIENCE
            while len(self._changes._waiting) < self._waiting:
                assert time.monotonic() < end, "the others did not come"
                threading.Event().wait(0.001)
        self._real(changes)


def at_once(held: StoreTransaction, first: StoreEntry, *others: StoreEntry) -> tuple[HeldBack, list[Future[None]]]:
    """Put one entry, and while it is written all others, each in a thread of its own."""
    back = HeldBack(held, len(others))
    with ThreadPoolExecutor(len(others) + 1) as pool:
        futures = [pool.submit(held.put, first)]
        assert back.begun.wait(PATIENCE)
        futures += [pool.submit(held.put, entry) for entry in others]
    return back, futures


def test_those_that_wait_share_a_write(path: Path) -> None:
    with TokenStore(path, fmt="plain").transaction() as held:
        back, futures = at_once(held, *VALUES)
        assert [future.exception() for future in futures] == [None] * len(VALUES)
        assert back.writes == [["v0"], ["v1", "v2", "v3", "v4", "v5"]]
        assert dict(held.entries) == {entry.key: entry for entry in VALUES}
    assert TokenStore(path, fmt="plain").read() == {entry.key: entry for entry in VALUES}


def test_values_go_before_marks_and_not_by_the_same_write(path: Path) -> None:
    with TokenStore(path, fmt="plain").transaction() as held:
        held.reserve()
        back, futures = at_once(held, VALUES[0], MARKS[0], VALUES[1], MARKS[1], VALUES[2])
        assert [future.exception() for future in futures] == [None] * 5
        assert back.writes == [["v0"], ["v1", "v2"], ["m0", "m1"]]


def test_without_room_for_more_values_only_the_marks_fail(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The values exist already, and are written with what room there is."""
    with TokenStore(path, fmt="plain").transaction() as held:
        held.reserve()

        def full(where: Path, size: int = 0) -> Any:
            if size:
                raise StoreError("Cannot write the token store: No space left on device.")
            return StoreFileDraft(where)

        monkeypatch.setattr(_store, "StoreFileDraft", full)
        back, futures = at_once(held, VALUES[0], MARKS[0], VALUES[1], VALUES[2])
        assert back.writes == [["v0"], ["v1", "v2"], ["m0"]]
        assert [type(future.exception()) for future in futures] == [type(None), StoreError, type(None), type(None)]
    assert sorted(TokenStore(path, fmt="plain").read()) == ["v0", "v1", "v2"]


def test_all_that_share_a_failed_write_fail_each_with_an_error_of_its_own(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TokenStore(path, fmt="plain").transaction() as held:
        held.put(VALUES[5])

        def full(_descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", full)
        _back, futures = at_once(held, *VALUES[:3])
        errors = [future.exception() for future in futures]
        assert {type(error) for error in errors} == {StoreError}
        assert len({id(error) for error in errors}) == 3
        assert all("No space left on device. Make room there" in str(error) for error in errors)
        assert dict(held.entries) == {"v5": VALUES[5]}
    assert TokenStore(path, fmt="plain").read() == {"v5": VALUES[5]}


def test_a_write_that_is_broken_off_is_no_success_for_those_that_share_it(path: Path) -> None:
    """The thread that was writing raises what broke it off."""

    def broken(changes: list[_store_changes.StoreChange]) -> None:
        assert changes == [shared, mine]
        raise KeyboardInterrupt

    queue = _store_changes.Changes(broken)
    mine, shared = _store_changes.StoreChange(remove=("a",)), _store_changes.StoreChange(remove=("b",))
    queue._waiting.append(shared)
    with pytest.raises(KeyboardInterrupt):
        queue.make(mine)
    assert (shared.settled, shared.problem) == (True, _store_changes._BROKEN_OFF)


@pytest.mark.parametrize("work", [lambda held: held.put(*VALUES), lambda held: held.remove("v0", "v1", "unknown")])
def test_many_entries_by_one_write(path: Path, work: Callable[[StoreTransaction], None]) -> None:
    with TokenStore(path, fmt="plain").transaction() as held:
        held.put(*VALUES[:2])
        back = HeldBack(held, 0)
        work(held)
        assert len(back.writes) == 1


def test_one_entry_that_cannot_be_held_keeps_all_others_out(path: Path) -> None:
    with TokenStore(path, fmt="plain").transaction() as held:
        with pytest.raises(StoreError, match="cannot have such a pending"):
            held.put(VALUES[0], StoreEntry("b", pending="delete"))
        assert dict(held.entries) == {}
    assert not path.exists()
