# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of environments: create, read, start, stop, sleep, rename, delete."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import NODES, OTHER_TOKEN, PASSWORD, Client

C = "environment.control."


def not_exist(name: str) -> dict[str, Any]:
    return {"result": 11, "source": "hx-core", "error": f"application [{name}] not exist"}


def wrong_status(current: str, *required: str) -> dict[str, Any]:
    wanted = ", ".join(f"ENV_STATUS_TYPE_{name}" for name in required)
    return {
        "result": 2212,
        "source": "JEL",
        "error": "Not allowed to execute this service for current Environment status "
        f"[ENV_STATUS_TYPE_{current}]. Required statuses [{wanted}]",
    }


# One docker node, as the recorded GetEnvInfo has it (names, ids and hosts replaced).
RECORDED_ENV = {
    "contexts": [],
    "creatorUid": 1001,
    "domain": "my-env-1234567.paas.example.com",
    "envName": "my-env-1234567",
    "extdomains": [],
    "hardwareNodeGroup": "region-a",
    "hostGroup": {"displayName": "Region A", "uniqueName": "region-a"},
    "isFirewallEnabled": True,
    "isTransferring": False,
    "ishaenabled": False,
    "shortdomain": "my-env-1234567",
    "sslstate": False,
    "status": 1,
    "uid": 1001,
}
RECORDED_LAYER = {
    "deployments": [],
    "features": ["FIREWALL"],
    "isSLBAccessEnabled": True,
    "isSequentialDeploy": False,
    "name": "docker",
    "redeployContainerDelay": 30,
    "redeployContextDelay": 30,
    "restartContainerDelay": 0,
    "restartNodeDelay": 0,
    "scalingMode": "STATELESS",
    "templateType": "NATIVE",
    "vType": "CT",
}
RECORDED_NODE = {
    "addons": [],
    "address": "10.0.0.11",
    "adminUrl": "http://docker20001-my-env-1234567.paas.example.com",
    "bandwidthLimit": 100000,
    "canBeExported": False,
    "contextValidatorRegex": "^((([a-zA-Z0-9])+(-{1}([a-zA-Z0-9])+)+)|([a-zA-Z0-9]+))$",
    "ctid": 30001,
    "customitem": {
        "dockerName": "alpine",
        "dockerOs": ".alpine-3.x-x86_64",
        "dockerTag": "latest",
        "dockerVolumes": [],
        "dockerVolumesFrom": [],
    },
    "diskIoLimit": 10000000,
    "diskIopsLimit": 1000,
    "diskLimit": 100000,
    "endpoints": [],
    "features": ["FIREWALL"],
    "fixedCloudlets": 0,
    "flexibleCloudlets": 4,
    "guestOSType": "LINUX",
    "hasPackages": False,
    "hostOSType": "LINUX",
    "id": 20001,
    "intIP": "10.0.0.11",
    "isClusterSupport": False,
    "isCustomSslSupport": False,
    "isExternalIpRequired": False,
    "isHighAvailability": False,
    "isResetPassword": False,
    "isVcsSupport": False,
    "isWebAccess": True,
    "ismaster": True,
    "maxchanks": 4,
    "messages": [],
    "name": "alpine",
    "nodeGroup": "docker",
    "nodeType": "docker",
    "nodemission": "docker",
    "osType": "LINUX",
    "packages": [],
    "port": 22,
    "singleContext": False,
    "status": 1,
    "type": "NATIVE",
    "url": "http://node20001-my-env-1234567.paas.example.com",
    "user": "root",
    "vType": "CT",
    "version": "latest",
}


def test_environment_looks_as_recorded(bot: Client) -> None:
    created = bot.create("my-env-1234567")
    appid = created["env"]["appid"]
    assert len(appid) == 32 and set(appid) <= set("0123456789abcdef")
    env = {**RECORDED_ENV, "appid": appid, "createdOn": created["env"]["createdOn"]}
    node = dict(created["nodes"][0])
    manifest = node["customitem"].pop("dockerManifest")
    assert manifest["entrypoint"] is None and manifest["volumes"] is None and manifest["cmd"] == ["/bin/sh"]
    assert manifest["env"] == ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    assert set(manifest) == {"cmd", "created", "entrypoint", "env", "id", "imageId", "os", "volumes", "workdir"}
    assert node == RECORDED_NODE
    siblings = {"envGroups": [], "nodesData": [], "nodesInternalDomains": [], "right": "OWNER", "result": 0}
    info = {"env": env, "nodeGroups": [RECORDED_LAYER], "nodes": created["nodes"], **siblings}
    read = bot.call(C + "GetEnvInfo", envName="my-env-1234567")
    read["nodes"][0]["customitem"].pop("dockerManifest")
    assert read == info
    assert {key: value for key, value in created.items() if key not in ("name", "appid")} == info
    assert (created["name"], created["appid"]) == ("my-env-1234567", appid)


