# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Volumes and mounts of layers: one part, as what is mounted shows among the volumes, too."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import Any

from ...._client.answers import items, member, member_flag, member_number, member_text, texts
from ...._client.errors import require
from ...._engine.permissions import Permission, each, rows
from ...paths import absolute_path
from ..model import Environment, Layer, Mount, unknown_layer
from ..names import same_text
from .base import Detail, LayerAnswer, LayerPart, MasterOf, Needs, PartChange

GET_VOLUMES = "environment.control.GetContainerVolumesByGroup"
ADD_VOLUMES = "environment.control.AddContainerVolumes"
REMOVE_VOLUMES = "environment.control.RemoveContainerVolumes"
GET_MOUNTS = "environment.file.GetMountPoints"
ADD_MOUNT = "environment.file.AddMountPointByGroup"
REMOVE_MOUNT = "environment.file.RemoveMountPointByGroup"

# The options of a mount, with the member of requests.
MOUNT_OPTIONS: dict[str, dict[str, Any]] = {
    "source_path": {"type": "str"},
    "source_node_group": {"type": "str"},
    "source_node_id": {"type": "int"},
    "source_host": {"type": "str"},
    "protocol": {"type": "str"},
    "read_only": {"type": "bool"},
}
_MEMBERS = {
    "source_path": "sourcePath",
    "source_node_group": "sourceNodeGroup",
    "source_node_id": "sourceNodeId",
    "source_host": "sourceHost",
    "protocol": "protocol",
    "read_only": "readOnly",
}
# Words of manifests for a mount, in lower case, with the option and the kind of the value.
_KINDS = {"int": "number", "bool": "flag", "str": "text"}
MOUNT_WORDS = {wire.lower(): (name, _KINDS[MOUNT_OPTIONS[name]["type"]]) for name, wire in _MEMBERS.items()}
_TEXTS = ("source_path", "source_node_group", "source_host", "protocol")


