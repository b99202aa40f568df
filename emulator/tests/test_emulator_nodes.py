# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes through changes: which stay, which go, what new ones start with, what a clone takes along."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator_client import Client
from paas_emulator.platform import Platform

C, F = "environment.control.", "environment.file."
ENV, COPY = "hello-world", "hello-again"
CP = {"nodeGroup": "cp", "image": "example/app:1.0"}
DB = {"nodeGroup": "sqldb", "nodeType": "postgresql"}
FOLDER = Path(__file__).resolve().parents[3] / "shared" / "topologies"
TOPOLOGIES = sorted(FOLDER.glob("*.json"))  # none where the folder is not beside the checkout
OWN: list[dict[str, Any]] = [
    {"nodes": [{**CP, "count": 2, "env": {"A": "1"}, "extip": 2, "volumes": ["/data"]}, {**DB, "diskLimit": 20}]},
    {"env": {"ssl": True}, "nodes": [{"nodeType": "nginx"}, {"nodeType": "nginx"}]},
]
CASES = [
    *(pytest.param(case, id=f"own {number}") for number, case in enumerate(OWN)),
    *(pytest.param(json.loads(path.read_text("utf-8")), id=path.stem) for path in TOPOLOGIES),
]
# Members of a node's answer that say which node it is, not what it is like.
IDENTITY = ("address", "adminUrl", "ctid", "extIPs", "id", "intIP", "url")


def change(client: Client, *nodes: dict[str, Any], **env: Any) -> dict[str, Any]:
    answer = client.call(C + "ChangeTopology", envName=ENV, env=json.dumps(env), nodes=json.dumps(nodes))
    assert answer["result"] == 0
    inner: dict[str, Any] = answer["response"]
    return inner


def info(client: Client, name: str = ENV) -> dict[str, Any]:
    return client.call(C + "GetEnvInfo", envName=name)


def layer(client: Client, name: str) -> list[dict[str, Any]]:
    return [node for node in info(client)["nodes"] if node["nodeGroup"] == name]


def ids(client: Client, name: str) -> list[int]:
    return [node["id"] for node in layer(client, name)]


def variables(client: Client, number: int, name: str = ENV) -> dict[str, str]:
    found: dict[str, str] = client.call(C + "GetContainerEnvVars", envName=name, nodeId=number)["object"]
    return found


# -- more and fewer nodes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "copied"), [("STATELESS", False), ("STATEFUL", True)])
def test_new_nodes_are_like_the_master(bot: Client, mode: str, copied: bool) -> None:
    mounts = {"/mnt/db": {"sourceNodeGroup": "sqldb", "sourcePath": "/db"}}
    bot.create(ENV, [{**CP, "scalingMode": mode, "env": {"A": "1"}, "volumeMounts": mounts, "extip": 1}, DB])
    assert bot.call(F + "Write", envName=ENV, nodeid=20001, path="/opt/mark", body="here")["result"] == 0
    assert change(bot, {"nodeGroup": "cp", "count": 3}, {"nodeGroup": "sqldb"})["result"] == 0
    assert ids(bot, "cp") == [20001, 20003, 20004]
    assert [node["ismaster"] for node in layer(bot, "cp")] == [True, False, False]
    addresses = [node["extIPs"] for node in layer(bot, "cp")]
    assert [len(one) for one in addresses] == [1, 1, 1] and len({one[0] for one in addresses}) == 3
    for number in (20003, 20004):
        assert variables(bot, number)["A"] == "1"
        rows = bot.call(F + "GetMountPoints", envName=ENV, nodeId=number)["array"]
        assert [(row["path"], row["sourceNodeId"]) for row in rows] == [("/mnt/db", 20002)]
        read = bot.call(F + "Read", envName=ENV, nodeid=number, path="/opt/mark")
        assert (read["result"] == 0) is copied


def test_the_newest_nodes_go(bot: Client) -> None:
    bot.create(ENV, [{**CP, "count": 3}, DB])
    before = layer(bot, "cp")
    answer = change(bot, {"nodeGroup": "cp", "count": 2}, {"nodeGroup": "sqldb"})
    assert [node for node in answer["nodes"] if node["nodeGroup"] == "cp"] == before[:2]
    assert change(bot, {"nodeGroup": "cp", "count": 4}, {"nodeGroup": "sqldb"})["result"] == 0
    assert ids(bot, "cp") == [20001, 20002, 20005, 20006]


