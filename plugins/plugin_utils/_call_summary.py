# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Add up the API calls of results, and format the summary."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

COLLECTION = "inet.elastic."
# The methods of this service need a signed-in session, so no token can be granted them.
NOT_FOR_TOKENS = "users.authentication."
HEAD = ("method", "calls", "seconds", "retries")


def _is_by_method(numbers: Any) -> bool:
    """Return whether a member of a result, maybe of another collection, has a number for each method."""
    return isinstance(numbers, Mapping) and all(isinstance(number, (int, float)) for number in numbers.values())


class Summary:
    """The calls of a run so far."""

    def __init__(self) -> None:
        self._calls: Counter[str] = Counter()
        self._seconds: dict[str, float] = {}
        self._retries: Counter[str] = Counter()
        self._hidden = 0

    def add(self, result: Mapping[str, Any]) -> None:
        """Add the calls of one result; results of other collections have none."""
        calls, retries, seconds = (result.get(f"api_{name}") or {} for name in ("calls", "retries", "seconds"))
        if not all(_is_by_method(numbers) for numbers in (calls, retries, seconds)):
            return
        self._calls.update({str(method): int(count) for method, count in calls.items()})
        self._retries.update({str(method): int(count) for method, count in retries.items()})
        for method, taken in seconds.items():
            self._seconds[str(method)] = self._seconds.get(str(method), 0.0) + float(taken)

    def hidden(self, action: str) -> None:
        """Count a task whose result is hidden."""
        self._hidden += action.startswith(COLLECTION)

    def lines(self) -> list[str]:
        """Return the summary; empty if no module of this collection ran."""
        lines = [*self._table(), "", *self._token()] if self._calls else []
        if self._hidden:
            what = "1 task" if self._hidden == 1 else f"{self._hidden} tasks"
            lines += ["", f"Not counted: {what} with no_log."]
        return lines

    def record(self, token: str, ended_at: datetime) -> str:
        """Return the line of this run for a file of records; empty if no module of this collection ran."""
        if not self._calls and not self._hidden:
            return ""
        members = {
            "ended_at": f"{ended_at:%Y-%m-%dT%H:%M:%SZ}",
            "token": token,
            "calls": dict(sorted(self._calls.items())),
            "hidden_tasks": self._hidden,
        }
        return json.dumps(members) + "\n"

    def _table(self) -> list[str]:
        methods = sorted(self._calls)
        rows = [self._row(method) for method in methods]
        total = (
            "total",
            str(sum(self._calls.values())),
            f"{sum(self._seconds.values()):.2f}",
            str(sum(self._retries.values())),
        )
        width = max(len(row[0]) for row in [HEAD, *rows, total])
        return [f"{row[0]:<{width}} {row[1]:>6} {row[2]:>8} {row[3]:>8}" for row in [HEAD, *rows, total]]

    def _row(self, method: str) -> tuple[str, str, str, str]:
        seconds = f"{self._seconds.get(method, 0.0):.2f}"
        return method, str(self._calls[method]), seconds, str(self._retries[method])

    def _token(self) -> list[str]:
        methods = [method for method in sorted(self._calls) if not method.startswith(NOT_FOR_TOKENS)]
        if not methods:
            return ["Nothing of this can be done with a token: managing tokens needs a signed-in session."]
        return [
            "A token for what this run did:",
            "  - inet.elastic.paas_token:",
            "      description: CHANGE-ME",
            "      expires_in: 90d",
            "      api_methods:",
            *(f"        - {method}" for method in methods),
        ]