class Storage(LayerPart[Environment, Layer]):
    """``volumes`` and ``volume_mounts``."""

    names = ("volumes", "volume_mounts")
    options = {
        "volumes": {"type": "list", "elements": "str"},
        "volume_mounts": {
            "type": "dict",
            "values": {"type": "dict", "options": MOUNT_OPTIONS, "example": "{source_node_group: storage}"},
            "example": "{/var/www: {source_node_group: storage}}",
        },
    }
    words = {
        "volumes": ("volumes", "texts"),
        "volumemounts": ("volume_mounts", "mounts"),
        "volumemount": ("volume_mounts", "mounts"),
    }
    permissions = rows(
        each((GET_VOLUMES, ADD_VOLUMES), options={"nodes.volumes"}),
        Permission(REMOVE_VOLUMES, options=frozenset({"purge.volumes"})),
        # Before volumes go it has to be known which of them are mounts.
        each((GET_MOUNTS,), options={"purge.volumes"}),
        each((GET_MOUNTS, ADD_MOUNT, REMOVE_MOUNT), options={"nodes.volume_mounts"}),
    )
    wakes = frozenset({"nodes.volumes"})
    starts = frozenset({"nodes.volume_mounts"})

    @property
    def detail_reads(self) -> tuple[Detail, ...]:
        """Both, each by a call for a layer (volumes documented as a list of paths)."""
        return (
            Detail("volumes", GET_VOLUMES, ("object", "array"), _volumes_from_answer, _same_volumes),
            Detail("volume_mounts", GET_MOUNTS, ("array", "object"), _mounts_from_answer, _same_mounts),
        )

    def desired(self, entry: Mapping[str, Any], where: str) -> dict[str, Any]:
        """Absolute paths, each once."""
        volumes, mounts = entry.get("volumes"), entry.get("volume_mounts")
        found = {}
        if volumes is not None:
            found["volumes"] = tuple(sorted({absolute_path(f"{where}.volumes", path) for path in volumes}))
        return {**found, "volume_mounts": None if mounts is None else _desired_mounts(mounts, where)}

    def from_answer(self, answer: LayerAnswer) -> dict[str, Any]:
        """Paths of a container's volumes; None, so that a call asks for them, if the list is missing.

        Those of the image stand in its manifest as a list, or as the keys of a mapping (the form of Docker).
        """
        defined = member(member(answer.custom, "dockerManifest"), "volumes")
        found = {"image_volumes": frozenset(texts(list(defined) if isinstance(defined, (list, Mapping)) else []))}
        if member(answer.custom, "dockerVolumes") is None:
            return {**found, "volumes": None}
        return {**found, "volumes": tuple(sorted(texts(items(answer.custom, "dockerVolumes"), "path")))}

    def create_members(self, layer: Layer) -> dict[str, Any]:
        mounts = {mount.path: _given(mount, _MEMBERS) for mount in layer.volume_mounts or ()}
        return {"volumes": list(layer.volumes or ()) or None, "volumeMounts": mounts or None}

    def created(self, layer: Layer) -> dict[str, Any]:
        """What is mounted shows among the volumes, too."""
        return {"volumes": _shown_volumes(layer, added=layer.mount_paths)}

    def after_layer_removal(self, layer: Layer, layers: Collection[str | None]) -> Layer:
        """What was mounted from the removed layers is unmounted as well (inferred)."""
        if layer.volume_mounts is None:
            # Which of the volumes are mounted from a removed layer is not known; others than these are not there.
            return replace(layer, volumes=None, possible_volumes=layer.volumes) if layer.volumes else layer
        lost = {mount.path for mount in layer.volume_mounts if mount.source_node_group in layers}
        return _without_mounts(layer, lost)

    def plan_changes(
        self, current: Layer, desired: Layer, environment: Environment, purge: Collection[str]
    ) -> list[PartChange[Layer]]:
        changes = _plan_volumes(current, desired, environment, purge)
        now = changes[-1].after if changes else current
        return changes + _plan_mounts(now, desired, environment, purge)

    def to_result(self, layer: Layer) -> dict[str, Any]:
        """As they are declared; the node of a mount only if its layer is not known."""
        mounts = layer.volume_mounts
        return {
            "volumes": None if layer.volumes is None else list(layer.volumes),
            "volume_mounts": None if mounts is None else {mount.path: _mount_to_result(mount) for mount in mounts},
        }


def check_sources(layer: Layer, names: Collection[str | None], environment: str) -> None:
    """Refuse mounts from layers that the environment does not have; None among the names: one is not known yet."""
    for mount in layer.volume_mounts or ():
        if None not in names and not (mount.source_node_id or mount.source_host):
            _check_source(mount, layer.label, names, environment)


def _check_source(mount: Mount, layer: str, names: Collection[str | None], environment: str) -> None:
    source = mount.source_node_group
    require(
        source is None or source in names,
        f"{layer}: volume_mounts[{mount.path}].source_node_group: {unknown_layer(source, environment, names)}",
    )


# -- options --------------------------------------------------------------------------------------------------------


def _desired_mounts(given: Mapping[str, Any], where: str) -> tuple[Mount, ...]:
    mounts: list[Mount] = []
    for path, value in given.items():
        place = absolute_path(f"{where}.volume_mounts", str(path))
        require(all(mount.path != place for mount in mounts), f"{where}.volume_mounts: {place!r} is declared twice")
        mounts.append(_desired_mount(place, value, f"{where}.volume_mounts[{path}]"))
    return tuple(mounts)


