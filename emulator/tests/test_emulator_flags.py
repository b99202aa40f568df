# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flags are read alike wherever a request has one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from emulator_client import Client
from paas_emulator.parameters import flag

C = "environment.control."
READ = {True: (True, "true", "TRUE", " True ", 1, "1"), False: (False, "false", "False", 0, "0")}
REFUSED = ("yes", "on", 2, "[]", [True])
TRIGGER = {
    "name": "alert",
    "nodeGroup": "cp",
    "condition": {"type": "GREATER", "value": 70, "resourceType": "CPU", "valueType": "PERCENTAGES"},
    "actions": [{"type": "NOTIFY", "customData": {}}],
}
NODES = json.dumps([{"nodeGroup": "cp", "nodeType": "nginx"}])
RULE = {"name": "one", "direction": "INPUT", "protocol": "TCP", "ports": "80", "action": "ALLOW"}


def layer(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.call(C + "GetEnvInfo", envName="hello-world")["nodeGroups"][0]
    return found


def parameter(client: Client, value: Any) -> Any:
    answer = client.call(C + "GetEnvInfo", envName="hello-world", lazy=str(value))
    return answer["result"] if answer["result"] else "nodes" not in answer


def setting_of_an_environment(client: Client, value: Any) -> Any:
    settings = json.dumps({"ssl": value})
    answer = client.call(C + "ChangeTopology", envName="hello-world", env=settings, nodes=NODES)
    inner = answer["response"] or answer
    return inner["result"] or inner["env"]["sslstate"]


def member_of_a_node(client: Client, value: Any) -> Any:
    nodes = json.dumps([{"nodeGroup": "cp", "nodeType": "nginx", "isSLBAccessEnabled": value}])
    answer = client.call(C + "ChangeTopology", envName="hello-world", env="{}", nodes=nodes)
    return (answer["response"] or answer)["result"] or layer(client)["isSLBAccessEnabled"]


def member_of_a_layer(client: Client, value: Any) -> Any:
    data = json.dumps({"name": "cp", "isSLBAccessEnabled": value})
    answer = client.call(C + "EditNodeGroup", envName="hello-world", nodeGroup=data)
    return answer["result"] or layer(client)["isSLBAccessEnabled"]


def member_of_a_trigger(client: Client, value: Any) -> Any:
    data = json.dumps({**TRIGGER, "isEnabled": value})
    answer = client.call("environment.trigger.AddTrigger", envName="hello-world", data=data)
    return answer["result"] or answer["object"]["isEnabled"]


def member_of_a_rule(client: Client, value: Any) -> Any:
    rule = json.dumps({**RULE, "isEnabled": value})
    answer = client.call("environment.security.AddRule", envName="hello-world", nodeGroup="cp", rule=rule)
    return answer["result"] or answer["object"]["isEnabled"]


@pytest.mark.parametrize(
    "place",
    [
        parameter,
        setting_of_an_environment,
        member_of_a_node,
        member_of_a_layer,
        member_of_a_trigger,
        member_of_a_rule,
    ],
)
def test_flags(bot: Client, place: Callable[[Client, Any], Any]) -> None:
    bot.create("hello-world", [{"nodeType": "nginx", "nodeGroup": "cp"}])
    for expected, spellings in READ.items():
        assert [place(bot, spelling) for spelling in spellings] == [expected] * len(spellings)
    assert [place(bot, spelling) for spelling in REFUSED] == [3] * len(REFUSED)
    assert [flag(spelling) for spelling in REFUSED] == [None] * len(REFUSED)
