# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the entries of ``nodes`` to wanted layers: units, aliases, images, and what cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..._client.errors import require
from ..paths import absolute_path
from .layer import MB_OF_GB, MOUNT_FIELDS, Layer, Mount, Registry
from .model import split_image
from .request import CREATION_MEMBERS, DOCKER

_DISK = re.compile(r"(\d+(?:\.\d+)?)\s*([MGT]?)(?:i?B)?", re.IGNORECASE)
_DISK_UNITS = {"": MB_OF_GB, "M": 1, "G": MB_OF_GB, "T": MB_OF_GB * 1000}
# Numbers that may not be below zero, and texts that are taken as they are once blanks are off.
_NUMBERS = ("fixed_cloudlets", "flexible_cloudlets", "ext_ips", "ext_ips_v6", "restart_delay")
_TEXTS = ("node_group", "node_type", "tag", "image", "display_name")
_FLAGS = ("slb_access", "count", *_NUMBERS)
SCALING_MODES = ("stateless", "stateful")
_LISTS = ("links", "addons", "volumes")
_MOUNT_TEXTS = ("source_path", "source_node_group", "source_host", "protocol")
# Of image references; a digest counts as the tag.
_TAG = re.compile(r"\w[\w.-]{0,127}|sha256:[0-9a-f]{64}", re.ASCII)
_VARIABLE = re.compile(r"[^\s=\0]+")


def desired_layers(given: list[Mapping[str, Any]] | None) -> tuple[Layer, ...] | None:
    """What the option ``nodes`` declares; InputError for what cannot be."""
    if given is None:
        return None
    layers = tuple(_layer(entry, f"nodes[{index}]") for index, entry in enumerate(given))
    named = [layer.node_group for layer in layers if layer.node_group]
    twice = next((name for name in named if named.count(name) > 1), None)
    require(twice is None, f"nodes: the layer {twice!r} is declared twice; use count for its number of nodes")
    return layers


def _layer(entry: Mapping[str, Any], where: str) -> Layer:
    values: dict[str, Any] = {name: _text(entry.get(name)) for name in _TEXTS}
    if entry.get("display_name") is not None:
        values["display_name"] = entry["display_name"].strip()  # an empty one clears it
    values.update({name: entry.get(name) for name in _FLAGS})
    values["scaling_mode"] = _scaling_mode(entry.get("scaling_mode"), where)
    values.update({name: _texts(entry.get(name)) for name in _LISTS})
    volumes = entry.get("volumes")
    if volumes is not None:
        values["volumes"] = tuple(sorted({absolute_path(f"{where}.volumes", path) for path in volumes}))
    cluster = entry.get("cluster")
    layer = Layer(
        **values,
        disk_limit=_disk(entry.get("disk_limit"), where),
        cluster=None if cluster is None else cluster["enabled"],
        volume_mounts=_mounts(entry.get("volume_mounts"), where),
        env=_variables(entry.get("env"), where),
        env_public=frozenset(entry.get("env_public") or ()),
        registry=_registry(entry.get("registry"), where),
        creation=_creation(entry),
    )
    layer = _with_image(layer, where)
    _check(layer, where)
    _check_names(layer, where)
    return layer


def _scaling_mode(given: str | None, where: str) -> str | None:
    """In lower case. What a result shows as null may be given back, so core does not check the choices."""
    mode = (_text(given) or "").lower()
    require(not mode or mode in SCALING_MODES, f"{where}: scaling_mode must be {' or '.join(SCALING_MODES)}")
    return mode or None


def _text(value: str | None) -> str | None:
    return None if value is None else value.strip() or None


