# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which environments of an account a task is about."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..._engine.suggestions import did_you_mean
from .model import Environment, unknown_environment
from .names import group_key, is_pattern, name_or_pattern


@dataclass(frozen=True)
class EnvironmentQuery:
    """What to list; None means no restriction. All restrictions apply together."""

    names: tuple[str, ...] | None
    statuses: frozenset[str] | None
    groups: tuple[str, ...] | None
    regions: frozenset[str] | None
    lazy: bool

    @property
    def only(self) -> str | None:
        """The name that is asked for, if it is a single one and not a pattern."""
        name = self.names[0] if self.names and len(self.names) == 1 else None
        return None if name is None or is_pattern(name) else name

    def selects(self, environment: Environment) -> bool:
        """Return whether an environment is listed."""
        return (
            (self.names is None or any(fnmatch.fnmatchcase(environment.name.lower(), name) for name in self.names))
            and (self.statuses is None or environment.status.word in self.statuses)
            and (self.groups is None or any(map(self._in_groups, environment.parts.get("env_groups", ()))))
            and (self.regions is None or (environment.region or "").casefold() in self.regions)
        )

    def unmatched(self, environments: Collection[Environment]) -> list[str]:
        """Return a message for each name and group, apart from patterns, that no environment of the account has."""
        names = [environment.name for environment in environments]
        paths = {path for environment in environments for path in environment.parts.get("env_groups", ())}
        groups = {group for path in paths for group in and_parents(path)}
        folded = {name.lower() for name in names}
        messages = [
            unknown_environment(name, names) for name in self.names or () if not is_pattern(name) and name not in folded
        ]
        for group in self.groups or ():
            if not is_pattern(group) and group not in map(group_key, groups):
                similar = did_you_mean(group, sorted(groups), most=2)
                messages.append(f"no environment is in group {group!r}{f' ({similar})' if similar else ''}")
        return messages

    def _in_groups(self, path: str) -> bool:
        within = and_parents(group_key(path))
        return any(fnmatch.fnmatchcase(group, pattern) for group in within for pattern in self.groups or ())


def and_parents(path: str) -> list[str]:
    """Return a group and the groups that it is in: ``dev`` and ``dev/team-a``."""
    parts = path.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def query_of(options: Mapping[str, Any]) -> EnvironmentQuery:
    """Return what the options ``name``, ``status``, ``group``, ``region`` and ``lazy`` ask for."""
    names, statuses, groups, regions = (options.get(name) for name in ("name", "status", "group", "region"))
    return EnvironmentQuery(
        names=None if names is None else tuple(map(name_or_pattern, names)),
        statuses=None if statuses is None else frozenset(statuses),
        groups=None if groups is None else tuple(group_key(group) for group in groups),
        regions=None if regions is None else frozenset(region.strip().casefold() for region in regions),
        lazy=bool(options.get("lazy")),
    )
