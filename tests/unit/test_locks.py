# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks of environments: who holds one, who waits for it, and what becomes of it when its holder is killed."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import ConcurrentChangeError, InputError
from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
from ansible_collections.inet.elastic.plugins.module_utils._engine.locks import Locks

URL, NAME = "https://paas.example.com", "my-shop"
WORKSPACE = Path(__file__).resolve().parents[2] / ".build" / "ws"
HOLDER = """
import sys
from pathlib import Path
from ansible_collections.inet.elastic.plugins.module_utils._engine.locks import Locks
from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
with Locks(directory=Path(sys.argv[1])).hold("https://PAAS.example.com:443/1.0/", "my-shop", 0, Clock()):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where the locks are; not there yet."""
    return tmp_path / "locks"


@contextmanager
def held(directory: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock, by another spelling of the address."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(WORKSPACE)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        assert process.stdin is not None
        process.stdin.close()


def test_one_after_the_other(directory: Path) -> None:
    """The same lock is free again; each turn is counted twice."""
    locks = Locks(directory=directory)
    assert locks.turns(URL, NAME) == 0
    for before in (0, 2, 4):
        with locks.hold(URL, NAME, 0, Clock()) as lock:
            assert (lock.before, locks.turns(URL, NAME)) == (before, before + 1)
    assert locks.turns(URL, NAME) == 6
    assert directory.stat().st_mode & 0o777 == 0o700


def test_other_environments_and_platforms_are_free(directory: Path) -> None:
    locks = Locks(directory=directory)
    with (
        held(directory),
        locks.hold(URL, "other-shop", 0, Clock()),
        locks.hold("https://b.example.com", NAME, 0, Clock()),
    ):
        assert len(list(directory.iterdir())) == 3


def test_held_for_too_long(directory: Path) -> None:
    """The message names the holder and the option."""
    locks = Locks(directory=directory)
    with held(directory) as process, pytest.raises(ConcurrentChangeError) as caught, locks.hold(URL, NAME, 0, Clock()):
        raise AssertionError("the lock is held")
    assert re.fullmatch(
        rf"environment 'my-shop' is in use: process {process.pid} on \S+ \(since 20\S+\) works on it, and this task "
        r"has waited 0 seconds for it; let that run end or raise lock_timeout, then run the task again",
        str(caught.value),
    )


def test_it_says_once_for_whom_it_waits(directory: Path) -> None:
    """The pauses are the clock's, so that a task that is ended does not wait on."""
    said: list[str] = []
    pauses: list[float] = []
    with held(directory) as process:

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 3:
                assert process.stdin is not None
                process.stdin.close()
                process.wait()

        with Locks(tell=said.append, directory=directory).hold(URL, NAME, 60, Clock(pause=pause)):
            assert len(pauses) == 3
    assert [message.partition(" on ")[0] for message in said] == [
        f"Process {os.getpid()} waits for environment 'my-shop', up to 60 s: process {process.pid}"
    ]


def test_a_killed_holder_holds_nothing(directory: Path) -> None:
    """The lock is free, and its count tells that the holder did not end by itself."""
    with held(directory) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        locks = Locks(directory=directory)
        assert locks.turns(URL, NAME) == 1
        with locks.hold(URL, NAME, 0, Clock()) as lock:
            assert (lock.before, locks.turns(URL, NAME)) == (1, 3)
        assert locks.turns(URL, NAME) == 4


def test_a_file_that_is_removed_meanwhile(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who opened the removed file does not take it for the lock, as others would lock a new one."""
    locks = Locks(directory=directory)
    path, real = locks._path(URL, NAME), fcntl.flock
    removed: list[Path] = []

    def flock(descriptor: int, operation: int) -> None:
        if not removed:
            path.unlink()
            removed.append(path)
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    with locks.hold(URL, NAME, 60, Clock()):
        assert locks.turns(URL, NAME) == 1
    assert path.exists()


@pytest.mark.parametrize(
    "note",
    [
        b"\xff{",
        b"[1]",
        b"5",
        b'"turns"',
        b"null",
        b"[" * 1000,
        b'{"turns": Infinity}',
        b'{"turns": "7"}',
        b'{"turns": [7]}',
    ],
)
def test_a_note_that_cannot_be_read(directory: Path, note: bytes) -> None:
    """Whatever somebody has written there, the lock works, and the count begins anew."""
    directory.mkdir(0o700)
    locks = Locks(directory=directory)
    locks._path(URL, NAME).write_bytes(note)
    assert locks.turns(URL, NAME) == 0
    with locks.hold(URL, NAME, 0, Clock()) as lock:
        assert lock.before == 0


@pytest.mark.parametrize("kind", ["link", "file", "open"])
def test_a_directory_of_somebody_else(tmp_path: Path, directory: Path, kind: str) -> None:
    """A link, a file, or what others can write to is not used."""
    if kind == "link":
        (tmp_path / "elsewhere").mkdir(0o700)
        directory.symlink_to(tmp_path / "elsewhere")
    elif kind == "file":
        directory.touch()
    else:
        directory.mkdir()
        directory.chmod(0o777)
    with pytest.raises(InputError) as caught, Locks(directory=directory).hold(URL, NAME, 0, Clock()):
        raise AssertionError("not to be used")
    assert "locks of environments" in str(caught.value)
    assert str(directory) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_lock_file_that_is_a_link(tmp_path: Path, directory: Path) -> None:
    """The file behind it is not written to."""
    directory.mkdir(0o700)
    locks = Locks(directory=directory)
    (tmp_path / "precious").write_text("x", encoding="utf-8")
    locks._path(URL, NAME).symlink_to(tmp_path / "precious")
    with pytest.raises(InputError, match="cannot be opened"), locks.hold(URL, NAME, 0, Clock()):
        raise AssertionError("not to be used")
    assert (tmp_path / "precious").read_text(encoding="utf-8") == "x"
