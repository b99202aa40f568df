# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long operations on topologies: what shows meanwhile, what they want, where they settle, when they fail, limits."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from emulator_client import LOGIN, Client, wait_until
from paas_emulator.platform import Platform
from paas_emulator.services.billing import model as quotas
from paas_emulator.store import Store

B, C = "environment.binder.", "environment.control."
ENV, COPY = "hello-world", "hello-again"
CP = {"nodeGroup": "cp", "image": "example/app:1.0"}
SECRET = "a-secret-of-a-node"
CHANGE = {"env": "{}", "nodes": '[{"nodeGroup": "cp", "count": 2}]'}


@pytest.fixture
def bot(bot: Client) -> Client:
    bot.create(ENV, [CP])
    return bot


def nodes_of(client: Client, name: str = ENV) -> int:
    return len(client.call(C + "GetEnvInfo", envName=name)["nodes"])


@pytest.mark.parametrize(
    ("method", "parameters", "number"),
    [
        ("ChangeTopology", CHANGE, 12),
        ("Migrate", {"hardwareNodeGroup": "region-b"}, 10),
        ("RestartNodes", {}, 3),
        ("RestartServices", {}, 3),
        ("RedeployContainers", {"tag": "2", "nodeId": 20001}, 12),
    ],
)
def test_passing_status(bot: Client, method: str, parameters: dict[str, Any], number: int) -> None:
    bot.control("PUT", "times", {method: 1.0})
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(bot.with_session(bot.session).call, C + method, envName=ENV, **parameters)
        wait_until(lambda: bot.status(ENV) == number)
        before = bot.call(C + "GetEnvInfo", envName=ENV)
        assert (len(before["nodes"]), before["nodes"][0]["version"]) == (1, "1.0")
        assert before["env"]["hardwareNodeGroup"] == "region-a"
        assert bot.call(C + method, envName=ENV, **parameters)["result"] == 2212
        assert bot.call(C + "StopEnv", envName=ENV)["result"] == 2212
        assert bot.call(C + "CloneEnv", srcEnvName=ENV, dstEnvName=COPY)["result"] == 2212
        assert bot.call(C + "SetEnvDisplayName", envName=ENV, displayName="Meanwhile") == {"result": 0}
        assert running.result()["result"] == 0
    assert bot.status(ENV) == 1
    assert bot.call(C + "GetEnvInfo", envName=ENV)["env"]["displayName"] == "Meanwhile"


def test_cloning(bot: Client) -> None:
    bot.control("PUT", "times", {"CloneEnv": 1.0})
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(bot.with_session(bot.session).call, C + "CloneEnv", srcEnvName=ENV, dstEnvName=COPY)
        wait_until(lambda: bot.call(C + "GetEnvInfo", envName=COPY)["result"] == 0)
        assert (bot.status(ENV), bot.status(COPY)) == (1, 7)
        assert bot.call(C + "StopEnv", envName=COPY)["result"] == 2212
        assert bot.call(C + "StopEnv", envName=ENV) == {"result": 0}
        answer = running.result()
    assert "response" not in answer and len(answer["nodes"]) == len(answer["nodeGroups"]) == 1
    assert (answer["env"]["envName"], answer["env"]["status"]) == (COPY, 1)
    assert (bot.status(ENV), bot.status(COPY)) == (2, 1)


@pytest.mark.parametrize(
    ("method", "parameters"), [("ChangeTopology", CHANGE), ("Migrate", {"hardwareNodeGroup": "region-b"})]
)
def test_a_stopped_environment_stays_stopped(bot: Client, method: str, parameters: dict[str, Any]) -> None:
    bot.call(C + "StopEnv", envName=ENV)
    assert bot.call(C + method, envName=ENV, **parameters)["result"] == 0
    assert bot.status(ENV) == 2
    assert bot.call(C + "CloneEnv", srcEnvName=ENV, dstEnvName=COPY)["env"]["status"] == 1


