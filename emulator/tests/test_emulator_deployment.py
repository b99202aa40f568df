# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repositories of an account, projects made from them, and projects of build nodes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import OTHER_TOKEN, Client
from paas_emulator.platform import Platform
from paas_emulator.store import Store

C, D, V = "environment.control.", "environment.deployment.", "environment.vcs."
ENV, SHOP = "build-farm", "hello-world"
OK = {"result": 0}
URL = "https://git.example.com/shop.git"
SECRET = "secret-word"
SETTINGS = {"autoUpdate": True, "autoUpdateInterval": 1, "autoResolveConflict": True, "zdt": False}
HOOKS = {"preDeploy": "echo before", "postDeploy": ""}


@pytest.fixture
def shop(bot: Client) -> Client:
    """With an application server and a build node in environments of their own."""
    bot.create(SHOP, [{"nodeType": "tomcat", "nodeGroup": "cp"}])
    bot.create(ENV, [{"nodeType": "maven", "nodeGroup": "build"}])
    return bot


def contexts(bot: Client) -> list[tuple[str, str, str]]:
    """What the environment shows of its contexts."""
    rows = bot.call(C + "GetEnvInfo", envName=SHOP)["env"]["contexts"]
    return [(row["context"], row["type"], row["archivename"]) for row in rows]


def add_repo(bot: Client, name: str = "shop", **more: str) -> dict[str, Any]:
    """A repository."""
    added: dict[str, Any] = bot.call(D + "AddRepo", name=name, url=URL, login="me", password=SECRET, **more)
    return added


def test_repositories(bot: Client, platform: Platform) -> None:
    one = add_repo(bot)["object"]
    assert one == {"id": 1, "name": "shop", "url": URL, "type": "GIT", "branch": "master", "login": "me"}
    assert add_repo(bot)["error"] == "repository [shop] already exists"
    assert add_repo(bot, "other", type="cvs")["error"] == "invalid parameter [type]"
    assert bot.call(D + "EditRepo", id=1, branch="main", name="store")["object"] == {
        **one,
        "branch": "main",
        "name": "store",
    }
    two = add_repo(bot, type="svn")["object"]
    platform.store = Store.from_plain(json.loads(json.dumps(platform.store.to_plain())))
    assert [row["name"] for row in bot.call(D + "GetRepos")["array"]] == ["store", "shop"]
    assert bot.call(D + "GetRepos", id=two["id"])["array"] == [two]
    other = bot.with_session(OTHER_TOKEN)
    assert other.call(D + "GetRepos")["array"] == []
    assert other.call(D + "RemoveRepo", id=1)["error"] == "repository [1] not found"
    assert bot.call(D + "RemoveRepo", id=1) == OK
    assert bot.call(D + "GetRepos", id=1)["result"] == 5


def test_a_repository_is_deployed_as_a_client_does(shop: Client) -> None:
    """The repository, settings and hooks as a public client writes them."""
    number = add_repo(shop)["object"]["id"]
    sent = {"envName": SHOP, "nodeGroup": "cp", "context": "ROOT", "settings": json.dumps(SETTINGS)}
    repo = json.dumps({"id": number, "branch": "v1"})
    assert shop.call(D + "Deploy", "GET", **sent, repo=repo, hooks=json.dumps(HOOKS)) == OK
    assert contexts(shop) == [("ROOT", "GIT", f"{URL}#v1")]
    where = {"envName": SHOP, "context": "ROOT", "nodeGroup": "cp"}
    shown = shop.call(D + "GetProjectInfo", **where)
    assert {name: shown[name] for name in SETTINGS} == SETTINGS
    assert (shown["url"], shown["branch"], shown["login"], len(shown["hash"])) == (URL, "v1", "me", 40)
    assert shop.call(D + "GetHooks", **where)["object"] == {"preBuild": "", "postBuild": "", **HOOKS}
    # The same project by the other service.
    assert shop.call(V + "GetProject", **where)["hash"] == shown["hash"]
    edited = shop.call(D + "EditProject", **where, newContext="store", repo="shop", settings='{"zdt": true}')
    assert (edited["branch"], edited["zdt"], edited["autoUpdate"]) == ("master", True, True)
    assert contexts(shop) == [("store", "GIT", f"{URL}#v1")]
    updated = shop.call(D + "Update", envName=SHOP, context="store", nodeGroup="cp")
    assert updated["message"].removeprefix("updated to ") not in ("", shown["hash"])
    assert contexts(shop) == [("store", "GIT", f"{URL}#master")]
    # A context shows what was deployed last.
    archive = {"fileUrl": "https://example.com/app.war", "fileName": "app.war", "context": "store"}
    assert shop.call(D + "DeployArchive", envName=SHOP, **archive)["result"] == 0
    assert contexts(shop) == [("store", "ARCHIVE", "app.war")]
    assert SECRET not in json.dumps([shown, edited, shop.call(D + "GetRepos"), shop.call(V + "GetProjects", **where)])


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"repo": "9"}, 5, "repository [9] not found"),
        ({"repo": '{"name": "shop"}'}, 5, "repository [] not found"),
        ({"repo": "{"}, 3, "invalid parameter [repo]"),
        ({"settings": '{"autoupdate": true}'}, 3, "invalid parameter [settings]"),
        ({"settings": '{"autoUpdateInterval": true}'}, 3, "invalid parameter [settings]"),
        ({"hooks": '{"afterwards": "ls"}'}, 3, "invalid parameter [hooks]"),
        ({"hooks": "ls"}, 3, "invalid parameter [hooks]"),
        ({"nodeGroup": "bl"}, 2300, "node or layer [bl] not found"),
        ({"buildNodeId": "7"}, 2300, "node or layer [7] not found"),
        ({"envName": ENV}, 2300, "node or layer [cp] not found"),
    ],
)
def test_deployments_that_are_refused(shop: Client, change: dict[str, str], code: int, text: str) -> None:
    add_repo(shop)
    answer = shop.call(D + "Deploy", **{"envName": SHOP, "repo": "shop", "context": "ROOT", **change})
    assert (answer["result"], answer["error"]) == (code, text)
    assert contexts(shop) == []
    assert shop.call(D + "GetProjectInfo", envName=SHOP, context="ROOT")["result"] == 2500


