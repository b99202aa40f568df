# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers: what the platform says of environments as our model; members that are missing or odd do no harm."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..._client.answers import flag, items, member, number, text, texts
from ..._client.errors import UnexpectedAnswerError
from ..._engine.dates import moment_from_answer
from .layer import Layer, Mount
from .model import Environment, Node
from .statuses import status_of


def _maybe(value: object) -> bool | None:
    return None if value is None else flag(value)


def environment_from_answer(answer: Any) -> Environment:
    """Read an item of GetEnvs, or the answer of GetEnvInfo.

    Raises:
        UnexpectedAnswerError: where it does not even name an environment.
    """
    env = member(answer, "env")
    env = env if isinstance(env, Mapping) else answer
    name = text(member(env, "envName", "shortdomain"))
    if name is None:
        raise UnexpectedAnswerError("the platform answered success, but named no environment")
    domain = member(env, "domain")
    return Environment(
        name=name,
        status=status_of(member(env, "status")),
        display_name=text(member(env, "displayName")),
        region=_region(env),
        ssl=flag(member(env, "sslstate", "ssl")),
        ha=flag(member(env, "ishaenabled", "ha")),
        engine=text(member(env, "engine")),
        env_groups=texts(items(answer, "envGroups") or items(env, "envGroups"), "name"),
        # The specification makes it an object, the wire a text.
        domain=text(member(domain, "domain", "name")) if isinstance(domain, Mapping) else text(domain),
        appid=text(member(env, "appid")),
        owner_uid=number(member(env, "uid", "ownerUid")),
        created_on=moment_from_answer(member(env, "createdOn")),
        domains=texts(items(env, "extdomains"), "domain", "name"),
        layers=_layers(answer),
        nodes=_nodes(answer),
        untold=_absent_members(answer, env),
    )


def _absent_members(answer: Any, env: Any) -> frozenset[str]:
    """Options that the answer says nothing about; where there is nothing, it has an empty list (recorded)."""
    nodes = [node for node in items(answer, "nodes") if isinstance(node, Mapping)]
    missing = {
        "nodes": member(answer, "nodes") is None,
        "endpoints": member(answer, "nodes") is None or any(member(node, "endpoints") is None for node in nodes),
        "domains": member(env, "extdomains") is None,
        "env_groups": member(answer, "envGroups") is None and member(env, "envGroups") is None,
    }
    return frozenset(name for name, holds in missing.items() if holds)


def _region(env: Any) -> str | None:
    region = member(env, "hardwareNodeGroup")
    found = member(region, "uniqueName") if isinstance(region, Mapping) else region
    return text(found) or text(member(member(env, "hostGroup"), "uniqueName"))


def _nodes(answer: Any) -> tuple[Node, ...] | None:
    if member(answer, "nodes") is None:
        return None
    return tuple(
        Node(
            id=number(member(node, "id")),
            node_group=text(member(node, "nodeGroup")),
            internal_ip=text(member(node, "intIP", "internalIP")),
            external_ips=_addresses(node),
            url=text(member(node, "url")),
            status=status_of(member(node, "status")),
            is_master=flag(member(node, "ismaster")),
            endpoints=tuple(item for item in items(node, "endpoints") if isinstance(item, Mapping)),
        )
        for node in items(answer, "nodes")
        if isinstance(node, Mapping)
    )


def _addresses(node: Any) -> tuple[str, ...]:
    return texts(items(node, "extIPs", "extIP"), "address", "ip")


def _layers(answer: Any) -> tuple[Layer, ...] | None:
    """Layers in the order the platform lists them; one without an entry of its own comes from its nodes."""
    if member(answer, "nodes") is None and member(answer, "nodeGroups", "softNodeGroups") is None:
        return None
    groups = {text(member(group, "name")): group for group in items(answer, "nodeGroups", "softNodeGroups")}
    members: dict[str | None, list[Any]] = {name: [] for name in groups if name}
    for node in items(answer, "nodes"):
        if isinstance(node, Mapping):
            members.setdefault(text(member(node, "nodeGroup", "nodemission")), []).append(node)
    known = member(answer, "nodes") is not None
    return tuple(_layer(name, groups.get(name), nodes, known) for name, nodes in members.items())


