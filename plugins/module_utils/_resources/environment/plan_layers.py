# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Planning the layers of an environment that exists: topology, versions, variables, volumes, mounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from ..._client.errors import require
from .compare import Difference, changed_settings, differences, match_layers
from .fields import By, same_mount
from .layer import Layer, Mount
from .model import Environment
from .parts.base import MasterOf, Part
from .parts.table import PARTS
from .plan_builder import REDEPLOY, PlanBuilder
from .request import mount_params, topology_params
from .unknown_names import unknown_layer

CHANGE_TOPOLOGY = "environment.control.ChangeTopology"
NAME_LAYER = "environment.control.SetNodeGroupDisplayName"
SET_SLB = "environment.control.SetSLBAccessEnabled"
EDIT_LAYER = "environment.control.EditNodeGroup"
ADD_VARIABLES = "environment.control.AddContainerEnvVars"
REMOVE_VARIABLES = "environment.control.RemoveContainerEnvVars"
ADD_VOLUMES = "environment.control.AddContainerVolumes"
REMOVE_VOLUMES = "environment.control.RemoveContainerVolumes"
ADD_MOUNT = "environment.file.AddMountPointByGroup"
REMOVE_MOUNT = "environment.file.RemoveMountPointByGroup"

# Fields of a layer by which the list of nodes changes.
_SHOWN_OF_NODES = ("count", "ext_ips", "ext_ips_v6")
Pair = tuple[Layer, "Layer | None"]


def plan_layers(builder: PlanBuilder) -> None:
    """Everything about the layers of an environment that exists, and the settings that travel with them."""
    if builder.now.layers is None:
        return
    pairs = match_layers(builder.now.layers, builder.desired.layers or ())
    found = [item for layer, there in pairs if there is not None for item in differences(there, layer)]
    _refuse(builder, pairs, found)
    _plan_topology(builder, pairs, found)
    for layer, there in pairs:
        if there is not None:
            _plan_tag(builder, layer, there, found)
    for layer, there in pairs:
        if there is not None:
            _plan_variables(builder, layer, there)
    for layer, there in pairs:
        if there is not None:
            _plan_volumes(builder, layer, there)
            _plan_mounts(builder, layer, _present(builder, there.node_group))


def _refuse(builder: PlanBuilder, pairs: list[Pair], found: list[Difference]) -> None:
    """What must not be done, or not without being asked for; and a word on what cannot be done."""
    never = [item for item in found if item.by is By.NEVER]
    require(
        not never,
        f"{builder.label}: {_listed(never)}; a layer keeps its kind: leave node_type out, or replace the layer by "
        "one of another name",
    )
    names = [layer.node_group for layer in builder.now.layers or ()]
    for index, (layer, there) in enumerate(pairs):
        require(
            there is not None or layer.node_type,
            f"nodes[{index}]: {unknown_layer(layer.node_group, builder.now.name, names)}; to add this layer, give "
            "node_type or image",
        )
    shrinking = [item for item in found if item.shrinks]
    require(
        builder.desired.allow_shrink or not shrinking,
        f"{builder.label}: {_listed(shrinking)}; lowering a limit can lose data or stop the application, so it needs "
        "allow_shrink: true",
    )
    fixed = [item for item in found if item.by is By.NOTHING]
    if fixed:
        builder.warnings.append(
            f"{builder.label}: {_listed(fixed)}; this is set when the layer is made and was left as it is"
        )


def _listed(found: Iterable[Difference]) -> str:
    return "; ".join(str(item) for item in found)


# -- topology -------------------------------------------------------------------------------------------------------


