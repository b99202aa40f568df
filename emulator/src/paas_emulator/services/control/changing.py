# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ChangeTopology: the topology as sent replaces the one there is."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from paas_emulator.calls import Call
from paas_emulator.errors import environment_refused, invalid_parameter
from paas_emulator.parameters import read_flag
from paas_emulator.services.billing import model as quotas
from paas_emulator.services.control import creation, stacks
from paas_emulator.services.control import model as topology
from paas_emulator.services.control.furnishing import furnish
from paas_emulator.services.control.model import NodePlan, as_text
from paas_emulator.store import Environment, Layer, Node, Store

# Members of a node's `config` that a request replaces; `env` is merged, and so are mounts by their paths.
_CONFIG = frozenset(
    {"links", "volumes", "volumes_from", "mounts", "registry", "command", "entrypoint", "engine", "metadata"}
    | {"distribution", "start_service"}
)


def changed(call: Call) -> Environment:
    """The environment as it will be; nothing is changed yet. Raises ApiError for what is refused."""
    old = call.environment
    store = call.platform.store
    environment = copy.deepcopy(old)
    _apply_settings(call, environment, call.values["env"])
    known = {layer.name: _nodes(old, layer.name)[0].node_type for layer in old.layers}
    plans = topology.read_nodes(call.values["nodes"], known)
    creation.check_stacks(call, plans, environment.engine or "")
    pairs = _assign(old, plans)
    named = {name: [plan for plan, layer in pairs if layer == name] for _plan, name in pairs if name is not None}
    environment.layers = [layer for layer in environment.layers if layer.name in named]
    environment.nodes = [node for node in environment.nodes if node.layer in named]
    for name, entries in named.items():
        _change_layer(store, environment, name, entries)
    new = [plan for plan, existing in pairs if existing is None]
    for plan in creation.with_names(new, [layer.name for layer in environment.layers]):
        creation.build(store, environment, plan)
    there = {node.id for node in old.nodes}
    call.platform.images.furnish(node for node in environment.nodes if node.id not in there)
    quotas.check(store, environment, new=False)
    furnish(store, environment)
    return environment


def take_over(old: Environment, new: Environment) -> None:
    """Make the environment what was computed before."""
    for name in ("layers", "nodes", "engine", "ssl", "ha", "firewall", "triggers", "domains"):
        setattr(old, name, getattr(new, name))


def _nodes(environment: Environment, layer: str) -> list[Node]:
    return [node for node in environment.nodes if node.layer == layer]


def _apply_settings(call: Call, environment: Environment, settings: Any) -> None:
    if settings in (None, ""):
        return
    if not isinstance(settings, Mapping):
        raise invalid_parameter("env")
    given = {str(key).lower(): as_text(value) for key, value in settings.items() if value is not None}
    region = given.get("region")
    if region and region != environment.region:
        known = call.platform.regions.find(region) is not None
        text = "cannot be changed by a change of the topology" if known else "is not available"
        raise environment_refused(f"region [{region}] {text}")
    for key, name in (("sslstate", "ssl"), ("ssl", "ssl"), ("ishaenabled", "ha"), ("ha", "ha")):
        if key in given:
            setattr(environment, name, read_flag(key, given[key]))
    if given.get("engine"):
        environment.engine = given["engine"]
    if "displayname" in given:
        environment.display_name = given["displayname"] or None


def _assign(environment: Environment, plans: list[NodePlan]) -> list[tuple[NodePlan, str | None]]:
    """Each entry with the layer it means: by name, else the first of its kind that no other entry means.

    None for an entry that makes a new layer. Raises ApiError 2314 for a layer that would be of another kind.
    """
    taken: set[str | None] = {plan.layer for plan in plans if plan.layer}
    pairs: list[tuple[NodePlan, str | None]] = []
    for plan in plans:
        name = plan.layer or _of_kind(environment, plan, taken)
        nodes = _nodes(environment, name) if name else []
        for node in nodes[:1]:
            _check_kind(node, plan)
        taken.add(name)
        pairs.append((plan, name if nodes else None))
    return pairs


def _check_kind(node: Node, plan: NodePlan) -> None:
    kind = node.node_type
    if kind.lower() != plan.node_type.lower():
        raise environment_refused(f"layer [{node.layer}] is made of [{kind}], not of [{plan.node_type}]")
    if plan.image and not node.image and kind != stacks.DOCKER:
        raise environment_refused(f"layer [{node.layer}] is made of [{kind}], not of an image")


def _of_kind(environment: Environment, plan: NodePlan, taken: set[str | None]) -> str | None:
    for layer in environment.layers:
        node = _nodes(environment, layer.name)[0]
        same_image = plan.image is None or node.image == plan.image
        if layer.name not in taken and node.node_type == plan.node_type and same_image:
            return layer.name
    return None


