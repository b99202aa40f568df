# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.File: mount points."""

from __future__ import annotations

from typing import Any

from paas_emulator import selection
from paas_emulator.calls import Call
from paas_emulator.errors import MOUNTED_ALREADY, NOT_FOUND, PLATFORM, ApiError, invalid_parameter
from paas_emulator.registry import emulates
from paas_emulator.services.file import model as files
from paas_emulator.services.file import mounts
from paas_emulator.statuses import ANY_STATUS, RUNNING
from paas_emulator.store import Node


def _path(call: Call, name: str) -> str:
    text = (call.text(name) or "").strip()
    if not text.startswith("/"):
        raise invalid_parameter(name)
    return files.absolute(text)


def _node(call: Call, parameter: str) -> Node:
    """A node of the environment or of another one of the account."""
    number = call.values[parameter]
    found = next((node for node in mounts.reachable(call.platform.store, call.environment) if node.id == number), None)
    if found is None:
        raise selection.node_unknown(number)
    return found


@emulates("environment.file.GetMountPoints", needs=ANY_STATUS)
def get_mount_points(call: Call) -> dict[str, Any]:
    """The mounts of a layer or a node, one for each path."""
    found = {mount["path"]: mount for node in reversed(selection.nodes(call)) for mount in node.mounts}
    return {"array": [dict(mount) for _path, mount in sorted(found.items())]}


def _add(call: Call) -> dict[str, Any]:
    path, store = _path(call, "path"), call.platform.store
    if not mounts.can_hold(path):
        raise invalid_parameter("path")
    given = {key: value for key, value in call.values.items() if value not in (None, "")}
    given["sourcePath"] = _path(call, "sourcePath")
    source = mounts.source_of(store, call.environment, given)
    if source is None and ("sourceNodeId" in given or "sourceHost" not in given):
        raise invalid_parameter("sourceNodeId")
    nodes = selection.nodes(call)
    if len(nodes) > 1:
        nodes = [node for node in nodes if node is not source]
    for node in nodes:
        if any(mount["path"] == path for mount in node.mounts):
            raise ApiError(MOUNTED_ALREADY, f"mount point [{path}] already exists", source=PLATFORM)
        if source:
            mounts.check_cross(node, source)
    for node in nodes:
        node.mounts.append(mounts.entry(path, given, source))
    return {}


@emulates("environment.file.AddMountPointByGroup", needs=RUNNING)
def add_mount_point_by_group(call: Call) -> dict[str, Any]:
    """Mount a path in all nodes of a layer but the one that shares it (inferred)."""
    return _add(call)


@emulates("environment.file.AddMountPointById", needs=RUNNING)
def add_mount_point_by_id(call: Call) -> dict[str, Any]:
    """Mount a path in one node."""
    return _add(call)


def _unmount(nodes: list[Node], path: str) -> dict[str, Any]:
    if not any(mount["path"] == path for node in nodes for mount in node.mounts):
        raise ApiError(NOT_FOUND, f"mount point [{path}] not found", source=PLATFORM)
    for node in nodes:
        node.mounts = [mount for mount in node.mounts if mount["path"] != path]
    return {}


@emulates("environment.file.RemoveMountPointByGroup", needs=RUNNING)
def remove_mount_point_by_group(call: Call) -> dict[str, Any]:
    """Unmount a path in a layer."""
    return _unmount(selection.nodes(call), _path(call, "path"))


@emulates("environment.file.RemoveMountPointById", needs=RUNNING)
def remove_mount_point_by_id(call: Call) -> dict[str, Any]:
    """Unmount a path in one node."""
    return _unmount(selection.nodes(call), _path(call, "path"))


@emulates("environment.file.GetExportedList", needs=RUNNING)
def get_exported_list(call: Call) -> dict[str, Any]:
    """What others mount from a node, or from one path of it."""
    source, path = selection.node(call), call.text("path")
    rows = mounts.exported(call.platform.store, call.environment, source)
    return {"array": [row for row in rows if not path or row["path"] == files.absolute(path)]}


@emulates("environment.file.RemoveExport", needs=RUNNING)
def remove_export(call: Call) -> dict[str, Any]:
    """Take a path of a node away from one client (inferred)."""
    source, client, path = selection.node(call), _node(call, "clientNodeId"), _path(call, "clientPath")
    shared = (source.id, _path(call, "path"))
    found = [mount for mount in client.mounts if (mount["sourceNodeId"], mount["sourcePath"]) == shared]
    return _unmount([client] if any(mount["path"] == path for mount in found) else [], path)


@emulates("environment.file.CheckCrossMount", needs=RUNNING)
def check_cross_mount(call: Call) -> dict[str, Any]:
    """Whether a mount from the other node would be a cross mount (documented); that `object` says so is inferred."""
    return {"object": mounts.crosses(selection.node(call), _node(call, "sourceNodeId"))}
