# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a rotation: which tokens the platform has, what the store knows of them, and what is to be done."""

from __future__ import annotations

import datetime
import fnmatch
from dataclasses import dataclass, replace

from ..._client.errors import PaasError
from ..._engine.dates import to_text
from ..._engine.store_entry import StoreEntry
from ..token.method_names import is_pattern
from ..token.model import DesiredToken, Token, TokenState
from ..token.plan import find
from ..token.store_plan import PENDING_VALUE, holds_value_of, other_owner
from .desired import DesiredRotation, RotationEntry

NEXT, OLD = ".next", ".old"


@dataclass(frozen=True)
class Family:
    """The tokens of one rotation, and what the store has under their names.

    Attributes:
        token, successor, old: the tokens ``NAME``, ``NAME.next`` and ``NAME.old`` of the platform.
        entry, next_entry: what the store has as ``NAME`` and ``NAME.next``.
    """

    name: str
    token: Token | None
    successor: Token | None
    old: Token | None
    entry: StoreEntry | None
    next_entry: StoreEntry | None

    @property
    def model(self) -> Token | None:
        """The token whose permissions the successor has."""
        return self.token or self.old

    @property
    def stored(self) -> bool:
        """Whether the store has the value of the token under its name."""
        return self.token is not None and holds_value_of(self.entry, self.token)

    @property
    def validity(self) -> datetime.timedelta | None:
        """For how long the token was made or renewed, as far as the store knows."""
        known = self.entry is not None and self.model is not None and self.entry.id == self.model.id
        return (
            datetime.timedelta(seconds=self.entry.valid_for) if known and self.entry and self.entry.valid_for else None
        )

    @property
    def names_exchanged(self) -> bool:
        """Whether the successor got its name, and the store does not know."""
        return (
            self.token is not None
            and not self.stored
            and is_of_successor(self.next_entry)
            and holds_value_of(self.next_entry, self.token)
        )

    @property
    def own_successor(self) -> bool:
        """Whether the successor was made by a rotation with this store: it has its value, or the mark of its call."""
        entry = self.next_entry
        return (
            self.successor is not None
            and entry is not None
            and is_of_successor(entry)
            and (entry.id == self.successor.id or (entry.id is None and entry.pending is not None))
        )

    @property
    def own_old(self) -> bool:
        """Whether the old token was renamed by a rotation with this store."""
        return self.old is not None and self.entry is not None and self.entry.replaced == self.old.id


def is_of_successor(entry: StoreEntry | None) -> bool:
    """Return whether an entry is of a token that a rotation has made."""
    return entry is not None and entry.replaced is not None


def family_of(state: TokenState, name: str) -> Family:
    """Return the tokens of a rotation.

    Raises:
        InputError: several tokens have one of the descriptions.
    """
    token, successor, old = (find(state.tokens, DesiredToken(description=name + end)) for end in ("", NEXT, OLD))
    return Family(name, token, successor, old, state.entries.get(name), state.entries.get(name + NEXT))


@dataclass(frozen=True)
class Rotation:
    """One token to rotate.

    Attributes:
        name: its description.
        entry: the entry of the task that names it, or whose pattern selects it.
    """

    name: str
    entry: RotationEntry


def rotations_of(state: TokenState, desired: DesiredRotation) -> tuple[Rotation, ...]:
    """Return the tokens of a task, in the order of its entries; a pattern selects tokens that the store has."""
    exact = {token.description for token in state.tokens} | {
        token.description[: -len(NEXT)] for token in state.tokens if token.description.endswith(NEXT)
    }
    names: dict[str, RotationEntry] = {
        entry.description: entry
        for entry in desired.entries
        if entry.description in exact or not is_pattern(entry.description)
    }
    chosen = []
    for entry in desired.entries:
        if entry.description in names:
            chosen.append(Rotation(entry.description, entry))
            continue
        matches = [
            name
            for name in _kept(state, desired.api_url)
            if name not in names and fnmatch.fnmatchcase(name, entry.description)
        ]
        names.update(dict.fromkeys(matches, entry))
        chosen += [Rotation(name, entry) for name in matches or [entry.description]]
    return tuple(chosen)


def _kept(state: TokenState, api_url: str) -> list[str]:
    """Return the names of the tokens that the store has, each rotation under one name."""
    entries = {key: entry for key, entry in state.entries.items() if not other_owner(entry, api_url, state.account)}
    names = []
    for token in state.tokens:
        name = token.description
        keys = (name, name + NEXT)
        if token.is_system or not any(key in entries and entries[key].id == token.id for key in keys):
            continue
        made = name.endswith(NEXT) and is_of_successor(entries.get(name))
        names.append(name[: -len(NEXT)] if made else name)
    return sorted(dict.fromkeys(names))


@dataclass(frozen=True)
class RotationOutcome:
    """What a run does with one token.

    Attributes:
        steps: in words.
        rotated: whether it gets a new value, which the store has under its name.
        token, old: the tokens ``NAME`` and ``NAME.old`` afterwards.
        stored: whether the store has the value of the token.
        error: why it is not as asked for.
    """

    rotation: Rotation
    steps: tuple[str, ...] = ()
    rotated: bool = False
    token: Token | None = None
    old: Token | None = None
    stored: bool = False
    error: PaasError | None = None


@dataclass(frozen=True)
class RotationState:
    """The tokens of the account, and the outcome for each token of the task.

    Attributes:
        assumed: names without a token, where check mode assumes that an earlier task creates it.
    """

    tokens: TokenState
    outcomes: tuple[RotationOutcome, ...] = ()
    assumed: frozenset[str] = frozenset()


def due(token: Token, within: datetime.timedelta, now: datetime.datetime) -> bool:
    """Return whether a token ends within a length of time."""
    return token.expires_at is not None and token.expires_at - now <= within


def with_numbers(state: TokenState) -> TokenState:
    """Complete what a plan leaves open, so that the further plan finds it.

    Tokens that are only planned get a number, and entries whose value is yet to come the number and end of their token.
    """
    tokens = tuple(
        replace(token, id=-1 - index) if token.id is None else token for index, token in enumerate(state.tokens)
    )
    named = {token.description: token for token in tokens}
    entries = {
        key: replace(entry, id=named[entry.description].id, expires_at=to_text(named[entry.description].expires_at))
        for key, entry in state.entries.items()
        if entry.value == PENDING_VALUE and entry.description in named
    }
    return replace(state, tokens=tokens, entries={**state.entries, **entries})
