# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Triggers: automatic scaling of layers, and notices about their load."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...._client.answers import flag, items, member, member_number, member_text, number, required_items, text
from ...._client.client import PlatformClient
from ...._client.errors import require
from ...._engine.permissions import Permission, each, rows
from ..model import Environment
from .base import Part, PartChange
from .items import (
    Listing,
    as_results,
    diff_items,
    distinct,
    require_id,
    same_items,
    with_replaced,
    without,
)

GET = "environment.trigger.GetTriggers"
ADD = "environment.trigger.AddTrigger"
EDIT = "environment.trigger.EditTrigger"
DELETE = "environment.trigger.DeleteTrigger"

# Our words to the wire's (documented, most of them for the logs of triggers).
RESOURCES = {
    "cpu": "CPU",
    "memory": "MEM",
    "cloudlets": "CLOUDLETS",
    "disk": "DISK",
    "inodes": "INODES",
    "disk_io": "DISK_IO",
    "disk_iops": "DISK_IOPS",
    "network_external": "NET_EXT",
    "network_external_out": "NET_EXT_OUT",
    "oom_killer": "OOM_KILLER",
}
CONDITIONS = {"above": "GREATER", "below": "LESS"}
UNITS = {"percent": "PERCENTAGES", "specific": "SPECIFIC"}
ACTIONS = {"add_node": "ADD_NODE", "remove_node": "REMOVE_NODE", "notify": "NOTIFY", "notify_oom": "NOTIFY_OOM"}
# Members of an action's ``customData`` (packages of the platform send them).
CUSTOM = {"limit": "limit", "count": "count", "notify": "notify", "reminder_period": "reminderPeriod"}
# What a new trigger is where the task leaves it open, and what it cannot do without.
DEFAULTS = {"resource": "cpu", "unit": "percent", "period": 1, "enabled": True}
NEEDED = ("condition", "value", "action")


@dataclass(frozen=True)
class Trigger:
    """One trigger.

    Attributes:
        value: threshold in the unit.
        period: minutes for which the threshold must be passed.
        action: its first one; ``limit``: number of nodes at which that does nothing more; ``count``: nodes that it adds
            or removes; ``notify``: whether it sends a mail; ``reminder_period``: minutes until the next mail.
        actions: all of them as the platform has them; an edit hands on what no option declares.
    """

    name: str
    node_group: str | None = None
    resource: str | None = None
    condition: str | None = None
    value: float | None = None
    unit: str | None = None
    period: int | None = None
    action: str | None = None
    limit: int | None = None
    count: int | None = None
    notify: bool | None = None
    reminder_period: int | None = None
    enabled: bool | None = None
    id: int | None = None
    actions: tuple[Mapping[str, Any], ...] | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """Its name."""
        return self.name


Found = Listing[Trigger]
SHOWN = tuple(name for name in Trigger.__dataclass_fields__ if name not in ("id", "actions"))


