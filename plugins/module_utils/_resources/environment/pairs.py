# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declared layers beside those of the environment: which means which, and the fields that differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .layer_fields import SHOWN_FIELDS, LayerField
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


@dataclass(frozen=True)
class FieldDifference:
    """One field of a layer that is not as declared."""

    layer: Layer
    row: LayerField
    current: Any
    desired: Any

    @property
    def after(self) -> Any:
        """The value once it is changed; an empty text clears it."""
        return None if self.desired == "" else self.desired

    @property
    def shrinks(self) -> bool:
        """Whether something gets smaller that must not without being allowed to."""
        return self.row.shrinks and bool(self.desired < self.current)

    @property
    def change(self) -> str:
        """The change in words, for steps."""
        current, desired = (_in_words(self.row.result_value(value)) for value in (self.current, self.after))
        return f"{self.row.name} {current} -> {desired}"

    def __str__(self) -> str:
        current, desired = self.row.result_value(self.current), self.row.result_value(self.desired)
        return f"{self.layer.label}: {self.row.name} is {current!r}, not {desired!r}"


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "unset" if value is None else str(value)


def differences(current: Layer, desired: Layer) -> list[FieldDifference]:
    """Return the fields that are not as declared; what the platform does not show is taken to be as declared."""
    found = []
    for row in SHOWN_FIELDS:
        have, want = getattr(current, row.name), getattr(desired, row.name)
        seen = have is not None or row.seen_as_none(current)
        if want is not None and seen and not row.same(have, want):
            found.append(FieldDifference(current, row, have, want))
    return found
