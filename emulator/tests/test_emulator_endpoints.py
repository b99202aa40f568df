# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints: ports of nodes made reachable."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import Client
from paas_emulator.platform import Platform

C = "environment.control."
ENV = "hello-world"
NODES = [{"image": "example/app:1", "nodeGroup": "cp", "count": 2}]
FIRST, SECOND = 20001, 20002


@pytest.fixture
def bot(bot: Client) -> Client:
    bot.create(ENV, NODES)
    return bot


def call(client: Client, method: str, **parameters: Any) -> dict[str, Any]:
    return client.call(C + method, **{"envName": ENV, **parameters})


def endpoint(number: int, name: str, node: int, port: int, protocol: str = "TCP") -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "nodeId": node,
        "privatePort": port,
        "publicPort": 11000 + number,
        "protocol": protocol,
        "domain": f"node{node}-{ENV}.paas.example.com",
    }


def shown(client: Client) -> list[list[dict[str, Any]]]:
    """As GetEnvInfo shows them, node by node."""
    return [node["endpoints"] for node in call(client, "GetEnvInfo")["nodes"]]


def test_life(bot: Client) -> None:
    one, two = endpoint(1, "SSH", FIRST, 22), endpoint(2, "DNS", SECOND, 53, "UDP")
    assert call(bot, "AddEndpoint", nodeId=FIRST, name="SSH", privatePort=22, protocol="tcp") == {
        "result": 0,
        "object": one,
    }
    assert call(bot, "AddEndpoint", nodeId=SECOND, name=" DNS ", privatePort=53, protocol="UDP")["object"] == two
    assert call(bot, "GetEndpoints") == {"result": 0, "array": [one, two]}
    assert call(bot, "GetEndpoints", nodeId=SECOND) == {"result": 0, "array": [two]}
    assert shown(bot) == [[one], [two]]
    changed = {**two, "name": "other", "privatePort": 5353, "protocol": "TCP"}
    answer = call(bot, "EditEndpoint", id=2, name="other", privatePort=5353, protocol="TCP")
    assert answer == {"result": 0, "object": changed}
    assert shown(bot) == [[one], [changed]]
    assert call(bot, "RemoveEndpoint", id=1) == {"result": 0}
    assert shown(bot) == [[], [changed]]


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"privatePort": 0}, "privatePort"),
        ({"privatePort": 65536}, "privatePort"),
        ({"privatePort": "ssh"}, "privatePort"),
        ({"protocol": "ICMP"}, "protocol"),
        ({"name": ""}, "name"),
    ],
)
def test_bad_input(bot: Client, changed: dict[str, Any], parameter: str) -> None:
    good = {"name": "SSH", "privatePort": 22, "protocol": "TCP"}
    call(bot, "AddEndpoint", nodeId=FIRST, **good)
    expected = {"result": 3, "error": f"invalid parameter [{parameter}]"}
    assert call(bot, "AddEndpoint", nodeId=FIRST, **{**good, **changed}) == expected
    assert call(bot, "EditEndpoint", id=1, **{**good, **changed}) == expected
    assert shown(bot) == [[endpoint(1, "SSH", FIRST, 22)], []]


def test_unknown(bot: Client) -> None:
    good = {"name": "SSH", "privatePort": 22, "protocol": "TCP"}
    missing = {"result": 5, "source": "JEL", "error": "endpoint [9] not found"}
    assert call(bot, "EditEndpoint", id=9, **good) == missing
    assert call(bot, "RemoveEndpoint", id=9) == missing
    for answer in (call(bot, "AddEndpoint", nodeId=9, **good), call(bot, "GetEndpoints", nodeId=9)):
        assert answer["error"] == "node or layer [9] not found"


def test_endpoints_belong_to_nodes(bot: Client) -> None:
    for node in (FIRST, SECOND):
        call(bot, "AddEndpoint", nodeId=node, name="SSH", privatePort=22, protocol="TCP")
    assert bot.call(C + "CloneEnv", srcEnvName=ENV, dstEnvName="second-env")["nodes"][0]["endpoints"] == []
    nodes = json.dumps([{"nodeGroup": "cp", "count": 1}])
    assert call(bot, "ChangeTopology", env="{}", nodes=nodes)["response"]["result"] == 0
    assert shown(bot) == [[endpoint(1, "SSH", FIRST, 22)]]


def test_statuses(bot: Client, platform: Platform) -> None:
    good = {"name": "SSH", "privatePort": 22, "protocol": "TCP"}
    call(bot, "StopEnv")
    assert call(bot, "AddEndpoint", nodeId=FIRST, **good)["result"] == 0
    platform.store.environments[ENV].status = 12
    assert call(bot, "AddEndpoint", nodeId=FIRST, **good)["result"] == 2212
    assert call(bot, "RemoveEndpoint", id=1)["result"] == 2212
    assert shown(bot) == [[endpoint(1, "SSH", FIRST, 22)], []]
