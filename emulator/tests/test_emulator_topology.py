# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CreateEnvironment takes any topology: every form of a node entry, and what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator_client import Client
from paas_emulator.errors import ApiError
from paas_emulator.services.control import stacks
from paas_emulator.services.control.model import NodePlan, read_nodes, split_image

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "topologies"
TOPOLOGIES = sorted(FOLDER.glob("*.json"))  # none where the folder is not beside the checkout
SECRET = "a-secret-of-a-node"


def read(**entry: Any) -> NodePlan:
    return read_nodes([{"nodeType": "docker", **entry}])[0]


@pytest.mark.parametrize(
    ("image", "parts"),
    [
        ("alpine", ("alpine", None)),
        ("alpine:3.20", ("alpine", "3.20")),
        ("example/app:latest", ("example/app", "latest")),
        ("registry.example.test:5000/app", ("registry.example.test:5000/app", None)),
        ("registry.example.test:5000/team/app:1.0", ("registry.example.test:5000/team/app", "1.0")),
        ("app:1.0@sha256:00ff", ("app", "sha256:00ff")),
        (None, (None, None)),
    ],
)
def test_images(image: str | None, parts: tuple[str | None, str | None]) -> None:
    assert split_image(image) == parts


@pytest.mark.parametrize(
    ("value", "megabytes"),
    [(50, 50000), ("50", 50000), ("50G", 50000), ("500M", 500), ("1T", 1_000_000), ("0.5", 500), ("100GB", 100_000)]
    + [(None, 100_000), ("", 100_000), (10.5, 10500)],
)
def test_disk_limits(value: Any, megabytes: int) -> None:
    assert read(diskLimit=value).disk_mb == megabytes


@pytest.mark.parametrize(
    ("value", "count"),
    [(True, 1), (False, 0), (None, 0), (3, 3), ("2", 2), ("true", 1), ("false", 0), ("", 0)],
)
def test_external_addresses(value: Any, count: int) -> None:
    assert read(extip=value).ext_ipv4 == count
    assert read(extipv6=value).ext_ipv6 == count


@pytest.mark.parametrize(
    ("entry", "fixed", "flexible"),
    [
        ({"cloudlets": 16}, 0, 16),
        ({"flexibleCloudlets": "6", "cloudlets": 16, "fixedCloudlets": 2}, 2, 6),
        ({"fixedCloudlets": 9, "flexibleCloudlets": 4}, 9, 9),
        ({}, 0, 8),
        ({"fixedCloudlets": None, "flexibleCloudlets": None}, 0, 8),
    ],
)
def test_cloudlets(entry: dict[str, Any], fixed: int, flexible: int) -> None:
    plan = read(**entry)
    assert (plan.fixed, plan.flexible) == (fixed, flexible)


@pytest.mark.parametrize(("tag", "text"), [(10.5, "10.5"), ("1.0", "1.0"), (7, "7"), (None, "3.20")])
def test_tags(tag: Any, text: str) -> None:
    assert read(image="alpine:3.20", tag=tag).tag == text


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("sqldb:DB", ["sqldb:DB"]),
        ("sqldb:DB, cache:C", ["sqldb:DB", "cache:C"]),
        (["sqldb:DB"], ["sqldb:DB"]),
    ],
)
def test_links(links: Any, expected: list[str]) -> None:
    assert read(links=links).config["links"] == expected


@pytest.mark.parametrize(
    ("entry", "name", "value"),
    [
        ({"links": [{"sourceNodeGroup": "sqldb", "alias": "DB"}]}, "links", ["sqldb:DB"]),
        (
            {"volumesFrom": [{"sourceNodeGroup": "storage", "readOnly": "true"}, 49]},
            "volumes_from",
            ["storage:ro", "49"],
        ),
        ({"volumesFrom": [{"sourceNodeId": 7}, "storage"]}, "volumes_from", ["7", "storage"]),
        (
            {"volumeMounts": {"/a": "files.example.test", "/b": "files.example.test:/x:ro", "/c": {"sourceNodeId": 5}}},
            "mounts",
            {
                "/a": {"sourceHost": "files.example.test"},
                "/b": {"sourceHost": "files.example.test", "sourcePath": "/x", "readOnly": True},
                "/c": {"sourceNodeId": 5},
            },
        ),
        (
            {"volumeMounts": [{"sourceNodeGroup": "storage", "volumes": ["/a", "/b"]}]},
            "mounts",
            {"/a": {"sourceNodeGroup": "storage"}, "/b": {"sourceNodeGroup": "storage"}},
        ),
        ({"dockerEnvVars": {"A": 1}}, "env", {"A": "1"}),
        ({"dockerVolumes": ["/data"]}, "volumes", ["/data"]),
        ({"volumeMount": {"/a": "files.example.test"}}, "mounts", {"/a": {"sourceHost": "files.example.test"}}),
        (
            {"registryUrl": "r.example.test", "registryUser": "me", "registryPassword": SECRET},
            "registry",
            {"url": "r.example.test", "user": "me", "password": SECRET},
        ),
    ],
)
def test_other_words_and_forms(entry: dict[str, Any], name: str, value: Any) -> None:
    """Those of version 0.3, and what the manual of manifests shows."""
    assert read(**entry).config[name] == value


