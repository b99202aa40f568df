# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Node entries of a request, of whatever form, brought into one: a tolerant reader of `nodes`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from paas_emulator.errors import invalid_parameter
from paas_emulator.parameters import flag, read_flag
from paas_emulator.services.control import node_words, stacks
from paas_emulator.services.file import mounts

# our name -> accepted spellings in lower case, first found wins
SPELLINGS: dict[str, tuple[str, ...]] = {
    "flexible": ("flexiblecloudlets", "cloudlets", "flexible"),
    "fixed": ("fixedcloudlets", "fixed"),
    "start_service": ("startservice", "startserviceoncreation"),
    "command": ("cmd", "dockerruncmd", "runcmd"),
    "entrypoint": ("entrypoint",),
    "group": ("nodegroup",),
    "type": ("nodetype",),
    "display_name": ("displayname",),
    "slb": ("isslbaccessenabled",),
    "scaling": ("scalingmode",),
    "delay": ("restartdelay",),
    "volumes_from": ("volumesfrom",),
    "mounts": ("volumemounts",),
    "disk": ("disklimit",),
    "layer_data": ("nodegroupdata",),
    **{name: (name,) for name in ("image", "tag", "count", "extip", "extipv6", "env", "links", "volumes")},
    **{word: (word,) for word in node_words.LAYER_SETTINGS},
    **{name: (name,) for name in ("registry", "mission", "cluster", "engine", "addons", "distribution", "metadata")},
}
DISK_UNITS = {"": 1000.0, "k": 0.001, "m": 1.0, "g": 1000.0, "t": 1_000_000.0}
DEFAULT_DISK_MB = 100_000
DEFAULT_FLEXIBLE = 8
MAX_COUNT = 1000
SCALING_MODES = ("STATELESS", "STATEFUL")
_DISK = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?", re.IGNORECASE)
_LAYER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_SECRET = re.compile("user|pass|pwd|secret|token|key", re.IGNORECASE)


@dataclass(frozen=True)
class NodePlan:
    """One entry of `nodes`. `config`, `data`: see store.Node and store.Layer. `given`: what was sent, by our names.

    slb_access: off where there are public IPv4 addresses, unless the entry says so (documented).

    known: the entry names a layer that exists.
    """

    layer: str | None
    node_type: str
    image: str | None
    tag: str
    count: int
    display_name: str | None
    fixed: int
    flexible: int
    disk_mb: int
    ext_ipv4: int
    ext_ipv6: int
    scaling_mode: str | None
    slb_access: bool
    restart_delay: int | None
    mission: str | None
    addons: list[str] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    known: bool = False


def read_nodes(nodes: Any, known: Mapping[str, str] | None = None) -> list[NodePlan]:
    """Every entry of `nodes`, an array or a single object. Raises ApiError.

    known: layers that exist, with their node types; an entry that names one need not say what it is (recorded).
    """
    entries = [nodes] if isinstance(nodes, Mapping) else nodes
    if not isinstance(entries, list) or not entries:
        raise invalid_parameter("nodes")
    return [_read(entry, known or {}) for entry in node_words.in_new_words(entries)]


def _flatten(entry: Any) -> dict[str, Any]:
    """Settings by our names: `docker` members count unless given at the top; null counts as absent."""
    if not isinstance(entry, Mapping):
        raise invalid_parameter("nodes")
    given = {str(key).lower(): value for key, value in entry.items() if value is not None}
    nested = given.get("docker")
    if isinstance(nested, str):
        nested = {"image": nested}
    if isinstance(nested, Mapping):
        given = {**{str(key).lower(): value for key, value in nested.items() if value is not None}, **given}
    found = {}
    for name, spellings in SPELLINGS.items():
        values = [given[spelling] for spelling in spellings if spelling in given]
        if values:
            found[name] = values[0]
    return found


def _read(entry: Any, known: Mapping[str, str]) -> NodePlan:
    given = _flatten(entry)
    image, image_tag = split_image(_text(given, "image"))
    layer = _text(given, "group")
    named, _, type_tag = (_text(given, "type") or "").partition(":")  # `nginxphp:latest`, seen in public manifests
    node_type = named or known.get(layer or "") or (stacks.DOCKER if image else None)
    if node_type is None:
        raise invalid_parameter("nodeType")
    if layer is not None and not _LAYER_NAME.fullmatch(layer):
        raise invalid_parameter("nodeGroup")
    fixed = _whole(given, "fixed", "fixedCloudlets", 0)
    flexible = _whole(given, "flexible", "flexibleCloudlets", DEFAULT_FLEXIBLE)
    scaling = _text(given, "scaling")
    if scaling and scaling.upper() not in SCALING_MODES:
        raise invalid_parameter("scalingMode")
    count = _whole(given, "count", "count", 1)
    if not 1 <= count <= MAX_COUNT:
        raise invalid_parameter("count")
    return NodePlan(
        layer=layer,
        node_type=node_type,
        image=image,
        tag=_text(given, "tag") or image_tag or type_tag or "latest",
        count=count,
        display_name=_text(given, "display_name"),
        fixed=fixed,
        flexible=max(fixed, flexible),
        disk_mb=disk_mb(given.get("disk")),
        ext_ipv4=_address_count(given, "extip"),
        ext_ipv6=_address_count(given, "extipv6"),
        scaling_mode=scaling.upper() if scaling else None,
        slb_access=read_flag("isSLBAccessEnabled", given.get("slb"), not _address_count(given, "extip")),
        restart_delay=_whole(given, "delay", "restartDelay", 0, low=-1) if "delay" in given else None,
        mission=_text(given, "mission"),
        addons=_texts(given, "addons"),
        config=_config(given),
        data=_layer_data(given),
        given=frozenset(given) | ({"tag"} if image_tag or type_tag else set()),
        known=bool(layer and layer in known),
    )