def _texts(values: Iterable[str] | None) -> tuple[str, ...] | None:
    if values is None:
        return None
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def _creation(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What only the request that makes a layer holds, by wire names."""
    found = {member: entry.get(name) for name, member in CREATION_MEMBERS.items()}
    cluster = entry.get("cluster") or {}
    if cluster.get("enabled") and cluster.get("settings"):
        found["cluster"] = dict(cluster["settings"])
    return {member: value for member, value in found.items() if value not in (None, "", [], {})}


def _check(layer: Layer, where: str) -> None:
    require(
        layer.node_type or layer.node_group,
        f"{where} says neither what it is nor which layer: give node_type, image or node_group",
    )
    require(layer.count is None or layer.count > 0, f"{where}: count must be 1 or more")
    for name in _NUMBERS:
        value = getattr(layer, name)
        require(value is None or value >= 0, f"{where}: {name} must not be negative")
    require(
        None in (layer.fixed_cloudlets, layer.flexible_cloudlets)
        or (layer.fixed_cloudlets or 0) <= (layer.flexible_cloudlets or 0),
        f"{where}: flexible_cloudlets is the upper limit and must not be below fixed_cloudlets",
    )
    for link in layer.links or ():
        source, _colon, alias = link.partition(":")
        require(source.strip() and alias.strip(), f"{where}: the link {link!r} is not written as layer:ALIAS")


def _check_names(layer: Layer, where: str) -> None:
    """What no platform can have, such as a placeholder of a manifest that nobody filled in."""
    for name in ("node_type", "image", "tag"):
        value = getattr(layer, name) or ""
        require(
            "${" not in value,
            f"{where}.{name}: {value} holds a placeholder; give its value, or fill it in by from_manifest(replace=...)",
        )
    require(
        not layer.tag or _TAG.fullmatch(layer.tag),
        f"{where}.tag: {layer.tag!r} is not a valid tag: use letters, digits, dots, hyphens and underscores",
    )


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


def _disk(given: str | None, where: str) -> int | None:
    """MB of ``50`` (GB), ``50G``, ``500M`` or ``1T``; a GB has 1000 MB, as the platform counts (recorded)."""
    if given is None:
        return None
    match = _DISK.fullmatch(given.strip())
    require(match, f"{where}: disk_limit {given!r} is not a size; give GB as a number, or a size such as 50G or 500M")
    size = round(float(match[1]) * _DISK_UNITS[match[2].upper()]) if match else 0
    require(size > 0, f"{where}: disk_limit must be above 0")
    return size


def _scalar(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _variables(given: Mapping[str, Any] | None, where: str) -> dict[str, str | None] | None:
    """Values as text; an empty name or a structure is refused, a value of null asks for the variable's removal."""
    if given is None:
        return None
    for name, value in given.items():
        require(
            _VARIABLE.fullmatch(str(name)),
            f"{where}: env: {str(name)!r} is not a valid name of a variable (no blanks, no =)",
        )
        require(
            not isinstance(value, (list, dict)),
            f"{where}: the value of the variable {name} is a structure; give text, such as by to_json",
        )
    return {str(name): None if value is None else _scalar(value) for name, value in given.items()}


def _registry(given: Mapping[str, Any] | None, where: str) -> Registry | None:
    if given is None:
        return None
    require(given.get("user") or not given.get("password"), f"{where}: registry.password needs registry.user")
    return Registry(**{name: _text(given.get(name)) for name in ("url", "user")}, password=given.get("password"))


def _mounts(given: Mapping[str, Any] | None, where: str) -> tuple[Mount, ...] | None:
    if given is None:
        return None
    mounts: list[Mount] = []
    for path, value in given.items():
        place = absolute_path(f"{where}.volume_mounts", str(path))
        require(all(mount.path != place for mount in mounts), f"{where}.volume_mounts: {place!r} is declared twice")
        mounts.append(_mount(place, value, f"{where}.volume_mounts[{path}]"))
    return tuple(mounts)


def _mount(path: str, given: Any, where: str) -> Mount:
    require(isinstance(given, Mapping), f"{where} must be a mapping with {', '.join(MOUNT_FIELDS)}")
    unknown = next((name for name in given if name not in MOUNT_FIELDS), None)
    require(unknown is None, f"{where}.{unknown} is not an option; available: {', '.join(MOUNT_FIELDS)}")
    sources = [name for name in ("source_node_group", "source_node_id", "source_host") if given.get(name)]
    require(sources, f"{where} says not where from; give source_node_group, source_node_id or source_host")
    require(
        "source_host" not in sources or len(sources) == 1,
        f"{where}: source_host is another server, so {sources[0]} cannot go with it",
    )
    flag = given.get("read_only")
    require(flag is None or isinstance(flag, bool), f"{where}: read_only must be true or false")
    number = given.get("source_node_id")
    require(number is None or str(number).isdigit(), f"{where}: source_node_id must be the number of a node")
    texts = {name: _text(str(given[name])) for name in _MOUNT_TEXTS if given.get(name) is not None}
    if texts.get("protocol"):
        texts["protocol"] = str(texts["protocol"]).lower()
    return Mount(path=path, source_node_id=None if number is None else int(number), read_only=flag, **texts)