def _plan_topology(builder: PlanBuilder, pairs: list[Pair], found: list[Difference]) -> None:
    """One ChangeTopology for all that needs it; a single light change goes by its own call."""
    settings = changed_settings(builder.now, builder.desired)
    heavy = [item for item in found if item.by is By.TOPOLOGY]
    light = [item for item in found if item.by is By.LIGHT]
    made = [layer for layer, there in pairs if there is None]
    gone = _gone(builder, pairs)
    if not (settings or heavy or made or gone) and len(light) <= 1:
        for item in light:
            _light_change(builder, item)
        return
    builder.ensure_awake()
    changes = {item.layer.node_group for item in heavy + light}
    kept = [
        (_changed(layer, found), layer.node_group in changes)
        for layer in builder.now.layers or ()
        if layer.node_group not in gone
    ]
    names = {layer.node_group for layer, _changes in kept} | {layer.node_group for layer in made}
    layers = tuple(layer for layer, _changes in kept) + tuple(
        made_layer(layer, names, builder.now.name) for layer in made
    )
    parts = {part.name: part.without(state, gone) for part, state in _states(builder.now)}
    after = replace(builder.now, layers=_without_sources(layers, gone), parts=parts, **settings)
    if gone or made or "ssl" in settings or any(item.name in _SHOWN_OF_NODES for item in heavy):
        after = replace(after, nodes=None)
    summary = f"change the topology of {builder.label} ({_in_words(settings, heavy + light, made, gone)})"
    aspects = ("layers", "status", *settings)
    builder.add(CHANGE_TOPOLOGY, topology_params(after, kept, made), summary, after, *aspects)


def _states(environment: Environment) -> list[tuple[Part[Any, Any], Any]]:
    """The parts that are known, with their states."""
    return [(part, environment.parts[part.name]) for part in PARTS if part.name in environment.parts]


def _without_sources(layers: tuple[Layer, ...], gone: set[str | None]) -> tuple[Layer, ...]:
    """Layers once others are gone: what was mounted or linked from those goes as well (inferred)."""
    if not gone:
        return layers
    found = []
    for layer in layers:
        mounts = layer.volume_mounts
        left = None if mounts is None else tuple(mount for mount in mounts if mount.source_node_group not in gone)
        lost = {mount.path for mount in mounts or ()} - {mount.path for mount in left or ()}
        volumes = None if mounts is None else _shown_volumes(layer, lost, set())
        links = layer.links
        if links is not None:
            links = tuple(link for link in links if link.partition(":")[0] not in gone)
        found.append(replace(layer, volume_mounts=left, volumes=volumes, links=links))
    return tuple(found)


def _gone(builder: PlanBuilder, pairs: list[Pair]) -> set[str | None]:
    """Names of the layers that the task does not name, where it asks for their removal."""
    if "nodes" not in builder.desired.purge:
        return set()
    named = {there.node_group for _layer, there in pairs if there is not None}
    return {layer.node_group for layer in builder.now.layers or ()} - named


def _changed(layer: Layer, found: list[Difference]) -> Layer:
    """A layer after ChangeTopology."""
    mine = [item for item in found if item.layer is layer and item.by in (By.TOPOLOGY, By.LIGHT)]
    values: dict[str, Any] = {item.name: item.desired for item in mine}
    if "display_name" in values:
        values["display_name"] = values["display_name"] or None
    fixed = values.get("fixed_cloudlets", layer.fixed_cloudlets)
    flexible = values.get("flexible_cloudlets", layer.flexible_cloudlets)
    if fixed is not None and flexible is not None and values:
        values["flexible_cloudlets"] = max(fixed, flexible)  # the limit is never below what is reserved
    return replace(layer, **values)


def made_layer(layer: Layer, names: Collection[str | None], environment: str) -> Layer:
    """A new layer as it will be; what the task leaves open is up to the platform.

    Args:
        names: of the layers that will be there; None among them for one whose name the platform chooses.

    Raises:
        InputError: a mount names a source layer that will not be there.
    """
    for mount in layer.volume_mounts or ():
        if None not in names and not (mount.source_node_id or mount.source_host):
            _check_source(mount, layer.label, names, environment)
    volumes = layer.volumes
    if volumes is not None:
        volumes = tuple(sorted({*volumes, *layer.mount_paths}))  # what is mounted shows among them, too
    return replace(
        layer,
        count=1 if layer.count is None else layer.count,
        display_name=layer.display_name or None,
        volumes=volumes,
        links=_made_links(layer, names),
        env=layer.variables if layer.env is not None else None,
        creation={},
        registry=None,
    )


def _made_links(layer: Layer, names: Collection[str | None]) -> tuple[str, ...] | None:
    """Links of a new layer: those of other stacks than containers do not show, and a source has to be there."""
    if layer.links is None or not layer.image:
        return None
    there = tuple(link for link in layer.links if link.partition(":")[0] in names)
    return None if None in names and there != layer.links else there


