# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What parts that are lists of named things have in common."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar

from ...._client.errors import UnexpectedAnswerError, require

# Such a thing is a frozen dataclass with ``name``, ``node_group`` and ``key``, by which it is the same thing; its
# members are None where they are not declared or not known.
T = TypeVar("T", bound=Any)  # one thing of such a list


@dataclass(frozen=True)
class Listing(Generic[T]):
    """The things of an environment.

    Attributes:
        layers: those of which all things are known; a layer just made may have some by the platform's own choice.
    """

    items: tuple[T, ...] = ()
    layers: frozenset[str | None] = frozenset()

    def holding(self, items: Sequence[T]) -> Listing[T]:
        """With other things."""
        return replace(self, items=tuple(items))

    def without(self, layers: Collection[str | None]) -> Listing[T]:
        """Once layers are gone, with which goes what hangs on them."""
        left = tuple(item for item in self.items if item.node_group not in layers)
        return Listing(left, self.layers.difference(layers))


# -- what a task declares -------------------------------------------------------------------------------------------


def distinct(option: str, items: Sequence[T]) -> tuple[T, ...]:
    """The things without repetitions; things without a name, and two different ones of a name, are refused."""
    found = tuple(dict.fromkeys(items))
    seen = set()
    for item in found:
        require(item.name, f"{option}: an entry has an empty name")
        require(item.node_group, f"{option}: {item.name!r} has an empty node_group")
        place = (item.node_group, item.key)
        require(place not in seen, f"{option}: {item.name!r} is declared twice for the layer {item.node_group!r}")
        seen.add(place)
    return found


# -- showing --------------------------------------------------------------------------------------------------------


def as_results(items: Sequence[Any], names: Sequence[str], first: Sequence[str]) -> list[dict[str, Any]]:
    """Things in the words of their option, ordered by some of them first, so that the answer's order does not show."""
    found = [{name: getattr(item, name) for name in names} for item in items]
    return sorted(found, key=lambda item: [str(item[name]) for name in (*first, *names)])


# -- comparing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemDiff(Generic[T]):
    """What is to be done: things to add, those to change (as they are, and as they shall be), and those to remove."""

    missing: tuple[T, ...]
    changed: tuple[tuple[T, T], ...]
    extra: tuple[T, ...]


def merged(current: T, desired: T) -> T:
    """A thing with what is declared of it."""
    declared = {item.name: getattr(desired, item.name) for item in fields(desired)}
    result: T = replace(current, **{name: value for name, value in declared.items() if value is not None})
    return result


def satisfied(current: Any, desired: Any) -> bool:
    """Whether a thing is the one declared, in all that is declared of it."""
    return bool(current.key == desired.key and merged(current, desired) == current)


# The platform allows several things of one name. A declared one means the first that is as declared, else the first of
# its layer, else the first of its name.
_MEANT: tuple[Callable[[Any, Any], bool], ...] = (
    satisfied,
    lambda current, desired: current.key == desired.key and current.node_group == desired.node_group,
    lambda current, desired: current.key == desired.key,
)


def diff_items(current: Sequence[T], desired: Sequence[T], *, purge: bool, defaults: Mapping[str, Any]) -> ItemDiff[T]:
    """Compare by keys, and in what is declared.

    Args:
        defaults: values of members of a new thing that are not declared.
    """
    left = list(current)
    meant: dict[int, T] = {}
    for means in _MEANT:
        for place, item in enumerate(desired):
            found = None if place in meant else next((other for other in left if means(other, item)), None)
            if found is not None:
                meant[place] = found
                left = [other for other in left if other is not found]
    pairs = [(meant[place], merged(meant[place], item)) for place, item in enumerate(desired) if place in meant]
    return ItemDiff(
        missing=tuple(_completed(item, defaults) for place, item in enumerate(desired) if place not in meant),
        changed=tuple((old, new) for old, new in pairs if old != new),
        extra=tuple(left) if purge else (),
    )


def _completed(item: T, defaults: Mapping[str, Any]) -> T:
    result: T = replace(item, **{name: value for name, value in defaults.items() if getattr(item, name) is None})
    return result


def require_id(option: str, item: Any) -> int:
    """The number by which the platform changes or removes a thing.

    Raises:
        UnexpectedAnswerError: it did not tell one, and without it the call could hit another thing.
    """
    if item.id is None:
        raise UnexpectedAnswerError(
            f"{option}: the platform lists {item.name!r} without its number (id); change it in the dashboard"
        )
    return int(item.id)


def with_replaced(current: Sequence[T], old: T, new: T) -> tuple[T, ...]:
    """The things with one in place of another."""
    return tuple(new if item is old else item for item in current)


def without(current: Sequence[T], gone: Sequence[T]) -> tuple[T, ...]:
    """The things without some of them."""
    return tuple(item for item in current if not any(item is other for other in gone))


def same_items(found: Sequence[T], expected: Sequence[T], known: Collection[str | None] | None = None) -> bool:
    """Whether two lists hold the same things, where None in the expected one stands for what was not known.

    Args:
        known: layers of which all things are expected; of others more may be there. None: all.
    """
    left = list(found)
    for item in expected:
        match = next((other for other in left if satisfied(other, item)), None)
        if match is None:
            return False
        left = [other for other in left if other is not match]
    return not any(known is None or item.node_group in known for item in left)
