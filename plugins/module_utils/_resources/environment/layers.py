# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The layers of an environment that exists: one ChangeTopology, versions, and what the parts of layers change."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from ..._client.errors import InputError, require
from .layer_fields import LAYER_FIELDS, SHOWN_FIELDS, TOPOLOGY_FIELDS, By, FieldDifference, differences, request_members
from .model import Layer, LayerPair, unknown_layer
from .names import joined_image
from .parts.base import Needs
from .parts.storage import check_sources
from .parts.table import LAYER_PARTS, PARTS
from .plan_builder import REDEPLOY, PlanBuilder
from .settings import changed_settings, settings_to_request

CHANGE_TOPOLOGY = "environment.control.ChangeTopology"
# Fields of a layer that ChangeTopology is told if it changes the layer.
_CHANGED_FIELDS = (*(row for row in LAYER_FIELDS if row.changed_by in (By.NEVER, By.REDEPLOY)), *TOPOLOGY_FIELDS)
# Fields of a layer by which the list of nodes changes.
_SHOWN_OF_NODES = ("count", "ext_ips", "ext_ips_v6")


def plan_layers(builder: PlanBuilder) -> None:
    """Plan everything about the layers of an environment that exists, and the settings that travel with them."""
    if builder.now.layers is None:
        return
    pairs = builder.pairs
    found = [item for desired, current in pairs if current is not None for item in differences(current, desired)]
    _refuse(builder, found)
    _plan_topology(builder, found)
    versions = {item.layer.node_group for item in found if item.row.changed_by is By.REDEPLOY}
    existing = [(desired, current.node_group) for desired, current in pairs if current is not None]
    for desired, name in existing:
        if name in versions:
            redeploy(builder, name, desired.tag, desired)
    for part in LAYER_PARTS:
        declaring = [pair for pair in existing if any(getattr(pair[0], name) is not None for name in part.names)]
        for desired, name in declaring:
            for change in part.plan_changes(builder.now.layer(name), desired, builder.now, builder.desired.purge):
                builder.ensure(change.needs)
                after = builder.now.with_layer(change.after)
                builder.call(change.method, change.params, change.summary, after, change.aspect)


def _refuse(builder: PlanBuilder, found: list[FieldDifference]) -> None:
    """Refuse what must not be done, or not without being asked for; warn about what cannot be done."""
    never = [item for item in found if item.row.changed_by is By.NEVER]
    require(
        not never,
        f"{builder.label}: {_listed(never)}; a layer keeps its kind: leave node_type out, or replace the layer by "
        "one of another name",
    )
    for index, (desired, current) in enumerate(builder.pairs):
        if current is None and not desired.node_type:
            unknown = unknown_layer(desired.node_group, builder.now.name, builder.now.layer_names)
            raise InputError(f"nodes[{index}]: {unknown}; to add this layer, give node_type or image")
    shrinking = [item for item in found if item.shrinks]
    require(
        builder.desired.allow_shrink or not shrinking,
        f"{builder.label}: {_listed(shrinking)}; lowering a limit can lose data or stop the application, so it needs "
        "allow_shrink: true",
    )
    fixed = [item for item in found if item.row.changed_by is By.NOTHING]
    if fixed:
        builder.warnings.append(
            f"{builder.label}: {_listed(fixed)}; this is set when the layer is made and was left as it is"
        )


def _listed(found: Iterable[FieldDifference]) -> str:
    return "; ".join(str(item) for item in found)


# -- topology -------------------------------------------------------------------------------------------------------


