# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environments in the words of the options, for results and diffs; no secret gets past here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._engine.dates import to_text
from .layer import Layer
from .layer_fields import fields_to_result
from .model import Environment
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
    if environment is None:
        return {}
    others = {layer.node_group: layer for layer in (other.layers or () if other else ())}
    layers = environment.layers
    return _settings(environment, None if layers is None else [_layer_diff(layer, others) for layer in layers])


def _layer_diff(layer: Layer, others: Mapping[str | None, Layer]) -> dict[str, Any]:
    result = fields_to_result(layer)
    for part in LAYER_PARTS:
        result.update(part.to_diff(layer, others.get(layer.node_group)))
    return result


def diff_of(before: Environment | None, after: Environment | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both sides of a diff; that a variable changed shows on the side after it."""
    return _for_diff(before, None), _for_diff(after, before)
