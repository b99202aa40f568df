# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Control and environment.NodeGroup: properties of layers and nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from paas_emulator import selection
from paas_emulator.calls import Call
from paas_emulator.errors import PERMISSION_DENIED, PLATFORM, ApiError, invalid_parameter
from paas_emulator.parameters import flag, read_json
from paas_emulator.registry import emulates
from paas_emulator.services.billing import model as quotas
from paas_emulator.services.control import model as topology
from paas_emulator.services.control import serializers
from paas_emulator.services.control.furnishing import furnish
from paas_emulator.services.control.model import SCALING_MODES
from paas_emulator.statuses import ANY_STATUS, CALM, IDLE
from paas_emulator.store import Layer

# What an answer says of a layer and nobody can set.
_FIXED_MEMBERS = frozenset({"deployments", "features", "name", "templateType", "vType"})


def _text(value: Any) -> str | None:
    return value or None if isinstance(value, str) or value is None else _bad()


def _flag(value: Any) -> bool:
    known = flag(value)
    return _bad() if known is None else known


def _delay(value: Any) -> int:
    """Seconds; -1 is what requests have for nodes that restart at once."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= -1 else _bad()


def _scaling(value: Any) -> str:
    return str(value).upper() if str(value).upper() in SCALING_MODES else _bad()


def _bad() -> Any:
    raise ValueError


# Members that EditNodeGroup and ApplyData set: how they are read, and the member of Layer, or None for one of `data`.
_SETTABLE: dict[str, tuple[Callable[[Any], Any], str | None]] = {
    "displayName": (_text, "display_name"),
    "isSLBAccessEnabled": (_flag, "slb_access"),
    "isSequentialDeploy": (_flag, None),
    "redeployContainerDelay": (_delay, None),
    "redeployContextDelay": (_delay, None),
    "restartContainerDelay": (_delay, "restart_delay"),
    "restartNodeDelay": (_delay, "restart_delay"),
    "scalingMode": (_scaling, "scaling_mode"),
}


@emulates("environment.control.GetNodeGroups", needs=ANY_STATUS)
def get_node_groups(call: Call) -> dict[str, Any]:
    """All layers."""
    return {"object": [serializers.layer(call.environment, layer) for layer in call.environment.layers]}


@emulates("environment.nodegroup.Get", needs=ANY_STATUS)
def get(call: Call) -> dict[str, Any]:
    """One layer."""
    return {"nodeGroup": serializers.layer(call.environment, selection.layer(call))}


@emulates("environment.control.SetNodeGroupDisplayName", needs=CALM)
def set_node_group_display_name(call: Call) -> dict[str, Any]:
    """Name a layer; omitted clears the name (documented for environments, inferred here)."""
    _name(call, selection.layer(call), call.text("displayName") or None)
    return {}


def _name(call: Call, layer: Layer, name: str | None) -> None:
    """As at creation, the nodes show it too."""
    layer.display_name = name
    for node in call.environment.nodes:
        if node.layer == layer.name:
            node.display_name = name


@emulates("environment.control.SetNodeDisplayName", needs=CALM)
def set_node_display_name(call: Call) -> dict[str, Any]:
    """Name a node."""
    selection.node(call).display_name = call.text("displayName") or None
    return {}


def _set_slb(call: Call) -> dict[str, Any]:
    selection.layer(call).slb_access = call.flag("enabled")
    return {}


@emulates("environment.control.SetSLBAccessEnabled", needs=CALM)
def set_slb_access_enabled(call: Call) -> dict[str, Any]:
    """Open or close a layer to the shared load balancer."""
    return _set_slb(call)


@emulates("environment.nodegroup.SetSLBAccessEnabled", needs=CALM)
def node_group_set_slb_access_enabled(call: Call) -> dict[str, Any]:
    """The same in the other service."""
    return _set_slb(call)


def _set(call: Call, layer: Layer, members: Mapping[str, Any], parameter: str) -> None:
    """Set what is given of _SETTABLE, all or nothing. Raises ApiError 3."""
    try:
        found = {name: _SETTABLE[name][0](value) for name, value in members.items() if name in _SETTABLE}
    except ValueError:
        raise invalid_parameter(parameter) from None
    for name, value in found.items():
        member = _SETTABLE[name][1]
        if member == "display_name":
            _name(call, layer, value)
        elif member:
            setattr(layer, member, value)
        else:
            layer.data[name] = value


@emulates("environment.control.EditNodeGroup", needs=CALM)
def edit_node_group(call: Call) -> dict[str, Any]:
    """Delays and flags of the layer that `name` names; members that are left out stay (inferred)."""
    given = call.values["nodeGroup"]
    if not isinstance(given, Mapping) or not given.get("name"):
        raise invalid_parameter("nodeGroup")
    members = {name: value for name, value in given.items() if value is not None}
    _set(call, selection.layer(call, str(given["name"])), members, "nodeGroup")
    return {}


def _apply(call: Call, parameter: str) -> dict[str, Any]:
    data = read_json(parameter, call.text(parameter) or "")
    if not isinstance(data, dict) or _FIXED_MEMBERS & set(data):
        raise invalid_parameter(parameter)
    layer = selection.layer(call)
    _set(call, layer, data, parameter)
    free = {**layer.data, **{name: value for name, value in data.items() if name not in _SETTABLE}}
    layer.data = {name: value for name, value in free.items() if value is not None}
    return {}


@emulates("environment.nodegroup.ApplyData", needs=CALM)
def apply_data(call: Call) -> dict[str, Any]:
    """Name, flags and free members of a layer (documented), which its answers show from then on (recorded).

    Null takes a free member away (inferred).
    """
    return _apply(call, "data")


@emulates("environment.control.ApplyNodeGroupData", needs=CALM)
def apply_node_group_data(call: Call) -> dict[str, Any]:
    """The same in the other service."""
    return _apply(call, "data")


@emulates("environment.nodegroup.SetOptions", needs=CALM)
def set_options(call: Call) -> dict[str, Any]:
    """Free members too (inferred)."""
    return _apply(call, "options")


@emulates("environment.control.SetCloudletsCountById", needs=CALM, optional=("count",))
def set_cloudlets_count_by_id(call: Call) -> dict[str, Any]:
    """Cloudlets of one node."""
    return _set_cloudlets(call)


@emulates("environment.control.SetCloudletsCountByGroup", needs=CALM)
def set_cloudlets_count_by_group(call: Call) -> dict[str, Any]:
    """Cloudlets of the nodes of a layer."""
    return _set_cloudlets(call)


def _set_cloudlets(call: Call) -> dict[str, Any]:
    fixed, flexible = int(call.values["fixedCloudlets"]), int(call.values["flexibleCloudlets"])
    if not 0 <= fixed <= flexible:
        raise invalid_parameter("flexibleCloudlets")
    quotas.check_cloudlets(call.platform.store.accounts[call.environment.uid], flexible)
    for node in selection.nodes(call):
        node.fixed_cloudlets, node.flexible_cloudlets = fixed, flexible
    return {}


@emulates("environment.control.SetDiskLimitByGroup", needs=CALM)
def set_disk_limit_by_group(call: Call) -> dict[str, Any]:
    """Disk of the nodes of a layer; that `limit` is GB, as in a topology, is inferred."""
    if call.values["limit"] < 1:
        raise invalid_parameter("limit")
    for node in selection.nodes(call):
        node.disk_mb = topology.disk_mb(call.values["limit"])
    return {}


@emulates("environment.control.RemoveNode", needs=IDLE)
def remove_node(call: Call) -> dict[str, Any]:
    """Remove one node; the master and the last one of a layer stay (inferred)."""
    node, environment = selection.node(call), call.environment
    if node.is_master:
        raise ApiError(PERMISSION_DENIED, "the master of a layer cannot be removed", source=PLATFORM)
    environment.nodes.remove(node)
    furnish(call.platform.store, environment)
    return {}
