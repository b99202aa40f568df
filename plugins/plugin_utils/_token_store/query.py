# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the entry of a token store that a user means, and refusing one that cannot be used."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping

from ansible_collections.inet.elastic.plugins.module_utils._client.addresses import bare_address, comparable_address
from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import parse_moment, to_text
from ansible_collections.inet.elastic.plugins.module_utils._engine.suggestions import close_names
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.document import StoreEntry, StoreError

_SHOWN_KEYS = 10
_BEGUN = {
    "create": "its creation was begun, and the answer of the platform has not been stored",
    "regenerate": "a new value was asked for, and the answer of the platform has not been stored",
    None: "the store has no value for it",
}


def of_account(entries: Mapping[str, StoreEntry], account: str | None = None) -> dict[str, StoreEntry]:
    """The entries of one account, all if it is None; an entry without an account belongs to none."""
    return {
        key: entry
        for key, entry in entries.items()
        if account is None or (entry.account or "").casefold() == account.casefold()
    }


def find_for(entries: Mapping[str, StoreEntry], term: str, api_url: str | None, path: str) -> StoreEntry | None:
    """Return the entry that a term means on the platform at an address; None if there is no such entry.

    An entry that has the address goes before one that has none.

    Args:
        api_url: the address in use; None if it is not known, so that the entries of all platforms count.
        path: of the store, for errors.

    Raises:
        StoreError: the address is not one, the token belongs to another platform, or several entries are meant.
    """
    if api_url is None:
        return find_entry(entries, term)
    used = comparable_address(api_url)
    if used is None:
        raise StoreError(
            "api_url (or paas_api_url, PAAS_API_URL) is not a web address. Write it like https://app.example.com."
        )
    same = {key: entry for key, entry in entries.items() if comparable_address(entry.api_url) == used}
    unknown = {key: entry for key, entry in entries.items() if not entry.api_url}
    entry = find_entry(same, term) or find_entry(unknown, term)
    foreign = None if entry else next((item for item in entries.values() if term in (item.key, item.description)), None)
    if foreign is not None:
        raise StoreError(
            f"The token {foreign.key!r} of the token store {path} belongs to the platform at "
            f"{bare_address(foreign.api_url)!r}, and the address in use is {bare_address(api_url)!r}. Ask for a token "
            "of the address in use. If another address is meant, give it to the lookup as api_url, or correct the "
            "variable paas_api_url or the environment variable PAAS_API_URL."
        )
    return entry


def find_entry(entries: Mapping[str, StoreEntry], term: str) -> StoreEntry | None:
    """Return the entry whose key is the term, else the entry with the term as its description; None if there is none.

    Raises:
        StoreError: several entries have the description.
    """
    if term in entries:
        return entries[term]
    described = [entry for entry in entries.values() if entry.description == term]
    if len(described) > 1:
        keys = ", ".join(repr(entry.key) for entry in described)
        raise StoreError(
            f"The token store has several tokens of the description {term!r}. Ask for one of the keys {keys}, "
            "or narrow the search with account or api_url."
        )
    return described[0] if described else None


def not_found(entries: Mapping[str, StoreEntry], term: str, path: str) -> str:
    """Return the message for a missing entry: what the store has instead, and what to do."""
    near = close_names(term, entries)
    listed = ", ".join(repr(key) for key in sorted(entries)[:_SHOWN_KEYS])
    more = len(entries) - _SHOWN_KEYS
    if near:
        hint = f"Did you mean {near[0]!r}?"
    elif entries:
        hint = f"It has {listed}{f' and {more} more' if more > 0 else ''}."
    elif not os.path.lexists(path):
        hint = (
            "The file does not exist; check its path, which starts at the directory of the playbook if it is relative."
        )
    else:
        hint = "It holds none that could be meant."
    return (
        f"The token store {path} has no token {term!r}. {hint} Create the token with inet.elastic.paas_token and this "
        "store. If the token is on the platform already, run that task with regenerate: lost, which replaces its value."
    )


def usable_value(entry: StoreEntry, now: datetime.datetime, min_validity: datetime.timedelta) -> str:
    """The value of an entry.

    Args:
        entry: the entry.
        now: the present moment, with a time zone.
        min_validity: how long the token must still be valid.

    Raises:
        StoreError: the value is not known or must not be trusted, or the token expires too soon.
    """
    repair = f"Run inet.elastic.paas_token with description: {entry.description or entry.key!s}, this store"
    if entry.pending is not None or entry.value is None:
        raise StoreError(
            f"The value of the token {entry.key!r} is not known: {_BEGUN.get(entry.pending, _BEGUN[None])}. "
            f"{repair} and regenerate: lost, then run this again."
        )
    if entry.expires_at is None:
        return entry.value
    try:
        end = parse_moment(entry.expires_at)
    except ValueError:
        raise StoreError(
            f"The end of validity of the token {entry.key!r} in the store is not a date and time. "
            f"{repair} to correct it."
        ) from None
    if end <= now:
        raise StoreError(
            f"The token {entry.key!r} expired on {to_text(end)}. {repair}, a new end of validity and regenerate: due."
        )
    if end - now < min_validity:
        raise StoreError(
            f"The token {entry.key!r} expires on {to_text(end)}, sooner than min_validity allows. "
            f"{repair}, a later end of validity and regenerate: due."
        )
    return entry.value
