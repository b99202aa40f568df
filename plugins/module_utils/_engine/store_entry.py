# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of the token store. The store itself is part of the controller's code."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

# Stands for the value of a token that a play in check mode has only predicted: the lookup returns it, and a task with
# this session makes no call. It is not a secret, and no platform issues such a value.
PREDICTED_TOKEN = "not-a-token.predicted-in-check-mode"


def is_predicted(session: str | None) -> bool:
    """Return whether a session is the placeholder of a predicted token."""
    return (session or "").strip() == PREDICTED_TOKEN


@dataclass(frozen=True)
class StoreEntry:
    """One stored token.

    Attributes:
        key: its name in the store; the description unless the user chose another name.
        value: the token's value; None if it is not known.
        id, description, api_url, account, expires_at: from the platform; moments as ISO 8601 text.
        updated_at: when the entry was written.
        pending: ``create`` or ``regenerate`` while such a call has been sent and its answer is not yet stored. The
            value may be invalid then.
        valid_for: seconds for which the token was made or renewed; None if it has no end, or that is not known.
        replaced: id of the token whose value this value took the place of, by a rotation.
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
    valid_for: int | None = None
    replaced: int | None = None


class StoreWriter(Protocol):
    """The store while this process holds its lock. A change is durable when the call returns."""

    @property
    def entries(self) -> Mapping[str, StoreEntry]:
        """The entries by key."""

    def reserve(self) -> None:
        """Check that the next write will succeed: directory, space, a secret to encrypt with."""

    def put(self, *entries: StoreEntry) -> None:
        """Write all entries or none of them."""

    def remove(self, *keys: str) -> None:
        """Remove all of these entries or none of them; unknown keys are ignored."""


class Store(Protocol):
    """A token store."""

    def preview(self) -> Mapping[str, StoreEntry]:
        """Return the entries without lock, for a task in check mode."""

    def transaction(self) -> AbstractContextManager[StoreWriter]:
        """Hold the lock for the time of a block."""
