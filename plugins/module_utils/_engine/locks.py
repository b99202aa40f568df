# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Locks of environments: the runs of one user on one machine change an environment one at a time."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import random
import re
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._client.addresses import comparable_address
from .._client.errors import ConcurrentChangeError, InputError
from .._client.waiting import Clock
from .dates import to_text, utc_now

_PAUSE_SECONDS = (0.02, 0.1)
LONGEST_NOTE = 1000
# A message shows no other text of a lock file.
_PART = re.compile(r"[\w.:-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class Lock:
    """A held lock. ``before`` is its number of turns before, see :meth:`Locks.turns`."""

    before: int


@dataclass
class Locks:
    """The locks of one run.

    A lock is an advisory lock (``flock``) on a file in a directory of the user. The system releases it when the process
    ends, however it ends. The file stays, because two processes could hold locks on two files if it were removed. The
    file names the holder and counts the turns: the number is odd while the lock is held and even while it is free.

    Attributes:
        tell: called once for each lock that this run waits for, with a message that names the holder.
        directory: the directory of the lock files; None: a directory below the directory for temporary files.
    """

    tell: Callable[[str], None] = lambda message: None
    directory: Path | None = None

    def turns(self, url: str, name: str) -> int:
        """Return the number of turns. If the number is even and later the same, nobody held the lock in between."""
        return _note(self._path(url, name)).turns

    @contextlib.contextmanager
    def hold(self, url: str, name: str, timeout: float, clock: Clock) -> Iterator[Lock]:
        """Hold the lock of an environment for the time of a block.

        Args:
            url: address of the platform.
            timeout: seconds to wait for another holder.

        Raises:
            ConcurrentChangeError: another process held the lock for the whole time.
            InputError: the lock file cannot be created.
        """
        path = self._path(url, name)
        _make_directory(path.parent)
        deadline = clock.monotonic() + timeout
        told = False
        while (descriptor := _try_lock(path)) is None:
            left = deadline - clock.monotonic()
            holder = _note(path).holder
            if left <= 0:
                raise ConcurrentChangeError(
                    f"environment {name!r} is in use: {holder} works on it, and this task has waited {timeout:g} "
                    "seconds for it; let that run end or raise lock_timeout, then run the task again"
                )
            if not told:
                told = True
                self.tell(
                    f"Process {os.getpid()} waits for environment {name!r}, up to {timeout:g} s: {holder} works on it."
                )
            clock.pause(min(left, random.uniform(*_PAUSE_SECONDS)))
        # A holder that was killed leaves an odd number.
        before = _content(descriptor).turns
        try:
            _write_note(descriptor, before + 1 + before % 2, held=True)
            yield Lock(before)
        finally:
            _write_note(descriptor, before + 2 + before % 2, held=False)
            os.close(descriptor)

    def _path(self, url: str, name: str) -> Path:
        try:
            directory = self.directory or Path(tempfile.gettempdir()) / f"inet.elastic-{os.getuid()}"
        except OSError as error:
            raise InputError(
                f"the directory for environment locks cannot be made: {error.strerror}; set TMPDIR"
            ) from None
        digest = hashlib.sha256(f"{comparable_address(url)} {name}".encode()).hexdigest()[:32]
        return directory / f"{digest}.lock"


def _make_directory(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        state = directory.lstat()
    except OSError as error:
        raise InputError(
            f"the directory {directory} for locks of environments cannot be made: {error.strerror}; make it writable, "
            "or set TMPDIR"
        ) from None
    # A directory of another user could hold links to files of this user.
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid() or state.st_mode & 0o022:
        raise InputError(
            f"{directory} is for locks of environments and must be a directory that only this user can write to; find "
            "out who made it, and remove it"
        )


def _try_lock(path: Path) -> int | None:
    """Return a descriptor that holds the lock; None if another process holds it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise InputError(f"the lock file {path} cannot be opened: {error.strerror}; remove it") from None
    held = False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Somebody may have removed or replaced the file between the two calls.
        held = os.path.samestat(os.fstat(descriptor), path.stat())
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError as error:
        raise InputError(
            f"the lock file {path} cannot be locked: {error.strerror}; set TMPDIR to another disk"
        ) from None
    finally:
        if not held:
            os.close(descriptor)
    return descriptor if held else None


@dataclass(frozen=True)
class _Note:
    """The content of a lock file."""

    turns: int = 0
    holder: str = "another run"


def _note(path: Path) -> _Note:
    with contextlib.suppress(OSError), path.open("rb") as file:
        return _content(file.fileno())
    return _Note()


def _content(descriptor: int) -> _Note:
    with contextlib.suppress(OSError):
        note = _read(os.pread(descriptor, LONGEST_NOTE, 0))
        turns = note.get("turns")
        return _Note(turns if isinstance(turns, int) and not isinstance(turns, bool) else 0, _holder(note))
    return _Note()


def _read(text: bytes) -> dict[str, Any]:
    """Return the content of a lock file; empty if it is not an object, as others may have written to the file."""
    with contextlib.suppress(ValueError, RecursionError):
        note = json.loads(text)
        if isinstance(note, dict):
            return note
    return {}


def _holder(note: Mapping[str, Any]) -> str:
    parts = [str(note.get(name, "")) for name in ("pid", "host", "since")]
    return "process {} on {} (since {})".format(*parts) if all(map(_PART.fullmatch, parts)) else "another run"


def holder_of(text: bytes) -> str:
    """Return the holder of a lock in words, from the content of the lock file."""
    return _holder(_read(text))


def _write_note(descriptor: int, turns: int, *, held: bool) -> None:
    note: dict[str, object] = {"turns": turns}
    if held:
        note.update(pid=os.getpid(), host=platform.node()[:64] or "unknown", since=to_text(utc_now()))
    # The lock works without the note, so a full disk does not matter here.
    with contextlib.suppress(OSError):
        text = json.dumps(note).encode()
        os.pwrite(descriptor, text, 0)
        os.ftruncate(descriptor, len(text))
