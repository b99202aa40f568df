# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of environments, in the words of the options of ``paas_environment``, without changing anything."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..._engine.plan import Plan
from ..._engine.read_only import ReadOnly
from ..._engine.resource import Work
from ..._engine.spec import with_connection
from .desired import environment_name
from .model import Environment, group_key
from .reader import read_environment, read_environments
from .result import environment_to_result
from .statuses import WORDS

Found = tuple[Environment, ...]


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
        """The one name that is asked for, where it is a single one and no pattern."""
        name = self.names[0] if self.names and len(self.names) == 1 else None
        return None if name is None or _is_pattern(name) else name

    def selects(self, environment: Environment) -> bool:
        """Whether an environment is listed."""
        return (
            (self.names is None or any(fnmatch.fnmatchcase(environment.name.lower(), name) for name in self.names))
            and (self.statuses is None or environment.status.word in self.statuses)
            and (self.groups is None or any(map(self._in_groups, environment.env_groups)))
            and (self.regions is None or (environment.region or "").casefold() in self.regions)
        )

    def _in_groups(self, path: str) -> bool:
        parts = group_key(path).split("/")
        within = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        return any(fnmatch.fnmatchcase(group, pattern) for group in within for pattern in self.groups or ())


def _is_pattern(name: str) -> bool:
    return any(character in name for character in "*?[")


def name_or_pattern(given: str, option: str = "name") -> str:
    """In lower case, as names are; InputError for what can be neither."""
    return given.strip().lower() if _is_pattern(given) else environment_name(given, option)


class EnvironmentInfo(ReadOnly[EnvironmentQuery, Found]):
    """``paas_environment_info``."""

    spec = with_connection(
        {
            "name": {"type": "list", "elements": "str"},
            "status": {"type": "list", "elements": "str", "choices": list(WORDS)},
            "group": {"type": "list", "elements": "str"},
            "region": {"type": "list", "elements": "str"},
            "lazy": {"type": "bool", "default": False},
        }
    )

    def desired(self, options: Mapping[str, Any]) -> EnvironmentQuery:
        """See :class:`Resource`."""
        names, statuses, groups, regions = (options.get(name) for name in ("name", "status", "group", "region"))
        return EnvironmentQuery(
            names=None if names is None else tuple(map(name_or_pattern, names)),
            statuses=None if statuses is None else frozenset(statuses),
            groups=None if groups is None else tuple(group_key(group) for group in groups),
            regions=None if regions is None else frozenset(region.strip().casefold() for region in regions),
            lazy=options["lazy"],
        )

    def read(self, work: Work, desired: EnvironmentQuery) -> Found:
        """One GetEnvInfo for a single name, else one GetEnvs."""
        if desired.names == ():
            return ()
        if desired.only is not None:
            found = read_environment(work.client, desired.only, lazy=desired.lazy)
            environments = [found] if found else []
        else:
            environments = read_environments(work.client, lazy=desired.lazy, warn=work.task.warn)
        chosen = (environment for environment in environments if desired.selects(environment))
        return tuple(sorted(chosen, key=lambda environment: environment.name))

    def report(self, work: Work, plan: Plan[Found], state: Found, desired: EnvironmentQuery) -> dict[str, Any]:
        """``environments``, sorted by name."""
        return {"environments": [environment_to_result(environment) for environment in state]}