@pytest.mark.parametrize(
    ("method", "parameters", "wanted"),
    [
        ("ChangeTopology", {"envName": ENV, **CHANGE}, "RUNNING], [DOWN"),
        ("CloneEnv", {"srcEnvName": ENV, "dstEnvName": COPY}, "RUNNING], [DOWN"),
        ("Migrate", {"envName": ENV, "hardwareNodeGroup": "region-b"}, "RUNNING], [DOWN"),
        ("CheckMigrationPossibility", {"envName": ENV, "hardwareNodeGroup": "region-b"}, "RUNNING], [DOWN"),
        ("RestartNodes", {"envName": ENV}, "RUNNING"),
        ("RestartNodeById", {"envName": ENV, "nodeId": 20001}, "RUNNING"),
        ("RedeployContainersByGroup", {"envName": ENV, "nodeGroup": "cp", "tag": "2"}, "RUNNING"),
    ],
)
def test_wanted_statuses(bot: Client, method: str, parameters: dict[str, Any], wanted: str) -> None:
    bot.call(C + "SleepEnv", envName=ENV)
    answer = bot.call(C + method, **parameters)
    statuses = ", ".join(f"ENV_STATUS_TYPE_{name}" for name in wanted.split("], ["))
    assert answer["result"] == 2212, answer
    assert answer["error"].endswith(f"[ENV_STATUS_TYPE_SLEEP]. Required statuses [{statuses}]")
    assert (bot.status(ENV), nodes_of(bot)) == (4, 1)
    assert bot.call(C + "GetEnvInfo", envName=COPY)["result"] == 11


def test_a_stopped_environment_is_not_restarted(bot: Client) -> None:
    bot.call(C + "StopEnv", envName=ENV)
    for method in ("RestartNodes", "RestartServices", "RedeployContainers"):
        assert bot.call(C + method, envName=ENV, tag="2")["result"] == 2212
    assert bot.status(ENV) == 2


def test_settled_at_the_next_start(bot: Client, platform: Platform) -> None:
    """An operation that a stop of the emulator interrupted settles as if it had ended."""
    bot.call(C + "StopEnv", envName=ENV)
    bot.control("PUT", "times", {"*": 600})
    bot.control("PUT", "switches", {"gateway_timeout": 0.05})
    assert bot.response(C + "CloneEnv", srcEnvName=ENV, dstEnvName=COPY).status_code == 504
    assert bot.response(C + "ChangeTopology", envName=ENV, **CHANGE).status_code == 504
    assert [item.status for item in platform.store.environments.values()] == [12, 7]
    again = Store.from_plain(json.loads(json.dumps(platform.store.to_plain())))
    assert {name: (item.status, item.running) for name, item in again.environments.items()} == {
        ENV: (2, None),
        COPY: (1, None),
    }


# -- migration ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "text"),
    [
        ("region-a", "region [region-a] is the environment's own"),
        ("region-closed", "region [region-closed] is not available"),
        ("nowhere", "region [nowhere] is not available"),
        ("", "region [] is not available"),
    ],
)
@pytest.mark.parametrize("method", ["Migrate", "CheckMigrationPossibility"])
def test_regions_to_migrate_to(bot: Client, method: str, region: str, text: str) -> None:
    before = bot.call(C + "GetEnvInfo", envName=ENV)
    refused = {"result": 2314, "source": "JEL", "error": text}
    assert bot.call(C + method, envName=ENV, hardwareNodeGroup=region) == refused
    assert bot.call(C + "GetEnvInfo", envName=ENV) == before


def test_migrated(bot: Client) -> None:
    target = {"envName": ENV, "hardwareNodeGroup": "region-b"}
    assert bot.call(C + "CheckMigrationPossibility", **target) == {"result": 0}
    before = bot.call(C + "GetEnvInfo", envName=ENV)
    assert before["env"]["hardwareNodeGroup"] == "region-a"
    assert bot.call(C + "Migrate", **target, isOnline="true") == {"result": 0}
    host_group = {"displayName": "Region B", "uniqueName": "region-b"}
    env = {**before["env"], "hardwareNodeGroup": "region-b", "hostGroup": host_group}
    assert bot.call(C + "GetEnvInfo", envName=ENV) == {**before, "env": env}


# -- a layer that fails ---------------------------------------------------------------------------------------------


