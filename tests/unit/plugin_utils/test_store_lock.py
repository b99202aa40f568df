# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lock of the token store: who holds it, who waits for it, and which lock files are refused."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import re
import threading
from pathlib import Path

import pytest
from ansible.utils.display import Display

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store import lock as _store_lock
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import LOCK_TIMEOUT_SECONDS, StoreError
from tests.unit.plugin_utils.stores import ENTRY, OTHER, VALUE, assert_one_line, put, store_at

HOLDER = rf"process {os.getpid()} on {re.escape(platform.node())} \(since \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ\)"


@pytest.fixture
def lock(path: Path) -> Path:
    return path.parent / ".tokens.yml.lock"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said at -v."""
    lines: list[str] = []
    monkeypatch.setattr(Display, "v", lambda _self, message, *_args, **_options: lines.append(message))
    return lines


def refused(path: Path) -> str:
    """Why the lock is not given at once."""
    with pytest.raises(StoreError) as error, store_at(path, lock_timeout=0).transaction():
        pass
    return str(error.value)


def test_a_held_lock_is_an_error_that_names_its_holder_and_the_option(path: Path, lock: Path, told: list[str]) -> None:
    with store_at(path).transaction() as store:
        with pytest.raises(StoreError) as error, store_at(path, lock_timeout=0.05).transaction():
            pass
        assert_one_line(error)
        assert re.fullmatch(
            rf"The token store {path} is in use: {HOLDER} holds its lock {lock}, and this run has waited 0\.05 s for "
            r"it\. Let that run end or raise store_lock_timeout, then start this one again\.",
            str(error.value),
        )
        # Reading needs no lock.
        store.put(ENTRY)
        assert store_at(path).read() == {"deploy-bot": ENTRY}
        assert store_at(path).preview() == {"deploy-bot": ENTRY}
    assert len(told) == 1
    put(path, OTHER, lock_timeout=0)


def test_no_patience_at_all_says_nothing_of_waiting(path: Path, told: list[str]) -> None:
    with store_at(path).transaction():
        assert "has waited 0 s" in refused(path)
    assert told == []


def test_who_waits_for_whom_is_said_once(path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, let_go = threading.Event(), threading.Event()
    tries: list[None] = []
    real = _store_lock._try_lock

    def counted(store: Path, lock: Path) -> int | None:
        found = real(store, lock)
        if found is None:
            tries.append(None)
            if len(tries) == 3:
                waiting.set()
        return found

    monkeypatch.setattr(_store_lock, "_try_lock", counted)

    def hold() -> None:
        with store_at(path).transaction() as store:
            store.put(ENTRY)
            holds.set()
            let_go.wait(30)

    holds = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    assert holds.wait(30)
    waiter = threading.Thread(target=put, args=(path, OTHER))
    waiter.start()
    assert waiting.wait(30)
    let_go.set()
    for thread in (holder, waiter):
        thread.join(30)
    assert store_at(path).read() == {"deploy-bot": ENTRY, "other": OTHER}
    assert len(told) == 1
    assert re.fullmatch(
        rf"Process {os.getpid()} waits for the lock of the token store {path}, up to 600 s: {HOLDER} holds it\.",
        told[0],
    )


def test_the_lock_file_tells_its_holder_and_nothing_else(path: Path, lock: Path) -> None:
    with store_at(path).transaction() as store:
        store.put(ENTRY)
        note = json.loads(lock.read_text(encoding="utf-8"))
        assert set(note) == {"pid", "host", "since"}
        assert (note["pid"], note["host"]) == (os.getpid(), platform.node())
        assert VALUE not in lock.read_text(encoding="utf-8")
    assert lock.read_bytes() == b""


def test_a_full_disk_is_no_obstacle_to_the_lock(path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _content: bytes, _start: int) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with store_at(path).transaction():
        assert "in use: another run holds its lock" in refused(path)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"{",
        b"[" * 1000,
        b'"text"',
        b'{"pid": 1}',
        b'{"pid": 1, "host": "a\\nb", "since": "x"}',
        b'{"pid": 1, "host": "\\u001b[31m", "since": "x"}',
        b"\xff",
    ],
)
def test_a_note_that_is_none_names_nobody(path: Path, lock: Path, note: bytes) -> None:
    with store_at(path).transaction():
        lock.write_bytes(note)
        assert "in use: another run holds its lock" in refused(path)


def test_a_lock_file_made_anew_by_somebody_is_not_mistaken(
    path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    real = fcntl.flock

    def removed_meanwhile(descriptor: int, operation: int) -> None:
        if not tries:
            lock.unlink()
        tries.append(operation)
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", removed_meanwhile)
    with store_at(path).transaction():
        assert lock.exists()
    assert len(tries) == 2


def test_a_hard_link_in_the_place_of_the_lock_is_refused(path: Path, lock: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("content of another file", encoding="utf-8")
    os.link(theirs, lock)
    before = theirs.stat()
    with pytest.raises(StoreError) as error, store_at(path).transaction():
        pass
    assert str(error.value) == (
        f"The lock file {lock} of the token store {path} is a hard link to another file. Find out who made it, remove "
        "it, then start this run again."
    )
    assert theirs.read_text(encoding="utf-8") == "content of another file"
    after = theirs.stat()
    assert (after.st_uid, after.st_gid, after.st_mode, after.st_mtime) == (
        before.st_uid,
        before.st_gid,
        before.st_mode,
        before.st_mtime,
    )


def test_a_pipe_in_the_place_of_the_lock_is_refused(path: Path, lock: Path) -> None:
    os.mkfifo(lock)
    assert ".tokens.yml.lock of the token store " in (message := refused(path))
    assert "is not a regular file" in message


def test_a_symbolic_link_in_the_place_of_the_lock_is_refused(path: Path, lock: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").touch()
    lock.symlink_to(tmp_path / "theirs")
    with pytest.raises(StoreError, match="Cannot make the lock file"), store_at(path).transaction():
        pass


def test_the_forks_of_a_play_have_time_to_wait_for_each_other() -> None:
    assert LOCK_TIMEOUT_SECONDS == 600
