# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of the topology, clones, migrations, restarts, variables, layers and limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator_client import Client

NAME = "my-shop"
NODES: list[dict[str, Any]] = [
    {"nodeGroup": "cp", "image": "app:1.0", "count": 2, "cloudlets": 8, "env": {"A": "1"}, "volumes": ["/data"]},
    {"nodeGroup": "sqldb", "nodeType": "postgresql", "diskLimit": 20, "extip": 1},
]
FOLDER = Path(__file__).resolve().parents[3] / "shared" / "topologies"
TOPOLOGIES = sorted(FOLDER.glob("*.json"))  # none where the folder is not beside the checkout
OWN = [{"env": {}, "nodes": NODES}, {"env": {"ssl": True}, "nodes": [{"nodeType": "nginx"}, {"nodeType": "nginx"}]}]
CASES = [
    *(pytest.param(case, id=f"own {number}") for number, case in enumerate(OWN)),
    *(pytest.param(json.loads(path.read_text("utf-8")), id=path.stem) for path in TOPOLOGIES),
]


def control(bot: Client, method: str, **params: Any) -> dict[str, Any]:
    """A call of environment.control with structures as JSON; the inner part of a nested answer."""
    plain = {key: json.dumps(value) if isinstance(value, (dict, list)) else value for key, value in params.items()}
    answer = bot.call(f"environment.control.{method}", **plain)
    inner = answer.get("response")
    return inner if isinstance(inner, dict) else answer


@pytest.fixture
def shop(bot: Client) -> Client:
    """With one environment."""
    assert control(bot, "CreateEnvironment", env={"shortdomain": NAME}, nodes=NODES)["result"] == 0
    return bot


def info(bot: Client, name: str = NAME) -> dict[str, Any]:
    return control(bot, "GetEnvInfo", envName=name)


def change(bot: Client, nodes: Any, **env: Any) -> dict[str, Any]:
    return control(bot, "ChangeTopology", envName=NAME, env=env, nodes=nodes)


def layer_nodes(bot: Client, layer: str) -> list[dict[str, Any]]:
    return [node for node in info(bot)["nodes"] if node["nodeGroup"] == layer]


# -- ChangeTopology -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_the_same_topology_again_changes_nothing(bot: Client, case: dict[str, Any]) -> None:
    env = {**case["env"], "shortdomain": NAME}
    assert control(bot, "CreateEnvironment", env=env, nodes=case["nodes"])["result"] == 0
    before = info(bot)
    assert change(bot, case["nodes"], **case["env"])["result"] == 0
    assert info(bot) == before


def test_names_alone_leave_layers_as_they_are(shop: Client) -> None:
    before = info(shop)
    assert change(shop, [{"nodeGroup": "cp"}, {"nodeGroup": "sqldb"}])["result"] == 0
    assert info(shop) == before


def test_layers_that_are_not_named_go(shop: Client) -> None:
    answer = change(shop, [{"nodeGroup": "sqldb"}])
    assert [layer["name"] for layer in answer["nodeGroups"]] == ["sqldb"]
    assert {node["nodeGroup"] for node in info(shop)["nodes"]} == {"sqldb"}


def test_an_entry_changes_what_it_says(shop: Client) -> None:
    before = layer_nodes(shop, "cp")
    entry = {
        **{"nodeGroup": "cp", "count": 3, "fixedCloudlets": 2, "flexibleCloudlets": 12, "diskLimit": 30, "extip": 2},
        **{"displayName": "Front", "isSLBAccessEnabled": False, "restartDelay": 20, "scalingMode": "STATEFUL"},
        **{"env": {"B": "2"}},
    }
    assert change(shop, [entry, {"nodeGroup": "sqldb"}, {"nodeType": "redis"}], sslstate=True)["result"] == 0
    nodes = layer_nodes(shop, "cp")
    assert [node["id"] for node in nodes[:2]] == [node["id"] for node in before]
    assert len(nodes) == 3
    assert {(node["fixedCloudlets"], node["flexibleCloudlets"], node["diskLimit"]) for node in nodes} == {
        (2, 12, 30000)
    }
    assert [len(node["extIPs"]) for node in nodes] == [2, 2, 2]
    layer = next(layer for layer in info(shop)["nodeGroups"] if layer["name"] == "cp")
    found = [layer[name] for name in ("displayName", "isSLBAccessEnabled", "restartNodeDelay", "scalingMode")]
    assert found == ["Front", False, 20, "STATEFUL"]
    assert info(shop)["env"]["sslstate"] is True
    assert [layer["name"] for layer in info(shop)["nodeGroups"]] == ["cp", "sqldb", "nosqldb"]
    variables = control(shop, "GetContainerEnvVarsByGroup", envName=NAME, nodeGroup="cp")["object"]
    assert (variables["A"], variables["B"]) == ("1", "2")


