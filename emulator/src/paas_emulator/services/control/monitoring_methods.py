# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Control: statistics, which are made up, and log files; environment.Export: none."""

from __future__ import annotations

import posixpath
from datetime import timedelta
from typing import Any

from paas_emulator import selection
from paas_emulator.calls import Call
from paas_emulator.clock import FORMAT, parse_date
from paas_emulator.errors import invalid_parameter
from paas_emulator.registry import emulates
from paas_emulator.services.file.model import Tree, absolute
from paas_emulator.statuses import ANY_STATUS
from paas_emulator.store import Node

LOGS = "/var/log"
MOST = 1000
# Of one node in one interval (invented).
USED = {
    "cpu": 120,
    "mem": 134_217_728,
    "disk": 536_870_912,
    "netInExt": 1024,
    "netOutExt": 2048,
    "netInInt": 0,
    "netOutInt": 0,
}


def _times(call: Call, interval: int) -> list[str]:
    end = call.text("endtime")
    try:
        last = parse_date(end) if end else call.platform.clock.now()
    except ValueError:
        raise invalid_parameter("endtime") from None
    duration = call.values["duration"]
    if duration < 1 or interval < 1:
        raise invalid_parameter("duration" if duration < 1 else "interval")
    count = min(max(duration // interval, 1), MOST)
    return [(last - timedelta(seconds=interval * place)).strftime(FORMAT) for place in range(count)]


def _row(node: Node, time: str, duration: int) -> dict[str, Any]:
    return {"nodeid": node.id, "nodeType": node.node_type, "time": time, "duration": duration, **USED}


@emulates("environment.control.GetStats", needs=ANY_STATUS)
def get_stats(call: Call) -> dict[str, Any]:
    """Use of the nodes, one row for each interval, the newest first (members documented in part)."""
    interval = int(call.values["interval"])
    rows = [_row(node, time, interval) for time in _times(call, interval) for node in selection.nodes(call)]
    return {"appid": call.environment.appid, "stats": rows}


@emulates("environment.control.GetSumStat", needs=ANY_STATUS)
def get_sum_stat(call: Call) -> dict[str, Any]:
    """Use of all of the time, one row for each node."""
    duration = int(call.values["duration"])
    (time,) = _times(call, duration)
    return {"stats": [_row(node, time, duration) for node in call.environment.nodes]}


def _log_tree(call: Call) -> tuple[Tree, str]:
    """A node's files, and a path below the folder of its logs."""
    path = absolute(call.text("path") or LOGS, LOGS)
    if path != LOGS and not path.startswith(LOGS + "/"):
        raise invalid_parameter("path")
    return Tree(call.platform.store, call.environment, selection.node(call)), path


@emulates("environment.control.GetLogsList", needs=ANY_STATUS)
def get_logs_list(call: Call) -> dict[str, Any]:
    """Log files by directory (shape documented)."""
    tree, path = _log_tree(call)
    if not tree.is_directory(path):
        raise invalid_parameter("path")
    return {"directories": {path: [tree.describe(posixpath.join(path, name)) for name in tree.names(path)]}}


@emulates("environment.control.ReadLog", needs=ANY_STATUS)
def read_log(call: Call) -> dict[str, Any]:
    """Lines of a log file, `count` of them `from` a line (from 0, inferred)."""
    tree, path = _log_tree(call)
    lines = tree.read(path).splitlines(keepends=True)
    first, count = call.values.get("from") or 0, call.values.get("count")
    shown = lines[max(first, 0) :][: count if count is not None and count >= 0 else None]
    return {"body": "".join(shown), "linescount": len(lines)}


@emulates("environment.export.GetList", needs=ANY_STATUS)
def get_export_list(call: Call) -> dict[str, Any]:
    """Exports of an environment: there are none here; the form is inferred."""
    return {"array": []}
