# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small settings of layers, nodes and containers, and what is read of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import OTHER_TOKEN, Client

C, G = "environment.control.", "environment.nodegroup."
ENV = "hello-world"
NODES = [
    {"nodeGroup": "cp", "image": "example/app:1.0", "count": 2, "env": {"A": "1"}, "nodeGroupData": {"mine": 1}},
    {"nodeGroup": "sqldb", "nodeType": "postgresql"},
]
CP: dict[str, Any] = {"envName": ENV, "nodeGroup": "cp"}
FIRST, SECOND, DB = 20001, 20002, 20003
NOT_FOUND = {"result": 2300, "source": "JEL", "error": "node or layer [1] not found"}
OK = {"result": 0}


@pytest.fixture
def bot(bot: Client) -> Client:
    bot.create(ENV, NODES)
    return bot


def layer(client: Client, name: str = "cp") -> dict[str, Any]:
    found: dict[str, Any] = client.call(G + "Get", envName=ENV, nodeGroup=name)["nodeGroup"]
    return found


def refused(name: str) -> dict[str, Any]:
    return {"result": 3, "error": f"invalid parameter [{name}]"}


# -- layers ---------------------------------------------------------------------------------------------------------

SETTINGS = {
    **{"displayName": "Front", "isSLBAccessEnabled": False, "isSequentialDeploy": True, "redeployContainerDelay": 1},
    **{"redeployContextDelay": 2, "restartNodeDelay": 3, "restartContainerDelay": 3, "scalingMode": "STATEFUL"},
}


def test_every_reading_shows_the_same_layers(bot: Client) -> None:
    shown = bot.call(C + "GetEnvInfo", envName=ENV)["nodeGroups"]
    assert bot.call(C + "GetNodeGroups", envName=ENV) == {"result": 0, "object": shown}
    assert [layer(bot), layer(bot, "sqldb")] == shown
    assert layer(bot)["mine"] == 1
    assert bot.call(G + "Get", envName=ENV, nodeGroup="1") == NOT_FOUND


def test_edited(bot: Client) -> None:
    before = bot.call(C + "GetNodeGroups", envName=ENV)["object"]
    body = json.dumps({"name": "cp", **SETTINGS, "features": ["OTHER"], "vType": None})
    assert bot.call(C + "EditNodeGroup", envName=ENV, nodeGroup=body) == OK
    assert bot.call(C + "GetNodeGroups", envName=ENV)["object"] == [{**before[0], **SETTINGS}, before[1]]
    part = json.dumps({"name": "cp", "scalingMode": "stateless"})
    assert bot.call(C + "EditNodeGroup", envName=ENV, nodeGroup=part) == OK
    assert layer(bot) == {**before[0], **SETTINGS, "scalingMode": "STATELESS"}


@pytest.mark.parametrize(
    ("name", "parameter"),
    [(G + "ApplyData", "data"), (C + "ApplyNodeGroupData", "data"), (G + "SetOptions", "options")],
)
def test_applied(bot: Client, name: str, parameter: str) -> None:
    before = layer(bot)
    given = {**SETTINGS, "free": {"a": [1]}}
    assert bot.call(name, **CP, **{parameter: json.dumps(given)}) == OK
    assert layer(bot) == {**before, **given}
    assert bot.call(name, **CP, **{parameter: '{"free": null, "mine": 2, "displayName": null}'}) == OK
    left = {**before, **SETTINGS, "mine": 2}
    del left["displayName"]
    assert layer(bot) == left
    assert bot.call(name, envName=ENV, nodeGroup="1", **{parameter: "{}"}) == NOT_FOUND


@pytest.mark.parametrize(
    "member",
    [
        {"displayName": 5},
        {"isSLBAccessEnabled": "yes"},
        {"isSequentialDeploy": 2},
        {"restartNodeDelay": -2},
        {"restartNodeDelay": True},
        {"redeployContainerDelay": "30"},
        {"scalingMode": "BOTH"},
    ],
)
def test_settings_that_cannot_be(bot: Client, member: dict[str, Any]) -> None:
    before = layer(bot)
    wrong = {"redeployContextDelay": 77, "free": 1, **member}
    body = json.dumps({"name": "cp", **wrong})
    assert bot.call(C + "EditNodeGroup", envName=ENV, nodeGroup=body) == refused("nodeGroup")
    assert bot.call(G + "ApplyData", **CP, data=json.dumps(wrong)) == refused("data")
    assert layer(bot) == before


@pytest.mark.parametrize("data", ["[1]", "text", '{"name": "x"}', '{"features": []}'])
def test_data_that_cannot_be(bot: Client, data: str) -> None:
    assert bot.call(G + "ApplyData", **CP, data=data) == refused("data")