def _desired_mount(path: str, given: Any, where: str) -> Mount:
    require(isinstance(given, Mapping), f"{where} must be a mapping with {', '.join(MOUNT_OPTIONS)}")
    unknown = next((name for name in given if name not in MOUNT_OPTIONS), None)
    require(unknown is None, f"{where}.{unknown} is not an option; available: {', '.join(MOUNT_OPTIONS)}")
    sources = [name for name in ("source_node_group", "source_node_id", "source_host") if given.get(name)]
    require(sources, f"{where} says not where from; give source_node_group, source_node_id or source_host")
    require(
        "source_host" not in sources or len(sources) == 1,
        f"{where}: source_host is another server, so {sources[0]} cannot go with it",
    )
    flag = given.get("read_only")
    require(flag is None or isinstance(flag, bool), f"{where}: read_only must be true or false")
    node = given.get("source_node_id")
    require(node is None or str(node).isdigit(), f"{where}: source_node_id must be the number of a node")
    values = {name: str(given[name]).strip() or None for name in _TEXTS if given.get(name) is not None}
    if values.get("protocol"):
        values["protocol"] = str(values["protocol"]).lower()
    return Mount(path=path, source_node_id=None if node is None else int(node), read_only=flag, **values)


# -- answers, requests, results -------------------------------------------------------------------------------------


def _volumes_from_answer(answer: Any, environment: Environment) -> tuple[str, ...]:
    return tuple(sorted(texts(items(answer, "object", "array"), "path")))


def _mounts_from_answer(answer: Any, environment: Environment) -> tuple[Mount, ...]:
    """The mounts in the order of their paths."""
    layers = {node.id: node.node_group for node in environment.nodes or ()}
    found = {}
    for item in items(answer, "array", "object"):
        path = member_text(item, "path")
        if path:
            source = member_number(item, "sourceNodeId")
            protocol = member_text(item, "protocol")
            found[path] = Mount(
                path=path,
                source_path=member_text(item, "sourcePath"),
                source_node_group=member_text(item, "sourceNodeGroup") or layers.get(source),
                source_node_id=source,
                source_host=member_text(item, "sourceHost"),
                protocol=re.sub(r"\s", "", protocol).lower() if protocol else None,
                read_only=member_flag(item, "readOnly"),
            )
    return tuple(found[path] for path in sorted(found))


def _given(mount: Mount, members: Mapping[str, str]) -> dict[str, Any]:
    values = {wire: getattr(mount, name) for name, wire in members.items()}
    return {wire: value for wire, value in values.items() if value is not None}


def _mount_to_result(mount: Mount) -> dict[str, Any]:
    values = {name: getattr(mount, name) for name in MOUNT_OPTIONS}
    return {**values, "source_node_id": None} if mount.source_node_group else values


# -- comparing ------------------------------------------------------------------------------------------------------


def _same_mount(current: Mount, desired: Mount) -> bool:
    """Compare what is declared; a source layer and one of its nodes are told apart only if both are known."""
    pairs = ((getattr(current, item.name), getattr(desired, item.name)) for item in fields(Mount))
    return all(want is None or have is None or same_text(have, want) for have, want in pairs)


def _same_volumes(found: Layer, expected: Layer) -> bool:
    return set(found.volumes or ()) == set(expected.volumes or ())


def _same_mounts(found: Layer, expected: Layer) -> bool:
    have = {mount.path: mount for mount in found.volume_mounts or ()}
    want = {mount.path: mount for mount in expected.volume_mounts or ()}
    return have.keys() == want.keys() and all(_same_mount(have[path], mount) for path, mount in want.items())


# -- planning -------------------------------------------------------------------------------------------------------


def _shown_volumes(layer: Layer, removed: Collection[str] = (), added: Collection[str] = ()) -> tuple[str, ...] | None:
    """Return the volumes of a layer, among which its mounts show; None if they are not known."""
    return None if layer.volumes is None else tuple(sorted({*layer.volumes}.difference(removed).union(added)))


def _without_mounts(layer: Layer, paths: Collection[str]) -> Layer:
    left = tuple(mount for mount in layer.volume_mounts or () if mount.path not in paths)
    return replace(layer, volume_mounts=left, volumes=_shown_volumes(layer, removed=paths))


