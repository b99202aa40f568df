# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a layer: how each is compared, and what changes it on a layer that exists. A table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Callable

from .layer import Mount
from .model import group_key


class By(Enum):
    """What changes a field of a layer that exists."""

    TOPOLOGY = "ChangeTopology"
    LIGHT = "a call of its own, or ChangeTopology"
    REDEPLOY = "RedeployContainers"
    VARIABLES = "AddContainerEnvVars and RemoveContainerEnvVars"
    VOLUMES = "AddContainerVolumes and RemoveContainerVolumes"
    MOUNTS = "AddMountPointByGroup and RemoveMountPointByGroup"
    NOTHING = "nothing; it is set when the layer is made"
    NEVER = "nothing; another value is another layer"


def same_text(current: Any, desired: Any) -> bool:
    """Without regard to case."""
    return str(current or "").casefold() == str(desired or "").casefold()


def same_exactly(current: Any, desired: Any) -> bool:
    """Nothing and an empty value are the same."""
    return (current or None) == (desired or None)


def same_number(current: Any, desired: Any) -> bool:
    """As it says."""
    return bool(current == desired)


def same_image(current: Any, desired: Any) -> bool:
    """What stands for Docker Hub may be written or left out."""
    return _full_image(current) == _full_image(desired)


def _full_image(image: Any) -> str:
    text = str(image or "")
    for prefix in ("docker.io/", "index.docker.io/", "library/"):
        text = text[len(prefix) :] if text.startswith(prefix) else text
    return text


def has_all(current: Any, desired: Any) -> bool:
    """More than the wanted ones may be there."""
    return {str(item).casefold() for item in desired or ()} <= {str(item).casefold() for item in current or ()}


def has_variables(current: Any, desired: Any) -> bool:
    """More than the wanted ones may be there; one without a value must not."""
    return all((current or {}).get(name) == value for name, value in (desired or {}).items())


def same_mount(current: Mount, desired: Mount) -> bool:
    """In what is declared of it; a source layer and one of its nodes are told apart only where both are known."""
    compared = ("source_path", "source_host", "read_only", "protocol", "source_node_group", "source_node_id")
    pairs = ((getattr(current, name), getattr(desired, name)) for name in compared)
    return all(want is None or have is None or same_text(have, want) for have, want in pairs)


def has_mounts(current: Any, desired: Any) -> bool:
    """More than the wanted ones may be there."""
    there = {mount.path: mount for mount in current or ()}
    return all(mount.path in there and same_mount(there[mount.path], mount) for mount in desired or ())


def has_groups(current: Any, desired: Any) -> bool:
    """More than the wanted ones may be there."""
    return {group_key(path) for path in desired or ()} <= {group_key(path) for path in current or ()}


@dataclass(frozen=True)
class Field:
    """How a field is compared, what changes it, and whether a lower value is a loss that has to be allowed."""

    satisfied: Callable[[Any, Any], bool]
    by: By
    shrinks: bool = False


FIELDS: dict[str, Field] = {
    "node_type": Field(same_text, By.NEVER),
    "image": Field(same_image, By.TOPOLOGY),
    "count": Field(same_number, By.TOPOLOGY, shrinks=True),
    "fixed_cloudlets": Field(same_number, By.TOPOLOGY, shrinks=True),
    "flexible_cloudlets": Field(same_number, By.TOPOLOGY, shrinks=True),
    "disk_limit": Field(same_number, By.TOPOLOGY, shrinks=True),
    "ext_ips": Field(same_number, By.TOPOLOGY, shrinks=True),
    "ext_ips_v6": Field(same_number, By.TOPOLOGY, shrinks=True),
    "scaling_mode": Field(same_text, By.TOPOLOGY),
    "display_name": Field(same_exactly, By.LIGHT),
    "slb_access": Field(same_exactly, By.LIGHT),
    "restart_delay": Field(same_number, By.LIGHT),
    "tag": Field(same_exactly, By.REDEPLOY),
    "env": Field(has_variables, By.VARIABLES),
    "volumes": Field(has_all, By.VOLUMES),
    "volume_mounts": Field(has_mounts, By.MOUNTS),
    "cluster": Field(same_exactly, By.NOTHING),
    "links": Field(has_all, By.NOTHING),
    "addons": Field(has_all, By.NOTHING),
}
# What ChangeTopology can set on a layer that exists.
TOPOLOGY_FIELDS = tuple(name for name, field in FIELDS.items() if field.by in (By.TOPOLOGY, By.LIGHT))
