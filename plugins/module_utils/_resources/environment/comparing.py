# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""Where an environment is not as a task declares it. Pure, and without a word about what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Callable

from .model import Environment, Layer, Wanted, group_key


@dataclass(frozen=True)
class Difference:
    """One option whose value is another than the wanted one.

    Attributes:
        layer: name of the layer, None for the environment itself.
        option: None for a layer that is missing as a whole.
        current, wanted: values in the words of the options.
    """

    layer: str | None
    option: str | None
    current: object
    wanted: object

    def __str__(self) -> str:
        if self.option is None:
            return f"{self.layer} is missing"
        where = f"{self.layer}: " if self.layer else ""
        return f"{where}{self.option} is {self.current!r}, not {self.wanted!r}"


def match_layers(current: tuple[Layer, ...], wanted: tuple[Layer, ...]) -> list[tuple[Layer, Layer | None]]:
    """Each wanted layer with the one that it means: by name, else the first of its kind that no other one means."""
    named = {layer.node_group: layer for layer in current}
    taken: set[str | None] = {layer.node_group for layer in wanted if layer.node_group}
    pairs: list[tuple[Layer, Layer | None]] = []
    for layer in wanted:
        if layer.node_group:
            pairs.append((layer, named.get(layer.node_group)))
            continue
        found = next((item for item in current if item.node_group not in taken and _same_kind(item, layer)), None)
        if found:
            taken.add(found.node_group)
        pairs.append((layer, found))
    return pairs


def _same_kind(current: Layer, wanted: Layer) -> bool:
    return _same_text(current.node_type, wanted.node_type) and (
        wanted.image is None or _same_image(current.image, wanted.image)
    )


def _same_text(current: object, wanted: object) -> bool:
    return str(current or "").casefold() == str(wanted or "").casefold()


def _same_exactly(current: object, wanted: object) -> bool:
    return (current or None) == (wanted or None)


def _same_number(current: object, wanted: object) -> bool:
    return current == wanted


def _same_image(current: object, wanted: object) -> bool:
    return _full_image(current) == _full_image(wanted)


def _full_image(image: object) -> str:
    """An image without what stands for Docker Hub, which may be written or left out."""
    text = str(image or "")
    for prefix in ("docker.io/", "index.docker.io/", "library/"):
        text = text[len(prefix) :] if text.startswith(prefix) else text
    return text


def _same_groups(current: object, wanted: object) -> bool:
    mine, theirs = (current if isinstance(current, tuple) else (), wanted if isinstance(wanted, tuple) else ())
    return {group_key(path) for path in mine} == {group_key(path) for path in theirs}


# How each option is compared; what is not here is either a key or a step of its own.
ENVIRONMENT_OPTIONS: dict[str, Callable[[object, object], bool]] = {
    "region": _same_text,
    "engine": _same_text,
    "ssl": _same_exactly,
    "ha": _same_exactly,
    "env_groups": _same_groups,
}
LAYER_OPTIONS: dict[str, Callable[[object, object], bool]] = {
    "node_type": _same_text,
    "count": _same_number,
    "fixed_cloudlets": _same_number,
    "flexible_cloudlets": _same_number,
    "tag": _same_exactly,
    "image": _same_image,
    "display_name": _same_exactly,
}


def differences(current: Environment, wanted: Wanted) -> tuple[Difference, ...]:
    """All differences in what is set at creation; layers that the task does not name are none of its business."""
    return tuple(_of_environment(current, wanted)) + tuple(_of_layers(current, wanted))


def _of_environment(current: Environment, wanted: Wanted) -> Iterator[Difference]:
    for option, same in ENVIRONMENT_OPTIONS.items():
        have, want = getattr(current, option), getattr(wanted, option)
        if want is not None and not same(have, want):
            shown = [list(value) if isinstance(value, tuple) else value for value in (have, want)]
            yield Difference(None, option, *shown)


def _of_layers(current: Environment, wanted: Wanted) -> Iterator[Difference]:
    if current.layers is None:
        return
    for layer, found in match_layers(current.layers, wanted.layers or ()):
        if found is None:
            yield Difference(layer.label, None, None, None)
            continue
        for option, same in LAYER_OPTIONS.items():
            have, want = getattr(found, option), getattr(layer, option)
            if want is not None and not same(have, want):
                yield Difference(found.label, option, have, want)
