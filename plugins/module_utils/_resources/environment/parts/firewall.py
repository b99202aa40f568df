# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Firewall rules of layers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...._client.answers import flag, member, member_number, member_text, required_items
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

GET = "environment.security.GetRules"
ADD = "environment.security.AddRule"
ADD_ALL = "environment.security.AddRules"
EDIT = "environment.security.EditRule"
REMOVE = "environment.security.RemoveRules"

# Our name to the member of a rule (documented).
MEMBERS = {
    "name": "name",
    "direction": "direction",
    "action": "action",
    "protocol": "protocol",
    "ports": "ports",
    "source": "src",
    "destination": "dst",
    "priority": "priority",
    "enabled": "isEnabled",
}
_UPPER = ("direction", "action", "protocol")
DIRECTIONS = ["input", "output", "bidirectional"]  # documented
# What a new rule is where the task leaves it open; the platform's own choice is not documented.
DEFAULTS = {"action": "allow", "protocol": "tcp", "source": "ALL", "enabled": True}
# Members of a rule that no option declares (documented); an edit hands them on.
_HANDED_ON = ("relatedEnvName", "relatedSoftNodeGroup")
ALL = "ALL"
HIGHEST_PORT = 65535
_PORTS = re.compile(r"[0-9]{1,5}(?:-[0-9]{1,5})?(?:,[0-9]{1,5}(?:-[0-9]{1,5})?)*")


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        ports: such as ``80`` or ``8000-8010``; empty for all.
        source, destination: ``ALL`` for all.
        infra: whether it is the platform's own, which is never changed.
        related: members that no option declares, by wire names.
    """

    name: str
    node_group: str | None
    direction: str | None = None
    action: str | None = None
    protocol: str | None = None
    ports: str | None = None
    source: str | None = None
    destination: str | None = None
    priority: int | None = None
    enabled: bool | None = None
    id: int | None = None
    infra: bool | None = None
    related: Mapping[str, Any] | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str | None, str | None, str]:
        """Layer, direction and name."""
        return self.node_group, self.direction, self.name


Rules = Listing[Rule]


class Firewall(Part[Environment, "tuple[Rule, ...]", Rules]):
    """``firewall``: read by one GetRules."""

    name = "firewall"
    options = {
        "firewall": {
            "type": "list",
            "elements": "dict",
            "example": "[{name: web, node_group: cp, ports: '443'}]",
            "options": {
                "name": {"type": "str", "required": True},
                "node_group": {"type": "str", "required": True},
                "direction": {"type": "str", "choices": DIRECTIONS, "default": "input", "any_case": True},
                "action": {"type": "str", "choices": ["allow", "deny"], "any_case": True},
                "protocol": {"type": "str"},
                "ports": {"type": "str", "structure": "commas"},
                "source": {"type": "str", "structure": "commas"},
                "destination": {"type": "str", "structure": "commas"},
                "priority": {"type": "int"},
                "enabled": {"type": "bool"},
            },
        }
    }
    permissions = rows(
        each((GET, ADD, ADD_ALL, EDIT), options={"firewall"}), Permission(REMOVE, options=frozenset({"purge.firewall"}))
    )

    def desired(self, options: Mapping[str, Any]) -> tuple[Rule, ...] | None:
        """One of a name for each layer and direction."""
        given = options["firewall"]
        found = distinct(
            "firewall", [Rule(node_group=entry["node_group"].strip(), **_declared(entry)) for entry in given]
        )
        for item in found:
            where = f"firewall: {item.name!r}"
            require(
                _are_ports(item.ports), f"{where}: ports are written as 80, 8000-8010 or 80,443, not {item.ports!r}"
            )
            require((item.priority or 0) >= 0, f"{where}: priority must be 0 or more")
            require(item.protocol != "", f"{where}: protocol is empty; give tcp, udp or all")
        return found

    def read_state(self, client: PlatformClient, environment: Environment) -> Rules:
        """One GetRules; an older script reads ``rules`` in place of ``array``."""
        answer = client.call(GET, envName=environment.name)
        found = tuple(
            _rule(item) for item in required_items(GET, answer, "array", "rules") if isinstance(item, Mapping)
        )
        return Rules(found, environment.layer_names)

    def initial_state(self, desired: Any = None) -> Rules:
        return Rules()

    def after_layer_removal(self, current: Rules, layers: Collection[str | None]) -> Rules:
        return current.without(layers)

    def plan_changes(
        self, current: Rules, desired: tuple[Rule, ...], environment: Environment, *, purge: bool
    ) -> list[PartChange[Rules]]:
        """One call for the new rules of a layer, one for each that changes, one for all that go."""
        todo = diff_items(_own(current.items), desired, purge=purge, defaults=DEFAULTS)
        changes: list[PartChange[Rules]] = []
        now = current.items
        where = f"of {environment.label}"
        for layer in dict.fromkeys(item.node_group for item in todo.missing):
            new = [item for item in todo.missing if item.node_group == layer]
            environment.require_layer("firewall", new[0].name, new[0].node_group)
            now = (*now, *new)
            rules = [_to_request(item) for item in new]
            what = {"rule": rules[0]} if len(rules) == 1 else {"rules": rules}
            summary = f"add {_named(new)} {where}"
            method = ADD if len(rules) == 1 else ADD_ALL
            changes.append(PartChange(method, {"nodeGroup": layer, **what}, summary, current.holding(now)))
        for old, item in todo.changed:
            now = with_replaced(now, old, item)
            moved = (old.source, old.destination) != (item.source, item.destination)
            rule = {"id": require_id("firewall", old), **_to_request(item), **({} if moved else old.related or {})}
            changes.append(PartChange(EDIT, {"rule": rule}, f"change {_named([item])} {where}", current.holding(now)))
        if todo.extra:
            now = without(now, todo.extra)
            params = {"ids": [require_id("firewall", item) for item in todo.extra]}
            changes.append(PartChange(REMOVE, params, f"remove {_named(todo.extra)} {where}", current.holding(now)))
        return changes

    def to_result(self, current: Rules) -> list[dict[str, Any]]:
        """Without the platform's own rules, which are not the user's to declare."""
        return as_results(_own(current.items), ("node_group", *MEMBERS), ("node_group", "direction", "name"))

    def matches(self, found: Rules, expected: Rules) -> bool:
        desired = [replace(item, id=None, infra=None) for item in _own(expected.items)]
        return same_items(_own(found.items), desired, expected.layers)


def _own(rules: Sequence[Rule]) -> list[Rule]:
    """The rules that are the user's."""
    return [item for item in rules if not item.infra]


