# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Node types, tags, images and engines that cannot be had are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import Client

C = "environment.control."
NAME = "hello-world"
WEB = {"nodeType": "nginx", "tag": "1.28.0"}
REFUSED = [
    ({"nodeType": "ngnix"}, 2372, "node type [ngnix] is not available"),
    ({"nodeType": "NGINX"}, 2372, "node type [NGINX] is not available"),
    ({"nodeType": "${settings.stack}"}, 2372, "node type [${settings.stack}] is not available"),
    ({"nodeType": "nginx", "tag": "1.28.O"}, 4081, "tag [1.28.O] of [nginx] is not available"),
    ({"nodeType": "nginx", "tag": "1.28.0-php-8.3"}, 4081, "tag [1.28.0-php-8.3] of [nginx] is not available"),
    ({"nodeType": "nginx:1.28.O"}, 4081, "tag [1.28.O] of [nginx] is not available"),
    ({"nodeType": "mssql", "tag": "not a tag!!"}, 4081, "tag [not a tag!!] of [mssql] is not available"),
    ({"image": "example/app", "tag": "not a tag!!"}, 4081, "tag [not a tag!!] of [example/app] is not available"),
    ({"image": "example/app:${tag}"}, 4081, "tag [${tag}] of [example/app] is not available"),
    ({"image": "${settings.image}"}, 4081, "image [${settings.image}] is not valid"),
    ({"image": "Example/App"}, 4081, "image [Example/App] is not valid"),
    ({"nodeType": "docker"}, 4081, "node type [docker] needs an image"),
    ({"nodeType": "nginx", "engine": "cobol99"}, 2314, "engine [cobol99] is not available"),
    ({"nodeType": "nginx", "engine": "nodejs16-pm9"}, 2314, "engine [nodejs16-pm9] is not available"),
]
ACCEPTED: list[dict[str, Any]] = [
    {"nodeType": "nginx"},
    {"nodeType": "nginx", "tag": "latest"},
    {"nodeType": "nginxphp:latest", "engine": "php8.3"},  # as in public manifests
    {"nodeType": "postgresql", "tag": 10.5},
    {"nodeType": "mssql", "tag": "anything-1.0"},  # no tags are known
    {"nodeType": "nodejs16-pm2", "engine": "nodejs16-pm2"},
    {"nodeType": "wildfly27-preview", "engine": "temurinjdk-17"},
    {"nodeType": "percona5.7"},
    {"nodeType": "haproxy", "tag": "2.8.9-almalinux-9"},
    {"nodeType": "maven", "tag": "3.9.8-zulujdk-21.0.4-almalinux-9"},
    {"nodeType": "tomcat", "tag": "8.5.32-openjdk-1.8.0_181"},
    {"nodeType": "nodejs", "tag": "18.20.5-pm2-5.3.0"},
    {"nodeType": "tomcat", "engine": "openj9-11"},
    {"nodeType": "nginx", "tag": "1.27.5"},  # another version, in the form of the known ones
    {"nodeType": "nginxphp", "tag": "1.26.2-php-8.3.14"},
    {"nodeType": "docker", "image": "registry.example.com:5000/team/app@sha256:" + "0" * 64},
    {"image": "localhost/a__b/c-d.e_f:v1.0_x"},
]


def create(bot: Client, *nodes: dict[str, Any], name: str = NAME, **env: str) -> dict[str, Any]:
    """The inner answer of CreateEnvironment."""
    return bot.create(name, list(nodes), **env)


def change(bot: Client, *nodes: dict[str, Any]) -> dict[str, Any]:
    """The inner answer of ChangeTopology."""
    answer = bot.call(C + "ChangeTopology", envName=NAME, env="{}", nodes=json.dumps(nodes))
    inner: dict[str, Any] = answer["response"]
    return inner


@pytest.mark.parametrize(("entry", "code", "text"), REFUSED)
def test_creation_refuses(bot: Client, entry: dict[str, Any], code: int, text: str) -> None:
    refused = create(bot, WEB, entry)
    assert (refused["result"], refused["error"], refused["source"]) == (code, text, "JEL")
    assert bot.call(C + "GetEnvs")["infos"] == []


def test_the_engine_of_the_environment_counts_too(bot: Client) -> None:
    assert create(bot, WEB, engine="cobol99")["error"] == "engine [cobol99] is not available"