def test_lazy_reads_leave_out_nodes_and_layers(bot: Client) -> None:
    bot.create("hello-world")
    lazy = bot.call(C + "GetEnvInfo", envName="hello-world", lazy="true")
    assert set(lazy) == {"result", "env", "envGroups", "right"}
    assert bot.call(C + "GetEnvs", lazy="true") == {"result": 0, "infos": [lazy]}
    assert bot.call(C + "GetBasicEnvsInfo") == {"result": 0, "infos": [lazy]}
    full = bot.call(C + "GetEnvInfo", envName="hello-world")
    assert bot.call(C + "GetEnvs") == {"result": 0, "infos": [full]}


def test_unknown_environment(bot: Client) -> None:
    for name in ("GetEnvInfo", "StartEnv", "StopEnv", "SleepEnv", "DeleteEnv", "SetEnvDisplayName"):
        assert bot.call(C + name, envName="no-such-env") == not_exist("no-such-env")


def test_accounts_are_isolated_and_names_are_not(bot: Client) -> None:
    bot.create("hello-world")
    other = bot.with_session(OTHER_TOKEN)
    for name in ("GetEnvInfo", "StopEnv", "DeleteEnv"):
        assert other.call(C + name, envName="hello-world") == not_exist("hello-world")
    assert other.call(C + "GetEnvs") == {"result": 0, "infos": []}
    assert other.create("hello-world")["result"] == 2314
    assert bot.status("hello-world") == 1


def test_start_stop_sleep(bot: Client) -> None:
    bot.create("hello-world")
    steps = [
        ("StartEnv", wrong_status("RUNNING", "DOWN", "SLEEP"), 1),
        ("StopEnv", {"result": 0}, 2),
        ("StopEnv", wrong_status("DOWN", "RUNNING"), 2),
        ("SleepEnv", wrong_status("DOWN", "RUNNING"), 2),
        ("StartEnv", {"result": 0}, 1),
        ("SleepEnv", {"result": 0}, 4),
        ("SleepEnv", wrong_status("SLEEP", "RUNNING"), 4),
        ("StopEnv", wrong_status("SLEEP", "RUNNING"), 4),
        ("StartEnv", {"result": 0}, 1),
    ]
    for name, answer, status in steps:
        assert bot.call(C + name, envName="Hello-World") == answer
        info = bot.call(C + "GetEnvInfo", envName="hello-world")
        assert (info["env"]["status"], info["nodes"][0]["status"]) == (status, status)


def test_display_name(bot: Client) -> None:
    assert bot.create("hello-world", displayName="First")["env"]["displayName"] == "First"
    for sent, expected in (({"displayName": "Second"}, "Second"), ({}, None), ({"displayName": ""}, None)):
        assert bot.call(C + "SetEnvDisplayName", envName="hello-world", **sent) == {"result": 0}
        assert bot.call(C + "GetEnvInfo", envName="hello-world")["env"].get("displayName") == expected
    assert bot.create("other-world", displayName=None)["env"].get("displayName") is None


def test_delete(bot: Client) -> None:
    first = bot.create("hello-world")["nodes"][0]["id"]
    bot.call(C + "StopEnv", envName="hello-world")
    assert bot.call(C + "DeleteEnv", envName="hello-world", password=PASSWORD) == {"result": 0}
    assert bot.call(C + "DeleteEnv", envName="hello-world", password=PASSWORD) == not_exist("hello-world")
    assert bot.create("hello-world")["nodes"][0]["id"] == first + 1


@pytest.mark.parametrize(("confirm", "right"), [(None, PASSWORD), ("password", PASSWORD), ("name", "hello-world")])
def test_delete_confirmation(bot: Client, confirm: str | None, right: str) -> None:
    """By the password unless told otherwise, for tokens too; hosters differ (seen in public clients)."""
    bot.create("hello-world")
    wrong = {"result": 801, "source": "JEL", "error": "wrong password"}
    if confirm:
        bot.control("PUT", "switches", {"delete_confirm": confirm})
    answer = bot.call(C + "DeleteEnv", envName="hello-world")
    assert answer == {"result": 3, "error": "invalid parameter [password]"}
    assert bot.call(C + "DeleteEnv", envName="hello-world", password="guess") == wrong
    assert bot.status("hello-world") == 1
    assert bot.call(C + "DeleteEnv", envName="hello-world", password=right) == {"result": 0}


def test_deletion_without_a_confirmation(bot: Client) -> None:
    bot.create("hello-world")
    bot.control("PUT", "switches", {"delete_confirm": "none"})
    assert bot.call(C + "DeleteEnv", envName="hello-world", password="guess")["result"] == 801
    assert bot.call(C + "DeleteEnv", envName="hello-world") == {"result": 0}


@pytest.mark.parametrize("name", ["abcde", "a" * 41, "my-env-1", "12345", "MyEnv"])
def test_names_that_are_right(bot: Client, name: str) -> None:
    assert bot.create(name)["env"]["envName"] == name.lower()


