# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token store: token values on the controller, in one file that is encrypted by the vault secrets of the run.

Writers use a transaction::

    with TokenStore(path, vault=vault_from_loader(loader)).transaction() as store:
        store.reserve()                      # fails here, before the platform is asked for anything
        store.put(replace(entry, pending="create"))
        ...                                  # the call that creates the value
        store.put(replace(entry, value=value))
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ansible.parsing.vault import VaultLib
from ansible.utils.display import Display

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.content import Content
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.document import (
    StoreEntry,
    StoreError,
    check_entry,
    dump_document,
)
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.files import (
    StoreFileDraft,
    flush_directory,
    not_a_path,
    read_content,
    real_path,
    remove_leftovers,
    stamp_at,
)
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.lock import hold_lock
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.vault import (
    FORMATS,
    Codec,
    VaultKey,
    vault_from_loader,
)

__all__ = [
    "FORMATS",
    "StoreEntry",
    "StoreError",
    "StoreTransaction",
    "TokenStore",
    "resolve_store_path",
    "vault_from_loader",
]

# The forks of one play wait for each other, so this is long: each may have many calls to make while it holds the lock.
LOCK_TIMEOUT_SECONDS = 600.0

# Room kept beyond the present size. An entry takes up to some 2 KiB when encrypted, an account has at most 100 tokens.
_HEADROOM_BYTES = 1024 * 1024


def resolve_store_path(loader: Any, path: str) -> str:
    """Return the absolute path of a store; modules and the lookup both use this, so that one text means one file.

    Args:
        loader: the ``DataLoader`` that core hands to actions and lookups (``self._loader``).
        path: as the user wrote it, in an option, a variable, the environment or ``ansible.cfg``. ``~``, ``$NAME`` and
            ``${NAME}`` are expanded. A relative path starts at the directory of the playbook.

    Raises:
        StoreError: the path has a zero byte.
    """
    if "\0" in path:
        raise not_a_path(path)
    return str(loader.path_dwim(os.path.expandvars(path)))