def _plan_topology(builder: PlanBuilder, found: list[FieldDifference]) -> None:
    """Plan one ChangeTopology for all changes; a single field that has a method of its own is set by that method."""
    settings = changed_settings(builder.now, builder.desired)
    heavy = [item for item in found if item.row.changed_by is By.TOPOLOGY]
    light = [item for item in found if item.row.changed_by is By.OWN_METHOD]
    made = [desired for desired, current in builder.pairs if current is None]
    gone = _layers_to_remove(builder)
    if not (settings or heavy or made or gone) and len(light) <= 1:
        for item in light:
            _change_alone(builder, item)
        return
    builder.ensure(Needs.AWAKE)
    now = builder.now
    kept = [_changed(layer, found) for layer in now.layers or () if layer.node_group not in gone]
    names = {layer.node_group for layer in (*kept, *made)}
    created = [created_layer(layer, names, now.name) for layer in made]
    layers = tuple(_without_sources(layer, gone) for layer in (*kept, *created))
    parts = dict(now.parts)
    for part in PARTS if gone else ():
        if part.name in parts:
            parts[part.name] = part.after_layer_removal(parts[part.name], gone)
    after = replace(now, layers=layers, parts=parts, **settings)
    if gone or made or "ssl" in settings or any(item.row.name in _SHOWN_OF_NODES for item in heavy):
        after = replace(after, nodes=None)
    changed = {item.layer.node_group for item in heavy + light}
    region = after.region
    entries = [_entry(layer) if layer.node_group in changed else {"nodeGroup": layer.node_group} for layer in kept]
    # Every layer that stays is named, as one that is left out goes: in full if it changes, else by its name alone
    # (recorded). Callers send the environment's region and switches each time (recorded).
    params = {
        "envName": after.name,
        "env": {**({"region": region} if region else {}), **settings_to_request(after)},
        "nodes": entries + [new_entry(layer) for layer in made],
    }
    words = _in_words(settings, heavy + light, made, gone)
    summary = f"change {builder.label}: {words}"
    builder.add(CHANGE_TOPOLOGY, params, summary, after, "layers", "status", *settings)
    new = iter(created)
    builder.pairs = tuple(pair if pair.current else LayerPair(pair.desired, next(new)) for pair in builder.pairs)


def _layers_to_remove(builder: PlanBuilder) -> set[str | None]:
    """Return the names of the layers to remove: those that the task does not name, if ``purge`` has them."""
    if "nodes" not in builder.desired.purge:
        return set()
    return set(builder.now.layer_names - {current.node_group for _desired, current in builder.pairs if current})


def _without_sources(layer: Layer, gone: Collection[str | None]) -> Layer:
    """Return a layer once others are removed; what was mounted or linked from those goes as well (inferred)."""
    if not gone:
        return layer
    for part in LAYER_PARTS:
        layer = part.after_layer_removal(layer, gone)
    links = layer.links and tuple(link for link in layer.links if link.partition(":")[0] not in gone)
    return replace(layer, links=links)


def _changed(layer: Layer, found: list[FieldDifference]) -> Layer:
    """Return a layer after ChangeTopology."""
    mine = [item for item in found if item.layer is layer and item.row.changed_by in (By.TOPOLOGY, By.OWN_METHOD)]
    if not mine:
        return layer
    after = replace(layer, **{item.row.name: item.after for item in mine})
    fixed, flexible = after.fixed_cloudlets, after.flexible_cloudlets
    if fixed is not None and flexible is not None:
        flexible = max(fixed, flexible)  # the limit is never below what is reserved
    return replace(after, flexible_cloudlets=flexible)


def created_layer(layer: Layer, names: Collection[str | None], environment: str) -> Layer:
    """Return a new layer as it will be; what the task leaves open is up to the platform.

    Args:
        names: of the layers that will be there; None among them for one whose name the platform chooses.

    Raises:
        InputError: a mount names a source layer that will not be there.
    """
    check_sources(layer, names, environment)
    values: dict[str, Any] = {}
    for part in LAYER_PARTS:
        values.update(part.created(layer))
    return replace(
        layer,
        count=1 if layer.count is None else layer.count,
        display_name=layer.display_name or None,
        links=_created_links(layer, names),
        creation={},
        registry=None,
        **values,
    )


