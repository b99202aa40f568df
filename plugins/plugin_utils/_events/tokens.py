# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events of tokens: new, removed, expiring at thresholds, expired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError, require
from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import parse_duration, parse_moment
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.info import TokenInfo

from .polling import Change
from .state_file import Record


class Tokens:
    """The tokens of an account."""

    name = "tokens"
    members = ("description", "expires_at", "reminded")
    resource = TokenInfo()
    options: Mapping[str, Any] = {
        "thresholds": {"type": "list", "elements": "str", "default": ["14d", "7d", "1d"]},
    }

    def __init__(self) -> None:
        self._thresholds: list[tuple[timedelta, str]] = []

    def configure(self, options: Mapping[str, Any]) -> None:
        """Keep the thresholds, the shortest first."""
        for index, text in enumerate(options["thresholds"]):
            try:
                self._thresholds.append((parse_duration(text), text))
            except ValueError as error:
                raise InputError(f"thresholds[{index}]: {error}") from None
            require(
                self._thresholds[-1][0],
                f"thresholds[{index}] must be longer than no time; expired is an event of its own",
            )
        self._thresholds.sort()

    def changes(self, known: Mapping[str, Record] | None, result: Mapping[str, Any], now: datetime) -> Iterator[Change]:
        """Yield what changed. A token that is due for the first time has one event, of the shortest threshold."""
        listed = {str(token["id"]): token for token in result["tokens"]}
        records = {key: _record(token, (known or {}).get(key)) for key, token in listed.items()}
        for key, record in records.items():
            is_new = known is not None and key not in known
            yield Change(key, record, "new" if is_new else "", {"token": listed[key]})
        for key, record in records.items():
            due = self._due(listed[key], now)
            if due and (record["reminded"] is None or due[0] < record["reminded"]):
                name = "expiring" if due[0] else "expired"
                members = {"token": listed[key], "threshold": due[1]}
                yield Change(key, {**record, "reminded": due[0]}, name, members, [record["expires_at"], due[0]])
        for key in set(known or ()) - set(listed):
            gone = (known or {})[key]
            token = {"id": int(key), "description": gone["description"], "expires_at": gone["expires_at"]}
            yield Change(key, None, "removed", {"token": token})

    def _due(self, token: Mapping[str, Any], now: datetime) -> tuple[int, str | None] | None:
        """Return the shortest threshold that was reached, in seconds and as given; 0 if the token has expired."""
        if token["expires_at"] is None:
            return None
        left = parse_moment(token["expires_at"]) - now
        if left <= timedelta():
            return 0, None
        reached = ((int(length.total_seconds()), text) for length, text in self._thresholds if left <= length)
        return next(reached, None)


def _record(token: Mapping[str, Any], before: Record | None) -> Record:
    """Return what is remembered of a token. A token with a new end is reminded of anew."""
    same = before is not None and before["expires_at"] == token["expires_at"]
    return {
        "description": token["description"],
        "expires_at": token["expires_at"],
        "reminded": before["reminded"] if before is not None and same else None,
    }