def test_addresses_stay_where_their_number_grows(bot: Client) -> None:
    bot.create(ENV, [{**CP, "extip": 1, "extipv6": 1}])
    first, sixth = layer(bot, "cp")[0]["extIPs"]
    assert change(bot, {"nodeGroup": "cp", "extip": 2})["result"] == 0
    grown = layer(bot, "cp")[0]["extIPs"]
    assert (grown[0], grown[2], len(grown)) == (first, sixth, 3) and grown[1] != first
    assert change(bot, {"nodeGroup": "cp", "extip": 1, "extipv6": 0})["result"] == 0
    assert layer(bot, "cp")[0]["extIPs"] == [first]
    assert change(bot, {"nodeGroup": "cp", "extip": False})["result"] == 0
    node = layer(bot, "cp")[0]
    assert "extIPs" not in node and node["address"] == node["intIP"]


def slb(client: Client) -> bool:
    found: bool = info(client)["nodeGroups"][0]["isSLBAccessEnabled"]
    return found


def test_a_public_address_closes_the_shared_load_balancer(bot: Client) -> None:
    """Unless the entry says otherwise; it can be opened again, and the next address leaves it open."""
    bot.create(ENV, [{**CP, "extipv6": 1}])
    assert slb(bot) is True
    assert change(bot, {"nodeGroup": "cp", "extip": 1})["result"] == 0
    assert slb(bot) is False
    bot.call(C + "SetSLBAccessEnabled", envName=ENV, nodeGroup="cp", enabled="true")
    assert change(bot, {"nodeGroup": "cp", "extip": 2, "count": 2})["result"] == 0
    assert slb(bot) is True


@pytest.mark.parametrize(("entry", "expected"), [({}, False), ({"isSLBAccessEnabled": True}, True)])
def test_a_layer_that_begins_with_a_public_address(bot: Client, entry: dict[str, Any], expected: bool) -> None:
    bot.create(ENV, [{**CP, "extip": True, **entry}])
    assert slb(bot) is expected
    assert change(bot, {"nodeGroup": "cp", "extip": 0})["result"] == 0
    assert change(bot, {"nodeGroup": "cp", "extip": 1, "isSLBAccessEnabled": expected})["result"] == 0
    assert slb(bot) is expected


def test_memcached_has_no_public_address(bot: Client) -> None:
    cache = {"nodeGroup": "cache", "nodeType": "memcached"}
    expected = {"result": 2314, "source": "JEL", "error": "node type [memcached] cannot have public addresses"}
    assert bot.create(ENV, [{**cache, "extip": 1}]) == expected
    assert bot.create(ENV, [cache])["result"] == 0
    assert change(bot, {"nodeGroup": "cache", "extipv6": 1}) == expected


# -- what entries mean ----------------------------------------------------------------------------------------------


def test_another_image_or_version_keeps_the_nodes(bot: Client) -> None:
    bot.create(ENV, [{**CP, "count": 2, "env": {"A": "1"}}, DB])
    before = ids(bot, "cp")
    assert (
        change(bot, {"nodeGroup": "cp", "image": "example/new:2"}, {"nodeGroup": "sqldb", "tag": 16.4})["result"] == 0
    )
    assert ids(bot, "cp") == before
    shown = {(node["customitem"]["dockerName"], node["customitem"]["dockerTag"]) for node in layer(bot, "cp")}
    assert shown == {("example/new", "2")}
    assert [node["version"] for node in layer(bot, "sqldb")] == ["16.4"]
    assert variables(bot, before[0])["A"] == "1"
    assert change(bot, {"nodeGroup": "cp", "image": "example/new"}, {"nodeGroup": "sqldb"})["result"] == 0
    assert {node["version"] for node in layer(bot, "cp")} == {"2"}
    assert change(bot, {"nodeGroup": "cp", "image": "example/app"}, {"nodeGroup": "sqldb"})["result"] == 0
    assert {node["version"] for node in layer(bot, "cp")} == {"latest"}


def test_an_entry_without_a_layer_means_the_first_of_its_kind(bot: Client) -> None:
    bot.create(ENV, [{"nodeType": "nginx"}, {"nodeType": "nginx"}, {"image": "example/app:1"}])
    names = [item["name"] for item in info(bot)["nodeGroups"]]
    assert names == ["bl", "bl2", "docker"]
    # The first belongs to the entry that names it; the second is what is left of the kind.
    assert change(bot, {"nodeType": "nginx", "cloudlets": 20}, {"nodeGroup": "bl", "cloudlets": 10})["result"] == 0
    assert [(node["id"], node["nodeGroup"], node["flexibleCloudlets"]) for node in info(bot)["nodes"]] == [
        (20001, "bl", 10),
        (20002, "bl2", 20),
    ]
    assert change(bot, {"nodeType": "nginx"}, {"nodeType": "nginx"}, {"nodeType": "nginx"})["result"] == 0
    assert [(node["id"], node["nodeGroup"]) for node in info(bot)["nodes"]] == [
        (20001, "bl"),
        (20002, "bl2"),
        (20004, "bl3"),
    ]


