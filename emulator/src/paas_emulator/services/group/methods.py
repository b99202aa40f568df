# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Group: groups of environments. A group belongs to an account; its name is the whole path."""

from __future__ import annotations

from typing import Any

from paas_emulator.calls import Call
from paas_emulator.errors import invalid_parameter
from paas_emulator.registry import emulates
from paas_emulator.services.control import creation
from paas_emulator.services.group import model as groups
from paas_emulator.store import Environment, Group

OLD_NAME = {"envGroups": "envGroup"}


def _environment(call: Call) -> Environment:
    found = groups.environment_of(call)
    if found is None:
        raise invalid_parameter("envName")
    return found


def _group(call: Call, parameter: str) -> Group:
    path = groups.clean(call.text(parameter), parameter)
    return groups.find(call.platform.store, call.own_uid(), path)


@emulates("environment.group.GetGroups")
def get_groups(call: Call) -> dict[str, Any]:
    """Those of the account, or of one environment."""
    environment = groups.environment_of(call)
    found = groups.of(call.platform.store, call.own_uid())
    return {
        "array": [groups.to_api(group) for group in found if environment is None or group.name in environment.groups]
    }


@emulates("environment.group.CreateGroup")
def create_group(call: Call) -> dict[str, Any]:
    """Make one, named by `envGroup` or in `data`, with those above it; `envName` is put into it (inferred)."""
    store, uid, data = call.platform.store, call.own_uid(), groups.read_data(call)
    environment = groups.environment_of(call)
    path = groups.clean(call.text("envGroup") or data.get("name"), "envGroup")
    groups.check_isolation(path, data)
    groups.check_free(store, uid, path)
    creation.ensure_group(store, uid, path)
    group = groups.find(store, uid, path)
    groups.change(group, data)
    if environment:
        groups.attach(call, environment, [path])
    return {"array": [groups.to_api(group)]}


@emulates("environment.group.EditGroup")
def edit_group(call: Call) -> dict[str, Any]:
    """Rename one, by `dstGroupName` or in `data`, or change its members; what is left out stays (inferred)."""
    group, data = _group(call, "srcGroupName"), groups.read_data(call)
    name = call.text("dstGroupName") or data.get("name")
    groups.check_isolation(groups.clean(name, "dstGroupName") if name else group.name, data)
    if name:
        groups.rename(call.platform.store, group, groups.clean(name, "dstGroupName"))
    groups.change(group, data)
    return {"array": [groups.to_api(group)]}


@emulates("environment.group.RemoveGroup")
def remove_group(call: Call) -> dict[str, Any]:
    """Remove one, with those inside it; environments stay and leave them (inferred)."""
    groups.remove(call.platform.store, _group(call, "envGroup"))
    return {}


@emulates("environment.group.SetIsolationEnabled")
def set_isolation_enabled(call: Call) -> dict[str, Any]:
    """Switch the isolation of a group on or off; only one of the top level can be isolated (documented)."""
    group = _group(call, "groupName")
    groups.change(group, {"is_isolated": call.flag("enabled")})
    return {}


@emulates("environment.group.AttachEnv", aliases=OLD_NAME)
def attach_env(call: Call) -> dict[str, Any]:
    """Put an environment into groups."""
    groups.attach(call, _environment(call), groups.paths(call))
    return {}


@emulates("environment.group.DetachEnv", aliases=OLD_NAME)
def detach_env(call: Call) -> dict[str, Any]:
    """Take it out of groups."""
    groups.detach(_environment(call), groups.paths(call))
    return {}


@emulates("environment.group.SetEnv", aliases=OLD_NAME)
def set_env(call: Call) -> dict[str, Any]:
    """Put it into these groups and no others; the answer shows them."""
    environment, names = _environment(call), groups.paths(call)
    environment.groups = []
    groups.attach(call, environment, names)
    found = groups.of(call.platform.store, call.account.uid)
    return {"array": [groups.to_api(group) for group in found if group.name in environment.groups]}
