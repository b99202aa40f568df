# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands in a node: answers that were set, else the small shell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from paas_emulator import wire
from paas_emulator.errors import COMMAND_FAILED, PLATFORM
from paas_emulator.files import Tree
from paas_emulator.platform import Platform
from paas_emulator.shell import Done, Shell
from paas_emulator.store import Environment, Node

COULD_NOT = "The operation could not be performed"  # recorded


async def run(platform: Platform, environment: Environment, node: Node, commands: Sequence[str]) -> Done:
    """Run commands in one shell, joined by `;` (documented): a failure ends nothing, the last status counts."""
    tree = Tree(platform.store, environment, node)
    shell = Shell(tree, host_name(environment, node), wire.variables(node), platform.commands.find)
    out = error = ""
    for command in commands:
        if not shell.exited:
            done = shell.run(command)
            out, error = out + done.out, error + done.error
    return Done(out.removesuffix("\n"), error.removesuffix("\n"), shell.status)


def answer(nodes: Sequence[int], done: Sequence[Done]) -> dict[str, Any]:
    """What the platform says of commands in nodes; a failure has a code for the call and for the node (recorded)."""
    failed = {"result": COMMAND_FAILED, "source": PLATFORM, "error": COULD_NOT}
    responses = [
        {
            "nodeid": number,
            "result": COMMAND_FAILED if one.status else 0,
            "out": one.out,
            "errOut": one.error,
            "error": COULD_NOT if one.status else None,
            "exitStatus": one.status or None,
        }
        for number, one in zip(nodes, done, strict=True)
    ]
    return {**(failed if any(one.status for one in done) else {}), "responses": responses}


def host_name(environment: Environment, node: Node) -> str:
    """How a node calls itself."""
    return f"node{node.id}-{wire.domain(environment)}"
