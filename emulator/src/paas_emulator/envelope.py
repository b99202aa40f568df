# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The envelope of an answer: nulls left out, scripted methods nested, the `debug` member."""

from __future__ import annotations

import time
from typing import Any

from paas_emulator.errors import ApiError

# Recorded: nulls inside these stay, unlike everywhere else.
KEEPS_NULLS = frozenset({"dockerManifest"})


def without_nulls(value: Any) -> Any:
    """The same without null members of objects."""
    if isinstance(value, dict):
        return {
            key: item if key in KEEPS_NULLS else without_nulls(item) for key, item in value.items() if item is not None
        }
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def success(members: dict[str, Any], scripted: bool) -> dict[str, Any]:
    """Result 0; nested under `response` for a scripted method (seen in several clients)."""
    body: dict[str, Any] = {"result": 0, **without_nulls(members)}
    return {"result": 0, "response": body} if scripted else body


def failure(error: ApiError, scripted: bool, inside: bool) -> dict[str, Any]:
    """`inside`: the script of a scripted method ran and said no. Before that, `response` is null (recorded)."""
    body: dict[str, Any] = without_nulls(error.body())
    if not scripted:
        if "response" in error.extra:
            body["response"] = None
        return body
    return {"result": 0, "response": body} if inside else {**body, "response": None}


def with_debug(body: dict[str, Any], started: float) -> dict[str, Any]:
    """Add `debug` with the milliseconds since `started` on the monotonic clock (recorded shape)."""
    spent = round((time.monotonic() - started) * 1000)
    return {**body, "debug": {"cpu": {"usage": "1", "time": 1}, "time": spent}}


def inner_result(body: dict[str, Any]) -> int:
    """What the answer means: the inner result where the outer one is 0."""
    response = body.get("response")
    if body["result"] == 0 and isinstance(response, dict):
        return int(response.get("result", 0))
    return int(body["result"])
