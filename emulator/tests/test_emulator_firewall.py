# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Firewall rules: those of the platform, those of users, and what each call does to them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import Client
from paas_emulator.platform import Platform

C, S = "environment.control.", "environment.security."
ENV = "hello-world"
NODES = [{"image": "example/app:1", "nodeGroup": "cp"}, {"nodeType": "mysql8", "nodeGroup": "sqldb"}]
PLAIN = {
    **{"action": "ALLOW", "direction": "INPUT", "protocol": "TCP", "ports": "", "src": "ALL", "dst": ""},
    **{"isEnabled": True, "isInfra": False},
}


def infra(number: int, layer: str) -> dict[str, Any]:
    own = {"id": number, "name": "SSH gate", "priority": 1, "ports": "22", "isInfra": True}
    return {**PLAIN, **own, "softNodeGroup": layer}


def closing(number: int, layer: str) -> dict[str, Any]:
    own = {"id": 900_000 + number, "name": "Deny all", "action": "DENY", "protocol": "TCP/UDP", "priority": 65535}
    return {**PLAIN, **own, "isInfra": True, "softNodeGroup": layer}


CP, SQL = [infra(1, "cp"), closing(1, "cp")], [infra(2, "sqldb"), closing(2, "sqldb")]


def rule(number: int, name: str, layer: str = "cp", **members: Any) -> dict[str, Any]:
    return {**PLAIN, "id": number, "name": name, "softNodeGroup": layer, **members}


@pytest.fixture
def bot(bot: Client) -> Client:
    bot.create(ENV, NODES)
    return bot


def call(client: Client, method: str, **parameters: Any) -> dict[str, Any]:
    given = {
        name: json.dumps(value) if isinstance(value, (dict, list)) else value for name, value in parameters.items()
    }
    return client.call(S + method, envName=ENV, **given)


def rules(client: Client, **parameters: Any) -> list[dict[str, Any]]:
    """Those of users."""
    rows: list[dict[str, Any]] = call(client, "GetRules", **parameters)["array"]
    return [row for row in rows if not row["isInfra"]]


def test_every_layer_starts_with_the_platforms_own(bot: Client) -> None:
    assert call(bot, "GetRules") == {"result": 0, "array": [*CP, *SQL]}
    assert call(bot, "GetRules", nodeGroup="sqldb") == {"result": 0, "array": SQL}
    assert call(bot, "GetRules", nodeGroup="none")["error"] == "node or layer [none] not found"


def test_ports_that_a_variable_opens(bot: Client) -> None:
    """The rules are made once, with the layer. Text that is not a port is ignored."""
    env = {"OPEN_INBOUND_PORTS": "3306, 33062-34000,x,", "JELASTIC_PORTS": "3306,8081"}
    nodes = [{"image": "example/app:1", "nodeGroup": "cp", "env": env}]
    bot.create("second-env", nodes)

    def opened() -> list[tuple[Any, ...]]:
        rows = bot.call(S + "GetRules", envName="second-env")["array"]
        return [(row["protocol"], row["ports"], row["priority"]) for row in rows if not row["isInfra"]]

    expected = [("TCP/UDP", "3306", 1000), ("TCP/UDP", "33062-34000", 1010), ("TCP/UDP", "8081", 1020)]
    assert opened() == expected
    bot.call(C + "AddContainerEnvVars", envName="second-env", nodeGroup="cp", vars='{"OPEN_INBOUND_PORTS": "80"}')
    more = json.dumps([{"nodeGroup": "cp", "count": 2}])
    assert bot.call(C + "ChangeTopology", envName="second-env", env="{}", nodes=more)["response"]["result"] == 0
    assert opened() == expected


def test_add_one(bot: Client) -> None:
    given = {
        **{"name": "web", "action": "deny", "direction": "output", "protocol": "udp", "ports": "80, 8000-8010"},
        **{"src": "192.0.2.0/24", "dst": "ALL", "priority": 500, "isEnabled": False, "isInfra": True, "id": 77},
    }
    expected = {
        **rule(3, "web", action="DENY", direction="OUTPUT", protocol="UDP", ports="80,8000-8010"),
        **{"src": "192.0.2.0/24", "dst": "ALL", "priority": 500, "isEnabled": False},
    }
    assert call(bot, "AddRule", nodeGroup="cp", rule=given) == {"result": 0, "object": expected}
    assert call(bot, "GetRules", nodeGroup="cp")["array"] == [CP[0], expected, CP[1]]


