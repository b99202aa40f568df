# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a token store's file holds, once it is decrypted and read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.document import StoreEntry, load_document
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.files import Stamp, read_content
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.vault import Codec, VaultKey

# Stores that one task may read in turn.
_MOST_KEPT = 4
# Bytes of a file and the secrets of the run, by identity, to what they gave, the latest last. Each item of a loop
# evaluates its lookups anew. The bytes are read each time, and each write gives other bytes, so nothing here can be out
# of date; and who can read this memory finds the vault secrets beside it.
_opened: dict[tuple[Any, ...], tuple[dict[str, StoreEntry], VaultKey | None]] = {}


class Content:
    """What the file holds, the key that opened it, and which state of the file that was."""

    def __init__(self, entries: dict[str, StoreEntry], key: VaultKey | None, stamp: Stamp | None) -> None:
        self.entries = entries
        self.key = key
        self.stamp = stamp

    @classmethod
    def read(cls, path: Path, codec: Codec) -> Content:
        """Read a file; no entries if it does not exist.

        Raises:
            StoreError: it exists and cannot be used, or its directory is missing.
        """
        file = read_content(path)
        if file is None:
            return cls({}, None, None)
        entries, key = _entries(file[0], path, codec)
        return cls(entries, key, file[1])


def _entries(content: bytes, path: Path, codec: Codec) -> tuple[dict[str, StoreEntry], VaultKey | None]:
    known = (content, *codec.identity)
    opened = _opened.pop(known, None)
    if opened is None:
        document, key = codec.decode(content, path)
        opened = (load_document(document, path), key)
    _opened[known] = opened
    while len(_opened) > _MOST_KEPT:
        del _opened[next(iter(_opened))]
    return opened
