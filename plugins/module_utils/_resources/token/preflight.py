# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether tokens grant what a play needs and live long enough, before anything is written. Only reads."""

from __future__ import annotations

import datetime
import fnmatch
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._client.errors import PaasError, require
from ..._engine.dates import duration_option, to_text
from .desired import methods_of_modules
from .method_names import method_key, shown_name
from .model import Token

PREFLIGHT_OPTIONS: dict[str, dict[str, Any]] = {
    "require_permissions_for": {"type": "list", "elements": "raw"},
    "require_validity": {"type": "str"},
}
# Reaches every method, and lists none (documented; that it lists none is inferred).
REACHES_ALL = "extended access"
Templates = Mapping[str, Sequence[str]]


class NotReadyError(PaasError):
    """A token does not grant, or not for long enough, what is required of it; nothing was changed."""

    kind = "not_ready"


@dataclass(frozen=True)
class Requirement:
    """What is required of tokens.

    Attributes:
        patterns, ids: of the tokens, which apply together; each must be that of one at least.
        methods: API methods that each of them has to grant.
        validity: for how long from now each of them has to be valid.
    """

    patterns: tuple[str, ...]
    ids: tuple[int, ...]
    methods: tuple[str, ...] = ()
    validity: datetime.timedelta = datetime.timedelta()

    def check(self, tokens: Collection[Token], now: datetime.datetime, templates: Callable[[], Templates]) -> None:
        """Look at the account's tokens.

        Args:
            templates: reads the methods of each template by its name; called where a token has one that matters.

        Raises:
            NotReadyError: with all that is not as required, in one line.
        """
        chosen = self._chosen(tokens)
        narrow = self.methods and any(token.template and not _reaches_all(token) for token in chosen)
        known = {name.casefold(): methods for name, methods in templates().items()} if narrow else {}
        problems = self._absent(chosen)
        for token in chosen:
            problems += [*self._too_short(token, now), *self._lacking(token, known)]
        if problems:
            raise NotReadyError("; ".join(problems))

    def _chosen(self, tokens: Collection[Token]) -> list[Token]:
        return [
            token
            for token in tokens
            if (not self.ids or token.id in self.ids)
            and (not self.patterns or any(fnmatch.fnmatchcase(token.description, name) for name in self.patterns))
        ]

    def _absent(self, chosen: Collection[Token]) -> list[str]:
        missing = [
            repr(name)
            for name in self.patterns
            if not any(fnmatch.fnmatchcase(token.description, name) for token in chosen)
        ]
        missing += [f"with the id {number}" for number in self.ids if number not in {token.id for token in chosen}]
        return [f"there is no token {name}" for name in missing]

    def _too_short(self, token: Token, now: datetime.datetime) -> list[str]:
        end = token.expires_at
        if end is None or (end - now >= self.validity and not token.expired(now)):
            return []
        left = "has expired" if token.expired(now) else f"is valid until {to_text(end)}, which is too soon"
        return [f"token {token.description!r} {left}; renew it with inet.elastic.paas_token, expires_in"]

    def _lacking(self, token: Token, templates: Templates) -> list[str]:
        if _reaches_all(token):
            return []
        granted = templates.get(token.template.casefold(), ()) if token.template else token.methods
        keys = {method_key(name) for name in granted}
        lacking = [shown_name(name) for name in self.methods if method_key(name) not in keys]
        if not lacking:
            return []
        return [
            f"token {token.description!r} does not grant {', '.join(lacking)}; add them with inet.elastic.paas_token, "
            "permissions_for"
        ]


def requirement_of(options: Mapping[str, Any]) -> Requirement | None:
    """What a task requires; None where it requires nothing.

    Raises:
        InputError: if a module or a length of time is not valid, or no tokens are selected.
    """
    uses, validity = (options.get(name) for name in PREFLIGHT_OPTIONS)
    if uses is None and validity is None:
        return None
    patterns, ids = tuple(options.get("description") or ()), tuple(options.get("id") or ())
    names = " and ".join(name for name in PREFLIGHT_OPTIONS if options.get(name) is not None)
    require(patterns or ids, f"{names} must know which token is meant: give its description, or its id")
    require("tokens" in options["gather"], f"{names} looks at tokens, so gather must name tokens, too")
    methods = () if uses is None else methods_of_modules(uses, "require_permissions_for")
    return Requirement(patterns, ids, methods, duration_option(options, "require_validity") or datetime.timedelta())


def _reaches_all(token: Token) -> bool:
    return (token.template or "").casefold() == REACHES_ALL
