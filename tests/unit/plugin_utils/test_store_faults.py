# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token store when things go wrong at the worst moment: kills, failing system calls, and many writers at once."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import pathlib
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import StoreEntry, StoreError, TokenStore

# The system calls at which a write can be interrupted. A kill during os.write leaves half of the bytes.
CALLS = [
    (os, "open"),
    (os, "fchmod"),
    (os, "posix_fallocate"),
    (os, "write"),
    (os, "ftruncate"),
    (os, "fsync"),
    (os, "close"),
    (pathlib.Path, "replace"),
    (pathlib.Path, "unlink"),
    (fcntl, "flock"),
]

OLD = StoreEntry("a", value="old value", description="one")
PENDING = StoreEntry("a", description="one", pending="regenerate")
NEW = StoreEntry("a", value="new value", description="one")
OTHER = StoreEntry("b", value="other value")
STATES: list[dict[str, StoreEntry]] = [{"a": OLD}, {"a": PENDING}, {"a": NEW}, {"a": NEW, "b": OTHER}]

COMMON = """
import fcntl, json, os, pathlib, signal, sys
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import StoreEntry, TokenStore

path = pathlib.Path(sys.argv[1])
store = TokenStore(path, vault=VaultLib([("default", VaultSecret(b"vault password"))]), lock_timeout=50)
"""

# Each child dies at one system call more than the one before, until one comes through; the parent, which took the
# child's leave, reads what is there and prints it.
KILLER = (
    COMMON
    + """
OLD, PENDING, NEW, OTHER = (StoreEntry(**fields) for fields in json.loads(sys.argv[2]))
CALLS = [(os, n) for n in ("open", "fchmod", "posix_fallocate", "write", "ftruncate", "fsync", "close")]
CALLS += [(pathlib.Path, "replace"), (pathlib.Path, "unlink"), (fcntl, "flock")]

def arm(limit):
    count = 0
    def wrap(name, real):
        def call(*args, **options):
            nonlocal count
            count += 1
            if count > limit:
                if name == "write":
                    real(args[0], args[1][: len(args[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **options)
        return call
    for owner, name in CALLS:
        setattr(owner, name, wrap(name, getattr(owner, name)))

limit, status = 0, -1
while status != 0:
    with store.transaction() as held:
        for key in list(held.entries):
            held.remove(key)
        held.put(OLD)
    left_over = sorted(p.name for p in path.parent.iterdir())
    child = os.fork()
    if child == 0:
        arm(limit)
        with store.transaction() as held:
            held.reserve()
            held.put(PENDING)
            held.put(NEW)
            held.put(OTHER)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    entries = {key: [e.value, e.pending] for key, e in store.read().items()}
    print(json.dumps({"status": status, "entries": entries, "before": left_over,
                      "files": sorted(p.name for p in path.parent.iterdir()), "mode": path.stat().st_mode & 0o777}))
    limit += 1
"""
)

WRITERS = (
    COMMON
    + """
writers, rounds = int(sys.argv[2]), int(sys.argv[3])
start, go = os.pipe()
children = []
for number in range(writers):
    child = os.fork()
    if child == 0:
        os.close(go)
        os.read(start, 1)  # returns for all at once, when the last writing end is closed
        for turn in range(rounds):
            with store.transaction() as held:
                held.reserve()
                held.put(StoreEntry(f"{number}-{turn}", value=f"value {number} {turn}"))
                if turn:
                    held.remove(f"{number}-{turn - 1}")
        os._exit(0)
    children.append(child)
os.close(start)
os.close(go)
print(json.dumps([os.waitpid(child, 0)[1] for child in children]))
"""
)