def test_a_layer_fails(bot: Client, platform: Platform) -> None:
    entry = {
        **{"nodeGroup": "sqldb", "nodeType": "mysql", "tag": "8.0.30", "diskLimit": 50, "restartDelay": 30},
        **{"env": {"MYSQL_PASSWORD": SECRET}, "fixedCloudlets": 4, "flexibleCloudlets": 6},
    }
    beside = {"actionkey": "my-key", "hx_lang": "fr"}
    topology = {"nodes": json.dumps([CP, entry]), **beside}
    before = bot.call(C + "GetEnvInfo", envName=ENV)
    echo = {
        **{"cluster": False, "convertDisk": False, "extip": 0, "extipv6": 0},
        **{"nodeGroupData": {"cluster": {"enabled": False}}, "startService": 0, "startServiceOnCreation": True},
        **{**entry, "diskLimit": 50000, **beside},
    }
    fault = {"kind": "layer_failed", "layer": "sqldb", "error": "The [ passwd set ] operation has failed"}
    methods = ("ChangeTopology", "CreateEnvironment")
    bot.control("PUT", "faults", [{**fault, "method": method} for method in methods])
    changed = bot.call(C + "ChangeTopology", envName=ENV, env="{}", **topology)
    assert changed == {
        "result": 0,
        "response": {
            **{"result": 4099, "methodName": "AddNode", "source": "JEL", "error": fault["error"]},
            "params": {"params": {**echo, "targetAppid": platform.store.environments[ENV].appid}, "script": "AddNode"},
        },
    }
    assert bot.call(C + "GetEnvInfo", envName=ENV) == before
    created = bot.call(C + "CreateEnvironment", env=json.dumps({"shortdomain": COPY}), **topology)["response"]
    appid = created["params"]["params"].pop("targetAppid")
    assert len(appid) == 32 and created["params"]["params"] == echo and created["result"] == 4099
    assert bot.call(C + "GetEnvInfo", envName=COPY)["result"] == 11
    assert [row["result"] for row in bot.journal() if row.get("fault")] == [4099, 4099]
    assert SECRET not in json.dumps(bot.journal())


def test_other_failures_of_a_layer(bot: Client) -> None:
    """Code and layer can be chosen; what cannot be read is echoed as it came."""
    fault = {"method": "ChangeTopology", "kind": "layer_failed", "code": 2348, "layer": "other", "times": 0}
    bot.control("PUT", "faults", [fault])
    assert bot.control("GET", "faults") == {"faults": [fault]}
    entries = [{"nodeGroup": "cp", "diskLimit": "big"}, {"nodeGroup": "sqldb"}]
    inner = bot.call(C + "ChangeTopology", envName=ENV, env="{}", nodes=json.dumps(entries))["response"]
    echoed = inner["params"]["params"]
    assert (inner["result"], echoed["nodeGroup"], echoed["diskLimit"]) == (2348, "cp", "big")
    broken = bot.call(C + "ChangeTopology", envName=ENV, env="{}", nodes="[")["response"]
    assert broken["result"] == 2348 and "nodeGroup" not in broken["params"]["params"]


# -- limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "limit", "code", "text"),
    [
        (quotas.NODES, 4, 2365, "quota [environment.maxnodescount]: nodes of the environment: 5 is more than 4"),
        (quotas.LAYER_NODES, 2, 2366, "quota [environment.maxsamenodescount]: nodes of one layer: 3 is more than 2"),
        (quotas.CLOUDLETS, 15, 2361, "quota [environment.maxcloudletsperrec]: cloudlets of a node: 16 is more than 15"),
    ],
)
def test_limits_of_topologies(bot: Client, name: str, limit: int, code: int, text: str) -> None:
    nodes = [{**CP, "count": 3, "cloudlets": 16}, {"nodeType": "mysql", "count": 2}]
    bot.create("full-size", nodes)
    bot.control("PUT", "quotas", {name: limit})
    refused = {"result": code, "source": "JEL", "error": text}
    assert bot.create(COPY, nodes) == refused
    change = bot.call(C + "ChangeTopology", envName=ENV, env="{}", nodes=json.dumps(nodes))
    assert change == {"result": 0, "response": refused}
    assert bot.call(C + "CloneEnv", srcEnvName="full-size", dstEnvName=COPY) == refused
    assert (nodes_of(bot), bot.call(C + "GetEnvInfo", envName=COPY)["result"]) == (1, 11)
    bot.control("PUT", "quotas", {name: limit + 1})
    assert bot.create(COPY, nodes)["result"] == 0


