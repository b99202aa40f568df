# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages that scale layers, give them addresses and files, and bring add-ons with them."""

from __future__ import annotations

from typing import Any

import pytest

from emulator_client import Client
from emulator_packages import BASE, NODES, body, info, install, variables
from paas_emulator.platform import Platform


def addon(name: str, value: str) -> dict[str, Any]:
    """An add-on that notes in its layer that it was installed, after what was there before."""
    return {"id": name, "name": name, "onInstall": {"cmd [${targetNodes.nodeGroup}]": f"echo {value} >> /srv/addons"}}


def counts(bot: Client) -> dict[str, int]:
    """Numbers of nodes by layer."""
    layers = [node["nodeGroup"] for node in info(bot)["nodes"]]
    return {name: layers.count(name) for name in layers}


def test_addons_of_layers_come_last(bot: Client) -> None:
    """Those of the platform's own catalogue, which are not in the manifest, are left alone."""
    nodes = [{**NODES[0], "addons": ["two", "one", "other"]}, {**NODES[1], "addons": "one"}]
    manifest = {**BASE, "nodes": nodes, "addons": [addon("one", "1"), addon("two", "2")]}
    answer = install(bot, {**manifest, "onInstall": {"cmd [cp]": "echo 0 >> /srv/addons"}})
    assert answer["result"] == 0, answer
    assert [body(bot, "/srv/addons"), body(bot, "/srv/addons", "sqldb")] == ["0\n2\n1\n", "1\n"]
    listed = bot.call("marketplace.installation.GetList")["apps"]
    assert sorted((row["app_id"], row["nodeGroup"]) for row in listed if row["app_id"] != "wiki") == [
        *(("one", "cp"), ("one", "sqldb"), ("two", "cp"))
    ]


@pytest.mark.parametrize("value", ["one", {"id": "one"}, [{"id": "one"}]])
def test_an_addon_by_an_action(bot: Client, value: Any) -> None:
    bot.create("my-wiki", NODES)
    manifest = {"type": "update", "id": "x", "addons": addon("one", "1")}
    answer = install(bot, {**manifest, "onInstall": {"installAddon [sqldb]": value}})
    assert answer["result"] == 0, answer
    assert [body(bot, "/srv/addons"), body(bot, "/srv/addons", "sqldb")] == [4039, "1\n"]


def test_an_addon_that_fails(bot: Client, platform: Platform) -> None:
    broken = {"id": "broken", "onInstall": {"cmd [cp]": "exit 3"}}
    answer = install(bot, {**BASE, "nodes": [{**NODES[0], "addons": ["broken"]}], "addons": [broken]})
    assert answer["result"] == 4109
    unknown = install(bot, {**BASE, "onInstall": {"installAddon": {"id": "none"}}})
    assert (unknown["result"], unknown["error"]) == (11041, "add-on [none] is not in the manifest")
    assert (platform.store.environments, platform.store.installations) == ({}, {})


def test_addons_of_mixins(bot: Client) -> None:
    bot.control(
        "PUT", "manifests", {"https://example.com/mixin.jps": "addons: [{id: one, onInstall: {log: x}}, {id: two}]"}
    )
    manifest = {**BASE, "mixins": "https://example.com/mixin.jps", "addons": [addon("one", "own")]}
    assert install(bot, {**manifest, "onInstall": {"installAddon [cp]": ["one", "two"]}})["result"] == 0
    assert body(bot, "/srv/addons") == "own\n"


def test_numbers_of_nodes(bot: Client) -> None:
    actions = [{"setNodeCount [cp]": 3}, {"setNodeCount": [{"count": "2", "nodeType": "mysql"}]}]
    assert install(bot, {**BASE, "onInstall": actions})["result"] == 0
    assert counts(bot) == {"cp": 3, "sqldb": 2}
    bad = install(bot, {"type": "update", "id": "x", "onInstall": {"setNodeCount [cp]": "many"}})
    assert (bad["result"], bad["error"], counts(bot)["cp"]) == (3, "invalid parameter [count]", 3)


