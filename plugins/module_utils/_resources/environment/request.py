# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests: our model as parameters of methods, by their wire names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .fields import TOPOLOGY_FIELDS
from .layer import MB_OF_GB, Layer, Mount, Registry
from .model import DesiredEnvironment, Environment, joined_image

DOCKER = "docker"
# Our name to the member of a request. Node fields: documented for CreateEnvironment or Cloud Scripting, except tag,
# image and the number of addresses (recorded).
ENV_MEMBERS = {
    "name": "shortdomain",
    "display_name": "displayName",
    "region": "region",
    "engine": "engine",
    "ssl": "sslstate",
    "ha": "ishaenabled",
}
LAYER_MEMBERS = {
    "node_group": "nodeGroup",
    "node_type": "nodeType",
    "count": "count",
    "fixed_cloudlets": "fixedCloudlets",
    "flexible_cloudlets": "flexibleCloudlets",
    "disk_limit": "diskLimit",
    "tag": "tag",
    "image": "image",
    "display_name": "displayName",
    "ext_ips": "extip",
    "ext_ips_v6": "extipv6",
    "slb_access": "isSLBAccessEnabled",
    "scaling_mode": "scalingMode",
    "restart_delay": "restartDelay",
    "cluster": "cluster",
    "links": "links",
    "addons": "addons",
    "volumes": "volumes",
}
# Options that are handed on as they are when a layer is made.
CREATION_MEMBERS = {
    "cmd": "cmd",
    "entrypoint": "entrypoint",
    "volumes_from": "volumesFrom",
    "start_on_creation": "startServiceOnCreation",
    "engine": "engine",
    "distribution": "distribution",
    "node_group_data": "nodeGroupData",
}
MOUNT_MEMBERS = {
    "source_path": "sourcePath",
    "source_node_group": "sourceNodeGroup",
    "source_node_id": "sourceNodeId",
    "source_host": "sourceHost",
    "protocol": "protocol",
    "read_only": "readOnly",
}


def creation_params(desired: DesiredEnvironment) -> dict[str, Any]:
    """Parameters of CreateEnvironment (documented)."""
    env = {member: getattr(desired, name) for name, member in ENV_MEMBERS.items()}
    return {
        "env": {member: value for member, value in env.items() if value not in (None, "")},
        "nodes": [new_layer(layer) for layer in desired.layers or ()],
        "envGroups": list(desired.env_groups) if desired.env_groups else None,
        "ownerUid": desired.owner_uid,
    }


def topology_params(after: Environment, kept: Iterable[tuple[Layer, bool]], made: Iterable[Layer]) -> dict[str, Any]:
    """Parameters of ChangeTopology for the environment as it shall be.

    Every layer that stays is in it, as one that is left out goes: in full where it changes, by its name alone where it
    does not (recorded). Callers send the environment's region and switches each time (recorded).

    Args:
        kept: the layers that stay, as they shall be, and whether they change.
        made: the layers that are new, as they were declared.
    """
    name = LAYER_MEMBERS["node_group"]
    entries = [_changed_layer(layer) if changes else {name: layer.node_group} for layer, changes in kept]
    env = {ENV_MEMBERS[name]: getattr(after, name) for name in ("region", "engine", "ssl", "ha")}
    return {
        "envName": after.name,
        "env": {member: value for member, value in env.items() if value is not None},
        "nodes": entries + [new_layer(layer) for layer in made],
    }


def new_layer(layer: Layer) -> dict[str, Any]:
    """An entry of ``nodes`` for a layer that is to be made."""
    entry = {member: _member(layer, name) for name, member in LAYER_MEMBERS.items()}
    entry["env"] = layer.variables or None
    entry["volumeMounts"] = {mount.path: _mount(mount) for mount in layer.volume_mounts or ()} or None
    entry["registry"] = _registry(layer.registry)
    for member in ("links", "addons", "volumes"):
        entry[member] = entry[member] or None
    if not layer.display_name:
        entry[LAYER_MEMBERS["display_name"]] = None
    entry.update(layer.creation)
    return {member: value for member, value in _with_image(entry, layer).items() if value is not None}


def _changed_layer(layer: Layer) -> dict[str, Any]:
    """An entry for a layer that exists, with all that is known of its settings, so that nothing falls to a default."""
    names = ("node_group", "node_type", "tag", *TOPOLOGY_FIELDS)
    entry = {LAYER_MEMBERS[name]: _member(layer, name) for name in names}
    # A name that is not there is cleared by an empty one.
    entry[LAYER_MEMBERS["display_name"]] = layer.display_name or ""
    return {member: value for member, value in _with_image(entry, layer).items() if value is not None}


def _with_image(entry: dict[str, Any], layer: Layer) -> dict[str, Any]:
    """A container's tag travels inside the image, as all recorded manifests have it."""
    if layer.image:
        entry["image"], entry["tag"] = joined_image(layer.image, layer.tag), None
    return entry


def _member(layer: Layer, name: str) -> Any:
    value = getattr(layer, name)
    if value is None:
        return None
    if name == "disk_limit":
        # GB in requests (recorded); a part of one needs its unit.
        return f"{value}M" if value % MB_OF_GB else value // MB_OF_GB
    if name == "scaling_mode":
        return value.upper()
    return list(value) if isinstance(value, tuple) else value


def _mount(mount: Mount) -> dict[str, Any]:
    values = {member: getattr(mount, name) for name, member in MOUNT_MEMBERS.items()}
    return {member: value for member, value in values.items() if value is not None}


def mount_params(mount: Mount, source: Any) -> dict[str, Any]:
    """Parameters of AddMountPointByGroup beside the layer; ``source`` is the node that shares the path."""
    return {
        "path": mount.path,
        "sourcePath": mount.source_path or mount.path,
        "sourceNodeId": source,
        "sourceHost": mount.source_host,
        "protocol": mount.protocol,
        "readOnly": mount.read_only,
    }


def _registry(registry: Registry | None) -> dict[str, Any] | None:
    if registry is None:
        return None
    values = {"url": registry.url, "user": registry.user, "password": registry.password}
    return {member: value for member, value in values.items() if value} or None