def test_entries_for_one_layer_share_its_nodes(bot: Client) -> None:
    nodes: list[dict[str, Any]] = [{**CP, "cloudlets": 4}, DB, {**CP, "cloudlets": 8, "count": 2}]
    bot.create(ENV, nodes)
    before = info(bot)
    assert change(bot, *nodes)["result"] == 0
    assert info(bot) == before
    assert change(bot, {**CP, "cloudlets": 4}, DB, {**CP, "cloudlets": 9})["result"] == 0
    assert [(node["id"], node["flexibleCloudlets"]) for node in layer(bot, "cp")] == [(20001, 4), (20003, 9)]


def test_the_environment_itself(bot: Client) -> None:
    bot.create(ENV, [CP], displayName="Before")
    assert change(bot, {"nodeGroup": "cp"}, region="region-a", sslstate=False, ishaenabled=True, engine="php8")
    env = info(bot)["env"]
    assert [env[name] for name in ("displayName", "sslstate", "ishaenabled", "engine")] == [
        "Before",
        False,
        True,
        "php8",
    ]
    assert change(bot, {"nodeGroup": "cp"}, displayName="After", ssl=True)["env"]["displayName"] == "After"
    assert [info(bot)["env"][name] for name in ("sslstate", "ishaenabled")] == [True, True]
    assert change(bot, {"nodeGroup": "cp"}, displayName="")["result"] == 0
    assert "displayName" not in info(bot)["env"]


def test_settings_of_containers_are_replaced_and_variables_merged(bot: Client) -> None:
    bot.create(ENV, [{**CP, "env": {"A": "1", "B": "1"}, "links": ["sqldb:DB"], "volumes": ["/a"], "cmd": "run"}, DB])
    changed = {"nodeGroup": "cp", "env": {"B": "2", "C": True}, "links": [], "volumes": ["/b"], "cmd": "run fast"}
    assert change(bot, changed, {"nodeGroup": "sqldb"})["result"] == 0
    config = bot.call(C + "GetContainerRunConfig", envName=ENV, nodeId=20001)["object"]
    path = config["env"].pop("PATH")
    assert path.startswith("/usr/")
    assert config == {
        **{"cmd": "run fast", "entrypoint": "", "env": {"A": "1", "B": "2", "C": "true"}},
        **{"links": [], "volumes": ["/b"]},
    }


@pytest.mark.parametrize(
    ("entry", "env", "code", "text"),
    [
        (
            {"nodeGroup": "sqldb", "nodeType": "mysql"},
            {},
            2314,
            "layer [sqldb] is made of [postgresql], not of [mysql]",
        ),
        ({"nodeGroup": "sqldb", "image": "x"}, {}, 2314, "layer [sqldb] is made of [postgresql], not of an image"),
        ({"nodeGroup": "new"}, {}, 3, "invalid parameter [nodeType]"),
        ({"nodeGroup": "cp", "count": 0}, {}, 3, "invalid parameter [count]"),
        ({"nodeGroup": "cp", "diskLimit": "big"}, {}, 3, "invalid parameter [diskLimit]"),
        (
            {"nodeGroup": "cp"},
            {"region": "region-b"},
            2314,
            "region [region-b] cannot be changed by a change of the top",
        ),
        ({"nodeGroup": "cp"}, {"region": "nowhere"}, 2314, "region [nowhere] is not available"),
    ],
)
def test_refused(bot: Client, entry: dict[str, Any], env: dict[str, Any], code: int, text: str) -> None:
    bot.create(ENV, [CP, DB])
    before = info(bot)
    answer = change(bot, {"nodeGroup": "cp", "count": 5, "cloudlets": 20}, entry, displayName="x", **env)
    assert answer["result"] == code and answer["error"].startswith(text)
    assert info(bot) == before


