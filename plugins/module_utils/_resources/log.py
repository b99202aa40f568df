# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_log_info``: log files of nodes, and lines of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from .._client.answers import flag, items, member, member_number, member_text
from .._client.client import PlatformClient
from .._client.concurrency import gather
from .._client.errors import require
from .._engine.permissions import Permission, Table, rows
from .._engine.read_only import ReadOnly
from .._engine.resource import Work
from .._engine.spec import with_connection
from .environment.reader import GET as GET_ENVIRONMENT
from .nodes import NODE_OPTIONS, RULES, Place, node_ids, place_of
from .paths import absolute_path

GET_LIST = "environment.control.GetLogsList"
READ = "environment.control.ReadLog"
MOST_LINES = 10_000


@dataclass(frozen=True)
class LogQuery:
    """Which log of which nodes.

    Attributes:
        path: None lists the files.
        last: how many lines at most, the newest.
        after: the line after which to begin.
    """

    place: Place
    path: str | None
    last: int
    after: int | None


class LogInfo(ReadOnly[LogQuery, "list[dict[str, Any]]"]):
    """The resource of ``paas_log_info``; its result has one entry for each node."""

    result_member = "logs"
    spec = with_connection(
        {
            **NODE_OPTIONS,
            "path": {"type": "str"},
            "last": {"type": "int", "default": 100},
            "after_line": {"type": "int"},
        },
        **RULES,
    )

    def desired(self, options: Mapping[str, Any]) -> LogQuery:
        path, after = options.get("path"), options.get("after_line")
        require(0 < options["last"] <= MOST_LINES, f"last is 1 to {MOST_LINES} lines")
        require(after is None or after >= 0, "after_line is a number of lines, 0 or more")
        require(after is None or path, "after_line goes with path, the log file")
        return LogQuery(place_of(options), absolute_path("path", path) if path else None, options["last"], after)

    def read(self, work: Work, desired: LogQuery) -> list[dict[str, Any]]:
        """Read the nodes of a layer by one GetEnvInfo; list by one call for each node, read lines by two."""
        numbers = node_ids(work.client, desired.place, master_only=False)
        read = _files if desired.path is None else _lines
        return gather(work.client, [partial(read, desired, number) for number in numbers])


def _files(desired: LogQuery, node: int, client: PlatformClient) -> dict[str, Any]:
    answer = client.call(GET_LIST, envName=desired.place.environment, nodeId=node)
    folders = member(answer, "directories") or {}
    found = [item for folder in folders for item in items(folders, folder)] if isinstance(folders, Mapping) else []
    files = [
        {
            "path": member_text(item, "absolutePath") or member_text(item, "name"),
            "size": member_number(item, "length"),
            "modified": member_text(item, "lastModified"),
        }
        for item in found
        if not flag(member(item, "isDir"))
    ]
    return {"node_id": node, "files": files, "path": None, "lines": None, "line_count": None, "first_line": None}


def _lines(desired: LogQuery, node: int, client: PlatformClient) -> dict[str, Any]:
    """Read the number of lines, then those that are asked for."""
    where = {"envName": desired.place.environment, "nodeId": node, "path": desired.path}
    count = member_number(client.call(READ, **where, **{"from": 0, "count": 1}), "linescount") or 0
    first = max(0, count - desired.last, min(desired.after or 0, count))
    body = ""
    if count > first:
        body = member_text(client.call(READ, **where, **{"from": first, "count": count - first}), "body") or ""
    lines = body.splitlines()
    return {
        "node_id": node,
        "files": None,
        "path": desired.path,
        "lines": lines,
        "line_count": first + len(lines),
        "first_line": first + 1,
    }


PERMISSIONS = Table(
    spec=LogInfo.spec,
    permissions=rows(
        Permission(GET_ENVIRONMENT, options=frozenset({"node_group"})),
        Permission(GET_LIST),
        Permission(READ, options=frozenset({"path"})),
    ),
)