def _in_words(settings: dict[str, Any], found: list[Difference], made: list[Layer], gone: set[str | None]) -> str:
    changed = sorted({f"{item.layer.node_group}.{item.name}" for item in found} | set(settings))
    parts = [("set", changed), ("add", [layer.label for layer in made]), ("remove", sorted(map(str, gone)))]
    return "; ".join(f"{verb} {', '.join(names)}" for verb, names in parts if names)


def _light_change(builder: PlanBuilder, item: Difference) -> None:
    """One property of one layer by the call that the platform has for it (documented)."""
    layer, value = item.layer.node_group, item.desired
    params: dict[str, Any] = {"nodeGroup": layer}
    if item.name == "display_name":
        value = value or None  # an omitted name clears it
        method, params = NAME_LAYER, {**params, "displayName": value}
    elif item.name == "slb_access":
        method, params = SET_SLB, {**params, "enabled": value}
    else:
        method, params = EDIT_LAYER, {"nodeGroup": {"name": layer, "restartNodeDelay": value}}
    after = _with_layer(builder.now, replace(item.layer, **{item.name: value}))
    builder.call(method, params, f"set {item.name} of {layer} of {builder.label}", after, "layers")


def _with_layer(environment: Environment, layer: Layer) -> Environment:
    layers = environment.layers or ()
    return replace(environment, layers=tuple(layer if item.node_group == layer.node_group else item for item in layers))


def _present(builder: PlanBuilder, name: str | None) -> Layer:
    return next(layer for layer in builder.now.layers or () if layer.node_group == name)


# -- inside the layers ----------------------------------------------------------------------------------------------


def _plan_tag(builder: PlanBuilder, layer: Layer, there: Layer, found: list[Difference]) -> None:
    if any(item.by is By.REDEPLOY and item.layer is there for item in found):
        redeploy(builder, there.node_group, layer.tag, layer)


def redeploy(builder: PlanBuilder, name: str | None, tag: str | None, declared: Layer | None = None) -> None:
    """Make a layer's containers anew, from a version of their image or stack (documented)."""
    builder.ensure_running()
    desired, registry = builder.desired, declared.registry if declared else None
    params = {
        "nodeGroup": name,
        "tag": tag,
        "isSequential": desired.sequential,
        "delay": desired.sequential_delay,
        "useExistingVolumes": desired.keep_volumes,
        "login": registry.user if registry else None,
        "password": registry.password if registry else None,
    }
    after = _with_layer(builder.now, replace(_present(builder, name), tag=tag))
    version = f" at {tag}" if tag else ""
    builder.call(
        REDEPLOY, params, f"redeploy {name or 'all layers'} of {builder.label}{version}", after, "tags", "status"
    )
    builder.redeployed.add(name)


def _plan_variables(builder: PlanBuilder, layer: Layer, there: Layer) -> None:
    """Add and remove; never set, as that would take the variables of the image along (recorded)."""
    if layer.env is None or there.env is None:
        return
    have = dict(there.env)
    added = {name: value for name, value in layer.variables.items() if have.get(name) != value}
    keep = set(layer.variables) | there.env_builtin if "env" in builder.desired.purge else set(have)
    removed = sorted(name for name in have if name not in keep or (name in layer.env and layer.env[name] is None))
    where = {"nodeGroup": there.node_group}
    if added:
        after = _with_layer(builder.now, replace(_present(builder, there.node_group), env={**have, **added}))
        summary = f"set {', '.join(sorted(added))} in {there.node_group} of {builder.label}"
        builder.call(ADD_VARIABLES, {**where, "vars": added}, summary, after, "env")
    if removed:
        left = {name: value for name, value in {**have, **added}.items() if name not in removed}
        after = _with_layer(builder.now, replace(_present(builder, there.node_group), env=left))
        summary = f"remove {', '.join(removed)} from {there.node_group} of {builder.label}"
        builder.call(REMOVE_VARIABLES, {**where, "vars": removed}, summary, after, "env")


