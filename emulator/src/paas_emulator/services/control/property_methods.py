# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Control: properties of environments, passwords of nodes, access by SSH, versions and stacks."""

from __future__ import annotations

from typing import Any

from paas_emulator import selection
from paas_emulator.calls import Call
from paas_emulator.errors import invalid_parameter
from paas_emulator.parameters import read_json
from paas_emulator.registry import emulates
from paas_emulator.services.control import stacks
from paas_emulator.services.control.offered_stacks import LATEST
from paas_emulator.statuses import ANY_STATUS, CALM, RUNNING

SHORTEST_PASSWORD = 8  # inferred
SSH_PORT = 3022
# Versions that every image is said to have, beside the one in use (invented).
TAGS = ("latest", "stable")


# -- properties -----------------------------------------------------------------------------------------------------


def _properties(call: Call) -> dict[str, Any]:
    value = read_json("properties", call.text("properties") or "")
    if not isinstance(value, dict):
        raise invalid_parameter("properties")
    return value


@emulates("environment.control.GetEnvProperty", needs=ANY_STATUS)
def get_env_property(call: Call) -> dict[str, Any]:
    """The named properties, or all; the form of `object` is inferred."""
    names = call.items("propertyKeys") or list(call.environment.properties)
    return {
        "object": {name: call.environment.properties[name] for name in names if name in call.environment.properties}
    }


@emulates("environment.control.AddEnvProperty", needs=CALM)
def add_env_property(call: Call) -> dict[str, Any]:
    """Add properties, or replace those of the same names (inferred)."""
    call.environment.properties.update(_properties(call))
    return {}


@emulates("environment.control.ApplyEnvProperty", needs=CALM)
def apply_env_property(call: Call) -> dict[str, Any]:
    """The same (inferred)."""
    call.environment.properties.update(_properties(call))
    return {}


@emulates("environment.control.RemoveEnvProperty", needs=CALM)
def remove_env_property(call: Call) -> dict[str, Any]:
    """Remove properties; unknown names are ignored (inferred)."""
    for name in call.items("propertyKeys") or []:
        call.environment.properties.pop(name, None)
    return {}


# -- access ---------------------------------------------------------------------------------------------------------


def _reset(call: Call) -> dict[str, Any]:
    """A password for nodes; one that is left out is the platform's choice, and none is ever shown."""
    password = call.text("password")
    if password and len(password) < SHORTEST_PASSWORD:
        raise invalid_parameter("password")
    selection.nodes(call)
    return {}


for _name in (
    *("ResetNodePassword", "ResetNodePasswordById", "ResetNodePasswordByType", "ResetServicePassword"),
    *("ResetContainerPasswordById", "ResetContainersPasswordByGroup"),
):
    emulates(f"environment.control.{_name}", needs=RUNNING)(_reset)


@emulates("environment.control.GetSSHAccessInfo")
def get_ssh_access_info(call: Call) -> dict[str, Any]:
    """How a node is reached by way of the SSH gate; members of `softNode` are inferred."""
    number = call.values["nodeId"]
    for environment in call.platform.store.environments_of(call.account.uid):
        if any(node.id == number for node in environment.nodes):
            login = f"{number}-{call.account.uid}"
            gate = {"host": f"gate.{environment.domain}", "port": SSH_PORT}
            return {"softNode": {"id": number, "envName": environment.name, "login": login, **gate}}
    raise selection.node_unknown(number)


# -- versions and stacks --------------------------------------------------------------------------------------------


def _tags(call: Call) -> list[str]:
    node = selection.node(call)
    tags = TAGS if node.image else (LATEST, *call.platform.stacks.tags().get(node.node_type, ()))
    return list(dict.fromkeys([node.tag, *tags]))


@emulates("environment.control.GetNodeTags", needs=ANY_STATUS)
def get_node_tags(call: Call) -> dict[str, Any]:
    """Versions that a node can be redeployed to."""
    return {"array": [{"name": tag, "isRedeployable": True} for tag in _tags(call)]}


@emulates("environment.control.GetContainerNodeTags", needs=ANY_STATUS)
def get_container_node_tags(call: Call) -> dict[str, Any]:
    """The same as a list of texts (inferred)."""
    return {"object": _tags(call)}


@emulates("environment.control.GetContainerTags")
def get_container_tags(call: Call) -> dict[str, Any]:
    """Versions of an image; no registry is ever asked."""
    return {"object": list(TAGS)}


@emulates("environment.control.GetTemplates")
def get_templates(call: Call) -> dict[str, Any]:
    """The stacks that can be had, with their tags (members documented)."""
    return {
        "array": [
            {
                "name": stack,
                "nodeType": stack,
                "nodeMission": stacks.layer_of(stack),
                "type": stacks.template_type(stack, None),
                "enabled": True,
                "tags": [{"name": tag, "isEnabled": True} for tag in tags],
            }
            for stack, tags in call.platform.stacks.tags().items()
        ]
    }


@emulates("environment.control.GetRegionsInner")
def get_regions_inner(call: Call) -> dict[str, Any]:
    """The host groups of one region."""
    name, enabled = call.text("groupName"), call.values.get("isEnabled")
    groups = [
        group for row in call.platform.regions.to_api() if row["uniqueName"] == name for group in row["hardNodeGroups"]
    ]
    return {"array": [group for group in groups if enabled in (None, group["isEnabled"])]}
