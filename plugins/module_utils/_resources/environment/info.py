# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of environments, in the words of the options of ``paas_environment``, without changing anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from ..._client.client import PlatformClient
from ..._engine.plan import Plan
from ..._engine.read_only import ReadOnly
from ..._engine.resource import Work
from ..._engine.spec import with_connection
from .model import Environment
from .query import EnvironmentQuery, query_of
from .reader import read_environment, read_environments
from .result import environment_to_result
from .statuses import WORDS

Found = tuple[Environment, ...]


def find(client: PlatformClient, query: EnvironmentQuery, warn: Callable[[str], None]) -> Found:
    """Read the environments that are asked for, sorted by name: a single name by GetEnvInfo, else one GetEnvs."""
    if query.names == ():
        return ()
    if query.only is not None:
        found = read_environment(client, query.only, lazy=query.lazy)
        environments = [found] if found else []
    else:
        environments = read_environments(client, lazy=query.lazy, warn=warn)
    return tuple(sorted(filter(query.selects, environments), key=lambda environment: environment.name))


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
        return query_of(options)

    def read(self, work: Work, desired: EnvironmentQuery) -> Found:
        """One GetEnvInfo for a single name, else one GetEnvs."""
        return find(work.client, desired, work.task.warn)

    def report(self, work: Work, plan: Plan[Found], state: Found, desired: EnvironmentQuery) -> dict[str, Any]:
        """``environments``, sorted by name."""
        return {"environments": [environment_to_result(environment) for environment in state]}
