# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Control: commands in nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paas_emulator import selection, wire
from paas_emulator.calls import Call
from paas_emulator.errors import COMMAND_FAILED, PLATFORM, invalid_parameter
from paas_emulator.files import Tree
from paas_emulator.registry import emulates
from paas_emulator.services.environment_containers import variables
from paas_emulator.shell import Done, Shell
from paas_emulator.statuses import RUNNING
from paas_emulator.store import Node

FAILED = {"source": PLATFORM, "error": "The operation could not be performed"}


def _commands(call: Call) -> list[str]:
    """`command` and `params` of each entry as one line (documented members)."""
    entries = call.values["commandList"]
    if not isinstance(entries, list) or not entries:
        raise invalid_parameter("commandList")
    lines = []
    for entry in entries:
        given = {str(key).lower(): value for key, value in entry.items()} if isinstance(entry, Mapping) else {}
        command, params = given.get("command"), given.get("params") or ""
        if not isinstance(command, str) or not command.strip() or not isinstance(params, str):
            raise invalid_parameter("commandList")
        lines.append(f"{command} {params}".strip())
    return lines


def _run(call: Call, node: Node, commands: list[str]) -> Done:
    """All commands in one shell, joined by `;` (documented): a failure ends nothing, the last status counts."""
    host = f"node{node.id}-{wire.domain(call.environment)}"
    tree = Tree(call.platform.store, call.environment, node)
    shell = Shell(tree, host, variables(node), call.platform.commands.find)
    out = error = ""
    for command in commands:
        if not shell.exited:
            done = shell.run(command)
            out, error = out + done.out, error + done.error
    return Done(out.removesuffix("\n"), error.removesuffix("\n"), shell.status)


def _execute(call: Call) -> dict[str, Any]:
    """An answer for each node; the call fails where one of them did (shape inferred)."""
    commands = _commands(call)
    found = [(node.id, _run(call, node, commands)) for node in selection.nodes(call)]
    responses = [
        {
            "nodeid": number,
            "result": COMMAND_FAILED if done.status else 0,
            "out": done.out,
            "errOut": done.error,
            "error": FAILED["error"] if done.status else None,
            "exitStatus": done.status or None,
        }
        for number, done in found
    ]
    failed = any(done.status for _number, done in found)
    return {**({"result": COMMAND_FAILED, **FAILED} if failed else {}), "responses": responses}


@emulates("environment.control.ExecCmdById", needs=RUNNING)
def exec_cmd_by_id(call: Call) -> dict[str, Any]:
    """Run commands in one node."""
    return _execute(call)


@emulates("environment.control.ExecCmdByGroup", needs=RUNNING)
def exec_cmd_by_group(call: Call) -> dict[str, Any]:
    """Run commands in all nodes of a layer."""
    return _execute(call)


@emulates("environment.control.ExecCmdByType", needs=RUNNING)
def exec_cmd_by_type(call: Call) -> dict[str, Any]:
    """Run commands in all nodes of a type."""
    return _execute(call)


@emulates("environment.control.ExecCmd", needs=RUNNING)
def exec_cmd(call: Call) -> dict[str, Any]:
    """The same by its older name."""
    return _execute(call)
