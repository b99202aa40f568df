# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of the store: a tolerant read, and a replacement that is whole or does not happen."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
from pathlib import Path

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.document import StoreError

# Identifies one state of a file: a rewrite by whatever program changes it.
Stamp = tuple[int, int, int, int]

MODE = 0o600
_CHUNK = 65536
_NO_ALLOCATION = {errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}
# Some file systems cannot flush a directory, and some directories may be written but not read.
_NO_DIRECTORY_FLUSH = {errno.EINVAL, errno.EOPNOTSUPP, errno.EBADF, errno.EACCES, errno.EPERM}
_ADVICE = {
    errno.ENOSPC: "Make room there, or name a store elsewhere",
    errno.EDQUOT: "Make room there, or name a store elsewhere",
    errno.EFBIG: "Raise the limit of the file size (ulimit -f)",
    errno.EACCES: "Give the user of this run the permission, or name a store elsewhere",
    errno.EPERM: "Give the user of this run the permission, or name a store elsewhere",
    errno.EROFS: "Name a store on a file system that can be written",
    errno.ENOENT: "Create the directory first, on a file system that can be written",
    errno.ENOTDIR: "A part of the path is not a directory: correct the path",
    errno.EISDIR: "Name a file",
    errno.ELOOP: "Remove the symbolic link that leads in a circle",
    errno.ENAMETOOLONG: "Choose a shorter name",
    errno.EBUSY: "If the file is a mount of its own, mount its directory instead",
    errno.ENOLCK: "Name a store on a file system that supports locks",
    errno.EINVAL: "Correct the path",
}


def failed(what: str, path: Path, exc: OSError) -> StoreError:
    """The one-line error for a failed file operation."""
    advice = _ADVICE.get(exc.errno or 0, "Correct that, or name a store elsewhere")
    return StoreError(f"Cannot {what} the token store {path}: {exc.strerror or type(exc).__name__}. {advice}.")


def read_content(path: Path) -> tuple[bytes, Stamp] | None:
    """The content of a regular file and its stamp; None if the directory has no such file.

    Raises:
        StoreError: the directory is missing, or the file cannot be read.
    """
    try:
        # Without O_NONBLOCK a named pipe would hold the run up for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError as exc:
        if path.parent.is_dir():
            return None
        raise failed("find the directory of", path, exc) from None
    except OSError as exc:
        raise failed("read", path, exc) from None
    try:
        with os.fdopen(descriptor, "rb") as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise StoreError(f"The token store {path} is not a file. Name a file.")
            return file.read(), stamp_of(state)
    except OSError as exc:
        raise failed("read", path, exc) from None


def stamp_of(state: os.stat_result) -> Stamp:
    """What tells one state of a file from the next."""
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns)


def stamp_at(path: Path) -> Stamp | None:
    """The stamp of the file at a path; None if there is no file."""
    try:
        return stamp_of(path.stat())
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise failed("read", path, exc) from None


def beside(path: Path, ending: str) -> Path:
    """The path of a hidden file in the directory of the store."""
    return path.with_name(f".{path.name}.{ending}")


def remove_leftovers(path: Path) -> None:
    """Remove the drafts that killed runs left beside a store. Call it with the lock held."""
    ours = re.compile(re.escape(f".{path.name}.") + r"[0-9a-f]{16}\.tmp")
    with contextlib.suppress(OSError), os.scandir(path.parent) as items:
        for item in items:
            if ours.fullmatch(item.name) and item.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    Path(item.path).unlink()


class StoreFileDraft:
    """A temporary file beside the store, mode 0600, with the owner of the store, that may take its place.

    Args:
        path: the store.
        size: bytes to set aside on the disk now, so that ``publish`` needs no more.

    Raises:
        StoreError: the draft cannot be made, so the store could not be written.
    """

    def __init__(self, path: Path, size: int = 0) -> None:
        self._path = path
        self._name = beside(path, f"{secrets.token_hex(8)}.tmp")
        self._descriptor = -1
        try:
            _refuse_read_only(path)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
            self._descriptor = os.open(self._name, flags, MODE)
            os.fchmod(self._descriptor, MODE)
            self._keep_owner()
            if size:
                _set_aside(self._descriptor, size)
        except OSError as exc:
            self.discard()
            raise failed("write", path, exc) from None

    def _keep_owner(self) -> None:
        try:
            owner = self._path.stat()
        except FileNotFoundError:
            return
        if owner.st_uid != os.fstat(self._descriptor).st_uid:
            os.fchown(self._descriptor, owner.st_uid, -1)
        with contextlib.suppress(OSError):
            # With mode 0600 the group may do nothing; it is kept if the system permits that.
            os.fchown(self._descriptor, -1, owner.st_gid)

    def publish(self, content: bytes) -> Stamp:
        """Write the content to the disk and put the draft in the place of the store.

        Returns:
            The stamp of the new file.

        Raises:
            StoreError: that failed; the store is as it was and the draft is gone.
        """
        try:
            _write(self._descriptor, content)
            os.ftruncate(self._descriptor, len(content))
            os.fsync(self._descriptor)
            stamp = stamp_of(os.fstat(self._descriptor))
            self._name.replace(self._path)
        except OSError as exc:
            self.discard()
            raise failed("write", self._path, exc) from None
        os.close(self._descriptor)
        self._descriptor = -1
        return stamp

    def discard(self) -> None:
        """Remove the draft, unless it has been published."""
        if self._descriptor < 0:
            return
        os.close(self._descriptor)
        self._descriptor = -1
        with contextlib.suppress(OSError):
            self._name.unlink()


def _refuse_read_only(path: Path) -> None:
    # A rename would not mind, but whoever made the file read-only does.
    if path.exists() and not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionError(errno.EACCES, "the file is read-only")


def flush_directory(path: Path) -> None:
    """Bring the new name of a store to the disk.

    Raises:
        StoreError: the file is in place, but a crash of the machine now might bring the old one back.
    """
    try:
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as exc:
        if exc.errno not in _NO_DIRECTORY_FLUSH:
            raise failed("bring to the disk", path, exc) from None


def _write(descriptor: int, content: bytes) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def _set_aside(descriptor: int, size: int) -> None:
    try:
        os.posix_fallocate(descriptor, 0, size)
        return
    except AttributeError:
        pass
    except OSError as exc:
        if exc.errno not in _NO_ALLOCATION:
            raise
    # No such call here: real bytes take up the room as well.
    for start in range(0, size, _CHUNK):
        _write_at(descriptor, start, bytes(min(_CHUNK, size - start)))
    os.fsync(descriptor)


def _write_at(descriptor: int, start: int, content: bytes) -> None:
    done = 0
    while done < len(content):
        done += os.pwrite(descriptor, content[done:], start + done)


def not_a_path(path: str) -> StoreError:
    """The error for a text that cannot be a path."""
    return StoreError(f"{path!r} cannot be the path of a token store. Name a file.")


def real_path(path: str) -> Path:
    """The file that a path leads to, through symbolic links and ``~``.

    Raises:
        StoreError: the path is empty, or cannot be a path.
    """
    if not path:
        raise StoreError("The path of the token store is empty. Name a file.")
    try:
        return Path(path).expanduser().resolve()
    except (ValueError, RuntimeError):  # a NUL, an unknown user, or links in a circle
        raise not_a_path(path) from None
    except OSError as exc:
        raise failed("find", Path(path), exc) from None
