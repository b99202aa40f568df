# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of ``paas_environment``, and the environment that they declare, as far as options alone tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..._client.errors import require, require_all
from ..._engine.spec import with_connection
from .layer_fields import LAYER_FIELDS, parsed_fields, stripped
from .model import DOCKER, DesiredEnvironment, Layer, Registry
from .names import environment_name, split_image
from .parts.table import DETAIL_READS, LAYER_PARTS, PARTS
from .settings import SETTINGS
from .statuses import STATES

# Rules of the platform for names of new environments; its upper bound differs between sources, so that is left to it.
SHORTEST_NAME = 5
# Of image references; a digest counts as the tag.
_TAG = re.compile(r"\w[\w.-]{0,127}|sha256:[0-9a-f]{64}", re.ASCII)

NODE_OPTIONS: dict[str, Any] = {
    **{row.name: row.option for row in LAYER_FIELDS},
    "registry": {
        "type": "dict",
        "example": "{url: registry.example.com, user: ci, password: ...}",
        "options": {
            "url": {"type": "str"},
            "user": {"type": "str"},
            "password": {"type": "str", "no_log": True},
        },
    },
    **{name: option for part in LAYER_PARTS for name, option in part.options.items()},
}
# Kinds of ``purge``, and the option without which each has no effect.
PURGED_WITH = {
    "nodes": "nodes",
    **{detail.name: f"nodes.{detail.name}" for detail in DETAIL_READS},
    **{part.name: part.name for part in PARTS if part.purgeable},
}
ENVIRONMENT_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": list(STATES), "default": "present"},
    **{row.name: row.option for row in SETTINGS},
    "owner": {"type": "int"},
    "clone_from": {"type": "str"},
    "nodes": {
        "type": "list",
        "elements": "dict",
        "options": NODE_OPTIONS,
        "example": "[{node_type: nginx, count: 2}]",
    },
    **{name: option for part in PARTS for name, option in part.options.items()},
    "purge": {
        "type": "dict",
        "options": {kind: {"type": "bool", "default": False} for kind in PURGED_WITH},
        "example": "{domains: true}",
    },
    "allow_shrink": {"type": "bool", "default": False},
    "keep_volumes": {"type": "bool", "default": True},
    "sequential": {"type": "bool"},
    "sequential_delay": {"type": "int"},
    "check_details": {"type": "bool", "default": True},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
    "lock_timeout": {"type": "int", "default": 600},
    "delete_confirm": {"type": "str", "choices": ["password", "name", "none"], "default": "none"},
}
SPEC = with_connection(ENVIRONMENT_OPTIONS)
# Options that are attributes of a desired environment as they are.
_AS_GIVEN = ("state", "wait", "wait_timeout", "lock_timeout", "delete_confirm", "sequential", "sequential_delay")
_WITH_DEFAULT = {"allow_shrink": False, "check_details": True, "keep_volumes": True}


def desired_environment(options: Mapping[str, Any]) -> DesiredEnvironment:
    """Return what a task declares; InputError for what cannot be."""
    clone_from, engine = options.get("clone_from"), options.get("engine")
    require_all(
        (options["wait_timeout"] >= 0, "wait_timeout is negative; give seconds, or 0 to look once"),
        (options["lock_timeout"] >= 0, "lock_timeout is negative; give seconds, or 0 to try once"),
        (
            options["state"] != "absent" or options["delete_confirm"] != "password" or options.get("password"),
            "delete_confirm: password needs the account's password as the option password, as PAAS_PASSWORD is not "
            "used beside a token",
        ),
        (engine is None or engine.strip(), "engine is empty; leave it out, or give a value"),
    )
    given = [part for part in PARTS if any(options.get(name) is not None for name in part.options)]
    parts = {part.name: part.desired(options) for part in given}
    purge = options.get("purge") or {}
    as_given: dict[str, Any] = {name: options.get(name) for name in _AS_GIVEN}
    as_given.update((name, options.get(name, default)) for name, default in _WITH_DEFAULT.items())
    desired = DesiredEnvironment(
        name=environment_name(options["name"]),
        ssl=options.get("ssl"),
        ha=options.get("ha"),
        engine=None if engine is None else engine.strip(),
        owner_uid=options.get("owner"),
        clone_from=None if clone_from is None else environment_name(clone_from, "clone_from"),
        layers=_desired_layers(options.get("nodes")),
        parts={name: part for name, part in parts.items() if part is not None},
        purge=frozenset(kind for kind in PURGED_WITH if purge.get(kind)),
        **as_given,
    )
    _check_together(desired)
    return desired


