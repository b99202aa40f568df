# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of a rotation, and what they ask for."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..._client.errors import require
from ..._client.transport import base_url
from ..._engine.entries import about
from ..._engine.spec import with_connection
from ..token.desired import STORE_OPTIONS, check_lock_timeout, duration

IN_PLACE, OVERLAPPING = "in_place", "overlapping"
ROTATED, FINISHED = "rotated", "finished"
DUE, ALL = "due", "all"
ROTATION_SPEC = with_connection(
    {
        "tokens": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "no_log": False,
            "options": {
                "description": {"type": "str", "required": True, "aliases": ["name"]},
                "expires_in": {"type": "str"},
                "due_within": {"type": "str", "aliases": ["renew_before"]},
            },
            "example": "[{description: nightly}]",
        },
        "state": {"type": "str", "choices": [ROTATED, FINISHED], "default": ROTATED},
        "mode": {"type": "str", "choices": [OVERLAPPING, IN_PLACE], "default": OVERLAPPING},
        "which": {"type": "str", "choices": [DUE, ALL], "default": DUE},
        "expires_in": {"type": "str"},
        "due_within": {"type": "str", "default": "14d", "aliases": ["renew_before"]},
        "grace": {"type": "str", "default": "1d"},
        **{name: option for name, option in STORE_OPTIONS.items() if name != "return_value"},
    }
)


@dataclass(frozen=True)
class RotationEntry:
    """One entry of ``tokens``.

    Attributes:
        description: of a token, or a pattern of descriptions.
        expires_in: how long a rotated token is valid; None: as long as it was valid before.
        due_within: how long before its end a token is due.
    """

    description: str
    expires_in: datetime.timedelta | None
    due_within: datetime.timedelta


@dataclass(frozen=True)
class DesiredRotation:
    """All that a task asks for.

    Attributes:
        finish: whether old tokens are ended; otherwise tokens get new values.
        overlapping: whether the old value lives on beside the new one.
        every: whether tokens that are not due are rotated, too.
        ephemeral: whether the store may be lost with the run, so that it says nothing of earlier runs.
    """

    entries: tuple[RotationEntry, ...]
    finish: bool
    overlapping: bool
    every: bool
    grace: datetime.timedelta
    ephemeral: bool
    api_url: str


def desired_rotation(options: Mapping[str, Any]) -> DesiredRotation:
    """Return what the options ask for.

    Raises:
        InputError: an option is not valid.
    """
    overlapping, ephemeral = options["mode"] == OVERLAPPING, bool(options["store_ephemeral"])
    require(
        options.get("store"),
        "store is missing, and the platform shows a value only once; name a file in store or PAAS_TOKEN_STORE",
    )
    require(
        not (overlapping and ephemeral),
        "mode: overlapping needs a store that outlives the run, as the next run goes on from it; use mode: in_place, "
        "or a lasting store without store_ephemeral",
    )
    check_lock_timeout(options)
    common = {name: options.get(name) or None for name in ("expires_in", "due_within")}
    entries = []
    for index, entry in enumerate(options["tokens"]):
        with about(f"tokens[{index}] ({entry['description']})"):
            entries.append(_entry(entry, common))
    names = [entry.description for entry in entries]
    for name in names:
        require(names.count(name) == 1, f"tokens: description {name!r} is declared twice")
    return DesiredRotation(
        entries=tuple(entries),
        finish=options["state"] == FINISHED,
        overlapping=overlapping,
        every=options["which"] == ALL,
        grace=duration(options, "grace") or datetime.timedelta(),
        ephemeral=ephemeral,
        api_url=base_url(options["api_url"], allow_http=bool(options.get("allow_http"))),
    )


def _entry(given: Mapping[str, Any], common: Mapping[str, Any]) -> RotationEntry:
    # Roles and surveys hand over empty texts for what is not set.
    within, due = (
        duration(given, name) if given.get(name) else duration(common, name) for name in ("expires_in", "due_within")
    )
    due = due or datetime.timedelta()
    require(given["description"].strip(), "description is empty; name a token or a pattern of names")
    require(within is None or within, "expires_in must be longer than nothing")
    require(
        within is None or due < within,
        "due_within must be shorter than expires_in, or the token would be due on every run",
    )
    return RotationEntry(given["description"], within, due)
