# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What published packages use beside the plain actions: topology, add-ons, aliases, responses, links with a query."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import Client
from emulator_packages import BASE, NODES, body, info, install, variables

HOME = "https://example.com/pack"


def layers(bot: Client) -> dict[str, int]:
    """How many nodes each layer has."""
    found: dict[str, int] = {}
    for node in info(bot)["nodes"]:
        found[node["nodeGroup"]] = found.get(node["nodeGroup"], 0) + 1
    return found


def test_nodes_are_added_and_counted(bot: Client) -> None:
    actions = [
        {"setNodeCount [cp]": 3},
        {"setNodeCount": [{"count": "2", "nodeGroup": "sqldb"}, {"count": 1, "nodeMission": "cp"}]},
        {"addNodes": {"nodeType": "nginx", "metadata": {"layer": "front"}, "displayName": "Front"}},
        {
            "addNodes": [
                {"nodeType": "docker", "dockerName": "wiki", "dockerTag": "2.4", "nodeGroup": "cp"},
                {"nodeType": "docker", "dockerName": "worker:1.0", "dockerEnvVars": {"A": 1}, "cloudlets": 6},
            ]
        },
    ]
    assert install(bot, {**BASE, "onInstall": actions})["result"] == 0
    assert layers(bot) == {"cp": 2, "sqldb": 2, "front": 1, "docker": 1}
    nodes = {node["nodeGroup"]: node for node in info(bot)["nodes"]}
    assert [nodes[name]["flexibleCloudlets"] for name in ("front", "docker")] == [1, 6]
    assert (nodes["docker"]["customitem"]["dockerName"], nodes["docker"]["version"]) == ("worker", "1.0")
    refused = install(bot, {**BASE, "onInstall": {"setNodeCount [cp]": "many"}}, envName="my-other")
    assert refused["error"] == "invalid parameter [count]"


def test_files_from_elsewhere(bot: Client) -> None:
    """`replaceInFile` with several replacements; what is fetched names its address."""
    actions = [
        {"upload [cp]": {"sourcePath": "https://example.com/a.txt", "destPath": "/srv/a.txt"}},
        {"upload": [{"nodeMission": "cp", "sourcePath": "https://example.com/b.txt", "destPath": "/srv/a.txt"}]},
        {"unpack [cp]": {"sourcePath": "https://example.com/site.zip?raw=true", "destPath": "/srv/site"}},
        {"writeFile [cp]": {"path": "/srv/conf", "body": "host = x\nport = 1"}},
        {
            "replaceInFile [cp]": {
                "path": "/srv/conf",
                "replacements": [
                    {"pattern": "host\\s*=.*", "replacement": "host = ${env.envName}"},
                    {"pattern": "\\nport.*"},
                ],
            }
        },
    ]
    assert install(bot, {**BASE, "onInstall": actions})["result"] == 0
    assert body(bot, "/srv/a.txt") == "content of https://example.com/b.txt\n"
    assert [body(bot, "/srv/conf"), body(bot, "/tmp/site.zip")] == ["host = my-wiki", 4039]
    assert body(bot, "/srv/site/site") == "unpacked from /tmp/site.zip\n"


def test_applications_addresses_and_databases(bot: Client) -> None:
    """Actions on databases want their layer, and nothing runs them here."""
    actions = [
        {"deploy": {"archive": "https://example.com/shop.war", "name": "Shop", "context": "shop"}},
        {"addContext [cp]": {"name": "ROOT", "fileName": "Wiki", "type": "ARCHIVE"}},
        {"setExtIpEnabled": [{"enabled": True, "nodeGroup": "sqldb"}]},
        {"setExtIpEnabled [cp]": "true"},
        {"setExtIpEnabled [cp]": False},
        {"prepareSqlDatabase": {"newDatabaseName": "wiki"}},
    ]
    assert install(bot, {**BASE, "onInstall": actions})["result"] == 0
    shown = info(bot)
    contexts = [(row["context"], row["archivename"]) for row in shown["env"]["contexts"]]
    assert contexts == [("shop", "Shop"), ("ROOT", "Wiki")]
    assert [len(node.get("extIPs") or []) for node in shown["nodes"]] == [0, 0, 1]
    alone = {**BASE, "nodes": NODES[:1], "onInstall": {"applySqlPatch": {"patch": "x"}}}
    assert install(bot, alone, envName="my-other")["error"] == "no node matches [sqldb]"


NOTE = {
    "id": "note",
    "name": "Note",
    "onInstall": {"appendFile [cp]": {"path": "/srv/note", "body": "${settings.x:-}"}},
}


