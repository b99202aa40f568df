# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An environment with two layers, and commands and files in its nodes."""

from __future__ import annotations

import json
from typing import Any

from emulator_client import Client

C, F = "environment.control.", "environment.file."
ENV = "hello-world"
NODES = [
    {"image": "example/app:1", "nodeGroup": "cp", "count": 2, "env": {"NAME": "the value", "EMPTY": ""}},
    {"nodeType": "mysql8", "nodeGroup": "sqldb"},
]
FIRST, SECOND, DATABASE = 20001, 20002, 20003
FAILED = "The operation could not be performed"


def commands(*lines: str) -> str:
    return json.dumps([{"command": line} for line in lines])


def execute(client: Client, *lines: str, node: int = FIRST) -> dict[str, Any]:
    return client.call(C + "ExecCmdById", envName=ENV, nodeId=node, commandList=commands(*lines))


def run(client: Client, *lines: str) -> tuple[int, str, str]:
    """Exit status and what was printed."""
    answer = execute(client, *lines)["responses"][0]
    return answer.get("exitStatus", 0), answer["out"], answer["errOut"]


def write(client: Client, path: str, text: str, node: int = FIRST) -> None:
    assert client.call(F + "Write", envName=ENV, nodeid=node, path=path, body=text) == {"result": 0}


def read(client: Client, path: str, node: int = FIRST) -> str:
    text: str = client.call(F + "Read", envName=ENV, nodeid=node, path=path)["body"]
    return text
