# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Control: what changes an environment as a whole."""

from __future__ import annotations

from typing import Any

from paas_emulator import operations
from paas_emulator.calls import Call, Operation
from paas_emulator.errors import environment_refused, wrong_status
from paas_emulator.registry import emulates
from paas_emulator.services.control import changing, cloning, creation, scaling, serializers
from paas_emulator.services.control.regions import Region
from paas_emulator.statuses import IDLE, Status

# Older spellings: one that a client has, and those of the manual of the command line.
CLONE_NAMES = {"ditEnvName": "dstEnvName", "domain": "dstEnvName", "appid": "srcEnvName"}
# Parameters of AddNode that do not describe the node, and further parameters that a client sends.
NOT_OF_A_NODE = ("envName", "metadata", "options", "nodeGroupData", "password")
IMAGE = ("dockerName", "dockerTag", "image")


@emulates("environment.control.ChangeTopology", scripted=True, needs=IDLE, operation=True)
def change_topology(call: Call) -> Operation:
    """Replace the topology; the answer shows the environment."""
    environment = call.environment
    new = changing.changed(call)
    environment.display_name = new.display_name  # at once: it can be set by another call in any status
    operation = operations.start(call, environment, Status.UPDATING, Status(environment.status))

    def finish() -> dict[str, Any]:
        operation.finish()
        changing.take_over(environment, new)
        names = {"name": environment.name, "appid": environment.appid}
        return {**names, **serializers.environment_info(environment, lazy=False)}

    return Operation(finish)


@emulates("environment.control.AddNode", needs=IDLE)
def add_node(call: Call) -> dict[str, Any]:
    """Add a node to a layer, or a new layer; the answer is inferred. A client names an image by `dockerName`."""
    names = [row.name for row in call.method.facts.parameters if row.name not in NOT_OF_A_NODE]
    row = {name: value for name in (*names, *IMAGE) if (value := call.parameters.first(name))}
    added = scaling.add_nodes(call, call.environment, [{"extip": row.pop("extipv4", None), **row}])
    return {"array": [serializers.node(call.environment, node) for node in added]}


@emulates("environment.control.CloneEnv", operation=True, aliases=CLONE_NAMES)
def clone_env(call: Call) -> Operation:
    """Copy an environment; the answer is not nested (recorded)."""
    source = cloning.source_of(call)
    if source.running or source.status not in IDLE:
        raise wrong_status(source.status, IDLE)
    environment = cloning.clone(call, source)
    operation = operations.start(call, environment, Status.CLONING, Status.RUNNING)

    def finish() -> dict[str, Any]:
        operation.finish()
        return serializers.environment_info(environment, lazy=False)

    return Operation(finish)


@emulates("environment.control.Migrate", needs=IDLE, operation=True)
def migrate(call: Call) -> Operation:
    """Move to another region; in another data center the nodes get new public addresses (documented)."""
    environment = call.environment
    region = _target(call)
    rows = call.platform.regions.rows
    near = any(row.name == environment.region and row.parent == region.parent for row in rows)
    operation = operations.start(call, environment, Status.MIGRATING, Status(environment.status))

    def finish() -> dict[str, Any]:
        operation.finish()
        environment.region, environment.region_name = region.name, region.display_name
        environment.domain = region.domain
        for node in environment.nodes if not near else ():
            ipv4 = sum(":" not in address for address in node.ext_ips)
            node.ext_ips = creation.new_addresses(call.platform.store, ipv4, len(node.ext_ips) - ipv4)
        return {}

    return Operation(finish)


@emulates("environment.control.CheckMigrationPossibility", needs=IDLE)
def check_migration_possibility(call: Call) -> dict[str, Any]:
    """Whether Migrate would be taken."""
    _target(call)
    return {}


def _target(call: Call) -> Region:
    name = call.text("hardwareNodeGroup") or ""
    region = call.platform.regions.find(name)
    if region is None or region.name == call.environment.region:
        why = "is not available" if region is None else "is the environment's own"
        raise environment_refused(f"region [{name}] {why}")
    return region