def test_defaults(bot: Client) -> None:
    answer = call(bot, "AddRule", rule={"name": "a", "softNodeGroup": "sqldb", "ports": 5432})
    assert answer["object"] == rule(3, "a", "sqldb", ports="5432", priority=1000)
    answer = call(bot, "AddRule", rule={"NAME": "b", "nodeGroup": "sqldb"})
    assert answer["object"] == rule(4, "b", "sqldb", priority=1010)
    assert call(bot, "AddRule", rule={"name": "c"}) == {"result": 3, "error": "invalid parameter [nodeGroup]"}


def test_directions(bot: Client) -> None:
    for direction in ("INPUT", "OUTPUT", "BIDIRECTIONAL"):
        call(bot, "AddRule", nodeGroup="cp", rule={"name": direction, "direction": direction})
    for given, expected in (
        ("INPUT", ["INPUT", "BIDIRECTIONAL"]),
        ("in", ["INPUT", "BIDIRECTIONAL"]),
        ("OUTPUT", ["OUTPUT", "BIDIRECTIONAL"]),
        ("", ["INPUT", "OUTPUT", "BIDIRECTIONAL"]),
    ):
        assert [row["name"] for row in rules(bot, direction=given)] == expected
    assert call(bot, "GetRules", direction="UP") == {"result": 3, "error": "invalid parameter [direction]"}


@pytest.mark.parametrize(
    "member",
    [{"action": "DROP"}, {"direction": "UP"}, {"protocol": "t c p"}, {"priority": -1}, {"priority": "high"}]
    + [{"ports": text} for text in ("http", "0", "65536", "80-", "1,,2", True)]
    + [{"isEnabled": "maybe"}, {"name": ["x"]}, {"src": {}}],
)
def test_bad_members(bot: Client, member: dict[str, Any]) -> None:
    assert call(bot, "AddRule", nodeGroup="cp", rule=member) == {"result": 3, "error": "invalid parameter [rule]"}
    assert call(bot, "AddRules", nodeGroup="cp", rules=[{"name": "good"}, member]) == {
        "result": 3,
        "error": "invalid parameter [rules]",
    }
    assert rules(bot) == []


def test_bad_documents(bot: Client) -> None:
    assert call(bot, "AddRule", nodeGroup="cp", rule=["x"])["error"] == "invalid parameter [rule]"
    for text in ({"name": "x"}, ["x"], "nonsense"):
        assert call(bot, "AddRules", nodeGroup="cp", rules=text)["error"] == "invalid parameter [rules]"
    assert call(bot, "AddRule", nodeGroup="none", rule={})["error"] == "node or layer [none] not found"


def test_add_several(bot: Client) -> None:
    answer = call(bot, "AddRules", rules=[{"name": "a", "nodeGroup": "cp"}, {"name": "b", "softNodeGroup": "sqldb"}])
    expected = [rule(3, "a", priority=1000), rule(4, "b", "sqldb", priority=1000)]
    assert answer == {"result": 0, "array": expected}
    assert rules(bot) == expected
    given = [{"name": "c", "nodeGroup": "cp"}, {"name": "d", "nodeGroup": "none"}]
    assert call(bot, "AddRules", rules=given)["error"] == "node or layer [none] not found"
    assert rules(bot) == expected


def test_edit(bot: Client) -> None:
    call(bot, "AddRule", nodeGroup="cp", rule={"name": "a", "ports": "80", "priority": 10})
    changed = rule(3, "b", ports="80", priority=10, action="DENY")
    answer = call(bot, "EditRule", rule={"id": 3, "name": "b", "action": "DENY", "softNodeGroup": "sqldb"})
    assert answer == {"result": 0, "object": changed}
    assert rules(bot) == [changed]
    assert call(bot, "EditRule", rule={"id": 9, "name": "x"}) == {
        "result": 5,
        "source": "JEL",
        "error": "rule [9] not found",
    }
    assert call(bot, "EditRule", rule={"name": "x"})["error"] == "rule [None] not found"