def test_nodes_of_version_0_3() -> None:
    """Sent by a client, too: the image by `dockerName`, the layer in `metadata`, links to made-up numbers."""
    entries = [
        {
            "nodeType": "docker",
            "fakeId": -1,
            "dockerName": "team/app",
            "dockerTag": "2.0",
            "dockerLinks": [{"targetNodeId": -2, "alias": "DB"}],
            "metadata": {"layer": "cp"},
        },
        {"nodeType": "docker", "fakeId": -2, "dockerName": "mysql:8", "metadata": {"layer": "sqldb"}, "flexible": 6},
    ]
    app, base = read_nodes(entries)
    assert (app.layer, app.image, app.tag, app.config["links"]) == ("cp", "team/app", "2.0", ["sqldb:DB"])
    assert (base.layer, base.image, base.tag, base.flexible) == ("sqldb", "mysql", "8", 6)
    assert (read(scalingMode="new").scaling_mode, read(scalingMode="CLONE").scaling_mode) == ("STATELESS", "STATEFUL")
    settings = {"isRedeploySupport": False, "validation": {"minCount": 1}}
    assert read(**settings).data == settings
    assert [read(nodeMission="cp").layer, read(docker={"nodeMission": "web"}, nodeGroup="cp").layer] == ["cp", "cp"]


def test_less_common_forms() -> None:
    assert read(restartDelay=-1).restart_delay == -1
    assert read(restartDelay="30").restart_delay == 30
    assert read(registry="registry.example.test").config["registry"] == {"url": "registry.example.test"}
    assert read(addons=[{"id": "ssl"}, "dns"]).addons == ["ssl", "dns"]
    assert read(startService=0).config["start_service"] is False
    assert read(volumes={"/data": {}}).config["volumes"] == ["/data"]


def test_variables_become_text() -> None:
    env = {"PORT": 80, "DEBUG": False, "RATE": 1.5, "NAME": "x", "NONE": None, "LITERAL": "$OTHER"}
    expected = {"PORT": "80", "DEBUG": "false", "RATE": "1.5", "NAME": "x", "NONE": "", "LITERAL": "$OTHER"}
    assert read(env=env).config["env"] == expected
    assert read(env=["A=1", "B=x=y"]).config["env"] == {"A": "1", "B": "x=y"}


def test_nested_docker_settings_yield_to_flat_ones() -> None:
    nested = {
        "image": "example/app:1.0",
        "env": {"A": "nested"},
        "nodeGroup": "cp",
        "registry": {"url": "r", "user": "u", "password": SECRET},
        "entryPoint": "/start.sh",
        "cmd": ["run", "it"],
        "links": "sqldb:DB",
        "volumes": "/data",
    }
    plan = read_nodes({"docker": nested, "env": {"A": "flat"}, "count": "2"})[0]
    assert (plan.node_type, plan.image, plan.tag, plan.layer, plan.count) == ("docker", "example/app", "1.0", "cp", 2)
    assert plan.config["env"] == {"A": "flat"}
    assert (plan.config["entrypoint"], plan.config["command"]) == ("/start.sh", "run it")
    assert (plan.config["volumes"], plan.config["registry"]["password"]) == (["/data"], SECRET)
    assert read_nodes([{"docker": "alpine:3"}])[0].image == "alpine"


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ({"nodeType": None}, "nodeType"),
        ({"count": 0}, "count"),
        ({"count": "many"}, "count"),
        ({"count": True}, "count"),
        ({"count": 1.5}, "count"),
        ({"flexibleCloudlets": -1}, "flexibleCloudlets"),
        ({"diskLimit": "big"}, "diskLimit"),
        ({"diskLimit": True}, "diskLimit"),
        ({"scalingMode": "SIDEWAYS"}, "scalingMode"),
        ({"links": [{"alias": "DB"}]}, "links"),
        ({"volumesFrom": [{"readOnly": True}]}, "volumesFrom"),
        ({"volumeMounts": {"/a": "two words"}}, "volumeMounts"),
        ({"volumeMounts": [{"sourceNodeGroup": "storage"}]}, "volumeMounts"),
        ({"nodeGroup": "a b"}, "nodeGroup"),
        ({"nodeGroup": ["cp"]}, "nodegroup"),
        ({"env": "A=1"}, "env"),
        ({"volumeMounts": ["/a"]}, "volumeMounts"),
        ({"isSLBAccessEnabled": "perhaps"}, "isSLBAccessEnabled"),
        ({"extip": "one"}, "extip"),
        ({"restartDelay": -2}, "restartDelay"),
    ],
)
def test_refused_entries(entry: dict[str, Any], name: str) -> None:
    with pytest.raises(ApiError) as caught:
        read(**entry)
    assert (caught.value.code, caught.value.text) == (3, f"invalid parameter [{name}]")