def _check_together(desired: DesiredEnvironment) -> None:
    creates = desired.state != "absent" and (desired.layers is not None or desired.clone_from is not None)
    require_all(
        (
            not creates or len(desired.name) >= SHORTEST_NAME,
            f"name: {desired.name!r} is too short for an environment; the platform asks for at least {SHORTEST_NAME} "
            "characters (letters, digits and hyphens)",
        ),
        (desired.clone_from != desired.name, "clone_from names the environment itself"),
        (
            desired.sequential_delay is None or desired.sequential_delay >= 0,
            "sequential_delay is negative; give seconds",
        ),
        (
            "nodes" not in desired.purge or desired.layers,
            "purge.nodes would remove every layer; give nodes, with one entry for each layer that is to stay",
        ),
        *(
            (
                kind in desired.parts,
                f"purge.{kind} removes what {kind} does not name, so {kind} has to be given; an empty one removes all",
            )
            for kind in sorted(desired.purge & {part.name for part in PARTS})
        ),
    )


# -- layers ---------------------------------------------------------------------------------------------------------


def _desired_layers(given: list[Mapping[str, Any]] | None) -> tuple[Layer, ...] | None:
    if given is None:
        return None
    layers = tuple(_layer(entry, f"nodes[{index}]") for index, entry in enumerate(given))
    named = [layer.node_group for layer in layers if layer.node_group]
    twice = next((name for name in named if named.count(name) > 1), None)
    require(twice is None, f"nodes: the layer {twice!r} is declared twice; use count for its number of nodes")
    return layers


def _layer(entry: Mapping[str, Any], where: str) -> Layer:
    values = parsed_fields(entry, where)
    for part in LAYER_PARTS:
        if any(entry.get(name) is not None for name in part.options):
            values.update(part.desired(entry, where))
    cluster = entry.get("cluster") or {}
    if cluster.get("enabled") and cluster.get("settings"):
        values["creation"] = {**values["creation"], "cluster": dict(cluster["settings"])}
    layer = _with_image(Layer(registry=_registry(entry.get("registry"), where), **values), where)
    names = {name: getattr(layer, name) or "" for name in ("node_type", "image", "tag")}
    require_all(
        (
            layer.node_type or layer.node_group,
            f"{where} says neither what it is nor which layer: give node_type, image or node_group",
        ),
        (
            None in (layer.fixed_cloudlets, layer.flexible_cloudlets)
            or (layer.fixed_cloudlets or 0) <= (layer.flexible_cloudlets or 0),
            f"{where}: flexible_cloudlets is the upper limit and must not be below fixed_cloudlets",
        ),
        *(  # such as a placeholder of a manifest that nobody filled in
            (
                "${" not in value,
                f"{where}.{name}: {value} holds a placeholder; give its value, or fill it in by "
                "from_manifest(replace=...)",
            )
            for name, value in names.items()
        ),
        (
            not layer.tag or _TAG.fullmatch(layer.tag),
            f"{where}.tag: {layer.tag!r} is not a valid tag: use letters, digits, dots, hyphens and underscores",
        ),
    )
    return layer


def _with_image(layer: Layer, where: str) -> Layer:
    """Return the layer with its image's tag in ``tag``, and with the node type that containers have."""
    if not layer.image:
        return layer
    image, tag = split_image(layer.image)
    require(image, f"{where}: image {layer.image!r} has no name")
    require(
        not tag or not layer.tag or tag == layer.tag,
        f"{where}: the image has the tag {tag!r} and tag is {layer.tag!r}; give one of them",
    )
    return replace(layer, image=image, tag=tag or layer.tag, node_type=layer.node_type or DOCKER)


def _registry(given: Mapping[str, Any] | None, where: str) -> Registry | None:
    if given is None:
        return None
    require(given.get("user") or not given.get("password"), f"{where}: registry.password needs registry.user")
    url, user = (stripped(given.get(name) or "") for name in ("url", "user"))
    return Registry(url, user, given.get("password"))
