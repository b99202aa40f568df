# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CreateEnvironment: name rules, region, groups, and the building of layers and nodes."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain, count
from typing import Any

from paas_emulator import secrets_at_rest
from paas_emulator.calls import Call
from paas_emulator.errors import environment_refused, invalid_parameter, wrong_password
from paas_emulator.parameters import read_flag, read_json
from paas_emulator.services.billing import model as quotas
from paas_emulator.services.control import model as topology
from paas_emulator.services.control import stacks
from paas_emulator.services.control.furnishing import furnish
from paas_emulator.services.control.model import NodePlan, as_text
from paas_emulator.services.control.offered_stacks import check_engine
from paas_emulator.services.control.regions import Region
from paas_emulator.statuses import Status
from paas_emulator.store import Environment, Group, Layer, Node, Store

MIN_NAME, MAX_NAME = 5, 41
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_PUBLIC_V4 = int(ipaddress.IPv4Address("198.18.0.10"))  # a range set aside for tests
_PUBLIC_V6 = int(ipaddress.IPv6Address("2001:db8::10"))
GROUP_COLOR = "#5fa2dd"
CACHE = "memcached"  # documented as the one stack without public addresses; the code is inferred


def create(call: Call) -> Environment:
    """Check everything, then add the environment. Raises ApiError; nothing is left behind then."""
    settings = call.values["env"]
    if not isinstance(settings, Mapping):
        raise invalid_parameter("env")
    given = {str(key).lower(): value for key, value in settings.items() if value is not None}
    uid = call.own_uid()
    store = call.platform.store
    name = free_name(store, as_text(given.get("shortdomain")))
    region = region_of(call, as_text(given.get("region")))
    groups = _group_names(call)
    plans = topology.read_nodes(call.values["nodes"])
    check_stacks(call, plans, as_text(given.get("engine")))
    environment = Environment(
        name=name,
        appid=secrets_at_rest.new_appid(),
        uid=uid,
        creator_uid=uid,
        created_on=call.platform.clock.text(),
        region=region.name,
        region_name=region.display_name,
        domain=region.domain,
        status=Status.CREATING,
        display_name=as_text(given.get("displayname")) or None,
        ssl=any(read_flag(key, given.get(key)) for key in ("sslstate", "ssl")),
        ha=any(read_flag(key, given.get(key)) for key in ("ishaenabled", "ha")),
        engine=as_text(given.get("engine")) or None,
        groups=groups,
    )
    for plan in with_names(plans, ()):
        build(store, environment, plan)
    call.platform.images.furnish(environment.nodes)
    quotas.check(store, environment)
    for group in groups:
        ensure_group(store, uid, group)
    furnish(store, environment)
    store.environments[name] = environment
    return environment


def check_stacks(call: Call, plans: list[NodePlan], engine: str) -> None:
    """Raise ApiError for stacks, images, tags, engines and public addresses that cannot be had."""
    check_engine(engine)
    call.platform.stacks.check(plans, listed=not call.platform.switches["any_stack"])
    for plan in plans:
        if (plan.ext_ipv4 or plan.ext_ipv6) and plan.node_type.startswith(CACHE):
            raise environment_refused(f"node type [{plan.node_type}] cannot have public addresses")


def free_name(store: Store, text: str) -> str:
    name = text.strip().lower()
    if not MIN_NAME <= len(name) <= MAX_NAME or not _NAME.fullmatch(name):
        raise environment_refused(
            f"environment name [{text}] is not valid: {MIN_NAME} to {MAX_NAME} letters, digits and hyphens are allowed"
        )
    if name in store.environments:
        raise environment_refused(f"environment with name [{name}] already exists")
    return name


def region_of(call: Call, name: str) -> Region:
    regions = call.platform.regions
    region = regions.find(name) if name else regions.default
    if region is None:
        raise environment_refused(f"region [{name}] is not available")
    return region