@pytest.mark.parametrize("body", ['{"restartNodeDelay": 1}', "[]", '{"name": ""}'])
def test_edited_without_a_name(bot: Client, body: str) -> None:
    assert bot.call(C + "EditNodeGroup", envName=ENV, nodeGroup=body) == refused("nodeGroup")


def test_names(bot: Client) -> None:
    def shown() -> list[str | None]:
        return [node.get("displayName") for node in bot.call(C + "GetEnvInfo", envName=ENV)["nodes"]]

    assert bot.call(C + "SetNodeGroupDisplayName", **CP, displayName="Front") == OK
    assert bot.call(C + "SetNodeDisplayName", envName=ENV, nodeId=SECOND, displayName="Second") == OK
    assert (layer(bot)["displayName"], shown()) == ("Front", ["Front", "Second", None])
    assert bot.call(C + "SetNodeDisplayName", envName=ENV, nodeId=SECOND) == OK
    assert shown() == ["Front", None, None]
    assert bot.call(C + "SetNodeDisplayName", envName=ENV, nodeId=1, displayName="x") == NOT_FOUND


@pytest.mark.parametrize("service", [C, G])
def test_access_by_the_load_balancer(bot: Client, service: str) -> None:
    for text, enabled in (("false", False), ("true", True)):
        assert bot.call(service + "SetSLBAccessEnabled", **CP, enabled=text) == OK
        assert [layer(bot)["isSLBAccessEnabled"], layer(bot, "sqldb")["isSLBAccessEnabled"]] == [enabled, True]


def test_cloudlets_of_a_node(bot: Client) -> None:
    def shown() -> list[tuple[int, int]]:
        nodes = bot.call(C + "GetEnvInfo", envName=ENV)["nodes"]
        return [(node["fixedCloudlets"], node["flexibleCloudlets"]) for node in nodes]

    where: dict[str, Any] = {"envName": ENV, "nodeid": FIRST}
    assert bot.call(C + "SetCloudletsCountById", **where, count=1, fixedCloudlets=2, flexibleCloudlets=6) == OK
    assert shown() == [(2, 6), (0, 8), (0, 8)]
    wrong = bot.call(C + "SetCloudletsCountById", **where, fixedCloudlets=7, flexibleCloudlets=6)
    assert wrong == refused("flexibleCloudlets") and shown() == [(2, 6), (0, 8), (0, 8)]


# -- variables, commands --------------------------------------------------------------------------------------------


def variables(client: Client, number: int) -> dict[str, str]:
    answer = client.call(C + "GetContainerEnvVars", envName=ENV, nodeId=number)
    assert sorted(answer) == ["object", "result"]
    found: dict[str, str] = answer["object"]
    return found


def test_variables_of_a_node_of_a_layer_and_of_all(bot: Client) -> None:
    path = variables(bot, DB)["PATH"]
    image = {"PATH": path}
    assert variables(bot, FIRST) == variables(bot, SECOND) == {**image, "A": "1"}
    for where, name in (({"nodeId": SECOND}, "B"), ({"nodeGroup": "cp"}, "C"), ({}, "D")):
        assert bot.call(C + "AddContainerEnvVars", envName=ENV, vars=json.dumps({name: 10.5}), **where) == OK
    assert variables(bot, FIRST) == {**image, "A": "1", "C": "10.5", "D": "10.5"}
    assert variables(bot, SECOND) == {**image, "A": "1", "B": "10.5", "C": "10.5", "D": "10.5"}
    assert variables(bot, DB) == {**image, "D": "10.5"}
    assert bot.call(C + "GetContainerEnvVarsByGroup", **CP)["object"] == variables(bot, FIRST)
    assert bot.call(C + "RemoveContainerEnvVars", envName=ENV, vars="C;D,NOT_THERE") == OK
    assert variables(bot, SECOND) == {**image, "A": "1", "B": "10.5"}
    assert variables(bot, DB) == image


def test_set_variables_wipe_those_of_the_image(bot: Client) -> None:
    assert bot.call(C + "SetContainerEnvVars", envName=ENV, nodeId=FIRST, vars='{"X": ""}') == OK
    assert variables(bot, FIRST) == {"X": ""} and sorted(variables(bot, SECOND)) == ["A", "PATH"]
    assert bot.call(C + "AddContainerEnvVars", **CP, vars='{"Y": "1"}') == OK
    assert variables(bot, FIRST) == {"X": "", "Y": "1"}
    assert bot.call(C + "SetContainerEnvVarsByGroup", **CP, data="{}") == OK
    assert variables(bot, FIRST) == variables(bot, SECOND) == {}


@pytest.mark.parametrize(
    ("method", "parameter"), [("AddContainerEnvVars", "vars"), ("SetContainerEnvVarsByGroup", "data")]
)
@pytest.mark.parametrize("text", ["", "A=1", '["A"]', "5"])
def test_variables_that_cannot_be(bot: Client, method: str, parameter: str, text: str) -> None:
    assert bot.call(C + method, **CP, **{parameter: text}) == refused(parameter)
    assert bot.call(C + method, envName=ENV, nodeGroup="1", **{parameter: "{}"}) == NOT_FOUND