def _config(given: dict[str, Any]) -> dict[str, Any]:
    """What a node was asked to be and its answer does not show; holds the secrets."""
    config = {
        "env": read_env(given.get("env")),
        "links": _texts(given, "links"),
        "volumes": _texts(given, "volumes"),
        "volumes_from": _texts(given, "volumes_from"),
        "mounts": _mounts(given),
        "registry": _mapping(given, "registry", "registry"),
        "command": _text(given, "command"),
        "entrypoint": _text(given, "entrypoint"),
        "engine": _text(given, "engine"),
        "metadata": given.get("metadata"),
        "distribution": given.get("distribution"),
        "start_service": read_flag("startService", given.get("start_service"), True),
    }
    return {name: value for name, value in config.items() if value not in (None, [], {})}


def _layer_data(given: dict[str, Any]) -> dict[str, Any]:
    """Free members of the layer: `nodeGroupData`, settings of manifests, and `cluster` without its credentials."""
    settings = {shown: given[word] for word, shown in node_words.LAYER_SETTINGS.items() if word in given}
    data = {**settings, **_mapping(given, "layer_data", "nodeGroupData")}
    cluster = given.get("cluster")
    if isinstance(cluster, Mapping):
        shown = {key: value for key, value in cluster.items() if not _SECRET.search(str(key))}
        data["cluster"] = {"enabled": True, "settings": shown}
    elif cluster is not None:
        data["cluster"] = {"enabled": read_flag("cluster", given.get("cluster"))}
    return data


def split_image(image: str | None) -> tuple[str | None, str | None]:
    """`host:5000/app:1.2` -> (`host:5000/app`, `1.2`); a digest counts as the tag."""
    if not image:
        return None, None
    name, at, pinned = image.partition("@")
    head, slash, last = name.rpartition("/")
    base, colon, tag = last.partition(":")
    return head + slash + base, pinned if at else (tag if colon else None)


def read_env(value: Any) -> dict[str, str]:
    """Variables as text: a mapping, or a list of NAME=value. Raises ApiError 3."""
    if value is None or value == "":
        return {}
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = dict(item.partition("=")[::2] for item in value)
    if not isinstance(value, Mapping):
        raise invalid_parameter("env")
    return {str(name): as_text(item) for name, item in value.items()}


def as_text(value: Any) -> str:
    """Scalars as texts, the way requests and answers have them: true, 10.5, 80; nothing for null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    return str(value)


def _text(given: dict[str, Any], name: str) -> str | None:
    value = given.get(name)
    if isinstance(value, (list, Mapping)):
        if name == "command" or name == "entrypoint":
            return " ".join(map(as_text, value))
        raise invalid_parameter(SPELLINGS[name][0])
    return as_text(value).strip() or None


def _texts(given: dict[str, Any], name: str) -> list[str]:
    """A list of texts, or one text with `,` or `;` between."""
    value = given.get(name)
    if value is None:
        return []
    if isinstance(value, str):
        return [item.strip() for item in re.split("[,;]", value) if item.strip()]
    items = list(value) if isinstance(value, (list, Mapping)) else [value]
    return [str(item.get("id", item.get("name", ""))) if isinstance(item, Mapping) else as_text(item) for item in items]


def _mapping(given: dict[str, Any], name: str, label: str) -> dict[str, Any]:
    value = given.get(name)
    if value in (None, "", [], False):
        return {}
    if name == "registry" and isinstance(value, str):
        return {"url": value}
    if not isinstance(value, Mapping):
        raise invalid_parameter(label)
    return dict(value)


def _mounts(given: dict[str, Any]) -> dict[str, Any]:
    found = _mapping(given, "mounts", "volumeMounts")
    if not all(mounts.can_hold(str(path)) for path in found):
        raise invalid_parameter("volumeMounts")
    return found


def _whole(given: dict[str, Any], name: str, label: str, default: int, low: int = 0) -> int:
    value = given.get(name)
    if value is None or value == "":
        return default
    return whole(value, label, low)


def whole(value: Any, label: str, low: int = 0) -> int:
    """A whole number, which may be written as a text. Raises ApiError 3."""
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,9}(\.0+)?", text) or float(text) < low:
        raise invalid_parameter(label)
    return int(float(text))


def _address_count(given: dict[str, Any], name: str) -> int:
    """`true` means one address; a number, how many."""
    value = given.get(name)
    known = flag(value)
    return _whole(given, name, name, 0) if known is None else int(known)


def disk_mb(value: Any) -> int:
    """MB from GB as number or text, or with a unit (`50`, `"50"`, `"50G"`, `"500M"`); 1 GB = 1000 MB (recorded)."""
    if value is None or value == "":
        return DEFAULT_DISK_MB
    match = None if isinstance(value, bool) else _DISK.fullmatch(str(value).strip())
    if not match:
        raise invalid_parameter("diskLimit")
    return max(1, round(float(match.group(1)) * DISK_UNITS[match.group(2).lower()]))
