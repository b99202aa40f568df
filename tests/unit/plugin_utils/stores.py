# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries, and stores to keep them in, for the tests of the token store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import StoreEntry, StoreError, TokenStore

VALUE = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
ENTRY = StoreEntry(
    key="deploy-bot",
    value=VALUE,
    id=42,
    description="deploy bot",
    api_url="https://app.example.com",
    account="user@example.com",
    expires_at="2030-01-01T00:00:00Z",
    updated_at="2026-11-24T08:00:00Z",
)
OTHER = StoreEntry(key="other", value="0123")
SECRETS = [("default", VaultSecret(b"vault password"))]


def vault() -> VaultLib:
    return VaultLib(SECRETS)


def store_at(path: Path, **options: Any) -> TokenStore:
    return TokenStore(str(path), vault=vault(), **options)


def put(path: Path, *entries: StoreEntry, **options: Any) -> None:
    with store_at(path, **options).transaction() as store:
        for entry in entries:
            store.put(entry)


def count_opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of what is decrypted until the end of the test, in a list that grows."""
    found: list[int] = []
    real = VaultLib.decrypt_and_get_vault_id

    def counted(self: VaultLib, content: bytes, *args: Any, **options: Any) -> Any:
        found.append(len(content))
        return real(self, content, *args, **options)

    monkeypatch.setattr(VaultLib, "decrypt_and_get_vault_id", counted)
    return found


def names(directory: Path) -> set[str]:
    return {item.name for item in directory.iterdir()}


def assert_one_line(error: pytest.ExceptionInfo[StoreError], *parts: str) -> None:
    message = str(error.value)
    assert "\n" not in message
    assert VALUE not in message
    for part in parts:
        assert part in message
