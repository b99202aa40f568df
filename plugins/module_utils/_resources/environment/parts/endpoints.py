# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Endpoints: ports of nodes that the platform makes reachable from outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...._client.answers import member, number, text
from ...._client.client import PlatformClient
from ...._client.errors import require
from ..model import Environment, Node
from .base import MasterOf, PartChange
from .keyed import as_results, diff_items, distinct, known_layer, require_id, same_items, with_replaced, without

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


class Endpoints:
    """``endpoints``: shown by GetEnvInfo, so read without a call."""

    name = "endpoints"
    shown_as = "endpoints"
    free = True
    options: dict[str, dict[str, Any]] = {
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
    purgeable = True

    def desired(self, options: Mapping[str, Any]) -> Found | None:
        """See :class:`Part`."""
        given = options.get("endpoints")
        if given is None:
            return None
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

    def read(self, client: PlatformClient | None, environment: Environment) -> Found:
        """From the nodes (members inferred), of each layer the master first."""
        return tuple(
            Endpoint(
                name=text(member(item, "name")) or "",
                node_group=node.node_group,
                private_port=number(member(item, "privatePort")),
                protocol=(text(member(item, "protocol")) or "").lower() or None,
                id=number(member(item, "id")),
                public_port=number(member(item, "publicPort")),
                domain=text(member(item, "domain")),
            )
            for node in sorted(environment.nodes or (), key=lambda node: not node.is_master)
            for item in node.endpoints
        )

    def fresh(self, environment: Environment) -> Found:
        """See :class:`Part`."""
        return ()

    def without(self, current: Found, layers: Collection[str | None]) -> Found:
        """See :class:`Part`."""
        return tuple(item for item in current if item.node_group not in layers)

    def plan(self, current: Found, desired: Found, environment: Environment, *, purge: bool) -> list[PartChange[Found]]:
        """One call for each."""
        todo = diff_items(current, desired, purge=purge, defaults=DEFAULTS)
        changes: list[PartChange[Found]] = []
        now = current
        for item in todo.missing:
            known_layer("endpoints", item, environment)
            layer = str(item.node_group)
            master = environment.master_of(layer)
            now = (*now, item)
            node = MasterOf(layer) if master is None else master
            changes.append(PartChange(ADD, {"nodeId": node, **_wire(item)}, f"add the endpoint {item.name}", now))
        for old, new in todo.changed:
            now = with_replaced(now, old, new)
            summary = f"change the endpoint {new.name}"
            changes.append(PartChange(EDIT, {"id": require_id("endpoints", old), **_wire(new)}, summary, now))
        for item in todo.extra:
            now = without(now, [item])
            changes.append(
                PartChange(REMOVE, {"id": require_id("endpoints", item)}, f"remove the endpoint {item.name}", now)
            )
        return changes

    def to_result(self, current: Found) -> list[dict[str, Any]]:
        """See :class:`Part`."""
        return as_results(current, ("name", "node_group", "private_port", "protocol"), ("node_group", "name"))

    def reached(self, found: Found, expected: Found) -> bool:
        """See :class:`Part`."""
        return same_items(found, [replace(item, id=None, public_port=None, domain=None) for item in expected])


def public_endpoints(environment: Environment, node: Node) -> list[dict[str, Any]]:
    """The endpoints of one node, with the port and the host by which they are reached from outside.

    One that is only planned is on the master node of its layer, and its port is not known.
    """
    names = ("name", "private_port", "protocol", "public_port", "domain")
    there = {item.id for item in Endpoints().read(None, replace(environment, nodes=(node,)))}
    known = environment.parts.get(Endpoints.name)
    items: Found = Endpoints().read(None, environment) if known is None else known
    mine = (item for item in items if item.node_group == node.node_group)
    return [
        {name: getattr(item, name) for name in names}
        for item in mine
        if item.id in there or (item.id is None and node.is_master)
    ]


def _wire(item: Endpoint) -> dict[str, Any]:
    protocol = item.protocol.upper() if item.protocol else None
    return {"name": item.name, "privatePort": item.private_port, "protocol": protocol}
