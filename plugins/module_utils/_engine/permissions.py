# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which API methods a task calls, as data: each resource has a table beside the code that makes the calls. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .spec import Spec

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Permission:
    """An API method, and the tasks that may call it.

    Attributes:
        method: in the spelling that tokens are granted it by.
        states: values of the option ``state``, one of which the task has; empty: whatever it has.
        options: the task gives at least one of them, such as ``domains`` or ``nodes.env``; empty: whatever it gives.
        private: GetTokenApiList shows it only among the private methods (documented by the clients that know it alone).
    """

    method: str
    states: frozenset[str] = NOTHING
    options: frozenset[str] = NOTHING
    private: bool = False

    def serves(self, states: Collection[str], options: Collection[str]) -> bool:
        """Whether tasks with one of these states and with these options may call it."""
        pairs = ((self.states, states), (self.options, options))
        return all(not desired or not desired.isdisjoint(found) for desired, found in pairs)


@dataclass(frozen=True)
class Table:
    """The methods that a module calls.

    Attributes:
        spec: of the module.
        permissions: a method stands here once for each condition under which it is called.
        needs: options that have an effect only together with another one, which they name.
        entries: the option that holds a list of what the module is about, where it is about several things.
    """

    spec: Spec
    permissions: tuple[Permission, ...]
    needs: Mapping[str, str] = field(default_factory=dict)
    entries: str | None = None

    @property
    def methods(self) -> tuple[str, ...]:
        """All of them, sorted."""
        return tuple(sorted({permission.method for permission in self.permissions}))

    @property
    def own(self) -> dict[str, Any]:
        """The options of what the module is about."""
        options: dict[str, Any] = self.spec.options[self.entries]["options"] if self.entries else self.spec.options
        return options

    @property
    def states(self) -> tuple[str, ...]:
        """The values of ``state``, the one of a task that gives none first; empty for a module without."""
        option = self.own.get("state")
        if option is None:
            return ()
        usual = option.get("default", option["choices"][0])
        return (usual, *(state for state in option["choices"] if state != usual))

    @property
    def options(self) -> dict[str, str]:
        """Every option at any depth, as ``nodes.env``, to its name; aliases to the name that they stand for.

        Of a module with entries: the options of those, and what is said beside them.
        """
        beside = {name: option for name, option in self.spec.options.items() if "options" not in option}
        return dict(_names({**beside, **self.own} if self.entries else self.own))

    def needed(self, states: Collection[str] | None = None, options: Collection[str] | None = None) -> tuple[str, ...]:
        """The methods that such tasks may call, sorted.

        Args:
            states: those that tasks have. None where options are named: the one of a task that gives none.
            options: those that tasks give; one at the top stands for all that it holds. None where states are named:
                those alone that no task can do without.
        """
        if states is None and options is None:
            return self.methods
        has = self.states[:1] if states is None else states
        gives = self.given(options or ())
        return tuple(sorted({item.method for item in self.permissions if item.serves(has, gives)}))

    def given(self, named: Collection[str]) -> set[str]:
        """The options that tasks give: the named ones, what these hold, and what no task can do without.

        Of options of which a task must give one, it may give any, unless one is named.
        """
        asked = set(named)
        within = {parent for name in asked for parent in _with_parents(name)}
        others = {self.needs[name] for name in asked if name in self.needs}
        asked |= {other for other in others if other not in within and asked.isdisjoint(_with_parents(other))}
        for group in self.spec.rules.get("required_one_of", ()):
            if not asked.intersection(group):
                asked.update(group)
        given = {option for option in self.options.values() if not asked.isdisjoint(_with_parents(option))}
        given |= {parent for name in asked for parent in _with_parents(name)}
        return given - {name for name, other in self.needs.items() if other not in given}


def rows(*permissions: Permission | Iterable[Permission]) -> tuple[Permission, ...]:
    """Permissions, and groups of them, as one."""
    grouped = ([item] if isinstance(item, Permission) else item for item in permissions)
    return tuple(permission for group in grouped for permission in group)


def each(
    methods: Iterable[str], states: Collection[str] = NOTHING, options: Collection[str] = NOTHING
) -> list[Permission]:
    """Several methods under one condition."""
    return [Permission(method, frozenset(states), frozenset(options)) for method in methods]


def _names(options: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, option in options.items():
        for given in (name, *option.get("aliases", ())):
            yield prefix + given, prefix + name
        yield from _names(option.get("options", {}), f"{prefix}{name}.")


def _with_parents(option: str) -> Iterator[str]:
    """``nodes.env`` as itself and ``nodes``."""
    while option:
        yield option
        option = option.rpartition(".")[0]
