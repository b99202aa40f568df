# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls that run a command in nodes, and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._client.answers import items, member, number
from .._client.errors import require

BY_LAYER = "environment.control.ExecCmdByGroup"
BY_NODE = "environment.control.ExecCmdById"
# The platform hands a command to a program of the node as one argument, which Linux limits to 131,071 bytes. The
# argument is in base64, which takes 4 bytes for 3 bytes of the command.
MOST_BYTES = 98_000


def command_list(command: str) -> list[dict[str, str]]:
    """Return the parameter ``commandList`` with one entry; the platform would join several by ``;``.

    Raises:
        InputError: the command is longer than a node takes.
    """
    size = len(command.encode("utf-8", "surrogateescape"))
    require(
        size <= MOST_BYTES,
        f"the commands, with stdin, have {size} bytes, and a node takes at most {MOST_BYTES}; write a file with "
        "paas_file, and let the command read it",
    )
    return [{"command": command, "params": ""}]


def results_by_node(answer: Any) -> tuple[Mapping[str, Any], ...]:
    """Return node, exit status and output of each node."""
    return tuple(
        {
            "node_id": number(member(item, "nodeid", "nodeId")),
            "rc": _status(item),
            "stdout": str(member(item, "out") or ""),
            "stderr": str(member(item, "errOut") or ""),
        }
        for item in items(answer, "responses")
    )


def _status(item: Any) -> int:
    """Return the exit status; 1 if the platform says only that the command failed."""
    status = number(member(item, "exitStatus"))
    return status if status is not None else int(member(item, "result") not in (0, None))