def test_add_ons_of_a_manifest(bot: Client) -> None:
    """By `installAddon`, and by the layers that name them, at the end (documented)."""
    mixed = {"id": "own", "onInstall": {"appendFile [sqldb]": {"path": "/srv/own", "body": "${targetNodes.nodeGroup}"}}}
    nodes = json.loads(json.dumps(NODES))
    nodes[1]["addons"] = "own, other"
    manifest = {
        **BASE,
        "nodes": nodes,
        "mixins": [{"addons": [mixed]}],
        "onInstall": [
            {"installAddon": {"id": "note", "nodeGroup": "cp", "settings": {"x": "1"}}},
            {"installAddon [cp]": "note"},
            {"log": "${nodes.sqldb.id}"},
        ],
        "addons": NOTE,
    }
    assert install(bot, manifest)["result"] == 0
    assert [body(bot, "/srv/note"), body(bot, "/srv/own", "sqldb")] == ["1-", "sqldb"]
    rows = bot.call("marketplace.installation.GetList")["apps"]
    assert sorted((row["app_id"], row["nodeGroup"], row["type"]) for row in rows if row["type"] == "update") == [
        ("note", "cp", "update"),
        ("note", "cp", "update"),
        ("own", "sqldb", "update"),
    ]


def test_an_add_on_that_nobody_knows(bot: Client) -> None:
    text = "package [mail-addon] is not known here; say how it ends by PUT /_emulator/packages"
    refused = install(bot, {**BASE, "onInstall": {"installAddon": {"id": "mail-addon", "nodeGroup": "cp"}}})
    assert (refused["result"], refused["error"]) == (11041, "add-on [mail-addon] is not in the manifest")
    assert install(bot, "mail-addon")["error"] == text
    bot.control("PUT", "packages", {"mail-addon": {"success": "Mail"}})
    actions = [{"installAddon": "mail-addon"}, {"return": {"type": "success", "message": {"de": "Da", "en": "Here"}}}]
    assert install(bot, {**BASE, "onInstall": actions})["successText"] == "Here"


def test_aliases_of_layers(bot: Client) -> None:
    """For what is said of nodes and for where actions work, later too."""
    manifest = {
        "type": "update",
        "id": "cluster",
        "nodeGroupAlias": {"${targetNodes.nodeGroup}": "db"},
        "onInstall": {"createFile [db]": "/srv/${nodes.db.master.nodeGroup}"},
        "actions": {"more": {"cmd [db]": "echo ${nodes.db.length} > /srv/more"}},
    }
    bot.create("my-wiki", NODES)
    unique = install(bot, manifest, nodeGroup="sqldb")["uniqueName"]
    assert bot.call("marketplace.jps.ExecuteAppAction", appUniqueName=unique, action="more")["result"] == 0
    assert [body(bot, "/srv/sqldb", "sqldb"), body(bot, "/srv/more", "sqldb")] == ["", "1\n"]


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([{"createFile [cp]": "/srv/a"}, {"createFile [cp]": "/srv/a"}], (4036, "my-wiki has it")),
        ({"return": {"result": 1000}}, (1000, "Careful")),
        ({"stopEvent": {"type": "warning", "message": "Not now"}}, (11039, "Not now")),
        ({"return": {"result": 1001}}, (0, "Enough")),
    ],
)
def test_responses_of_a_manifest(bot: Client, actions: Any, expected: tuple[int, str]) -> None:
    responses = {
        "4036": {"type": "error", "message": "${env.envName} has it"},
        1000: {"type": "warning", "message": {"fr": "Attention", "en": "Careful"}},
        "1001": {"type": "success", "message": "Enough"},
    }
    answer = install(bot, {**BASE, "onInstall": actions, "responses": responses})
    assert (answer["result"], answer.get("error") or answer["successText"]) == expected


def test_links_with_a_query(bot: Client) -> None:
    """A query that keeps caches away does not matter; relative links of an inner manifest are the outer one's."""
    note: dict[str, Any] = {"actions": {"note": {"appendFile [cp]": {"path": "/srv/log", "body": "${this}"}}}}
    inner: dict[str, Any] = {"type": "update", "mixins": "mixin.yml?_r=5", "onInstall": {"note": "file"}}
    main = {
        **BASE,
        "mixins": ["${baseUrl}/mixin.yml?_r=${fn.random}"],
        "onInstall": [
            {"note": "main "},
            {"install": "/scripts/inner.jps?_r=${fn.random}"},
            {"install": {"jps": {**inner, "onInstall": {"note": " text"}}}},
        ],
        "success": "text/done.md?_r=${fn.random}",
    }
    texts: dict[str, dict[str, Any]] = {
        "mixin.yml": note,
        "scripts/inner.jps": {**inner, "baseUrl": HOME},
        "main.jps": main,
    }
    told = {f"{HOME}/{name}": json.dumps(text) for name, text in texts.items()} | {f"{HOME}/text/done.md": "Done"}
    bot.control("PUT", "manifests", told)
    answer = install(bot, f"{HOME}/main.jps?_r=77")
    assert (answer["result"], answer.get("successText"), body(bot, "/srv/log")) == (0, "Done", "main file text")
    refused = install(bot, {**BASE, "mixins": "https://example.com/none.yml?_r=1"}, envName="my-other")
    assert (refused["result"], "none.yml?_r=1] cannot be fetched" in refused["error"]) == (11042, True)


