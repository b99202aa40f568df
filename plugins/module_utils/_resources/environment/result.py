# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environments in the words of the options, for results and diffs; no secret gets past here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..._engine.dates import to_text
from .layer_fields import fields_to_result
from .model import Environment, Layer, Node
from .parts.endpoints import public_endpoints
from .parts.table import LAYER_PARTS, PARTS, AnyPart
from .settings import SETTINGS

UNKNOWN = object()


def layer_to_result(layer: Layer) -> dict[str, Any]:
    """Return the layer as an entry of the option ``nodes``; of its variables those that are declared harmless."""
    result = fields_to_result(layer)
    for part in LAYER_PARTS:
        result.update(part.to_result(layer))
    return result


def _settings(
    environment: Environment, layers: list[dict[str, Any]] | None, shown: Iterable[AnyPart] = PARTS
) -> dict[str, Any]:
    parts = environment.parts
    return {
        "name": environment.name,
        "state": environment.state,
        **{row.name: getattr(environment, row.name) for row in SETTINGS},
        "nodes": layers,
        **{
            part.result_key or part.name: part.to_result(parts[part.name]) if part.name in parts else None
            for part in shown
        },
    }


def environment_to_result(environment: Environment | None) -> dict[str, Any] | None:
    """Return the environment for results: what a task could declare, and what the platform alone knows."""
    if environment is None:
        return None
    layers, nodes = environment.layers, environment.nodes
    return {
        **_settings(environment, None if layers is None else [layer_to_result(layer) for layer in layers]),
        "status": environment.status.word,
        "domain": environment.domain,
        "url": environment.url,
        "appid": environment.appid,
        "owner_uid": environment.owner_uid,
        "created_on": to_text(environment.created_on),
        "node_list": None if nodes is None else [_node_to_result(node, environment) for node in nodes],
    }


def _node_to_result(node: Node, environment: Environment) -> dict[str, Any]:
    return {
        "id": node.id,
        "node_group": node.node_group,
        "internal_ip": node.internal_ip,
        "external_ips": list(node.external_ips),
        "url": node.url,
        "status": node.status.word,
        "is_master": node.is_master,
        "endpoints": public_endpoints(environment, node),  # their public side is the platform's choice
    }


def _lines(environment: Environment | None, other: Environment | None, *, is_after: bool) -> dict[str, Any]:
    """Return one side of a diff: a line for each value of what differs, whose key names the layer and the field."""
    if environment is None:
        return {}
    parts = [part for part in PARTS if other is None or not _is_same(part.name, environment, other)]
    lines = _settings(environment, None, parts)
    others = {layer.node_group: layer for layer in (other.layers or () if other else ())}
    for layer in environment.layers or ():
        there, label = others.get(layer.node_group), layer.label
        for name, value in _layer_lines(layer, there, is_after=is_after).items() if layer != there else ():
            # Variables and mounts have a line each.
            values = {f".{key}": item for key, item in value.items()} if isinstance(value, dict) else {"": value}
            lines.update({f"{label}: {name}{key}": item for key, item in values.items()})
    return lines


def _is_same(part: str, one: Environment, other: Environment) -> bool:
    return part in one.parts and part in other.parts and bool(one.parts[part] == other.parts[part])


def _layer_lines(layer: Layer, other: Layer | None, *, is_after: bool) -> dict[str, Any]:
    result = fields_to_result(layer)
    del result["node_group"]
    for part in LAYER_PARTS:
        if other and all(getattr(layer, name) == getattr(other, name) for name in part.names):
            continue
        lines = part.to_diff(layer, other if is_after else None)
        # None is what is not known, such as volumes after another layer is removed: no change.
        result.update({name: UNKNOWN if value is None else value for name, value in lines.items()})
    return result


def diff_of(before: Environment | None, after: Environment | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both sides of a diff: what differs, without what is unset; for a new environment what is declared.

    That a variable changed shows on the side after it.
    """
    old, new = _lines(before, after, is_after=False), _lines(after, before, is_after=True)
    unknown = [name for lines in (old, new) for name, value in lines.items() if value is UNKNOWN]
    same = {name for name, value in old.items() if new.get(name) == value}
    same |= {key for key in {*old, *new} if any(key == name or key.startswith(f"{name}.") for name in unknown)}
    old, new = ({key: value for key, value in lines.items() if value is not None} for lines in (old, new))
    if before is None:
        return {}, {key: value for key, value in new.items() if (value or key == "state") and value is not UNKNOWN}
    old, new = ({key: value for key, value in lines.items() if key not in same} for lines in (old, new))
    return old, new
