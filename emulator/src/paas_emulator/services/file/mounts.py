# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mounts: what nodes see of the files of others. Kept as GetMountPoints shows them (shape inferred from a client)."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from paas_emulator.errors import CROSS_MOUNT, PLATFORM, ApiError
from paas_emulator.parameters import read_flag
from paas_emulator.store import Environment, Node, Store

PROTOCOL = "NFS4"
# Where nothing can be mounted (documented; hosters may have other lists).
NOT_BELOW = ("/proc", "/dev", "/sys", "/run")
NOT_AT = ("/", "/bin", "/lib", "/lib64", "/lib32", *(f"/usr{name}" for name in ("", "/bin", "/sbin", "/lib", "/lib64")))


def entry(path: str, given: Mapping[str, Any], source: Node | None) -> dict[str, Any]:
    """One mount. A source path that is left out is the same path (inferred)."""
    host = given.get("sourceHost")
    return {
        "name": str(given.get("name") or path.rstrip("/").rpartition("/")[2]),
        "path": path,
        "sourcePath": str(given.get("sourcePath") or path),
        "sourceNodeId": source.id if source else None,
        "sourceHost": str(host) if host else None,
        "protocol": str(given.get("protocol") or PROTOCOL).upper(),
        "readOnly": read_flag("readOnly", given.get("readOnly")),
        "type": "INTERNAL" if source else "EXTERNAL",
    }


def can_hold(path: str) -> bool:
    """Whether something may be mounted at a path."""
    path = "/" + posixpath.normpath(path).lstrip("/")
    return path not in NOT_AT and not f"{path}/".startswith(tuple(f"{above}/" for above in NOT_BELOW))


def reachable(store: Store, environment: Environment) -> list[Node]:
    """Nodes whose files a node of the environment can mount: its own and those of the account (inferred)."""
    others = [item for item in store.environments_of(environment.uid) if item.name != environment.name]
    return [node for item in (environment, *others) for node in item.nodes]


def source_of(store: Store, environment: Environment, given: Mapping[str, Any]) -> Node | None:
    """The node that shares the path: by number, else the master of a layer."""
    number, group = given.get("sourceNodeId"), given.get("sourceNodeGroup")
    if number not in (None, ""):
        return next((node for node in reachable(store, environment) if str(node.id) == str(number)), None)
    of_layer = [node for node in environment.nodes if node.layer == group]
    return next((node for node in of_layer if node.is_master), of_layer[0] if of_layer else None)


def crosses(client: Node, source: Node) -> bool:
    """Whether the source is the node itself, or mounts from it."""
    return client is source or any(mount["sourceNodeId"] == client.id for mount in source.mounts)


def check_cross(client: Node, source: Node) -> None:
    """Two nodes do not mount from each other, nor one from itself. Raises ApiError 2032; wording inferred."""
    if crosses(client, source):
        raise ApiError(CROSS_MOUNT, f"cross mount of nodes [{client.id}] and [{source.id}] is forbidden", PLATFORM)


def resolve_mounts(store: Store, environment: Environment) -> None:
    """Turn what was asked for at creation into mounts; where no such source was there, without one (inferred).

    A mount whose source goes later goes with it.
    """
    for node in environment.nodes:
        asked = node.config.pop("mounts", None) or {}
        for path, given in asked.items():
            if not isinstance(given, Mapping):
                continue
            node.mounts = [mount for mount in node.mounts if mount["path"] != path]
            node.mounts.append(entry(str(path), given, source_of(store, environment, given)))
    numbers = {None, *(node.id for node in reachable(store, environment))}
    for node in environment.nodes:
        node.mounts = [mount for mount in node.mounts if mount["sourceNodeId"] in numbers]


def exported(store: Store, environment: Environment, source: Node) -> list[dict[str, Any]]:
    """What others mount from a node, by path and number of the client; members inferred."""
    rows = [
        {
            "path": mount["sourcePath"],
            "clientNodeId": node.id,
            "clientPath": mount["path"],
            "protocol": mount["protocol"],
            "readOnly": mount["readOnly"],
        }
        for node in reachable(store, environment)
        for mount in node.mounts
        if mount["sourceNodeId"] == source.id
    ]
    return sorted(rows, key=lambda row: (row["path"], row["clientNodeId"], row["clientPath"]))