def test_projects_of_a_build_node(shop: Client) -> None:
    add_repo(shop, branch="main")
    number = shop.call(C + "GetEnvInfo", envName=ENV)["nodes"][0]["id"]
    where: dict[str, Any] = {"envName": ENV, "nodeId": number}
    target = {"envName": SHOP, "context": "ROOT", "nodeGroup": "cp"}
    settings = {"autoUpdate": False, "autoUpdateInterval": 5, "autoResolveConflict": False, "workDir": "web"}
    sent = {"repo": "shop", "deployment": json.dumps(target), "settings": json.dumps(settings)}
    added = shop.call(D + "AddBuildProject", **where, name="shop", **sent, hooks=json.dumps(HOOKS))
    shown = {"id": 1, "name": "shop", "branch": "main", "url": URL, "type": "GIT", "login": "me", **target, **settings}
    assert {name: added[name] for name in shown} == shown and SECRET not in json.dumps(added)
    taken = shop.call(D + "AddBuildProject", **where, name="shop", **sent)
    assert taken["error"] == "project [shop] already exists"
    named = {**where, "project": "shop"}
    assert shop.call(D + "DeployProject", **named)["error"] == "project [shop] has not been built"
    assert shop.call(D + "BuildProject", **named) == OK
    built = shop.call(D + "GetBuildProjectInfo", **named)["hash"]
    assert contexts(shop) == []
    assert shop.call(D + "DeployProject", **named) == OK
    assert contexts(shop) == [("ROOT", "ARCHIVE", f"shop-{built[:7]}.war")]
    # Neither an update nor a build deploys; BuildDeployProject takes a new revision unless it is told not to.
    newer = shop.call(D + "Update", **named)["message"].removeprefix("updated to ")
    assert contexts(shop) == [("ROOT", "ARCHIVE", f"shop-{built[:7]}.war")]
    assert shop.call(D + "BuildDeployProject", **named, skipUpdate="true") == OK
    assert contexts(shop) == [("ROOT", "ARCHIVE", f"shop-{newer[:7]}.war")]
    assert shop.call(D + "BuildDeployProject", **named) == OK
    assert newer[:7] not in contexts(shop)[0][2]
    assert shop.call(D + "GetHooks", **named)["object"]["preDeploy"] == "echo before"
    assert shop.call(D + "EditBuildProject", **named, name="store", deployment='{"context": "new"}') == OK
    assert shop.call(D + "BuildDeployProject", **{**named, "project": "1"}) == OK
    assert shop.call(D + "BuildDeployProject", http="GET", **where, projectid="store") == OK
    assert [row[0] for row in contexts(shop)] == ["ROOT", "new"]
    rows = shop.call(D + "GetBuildProjects", envName=ENV, nodeGroup="build")["responses"]
    assert [(row["name"], row["context"]) for row in rows] == [("store", "new")]
    assert shop.call(D + "GetBuildProjects", envName=ENV, nodeGroup="cp")["responses"] == []
    assert shop.call(D + "RemoveBuildProject", **where, project="store") == OK
    assert shop.call(D + "GetBuildProjectInfo", **where, project="store")["result"] == 2500
    assert len(contexts(shop)) == 2


def test_builds_that_cannot_be_deployed(shop: Client) -> None:
    add_repo(shop)
    number = shop.call(C + "GetEnvInfo", envName=ENV)["nodes"][0]["id"]
    where: dict[str, Any] = {"envName": ENV, "nodeId": number}
    server = shop.call(C + "GetEnvInfo", envName=SHOP)["nodes"][0]["id"]
    other = {"envName": SHOP, "nodeId": server, "name": "x", "repo": "shop"}
    assert shop.call(D + "AddBuildProject", **other)["result"] == 2300
    wrong = shop.call(D + "AddBuildProject", **where, name="x", repo="shop", deployment='{"context": 1}')
    assert wrong["error"] == "invalid parameter [deployment]"
    shop.with_session(OTHER_TOKEN).create("not-yours", [{"nodeType": "tomcat", "nodeGroup": "cp"}])
    targets = {"nowhere": {}, "gone": {"envName": "gone-env"}, "theirs": {"envName": "not-yours"}}
    for name, target in {**targets, "stopped": {"envName": SHOP}}.items():
        sent = {"repo": "shop", "name": name, "deployment": json.dumps(target)}
        assert shop.call(D + "AddBuildProject", **where, **sent)["result"] == 0
    shop.call(C + "StopEnv", envName=SHOP)
    results = [shop.call(D + "BuildDeployProject", **where, project=name)["result"] for name in [*targets, "stopped"]]
    assert results == [2300, 11, 11, 2212]
    hashes = [row.get("hash") for row in shop.call(D + "GetBuildProjects", envName=ENV)["responses"]]
    assert hashes == [None] * 4
