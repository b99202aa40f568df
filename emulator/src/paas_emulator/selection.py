# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which nodes a call means: by `nodeId`, `nodeGroup`, `nodeType`, or all."""

from __future__ import annotations

from paas_emulator.calls import Call
from paas_emulator.errors import NODE_UNKNOWN, PLATFORM, ApiError
from paas_emulator.store import Layer, Node


def node_unknown(what: object) -> ApiError:
    """No node or layer of that name or number; code and wording inferred."""
    return ApiError(NODE_UNKNOWN, f"node or layer [{what}] not found", source=PLATFORM)


def nodes(call: Call) -> list[Node]:
    """Return the nodes that the call names, by default all. Raises ApiError if a named node does not exist."""
    found = call.environment.nodes
    for parameter, member in (("nodeId", "id"), ("nodeid", "id"), ("nodeGroup", "layer"), ("nodeType", "node_type")):
        wanted = call.values.get(parameter)
        if wanted not in (None, ""):
            found = [node for node in found if getattr(node, member) == wanted]
            if not found:
                raise node_unknown(wanted)
    if call.flag("masterOnly"):
        found = [node for node in found if node.is_master]
    return found


def node(call: Call) -> Node:
    """The one node that the call names."""
    return nodes(call)[0]


def layer(call: Call, name: str | None = None) -> Layer:
    """Return the layer that the call names. Raises ApiError if it does not exist."""
    wanted = name or call.text("nodeGroup")
    found = next((item for item in call.environment.layers if item.name == wanted), None)
    if found is None:
        raise node_unknown(wanted)
    return found