class TokenStore:
    """A store, by its path. Making the object touches no file.

    Args:
        path: the file; a symbolic link is followed.
        vault: the vault of the run; needed to read and write the format ``vault``.
        vault_id: which secret encrypts a new file; default: core's ``vault_encrypt_identity``, then the first one.
            An existing file keeps its own.
        fmt: ``vault`` or ``plain``.
        lock_timeout: how long to wait for another writer, seconds.

    Raises:
        StoreError: unknown format.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        vault: VaultLib | None = None,
        vault_id: str | None = None,
        fmt: str = "vault",
        lock_timeout: float = LOCK_TIMEOUT_SECONDS,
    ) -> None:
        self.path = str(path)
        self._codec = Codec(vault, vault_id, fmt)
        self._lock_timeout = lock_timeout

    def read(self, *, directory_optional: bool = False) -> dict[str, StoreEntry]:
        """All entries by key; none where the file does not exist. Takes no lock: a file is replaced as a whole.

        Args:
            directory_optional: a missing directory has no file either, in place of an error.

        Raises:
            StoreError: the file exists and cannot be used, or its directory is missing.
        """
        return dict(self._content(directory_optional).entries)

    def preview(self) -> dict[str, StoreEntry]:
        """Read as ``read`` does, and check what ``transaction`` would refuse, without making a file.

        A missing directory is only a warning: in check mode an earlier task of the play has not made it.

        Raises:
            StoreError: the file exists and cannot be used, or the vault password is the text of a script.
        """
        path = real_path(self.path)
        content = self._content(directory_optional=True)
        if not path.parent.is_dir():
            Display().warning(
                f"The directory of the token store {path} does not exist. Without check mode this task fails unless an "
                "earlier task creates the directory."
            )
        self._codec.writing_key(f"The token store {path} is not written", content.key)
        return dict(content.entries)

    def _content(self, directory_optional: bool) -> Content:
        path = real_path(self.path)
        if directory_optional and not os.path.lexists(path.parent):
            return Content({}, None, None)
        return Content.read(path, self._codec)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[StoreTransaction]:
        """Take the lock and read; other writers wait until the block ends.

        What killed runs left beside the file is removed. Each change is written at once, so leaving the block by an
        exception takes nothing back.

        Raises:
            StoreError: the lock is held by another run for too long, the file cannot be used, or the vault password is
                the text of a script.
        """
        path = real_path(self.path)
        # Before the lock file is made, so that a wrong path leaves nothing behind.
        read_content(path)
        with hold_lock(path, self._lock_timeout, Display().v):
            remove_leftovers(path)
            transaction = StoreTransaction(path, self._codec)
            # Refused here, before the platform is called, whatever the task is going to write.
            self._codec.writing_key(f"The token store {path} is not written", transaction.key)
            try:
                yield transaction
            finally:
                transaction.close()


class StoreTransaction:
    """The store while its lock is held. Made by ``TokenStore.transaction``."""

    def __init__(self, path: Path, codec: Codec) -> None:
        self._path = path
        self._codec = codec
        self._content = Content.read(path, codec)
        self._reserving = False
        self._draft: StoreFileDraft | None = None
        self._closed = False

    @property
    def key(self) -> VaultKey | None:
        """The key that opened the file; None for a new or plain one."""
        return self._content.key

    @property
    def entries(self) -> Mapping[str, StoreEntry]:
        """All entries by key, with the changes made so far."""
        return MappingProxyType(self._content.entries)

    def reserve(self) -> None:
        """Prove that the coming writes will succeed, and keep room on the disk for them until the transaction ends.

        Call it before the platform is asked for a value. It encrypts the present entries, makes the temporary file
        with the right owner and sets 1 MiB more than the present size aside. ``put`` of an entry with a pending mark
        renews the room before it writes, so the value that follows has its room too.

        Raises:
            StoreError: no vault password, a directory or file that cannot be written, no room.
        """
        self._check_open()
        if self._draft is None:
            content, _key = self._codec.encode(dump_document(self._content.entries), self._path, self._content.key)
            self._draft = StoreFileDraft(self._path, len(content) + _HEADROOM_BYTES)
        self._reserving = True

    def put(self, *entries: StoreEntry) -> None:
        """Write entries, new or changed, to the disk: all of them, or none.

        Raises:
            StoreError: none is written; the file is as it was.
        """
        self._check_open()
        checked = {entry.key: entry for entry in map(check_entry, entries)}
        if checked:
            self._write(lambda entries: entries.update(checked), any(entry.pending for entry in checked.values()))

    def remove(self, *keys: str) -> None:
        """Remove entries from the disk, all or none; an unknown key changes nothing.

        Raises:
            StoreError: none is removed; the file is as it was.
        """
        self._check_open()
        known = [key for key in keys if key in self._content.entries]
        if known:
            self._write(lambda entries: [entries.pop(key, None) for key in known])

    def close(self) -> None:
        """Give the reserved room back. The block of ``TokenStore.transaction`` does it."""
        self._closed = True
        if self._draft is not None:
            self._draft.discard()
            self._draft = None

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("the transaction of the token store has ended")

    def _write(self, change: Callable[[dict[str, StoreEntry]], object], needs_room: bool = False) -> None:
        """Write the entries to the disk after a change of them.

        Args:
            needs_room: whether the write announces a value, so that room for the value has to be left after it.
        """
        if stamp_at(self._path) != self._content.stamp:
            # An editor such as `ansible-vault edit` takes no lock; its change must not be lost.
            self._content = Content.read(self._path, self._codec)
        entries = dict(self._content.entries)
        change(entries)
        content, key = self._codec.encode(dump_document(entries), self._path, self._content.key)
        draft = self._draft or StoreFileDraft(self._path)
        self._draft = None
        if self._reserving:
            try:
                self._draft = StoreFileDraft(self._path, len(content) + _HEADROOM_BYTES)
            except StoreError:
                # A value that exists already is written with what room there is.
                if needs_room:
                    draft.discard()
                    raise
        stamp = draft.publish(content)
        self._content = Content(dict(sorted(entries.items())), key, stamp)
        flush_directory(self._path)