def test_public_addresses(bot: Client) -> None:
    nodes = [{**NODES[0], "extip": 2}, NODES[1]]
    actions: list[Any] = [
        {"setExtIpEnabled [cp]": True},
        {"setExtIpEnabled": [{"enabled": True, "nodeGroup": "sqldb"}]},
    ]
    assert install(bot, {**BASE, "nodes": nodes, "onInstall": actions})["result"] == 0
    assert [len(node.get("extIPs", [])) for node in info(bot)["nodes"]] == [2, 2, 1]
    assert install(bot, {"type": "update", "id": "x", "onInstall": {"setExtIpEnabled [cp]": False}})["result"] == 0
    assert [len(node.get("extIPs", [])) for node in info(bot)["nodes"]] == [0, 0, 1]


def test_files(bot: Client) -> None:
    """A file from outside, and replacements in a file."""
    changes = [{"pattern": "a+", "replacement": "${globals.x}"}, {"pattern": "(b)(c)", "replacement": "$2$1"}]
    actions = [
        {"upload [cp]": {"sourcePath": "https://example.com/motd", "destPath": "/srv/motd"}},
        {"createFile [cp]": {"path": "/srv/conf", "body": "aa bc"}},
        {"replaceInFile [cp]": {"path": "/srv/conf", "replacements": changes}},
    ]
    assert install(bot, {**BASE, "globals": {"x": "y"}, "onInstall": actions})["result"] == 0
    assert [body(bot, "/srv/conf"), body(bot, "/srv/motd")] == ["y cb", "content of https://example.com/motd\n"]


@pytest.mark.parametrize(
    ("entry", "fixed"), [({}, 1), ({"fixedCloudlets": 0}, 0), ({"docker": {"fixedCloudlets": 2}}, 2)]
)
def test_fixed_cloudlets_of_a_manifest(bot: Client, entry: dict[str, Any], fixed: int) -> None:
    assert install(bot, {**BASE, "nodes": {**NODES[1], **entry}})["result"] == 0
    assert [node["fixedCloudlets"] for node in info(bot)["nodes"]] == [fixed]


ROWS = [{"id": 7}, {"id": 8}]
MIXED = [{"id": 10}, None, "123"]


@pytest.mark.parametrize(
    ("value", "call", "expected"),
    [
        ([1, 2, 3], "join()", "123"),
        ([1, 2, 3], "join(,)", "1,2,3"),
        ([1, 2, 3], "join(;)", "1;2;3"),
        ([1, 2, 3], r"join(\,\n)", "1,\n2,\n3"),
        (ROWS, "join(id,)", "7,8"),
        (ROWS, "join(id, ;)", "7;8"),
        (ROWS, "join(id, )", "7 8"),
        (ROWS, r"join(id,\,\,)", "7,,8"),
        (MIXED, "join(id,#)", "10##"),
        ([MIXED[0], "123"], "join(;)", '{"id":10};123'),
        (["abc", "def"], "contains(def)", "true"),
        (["abc", "def"], "contains([globals.query])", "true"),
        (["abc", "def"], "contains(jkl)", "false"),
        ([{"b": 2}, {"c": 3}], "contains(b, 2)", "true"),
        ([{"b": 2}, {"c": 3}], "contains(b, 3)", "false"),
        (None, "contains(abc)", "false"),
        ({"a": [1, 2]}, "toJSON()", '{"a":[1,2]}'),
        ([1], "toJSON(2)", "[\n  1\n]"),
        ({"a": 1}, "print()", '{"a":1}'),
        (None, "print()", ""),
        (None, "join(,)", ""),
    ],
)
def test_processed_placeholders(bot: Client, value: Any, call: str, expected: str) -> None:
    """As in the examples of the manual."""
    given = {} if value is None else {"value": value}
    actions = {"addContainerEnvVars [cp]": {"FOUND": "${globals.value." + call + "}"}}
    answer = install(bot, {**BASE, "globals": {**given, "query": "def"}, "onInstall": actions})
    assert answer["result"] == 0, answer
    assert variables(bot)["FOUND"] == expected


def test_who_installs(bot: Client) -> None:
    actions = {"addContainerEnvVars [cp]": {"WHO": "${account.uid} ${account.email}"}}
    assert install(bot, {**BASE, "onInstall": actions})["result"] == 0
    assert variables(bot)["WHO"] == "1001 user@example.com"
