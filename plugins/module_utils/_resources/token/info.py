# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of tokens, templates and API methods, without changing anything and without any value."""

from __future__ import annotations

import datetime
import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable

from ..._client.client import PlatformClient
from ..._client.concurrency import gather
from ..._engine.dates import duration_option
from ..._engine.plan import Plan
from ..._engine.read_only import ReadOnly
from ..._engine.resource import Work
from ..._engine.spec import with_connection
from .method_names import documentation_url
from .model import Token
from .preflight import PREFLIGHT_OPTIONS, Requirement, requirement_of
from .reader import read_methods, read_templates, read_tokens


@dataclass(frozen=True)
class TokenQuery:
    """What to list; None means no restriction."""

    gather: frozenset[str]
    descriptions: tuple[str, ...] | None
    ids: frozenset[int] | None
    expiring_within: datetime.timedelta | None
    unused_since: datetime.timedelta | None
    search: str | None
    private: bool
    requirement: Requirement | None = None

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


class TokenInfo(ReadOnly[TokenQuery, dict[str, Any]]):
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
            "description": {"type": "list", "elements": "str", "aliases": ["name"]},
            "id": {"type": "list", "elements": "int"},
            "expiring_within": {"type": "str"},
            "unused_since": {"type": "str"},
            "search": {"type": "str"},
            "show_private": {"type": "bool", "default": False},
            **PREFLIGHT_OPTIONS,
        }
    )

    def desired(self, options: Mapping[str, Any]) -> TokenQuery:
        """See :class:`Resource`."""
        descriptions, ids = options.get("description"), options.get("id")
        return TokenQuery(
            gather=frozenset(options["gather"]),
            descriptions=None if descriptions is None else tuple(descriptions),
            ids=None if ids is None else frozenset(ids),
            expiring_within=duration_option(options, "expiring_within"),
            unused_since=duration_option(options, "unused_since"),
            search=options.get("search"),
            private=options["show_private"],
            requirement=requirement_of(options),
        )

    def read(self, work: Work, desired: TokenQuery) -> dict[str, Any]:
        """One call for each kind that is asked for, at the same time."""
        asked = [kind for kind in _READS if kind in desired.gather]
        answers = gather(work.client, [partial(_READS[kind], desired) for kind in asked])
        found = dict(zip(asked, answers))
        if "tokens" in found and work.clock_doubt:
            work.task.warn(f"whether a token has expired is judged by this machine alone, as {work.clock_doubt}")
        if desired.requirement is not None:
            desired.requirement.check(found["tokens"], work.now, lambda: read_templates(work.client))
        if "tokens" in found:
            chosen = (token for token in found["tokens"] if desired.selects(token, work.now))
            found["tokens"] = [token.to_result(work.now) for token in chosen]
        return found

    def report(self, work: Work, plan: Plan[Any], state: dict[str, Any], desired: TokenQuery) -> dict[str, Any]:
        """The lists that were asked for."""
        return state


def _templates(desired: TokenQuery, client: PlatformClient) -> list[dict[str, Any]]:
    return [
        {"name": name, "api_methods": sorted(methods, key=str.casefold)}
        for name, methods in read_templates(client).items()
    ]


def _methods(desired: TokenQuery, client: PlatformClient) -> list[dict[str, Any]]:
    methods = read_methods(client, private=desired.private, search=desired.search)
    return [{"name": methods[key], "documentation": documentation_url(methods[key])} for key in sorted(methods)]


# What can be gathered, in the order of the result.
_READS: dict[str, Callable[[TokenQuery, PlatformClient], Any]] = {
    "tokens": lambda desired, client: read_tokens(client),
    "templates": _templates,
    "methods": _methods,
}
