# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where an environment is not as a task declares it. Pure, and without a word about what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Callable

from .fields import FIELDS, By, has_groups, has_mounts, same_exactly, same_image, same_text
from .layer import Layer, disk_text
from .model import DesiredEnvironment, Environment


@dataclass(frozen=True)
class Difference:
    """One field of a layer whose value is another than the wanted one."""

    layer: Layer
    name: str
    current: Any
    desired: Any

    @property
    def by(self) -> By:
        """What changes it."""
        return FIELDS[self.name].by

    @property
    def shrinks(self) -> bool:
        """Whether something gets smaller that must not without being allowed to."""
        return FIELDS[self.name].shrinks and self.desired < self.current

    def __str__(self) -> str:
        have, want = (
            disk_text(value) if self.name == "disk_limit" else value for value in (self.current, self.desired)
        )
        shown = [list(value) if isinstance(value, tuple) else value for value in (have, want)]
        return f"{self.layer.label}: {self.name} is {shown[0]!r}, not {shown[1]!r}"


def match_layers(current: Iterable[Layer], desired: Iterable[Layer]) -> list[tuple[Layer, Layer | None]]:
    """Each wanted layer with the one that it means: by name, else the first of its kind that no other one means."""
    named = {layer.node_group: layer for layer in current}
    given = list(desired)
    taken: set[str | None] = {layer.node_group for layer in given if layer.node_group}
    pairs: list[tuple[Layer, Layer | None]] = []
    for layer in given:
        if layer.node_group:
            pairs.append((layer, named.get(layer.node_group)))
            continue
        free = (item for item in named.values() if item.node_group not in taken)
        found = next((item for item in free if _same_kind(item, layer)), None)
        if found:
            taken.add(found.node_group)
        pairs.append((layer, found))
    return pairs


def _same_kind(current: Layer, desired: Layer) -> bool:
    return same_text(current.node_type, desired.node_type) and (
        desired.image is None or same_image(current.image, desired.image)
    )


def differences(found: Layer, desired: Layer) -> list[Difference]:
    """Where a layer is not as declared; what the platform does not show of it is taken to be as declared."""
    desired = replace(desired, volume_mounts=desired.mounts_from_others(found.node_group))
    pairs = ((name, field, getattr(found, name), getattr(desired, name)) for name, field in FIELDS.items())
    return [
        Difference(found, name, have, want)
        for name, field, have, want in pairs
        if want is not None and not _unseen(found, name) and not field.satisfied(have, want)
    ]


def _unseen(layer: Layer, name: str) -> bool:
    """Whether the platform did not show a field. What has no display name, or runs no image, is seen to have none."""
    if name == "display_name" or (name == "image" and layer.node_type):
        return False
    return getattr(layer, name) is None


# What ChangeTopology can set on the environment itself, and how it is compared.
SETTINGS = {"engine": same_text, "ssl": same_exactly, "ha": same_exactly}


def changed_settings(current: Environment, desired: DesiredEnvironment) -> dict[str, Any]:
    """The settings of the environment itself that are not as declared, with their wanted values."""
    pairs = ((name, same, getattr(current, name), getattr(desired, name)) for name, same in SETTINGS.items())
    return {name: want for name, same, have, want in pairs if want is not None and not same(have, want)}


# -- whether a change was made --------------------------------------------------------------------------------------

# What each aspect of an environment that a step can set consists of, as a comparison of what is there with what should.
_ASPECTS: dict[str, Callable[[Environment, Environment], bool]] = {
    "status": lambda found, after: found.status.number == after.status.number,
    "display_name": lambda found, after: same_exactly(found.display_name, after.display_name),
    "region": lambda found, after: after.region is None or same_text(found.region, after.region),
    "engine": lambda found, after: after.engine is None or same_text(found.engine, after.engine),
    "ssl": lambda found, after: found.ssl == after.ssl,
    "ha": lambda found, after: found.ha == after.ha,
    "env_groups": lambda found, after: (
        has_groups(found.env_groups, after.env_groups) and has_groups(after.env_groups, found.env_groups)
    ),
}
# Those that are judged by the layers' fields.
_LAYER_ASPECTS = {"layers": (By.TOPOLOGY, By.LIGHT, By.NEVER), "tags": (By.REDEPLOY,)}


def _same_variables(found: Layer, after: Layer) -> bool:
    """Apart from those that the image brings, which it can change by itself."""
    builtin = found.env_builtin | after.env_builtin
    one, other = (
        {name: value for name, value in layer.variables.items() if name not in builtin} for layer in (found, after)
    )
    return one == other


# And those of which what is gone must be gone, too, so that more than there should be is as wrong as less.
_EXACT_ASPECTS: dict[str, Callable[[Layer, Layer], bool]] = {
    "env": _same_variables,
    "volumes": lambda found, after: set(found.volumes or ()) == set(after.volumes or ()),
    "volume_mounts": lambda found, after: (
        set(found.mount_paths) == set(after.mount_paths) and has_mounts(found.volume_mounts, after.volume_mounts)
    ),
}
EXISTS = "existence"
STATUS = "status"
# Those that GetEnvInfo with ``lazy`` does not show.
HEAVY = frozenset({*_LAYER_ASPECTS, *_EXACT_ASPECTS})


def unmet(found: Environment | None, after: Environment | None, aspects: Iterable[str]) -> list[str]:
    """The aspects in which an environment is not as steps should have left it."""
    if found is None or after is None:
        return [] if found is after else [EXISTS]
    checked = [aspect for aspect in aspects if aspect in _ASPECTS and not _ASPECTS[aspect](found, after)]
    for aspect, ways in _LAYER_ASPECTS.items():
        if aspect in aspects and found.layers is not None and not _layers_reached(found, after, aspect, ways):
            checked.append(aspect)
    for aspect, same in _EXACT_ASPECTS.items():
        if aspect in aspects and not _details_reached(found, after, aspect, same):
            checked.append(aspect)
    return checked


def _details_reached(found: Environment, after: Environment, aspect: str, same: Callable[[Layer, Layer], bool]) -> bool:
    """Whether a detail is as it should be in each layer where it is known on both sides."""
    pairs = match_layers(found.layers or (), after.layers or ())
    known = [
        (there, layer)
        for layer, there in pairs
        if there is not None and getattr(there, aspect) is not None and getattr(layer, aspect) is not None
    ]
    return all(same(there, layer) for there, layer in known)


def _layers_reached(found: Environment, after: Environment, aspect: str, ways: tuple[By, ...]) -> bool:
    pairs = match_layers(found.layers or (), after.layers or ())
    if aspect == "layers" and len(found.layers or ()) != len(after.layers or ()):
        return False
    return all(
        there is not None and not any(item.by in ways for item in differences(there, layer)) for layer, there in pairs
    )