def test_texts_by_language(bot: Client) -> None:
    answer = install(bot, {**BASE, "success": {"text": {"es": "Hola", "en": "Hello"}, "email": "x"}})
    assert answer["successText"] == "Hello"


def test_forms_of_older_packages(bot: Client) -> None:
    """Procedures that are called, parameters beside a method or `install`, and any text as the name of an action."""
    note = {"appendFile [cp]": {"path": "/srv/log", "body": "${this.text}"}}
    inner = {"type": "update", "onInstall": {"appendFile [sqldb]": {"path": "/srv/log", "body": "${settings.x}"}}}
    bot.control("PUT", "manifests", {f"{HOME}/scripts/inner.jps": json.dumps(inner)})
    manifest = {
        **BASE,
        "baseUrl": f"{HOME}/v1/deep",
        "onInstall": [
            {"call": [{"procedure": "note", "params": {"text": "a"}}, {"note": {"text": "b"}}, "port:80->cp:80"]},
            {"env.control.AddContainerEnvVars [cp]": None, "vars": {"A": "1", "B": "2"}},
            {"env.control.RemoveContainerEnvVars [cp]": None, "vars": ["B"]},
            {"install [sqldb]": "${baseUrl}/../../scripts/inner.jps?_r=1", "settings": {"x": "beside"}},
            {"jps": {**inner, "type": "update"}, "nodeGroup": "sqldb", "settings": {"x": ", too"}},
            {"env.control.ExecDockerRunCmd [${nodes.cp[1].id}]": None},
        ],
        "procedures": [{"id": "note", "onCall": [note]}],
        "actions": {"port:80->cp:80": {"note": {"text": "c"}}},
    }
    assert install(bot, manifest)["result"] == 0
    assert [body(bot, "/srv/log"), body(bot, "/srv/log", "sqldb"), variables(bot)] == ["abc", "beside, too", {"A": "1"}]


def test_a_package_that_makes_its_environment_by_another(bot: Client) -> None:
    """Published packages are installed under a name that is free, and make the environment on their way."""
    manifest = {
        "type": "install",
        "name": "tier",
        "onInstall": [
            {"install": {"jps": BASE, "envName": "${settings.envName}"}},
            {"createFile [cp]": "/srv/${env.envName}"},
        ],
        "success": "${env.domain}",
    }
    answer = install(bot, manifest)
    assert (answer["result"], answer["successText"], body(bot, "/srv/my-wiki")) == (0, "my-wiki.paas.example.com", "")
    assert install(bot, {"type": "install", "name": "nothing"}, envName="my-other")["result"] == 11


def test_targets_in_a_list(bot: Client) -> None:
    actions = [
        {"restartNodes": [{"nodeGroup": ["cp"]}]},
        {"executeShellCommands": [{"nodeId": "${nodes.cp[0].id}", "commands": ["echo a > /srv/a"]}]},
        {"cmd": "echo b > /srv/b", "nodeGroup": ["cp", "sqldb"]},
    ]
    assert install(bot, {**BASE, "onInstall": actions})["result"] == 0
    assert [body(bot, "/srv/a"), body(bot, "/srv/b"), body(bot, "/srv/b", "sqldb")] == ["a\n", "b\n", "b\n"]


def test_a_repository_by_its_address(bot: Client) -> None:
    nodes = [{"nodeType": "maven", "nodeGroup": "build"}, {"nodeType": "tomcat", "nodeGroup": "cp"}]
    add: dict[str, Any] = {"api": "env.deployment.AddBuildProject", "name": "app", "nodeId": "${nodes.build.first.id}"}
    add |= {"repo": "https://git.example.com/app.git"}
    add |= {"deployment": {"context": "ROOT"}}
    build = {"api": "env.deployment.BuildDeployProject", "nodeId": "${nodes.build.first.id}", "project": "app"}
    assert install(bot, {**BASE, "nodes": nodes, "onInstall": [add, build]})["result"] == 0
    (row,) = bot.call("environment.deployment.GetBuildProjects", envName="my-wiki", nodeGroup="build")["responses"]
    assert (row["name"], row["url"], row["branch"]) == ("app", "https://git.example.com/app.git", "master")
