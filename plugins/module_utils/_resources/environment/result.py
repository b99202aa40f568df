# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environments in the words of the options, for results and diffs; no secret gets past here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._engine.dates import to_text
from .layer_fields import fields_to_result
from .model import Environment, Layer
from .parts.endpoints import public_endpoints
from .parts.table import LAYER_PARTS, PARTS
from .settings import SETTINGS


def layer_to_result(layer: Layer) -> dict[str, Any]:
    """Return the layer as an entry of the option ``nodes``; of its variables those that are declared harmless."""
    result = fields_to_result(layer)
    for part in LAYER_PARTS:
        result.update(part.to_result(layer))
    return result


def _settings(environment: Environment, layers: list[dict[str, Any]] | None) -> dict[str, Any]:
    parts = environment.parts
    return {
        "name": environment.name,
        "state": environment.state,
        **{row.name: getattr(environment, row.name) for row in SETTINGS},
        "nodes": layers,
        **{
            part.result_key or part.name: part.to_result(parts[part.name]) if part.name in parts else None
            for part in PARTS
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
        # The public side of endpoints is the platform's choice.
        "node_list": None
        if nodes is None
        else [{**node.to_result(), "endpoints": public_endpoints(environment, node)} for node in nodes],
    }


def _for_diff(environment: Environment | None, other: Environment | None) -> dict[str, Any]:
    """Return one side of a diff: a line for each value, whose key names the layer and the field."""
    if environment is None:
        return {}
    lines = _settings(environment, None)
    others = {layer.node_group: layer for layer in (other.layers or () if other else ())}
    for layer in environment.layers or ():
        for name, value in _layer_diff(layer, others).items():
            # Variables and mounts have a line each.
            values = {f".{key}": item for key, item in value.items()} if isinstance(value, dict) else {"": value}
            lines.update({f"{layer.label}: {name}{key}": item for key, item in values.items()})
    return {key: value for key, value in lines.items() if value is not None}


def _layer_diff(layer: Layer, others: Mapping[str | None, Layer]) -> dict[str, Any]:
    result = {name: value for name, value in fields_to_result(layer).items() if name != "node_group"}
    for part in LAYER_PARTS:
        result.update(part.to_diff(layer, others.get(layer.node_group)))
    return result


def _unknown(environment: Environment | None) -> set[str]:
    """Return the lines of what is not known of layers, such as volumes after another layer is removed: no change."""
    layers = (environment.layers or ()) if environment else ()
    results = ((layer, part.to_result(layer)) for layer in layers for part in LAYER_PARTS)
    return {f"{layer.label}: {name}" for layer, result in results for name, value in result.items() if value is None}


def diff_of(before: Environment | None, after: Environment | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both sides of a diff: what differs, without what is unset; for a new environment what is declared.

    That a variable changed shows on the side after it.
    """
    old, new = _for_diff(before, None), _for_diff(after, before)
    if before is None:
        return {}, {key: value for key, value in new.items() if value or key == "state"}
    unknown = _unknown(before) | _unknown(after)
    same = {key for key, value in old.items() if new.get(key) == value}
    same |= {key for key in {*old, *new} if any(key == name or key.startswith(f"{name}.") for name in unknown)}
    differing_old = {key: value for key, value in old.items() if key not in same}
    return differing_old, {key: value for key, value in new.items() if key not in same}
