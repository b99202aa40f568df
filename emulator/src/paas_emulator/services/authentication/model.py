# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Personal access tokens: what may stand in one, and how answers show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paas_emulator import catalog
from paas_emulator.clock import parse_date
from paas_emulator.errors import LIMIT_EXCEEDED, NOT_FOUND, PLATFORM, ApiError, invalid_parameter
from paas_emulator.parameters import ALL
from paas_emulator.services.authentication import templates
from paas_emulator.store import Token

if TYPE_CHECKING:
    from paas_emulator.calls import Call

MAX_PER_ACCOUNT = 100


def to_api(call: Call, token: Token, value: str | None = None) -> dict[str, Any]:
    """A token as answers show it; `key` only where its value has just been made."""
    short_names = call.platform.switches["short_method_names"]
    known = catalog.methods()
    items = [known[name.lower()].to_api(short_names) for name in token.methods]
    return {
        "id": token.id,
        "key": value,
        "description": token.description,
        "expiresAt": token.expires_at,
        "lastUsed": token.last_used,
        "isSystem": False,
        "tokenTemplate": templates.to_api(token.template, short_names) if token.template else None,
        "apiListItems": None if token.template else items,
    }


def own_token(call: Call, number: int) -> Token:
    """The caller's token of that id. Raises ApiError 5."""
    token = call.platform.store.tokens.get(number)
    if token is None or token.uid != call.account.uid:
        raise ApiError(NOT_FOUND, f"token [{number}] not exist")
    return token


def check_room(call: Call) -> None:
    """Raises ApiError 2338 when the account has all the tokens it may have (100, documented; code inferred)."""
    if len(call.platform.store.tokens_of(call.account.uid)) >= MAX_PER_ACCOUNT:
        raise ApiError(LIMIT_EXCEEDED, f"limit of access tokens [{MAX_PER_ACCOUNT}] is reached", source=PLATFORM)


def wanted_permissions(call: Call) -> tuple[str | None, list[str]] | None:
    """Template, or sorted method names; None when neither was sent. A template wins over a list.

    Raises ApiError 3 for an unknown template, an unknown or not grantable method, and an empty list.
    """
    name = call.text("tokenTemplate")
    if name:
        template = templates.find(name)
        if template is None:
            raise invalid_parameter("tokenTemplate")
        return template, []
    items = call.items("apiList")
    if items is None:
        return None
    if not items:
        raise invalid_parameter("apiList")
    return None, _method_names(items)


def _method_names(items: list[str]) -> list[str]:
    if items == [ALL]:
        return [fact.name for fact in catalog.grantable() if not fact.private]
    found = []
    for item in items:
        fact = catalog.find(item)
        if fact is None or not fact.grantable:
            raise invalid_parameter("apiList")
        found.append(fact)
    return [fact.name for fact in sorted(set(found), key=lambda fact: fact.id)]


def wanted_expiry(call: Call) -> str | None:
    """`expiresAt` as sent, None when empty. Raises ApiError 3 for another form than yyyy-MM-dd HH:mm:ss."""
    text = call.text("expiresAt")
    if not text:
        return None
    try:
        parse_date(text)
    except ValueError:
        raise invalid_parameter("expiresAt") from None
    return text


def wanted_description(call: Call) -> str:
    """Raises ApiError 3 when blank."""
    text = call.text("description") or ""
    if not text.strip():
        raise invalid_parameter("description")
    return text
