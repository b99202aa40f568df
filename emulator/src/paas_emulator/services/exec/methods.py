# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Control: commands in nodes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Mapping
from typing import Any

from paas_emulator import selection
from paas_emulator.calls import Call
from paas_emulator.errors import invalid_parameter
from paas_emulator.registry import emulates
from paas_emulator.services.exec import node_commands
from paas_emulator.services.exec.shell_commands import Done
from paas_emulator.statuses import RUNNING
from paas_emulator.store import Node

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")


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


def _one(call: Call, node: Node, commands: list[str]) -> Awaitable[Done]:
    """`userName` is not in the published description; official packages hand a user on."""
    user, say_yes = call.parameters.first("userName"), call.values.get("sayYes")
    if user and not _USER.fullmatch(user):
        raise invalid_parameter("userName")
    return node_commands.run(call.platform, call.environment, node, commands, user or None, say_yes is not False)


async def _execute(call: Call) -> dict[str, Any]:
    """An answer for each node; the call fails where one of them did (shape recorded)."""
    commands = _commands(call)
    nodes = selection.nodes(call)
    done = await asyncio.gather(*(_one(call, node, commands) for node in nodes))
    return node_commands.answer([node.id for node in nodes], done)


@emulates("environment.control.ExecCmdById", needs=RUNNING)
async def exec_cmd_by_id(call: Call) -> dict[str, Any]:
    """Run commands in one node."""
    return await _execute(call)


@emulates("environment.control.ExecCmdByGroup", needs=RUNNING)
async def exec_cmd_by_group(call: Call) -> dict[str, Any]:
    """Run commands in all nodes of a layer."""
    return await _execute(call)


@emulates("environment.control.ExecCmdByType", needs=RUNNING)
async def exec_cmd_by_type(call: Call) -> dict[str, Any]:
    """Run commands in all nodes of a type."""
    return await _execute(call)


@emulates("environment.control.ExecCmd", needs=RUNNING)
async def exec_cmd(call: Call) -> dict[str, Any]:
    """The same by its older name."""
    return await _execute(call)