def _plan_volumes(builder: PlanBuilder, layer: Layer, there: Layer) -> None:
    if layer.volumes is None or there.volumes is None:
        return
    mounted = {*layer.mount_paths, *there.mount_paths}
    added = [path for path in layer.volumes if path not in there.volumes]
    # What is mounted shows among the volumes; where the mounts are not known, nothing is taken for a volume of its own.
    purge = "volumes" in builder.desired.purge and there.volume_mounts is not None
    removed = [path for path in there.volumes if purge and path not in layer.volumes and path not in mounted]
    for method, paths, verb in ((ADD_VOLUMES, added, "add"), (REMOVE_VOLUMES, removed, "remove")):
        if paths:
            builder.ensure_awake()
            now = _present(builder, there.node_group)
            come, gone = (set(paths), set()) if method == ADD_VOLUMES else (set(), set(paths))
            after = _with_layer(builder.now, replace(now, volumes=_shown_volumes(now, gone, come)))
            summary = f"{verb} the volumes {', '.join(paths)} of {there.node_group} of {builder.label}"
            builder.call(method, {"nodeGroup": there.node_group, "volumes": list(paths)}, summary, after, "volumes")


def _plan_mounts(builder: PlanBuilder, layer: Layer, there: Layer) -> None:
    """One call for each, as the platform has none for several; one that differs is taken off first."""
    declared = layer.mounts_from_others(there.node_group)
    if declared is None or there.volume_mounts is None:
        return
    have = {mount.path: mount for mount in there.volume_mounts}
    desired = {mount.path: mount for mount in declared}
    other = [path for path in desired if path in have and not same_mount(have[path], desired[path])]
    extra = [path for path in have if path not in desired] if "volume_mounts" in builder.desired.purge else []
    for path in sorted(other + extra):
        _unmount(builder, there.node_group, path)
    for path in sorted(path for path in desired if path not in have or path in other):
        _mount(builder, there.node_group, desired[path])


def _unmount(builder: PlanBuilder, name: str | None, path: str) -> None:
    builder.ensure_running()
    now = _present(builder, name)
    left = tuple(mount for mount in now.volume_mounts or () if mount.path != path)
    after = _with_layer(builder.now, replace(now, volume_mounts=left, volumes=_shown_volumes(now, {path}, set())))
    summary = f"unmount {path} in {name} of {builder.label}"
    builder.call(REMOVE_MOUNT, {"nodeGroup": name, "path": path}, summary, after, "volume_mounts")


def _mount(builder: PlanBuilder, name: str | None, mount: Mount) -> None:
    builder.ensure_running()
    now = _present(builder, name)
    source: Any = mount.source_node_id
    if source is None and mount.source_node_group:
        master = builder.now.master_of(mount.source_node_group)
        source = master if master is not None else MasterOf(mount.source_node_group)
        layers = {layer.node_group for layer in builder.now.layers or ()}
        _check_source(mount, now.label, layers, builder.now.name)
    there = replace(
        mount,
        source_path=mount.source_path or mount.path,
        source_node_id=source if isinstance(source, int) else None,
    )
    mounts = {**{item.path: item for item in now.volume_mounts or ()}, mount.path: there}
    layer = replace(
        now,
        volume_mounts=tuple(mounts[path] for path in sorted(mounts)),
        volumes=_shown_volumes(now, set(), {mount.path}),
    )
    params = {"nodeGroup": name, **mount_params(mount, source)}
    summary = f"mount {mount.path} in {name} of {builder.label}"
    builder.call(ADD_MOUNT, params, summary, _with_layer(builder.now, layer), "volume_mounts")


def _check_source(mount: Mount, layer: str, names: Collection[str | None], environment: str) -> None:
    """Refuse a mount from a layer that the environment does not have."""
    source = mount.source_node_group
    require(
        source is None or source in names,
        f"{layer}: volume_mounts[{mount.path}].source_node_group: {unknown_layer(source, environment, names)}",
    )


def _shown_volumes(layer: Layer, gone: set[str], come: set[str]) -> tuple[str, ...] | None:
    """The volumes of a layer, among which its mounts show, too; None where they are not known."""
    return None if layer.volumes is None else tuple(sorted(({*layer.volumes} - gone) | come))