@pytest.mark.parametrize(
    ("node_type", "layer"),
    [
        *[("nginx", "bl"), ("nginx-dockerized", "bl"), ("haproxy", "bl"), ("apache2", "cp"), ("nginxphp", "cp")],
        *[("nginxphp-dockerized", "cp"), ("tomcat9", "cp"), ("nodejs", "cp"), ("dockerengine", "cp"), ("lemp", "cp")],
        *[("mysql8", "sqldb"), ("mariadb-dockerized", "sqldb"), ("postgres16", "sqldb"), ("postgresql", "sqldb")],
        *[("mongodb-dockerized", "nosqldb"), ("redis", "nosqldb"), ("memcached-dockerized", "cache")],
        *[("storage", "storage"), ("maven3", "build"), ("ubuntu-vps", "vds"), ("centos7", "vds"), ("docker", "docker")],
        *[("kubernetes", "cp"), ("springboot", "cp"), ("something-else", "extra")],
    ],
)
def test_layer_of_a_stack(node_type: str, layer: str) -> None:
    assert stacks.layer_of(node_type) == layer


def test_layers_without_a_name_are_numbered_and_named_ones_join(bot: Client) -> None:
    nodes = [
        {"image": "a"},
        {"image": "b"},
        {"nodeType": "tomcat9"},
        {"nodeType": "apache2"},
        {"nodeType": "redis", "nodeGroup": "nosqldb"},
        {"nodeType": "redis", "nodeGroup": "nosqldb", "count": 2},
    ]
    made = bot.create("hello-world", nodes)
    assert [layer["name"] for layer in made["nodeGroups"]] == ["docker", "docker2", "cp", "cp2", "nosqldb"]
    joined = [node for node in made["nodes"] if node["nodeGroup"] == "nosqldb"]
    assert [node["ismaster"] for node in joined] == [True, False, False]
    assert [node["id"] for node in made["nodes"]] == list(range(20001, 20008))
    assert [node["intIP"] for node in made["nodes"]][-1] == "10.0.0.17"


