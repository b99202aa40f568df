# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""The wire: members of requests and answers on one side, our model on the other. The only place with wire names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._dates import from_wire
from ..._platform.errors import UnexpectedAnswerError
from ..._platform.wire import get, items
from .model import Environment, Layer, Node, Wanted, joined_image
from .statuses import status_of

# Our name to the member of a request. Node fields: documented for CreateEnvironment, except tag and image (recorded).
ENV_MEMBERS = {
    "name": "shortdomain",
    "display_name": "displayName",
    "region": "region",
    "engine": "engine",
    "ssl": "sslstate",
    "ha": "ishaenabled",
}
LAYER_MEMBERS = {
    "node_group": "nodeGroup",
    "node_type": "nodeType",
    "count": "count",
    "fixed_cloudlets": "fixedCloudlets",
    "flexible_cloudlets": "flexibleCloudlets",
    "tag": "tag",
    "image": "image",
    "display_name": "displayName",
}
DOCKER = "docker"


def _text(value: object) -> str | None:
    """A scalar as text; None for nothing and for what is no scalar."""
    if value is None or isinstance(value, (dict, list)):
        return None
    return str(value).strip() or None


def _number(value: object) -> int | None:
    try:
        return None if value is None or isinstance(value, bool) else int(float(str(value)))
    except (ValueError, OverflowError):
        return None


def _flag(value: object) -> bool:
    return value is True or str(value).strip().lower() in ("true", "1")


def _texts(values: list[Any], *names: str) -> tuple[str, ...]:
    """Texts of a list of texts or of objects that hold one under one of the names."""
    found = (_text(get(value, *names)) if isinstance(value, Mapping) else _text(value) for value in values)
    return tuple(text for text in found if text)


# -- requests --------------------------------------------------------------------------------------------------


def creation_params(wanted: Wanted) -> dict[str, Any]:
    """Parameters of CreateEnvironment (documented)."""
    env = {member: getattr(wanted, name) for name, member in ENV_MEMBERS.items()}
    return {
        "env": {member: value for member, value in env.items() if value not in (None, "")},
        "nodes": [_layer_to_wire(layer) for layer in wanted.layers or ()],
        "envGroups": list(wanted.env_groups) if wanted.env_groups else None,
    }


def _layer_to_wire(layer: Layer) -> dict[str, Any]:
    entry = {member: getattr(layer, name) for name, member in LAYER_MEMBERS.items()}
    if layer.image:
        # A container's tag travels inside the image, as all recorded manifests have it.
        entry["image"], entry["tag"] = joined_image(layer.image, layer.tag), None
    return {member: value for member, value in entry.items() if value is not None}


# -- answers ---------------------------------------------------------------------------------------------------


def environment_from_wire(answer: Any) -> Environment:
    """Read an item of GetEnvs, or the answer of GetEnvInfo; members that are missing or odd do no harm.

    Raises:
        UnexpectedAnswerError: where it does not even name an environment.
    """
    env = get(answer, "env")
    env = env if isinstance(env, Mapping) else answer
    name = _text(get(env, "envName", "shortdomain"))
    if name is None:
        raise UnexpectedAnswerError("the platform answered success, but named no environment")
    domain = get(env, "domain")
    layers, nodes = _layers(answer), _nodes(answer)
    return Environment(
        name=name,
        status=status_of(get(env, "status")),
        display_name=_text(get(env, "displayName")),
        region=_region(env),
        ssl=_flag(get(env, "sslstate", "ssl")),
        ha=_flag(get(env, "ishaenabled", "ha")),
        engine=_text(get(env, "engine")),
        env_groups=_texts(items(answer, "envGroups") or items(env, "envGroups"), "name"),
        # The specification makes it an object, the wire a text.
        domain=_text(get(domain, "domain", "name")) if isinstance(domain, Mapping) else _text(domain),
        appid=_text(get(env, "appid")),
        owner_uid=_number(get(env, "uid", "ownerUid")),
        created_on=from_wire(get(env, "createdOn")),
        layers=layers,
        nodes=nodes,
    )


def _region(env: Any) -> str | None:
    region = get(env, "hardwareNodeGroup")
    found = get(region, "uniqueName") if isinstance(region, Mapping) else region
    return _text(found) or _text(get(get(env, "hostGroup"), "uniqueName"))


def _nodes(answer: Any) -> tuple[Node, ...] | None:
    if get(answer, "nodes") is None:
        return None
    return tuple(
        Node(
            id=_number(get(node, "id")),
            node_group=_text(get(node, "nodeGroup")),
            internal_ip=_text(get(node, "intIP", "internalIP")),
            external_ips=_texts(items(node, "extIPs", "extIP"), "address", "ip"),
            url=_text(get(node, "url")),
            status=status_of(get(node, "status")),
            is_master=_flag(get(node, "ismaster")),
        )
        for node in items(answer, "nodes")
        if isinstance(node, Mapping)
    )


def _layers(answer: Any) -> tuple[Layer, ...] | None:
    """Layers in the order the platform lists them; one without an entry of its own comes from its nodes."""
    if get(answer, "nodes") is None and get(answer, "nodeGroups", "softNodeGroups") is None:
        return None
    groups = {_text(get(group, "name")): group for group in items(answer, "nodeGroups", "softNodeGroups")}
    members: dict[str | None, list[Any]] = {name: [] for name in groups if name}
    for node in items(answer, "nodes"):
        if isinstance(node, Mapping):
            members.setdefault(_text(get(node, "nodeGroup", "nodemission")), []).append(node)
    known = get(answer, "nodes") is not None
    return tuple(_layer(name, groups.get(name), nodes, known) for name, nodes in members.items())


def _layer(name: str | None, group: Any, nodes: list[Any], known: bool) -> Layer:
    """A layer described by its master node, as all nodes of a layer are of one kind."""
    node = next((node for node in nodes if _flag(get(node, "ismaster"))), nodes[0] if nodes else None)
    custom = get(node, "customitem")
    return Layer(
        node_group=name,
        node_type=_text(get(node, "nodeType")),
        count=len(nodes) if known else None,
        fixed_cloudlets=_number(get(node, "fixedCloudlets")),
        flexible_cloudlets=_number(get(node, "flexibleCloudlets", "maxchanks")),
        tag=_text(get(custom, "dockerTag")) or _text(get(node, "version")),
        image=_text(get(custom, "dockerName")),
        display_name=_text(get(group, "displayName")) or _text(get(node, "displayName")),
    )
