# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH keys of accounts: what is accepted as one, and how an answer shows it."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from paas_emulator.errors import (
    KEY_EXISTS,
    KEY_INVALID,
    KEY_TITLE_TAKEN,
    NOT_FOUND,
    PLATFORM,
    ApiError,
    ResultCode,
    invalid_parameter,
)
from paas_emulator.store import Account, Store

_PRIVATE = re.compile(
    r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s(?:(?!-----).)+\s-----END (?:[A-Z]+ )*PRIVATE KEY-----", re.DOTALL
)
_LENGTH = 4  # bytes before each part of a public key


def _refused(code: ResultCode, text: str) -> ApiError:
    return ApiError(code, text, source=PLATFORM)


def _blob(text: str) -> bytes:
    """The binary part of a public key, whose first part must name the type that stands before it."""
    parts = text.split()
    try:
        blob = base64.b64decode(parts[1], validate=True) if len(parts) > 1 else b""
    except ValueError:  # of base64, or of letters outside ASCII
        blob = b""
    size = int.from_bytes(blob[:_LENGTH], "big")
    if not parts or "\n" in text or blob[_LENGTH : _LENGTH + size] != parts[0].encode() or len(blob) <= _LENGTH + size:
        raise _refused(KEY_INVALID, "SSH key is invalid")
    return blob


def add(store: Store, account: Account, title: str, text: str, private: bool) -> dict[str, Any]:
    """Add a key. Raises ApiError where it is none, or its title or itself is there already."""
    text = text.strip()
    if not title:
        raise invalid_parameter("title")
    if private and not _PRIVATE.fullmatch(text):
        raise _refused(KEY_INVALID, "SSH key is invalid")
    digest = hashlib.md5(text.encode() if private else _blob(text), usedforsecurity=False).hexdigest()
    rows = [row for row in account.ssh_keys if row["isPrivate"] == private]
    if any(row["hash"] == digest for row in rows):
        raise _refused(KEY_EXISTS, "SSH key already exists")
    if any(row["title"] == title for row in rows):
        raise _refused(KEY_TITLE_TAKEN, f"SSH key with title [{title}] already exists")
    row = {
        "id": store.next_id("ssh_key"),
        "title": title,
        "publicKey": None if private else text,
        "fingerPrint": ":".join(digest[at : at + 2] for at in range(0, len(digest), 2)),
        "hash": digest,
        "isDeleted": False,
        "isPrivate": private,
    }
    account.ssh_keys.append(row)
    return row


def remove(account: Account, number: int) -> None:
    """Remove a key. Raises ApiError 5 for a number that there is none of."""
    if not any(row["id"] == number for row in account.ssh_keys):
        raise _refused(NOT_FOUND, f"SSH key [{number}] not found")
    account.ssh_keys = [row for row in account.ssh_keys if row["id"] != number]


def to_api(row: dict[str, Any]) -> dict[str, Any]:
    """A key as answers show it, a private one without itself (documented members)."""
    return {key: value for key, value in row.items() if key != "isPrivate"}