def _layer(name: str | None, group: Any, nodes: list[Any], known: bool) -> Layer:
    """A layer described by its master node, as all nodes of a layer are of one kind."""
    node = next((node for node in nodes if flag(member(node, "ismaster"))), nodes[0] if nodes else None)
    custom = member(node, "customitem")
    addresses = _addresses(node) if node is not None else ()
    mode = text(member(group, "scalingMode"))
    return Layer(
        node_group=name,
        node_type=text(member(node, "nodeType")),
        count=len(nodes) if known else None,
        fixed_cloudlets=number(member(node, "fixedCloudlets")),
        flexible_cloudlets=number(member(node, "flexibleCloudlets", "maxchanks")),
        disk_limit=number(member(node, "diskLimit")),
        tag=text(member(custom, "dockerTag")) or text(member(node, "version")),
        image=text(member(custom, "dockerName")),
        display_name=text(member(group, "displayName")) or text(member(node, "displayName")),
        ext_ips=None if node is None else sum(":" not in address for address in addresses),
        ext_ips_v6=None if node is None else sum(":" in address for address in addresses),
        slb_access=_maybe(member(group, "isSLBAccessEnabled")),
        scaling_mode=mode.lower() if mode else None,
        restart_delay=number(member(group, "restartNodeDelay")),
        cluster=_cluster(group),
        links=_links(custom),
        addons=None if member(node, "addons") is None else texts(items(node, "addons"), "id", "name"),
        volumes=_volumes(custom),
        env_builtin=_builtin(custom),
    )


def _cluster(group: Any) -> bool | None:
    """Whether the layer is a cluster: a free member of the layer (seen in a recorded request), so often not there."""
    found = member(group, "cluster")
    if found is None:
        found = member(member(group, "nodeGroupData"), "cluster")
    return _maybe(member(found, "enabled")) if isinstance(found, Mapping) else _maybe(found)


def _links(custom: Any) -> tuple[str, ...] | None:
    """``layer:ALIAS`` of the links into a container; None for a node that is no container."""
    if custom is None:
        return None
    found = []
    for link in items(custom, "dockerLinks"):
        source, alias = text(member(link, "sourceNodeGroup")), text(member(link, "alias"))
        if source and alias and text(member(link, "type")) in (None, "IN"):
            found.append(f"{source}:{alias}")
    return tuple(dict.fromkeys(found))


def _volumes(custom: Any) -> tuple[str, ...] | None:
    """Paths of a container's volumes; None, so that they are asked for, where the list is missing."""
    if member(custom, "dockerVolumes") is None:
        return None
    return tuple(sorted(texts(items(custom, "dockerVolumes"), "path")))


def _builtin(custom: Any) -> frozenset[str]:
    """Names of the variables that come with the image."""
    given = texts(items(member(custom, "dockerManifest"), "env"))
    return Layer.env_builtin | {item.partition("=")[0] for item in given}


def variables_from_answer(answer: Any) -> dict[str, str | None]:
    """The variables of GetContainerEnvVarsByGroup: ``object`` holds names and values (inferred)."""
    found = member(answer, "object")
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, Mapping) else {}


def volumes_from_answer(answer: Any) -> tuple[str, ...]:
    """The paths of GetContainerVolumesByGroup (documented as a list of paths)."""
    return tuple(sorted(texts(items(answer, "object", "array"), "path")))


def mounts_from_answer(answer: Any, nodes: tuple[Node, ...] | None) -> tuple[Mount, ...]:
    """The mounts of GetMountPoints, in the order of their paths."""
    layers = {node.id: node.node_group for node in nodes or ()}
    found = {}
    for item in items(answer, "array", "object"):
        path = text(member(item, "path"))
        if path:
            source = number(member(item, "sourceNodeId"))
            found[path] = Mount(
                path=path,
                source_path=text(member(item, "sourcePath")),
                source_node_group=text(member(item, "sourceNodeGroup")) or layers.get(source),
                source_node_id=source,
                source_host=text(member(item, "sourceHost")),
                protocol=_protocol(item),
                read_only=_maybe(member(item, "readOnly")),
            )
    return tuple(found[path] for path in sorted(found))


def _protocol(item: Any) -> str | None:
    found = text(member(item, "protocol"))
    return re.sub(r"\s", "", found).lower() if found else None
