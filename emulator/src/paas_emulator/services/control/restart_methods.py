# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Control: restarting and redeploying nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from paas_emulator import operations, selection
from paas_emulator.calls import Call, Operation
from paas_emulator.errors import invalid_parameter
from paas_emulator.registry import emulates
from paas_emulator.services.control import redeployment
from paas_emulator.statuses import RUNNING, Status
from paas_emulator.store import Node


def responses(nodes: list[Node]) -> dict[str, Any]:
    """One success for each node."""
    return {"responses": [{"nodeid": node.id, "result": 0, "out": "", "errOut": ""} for node in nodes]}


Answer = Callable[["list[Node]"], "dict[str, Any]"]


def _operate(call: Call, during: Status, work: Callable[[list[Node]], None], answer: Answer) -> Operation:
    nodes = selection.nodes(call)
    operation = operations.start(call, call.environment, during, Status.RUNNING)

    def finish() -> dict[str, Any]:
        operation.finish()
        work(nodes)
        return answer(nodes)

    return Operation(finish)


def _restart(call: Call, answer: Answer) -> Operation:
    return _operate(call, Status.LAUNCHING, lambda nodes: None, answer)


@emulates("environment.control.RestartNodes", needs=RUNNING, operation=True)
def restart_nodes(call: Call) -> Operation:
    """Restart the nodes of a layer, one node, or all."""
    return _restart(call, lambda nodes: {})


@emulates("environment.control.RestartNodesByGroup", needs=RUNNING, operation=True)
def restart_nodes_by_group(call: Call) -> Operation:
    """The same for a layer, in the private interface; the answer's form is inferred."""
    return _restart(call, responses)


@emulates("environment.control.RestartNodeById", needs=RUNNING, operation=True)
def restart_node_by_id(call: Call) -> Operation:
    """Restart one node."""
    return _restart(call, lambda nodes: {"nodeid": nodes[0].id})


@emulates("environment.control.RestartContainerById", needs=RUNNING, operation=True)
def restart_container_by_id(call: Call) -> Operation:
    """Restart one container."""
    return _restart(call, lambda nodes: {})


@emulates("environment.control.RestartServices", needs=RUNNING, operation=True)
def restart_services(call: Call) -> Operation:
    """Restart what runs inside the nodes."""
    return _restart(call, responses)


def _redeploy(call: Call, answer: Answer) -> Operation:
    text = (call.text("tag") or "").strip()
    if not text:
        raise invalid_parameter("tag")
    call, platform = redeployment.aimed(call), call.platform
    image, tag = redeployment.version(text)
    for node in selection.nodes(call):
        name = node.image and (image or node.image)
        platform.stacks.check_tag(node.node_type, name, tag, listed=not platform.switches["any_stack"])
    keep = call.values.get("useExistingVolumes") is not False  # that they are kept where it is left out is inferred

    def work(nodes: list[Node]) -> None:
        for node in nodes:
            node.tag, node.image = tag, node.image and (image or node.image)
            redeployment.renew(platform.images, node, keep_volumes=keep)

    return _operate(call, Status.UPDATING, work, answer)


@emulates("environment.control.RedeployContainers", needs=RUNNING, operation=True)
def redeploy_containers(call: Call) -> Operation:
    """Make a layer, or one of its containers, anew from a version of its image; `image:tag` will do (documented)."""
    return _redeploy(call, lambda nodes: {})


@emulates("environment.control.RedeployContainersByGroup", needs=RUNNING, operation=True)
def redeploy_containers_by_group(call: Call) -> Operation:
    """The same for a layer."""
    return _redeploy(call, responses)


@emulates("environment.control.RedeployContainerById", needs=RUNNING, operation=True)
def redeploy_container_by_id(call: Call) -> Operation:
    """The same for one node."""
    return _redeploy(call, responses)