def _plan_volumes(
    current: Layer, desired: Layer, environment: Environment, purge: Collection[str]
) -> list[PartChange[Layer]]:
    known = current.possible_volumes if current.volumes is None else current.volumes
    if desired.volumes is None or known is None:
        return []
    mounted = {*desired.mount_paths, *current.mount_paths}
    added = [path for path in desired.volumes if path not in known]
    # What is mounted shows among the volumes; if the mounts are not known, nothing is taken for a volume of its own.
    purges = "volumes" in purge and current.volume_mounts is not None
    kept = {
        *desired.volumes,
        *mounted,
        *current.image_volumes,
    }  # the platform removes no volume of an image (documented)
    removed = [path for path in known if purges and path not in kept]
    changes = []
    after = current
    for method, paths, verb in ((ADD_VOLUMES, added, "add"), (REMOVE_VOLUMES, removed, "remove")):
        if paths:
            shown = _shown_volumes(after, added=paths) if verb == "add" else _shown_volumes(after, removed=paths)
            after = replace(after, volumes=shown)
            summary = f"{verb} the volumes {', '.join(paths)} of {current.node_group} of {environment.label}"
            params = {"nodeGroup": current.node_group, "volumes": paths}
            changes.append(PartChange(method, params, summary, after, needs=Needs.AWAKE, aspect="volumes"))
    return changes


def _plan_mounts(
    current: Layer, desired: Layer, environment: Environment, purge: Collection[str]
) -> list[PartChange[Layer]]:
    """One call for each, as the platform has none for several; one that differs is unmounted first.

    A mount whose source is the layer itself is left out: its master node shares it, and so shows none (inferred); what
    is declared cannot be told apart from what is missing.
    """
    if desired.volume_mounts is None or current.volume_mounts is None:
        return []
    name = current.node_group
    have = {mount.path: mount for mount in current.volume_mounts}
    want = {mount.path: mount for mount in desired.volume_mounts if not name or mount.source_node_group != name}
    other = [path for path in want if path in have and not _same_mount(have[path], want[path])]
    extra = [path for path in have if path not in want] if "volume_mounts" in purge else []
    changes = []
    after = current
    where = f"in {name} of {environment.label}"
    for path in sorted(other + extra):
        after = _without_mounts(after, {path})
        params = {"nodeGroup": name, "path": path}
        changes.append(_mount_change(REMOVE_MOUNT, params, f"unmount {path} {where}", after))
    for path in sorted(path for path in want if path not in have or path in other):
        source, mount = _with_source(want[path], after, environment)
        mounts = {**{item.path: item for item in after.volume_mounts or ()}, path: mount}
        after = replace(
            after,
            volume_mounts=tuple(mounts[path] for path in sorted(mounts)),
            volumes=_shown_volumes(after, added={path}),
        )
        params = {"nodeGroup": name, **_mount_params(mount, source)}
        changes.append(_mount_change(ADD_MOUNT, params, f"mount {path} {where}", after))
    return changes


def _mount_change(method: str, params: Mapping[str, Any], summary: str, after: Layer) -> PartChange[Layer]:
    return PartChange(method, params, summary, after, needs=Needs.RUNNING, aspect="volume_mounts")


def _with_source(mount: Mount, layer: Layer, environment: Environment) -> tuple[Any, Mount]:
    """Return the node that shares a path, and the mount as it will be."""
    source: Any = mount.source_node_id
    if source is None and mount.source_node_group:
        master = environment.master_of(mount.source_node_group)
        source = master if master is not None else MasterOf(mount.source_node_group)
        _check_source(mount, layer.label, environment.layer_names, environment.name)
    node = source if isinstance(source, int) else None
    return source, replace(mount, source_path=mount.source_path or mount.path, source_node_id=node)


def _mount_params(mount: Mount, source: Any) -> dict[str, Any]:
    """Parameters of AddMountPointByGroup beside the layer."""
    members = {wire: getattr(mount, name) for name, wire in _MEMBERS.items() if name != "source_node_group"}
    return {"path": mount.path, **members, "sourceNodeId": source}
