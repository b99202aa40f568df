# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Control: variables, volumes, commands of containers."""

from __future__ import annotations

import json
from typing import Any

from paas_emulator import selection
from paas_emulator.calls import Call
from paas_emulator.errors import PERMISSION_DENIED, PLATFORM, ApiError, invalid_parameter
from paas_emulator.parameters import read_json
from paas_emulator.registry import emulates
from paas_emulator.services.control import model as topology
from paas_emulator.services.control import serializers
from paas_emulator.services.control.restart_methods import responses
from paas_emulator.statuses import ANY_STATUS, CALM, IDLE, RUNNING
from paas_emulator.store import Node


def _pairs(call: Call, name: str) -> dict[str, str]:
    value = read_json(name, call.text(name) or "")
    if not isinstance(value, dict):
        raise invalid_parameter(name)
    return topology.read_env(value)


def _set(node: Node, values: dict[str, str], *, replaced: bool = False) -> None:
    node.config["env"] = values
    if replaced:
        node.config["env_replaced"] = True


@emulates("environment.control.GetContainerEnvVars", needs=ANY_STATUS)
def get_container_env_vars(call: Call) -> dict[str, Any]:
    """Variables of one node."""
    return {"object": serializers.variables(selection.node(call))}


@emulates("environment.control.GetContainerEnvVarsByGroup", needs=ANY_STATUS)
def get_container_env_vars_by_group(call: Call) -> dict[str, Any]:
    """Variables of a layer."""
    return {"object": serializers.variables(selection.node(call))}


@emulates("environment.control.AddContainerEnvVars", needs=CALM)
def add_container_env_vars(call: Call) -> dict[str, Any]:
    """Add to the variables, or replace those of the same names (recorded)."""
    added = _pairs(call, "vars")
    for node in selection.nodes(call):
        _set(node, {**node.config.get("env", {}), **added})
    return {}


@emulates("environment.control.RemoveContainerEnvVars", needs=CALM)
def remove_container_env_vars(call: Call) -> dict[str, Any]:
    """Remove variables; unknown names are ignored (recorded)."""
    names = call.items("vars") or []
    for node in selection.nodes(call):
        _set(node, {name: value for name, value in node.config.get("env", {}).items() if name not in names})
    return {}


@emulates("environment.control.SetContainerEnvVars", needs=CALM)
def set_container_env_vars(call: Call) -> dict[str, Any]:
    """Replace all variables of a node, those of its image too (recorded)."""
    values = _pairs(call, "vars")
    for node in selection.nodes(call):
        _set(node, dict(values), replaced=True)
    return {}


@emulates("environment.control.SetContainerEnvVarsByGroup", needs=CALM)
def set_container_env_vars_by_group(call: Call) -> dict[str, Any]:
    """The same for a layer."""
    values = _pairs(call, "data")
    for node in selection.nodes(call):
        _set(node, dict(values), replaced=True)
    return {}


# -- volumes --------------------------------------------------------------------------------------------------------


def _change_volumes(call: Call, parameter: str, *, add: bool) -> list[Node]:
    paths = call.items(parameter) or []
    if not paths or not all(path.startswith("/") for path in paths):
        raise invalid_parameter(parameter)
    nodes = selection.nodes(call)
    for node in nodes:
        predefined = node.config.get("image", {}).get("volumes", [])
        if not add and set(predefined) & set(paths):  # documented; the code is inferred
            text = f"volume [{min(set(predefined) & set(paths))}] is defined by the image and cannot be removed"
            raise ApiError(PERMISSION_DENIED, text, source=PLATFORM)
    for node in nodes:
        have = list(node.config.get("volumes", []))
        if add:
            node.config["volumes"] = list(dict.fromkeys([*have, *paths]))
        else:
            node.config["volumes"] = [path for path in have if path not in paths]
            _lose_data(node, [path for path in have if path in paths])
    return nodes


def _lose_data(node: Node, gone: list[str]) -> None:
    """Data in a volume goes with it (documented)."""
    for directory in gone:
        below = directory.rstrip("/") + "/"
        node.files = {path: body for path, body in node.files.items() if not f"{path}/".startswith(below)}


@emulates("environment.control.AddContainerVolumes", needs=IDLE)
def add_container_volumes(call: Call) -> dict[str, Any]:
    """Add volumes to a layer or a node."""
    return responses(_change_volumes(call, "volumes", add=True))


