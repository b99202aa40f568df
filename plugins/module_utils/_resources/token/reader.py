# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading tokens, and what they can be granted: calls that do not depend on each other go at the same time."""

from __future__ import annotations

from typing import Any

from ..._client.answers import member, payload, required_items, required_member
from ..._client.client import PlatformClient
from ..._client.concurrency import Job, gather
from ..._client.errors import UnexpectedAnswerError
from ..._engine.resource import Work
from ..._engine.store_entry import StoreEntry
from .method_names import Catalogue, is_pattern, method_key, method_names
from .model import DesiredTokens, Token, TokenState, token_from_wire
from .plan import needs_catalogue

GET = "users.authentication.GetTokens"
LIST = "users.authentication.GetTokenApiList"
TEMPLATES = "users.authentication.GetTokenTemplates"
Templates = dict[str, tuple[str, ...]]


def read_tokens(client: PlatformClient) -> tuple[Token, ...]:
    """All tokens of the account, in one call.

    Raises:
        UnexpectedAnswerError: the list is missing, or one has no number, without which a change could hit another.
    """
    answer = payload(client.call(GET))
    tokens = tuple(token_from_wire(item) for item in required_items(GET, answer, "apiTokens", "tokens"))
    if any(token.id is None for token in tokens):
        raise UnexpectedAnswerError("the platform answered success, but lists a token without its number (id)")
    return tokens


def read_methods(client: PlatformClient, *, private: bool = False, search: str | None = None) -> dict[str, str]:
    """Key to shown name of every method that a token can be granted."""
    answer = payload(client.call(LIST, search=search, showPrivate=private or None))
    members = ("tokenPermissions", "apiListItems")
    required_member(LIST, answer, *members)
    return method_names(answer, *members)


def read_templates(client: PlatformClient) -> Templates:
    """Name to shown methods of every template."""
    answer = payload(client.call(TEMPLATES))
    return {
        str(member(item, "name")): tuple(method_names(item, "apiListItems").values())
        for item in required_items(TEMPLATES, answer, "templates", "tokenTemplates")
    }


def read_all(client: PlatformClient, desired: DesiredTokens) -> tuple[tuple[Token, ...], Catalogue | None]:
    """The tokens, and what the plan needs to know of methods and templates: None, without a call, for nothing."""
    known: dict[str, Any] = {}
    # Patterns have to be expanded whatever tokens there are.
    _read(client, known, "tokens", *(["methods"] if _has_patterns(desired) else []))
    tokens: tuple[Token, ...] = known["tokens"]
    methods, templates = needs_catalogue(tokens, desired)
    missing = [name for name, needed in (("methods", methods), ("templates", templates)) if needed]
    _read(client, known, *(name for name in missing if name not in known))
    if not missing:
        return tokens, None
    # Most names are public, so that the private ones are worth a call only then.
    if methods and _named(desired) - known["methods"].keys():
        known["private"] = read_methods(client, private=True)
    folded = {name.casefold(): name for name in known["templates"]} if templates else None
    return tokens, Catalogue(known.get("methods", {}), known.get("private", {}), folded)


def stored_entries(work: Work) -> dict[str, StoreEntry]:
    """The entries of the task's store; none without a store."""
    store = work.task.store
    return dict(work.writer.entries if work.writer else store.preview() if store else {})


def token_state(work: Work, tokens: tuple[Token, ...], **more: Any) -> TokenState:
    """Return a state of tokens with the account and the time that is believed."""
    return TokenState(tokens, work.now, work.clock_doubt, work.account, **more)


def _has_patterns(desired: DesiredTokens) -> bool:
    return any(is_pattern(name) for token in desired.tokens if token.present for name in token.methods or ())


def _named(desired: DesiredTokens) -> set[str]:
    """Keys of the methods that are declared by name."""
    names = (name for token in desired.tokens if token.present for name in token.methods or ())
    return {method_key(name) for name in names if not is_pattern(name)}


def _read(client: PlatformClient, known: dict[str, Any], *names: str) -> None:
    reads: dict[str, Job[Any]] = {"tokens": read_tokens, "methods": read_methods, "templates": read_templates}
    known.update(zip(names, gather(client, [reads[name] for name in names])))