@pytest.mark.parametrize("name", ["", "abcd", "a" * 42, "my_env", "my.env", "-myenv", "myenv-", "my env", "größe"])
def test_names_that_are_wrong(bot: Client, name: str) -> None:
    answer = bot.create(name)
    assert answer == {
        "result": 2314,
        "source": "JEL",
        "error": f"environment name [{name}] is not valid: 5 to 41 letters, digits and hyphens are allowed",
    }
    assert bot.call(C + "GetEnvs") == {"result": 0, "infos": []}


def test_name_taken(bot: Client) -> None:
    bot.create("hello-world")
    assert bot.create("Hello-World") == {
        "result": 2314,
        "source": "JEL",
        "error": "environment with name [hello-world] already exists",
    }


def test_regions(bot: Client) -> None:
    regions = bot.call(C + "GetRegions")["array"]
    first = regions[0]
    assert (first["uniqueName"], first["isDefault"], first["domain"]) == ("region-1", True, "paas.example.com")
    assert first["hardNodeGroups"][0] == {"uniqueName": "region-a", "displayName": "Region A", "isEnabled": True}
    groups = [group for region in regions for group in region["hardNodeGroups"]]
    for number, group in enumerate(groups):
        answer = bot.create(f"my-env-{number}", region=group["uniqueName"])
        if group["isEnabled"]:
            assert answer["env"]["hardwareNodeGroup"] == group["uniqueName"]
            assert answer["env"]["hostGroup"]["displayName"] == group["displayName"]
        else:
            assert answer["result"] == 2314
    assert {group["isEnabled"] for group in groups} == {True, False}
    refused = bot.create("hello-world", region="nowhere")
    assert refused == {"result": 2314, "source": "JEL", "error": "region [nowhere] is not available"}


@pytest.mark.parametrize(
    ("sent", "groups"),
    [
        ("prod", ["prod"]),
        ('["clients/acme", "prod", "prod"]', ["clients/acme", "prod"]),
        ("", []),
        ("[]", []),
        (" clients / acme ", ["clients/acme"]),
    ],
)
def test_groups(bot: Client, sent: str, groups: list[str]) -> None:
    env = json.dumps({"shortdomain": "hello-world"})
    answer = bot.call(C + "CreateEnvironment", env=env, nodes=json.dumps(NODES), envGroups=sent, ownerUid=1001)
    assert answer["response"]["envGroups"] == groups
    assert bot.call(C + "GetEnvInfo", envName="hello-world")["envGroups"] == groups


@pytest.mark.parametrize("groups", ["[1", "[1]", '["a//b"]', "/"])
def test_malformed_groups(bot: Client, groups: str) -> None:
    env = json.dumps({"shortdomain": "hello-world"})
    answer = bot.call(C + "CreateEnvironment", env=env, nodes=json.dumps(NODES), envGroups=groups)
    assert answer == {"result": 0, "response": {"result": 3, "error": "invalid parameter [envGroups]"}}


def test_another_owner_is_refused(bot: Client) -> None:
    denied = {"result": 8, "source": "hx-core", "error": "permission denied"}
    env = json.dumps({"shortdomain": "hello-world"})
    answer = bot.call(C + "CreateEnvironment", env=env, nodes=json.dumps(NODES), ownerUid=1002)
    assert answer == {"result": 0, "response": denied}
    assert bot.call(C + "GetEnvs", ownerUid=1002) == denied
    assert bot.call(C + "GetEnvs", ownerUid=1001) == {"result": 0, "infos": []}


@pytest.mark.parametrize(
    ("name", "value"),
    [("env", "{"), ("nodes", "[{]"), ("env", ""), ("nodes", "")]
    + [("nodes", "[{'a': {1, 2}}]"), ("nodes", '[{"a": NaN}]'), ("nodes", "[" * 100_000), ("env", "1e999")],
)
def test_malformed_json(bot: Client, name: str, value: str) -> None:
    sent = {"env": json.dumps({"shortdomain": "hello-world"}), "nodes": json.dumps(NODES), name: value}
    answer = bot.call(C + "CreateEnvironment", **sent)
    assert answer == {"result": 3, "error": f"invalid parameter [{name}]", "response": None}


@pytest.mark.parametrize(
    ("name", "value"), [("env", "[]"), ("nodes", "[]"), ("nodes", "[1]"), ("nodes", '"x"'), ("env", "5")]
)
def test_json_of_the_wrong_kind(bot: Client, name: str, value: str) -> None:
    sent = {"env": json.dumps({"shortdomain": "hello-world"}), "nodes": json.dumps(NODES), name: value}
    answer = bot.call(C + "CreateEnvironment", **sent)
    assert answer == {"result": 0, "response": {"result": 3, "error": f"invalid parameter [{name}]"}}
    assert bot.call(C + "GetEnvs") == {"result": 0, "infos": []}


def test_half_a_character_does_no_harm(bot: Client) -> None:
    made = bot.create("hello-world", [{"image": "app", "displayName": "a\ud800"}], displayName="x\ud800y")
    assert made["nodes"][0]["displayName"] == "a?"
    assert made["env"]["displayName"] == "x?y"
    assert bot.call(C + "GetEnvInfo", envName="hello-world")["env"]["displayName"] == "x?y"