def _change_layer(store: Store, environment: Environment, name: str, plans: list[NodePlan]) -> None:
    """What entries say of an existing layer; what they leave out stays (recorded for an entry of the name alone).

    Several entries for one layer share its nodes in their order, as they do when an environment is created.
    """
    layer = next(item for item in environment.layers if item.name == name)
    for plan in plans:
        _change_settings(layer, plan)
    if len(plans) > 1 or "count" in plans[0].given:
        _scale(store, environment, layer, sum(plan.count for plan in plans))
    before = _has_ipv4(environment, name)
    nodes = _master_first(_nodes(environment, name))
    for plan in plans:
        part, nodes = (nodes, []) if len(plans) == 1 else (nodes[: plan.count], nodes[plan.count :])
        for node in part:
            _change_node(store, node, plan)
    if not before and _has_ipv4(environment, name) and not any("slb" in plan.given for plan in plans):
        layer.slb_access = False  # documented


def _has_ipv4(environment: Environment, layer: str) -> bool:
    return any(":" not in address for node in _nodes(environment, layer) for address in node.ext_ips)


def _master_first(nodes: list[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: (not node.is_master, node.id))


def _change_settings(layer: Layer, plan: NodePlan) -> None:
    given = plan.given
    if "display_name" in given:
        layer.display_name = plan.display_name
    if "slb" in given:
        layer.slb_access = plan.slb_access
    if "scaling" in given and plan.scaling_mode:
        layer.scaling_mode = plan.scaling_mode
    if "delay" in given:
        layer.restart_delay = plan.restart_delay or 0
    layer.data = {**layer.data, **plan.data}


def _change_node(store: Store, node: Node, plan: NodePlan) -> None:
    given = plan.given
    if "fixed" in given:
        node.fixed_cloudlets = plan.fixed
    if "flexible" in given:
        node.flexible_cloudlets = plan.flexible
    node.flexible_cloudlets = max(node.fixed_cloudlets, node.flexible_cloudlets)
    if "disk" in given:
        node.disk_mb = plan.disk_mb
    if plan.image and plan.image != node.image:
        node.image, node.tag = plan.image, plan.tag
    elif "tag" in given:
        node.tag = plan.tag
    if "display_name" in given:
        node.display_name = plan.display_name
    if "addons" in given:
        node.addons = list(plan.addons)
    for name, ipv6 in (("extip", False), ("extipv6", True)):
        if name in given:
            node.ext_ips = _counted(store, node.ext_ips, plan, ipv6)
    if "env" in given:
        node.config["env"] = {**node.config.get("env", {}), **plan.config.get("env", {})}
    for name in _CONFIG & given:
        node.config.pop(name, None)
        if name in plan.config:
            node.config[name] = plan.config[name]


def _counted(store: Store, have: list[str], plan: NodePlan, ipv6: bool) -> list[str]:
    """The addresses with as many of one kind as asked for; those that are there stay first."""
    of_kind = [address for address in have if (":" in address) is ipv6]
    others = [address for address in have if (":" in address) is not ipv6]
    wanted = plan.ext_ipv6 if ipv6 else plan.ext_ipv4
    missing = max(0, wanted - len(of_kind))
    empty = replace(plan, ext_ipv4=0 if ipv6 else missing, ext_ipv6=missing if ipv6 else 0)
    kept = [*of_kind[:wanted], *creation.addresses(store, empty)]
    return [*others, *kept] if ipv6 else [*kept, *others]


def _scale(store: Store, environment: Environment, layer: Layer, count: int) -> None:
    """The newest nodes go, the master stays; new ones are like the master, with its files where scaling is stateful."""
    nodes = _nodes(environment, layer.name)
    if len(nodes) == count:
        return
    keep = _master_first(nodes)[:count]
    gone = {node.id for node in nodes} - {node.id for node in keep}
    environment.nodes = [node for node in environment.nodes if node.id not in gone]
    master = keep[0]
    for _number in range(count - len(keep)):
        node = copy.deepcopy(master)
        node.id = store.next_id("node")
        node.is_master = False
        node.endpoints = []
        if layer.scaling_mode != "STATEFUL":
            node.files, node.attributes = {}, {}
        plan_v4 = sum(":" not in address for address in master.ext_ips)
        node.ext_ips = creation.new_addresses(store, plan_v4, len(master.ext_ips) - plan_v4)
        environment.nodes.append(node)
    order = {item.name: place for place, item in enumerate(environment.layers)}
    environment.nodes.sort(key=lambda node: (order[node.layer], node.id))