def test_limit_of_environments(bot: Client) -> None:
    bot.control("PUT", "quotas", {quotas.ENVIRONMENTS: 1})
    refused = {
        **{"result": 2360, "source": "JEL"},
        "error": "quota [environment.maxcount]: environments of the account: 2 is more than 1",
    }
    assert bot.create(COPY) == refused
    assert bot.call(C + "CloneEnv", srcEnvName=ENV, dstEnvName=COPY) == refused
    # One that is there can be changed, however low the limit is by now.
    bot.control("PUT", "quotas", {quotas.ENVIRONMENTS: 0})
    assert bot.call(C + "ChangeTopology", envName=ENV, **CHANGE)["response"]["result"] == 0
    bot.control("PUT", "quotas", {quotas.ENVIRONMENTS: 2})
    assert bot.create(COPY)["result"] == 0


def test_limits_of_public_addresses(bot: Client) -> None:
    """Of an environment and of a node, for each kind; what is refused changes nothing, giving back always works."""
    binder = {"envName": ENV, "nodeGroup": "cp"}
    node = {"envName": ENV, "nodeId": bot.call(C + "GetEnvInfo", envName=ENV)["nodes"][0]["id"]}
    bot.create(COPY, [{**CP, "extip": 3}])  # others do not count
    limits = {quotas.PUBLIC_ADDRESSES[False]: 3, quotas.NODE_ADDRESSES[False]: 2, quotas.NODE_ADDRESSES[True]: 1}
    bot.control("PUT", "quotas", limits)

    def refused(name: str, what: str, count: int, limit: int) -> dict[str, Any]:
        text = f"quota [{name}]: public {what}: {count} is more than {limit}"
        return {"result": 2338, "source": "JEL", "error": text}

    of_node = refused(quotas.NODE_ADDRESSES[False], "IPv4 addresses of a node", 3, 2)
    of_all = refused(quotas.PUBLIC_ADDRESSES[False], "IPv4 addresses of the environment", 4, 3)
    assert bot.call(B + "SetExtIpCount", type="ipv4", count=3, **binder) == of_node
    assert bot.call(B + "AttachExtIp", type="ipv6", **node)["result"] == 0
    ipv6 = refused("environment.externalipv6.maxcount.per.node", "IPv6 addresses of a node", 2, 1)
    assert bot.call(B + "AttachExtIp", type="ipv6", **node) == ipv6
    assert bot.call(B + "SetExtIpCount", type="ipv4", count=2, **binder)["result"] == 0
    more = json.dumps([{**CP, "count": 2, "extip": 2}])
    assert bot.call(C + "ChangeTopology", envName=ENV, env="{}", nodes=more)["response"] == of_all
    assert bot.create("third-one", [{**CP, "count": 2, "extip": 2}]) == of_all
    kept = [len(node["extIPs"]) for name in (ENV, COPY) for node in bot.call(C + "GetEnvInfo", envName=name)["nodes"]]
    assert kept == [3, 3]
    bot.control("PUT", "quotas", dict.fromkeys(limits, 0))
    assert bot.call(B + "SetExtIpCount", type="ipv4", count=1, **binder)["result"] == 0


def test_default_limits_and_their_change(bot: Client) -> None:
    """No account has 500 nodes in a layer unless the test says so."""
    many = [{**CP, "count": 51}]
    refused = "quota [environment.maxsamenodescount]: nodes of one layer: 51 is more than 50"
    assert bot.create(COPY, many)["error"] == refused
    sizes: dict[str, Any] = {"envName": ENV, "nodeGroup": "cp", "fixedCloudlets": 1}
    assert bot.call(C + "SetCloudletsCountByGroup", **sizes, flexibleCloudlets=257)["result"] == 2361
    answer = bot.control("PUT", "quotas", {quotas.LAYER_NODES: 51, "own.limit": 3})
    assert {row[quotas.LAYER_NODES] for row in answer["quotas"].values()} == {51} and len(answer["quotas"]) == 2
    rows = bot.call("billing.account.GetQuotas", quotasnames=f"{quotas.LAYER_NODES};own.limit")["array"]
    assert [row["value"] for row in rows] == [51, 3]
    assert len(bot.create(COPY, many)["nodes"]) == 51
    bot.control("PUT", "quotas", {quotas.LAYER_NODES: None})
    assert bot.control("GET", "quotas")["quotas"][LOGIN][quotas.LAYER_NODES] == 50
    wrong = bot.raw_control("PUT", "quotas", {quotas.NODES: -1, quotas.LAYER_NODES: 9})
    assert wrong.json() == {"error": "quota environment.maxnodescount must be a number from 0 to 86400"}
    assert bot.control("GET", "quotas")["quotas"][LOGIN][quotas.LAYER_NODES] == 50