@pytest.mark.parametrize(("what", "member"), [("RunCmd", "cmd"), ("EntryPoint", "entrypoint")])
def test_commands_of_containers(bot: Client, what: str, member: str) -> None:
    where: dict[str, Any] = {"envName": ENV, "nodeId": FIRST}
    assert bot.call(f"{C}GetContainer{what}", **where) == {"result": 0, "object": ""}
    assert bot.call(f"{C}SetContainer{what}", **where, data='["run", "it"]') == OK
    assert bot.call(f"{C}GetContainer{what}", **where)["object"] == "run it"
    assert bot.call(C + "GetContainerRunConfig", **where)["object"][member] == "run it"
    assert bot.call(f"{C}GetContainer{what}", envName=ENV, nodeId=SECOND)["object"] == ""
    assert bot.call(f"{C}SetContainer{what}", **where) == OK
    assert bot.call(f"{C}GetContainer{what}", **where)["object"] == ""
    assert bot.call(f"{C}GetContainer{what}", envName=ENV, nodeId=1) == NOT_FOUND


def test_volumes_of_a_node_and_of_a_layer(bot: Client) -> None:
    def paths(number: int) -> list[str]:
        found: list[str] = bot.call(C + "GetContainerVolumesById", envName=ENV, nodeId=number)["object"]
        return found

    assert bot.call(C + "AddContainerVolume", envName=ENV, nodeId=SECOND, path="/two") == {**OK, "nodeid": SECOND}
    assert bot.call(C + "AddContainerVolumeByGroup", **CP, path="/both") == {**OK, "nodeid": FIRST}
    assert (paths(FIRST), paths(SECOND), paths(DB)) == (["/both"], ["/two", "/both"], [])
    answer = bot.call(C + "AddContainerVolumes", **CP, volumes='["/two", "/three"]')
    assert [(row["nodeid"], row["result"]) for row in answer["responses"]] == [(FIRST, 0), (SECOND, 0)]
    assert (paths(FIRST), paths(SECOND)) == (["/both", "/two", "/three"], ["/two", "/both", "/three"])
    assert bot.call(C + "RemoveContainerVolume", envName=ENV, nodeId=FIRST, path="/two")["result"] == 0
    assert bot.call(C + "RemoveContainerVolumeByGroup", **CP, path="/both")["result"] == 0
    assert (paths(FIRST), paths(SECOND)) == (["/three"], ["/two", "/three"])
    assert bot.call(C + "AddContainerVolume", envName=ENV, nodeId=FIRST, path="relative") == refused("path")


def test_the_data_of_a_volume_goes_with_it(bot: Client) -> None:
    bot.call(C + "AddContainerVolumes", **CP, volumes="/data")
    for path in ("/data/a", "/database/b"):
        assert bot.call("environment.file.Write", envName=ENV, nodeid=FIRST, path=path, body="x")["result"] == 0
    assert bot.call(C + "RemoveContainerVolumes", **CP, volumes="/data,/none")["result"] == 0
    paths = ("/data/a", "/database/b")
    read = [bot.call("environment.file.Read", envName=ENV, nodeid=FIRST, path=path).get("body") for path in paths]
    assert read == [None, "x"]


def test_volumes_of_an_image_stay(bot: Client) -> None:
    bot.control("PUT", "images", {"example/db": {"volumes": ["/var/lib/db"]}})
    bot.create("second-env", [{"nodeGroup": "cp", "image": "example/db:1", "volumes": ["/mine"]}])
    where: dict[str, Any] = {"envName": "second-env", "nodeGroup": "cp"}
    text = "volume [/var/lib/db] is defined by the image and cannot be removed"
    expected = {"result": 8, "source": "JEL", "error": text}
    assert bot.call(C + "RemoveContainerVolumes", **where, volumes="/mine,/var/lib/db") == expected
    assert bot.call(C + "RemoveContainerVolumeByGroup", **where, path="/var/lib/db") == expected
    assert bot.call(C + "GetContainerVolumesByGroup", **where)["object"] == ["/var/lib/db", "/mine"]


