# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens as the platform has them, read tolerantly; desired tokens; the state of an account's tokens."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._client.answers import identifier, member
from ..._engine.dates import ClockDoubt, moment_from_answer, to_text
from ..._engine.store_entry import StoreEntry
from .method_names import Catalogue, method_key, method_names


@dataclass(frozen=True)
class Token:
    """One token of the account, without its value.

    Attributes:
        id: the platform's number; None for a token that is only planned.
        template: name of the template, or None for a custom token.
        methods: shown names, sorted by key; empty for a template's token.
        expires_at, last_used: UTC; None for never.
    """

    id: int | None
    description: str
    template: str | None = None
    methods: tuple[str, ...] = ()
    expires_at: datetime.datetime | None = None
    last_used: datetime.datetime | None = None
    is_system: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """The methods in the form for comparing."""
        return frozenset(method_key(name) for name in self.methods)

    def expired(self, now: datetime.datetime) -> bool:
        """Whether the platform refuses the token by now."""
        return self.expires_at is not None and self.expires_at <= now

    def has_settings_of(self, other: Token) -> bool:
        """Return whether two tokens have the same settings, spelling and order aside."""
        return (
            self.description == other.description
            and (self.template or "").casefold() == (other.template or "").casefold()
            and self.keys == other.keys
            and self.expires_at == other.expires_at
        )

    def precedes(self, other: Token) -> bool:
        """Return whether two tokens have one description and this one was made first: it has the lower id."""
        if self.description != other.description or self.id is None or other.id is None:
            return False
        return self.id < other.id

    def to_result(self, now: datetime.datetime) -> dict[str, Any]:
        """The token in the words of the options, for results."""
        return {
            **self.settings(),
            "id": self.id,
            "expired": self.expired(now),
            "last_used": to_text(self.last_used),
            "is_system": self.is_system,
        }

    def settings(self) -> dict[str, Any]:
        """What a user can declare, for diffs."""
        return {
            "description": self.description,
            "template": self.template,
            "api_methods": list(self.methods),
            "expires_at": to_text(self.expires_at),
        }


def token_from_wire(answer: Any) -> Token:
    """Read a token object; member names of the specification are unconfirmed, so several are tried."""
    template = member(answer, "tokenTemplate", "template")
    name = template if isinstance(template, str) else member(template, "name")
    listed = method_names(answer, "apiListItems", "apiList", "tokenPermissions")
    return Token(
        id=identifier(member(answer, "id")),
        description=str(member(answer, "description") or ""),
        template=str(name) if name else None,
        methods=() if name else tuple(listed[key] for key in sorted(listed)),
        expires_at=moment_from_answer(member(answer, "expiresAt")),
        last_used=moment_from_answer(member(answer, "lastUsed")),
        is_system=member(answer, "isSystem") is True,
    )


@dataclass(frozen=True)
class Expiry:
    """The desired end of a token: a moment, a length of time from now, or (both None) never.

    Attributes:
        renew_before: with ``within``, how long before its end a token is given its full time again.
    """

    at: datetime.datetime | None = None
    within: datetime.timedelta | None = None
    renew_before: datetime.timedelta = datetime.timedelta()


@dataclass(frozen=True)
class DesiredToken:
    """One declared token; None means: leave alone.

    Attributes:
        value_from: the name under which the store has its value now. The value takes the place of what is stored under
            the name that it gets.
        replaces: id of the token whose successor this is, made by a rotation; for the store.
    """

    description: str | None = None
    id: int | None = None
    present: bool = True
    template: str | None = None
    methods: tuple[str, ...] | None = None
    expiry: Expiry | None = None
    copy_from: str | None = None
    regenerate: str = "never"
    store_key: str | None = None
    value_from: str | None = None
    replaces: int | None = None

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"token {self.description!r}" if self.description else f"token with id {self.id}"


@dataclass(frozen=True)
class DesiredTokens:
    """All that one task asks for.

    Attributes:
        prune: pattern of descriptions; tokens that match it and are not declared are removed. None: no pruning.
        keeps_values: whether a new value has somewhere to go (a store, or the result).
        stored: whether the task names a store.
        api_url: whose tokens they are, for the store.
    """

    tokens: tuple[DesiredToken, ...]
    prune: str | None = None
    keeps_values: bool = False
    stored: bool = False
    return_value: bool = False
    api_url: str = ""


@dataclass(frozen=True)
class Subject:
    """What a step is about.

    Attributes:
        tokens: as they are after the step; those that it removes.
        key: the name of the token's value in the store.
        replaceable: whether the task asks for a new value in place of one that is not known, by ``regenerate``, or as
            it has chosen the name itself.
    """

    tokens: tuple[Token, ...] = ()
    key: str = ""
    replaceable: bool = False

    @property
    def token(self) -> Token:
        """The one token."""
        return self.tokens[0]


@dataclass(frozen=True)
class TokenState:
    """The account's tokens, what the store holds, and where needed what can be granted.

    Attributes:
        now: the present, by the clock that is believed.
        doubt: set if the platform's clock is not believed, so that no end of validity may be computed.
        assumed: values of ``copy_from`` without a token, where check mode assumes that an earlier task creates it.
        read_at: when the tokens were read, on the monotonic clock.
        values: the new values that the task has got, by description.
    """

    tokens: tuple[Token, ...]
    now: datetime.datetime
    doubt: ClockDoubt | None = None
    account: str | None = None
    entries: Mapping[str, StoreEntry] = field(default_factory=dict)
    catalogue: Catalogue | None = None
    assumed: frozenset[str] = frozenset()
    read_at: float = 0.0
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
