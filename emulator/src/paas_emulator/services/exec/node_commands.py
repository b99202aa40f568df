# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands in a node: answered from the table of set answers, else by the sandbox or the small shell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from paas_emulator import selection
from paas_emulator.calls import Call
from paas_emulator.errors import COMMAND_FAILED, EXECUTION_TIMED_OUT, PLATFORM, ResultCode
from paas_emulator.platform import Platform
from paas_emulator.services.control import serializers, stacks
from paas_emulator.services.exec.sandbox import ROOT, SECONDS, Sandbox, SandboxError
from paas_emulator.services.exec.shell import Shell
from paas_emulator.services.exec.shell_commands import Done
from paas_emulator.services.file.model import Tree
from paas_emulator.store import Environment, Node

READS_FILES = (
    "environment.file.",
    *(
        f"environment.control.{name}"
        for name in ("clone", "changetopology", "addnode", "readlog", "getlogs", "redeploy")
    ),
)
WHOLE = ("StopEnv", "SleepEnv", "Migrate")
ENDS_NODES = (*WHOLE, "RestartNode", "RestartContainer", "Redeploy")
COULD_NOT = "The operation could not be performed"  # recorded


async def run(
    platform: Platform,
    environment: Environment,
    node: Node,
    commands: Sequence[str],
    user: str | None = None,
    say_yes: bool = True,
) -> Done:
    """Run commands in one shell, joined by `;` (documented): a failure ends nothing, the last status counts.

    user: by default root in containers and virtual servers, and a restricted one in certified stacks (read).
    """
    if platform.sandbox and not (len(commands) == 1 and platform.commands.find(commands[0])):
        seconds = platform.switches["exec_timeout"] or SECONDS
        return await _in_sandbox(platform.sandbox, environment, node, commands, user, say_yes, seconds)
    tree = Tree(platform.store, environment, node)
    shell = Shell(tree, serializers.variables(node), platform.commands.find)
    out = error = ""
    for command in commands:
        if not shell.exited:
            done = shell.run(command)
            out, error = out + done.out, error + done.error
    return Done(out.removesuffix("\n"), error.removesuffix("\n"), shell.status)


async def _in_sandbox(
    sandbox: Sandbox,
    environment: Environment,
    node: Node,
    commands: Sequence[str],
    user: str | None,
    say_yes: bool,
    seconds: float,
) -> Done:
    script = "\n".join(commands)  # line ends, so that a comment or a here-document ends where it should
    if say_yes:  # `yes | (...)` in the manual; in this form a background process keeps nobody waiting
        script = f"(\n{script}\n) < <(exec yes 2>/dev/null)"
    restricted = node.image is None and stacks.template_type(node.node_type, None) != "NATIVE"
    names = [
        f"{serializers.node(environment, item)['intIP']} {host_name(environment, item)} {item.layer}"
        for item in environment.nodes
    ]
    hosts = "\n".join(["127.0.0.1 localhost", *names, ""])
    try:
        return await sandbox.run(
            node,
            host_name(environment, node),
            hosts,
            serializers.variables(node),
            script,
            user or ("jelastic" if restricted else ROOT),
            seconds,
        )
    except SandboxError as error:
        return Done("", f"the sandbox cannot be entered: {error}", 1)


async def before(call: Call) -> None:
    """Bring the files of nodes up to date before a call that reads or changes them."""
    sandbox = call.platform.sandbox
    if sandbox and call.target and call.method.facts.key.startswith(READS_FILES):
        await sandbox.pull(call.target.nodes)


async def after(call: Call) -> None:
    """Hand changed files on, and end what runs in nodes that stopped, were made anew, or are gone."""
    sandbox = call.platform.sandbox
    if not sandbox:
        return
    name = call.method.facts.name.rpartition(".")[2]
    if call.target and call.method.facts.key.startswith(READS_FILES):
        await sandbox.push(call.target.nodes)
    if call.target and name.startswith(ENDS_NODES):
        whole = name.startswith(WHOLE)
        await sandbox.end(call.target.nodes if whole else selection.nodes(call))
    if call.method.facts.write:
        store = call.platform.store
        sandbox.end_all(frozenset(node.id for item in store.environments.values() for node in item.nodes))


def answer(nodes: Sequence[int], done: Sequence[Done]) -> dict[str, Any]:
    """What the platform says of commands in nodes; a failure has a code for the call and for the node (recorded)."""
    codes = [_code(one) for one in done]
    failed = {"result": next((code for code in codes if code), 0), "source": PLATFORM, "error": COULD_NOT}
    responses = [
        {
            "nodeid": number,
            "result": code,
            "out": one.out,
            "errOut": one.error,
            "error": COULD_NOT if one.status else None,
            "exitStatus": one.status or None,
        }
        for number, one, code in zip(nodes, done, codes, strict=True)
    ]
    return {**(failed if any(codes) else {}), "responses": responses}


def _code(done: Done) -> ResultCode | int:
    if done.timed_out:
        return EXECUTION_TIMED_OUT
    return COMMAND_FAILED if done.status else 0


def host_name(environment: Environment, node: Node) -> str:
    """How a node calls itself."""
    return f"node{node.id}-{serializers.domain(environment)}"
