# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environments in the words of the options, for results and diffs; no secret gets past here."""

from __future__ import annotations

from typing import Any

from ..._engine.dates import to_text
from .layer import HIDDEN, Layer, disk_text
from .model import Environment, Node
from .parts.base import Part
from .parts.endpoints import public_endpoints
from .parts.table import PARTS

_PLAIN = (
    *("node_group", "node_type", "count", "fixed_cloudlets", "flexible_cloudlets", "tag", "image", "display_name"),
    *("ext_ips", "ext_ips_v6", "slb_access", "scaling_mode", "restart_delay"),
)
_LISTS = ("links", "addons", "volumes")
CHANGED = f"{HIDDEN} (changed)"


def layer_to_result(layer: Layer) -> dict[str, Any]:
    """The layer as an entry of the option ``nodes``; of its variables those that are declared harmless."""
    public = {name: value for name, value in layer.variables.items() if name in layer.env_public}
    mounts = layer.volume_mounts
    return {
        **{name: getattr(layer, name) for name in _PLAIN},
        "disk_limit": disk_text(layer.disk_limit),
        "cluster": None if layer.cluster is None else {"enabled": layer.cluster},
        **{name: None if getattr(layer, name) is None else list(getattr(layer, name)) for name in _LISTS},
        "volume_mounts": None if mounts is None else {mount.path: mount.to_result() for mount in mounts},
        "env": public or None,
    }


def _settings(environment: Environment, layers: list[dict[str, Any]] | None) -> dict[str, Any]:
    return {
        "name": environment.name,
        "state": environment.state,
        "display_name": environment.display_name,
        "region": environment.region,
        "ssl": environment.ssl,
        "ha": environment.ha,
        "engine": environment.engine,
        "env_groups": list(environment.env_groups),
        "nodes": layers,
        **{part.shown_as: _part_shown(environment, part) for part in PARTS},
    }


def _part_shown(environment: Environment, part: Part[Any, Any]) -> Any:
    if part.name in environment.parts:
        return part.to_result(environment.parts[part.name])
    known = part.free and environment.nodes is not None  # what a list of environments shows
    return part.to_result(part.read(None, environment)) if known else None


def environment_to_result(environment: Environment | None) -> dict[str, Any] | None:
    """The environment for results: what a task could declare, and what the platform alone knows."""
    if environment is None:
        return None
    layers = environment.layers
    return {
        **_settings(environment, None if layers is None else [layer_to_result(layer) for layer in layers]),
        "status": environment.status.word,
        "domain": environment.domain,
        "url": environment.url,
        "appid": environment.appid,
        "owner_uid": environment.owner_uid,
        "created_on": to_text(environment.created_on),
        "node_list": None if environment.nodes is None else [_node(node, environment) for node in environment.nodes],
    }


def _node(node: Node, environment: Environment) -> dict[str, Any]:
    """A node with its endpoints, of which the public side is the platform's choice."""
    return {**node.to_result(), "endpoints": public_endpoints(environment, node)}


def _variables(layer: Layer, other: Layer | None) -> dict[str, Any] | None:
    """Names of variables with a mask; one that differs from before is marked."""
    if layer.env is None:
        return None
    before = other.variables if other is not None and other.env is not None else {}
    return {
        name: value if name in layer.env_public else (HIDDEN if before.get(name, value) == value else CHANGED)
        for name, value in sorted(layer.variables.items())
    }


def _for_diff(environment: Environment | None, other: Environment | None) -> dict[str, Any]:
    if environment is None:
        return {}
    others = {layer.node_group: layer for layer in (other.layers or () if other else ())}
    layers = None
    if environment.layers is not None:
        layers = [
            {**layer_to_result(layer), "env": _variables(layer, others.get(layer.node_group))}
            for layer in environment.layers
        ]
    return _settings(environment, layers)


def diff_of(before: Environment | None, after: Environment | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both sides of a diff; that a variable changed shows on the side after it."""
    return _for_diff(before, None), _for_diff(after, before)