# -- what is refused while it cannot be -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "parameters", "sleeping"),
    [
        ("AddContainerEnvVars", {"vars": '{"A": "2"}'}, 0),
        ("SetNodeGroupDisplayName", {"nodeGroup": "cp"}, 0),
        ("AddEnvProperty", {"properties": "{}"}, 0),
        ("GetContainerEnvVarsByGroup", {"nodeGroup": "cp"}, 0),
        ("AddContainerVolumes", {"volumes": "/a"}, 2212),
        ("SetContainerRunCmd", {"nodeId": FIRST}, 2212),
        ("ResetNodePassword", {}, 2212),
    ],
)
def test_statuses(bot: Client, method: str, parameters: dict[str, Any], sleeping: int) -> None:
    bot.call(C + "SleepEnv", envName=ENV)
    assert bot.call(C + method, envName=ENV, **parameters)["result"] == sleeping
    bot.control("PUT", "times", {"StartEnv": 600})
    bot.control("PUT", "switches", {"gateway_timeout": 0.05})
    assert bot.response(C + "StartEnv", envName=ENV).status_code == 504
    meanwhile = 0 if method.startswith("Get") else 2212
    assert bot.call(C + method, envName=ENV, **parameters)["result"] == meanwhile


# -- access, versions, stacks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "where"),
    [
        ("ResetNodePassword", {"nodeGroup": "sqldb"}),
        ("ResetNodePasswordById", {"nodeId": DB}),
        ("ResetNodePasswordByType", {"nodeType": "postgresql"}),
        ("ResetServicePassword", {}),
        ("ResetContainerPasswordById", {"nodeid": DB}),
        ("ResetContainersPasswordByGroup", {"nodeGroup": "sqldb"}),
    ],
)
def test_passwords(bot: Client, method: str, where: dict[str, Any]) -> None:
    for password in ({}, {"password": ""}, {"password": "long-enough"}):
        assert bot.call(C + method, envName=ENV, **where, **password) == OK
    assert bot.call(C + method, envName=ENV, **where, password="short") == refused("password")
    assert "long-enough" not in json.dumps([bot.call(C + "GetEnvInfo", envName=ENV), bot.journal()])
    if where:
        name = next(iter(where))
        unknown: dict[str, Any] = {name: 1}
        assert bot.call(C + method, envName=ENV, **unknown) == NOT_FOUND


def test_access_by_ssh(bot: Client) -> None:
    uid = bot.call("users.account.GetUserInfo")["uid"]
    access = {"host": "gate.paas.example.com", "port": 3022, "login": f"{FIRST}-{uid}"}
    node = {"id": FIRST, "envName": ENV, **access}
    assert bot.call(C + "GetSSHAccessInfo", nodeId=FIRST) == {"result": 0, "softNode": node}
    assert bot.call(C + "GetSSHAccessInfo", nodeId=1) == NOT_FOUND
    other = bot.with_session(OTHER_TOKEN)
    assert other.call(C + "GetSSHAccessInfo", nodeId=FIRST)["result"] == 2300


def test_versions(bot: Client) -> None:
    where: dict[str, Any] = {"envName": ENV, "nodeId": FIRST}
    tags = ["1.0", "latest", "stable"]
    rows = [{"name": tag, "isRedeployable": True} for tag in tags]
    assert bot.call(C + "GetNodeTags", **where) == {"result": 0, "array": rows}
    assert bot.call(C + "GetContainerNodeTags", **where) == {"result": 0, "object": tags}
    assert bot.call(C + "GetContainerTags", image="example/app") == {"result": 0, "object": tags[1:]}


def test_stacks_and_regions(bot: Client) -> None:
    rows = bot.call(C + "GetTemplates")["array"]
    found = {row["nodeType"]: (row["nodeMission"], row["type"]) for row in rows}
    expected = {"nginx": ("bl", "DOCKERIZED"), "ubuntu-vps": ("vds", "NATIVE"), "mysql": ("sqldb", "DOCKERIZED")}
    assert {name: found[name] for name in expected} == expected and len(found) == len(rows)
    for enabled, names in (({}, ["region-b", "region-closed"]), ({"isEnabled": "false"}, ["region-closed"])):
        groups = bot.call(C + "GetRegionsInner", groupName="region-2", **enabled)["array"]
        assert [group["uniqueName"] for group in groups] == names
    assert bot.call(C + "GetRegionsInner", groupName="nowhere")["array"] == []


def test_properties(bot: Client) -> None:
    def shown(**keys: str) -> dict[str, Any]:
        found: dict[str, Any] = bot.call(C + "GetEnvProperty", envName=ENV, **keys)["object"]
        return found

    assert shown() == {}
    assert bot.call(C + "AddEnvProperty", envName=ENV, properties='{"a": 1, "b": {"c": [2]}}') == OK
    assert bot.call(C + "ApplyEnvProperty", envName=ENV, properties='{"a": "x"}') == OK
    assert shown() == {"a": "x", "b": {"c": [2]}} and shown(propertyKeys="b;z") == {"b": {"c": [2]}}
    assert bot.call(C + "RemoveEnvProperty", envName=ENV, propertyKeys="a,z") == OK
    assert shown() == {"b": {"c": [2]}}
    assert bot.call(C + "AddEnvProperty", envName=ENV, properties="[]") == refused("properties")
