# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Endpoints: ports of nodes that the platform makes reachable from outside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...._client.answers import member_number, member_text
from ...._client.errors import require
from ...._engine.permissions import Permission, each, rows
from ..model import Environment, Node
from .base import EnvAnswer, MasterOf, Part, PartChange, Shown
from .items import as_results, diff_items, distinct, require_id, same_items, with_replaced, without

ADD = "environment.control.AddEndpoint"
EDIT = "environment.control.EditEndpoint"
REMOVE = "environment.control.RemoveEndpoint"
HIGHEST_PORT = 65535
DEFAULTS = {"protocol": "tcp"}  # of a new endpoint


@dataclass(frozen=True)
class Endpoint:
    """One endpoint; it sits on the master node of its layer."""

    name: str
    node_group: str | None
    private_port: int | None = None
    protocol: str | None = None
    id: int | None = None
    public_port: int | None = None
    domain: str | None = None

    @property
    def key(self) -> tuple[str | None, str]:
        """Layer and name."""
        return self.node_group, self.name


Found = tuple[Endpoint, ...]


class Endpoints(Part[Environment, Found, Found]):
    """``endpoints``."""

    name = "endpoints"
    shown = Shown.BY_ENV_INFO
    options = {
        "endpoints": {
            "type": "list",
            "elements": "dict",
            "example": "[{name: ssh, node_group: cp, private_port: 22}]",
            "options": {
                "name": {"type": "str", "required": True},
                "node_group": {"type": "str", "required": True},
                "private_port": {"type": "int", "required": True},
                "protocol": {"type": "str", "choices": ["tcp", "udp"], "any_case": True},
            },
        }
    }
    permissions = rows(
        each((ADD, EDIT), options={"endpoints"}), Permission(REMOVE, options=frozenset({"purge.endpoints"}))
    )

    def desired(self, options: Mapping[str, Any]) -> Found | None:
        """One of a name for each layer."""
        given = options["endpoints"]
        for entry in given:
            require(
                1 <= entry["private_port"] <= HIGHEST_PORT,
                f"endpoints: private_port of {entry['name']!r} must be from 1 to {HIGHEST_PORT}",
            )
        return distinct(
            "endpoints",
            [
                Endpoint(
                    entry["name"].strip(), entry["node_group"].strip(), entry["private_port"], entry.get("protocol")
                )
                for entry in given
            ],
        )

    def from_answer(self, answer: EnvAnswer) -> Found | None:
        """Each node has a list."""
        if answer.nodes is None or any(node.endpoints is None for node in answer.nodes):
            return None
        return _endpoints_of(answer.nodes)

    def initial_state(self, desired: Found | None = None) -> Found:
        return ()

    def after_layer_removal(self, current: Found, layers: Collection[str | None]) -> Found:
        return tuple(item for item in current if item.node_group not in layers)

    def plan_changes(
        self, current: Found, desired: Found, environment: Environment, *, purge: bool
    ) -> list[PartChange[Found]]:
        """One call for each."""
        todo = diff_items(current, desired, purge=purge, defaults=DEFAULTS)
        changes: list[PartChange[Found]] = []
        now = current
        where = f"of {environment.label}"
        for item in todo.missing:
            environment.require_layer("endpoints", item.name, item.node_group)
            layer = str(item.node_group)
            master = environment.master_of(layer)
            now = (*now, item)
            node = MasterOf(layer) if master is None else master
            changes.append(
                PartChange(ADD, {"nodeId": node, **_to_request(item)}, f"add the endpoint {item.name} {where}", now)
            )
        for old, new in todo.changed:
            now = with_replaced(now, old, new)
            summary = f"change the endpoint {new.name} {where}"
            changes.append(PartChange(EDIT, {"id": require_id("endpoints", old), **_to_request(new)}, summary, now))
        for item in todo.extra:
            now = without(now, [item])
            summary = f"remove the endpoint {item.name} {where}"
            changes.append(PartChange(REMOVE, {"id": require_id("endpoints", item)}, summary, now))
        return changes

    def to_result(self, current: Found) -> list[dict[str, Any]]:
        return as_results(current, ("name", "node_group", "private_port", "protocol"), ("node_group", "name"))

    def matches(self, found: Found, expected: Found) -> bool:
        """The public side is the platform's choice."""
        return same_items(found, [replace(item, id=None, public_port=None, domain=None) for item in expected])


def public_endpoints(environment: Environment, node: Node) -> list[dict[str, Any]]:
    """The endpoints of one node, with the port and the host by which they are reached from outside.

    One that is only planned is on the master node of its layer, and its port is not known.
    """
    names = ("name", "private_port", "protocol", "public_port", "domain")
    there = {item.id for item in _endpoints_of((node,))}
    mine = (item for item in environment.parts.get(Endpoints.name, ()) if item.node_group == node.node_group)
    return [
        {name: getattr(item, name) for name in names}
        for item in mine
        if item.id in there or (item.id is None and node.is_master)
    ]


def _endpoints_of(nodes: Iterable[Node]) -> Found:
    """Return the endpoints of nodes (members inferred), of each layer the master first."""
    return tuple(
        Endpoint(
            name=member_text(item, "name") or "",
            node_group=node.node_group,
            private_port=member_number(item, "privatePort"),
            protocol=(member_text(item, "protocol") or "").lower() or None,
            id=member_number(item, "id"),
            public_port=member_number(item, "publicPort"),
            domain=member_text(item, "domain"),
        )
        for node in sorted(nodes, key=lambda node: not node.is_master)
        for item in node.endpoints or ()
    )


def _to_request(item: Endpoint) -> dict[str, Any]:
    protocol = item.protocol.upper() if item.protocol else None
    return {"name": item.name, "privatePort": item.private_port, "protocol": protocol}
