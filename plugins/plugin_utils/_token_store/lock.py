# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lock of the token store: one writer at a time, and the others know whom they wait for."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import platform
import random
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import to_text, utc_now
from ansible_collections.inet.elastic.plugins.module_utils._engine.locks import LONGEST_NOTE, holder_of
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.document import StoreError
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.files import MODE, beside, failed

_PAUSE_SECONDS = (0.01, 0.05)


@contextlib.contextmanager
def hold_lock(path: Path, timeout: float, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of a store; no other process holds it meanwhile.

    The lock is an advisory one (``flock``) on a file beside the store. The system drops it when the process ends,
    however it ends. The file itself stays: removing it would open a gap between two holders. While the lock is held,
    the file says which process holds it.

    Args:
        path: the store.
        timeout: how long to wait for another holder, seconds.
        tell: is told once whom this process waits for.

    Raises:
        StoreError: the lock file cannot be made or is not a file of its own, or another process holds it for longer.
    """
    lock = beside(path, "lock")
    deadline = time.monotonic() + timeout
    reported = False
    while (descriptor := _try_lock(path, lock)) is None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise StoreError(
                f"The token store {path} is in use: {_holder(lock)} holds its lock {lock}, and this run has "
                f"waited {timeout:g} s for it. Let that run end or raise store_lock_timeout, then start this one again."
            )
        if not reported:
            reported = True
            tell(
                f"Process {os.getpid()} waits for the lock of the token store {path}, up to {timeout:g} s: "
                f"{_holder(lock)} holds it."
            )
        time.sleep(min(left, random.uniform(*_PAUSE_SECONDS)))
    try:
        _note_holder(descriptor)
        yield
    finally:
        # An empty file names nobody who has ended.
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
        os.close(descriptor)


def _try_lock(path: Path, lock: Path) -> int | None:
    try:
        # Without O_NONBLOCK a named pipe would hold the run up for ever.
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(lock, flags, MODE)
    except OSError as exc:
        raise failed(f"make the lock file {lock.name} of", path, exc) from None
    held = False
    try:
        _refuse_strange(os.fstat(descriptor), path, lock)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The file may have been removed, or made anew, between the two calls.
        held = os.path.samestat(os.fstat(descriptor), lock.stat())
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError as exc:
        raise failed("lock", path, exc) from None
    finally:
        if not held:
            os.close(descriptor)
    if not held:
        return None
    _hand_to_owner(descriptor, path)
    return descriptor


def _refuse_strange(state: os.stat_result, path: Path, lock: Path) -> None:
    # Whoever may write to the directory could have the owner or the content of another file changed by a link to it.
    if not stat.S_ISREG(state.st_mode):
        problem = "is not a regular file"
    elif state.st_nlink > 1:
        problem = "is a hard link to another file"
    else:
        return
    raise StoreError(
        f"The lock file {lock} of the token store {path} {problem}. Find out who made it, remove it, then start this "
        "run again."
    )


def _hand_to_owner(descriptor: int, path: Path) -> None:
    # A run as root must not leave a lock file that the owner of the store cannot open.
    with contextlib.suppress(OSError):
        owner, mine = path.stat(), os.fstat(descriptor)
        if owner.st_uid != mine.st_uid:
            os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _note_holder(descriptor: int) -> None:
    # The lock holds without the note, so a full disk does not matter here.
    note = {"pid": os.getpid(), "host": platform.node()[:64] or "unknown", "since": to_text(utc_now())}
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(note).encode(), 0)


def _holder(lock: Path) -> str:
    """The holder of a lock in words, as far as its note can be read."""
    with contextlib.suppress(OSError), lock.open("rb") as file:
        return holder_of(file.read(LONGEST_NOTE))
    return "another run"
