# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""What is known of tokens, templates and API methods, without changing anything and without any value."""

from __future__ import annotations

import datetime
import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..._durations import parse_duration
from ..._flow import Work
from ..._options import with_connection
from ..._plan import Plan
from ..._platform.errors import InputError
from ..read_only import ReadOnly
from .applying import read_tokens
from .model import Token
from .names import documentation_url
from .resource import read_methods, read_templates


@dataclass(frozen=True)
class Query:
    """What to list; None means no restriction."""

    gather: frozenset[str]
    descriptions: tuple[str, ...] | None
    ids: frozenset[int] | None
    expiring_within: datetime.timedelta | None
    unused_since: datetime.timedelta | None
    search: str | None
    private: bool

    def selects(self, token: Token, now: datetime.datetime) -> bool:
        """Whether a token is listed."""
        if self.ids is not None and token.id not in self.ids:
            return False
        if self.descriptions is not None and not any(
            fnmatch.fnmatchcase(token.description, pattern) for pattern in self.descriptions
        ):
            return False
        if self.expiring_within is not None and (
            token.expires_at is None or token.expires_at - now > self.expiring_within
        ):
            return False
        return self.unused_since is None or token.last_used is None or now - token.last_used >= self.unused_since


def _duration(options: Mapping[str, Any], name: str) -> datetime.timedelta | None:
    try:
        return parse_duration(options[name]) if options.get(name) is not None else None
    except ValueError as error:
        raise InputError(f"{name}: {error}") from None


class TokenInfo(ReadOnly[Query, dict[str, Any]]):
    """``paas_token_info``."""

    manages_tokens = True
    spec = with_connection(
        {
            "gather": {
                "type": "list",
                "elements": "str",
                "choices": ["tokens", "templates", "methods"],
                "default": ["tokens"],
            },
            "description": {"type": "list", "elements": "str"},
            "id": {"type": "list", "elements": "int"},
            "expiring_within": {"type": "str"},
            "unused_since": {"type": "str"},
            "search": {"type": "str"},
            "show_private": {"type": "bool", "default": False},
        }
    )

    def desired(self, options: Mapping[str, Any]) -> Query:
        """See :class:`Resource`."""
        descriptions, ids = options.get("description"), options.get("id")
        return Query(
            gather=frozenset(options["gather"]),
            descriptions=None if descriptions is None else tuple(descriptions),
            ids=None if ids is None else frozenset(ids),
            expiring_within=_duration(options, "expiring_within"),
            unused_since=_duration(options, "unused_since"),
            search=options.get("search"),
            private=options["show_private"],
        )

    def read(self, work: Work, desired: Query) -> dict[str, Any]:
        """One call for each kind that is asked for."""
        listed: dict[str, Any] = {}
        if "tokens" in desired.gather:
            tokens = read_tokens(work.client)
            listed["tokens"] = [token.shown(work.now) for token in tokens if desired.selects(token, work.now)]
        if "templates" in desired.gather:
            listed["templates"] = [
                {"name": name, "api_methods": sorted(methods, key=str.casefold)}
                for name, methods in read_templates(work.client).items()
            ]
        if "methods" in desired.gather:
            methods = read_methods(work.client, private=desired.private, search=desired.search)
            listed["methods"] = [
                {"name": methods[key], "documentation": documentation_url(methods[key])} for key in sorted(methods)
            ]
        return listed

    def report(self, work: Work, plan: Plan[Any], state: dict[str, Any], desired: Query) -> dict[str, Any]:
        """The lists that were asked for."""
        return state