@pytest.mark.parametrize("entry", ACCEPTED)
def test_creation_accepts(bot: Client, entry: dict[str, Any]) -> None:
    assert create(bot, entry)["result"] == 0


@pytest.mark.parametrize(("entry", "code", "text"), REFUSED)
def test_a_change_refuses_and_changes_nothing(bot: Client, entry: dict[str, Any], code: int, text: str) -> None:
    create(bot, WEB)
    before = bot.call(C + "GetEnvInfo", envName=NAME)
    refused = change(bot, {"nodeGroup": "bl", "count": 2}, entry)
    assert (refused["result"], refused["error"]) == (code, text)
    assert bot.call(C + "GetEnvInfo", envName=NAME) == before


def test_a_layer_stays_when_its_stack_is_no_longer_offered(bot: Client) -> None:
    create(bot, WEB)
    bot.control("PUT", "stacks", {"nginx": None})
    assert change(bot, {"nodeGroup": "bl", "count": 2})["result"] == 0
    assert create(bot, WEB, name="another-one")["result"] == 2372


def test_redeployment_refuses_a_tag(bot: Client) -> None:
    create(bot, WEB, {"image": "example/app:1", "nodeGroup": "cp"})
    answers = [
        bot.call(C + "RedeployContainers", envName=NAME, nodeGroup=layer, tag=tag)
        for layer, tag in (("bl", "1.28.O"), ("bl", "1.26.3"), ("cp", "2.0"), ("cp", "a tag"))
    ]
    assert [answer["result"] for answer in answers] == [4081, 0, 0, 4081]
    versions = [node["version"] for node in bot.call(C + "GetEnvInfo", envName=NAME)["nodes"]]
    assert versions == ["1.26.3", "2.0"]


def test_stacks_of_a_hoster(bot: Client) -> None:
    changed = {"house-php": ["8.3", "8.4"], "apache2": None, "nginx": []}
    shown = bot.control("PUT", "stacks", changed)["stacks"]
    assert (shown["house-php"], shown["nginx"], "apache2" in shown) == (["8.3", "8.4"], [], False)
    assert bot.control("GET", "stacks") == {"stacks": shown}
    rows = {row["nodeType"]: row for row in bot.call(C + "GetTemplates")["array"]}
    assert rows["house-php"]["tags"] == [{"name": "8.3", "isEnabled": True}, {"name": "8.4", "isEnabled": True}]
    assert sorted(rows) == sorted(shown)
    results = [
        create(bot, {"nodeType": stack, "tag": tag}, name=f"shop-{number}")["result"]
        for number, (stack, tag) in enumerate(
            [("house-php", "8.4"), ("house-php", "8.5"), ("apache2", "latest"), ("nginx", "1.2.3")]
        )
    ]
    assert results == [0, 4081, 2372, 0]
    bot.control("PUT", "stacks", {})
    assert "apache2" in bot.control("GET", "stacks")["stacks"]


def test_tags_of_a_node_are_those_of_its_stack(bot: Client) -> None:
    create(bot, WEB)
    bot.control("PUT", "stacks", {"nginx": ["1.28.0", "1.29.1"]})
    number = bot.call(C + "GetEnvInfo", envName=NAME)["nodes"][0]["id"]
    tags = bot.call(C + "GetContainerNodeTags", envName=NAME, nodeId=number)
    assert tags == {"result": 0, "object": ["1.28.0", "latest", "1.29.1"]}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (["nginx"], 'stacks must be an object such as {"nginx": ["1.28.0"], "apache2": null}'),
        ({"nginx": "1.28.0"}, "stack 'nginx' must be a list of tags, or null to take the stack away"),
        ({"nginx": ["a tag"]}, "stack 'nginx' must be a list of tags, or null to take the stack away"),
    ],
)
def test_stacks_that_cannot_be(bot: Client, body: Any, text: str) -> None:
    response = bot.raw_control("PUT", "stacks", body)
    assert (response.status_code, response.json()) == (400, {"error": text})


def test_any_stack(bot: Client) -> None:
    bot.control("PUT", "switches", {"any_stack": True})
    assert create(bot, {"nodeType": "my-own", "tag": "3.2"}, {"nodeType": "nginx", "tag": "0.1"})["result"] == 0
    assert create(bot, {"nodeType": "${x}"}, name="another-one")["result"] == 2372
    assert create(bot, {"nodeType": "my-own", "tag": "a tag"}, name="another-one")["result"] == 4081