def test_remove(bot: Client) -> None:
    call(bot, "AddRules", nodeGroup="cp", rules=[{"name": name} for name in "abcd"])
    assert call(bot, "RemoveRule", id=3) == {"result": 0}
    assert call(bot, "RemoveRules", ids=[4, 9])["error"] == "rule [9] not found"
    assert [row["name"] for row in rules(bot)] == ["b", "c", "d"]
    assert call(bot, "RemoveRules", ids=[4, 5]) == {"result": 0}
    assert [row["name"] for row in rules(bot)] == ["d"]


def test_the_platforms_own_stay(bot: Client) -> None:
    for number in (1, 900_001):
        text = f"permission denied: rule [{number}] is the platform's own"
        refused = {"result": 8, "source": "hx-core", "error": text}
        assert call(bot, "EditRule", rule={"id": number, "action": "DENY"}) == refused
        assert call(bot, "RemoveRule", id=number) == refused
        assert call(bot, "RemoveRules", ids=[number]) == refused
        assert call(bot, "SetRuleEnabled", id=number, enabled="false") == refused
    assert call(bot, "GetRules")["array"] == [*CP, *SQL]


def test_set_replaces_those_of_a_layer(bot: Client) -> None:
    call(bot, "AddRule", nodeGroup="cp", rule={"name": "old"})
    call(bot, "AddRule", nodeGroup="sqldb", rule={"name": "other"})
    assert call(bot, "SetRules", nodeGroup="cp", rules=[{"name": "new"}, {"name": "newer"}]) == {"result": 0}
    assert [row["name"] for row in call(bot, "GetRules")["array"]] == [
        *("SSH gate", "new", "newer", "Deny all"),
        *("SSH gate", "other", "Deny all"),
    ]
    assert call(bot, "SetRules", nodeGroup="cp", rules=[{"action": "x"}])["result"] == 3
    assert call(bot, "SetRules", nodeGroup="none", rules=[])["error"] == "node or layer [none] not found"
    assert [row["name"] for row in rules(bot)] == ["new", "newer", "other"]
    assert call(bot, "SetRules", rules=[]) == {"result": 0}
    assert rules(bot) == []


def test_switches(bot: Client) -> None:
    call(bot, "AddRule", nodeGroup="cp", rule={"name": "a"})
    assert call(bot, "SetRuleEnabled", id=3, enabled="false") == {"result": 0}
    assert [row["isEnabled"] for row in rules(bot)] == [False]
    assert call(bot, "SetFirewallEnabled", enabled="false") == {"result": 0}
    assert bot.call(C + "GetEnvInfo", envName=ENV)["env"]["isFirewallEnabled"] is False
    call(bot, "SetFirewallEnabled", enabled="true")
    assert bot.call(C + "GetEnvInfo", envName=ENV)["env"]["isFirewallEnabled"] is True


def test_rules_go_and_come_with_layers(bot: Client) -> None:
    call(bot, "AddRules", rules=[{"name": "a", "nodeGroup": "cp"}, {"name": "b", "nodeGroup": "sqldb"}])
    nodes = json.dumps([{"nodeGroup": "cp"}, {"nodeType": "redis", "nodeGroup": "cache"}])
    assert bot.call(C + "ChangeTopology", envName=ENV, env="{}", nodes=nodes)["response"]["result"] == 0
    found = [(row["id"], row["softNodeGroup"], row["name"]) for row in call(bot, "GetRules")["array"]]
    assert found == [
        *((1, "cp", "SSH gate"), (3, "cp", "a"), (900_001, "cp", "Deny all")),
        *((5, "cache", "SSH gate"), (900_003, "cache", "Deny all")),
    ]


def test_writes_are_refused_during_an_operation(bot: Client, platform: Platform) -> None:
    call(bot, "AddRule", nodeGroup="cp", rule={"name": "a"})
    bot.call(C + "SleepEnv", envName=ENV)
    assert call(bot, "SetRuleEnabled", id=3, enabled="false") == {"result": 0}
    platform.store.environments[ENV].status = 12
    assert call(bot, "RemoveRule", id=3)["error"].startswith(
        "Not allowed to execute this service for current Environment status [ENV_STATUS_TYPE_UPDATING]"
    )
    assert [row["name"] for row in rules(bot)] == ["a"]