def _group_names(call: Call) -> list[str]:
    """`envGroups`: one name or a JSON array of names; blanks around a `/` do not count. Raises ApiError 3."""
    text = (call.text("envGroups") or "").strip()
    names: Any = [text] if text and text != "null" else []  # clients send JSON null for none
    if text.startswith("["):
        names = read_json("envGroups", text)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise invalid_parameter("envGroups")
    paths = ["/".join(part.strip() for part in name.split("/")) for name in names]
    if any("" in path.split("/") for path in paths):
        raise invalid_parameter("envGroups")
    return list(dict.fromkeys(paths))


def ensure_group(store: Store, uid: int, path: str) -> None:
    """Make the group `parent/child` and its parents where they are missing (documented)."""
    parts = path.split("/")
    for depth in range(1, len(parts) + 1):
        name = "/".join(parts[:depth])
        if not any(group.uid == uid and group.name == name for group in store.groups.values()):
            number = store.next_id("group")
            store.groups[number] = Group(number, uid, name, GROUP_COLOR)


def build(store: Store, environment: Environment, plan: NodePlan) -> None:
    """Add the nodes of one entry, to their layer where it exists already."""
    layer = _layer(environment, plan)
    has_master = any(node.layer == layer.name for node in environment.nodes)
    for index in range(plan.count):
        environment.nodes.append(
            Node(
                id=store.next_id("node"),
                layer=layer.name,
                node_type=plan.node_type,
                image=plan.image,
                tag=plan.tag,
                display_name=plan.display_name,
                fixed_cloudlets=plan.fixed,
                flexible_cloudlets=plan.flexible,
                disk_mb=plan.disk_mb,
                is_master=index == 0 and not has_master,
                ext_ips=addresses(store, plan),
                addons=list(plan.addons),
                config=dict(plan.config),
            )
        )


def _layer(environment: Environment, plan: NodePlan) -> Layer:
    taken = {layer.name: layer for layer in environment.layers}
    if plan.layer in taken:
        return taken[plan.layer]
    name = plan.layer or stacks.layer_of(plan.node_type)
    layer = Layer(
        name=name,
        mission=plan.mission or stacks.mission_of(name, plan.node_type),
        display_name=plan.display_name,
        slb_access=plan.slb_access,
        scaling_mode=plan.scaling_mode or ("STATEFUL" if name in stacks.STATEFUL_LAYERS else "STATELESS"),
        restart_delay=plan.restart_delay or 0,
        template_type=stacks.template_type(plan.node_type, plan.image),
        data=dict(plan.data),
    )
    environment.layers.append(layer)
    return layer


def with_names(plans: Iterable[NodePlan], existing: Iterable[str]) -> list[NodePlan]:
    """Entries without nodeGroup are layers of their own: `cp`, then `cp2`, `cp3`, whichever no other layer has."""
    given = list(plans)
    taken = {*existing, *(plan.layer for plan in given if plan.layer)}
    named = []
    for plan in given:
        base = stacks.layer_of(plan.node_type)
        names = chain([base], (f"{base}{number}" for number in count(2)))
        name = plan.layer or next(name for name in names if name not in taken)
        taken.add(name)
        named.append(replace(plan, layer=name))
    return named


def addresses(store: Store, plan: NodePlan) -> list[str]:
    """The public addresses of a new node."""
    return new_addresses(store, plan.ext_ipv4, plan.ext_ipv6)


def new_addresses(store: Store, ipv4: int, ipv6: int) -> list[str]:
    """So many public addresses of each kind, never given before."""
    v4 = [str(ipaddress.IPv4Address(_PUBLIC_V4 + store.next_id("ext_ip"))) for _ in range(ipv4)]
    v6 = [str(ipaddress.IPv6Address(_PUBLIC_V6 + store.next_id("ext_ip"))) for _ in range(ipv6)]
    return v4 + v6


def check_name_confirmation(call: Call) -> None:
    """Deleting confirmed by the environment's name in `password`. Raises ApiError 3 or 801."""
    text = call.text("password")
    if not text:
        raise invalid_parameter("password")
    if text.strip().lower() != call.environment.name:
        raise wrong_password()
