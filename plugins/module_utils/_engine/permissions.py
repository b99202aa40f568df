# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables of the API methods that tasks call. Each resource has a table beside the code that makes the calls. Pure."""

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
        method: the name by which it is granted to tokens.
        states: the values of ``state`` with which a task calls the method; empty: all values.
        options: a task calls the method if it has at least one of these, such as ``domains`` or ``nodes.env``; empty:
            always.
        waking: a task calls the method only if it finds the environment stopped or sleeping.
        on_request: the method reads secrets, so a module without states and options is not granted it.
        private: GetTokenApiList shows the method only among the private methods (from published clients).
    """

    method: str
    states: frozenset[str] = NOTHING
    options: frozenset[str] = NOTHING
    private: bool = False
    waking: bool = False
    on_request: bool = False

    def serves(self, states: Collection[str], options: Collection[str]) -> bool:
        """Return whether tasks with one of these states and with these options may call the method."""
        pairs = ((self.states, states), (self.options, options))
        return all(not desired or not desired.isdisjoint(found) for desired, found in pairs)


@dataclass(frozen=True)
class Table:
    """The methods that a module calls.

    Attributes:
        spec: of the module.
        permissions: one entry for each method and condition under which it is called.
        needs: options that have an effect only together with another option: name to name.
        entries: the option with the list of objects, for a module about several objects; else None.
    """

    spec: Spec
    permissions: tuple[Permission, ...]
    needs: Mapping[str, str] = field(default_factory=dict)
    entries: str | None = None

    @property
    def methods(self) -> tuple[str, ...]:
        """All methods, sorted."""
        return tuple(sorted({permission.method for permission in self.permissions}))

    @property
    def own(self) -> dict[str, Any]:
        """The options of one object."""
        options: dict[str, Any] = self.spec.options[self.entries]["options"] if self.entries else self.spec.options
        return options

    @property
    def states(self) -> tuple[str, ...]:
        """The values of ``state``, the default first; empty for a module without ``state``."""
        option = self.own.get("state")
        if option is None:
            return ()
        usual = option.get("default", option["choices"][0])
        return (usual, *(state for state in option["choices"] if state != usual))

    @property
    def options(self) -> dict[str, str]:
        """Every option at any depth, such as ``nodes.env``, to its name; aliases to the name of their option.

        For a module with entries: the options of an entry, and the options beside the list.
        """
        beside = {name: option for name, option in self.spec.options.items() if "options" not in option}
        return dict(_names({**beside, **self.own} if self.entries else self.own))

    def needed(
        self,
        states: Collection[str] | None = None,
        options: Collection[str] | None = None,
        *,
        always_running: bool = False,
    ) -> tuple[str, ...]:
        """Return the methods that tasks with these states and options may call, sorted.

        Args:
            states: values of ``state``. None together with options: the default.
            options: options of the tasks; an option stands for all its suboptions. None together with states: only
                the required options.
            always_running: whether the tasks find every environment running.
        """
        rows = [item for item in self.permissions if not (always_running and item.waking)]
        if states is None and options is None:
            return tuple(sorted({item.method for item in rows if not item.on_request}))
        has = self.states[:1] if states is None else states
        gives = self.given(options or (), has)
        return tuple(sorted({item.method for item in rows if item.serves(has, gives)}))

    def given(self, named: Collection[str], states: Collection[str] = NOTHING) -> set[str]:
        """Return the options that tasks have: the named options, their suboptions, and the required options.

        If a task must have one of several options, also because of its state, and none is named, it may have any.
        """
        asked = set(named)
        within = {parent for name in asked for parent in _with_parents(name)}
        others = {self.needs[name] for name in asked if name in self.needs}
        asked |= {other for other in others if other not in within and asked.isdisjoint(_with_parents(other))}
        groups = [*self.spec.rules.get("required_one_of", ())]
        groups += [
            rule[2] for rule in self.spec.rules.get("required_if", ()) if rule[0] == "state" and rule[1] in states
        ]
        for group in groups:
            if within.isdisjoint(group):
                asked.update(group)
        given = {option for option in self.options.values() if not asked.isdisjoint(_with_parents(option))}
        given |= {parent for name in asked for parent in _with_parents(name)}
        return given - {name for name, other in self.needs.items() if other not in given}


def rows(*permissions: Permission | Iterable[Permission]) -> tuple[Permission, ...]:
    """Return permissions and groups of permissions as one sequence."""
    grouped = ([item] if isinstance(item, Permission) else item for item in permissions)
    return tuple(permission for group in grouped for permission in group)


def each(
    methods: Iterable[str], states: Collection[str] = NOTHING, options: Collection[str] = NOTHING
) -> list[Permission]:
    """Return the permissions of several methods under one condition."""
    return [Permission(method, frozenset(states), frozenset(options)) for method in methods]


def _names(options: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, option in options.items():
        for given in (name, *option.get("aliases", ())):
            yield prefix + given, prefix + name
        yield from _names(option.get("options", {}), f"{prefix}{name}.")


def _with_parents(option: str) -> Iterator[str]:
    """Yield ``nodes.env`` and ``nodes``."""
    while option:
        yield option
        option = option.rpartition(".")[0]