def _named(rules: Sequence[Rule]) -> str:
    return f"the firewall {'rule' if len(rules) == 1 else 'rules'} {', '.join(item.name for item in rules)}"


def _are_ports(given: str | None) -> bool:
    if not given:
        return True
    return bool(_PORTS.fullmatch(given)) and all(
        1 <= int(first) <= int(last or first) <= HIGHEST_PORT
        for first, _dash, last in (port.partition("-") for port in given.split(","))
    )


def _all(value: str) -> str:
    """An address; a rule that names none means all (inferred)."""
    return ALL if value == "" or value.upper() == ALL else value


def _ports(value: str) -> str:
    """Ports; a rule that names none means all (inferred)."""
    found = re.sub(r"\s", "", value)
    return "" if found.upper() == ALL else found


_SPELLED: dict[str, Callable[[str], str]] = {
    "direction": str.lower,
    "action": str.lower,
    "protocol": str.lower,
    "ports": _ports,
    "source": _all,
    "destination": _all,
}


def _declared(entry: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: entry.get(name) for name in MEMBERS}
    texts = {name: value.strip() for name, value in values.items() if isinstance(value, str)}
    return {**values, **{name: _SPELLED.get(name, str)(value) for name, value in texts.items()}}


def _rule(item: Mapping[str, Any]) -> Rule:
    values: dict[str, Any] = {name: member_text(item, wire_name) or "" for name, wire_name in MEMBERS.items()}
    values.update({name: spelled(values[name]) for name, spelled in _SPELLED.items()})
    values.update(priority=member_number(item, "priority"), enabled=flag(member(item, "isEnabled")))
    related = {name: member(item, name) for name in _HANDED_ON}
    return Rule(
        node_group=member_text(item, "softNodeGroup", "nodeGroup"),
        id=member_number(item, "id"),
        infra=flag(member(item, "isInfra")),
        related={name: value for name, value in related.items() if value is not None},
        **values,
    )


def _to_request(item: Rule) -> dict[str, Any]:
    values = {member: getattr(item, name) for name, member in MEMBERS.items()}
    for name in _UPPER:
        value = getattr(item, name)
        values[MEMBERS[name]] = value.upper() if value else None
    return {member: value for member, value in values.items() if value is not None}
