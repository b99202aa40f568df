# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the token store is planned to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Callable

from ..._client.addresses import comparable_address
from ..._client.errors import InputError, require
from ..._engine.dates import to_text
from ..._engine.plan import Step
from ..._engine.store_entry import StoreEntry
from .model import DesiredToken, DesiredTokens, Subject, Token, TokenState

# The form in which each member of an entry's owner is compared.
_FORMS: dict[str, Callable[[str], Any]] = {"api_url": comparable_address, "account": str.casefold}
PENDING_VALUE = ""  # stands for the value that the run is going to bring


def entry_key(token: Token, desired: DesiredToken | None) -> str:
    """The name of a token's value in the store."""
    return (desired.store_key if desired else None) or token.description


def validity(token: Token, before: TokenState, previous: StoreEntry | None) -> int | None:
    """For how many seconds a token was made or renewed; None if it has no end, or that is not known.

    Args:
        before: tells whether this run gives the token its end.
        previous: what the store has of the token.
    """
    current = next((other for other in before.tokens if other.id == token.id), None) if token.id is not None else None
    if current is not None and current.expires_at == token.expires_at:
        return previous.valid_for if previous else None
    return None if token.expires_at is None else int((token.expires_at - before.now).total_seconds())


def holds_value_of(entry: StoreEntry | None, token: Token) -> bool:
    """Whether the store holds this token's live value, as far as this side can know."""
    return entry is not None and entry.value is not None and entry.pending is None and entry.id == token.id


def interrupted_creation(entries: Mapping[str, StoreEntry], desired: DesiredToken) -> StoreEntry | None:
    """Return the entry of a token that does not exist and that a run was creating when it was killed."""
    entry = entries.get(desired.store_key or desired.description or "")
    return entry if entry is not None and entry.pending == "create" and entry.value is None else None


def other_owner(entry: StoreEntry, api_url: str, account: str | None) -> tuple[str, str] | None:
    """Return by which member an entry belongs to another account or platform, and its value; None if it does not."""
    for name, value in (("api_url", api_url), ("account", account)):
        stored = getattr(entry, name)
        if stored and value and _FORMS[name](stored) != _FORMS[name](value):
            return name, stored
    return None


def _step(summary: str, *remove: str, put: StoreEntry | None = None) -> Step:
    return Step(None, {"put": put, "remove": remove}, summary, Subject())


class PlannedEntries:
    """The entries as planned so far.

    Attributes:
        entries: by key; one whose value is yet to come has the value PENDING_VALUE.
    """

    def __init__(self, state: TokenState, desired: DesiredTokens) -> None:
        self.entries = dict(state.entries)
        self._state = state
        self._desired = desired
        self._removed: list[str] = []
        self._replaced: list[StoreEntry] = []

    def owned(self, key: str) -> StoreEntry | None:
        """Return the entry of a key.

        Raises:
            InputError: it belongs to another account.
        """
        entry = self.entries.get(key)
        if entry is None:
            return None
        other = other_owner(entry, self._desired.api_url, self._state.account)
        if other is not None:
            raise InputError(
                f"the store holds {entry.key!r} for another {other[0]} ({other[1]}); use another store file, or a "
                "store_key"
            )
        return entry

    def plan_new_value(self, token: Token, key: str, replaced: int | None) -> None:
        """Plan an entry for a value that the run is going to bring.

        Args:
            replaced: id of the token whose value it takes the place of.
        """
        if not self._desired.stored:
            return
        present = self.owned(key)
        require(
            present is None or present.value != PENDING_VALUE,
            f"two tokens of this task would be stored under {key!r}; give one of them a store_key",
        )
        if present is not None and present.id != token.id:
            self._replaced.append(present)
        same = present if present is not None and present.id == token.id else StoreEntry(key=key)
        self.entries[key] = StoreEntry(
            key=key,
            id=token.id,
            description=token.description,
            value=PENDING_VALUE,
            valid_for=same.valid_for,
            replaced=replaced or same.replaced,
        )

    def drop_moved(self, old: StoreEntry | None, key: str, token: Token) -> list[Step]:
        """Return the step that removes the old entry once a new value is stored under another key."""
        if old is None or old.key == key or old.id != token.id:
            return []
        del self.entries[old.key]
        return [_step(f"remove the store entry {old.key!r}", old.key)]

    def rename_or_update(self, entry: StoreEntry | None, key: str, token: Token, desired: DesiredToken) -> list[Step]:
        """Return the step that gives an entry the name and expiry of its token, by which the lookup judges."""
        if entry is None or not holds_value_of(entry, token):
            return []
        updated = replace(entry, key=key, description=token.description, expires_at=to_text(token.expires_at))
        if updated.expires_at != entry.expires_at:
            updated = replace(updated, valid_for=validity(token, self._state, entry))
        if updated == entry:
            return []
        if key != entry.key:
            taken = self.owned(key)
            require(
                taken is None or desired.value_from,
                f"the store already holds another value under {key!r}; give a store_key",
            )
            del self.entries[entry.key]
        self.entries[key] = updated
        moved = f"put the value of {entry.key!r} in the place of {key!r} in the store"
        summary = moved if desired.value_from else f"update the store entry {key!r}"
        return [_step(summary, entry.key, put=updated)]

    def plan_removal(self, desired: DesiredToken, current: Token | None) -> None:
        """Plan the removal of the entry of a token that does not exist, or is going to be removed."""
        key = desired.store_key or (current.description if current else desired.description)
        entry = self.entries.get(key) if key else None
        if entry is None or entry.value == PENDING_VALUE or (current and entry.id not in (None, current.id)):
            return
        self.owned(entry.key)
        del self.entries[entry.key]
        self._removed.append(entry.key)

    def removals(self, remaining: list[Token]) -> list[Step]:
        """Return the step that removes the entries of removed tokens, unless another value takes their place.

        Args:
            remaining: the tokens that stay.

        Raises:
            InputError: a new value would take the place of a value whose token stays.
        """
        for entry in self._replaced:
            require(
                not any(holds_value_of(entry, token) for token in remaining),
                f"the store already holds another value under {entry.key!r}; give a store_key",
            )
        keys = [key for key in self._removed if key not in self.entries]
        noun = "entry" if len(keys) == 1 else "entries"
        return [_step(f"remove the store {noun} {', '.join(map(repr, keys))}", *keys)] if keys else []
