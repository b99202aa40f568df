# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the token store is planned to hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

from ..._client.addresses import comparable_address
from ..._client.errors import InputError, require
from ..._engine.dates import to_text
from ..._engine.plan import Step
from ..._engine.store_entry import StoreEntry
from .model import DesiredToken, DesiredTokens, Token, TokenState
from .stages import Subject, entry_of

# What compares of an entry's owner.
_FORMS: dict[str, Callable[[str], Any]] = {"api_url": comparable_address, "account": str.casefold}
PENDING_VALUE = ""  # stands for the value that the run is going to bring


def entry_key(token: Token, desired: DesiredToken | None) -> str:
    """The name of a token's value in the store."""
    return (desired.store_key if desired else None) or token.description


def trusted(entry: StoreEntry | None, token: Token) -> bool:
    """Whether the store holds this token's live value, as far as this side can know."""
    return entry is not None and entry.value is not None and entry.pending is None and entry.id == token.id


def _step(summary: str, **params: Any) -> Step:
    keys = [params.get("remove"), params["put"].key if "put" in params else None]
    return Step(None, params, summary, Subject(touches=frozenset(entry_of(key) for key in keys if key is not None)))


class PlannedEntries:
    """The entries as planned so far.

    Attributes:
        entries: by key; one whose value is yet to come has the value PENDING_VALUE.
    """

    def __init__(self, state: TokenState, desired: DesiredTokens) -> None:
        self.entries = dict(state.entries)
        self._state = state
        self._desired = desired
        self._forgotten: list[str] = []
        self._covered: list[StoreEntry] = []

    def owned(self, key: str) -> StoreEntry | None:
        """The entry of a key, after making sure that it is not another account's."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        mine = {"api_url": self._desired.api_url, "account": self._state.account}
        for name, value in mine.items():
            held = getattr(entry, name)
            if held and value and _FORMS[name](held) != _FORMS[name](value):
                raise InputError(
                    f"the store holds {entry.key!r} for another {name} ({held}); use another store file, or a store_key"
                )
        return entry

    def plan_new_value(self, token: Token, key: str) -> None:
        """A value for the token is going to come."""
        if not self._desired.stored:
            return
        held = self.owned(key)
        require(
            held is None or held.value != PENDING_VALUE,
            f"two tokens of this task would be stored under {key!r}; give one of them a store_key",
        )
        if held is not None and held.id != token.id:
            self._covered.append(held)
        self.entries[key] = StoreEntry(key=key, id=token.id, description=token.description, value=PENDING_VALUE)

    def drop_moved(self, old: StoreEntry | None, key: str, token: Token) -> list[Step]:
        """Once a new value is stored under another key, the old one's entry goes."""
        if old is None or old.key == key or old.id != token.id:
            return []
        del self.entries[old.key]
        return [_step(f"remove the store entry {old.key!r}", remove=old.key)]

    def rename_or_update(self, entry: StoreEntry | None, key: str, token: Token) -> list[Step]:
        """Let an entry follow what the platform says of its token, so that the lookup judges by the right expiry."""
        if entry is None or not trusted(entry, token):
            return []
        fresh = replace(entry, key=key, description=token.description, expires_at=to_text(token.expires_at))
        if fresh == entry:
            return []
        if key != entry.key:
            self.owned(key)
            require(key not in self.entries, f"the store already holds another value under {key!r}; give a store_key")
            del self.entries[entry.key]
        self.entries[key] = fresh
        return [_step(f"update the store entry {key!r}", put=fresh, remove=entry.key)]

    def plan_removal(self, desired: DesiredToken, current: Token | None) -> None:
        """The entry of a token that is gone, or is going to be, goes too."""
        key = desired.store_key or (current.description if current else desired.description)
        entry = self.entries.get(key) if key else None
        if entry is None or entry.value == PENDING_VALUE or (current and entry.id not in (None, current.id)):
            return
        self.owned(entry.key)
        del self.entries[entry.key]
        self._forgotten.append(entry.key)

    def removals(self, kept: list[Token]) -> list[Step]:
        """The steps for what was forgotten, unless another value takes its place.

        Raises:
            InputError: a new value would take the place of one whose token stays.
        """
        for entry in self._covered:
            require(
                not any(trusted(entry, token) for token in kept),
                f"the store already holds another value under {entry.key!r}; give a store_key",
            )
        gone = [key for key in self._forgotten if key not in self.entries]
        return [_step(f"remove the store entry {key!r}", remove=key) for key in gone]