# -- clones ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_a_clone_is_the_same_by_other_numbers(bot: Client, case: dict[str, Any]) -> None:
    bot.create(ENV, case["nodes"], **case.get("env", {}))
    before = info(bot)
    assert bot.call(C + "CloneEnv", srcEnvName=ENV, dstEnvName=COPY)["result"] == 0
    assert info(bot) == before
    copy = info(bot, COPY)
    assert copy["nodeGroups"] == before["nodeGroups"]

    def kinds(answer: dict[str, Any]) -> list[dict[str, Any]]:
        plain = []
        for node in answer["nodes"]:
            row = {name: value for name, value in node.items() if name not in IDENTITY}
            row.get("customitem", {}).pop("dockerLinks", None)
            plain.append({**row, "addresses": len(node.get("extIPs", []))})
        return plain

    assert kinds(copy) == kinds(before)
    for name in ("id", "intIP", "ctid"):
        assert not {node[name] for node in copy["nodes"]} & {node[name] for node in before["nodes"]}
    public = [address for answer in (before, copy) for node in answer["nodes"] for address in node.get("extIPs", [])]
    assert len(public) == len(set(public))


def test_what_a_clone_takes_along(bot: Client, platform: Platform) -> None:
    mounts = {"/mnt/db": {"sourceNodeGroup": "sqldb", "sourcePath": "/db"}}
    linked = {**CP, "env": {"A": "1"}, "volumeMounts": mounts, "links": ["sqldb:DB"]}
    bot.create(ENV, [linked, DB], displayName="Shop")
    bot.call(F + "Write", envName=ENV, nodeid=20001, path="/opt/mark", body="here")
    bot.call(C + "AttachEnvGroup", envName=ENV, envGroup="shops")
    for name in ("BindExtDomain", "AddDomains"):
        bot.call(f"environment.binder.{name}", envName=ENV, extdomain="a.example.com", domains="www")
    bot.call(C + "AddEndpoint", envName=ENV, name="ssh", nodeId=20001, privatePort=22, protocol="TCP")
    rule = {"name": "web", "ports": "80", "nodeGroup": "cp"}
    bot.call("environment.security.AddRule", envName=ENV, nodeGroup="cp", rule=json.dumps(rule))
    assert bot.call(C + "CloneEnv", srcEnvName=ENV.upper(), ditEnvName=COPY)["result"] == 0
    source, copy = platform.store.environments[ENV], platform.store.environments[COPY]
    assert len(source.ext_domains) == 1 and len(source.domains) == 1
    assert (copy.ext_domains, copy.domains, copy.certificate) == ({}, [], None)
    assert [len(node.endpoints) for node in (*source.nodes, *copy.nodes)] == [1, 0, 0, 0]
    assert (copy.display_name, copy.groups) == ("Shop", ["shops"])
    assert [mount["sourceNodeId"] for mount in copy.nodes[0].mounts] == [copy.nodes[1].id]
    assert [link["sourceNodeId"] for link in info(bot, COPY)["nodes"][0]["customitem"]["dockerLinks"]] == [20004]
    assert copy.nodes[0].files["/opt/mark"] == "here"
    names = [sorted(row["name"] for row in item.firewall) for item in (source, copy)]
    assert names[0] == names[1] and "web" in names[0]
    assert not {row["id"] for row in source.firewall} & {row["id"] for row in copy.firewall}
    # From now on the two go their own ways.
    bot.call(C + "AddContainerEnvVars", envName=COPY, nodeGroup="cp", vars='{"A": "2"}')
    assert (variables(bot, 20001)["A"], variables(bot, 20003, COPY)["A"]) == ("1", "2")


# -- restarts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "parameters", "nodes"),
    [
        ("RestartNodes", {}, None),
        ("RestartNodes", {"nodeGroup": "cp", "isSequential": "true", "delay": 5}, None),
        ("RestartContainerById", {"nodeid": 20002}, None),
        ("RestartServices", {"nodeGroup": "cp"}, [20001, 20002]),
        ("RestartNodesByGroup", {"nodeGroup": "sqldb"}, [20003]),
    ],
)
def test_answers_of_restarts(bot: Client, method: str, parameters: dict[str, Any], nodes: list[int] | None) -> None:
    bot.create(ENV, [{**CP, "count": 2}, DB])
    before = info(bot)
    rows = [{"nodeid": number, "result": 0, "out": "", "errOut": ""} for number in nodes or []]
    expected: dict[str, Any] = {"result": 0, "responses": rows} if nodes else {"result": 0}
    assert bot.call(C + method, envName=ENV, **parameters) == expected
    assert info(bot) == before
    if parameters:
        unknown: dict[str, Any] = {name: 1 for name in parameters if name in ("nodeid", "nodeGroup")}
        refused = {"result": 2300, "source": "JEL", "error": "node or layer [1] not found"}
        assert bot.call(C + method, envName=ENV, **unknown) == refused
