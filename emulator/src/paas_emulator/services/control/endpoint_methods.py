# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Control: endpoints, which make a port of a node reachable. Members of an endpoint are inferred."""

from __future__ import annotations

from typing import Any

from paas_emulator import selection
from paas_emulator.calls import Call
from paas_emulator.errors import NOT_FOUND, PLATFORM, ApiError, invalid_parameter
from paas_emulator.registry import emulates
from paas_emulator.services.control import serializers
from paas_emulator.statuses import ANY_STATUS, CALM
from paas_emulator.store import Node

PROTOCOLS = ("TCP", "UDP")
HIGHEST_PORT = 65535


def _asked(call: Call) -> dict[str, Any]:
    port, protocol = call.values["privatePort"], (call.text("protocol") or "").strip().upper()
    if not 1 <= port <= HIGHEST_PORT:
        raise invalid_parameter("privatePort")
    if protocol not in PROTOCOLS:
        raise invalid_parameter("protocol")
    return {"name": (call.text("name") or "").strip(), "privatePort": port, "protocol": protocol}


def _find(call: Call) -> tuple[Node, dict[str, Any]]:
    number = call.values["id"]
    for node in call.environment.nodes:
        for endpoint in node.endpoints:
            if endpoint["id"] == number:
                return node, endpoint
    raise ApiError(NOT_FOUND, f"endpoint [{number}] not found", source=PLATFORM)


@emulates("environment.control.GetEndpoints", needs=ANY_STATUS)
def get_endpoints(call: Call) -> dict[str, Any]:
    """Endpoints of a node, or of all."""
    return {"array": [dict(endpoint) for node in selection.nodes(call) for endpoint in node.endpoints]}


@emulates("environment.control.AddEndpoint", needs=CALM)
def add_endpoint(call: Call) -> dict[str, Any]:
    """Open a port of a node; the public port is the platform's choice."""
    asked, node, store = _asked(call), selection.node(call), call.platform.store
    endpoint = {
        "id": store.next_id("endpoint"),
        **asked,
        "nodeId": node.id,
        "publicPort": store.next_id("public_port"),
        "domain": f"node{node.id}-{serializers.domain(call.environment)}",
    }
    node.endpoints.append(endpoint)
    return {"object": dict(endpoint)}


@emulates("environment.control.EditEndpoint", needs=CALM)
def edit_endpoint(call: Call) -> dict[str, Any]:
    """Change name, port or protocol."""
    asked = _asked(call)
    _node, endpoint = _find(call)
    endpoint.update(asked)
    return {"object": dict(endpoint)}


@emulates("environment.control.RemoveEndpoint", needs=CALM)
def remove_endpoint(call: Call) -> dict[str, Any]:
    """Close it."""
    node, endpoint = _find(call)
    node.endpoints = [item for item in node.endpoints if item is not endpoint]
    return {}
