# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_stats_info``: what environments use over a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from .._client.answers import member_number, required_items
from .._client.client import PlatformClient
from .._client.concurrency import gather
from .._client.errors import require
from .._engine.permissions import Permission, Table, rows
from .._engine.read_only import ReadOnly
from .._engine.resource import Work
from .._engine.spec import with_connection
from .environment.info import find
from .environment.model import Environment
from .environment.query import EnvironmentQuery, query_of
from .environment.reader import GET as GET_ENVIRONMENT
from .environment.reader import GET_ALL

GET = "environment.control.GetSumStat"
HOUR = 3600
# Member of the result to members of the platform's rows (documented).
COUNTED = {
    "cpu": ("cpu",),
    "memory": ("mem",),
    "disk": ("disk",),
    "traffic_in": ("netInExt",),
    "traffic_out": ("netOutExt",),
    "internal_traffic_in": ("netInInt",),
    "internal_traffic_out": ("netOutInt",),
}


@dataclass(frozen=True)
class StatsQuery:
    """Which environments, over how many hours until now."""

    query: EnvironmentQuery
    hours: int


class StatsInfo(ReadOnly[StatsQuery, "list[dict[str, Any]]"]):
    """The resource of ``paas_stats_info``; its result is sorted by name."""

    result_member = "stats"
    spec = with_connection(
        {
            "name": {"type": "list", "elements": "str"},
            "group": {"type": "list", "elements": "str"},
            "hours": {"type": "int", "default": 24},
        }
    )

    def desired(self, options: Mapping[str, Any]) -> StatsQuery:
        require(options["hours"] > 0, "hours must be above 0")
        return StatsQuery(query_of(options), options["hours"])

    def read(self, work: Work, desired: StatsQuery) -> list[dict[str, Any]]:
        """Read the environments by one GetEnvs, and their use by one GetSumStat each, several at a time."""
        found = find(work.client, desired.query, work.task.warn)
        return gather(work.client, [partial(_use, desired.hours, environment) for environment in found])


def _use(hours: int, environment: Environment, client: PlatformClient) -> dict[str, Any]:
    answer = client.call(GET, envName=environment.name, duration=hours * HOUR)
    used = required_items(GET, answer, "stats")
    sums = {name: sum(member_number(row, *names) or 0 for row in used) for name, names in COUNTED.items()}
    idle = sums["traffic_in"] + sums["traffic_out"] == 0
    return {"environment": environment.name, "status": environment.status.word, "hours": hours, **sums, "idle": idle}


PERMISSIONS = Table(
    spec=StatsInfo.spec,
    permissions=rows(Permission(GET_ALL), Permission(GET_ENVIRONMENT, options=frozenset({"name"})), Permission(GET)),
)