class Triggers(Part[Environment, "tuple[Trigger, ...]", Found]):
    """``triggers``: read by one GetTriggers."""

    name = "triggers"
    options = {
        "triggers": {
            "type": "list",
            "elements": "dict",
            "example": "[{name: busy, node_group: cp, resource: cpu, condition: above, value: 80, action: notify}]",
            "options": {
                "name": {"type": "str", "required": True},
                "node_group": {"type": "str", "required": True},
                "resource": {"type": "str", "choices": list(RESOURCES), "any_case": True},
                "condition": {"type": "str", "choices": list(CONDITIONS), "any_case": True},
                "value": {"type": "float"},
                "unit": {"type": "str", "choices": list(UNITS), "any_case": True},
                "period": {"type": "int"},
                "action": {"type": "str", "choices": list(ACTIONS), "any_case": True},
                "limit": {"type": "int"},
                "count": {"type": "int"},
                "notify": {"type": "bool"},
                "reminder_period": {"type": "int"},
                "enabled": {"type": "bool"},
            },
        }
    }
    permissions = rows(
        each((GET, ADD, EDIT), options={"triggers"}), Permission(DELETE, options=frozenset({"purge.triggers"}))
    )

    def desired(self, options: Mapping[str, Any]) -> tuple[Trigger, ...] | None:
        """One of a name for each layer."""
        given = options["triggers"]
        stripped = ({name: _stripped(entry.get(name)) for name in SHOWN} for entry in given)
        found = distinct("triggers", [Trigger(**entry) for entry in stripped])
        for item in found:
            where = f"triggers: {item.name!r}"
            require(item.value is None or item.value >= 0, f"{where}: value must be 0 or more")
            for name in ("period", "limit", "count", "reminder_period"):
                value = getattr(item, name)
                unit = "is in minutes and " if name in ("period", "reminder_period") else ""
                require(value is None or value > 0, f"{where}: {name} {unit}must be 1 or more")
        return found

    def read_state(self, client: PlatformClient, environment: Environment) -> Found:
        """One GetTriggers."""
        rows = required_items(GET, client.call(GET, envName=environment.name), "array", "object")
        found = tuple(_trigger(item) for item in rows if isinstance(item, Mapping))
        return Found(found, environment.layer_names)

    def initial_state(self, desired: Any = None) -> Found:
        return Found()

    def after_layer_removal(self, current: Found, layers: Collection[str | None]) -> Found:
        return current.without(layers)

    def plan_changes(
        self, current: Found, desired: tuple[Trigger, ...], environment: Environment, *, purge: bool
    ) -> list[PartChange[Found]]:
        """One call for each."""
        todo = diff_items(current.items, desired, purge=purge, defaults=DEFAULTS)
        changes: list[PartChange[Found]] = []
        now = current.items
        where = f"of {environment.label}"
        for item in todo.missing:
            environment.require_layer("triggers", item.name, item.node_group)
            missing = [name for name in NEEDED if getattr(item, name) is None]
            require(not missing, f"triggers: {item.name!r} is to be created, so it needs {', '.join(missing)}")
            now = (*now, item)
            summary = f"add the trigger {item.name} {where}"
            changes.append(PartChange(ADD, {"data": _to_request(item)}, summary, current.holding(now)))
        for old, new in todo.changed:
            environment.require_layer("triggers", new.name, new.node_group)
            now = with_replaced(now, old, new)
            params = {"id": require_id("triggers", old), "data": _to_request(new)}
            changes.append(PartChange(EDIT, params, f"change the trigger {new.name} {where}", current.holding(now)))
        for item in todo.extra:
            now = without(now, [item])
            params = {"id": require_id("triggers", item)}
            changes.append(PartChange(DELETE, params, f"remove the trigger {item.name} {where}", current.holding(now)))
        return changes

    def to_result(self, current: Found) -> list[dict[str, Any]]:
        return as_results(current.items, SHOWN, ("name", "node_group"))

    def matches(self, found: Found, expected: Found) -> bool:
        return same_items(found.items, [replace(item, id=None) for item in expected.items], expected.layers)


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


# -- the form that packages of the platform send --------------------------------------------------------------------


def _word(table: Mapping[str, str], value: object) -> str | None:
    """Our word for a wire's one; an unknown one in lower case, so that it differs from every declared one."""
    found = text(value)
    known = {wire: word for word, wire in table.items()}
    return known.get(found.upper(), found.lower()) if found else None


def _back(table: Mapping[str, str], word: str | None) -> str | None:
    return table.get(word, word.upper()) if word else None


def _value(value: object) -> float | None:
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _trigger(item: Mapping[str, Any]) -> Trigger:
    condition = member(item, "condition")
    actions = tuple(action for action in items(item, "actions") if isinstance(action, Mapping))
    action = actions[0] if actions else None
    custom = {name: member(member(action, "customData"), wire_name) for name, wire_name in CUSTOM.items()}
    notify = custom.pop("notify")
    return Trigger(
        name=member_text(item, "name") or "",
        node_group=member_text(item, "nodeGroup"),
        resource=_word(RESOURCES, member(condition, "resourceType")),
        condition=_word(CONDITIONS, member(condition, "type")),
        value=_value(member(condition, "value")),
        unit=_word(UNITS, member(condition, "valueType")),
        period=member_number(item, "period"),
        action=_word(ACTIONS, member(action, "type")),
        notify=None if notify is None else flag(notify),
        enabled=flag(member(item, "isEnabled")),
        id=member_number(item, "id"),
        actions=actions,
        **{name: number(value) for name, value in custom.items()},
    )


def _to_request(item: Trigger) -> dict[str, Any]:
    value = item.value
    condition = {
        "type": _back(CONDITIONS, item.condition),
        "value": int(value) if value is not None and value == int(value) else value,
        "resourceType": _back(RESOURCES, item.resource),
        "valueType": _back(UNITS, item.unit),
    }
    data = {
        "isEnabled": item.enabled,
        "name": item.name,
        "nodeGroup": item.node_group,
        "period": item.period,
        "condition": _given(condition),
        "actions": [_action(item), *(item.actions or ())[1:]],
    }
    return _given(data)


def _action(item: Trigger) -> dict[str, Any]:
    """The first action, with what its ``customData`` holds beside what is declared."""
    custom = _given({member: getattr(item, name) for name, member in CUSTOM.items()})
    had = member(item.actions[0], "customData") if item.actions else None
    ours = {member.casefold() for member in custom}
    had = had if isinstance(had, Mapping) else {}
    rest = {name: value for name, value in had.items() if name.casefold() not in ours}
    return {"type": _back(ACTIONS, item.action), "customData": {**rest, **custom}}


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
