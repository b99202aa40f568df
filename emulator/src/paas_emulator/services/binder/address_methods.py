# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Binder: public addresses of nodes."""

from __future__ import annotations

from typing import Any

from paas_emulator import selection
from paas_emulator.calls import Call
from paas_emulator.errors import GENERIC_FAILURE, PLATFORM, ApiError, invalid_parameter, wrong_status
from paas_emulator.registry import emulates
from paas_emulator.services.billing import model as quotas
from paas_emulator.services.control import creation
from paas_emulator.statuses import CALM, RUNNING
from paas_emulator.store import Node

KINDS = ("ipv4", "ipv6")  # documented
MAX_COUNT = 100


def _is_v6(address: str) -> bool:
    return ":" in address


def _kind(call: Call, default: str = "") -> bool:
    """Whether the call is about IPv6. Raises ApiError 3."""
    kind = (call.text("type") or default).strip().lower()
    if kind not in KINDS:
        raise invalid_parameter("type")
    return kind == "ipv6"


def _of_kind(node: Node, ipv6: bool) -> int:
    return sum(_is_v6(address) is ipv6 for address in node.ext_ips)


def _check_limit(call: Call, nodes: list[Node], count: int, ipv6: bool) -> None:
    """Raise ApiError if so many of a kind for each node are more than there may be; fewer are always accepted."""
    if any(count > _of_kind(node, ipv6) for node in nodes):
        counts = [count if node in nodes else _of_kind(node, ipv6) for node in call.environment.nodes]
        quotas.check_addresses(call.platform.store.accounts[call.environment.uid], counts, ipv6)


def _counted(call: Call, node: Node, count: int, ipv6: bool) -> None:
    """So many of a kind; those that are there stay first, IPv4 stands before IPv6."""
    of_kind = [address for address in node.ext_ips if _is_v6(address) is ipv6]
    others = [address for address in node.ext_ips if _is_v6(address) is not ipv6]
    missing = max(0, count - len(of_kind))
    new = creation.new_addresses(call.platform.store, 0 if ipv6 else missing, missing if ipv6 else 0)
    kept = [*of_kind[:count], *new]
    node.ext_ips = [*others, *kept] if ipv6 else [*kept, *others]


def _with_ipv4(call: Call) -> set[str]:
    """The layers with public IPv4 addresses."""
    return {node.layer for node in call.environment.nodes if _of_kind(node, ipv6=False)}


def _close(call: Call, layers: set[str]) -> None:
    """Switch the access of the shared load balancer off, as the first public IPv4 address does (documented)."""
    for layer in call.environment.layers:
        if layer.name in layers:
            layer.slb_access = False


@emulates("environment.binder.SetExtIpCount", needs=CALM)
def set_ext_ip_count(call: Call) -> dict[str, Any]:
    """So many addresses of a kind for each node of a layer, or for one node, which the call must name (inferred)."""
    count, ipv6 = call.values["count"], _kind(call)
    if not 0 <= count <= MAX_COUNT:
        raise invalid_parameter("count")
    if call.values.get("nodeId") is None and not call.text("nodeGroup"):
        raise invalid_parameter("nodeGroup")
    nodes = selection.nodes(call)
    _check_limit(call, nodes, count, ipv6)
    before = _with_ipv4(call)
    for node in nodes:
        _counted(call, node, count, ipv6)
    _close(call, _with_ipv4(call) - before)
    return {"ipAddresses": {str(node.id): [{"address": address} for address in node.ext_ips] for node in nodes}}


@emulates("environment.binder.AttachExtIp", needs=CALM)
def attach_ext_ip(call: Call) -> dict[str, Any]:
    """One address more for a node, IPv4 unless asked; the answer's `object` is the address (inferred)."""
    node, ipv6 = selection.node(call), _kind(call, "ipv4")
    before, count, layers = set(node.ext_ips), _of_kind(node, ipv6) + 1, _with_ipv4(call)
    _check_limit(call, [node], count, ipv6)
    _counted(call, node, count, ipv6)
    _close(call, _with_ipv4(call) - layers)
    return {"object": next(address for address in node.ext_ips if address not in before)}


@emulates("environment.binder.DetachExtIp", needs=CALM)
def detach_ext_ip(call: Call) -> dict[str, Any]:
    """Take an address off a node; the first one of a kind goes last (documented; the code is inferred)."""
    node, address = selection.node(call), (call.text("ip") or "").strip()
    if address not in node.ext_ips:
        raise invalid_parameter("ip")
    first, *others = [item for item in node.ext_ips if _is_v6(item) is _is_v6(address)]
    if address == first and others:
        text = f"address [{address}] is the primary one of node [{node.id}]; detach the others first"
        raise ApiError(GENERIC_FAILURE, text, source=PLATFORM)
    node.ext_ips = [item for item in node.ext_ips if item != address]
    return {}


def _pair(call: Call) -> tuple[Node, Node]:
    """A node of the environment and another of it or of another environment of its account (documented).

    Both must run, and be in one region (documented; the refusal of another region is inferred). Raises ApiError.
    """
    mine = call.environment
    own = {node.id: (node, mine) for node in mine.nodes}
    environments = call.platform.store.environments_of(mine.uid)
    others = {node.id: (node, environment) for environment in environments for node in environment.nodes}
    source, _ = own.get(call.values["sourceNodeId"], (None, mine))
    target, other = others.get(call.values["targetNodeId"], (None, mine))
    if source is None or target is None or source is target or other.region != mine.region:
        raise invalid_parameter("sourceNodeId" if source is None else "targetNodeId")
    if other.running or other.status not in RUNNING:
        raise wrong_status(other.status, RUNNING)
    return source, target


def _shown(*nodes: Node) -> dict[str, Any]:
    return {"nodes": [{"id": node.id, "extIPs": list(node.ext_ips)} for node in nodes]}


@emulates("environment.binder.SwapExtIps", needs=RUNNING)
def swap_ext_ips(call: Call) -> dict[str, Any]:
    """Exchange the IPv4 addresses of two nodes; if only one has any, they move (documented). Or one of each (read).

    A client that moves one address names it as both.
    """
    source, target = _pair(call)
    given = _leaving(call, source, "sourceIp")
    moved = call.text("targetIp") and call.text("targetIp") == call.text("sourceIp")
    taken = [] if moved else _leaving(call, target, "targetIp")
    for node, old, new in ((source, given, taken), (target, taken, given)):
        kept = [address for address in node.ext_ips if address not in old]
        node.ext_ips = sorted([*new, *kept], key=_is_v6)
    return _shown(source, target)


def _leaving(call: Call, node: Node, parameter: str) -> list[str]:
    """The IPv4 addresses that the node gives away: the one that is named, else all."""
    named = (call.text(parameter) or "").strip()
    ipv4 = [address for address in node.ext_ips if not _is_v6(address)]
    if named and named not in ipv4:
        raise invalid_parameter(parameter)
    return [named] if named else ipv4


@emulates("environment.binder.MoveExtIps", needs=RUNNING)
def move_ext_ips(call: Call) -> dict[str, Any]:
    """Move addresses from one node to another."""
    source, target = _pair(call)
    moved = call.items("ips") or []
    if not moved or not set(moved) <= set(source.ext_ips):
        raise invalid_parameter("ips")
    source.ext_ips = [address for address in source.ext_ips if address not in moved]
    target.ext_ips = sorted([*target.ext_ips, *dict.fromkeys(moved)], key=_is_v6)
    return _shown(source, target)
