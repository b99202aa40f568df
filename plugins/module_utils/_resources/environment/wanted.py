# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""From options to a wanted environment: everything that can be said about it without asking the platform."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..._flow import require
from .model import LAYER_FIELDS, Layer, Wanted, group_key, split_image
from .wire import DOCKER

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")

NODE_OPTIONS: dict[str, dict[str, Any]] = {
    "node_group": {"type": "str"},
    "node_type": {"type": "str"},
    "count": {"type": "int"},
    "fixed_cloudlets": {"type": "int"},
    "flexible_cloudlets": {"type": "int", "aliases": ["cloudlets"]},
    "tag": {"type": "str"},
    "image": {"type": "str"},
    "display_name": {"type": "str"},
}
ENVIRONMENT_OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "state": {
        "type": "str",
        "choices": ["present", "started", "stopped", "sleeping", "absent"],
        "default": "present",
    },
    "display_name": {"type": "str"},
    "region": {"type": "str"},
    "engine": {"type": "str"},
    "ssl": {"type": "bool"},
    "ha": {"type": "bool"},
    "env_groups": {"type": "list", "elements": "str"},
    "nodes": {"type": "list", "elements": "dict", "options": NODE_OPTIONS},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
    "delete_confirm": {"type": "str", "choices": ["password", "name", "none"], "default": "none"},
}


def wanted_environment(options: Mapping[str, Any]) -> Wanted:
    """What a task asks for; InputError for what cannot be."""
    display_name = options.get("display_name")
    require(options["wait_timeout"] >= 0, "wait_timeout is negative; give seconds, or 0 to look once")
    require(
        options["state"] != "absent" or options["delete_confirm"] != "password" or options.get("password"),
        "delete_confirm: password needs the account's password as password (PAAS_PASSWORD)",
    )
    return Wanted(
        name=environment_name(options["name"]),
        state=options["state"],
        display_name=None if display_name is None else display_name.strip(),
        region=_given(options, "region"),
        ssl=options.get("ssl"),
        ha=options.get("ha"),
        engine=_given(options, "engine"),
        env_groups=_groups(options.get("env_groups")),
        layers=_layers(options.get("nodes")),
        wait=options["wait"],
        wait_timeout=options["wait_timeout"],
        delete_confirm=options["delete_confirm"],
    )


def environment_name(given: str) -> str:
    """The name in lower case, as host names have no case."""
    name = given.strip().lower()
    require(
        _NAME.fullmatch(name),
        f"name: {given!r} is no name of an environment; it is the first part of its domain, "
        "made of letters, digits and hyphens",
    )
    return name


def _given(options: Mapping[str, Any], name: str) -> str | None:
    value = options.get(name)
    require(value is None or value.strip(), f"{name} is empty; leave it out, or give a value")
    return None if value is None else str(value.strip())


def _groups(given: list[str] | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    groups = tuple(dict.fromkeys(group_key(path) for path in given))
    require(
        all(all(group.split("/")) for group in groups),
        "env_groups: a group is written as name or parent/child, without empty parts",
    )
    return groups


def _layers(given: list[Mapping[str, Any]] | None) -> tuple[Layer, ...] | None:
    if given is None:
        return None
    layers = tuple(_layer(entry, f"nodes[{index}]") for index, entry in enumerate(given))
    named = [layer.node_group for layer in layers if layer.node_group]
    twice = next((name for name in named if named.count(name) > 1), None)
    require(twice is None, f"nodes: the layer {twice!r} is declared twice; use count for its number of nodes")
    return layers


def _layer(entry: Mapping[str, Any], where: str) -> Layer:
    values = {name: entry.get(name) for name in LAYER_FIELDS}
    values = {name: value.strip() or None if isinstance(value, str) else value for name, value in values.items()}
    layer = _with_image(Layer(**values), where)
    require(
        layer.node_type or layer.node_group,
        f"{where} says neither what it is nor which layer: give node_type, image or node_group",
    )
    require(layer.count is None or layer.count > 0, f"{where}: count must be 1 or more")
    for name in ("fixed_cloudlets", "flexible_cloudlets"):
        value = getattr(layer, name)
        require(value is None or value >= 0, f"{where}: {name} must not be negative")
    require(
        None in (layer.fixed_cloudlets, layer.flexible_cloudlets)
        or (layer.fixed_cloudlets or 0) <= (layer.flexible_cloudlets or 0),
        f"{where}: flexible_cloudlets is the upper limit and must not be below fixed_cloudlets",
    )
    return layer


def _with_image(layer: Layer, where: str) -> Layer:
    """The layer with its image's tag in ``tag``, and with the node type that containers have."""
    if not layer.image:
        return layer
    image, tag = split_image(layer.image)
    require(image, f"{where}: image {layer.image!r} has no name")
    require(
        not tag or not layer.tag or tag == layer.tag,
        f"{where}: the image has the tag {tag!r} and tag is {layer.tag!r}; give one of them",
    )
    return replace(layer, image=image, tag=tag or layer.tag, node_type=layer.node_type or DOCKER)
