# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the token store offers to the code that works with it; the store itself lives on the controller."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

# Stands for the value of a token that a play in check mode has only predicted: the lookup answers it, and a task that
# gets it as its session makes no call. It is no secret, and no platform gives such a value.
PREDICTED_TOKEN = "not-a-token.predicted-in-check-mode"


def is_predicted(session: str | None) -> bool:
    """Whether a session is the placeholder of a predicted token."""
    return (session or "").strip() == PREDICTED_TOKEN


@dataclass(frozen=True)
class StoreEntry:
    """One stored token.

    Attributes:
        key: its name in the store, the description unless the user chose another.
        value: the token's value; None while none is known.
        id, description, api_url, account, expires_at: what the platform says of it; moments as ISO 8601 text.
        updated_at: when the entry was written.
        pending: ``create`` or ``regenerate`` while such a call has been sent and its answer is not yet stored;
            the value must not be trusted then.
    """

    key: str
    value: str | None = field(default=None, repr=False)
    id: int | None = None
    description: str | None = None
    api_url: str | None = None
    account: str | None = None
    expires_at: str | None = None
    updated_at: str | None = None
    pending: str | None = None


class StoreWriter(Protocol):
    """The store while this process holds its lock; each change is durable when the call returns."""

    @property
    def entries(self) -> Mapping[str, StoreEntry]:
        """What is stored now, by key."""

    def reserve(self) -> None:
        """Prove that the next write will succeed: directory, space, a secret to encrypt with."""

    def put(self, *entries: StoreEntry) -> None:
        """Write entries, all or none of them."""

    def remove(self, *keys: str) -> None:
        """Remove entries, all or none of them; an unknown key is fine."""


class Store(Protocol):
    """A token store."""

    def preview(self) -> Mapping[str, StoreEntry]:
        """What is stored, for a task in check mode: takes no lock and writes nothing."""

    def transaction(self) -> AbstractContextManager[StoreWriter]:
        """Take the lock for the time of a block."""