def test_members_of_layers_and_nodes(bot: Client) -> None:
    nodes = [
        {
            "nodeType": "tomcat9",
            "nodeGroup": "cp",
            "count": 2,
            "cloudlets": 6,
            "fixedCloudlets": 2,
            "displayName": "App",
            "tag": 10.5,
            "extip": 2,
            "extipv6": 1,
            "diskLimit": "50",
            "scalingMode": "stateless",
            "isSLBAccessEnabled": False,
            "restartDelay": 15,
            "cluster": {"scheme": "master", "db_user": "root", "db_pass": SECRET},
            "nodeGroupData": {"validation": {"maxCount": 3}},
            "addons": "change-domain",
            "unknownKey": {"is": "ignored"},
        },
        {"nodeType": "mysql8", "cluster": True},
        {"image": "example/box:1", "nodeGroup": "box", "mission": "docker"},
        {"nodeType": "ubuntu-vps"},
    ]
    bot.control("PUT", "stacks", {"tomcat9": ["10.5"]})
    made = bot.create("hello-world", nodes, ssl=True, ishaenabled="true", engine="java17")
    assert (made["env"]["sslstate"], made["env"]["ishaenabled"], made["env"]["engine"]) == (True, True, "java17")
    cp, sqldb, box, vds = made["nodeGroups"]
    assert (cp["displayName"], cp["scalingMode"], cp["isSLBAccessEnabled"]) == ("App", "STATELESS", False)
    assert (cp["restartNodeDelay"], cp["restartContainerDelay"], cp["redeployContainerDelay"]) == (15, 15, 30)
    assert cp["cluster"] == {"enabled": True, "settings": {"scheme": "master"}}
    assert (cp["validation"], cp["templateType"]) == ({"maxCount": 3}, "DOCKERIZED")
    assert (sqldb["cluster"], sqldb["scalingMode"]) == ({"enabled": True}, "STATELESS")
    assert (vds["name"], vds["scalingMode"], vds["templateType"]) == ("vds", "STATEFUL", "NATIVE")
    first, second, database, custom, server = made["nodes"]
    assert (first["extIPs"], first["address"]) == (["198.18.0.11", "198.18.0.12", "2001:db8::13"], "198.18.0.11")
    assert second["extIPs"] == ["198.18.0.14", "198.18.0.15", "2001:db8::16"]
    assert (first["diskLimit"], first["version"], first["displayName"]) == (50000, "10.5", "App")
    assert (first["fixedCloudlets"], first["flexibleCloudlets"], first["maxchanks"]) == (2, 6, 6)
    assert (first["addons"], first["url"]) == (["change-domain"], "https://node20001-hello-world.paas.example.com")
    assert "customitem" not in first and "extIPs" not in database
    assert (database["nodemission"], database["port"], custom["nodemission"]) == ("sqldb", 3306, "docker")
    assert (box["name"], custom["customitem"]["dockerTag"], server["user"]) == ("box", "1", "root")


def test_links_show_their_source_nodes(bot: Client) -> None:
    nodes = [
        {"image": "app", "nodeGroup": "cp", "links": ["sqldb:DB", "nowhere:X"]},
        {"nodeType": "mysql8", "nodeGroup": "sqldb", "count": 2},
    ]
    made = bot.create("hello-world", nodes)
    assert made["nodes"][0]["customitem"]["dockerLinks"] == [
        {"type": "IN", "alias": "DB", "sourceNodeId": 20002, "sourceNodeGroup": "sqldb"},
        {"type": "IN", "alias": "DB", "sourceNodeId": 20003, "sourceNodeGroup": "sqldb"},
    ]


def test_volumes_show_and_secrets_do_not(bot: Client) -> None:
    nodes = [
        {
            "image": "registry.example.test/app:1",
            "registry": {"user": "me", "password": SECRET},
            "env": {"PASSWORD": SECRET},
            "password": SECRET,
            "volumes": ["/data"],
            "volumeMounts": {"/share": {"sourceNodeGroup": "storage", "sourcePath": "/x", "readOnly": "true"}},
        }
    ]
    bot.create("hello-world", nodes)
    response = bot.response("environment.control.GetEnvInfo", envName="hello-world")
    assert SECRET not in response.text
    assert response.json()["nodes"][0]["customitem"]["dockerVolumes"] == ["/data", "/share"]


def test_python_text_of_a_known_client(bot: Client) -> None:
    answer = bot.call(
        "environment.control.CreateEnvironment",
        "GET",
        env=json.dumps({"shortdomain": "hello-world"}),
        nodes="[{'nodeType': 'ubuntu-vps', 'flexibleCloudlets': 4, 'extip': True, 'displayName': None}]",
    )
    assert answer["response"]["nodes"][0]["extIPs"] == ["198.18.0.11"]


def expected_layers(topology: dict[str, Any]) -> int:
    """Named layers count once; entries without a name are one each."""
    names = [node.get("nodeGroup") or node.get("docker", {}).get("nodeGroup") for node in topology["nodes"]]
    return len({name for name in names if name}) + len([name for name in names if not name])


def test_real_topologies(bot: Client) -> None:
    for number, path in enumerate(TOPOLOGIES):
        topology = json.loads(path.read_text(encoding="utf-8"))
        made = bot.create(f"real-{number:03}", topology["nodes"], **topology["env"])
        assert made["result"] == 0, (path.name, made.get("error"))
        count = sum(int(node.get("count", 1)) for node in topology["nodes"])
        assert len(made["nodes"]) == count, path.name
        assert len(made["nodeGroups"]) == expected_layers(topology), path.name
        info = bot.response("environment.control.GetEnvInfo", envName=f"real-{number:03}").text
        assert "example-password" not in info and "example-key" not in info, path.name
    assert len(bot.call("environment.control.GetEnvs", lazy="true")["infos"]) == len(TOPOLOGIES)
