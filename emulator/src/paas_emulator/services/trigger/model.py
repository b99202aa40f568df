# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Triggers: their form, as packages of the platform send it. They never fire here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paas_emulator.errors import NOT_FOUND, PLATFORM, ApiError, invalid_parameter
from paas_emulator.parameters import read_flag
from paas_emulator.store import Environment

SCALING, ALERT = "SCALING", "ALERT"
# Documented words, of the logs of triggers.
CONDITIONS = ("LESS", "GREATER")
VALUE_TYPES = ("PERCENTAGES", "SPECIFIC")
RESOURCES = (
    *("CLOUDLETS", "MEM", "CPU", "DISK", "INODES", "DISK_IOPS", "DISK_IO", "NET_EXT", "NET_EXT_OUT", "OOM_KILLER"),
)
SCALING_ACTIONS = ("ADD_NODE", "REMOVE_NODE")
ACTIONS = (*SCALING_ACTIONS, "NOTIFY", "NOTIFY_OOM")
MAX_PERIOD = 1440  # minutes


def kind(row: Mapping[str, Any]) -> str:
    """A trigger is an alert where all it does is to notify (inferred)."""
    return SCALING if any(action["type"] in SCALING_ACTIONS for action in row["actions"]) else ALERT


def read(data: Any, wanted: str | None) -> dict[str, Any]:
    """`data` checked, its words in capitals, unknown members kept. Raises ApiError 3.

    wanted: the kind that it must be of, None for any.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("name"), str) or not data["name"].strip():
        raise invalid_parameter("data")
    if not isinstance(data.get("nodeGroup"), str) or not data["nodeGroup"]:
        raise invalid_parameter("nodeGroup")
    condition, actions, period = data.get("condition"), data.get("actions"), data.get("period", 1)
    if not isinstance(actions, list) or not actions or not _is_number(period) or not 1 <= period <= MAX_PERIOD:
        raise invalid_parameter("data")
    row = {
        **{key: value for key, value in data.items() if key != "id"},
        "isEnabled": read_flag("isEnabled", data.get("isEnabled"), True),
        "period": period,
        "condition": _condition(condition),
        "actions": [_action(action) for action in actions],
    }
    if wanted not in (None, kind(row)):
        raise invalid_parameter("data")
    return row


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _condition(given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not _is_number(given.get("value")):
        raise invalid_parameter("condition")
    words = {"type": CONDITIONS, "resourceType": RESOURCES, "valueType": VALUE_TYPES}
    found = {name: str(given.get(name, "PERCENTAGES" if name == "valueType" else "")).upper() for name in words}
    if any(found[name] not in allowed for name, allowed in words.items()):
        raise invalid_parameter("condition")
    return {**given, **found}


def _action(given: Any) -> dict[str, Any]:
    found = str(given.get("type")).upper() if isinstance(given, Mapping) else ""
    if found not in ACTIONS or not isinstance(given.get("customData", {}), Mapping):
        raise invalid_parameter("actions")
    return {**given, "type": found}


def find(environment: Environment, number: int, wanted: str | None) -> dict[str, Any]:
    """The trigger of that number and kind. Raises ApiError 5; wording inferred."""
    for row in environment.triggers:
        if row["id"] == number and wanted in (None, kind(row)):
            return row
    raise ApiError(NOT_FOUND, f"trigger [{number}] not found", source=PLATFORM)