@emulates("environment.control.RemoveContainerVolumes", needs=IDLE)
def remove_container_volumes(call: Call) -> dict[str, Any]:
    """Remove volumes with their data, but for those of the image (documented); unknown ones are ignored (inferred)."""
    return responses(_change_volumes(call, "volumes", add=False))


@emulates("environment.control.AddContainerVolume", needs=IDLE)
def add_container_volume(call: Call) -> dict[str, Any]:
    """Add one to a node."""
    return {"nodeid": _change_volumes(call, "path", add=True)[0].id}


@emulates("environment.control.AddContainerVolumeByGroup", needs=IDLE)
def add_container_volume_by_group(call: Call) -> dict[str, Any]:
    """Add one to a layer."""
    return {"nodeid": _change_volumes(call, "path", add=True)[0].id}


@emulates("environment.control.RemoveContainerVolume", needs=IDLE)
def remove_container_volume(call: Call) -> dict[str, Any]:
    """Remove one from a node."""
    return {"nodeid": _change_volumes(call, "path", add=False)[0].id}


@emulates("environment.control.RemoveContainerVolumeByGroup", needs=IDLE)
def remove_container_volume_by_group(call: Call) -> dict[str, Any]:
    """Remove one from a layer."""
    return {"nodeid": _change_volumes(call, "path", add=False)[0].id}


def _volumes(node: Node) -> list[str]:
    return list(dict.fromkeys([*serializers.volumes(node), *(mount["path"] for mount in node.mounts)]))


@emulates("environment.control.GetContainerVolumesByGroup", needs=ANY_STATUS)
def get_container_volumes_by_group(call: Call) -> dict[str, Any]:
    """Paths of a layer's volumes (documented)."""
    return {"object": _volumes(selection.node(call))}


@emulates("environment.control.GetContainerVolumesById", needs=ANY_STATUS)
def get_container_volumes_by_id(call: Call) -> dict[str, Any]:
    """Paths of a node's volumes."""
    return {"object": _volumes(selection.node(call))}


# -- commands -------------------------------------------------------------------------------------------------------


@emulates("environment.control.GetContainerRunCmd", needs=ANY_STATUS)
def get_container_run_cmd(call: Call) -> dict[str, Any]:
    """The command that a container runs; the form of `object` is inferred."""
    return {"object": selection.node(call).config.get("command", "")}


@emulates("environment.control.SetContainerRunCmd", needs=IDLE)
def set_container_run_cmd(call: Call) -> dict[str, Any]:
    """Set it; omitted clears it (inferred)."""
    return _set_config(call, "command")


@emulates("environment.control.ExecDockerRunCmd", needs=RUNNING)
def exec_docker_run_cmd(call: Call) -> dict[str, Any]:
    """Start the service of a container (documented for `startService`); nothing runs here."""
    selection.nodes(call)
    return {}


@emulates("environment.control.GetContainerEntryPoint", needs=ANY_STATUS)
def get_container_entry_point(call: Call) -> dict[str, Any]:
    """The entry point; the form of `object` is inferred."""
    return {"object": selection.node(call).config.get("entrypoint", "")}


@emulates("environment.control.SetContainerEntryPoint", needs=IDLE)
def set_container_entry_point(call: Call) -> dict[str, Any]:
    """Set it; omitted clears it (inferred)."""
    return _set_config(call, "entrypoint")


@emulates("environment.control.GetContainerRunConfig", needs=ANY_STATUS)
def get_container_run_config(call: Call) -> dict[str, Any]:
    """All of it; the members of `object` are inferred."""
    node = selection.node(call)
    config = node.config
    return {
        "object": {
            "cmd": config.get("command", ""),
            "entrypoint": config.get("entrypoint", ""),
            "env": serializers.variables(node),
            "links": list(config.get("links", [])),
            "volumes": _volumes(node),
        }
    }


def _set_config(call: Call, member: str) -> dict[str, Any]:
    text = (call.text("data") or "").strip()
    if text.startswith("["):
        parts = read_json("data", text)
        text = " ".join(map(str, parts)) if isinstance(parts, list) else json.dumps(parts)
    for node in selection.nodes(call):
        node.config[member] = text
    return {}
