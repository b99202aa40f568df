# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adding and removing nodes by a change of the topology, for AddNode and for actions of packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from paas_emulator.calls import Call
from paas_emulator.services.control import changing, node_words
from paas_emulator.services.control.model import whole
from paas_emulator.store import Environment, Node

DEFAULT_CLOUDLETS = 1  # of addNodes (documented)


def _change(call: Call, environment: Environment, nodes: list[dict[str, Any]]) -> None:
    """Change the topology as ChangeTopology does. Raises ApiError; nothing is changed then."""
    inner = replace(call, values={"env": {}, "nodes": nodes}, target=environment)
    changing.take_over(environment, changing.changed(inner))


def _counted(name: str, count: int | None) -> dict[str, Any]:
    return {"nodeGroup": name, **({} if count is None else {"count": count})}


def add_nodes(call: Call, environment: Environment, rows: list[Mapping[str, Any]]) -> list[Node]:
    """Add nodes: to the layer that a row names if it is there, else as a new layer. Raises ApiError."""
    there = {node.id for node in environment.nodes}
    counts: dict[str, int] = {}
    for node in environment.nodes:
        counts[node.layer] = counts.get(node.layer, 0) + 1
    more: dict[str, int] = {}
    new: list[dict[str, Any]] = []
    for row in node_words.in_new_words(list(rows)):
        name = str(row.get("nodegroup") or "")
        if name in counts:
            more[name] = more.get(name, counts[name]) + whole(row.get("count") or 1, "count")
        else:
            limit = {} if {"cloudlets", "flexiblecloudlets"} & {*row} else {"flexibleCloudlets": DEFAULT_CLOUDLETS}
            new.append({**row, **limit})
    _change(call, environment, [*(_counted(name, more.get(name)) for name in counts), *new])
    return [node for node in environment.nodes if node.id not in there]
