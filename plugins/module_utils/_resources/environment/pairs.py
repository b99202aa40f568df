# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which existing layer each declared layer means."""

from __future__ import annotations

from collections.abc import Iterable

from .model import Layer, LayerPair
from .names import same_image, same_text


def pair_layers(current: Iterable[Layer], desired: Iterable[Layer]) -> tuple[LayerPair, ...]:
    """Pair each declared layer by its name, else with the first layer of its kind that no other one means."""
    named = {layer.node_group: layer for layer in current}
    declared = tuple(desired)
    taken: set[str | None] = {layer.node_group for layer in declared if layer.node_group}
    pairs: list[LayerPair] = []
    for layer in declared:
        if layer.node_group:
            pairs.append(LayerPair(layer, named.get(layer.node_group)))
            continue
        free = (item for item in named.values() if item.node_group not in taken)
        meant = next((item for item in free if _is_same_kind(item, layer)), None)
        if meant:
            taken.add(meant.node_group)
        pairs.append(LayerPair(layer, meant))
    return tuple(pairs)


def _is_same_kind(current: Layer, desired: Layer) -> bool:
    return same_text(current.node_type, desired.node_type) and (
        desired.image is None or same_image(current.image, desired.image)
    )