def _created_links(layer: Layer, names: Collection[str | None]) -> tuple[str, ...] | None:
    """Return the links that a new layer will show: only containers show links, and a source has to exist."""
    if layer.links is None or not layer.image:
        return None
    links = tuple(link for link in layer.links if link.partition(":")[0] in names)
    return None if None in names and links != layer.links else links


def _in_words(settings: dict[str, Any], found: list[FieldDifference], made: list[Layer], gone: set[str | None]) -> str:
    by_layer: dict[str, list[str]] = {}
    for item in found:
        by_layer.setdefault(item.layer.label, []).append(item.change)
    words = [f"{name} {str(value).lower() if isinstance(value, bool) else value}" for name, value in settings.items()]
    words += [f"{label}: {', '.join(changes)}" for label, changes in by_layer.items()]
    words += [f"add {layer.label}" for layer in made]
    words += [f"remove layer {name}" for name in sorted(map(str, gone))]
    return "; ".join(words)


def _change_alone(builder: PlanBuilder, item: FieldDifference) -> None:
    """Change one field of one layer by the method that the platform has for it (documented)."""
    name = item.layer.node_group
    after = builder.now.with_layer(replace(item.layer, **{item.row.name: item.after}))
    summary = f"change {builder.label}: {item.layer.label}: {item.change}"
    builder.call(str(item.row.own_method), item.row.own_params(name, item.desired), summary, after, "layers")


# -- requests -------------------------------------------------------------------------------------------------------


def new_entry(layer: Layer) -> dict[str, Any]:
    """Return an entry of ``nodes`` for a layer that is to be made."""
    entry = request_members(layer, SHOWN_FIELDS)
    if not layer.display_name:
        entry.pop("displayName", None)
    for part in LAYER_PARTS:
        entry.update(part.create_members(layer))
    if layer.registry is not None:
        registry = {"url": layer.registry.url, "user": layer.registry.user, "password": layer.registry.password}
        entry["registry"] = {name: value for name, value in registry.items() if value} or None
    entry.update(layer.creation)
    return _with_image(entry, layer)


def _entry(layer: Layer) -> dict[str, Any]:
    """Return an entry for a layer that changes, with all that is known of it, so that nothing falls to a default."""
    entry = request_members(layer, _CHANGED_FIELDS)
    # A name that is not there is cleared by an empty one.
    return _with_image({**entry, "displayName": layer.display_name or ""}, layer)


def _with_image(entry: dict[str, Any], layer: Layer) -> dict[str, Any]:
    """Return an entry with the tag inside the image, as all recorded manifests have it."""
    if layer.image:
        entry.update(image=joined_image(layer.image, layer.tag), tag=None)
    return {member: value for member, value in entry.items() if value is not None}


# -- words ----------------------------------------------------------------------------------------------------------


def layer_and_environment(builder: PlanBuilder, name: str | None) -> str:
    """Return how steps name a layer; without a name they are about all layers."""
    return f"{f'layer {name}' if name else 'all layers'} of {builder.label}"


def restarts(layer: Layer) -> str:
    """Return the consequence of a step that makes or starts the containers of a layer anew."""
    return (
        f" (restarts {layer.count} node{'' if layer.count == 1 else 's'})" if layer.count else " (restarts its nodes)"
    )


# -- versions -------------------------------------------------------------------------------------------------------


def redeploy(builder: PlanBuilder, name: str | None, tag: str | None, declared: Layer | None = None) -> None:
    """Make a layer's containers anew, from a version of their image or stack (documented)."""
    builder.ensure(Needs.RUNNING)
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
    after = builder.now.with_layer(replace(builder.now.layer(name), tag=tag))
    layer = builder.now.layer(name)
    version = f": tag {layer.tag} -> {tag}" if tag != layer.tag else ""
    summary = f"redeploy {layer_and_environment(builder, name)}{version}{restarts(layer)}"
    builder.call(REDEPLOY, params, summary, after, "tags", "status")
    builder.redeployed.add(name)
