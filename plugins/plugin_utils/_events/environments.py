# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events of environments: created, removed, another status, another topology."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.info import EnvironmentInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.statuses import BUSY_WORDS

from .polling import Change
from .state_file import Record

SHOWN = ("name", "status", "domain", "region", "env_groups")
LAYER = ("node_type", "image", "tag", "count", "fixed_cloudlets", "flexible_cloudlets")


class Environments:
    """The environments of an account."""

    name = "environments"
    members = ("status", "layers", "events")
    resource = EnvironmentInfo()
    options: Mapping[str, Any] = {}

    def configure(self, options: Mapping[str, Any]) -> None:
        """There are no options of its own."""

    def changes(self, known: Mapping[str, Record] | None, result: Mapping[str, Any], now: datetime) -> Iterator[Change]:
        """Yield what changed. The topology is compared while no operation runs, as it is half made until then."""
        listed = {environment["name"]: environment for environment in result["environments"]}
        for name, environment in listed.items():
            before = (known or {}).get(name)
            layers = None if environment["status"] in BUSY_WORDS else _layers(environment)
            if before is None:
                record = {"status": environment["status"], "layers": layers, "events": 0}
                is_new = known is not None
                yield Change(name, record, "created" if is_new else "", {"environment": _event_members(environment)})
            else:
                yield from _differences(environment, before, layers)
        for name in set(known or ()) - set(listed):
            gone = (known or {})[name]
            members = {"environment": {"name": name, "status": None}, "status_before": gone["status"]}
            yield Change(name, None, "removed", members, gone["events"])


def _differences(environment: Mapping[str, Any], before: Record, layers: Record | None) -> Iterator[Change]:
    name, shown, record = environment["name"], {"environment": _event_members(environment)}, before
    if environment["status"] != record["status"]:
        members = {**shown, "status_before": record["status"]}
        record = {**record, "status": environment["status"], "events": record["events"] + 1}
        yield Change(name, record, "status", members, [record["events"], record["status"]])
    if layers is None or layers == record["layers"]:
        return
    old = record["layers"]
    record = {**record, "layers": layers, "events": record["events"] + (old is not None)}
    if old is None:
        yield Change(name, record)
        return
    changed = [layer for layer in {**old, **layers} if old.get(layer) != layers.get(layer)]
    sides = {
        "layers": {layer: layers.get(layer) for layer in changed},
        "layers_before": {layer: old.get(layer) for layer in changed},
    }
    yield Change(name, record, "topology", {**shown, **sides}, [record["events"], changed])


def _event_members(environment: Mapping[str, Any]) -> dict[str, Any]:
    return {member: environment[member] for member in SHOWN}


def _layers(environment: Mapping[str, Any]) -> Record | None:
    """Return the layers with the numbers of their nodes; None if the answer does not show nodes."""
    if environment["nodes"] is None or environment["node_list"] is None:
        return None
    return {
        str(layer["node_group"]): {
            **{member: layer[member] for member in LAYER},
            "node_ids": sorted(
                node["id"] for node in environment["node_list"] if node["node_group"] == layer["node_group"]
            ),
        }
        for layer in environment["nodes"]
    }
