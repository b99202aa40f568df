# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of environments, in the words of the options of ``paas_environment``, without changing anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._engine.plan import Plan
from ..._engine.read_only import ReadOnly
from ..._engine.resource import Work
from ..._engine.spec import with_connection
from .model import Environment
from .names import group_key, name_or_pattern
from .query import EnvironmentQuery
from .reader import read_environment, read_environments
from .result import environment_to_result
from .statuses import WORDS

Found = tuple[Environment, ...]


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
        """Names and patterns in lower case."""
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