def test_layers_without_names_take_none_that_others_have(bot: Client) -> None:
    """Neither at creation nor later, wherever in the list they stand."""
    nodes = [{"nodeType": "nginx"}, {"nodeType": "haproxy", "nodeGroup": "bl"}, {"nodeType": "nginx"}]
    assert control(bot, "CreateEnvironment", env={"shortdomain": NAME}, nodes=nodes)["result"] == 0
    assert [layer["name"] for layer in info(bot)["nodeGroups"]] == ["bl2", "bl", "bl3"]
    more = [*({"nodeGroup": name} for name in ("bl", "bl2", "bl3")), {"nodeType": "varnish"}]
    assert change(bot, more)["result"] == 0
    assert [layer["name"] for layer in info(bot)["nodeGroups"]] == ["bl2", "bl", "bl3", "bl4"]


def test_fewer_nodes_keep_the_master(shop: Client) -> None:
    master = next(node["id"] for node in layer_nodes(shop, "cp") if node["ismaster"])
    assert change(shop, [{"nodeGroup": "cp", "count": 1}, {"nodeGroup": "sqldb"}])["result"] == 0
    assert [node["id"] for node in layer_nodes(shop, "cp")] == [master]


@pytest.mark.parametrize(
    ("nodes", "env", "code"),
    [
        ([], {}, 3),
        ([{"nodeGroup": "new"}], {}, 3),
        ([{"nodeGroup": "sqldb", "nodeType": "mysql"}], {}, 2314),
        ([{"nodeGroup": "cp"}], {"region": "region-b"}, 2314),
        ([{"nodeGroup": "cp"}], {"region": "nowhere"}, 2314),
        ([{"nodeGroup": "cp", "count": 51}], {}, 2366),
        ([{"nodeGroup": "cp", "flexibleCloudlets": 2000}], {}, 2361),
    ],
)
def test_a_refused_change_changes_nothing(shop: Client, nodes: Any, env: dict[str, Any], code: int) -> None:
    before = info(shop)
    assert change(shop, nodes, **env)["result"] == code
    assert info(shop) == before


def test_a_layer_that_fails(shop: Client) -> None:
    """Outer 0, inner 4099, the step's name, and the request echoed with what is secret in it."""
    before = info(shop)
    shop.control(
        "PUT", "faults", [{"method": "ChangeTopology", "kind": "layer_failed", "layer": "sqldb", "error": "no"}]
    )
    entry = {"nodeGroup": "sqldb", "env": {"PASSWORD": "secret"}}
    answer = shop.call(
        "environment.control.ChangeTopology", envName=NAME, env="{}", nodes=json.dumps([{"nodeGroup": "cp"}, entry])
    )
    assert answer["result"] == 0
    inner = answer["response"]
    assert (inner["result"], inner["methodName"], inner["error"]) == (4099, "AddNode", "no")
    assert inner["params"]["params"]["env"] == {"PASSWORD": "secret"}
    assert info(shop) == before


def test_statuses(shop: Client) -> None:
    assert control(shop, "SleepEnv", envName=NAME)["result"] == 0
    for method, more in (("ChangeTopology", {"env": {}, "nodes": NODES}), ("RestartNodes", {}), ("Migrate", {})):
        assert control(shop, method, envName=NAME, **more)["result"] == 2212