def run(script: str, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def brief(entries: dict[str, StoreEntry]) -> dict[str, list[str | None]]:
    return {key: [entry.value, entry.pending] for key, entry in entries.items()}


def test_a_kill_at_any_moment_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    fields = [{k: v for k, v in vars(entry).items() if v is not None} for entry in (OLD, PENDING, NEW, OTHER)]
    output = run(KILLER, str(tmp_path / "tokens.yml"), json.dumps(fields))
    results = [json.loads(line) for line in output.splitlines()]
    states = [brief(state) for state in STATES]
    seen = [states.index(result["entries"]) for result in results]
    assert seen == sorted(seen)
    assert set(seen) == {0, 1, 2, 3}
    assert [result["status"] for result in results] == [9] * (len(results) - 1) + [0]
    # Three writes with their reservations: fewer calls would mean that the kills missed them.
    assert len(results) > 30
    assert {result["mode"] for result in results} == {0o600}
    # A kill leaves drafts behind, the next transaction has removed them.
    assert any(len(result["files"]) > 2 for result in results)
    assert all(result["before"] == [".tokens.yml.lock", "tokens.yml"] for result in results)


@pytest.mark.parametrize(("writers", "rounds"), [(2, 15), (20, 3)])
def test_many_writers_lose_nothing(tmp_path: Path, writers: int, rounds: int) -> None:
    path = tmp_path / "tokens.yml"
    assert json.loads(run(WRITERS, str(path), str(writers), str(rounds))) == [0] * writers
    last = rounds - 1
    expected = {
        f"{number}-{last}": StoreEntry(f"{number}-{last}", value=f"value {number} {last}") for number in range(writers)
    }
    from ansible.parsing.vault import VaultLib, VaultSecret

    found = TokenStore(path, vault=VaultLib([("default", VaultSecret(b"vault password"))])).read()
    assert found == expected
    assert sorted(item.name for item in tmp_path.iterdir()) == [".tokens.yml.lock", "tokens.yml"]


def failing(limit: int, code: int, count: list[int], name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        count[0] += 1
        if count[0] == limit:
            if name == "write":
                real(args[0], args[1][: len(args[1]) // 2])
            if name != "close":
                raise OSError(code, os.strerror(code))
        return real(*args, **options)

    return call


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES])
def test_a_system_call_that_fails_is_one_line_and_loses_nothing(tmp_path: Path, code: int) -> None:
    path = tmp_path / "tokens.yml"
    store = TokenStore(path, fmt="plain")
    outcomes: list[str] = []
    limit = 0
    while not outcomes or outcomes[-1] != "done" or limit < 5:
        limit += 1
        with store.transaction() as held:
            for key in list(held.entries):
                held.remove(key)
            held.put(OLD)
        count = [0]
        with pytest.MonkeyPatch.context() as patch:
            for owner, name in CALLS:
                patch.setattr(owner, name, failing(limit, code, count, name, getattr(owner, name)))
            try:
                with store.transaction() as held:
                    held.reserve()
                    held.put(PENDING)
                    held.put(NEW)
                    held.put(OTHER)
                outcomes.append("done" if count[0] < limit else "survived")
            except StoreError as exc:
                outcomes.append(str(exc))
        entries = store.read()
        assert entries in STATES
        if outcomes[-1] in ("done", "survived"):
            assert entries == STATES[-1]
    errors = [outcome for outcome in outcomes if outcome not in ("done", "survived")]
    assert len(errors) > 10
    for message in errors:
        assert "\n" not in message
        assert str(path) in message
        assert "value" not in message
        assert os.strerror(code) in message


def test_no_draft_is_left_after_a_failed_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tokens.yml"
    store = TokenStore(path, fmt="plain")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(StoreError, match="No space left on device. Make room there"), store.transaction() as held:
        monkeypatch.setattr(os, "fsync", full)
        held.put(OLD)
    assert [item.name for item in tmp_path.iterdir()] == [".tokens.yml.lock"]


def test_a_directory_that_cannot_be_flushed_does_not_fail_the_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tokens.yml"
    real = os.fsync

    def no_directories(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", no_directories)
    with TokenStore(path, fmt="plain").transaction() as held:
        held.put(OLD)
    assert TokenStore(path, fmt="plain").read() == {"a": OLD}


def test_content_is_on_the_disk_before_the_name_and_the_name_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        done.append("flush directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "flush file")
        real_fsync(descriptor)

    def rename(self: Path, target: Path) -> Path:
        done.append("rename")
        return real_replace(self, target)

    with TokenStore(tmp_path / "tokens.yml", fmt="plain").transaction() as held:
        held.reserve()
        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(Path, "replace", rename)
        held.put(OLD)
        assert done == ["flush file", "rename", "flush directory"]