# -- CloneEnv, Migrate ----------------------------------------------------------------------------------------------


def test_clone(shop: Client) -> None:
    shop.call("environment.binder.BindExtDomain", envName=NAME, extdomain="a.example.com")
    answer = shop.call("environment.control.CloneEnv", srcEnvName=NAME, dstEnvName="my-copy")
    assert (answer["result"], answer["env"]["envName"], answer["env"]["status"]) == (0, "my-copy", 1)
    source, copy = info(shop), info(shop, "my-copy")
    assert [layer["name"] for layer in copy["nodeGroups"]] == [layer["name"] for layer in source["nodeGroups"]]
    assert not {node["id"] for node in copy["nodes"]} & {node["id"] for node in source["nodes"]}
    assert (source["env"]["extdomains"], copy["env"]["extdomains"]) == (["a.example.com"], [])
    assert source["env"]["appid"] != copy["env"]["appid"]
    for name, code in (("my-copy", 2314), ("x", 2314)):
        assert control(shop, "CloneEnv", srcEnvName=NAME, dstEnvName=name)["result"] == code
    assert control(shop, "CloneEnv", srcEnvName="nothing", dstEnvName="other-copy")["result"] == 11


def test_clone_by_the_names_of_the_command_line(shop: Client) -> None:
    assert control(shop, "CloneEnv", appid=NAME, domain="my-copy")["env"]["envName"] == "my-copy"


def test_public_addresses_of_another_data_center(shop: Client) -> None:
    """Regions of one data center share their addresses."""

    def migrated(region: str) -> list[str]:
        assert control(shop, "Migrate", envName=NAME, hardwareNodeGroup=region)["result"] == 0
        addresses: list[str] = layer_nodes(shop, "sqldb")[0]["extIPs"]
        return addresses

    before = layer_nodes(shop, "sqldb")[0]["extIPs"]
    assert migrated("default_hn_group") == before
    after = migrated("region-b")
    assert (len(after), set(after) & set(before)) == (1, set())


def test_migrate(shop: Client) -> None:
    assert control(shop, "CheckMigrationPossibility", envName=NAME, hardwareNodeGroup="region-b")["result"] == 0
    assert control(shop, "Migrate", envName=NAME, hardwareNodeGroup="region-b")["result"] == 0
    assert info(shop)["env"]["hardwareNodeGroup"] == "region-b"
    for region in ("region-b", "region-closed", "nowhere", ""):
        assert control(shop, "Migrate", envName=NAME, hardwareNodeGroup=region)["result"] == 2314


# -- restart, redeployment ------------------------------------------------------------------------------------------


def test_redeployment_sets_the_version(shop: Client) -> None:
    answer = control(shop, "RedeployContainersByGroup", envName=NAME, nodeGroup="cp", tag="2.0")
    assert [row["result"] for row in answer["responses"]] == [0, 0]
    assert {node["version"] for node in layer_nodes(shop, "cp")} == {"2.0"}
    assert {node["version"] for node in layer_nodes(shop, "sqldb")} == {"latest"}
    assert control(shop, "RedeployContainersByGroup", envName=NAME, nodeGroup="no", tag="2.0")["result"] == 2300
    assert control(shop, "RedeployContainersByGroup", envName=NAME, nodeGroup="cp", tag=" ")["result"] == 3
    number = layer_nodes(shop, "cp")[0]["id"]
    assert control(shop, "RestartNodeById", envName=NAME, nodeId=number) == {"result": 0, "nodeid": number}


# -- variables, volumes ---------------------------------------------------------------------------------------------


def test_variables(shop: Client) -> None:
    """Added, replaced, removed, and wiped by a Set."""
    where = {"envName": NAME, "nodeGroup": "cp"}

    def there() -> dict[str, str]:
        found: dict[str, str] = control(shop, "GetContainerEnvVarsByGroup", **where)["object"]
        return found

    assert sorted(there()) == ["A", "PATH"]
    assert control(shop, "AddContainerEnvVars", **where, vars={"B": 2, "A": "x"})["result"] == 0
    assert (there()["A"], there()["B"]) == ("x", "2")
    assert control(shop, "RemoveContainerEnvVars", **where, vars=["A", "NOT_THERE"])["result"] == 0
    assert sorted(there()) == ["B", "PATH"]
    assert control(shop, "SetContainerEnvVarsByGroup", **where, data={"C": "3"})["result"] == 0
    assert there() == {"C": "3"}
    assert control(shop, "AddContainerEnvVars", **where, vars=["A"])["result"] == 3


def test_volumes(shop: Client) -> None:
    where = {"envName": NAME, "nodeGroup": "cp"}
    assert control(shop, "AddContainerVolumes", **where, volumes=["/more", "/data"])["result"] == 0
    assert control(shop, "GetContainerVolumesByGroup", **where)["object"] == ["/data", "/more"]
    assert layer_nodes(shop, "cp")[0]["customitem"]["dockerVolumes"] == ["/data", "/more"]
    assert control(shop, "RemoveContainerVolumes", **where, volumes="/data;/not")["result"] == 0
    assert control(shop, "GetContainerVolumesByGroup", **where)["object"] == ["/more"]
    assert control(shop, "AddContainerVolumes", **where, volumes=["no/path"])["result"] == 3


# -- layers ---------------------------------------------------------------------------------------------------------


def test_light_changes_of_a_layer(shop: Client) -> None:
    where = {"envName": NAME, "nodeGroup": "sqldb"}
    assert control(shop, "SetNodeGroupDisplayName", **where, displayName="Data")["result"] == 0
    assert control(shop, "SetSLBAccessEnabled", **where, enabled="false")["result"] == 0
    edited = {"name": "sqldb", "restartNodeDelay": 5}
    assert control(shop, "EditNodeGroup", envName=NAME, nodeGroup=edited)["result"] == 0
    assert shop.call("environment.nodegroup.ApplyData", **where, data=json.dumps({"mine": [1]}))["result"] == 0
    layer = shop.call("environment.nodegroup.Get", **where)["nodeGroup"]
    names = ("displayName", "isSLBAccessEnabled", "restartNodeDelay", "mine")
    assert [layer[name] for name in names] == ["Data", False, 5, [1]]
    assert control(shop, "SetNodeGroupDisplayName", **where)["result"] == 0
    assert "displayName" not in shop.call("environment.nodegroup.Get", **where)["nodeGroup"]
    assert shop.call("environment.nodegroup.ApplyData", **where, data=json.dumps({"name": "x"}))["result"] == 3
    assert control(shop, "EditNodeGroup", envName=NAME, nodeGroup={"name": "no"})["result"] == 2300


def test_properties(shop: Client) -> None:
    assert control(shop, "AddEnvProperty", envName=NAME, properties={"a": 1, "b": [2]})["result"] == 0
    assert control(shop, "GetEnvProperty", envName=NAME, propertyKeys="b,c")["object"] == {"b": [2]}
    assert control(shop, "RemoveEnvProperty", envName=NAME, propertyKeys="b")["result"] == 0
    assert control(shop, "GetEnvProperty", envName=NAME)["object"] == {"a": 1}


def test_access_and_versions(shop: Client) -> None:
    number = layer_nodes(shop, "cp")[0]["id"]
    access = control(shop, "GetSSHAccessInfo", nodeId=number)["softNode"]
    assert access["login"].startswith(f"{number}-")
    assert control(shop, "GetSSHAccessInfo", nodeId=1)["result"] == 2300
    assert control(shop, "GetNodeTags", envName=NAME, nodeId=number)["array"][0] == {
        "name": "1.0",
        "isRedeployable": True,
    }
    assert control(shop, "ResetNodePassword", envName=NAME, nodeGroup="cp", password="short")["result"] == 3
    assert control(shop, "ResetNodePassword", envName=NAME, nodeGroup="cp")["result"] == 0
    assert {"nginx", "postgres16"} <= {row["nodeType"] for row in control(shop, "GetTemplates")["array"]}
    assert [
        row["uniqueName"] for row in control(shop, "GetRegionsInner", groupName="region-2", isEnabled="true")["array"]
    ] == ["region-b"]
