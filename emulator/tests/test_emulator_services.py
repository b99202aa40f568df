# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Version control, deployment, uploads, tasks, statistics, logs, scripts; and methods that are not emulated."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from emulator_client import OTHER_TOKEN, Client
from emulator_packages import BASE
from paas_emulator.platform import Platform
from paas_emulator.store import Store

C, V, D, S = "environment.control.", "environment.vcs.", "environment.deployment.", "utils.scheduler."
ENV = "hello-world"
OK = {"result": 0}
NODES = [{"nodeType": "nginxphp", "nodeGroup": "cp", "count": 2}, {"nodeType": "mysql", "nodeGroup": "sqldb"}]
GIT = {"context": "ROOT", "type": "git", "url": "https://git.example.com/shop.git"}


@pytest.fixture
def shop(bot: Client) -> Client:
    """With an environment of two layers."""
    bot.create(ENV, NODES)
    return bot


def call(bot: Client, name: str, **parameters: Any) -> dict[str, Any]:
    """The answer for the environment."""
    return bot.call(name, envName=ENV, **parameters)


def contexts(bot: Client) -> list[tuple[str, str]]:
    """What the environment shows of its contexts."""
    return [(row["context"], row["archivename"]) for row in call(bot, C + "GetEnvInfo")["env"]["contexts"]]


# -- what is not emulated -------------------------------------------------------------------------------------------


def test_a_method_that_only_the_emulator_lacks_says_so(bot: Client) -> None:
    known = bot.call("environment.control.AddPortRedirect")
    assert (known["result"], known["error"]) == (
        1702,
        "script = environment.control.addportredirect not found (known to the platform, not emulated)",
    )
    assert bot.call("environment.control.NoSuch")["error"] == "script = environment.control.nosuch not found"
    assert [call.get("emulated") for call in bot.journal()] == [False, None]


# -- version control ------------------------------------------------------------------------------------------------


def test_automatic_updates_want_an_interval(shop: Client) -> None:
    refused = {"result": 3, "error": "invalid parameter [interval]"}
    assert call(shop, V + "CreateProject", **GIT, autoupdate="true") == refused
    assert call(shop, V + "CreateProject", **GIT, autoupdate="true", interval=5)["result"] == 0
    edited = {"oldcontext": "ROOT", "newcontext": "ROOT", "type": "GIT", "url": GIT["url"], "autoupdate": "true"}
    assert call(shop, V + "EditProject", **edited)["interval"] == "5"


def test_a_project_is_deployed_by_updates(shop: Client) -> None:
    made = call(shop, V + "CreateProject", **GIT, branch="main", login="me", password="secret-word")
    assert (made["type"], made["branch"], made["nodeGroup"], contexts(shop)) == ("GIT", "main", "cp", [])
    first = call(shop, V + "Update", context="ROOT")["message"]
    assert contexts(shop) == [("ROOT", "https://git.example.com/shop.git#main")]
    edited = {"oldcontext": "ROOT", "newcontext": "ROOT", "type": "GIT", "url": GIT["url"], "branch": "v2"}
    assert call(shop, V + "EditProject", **edited)["branch"] == "v2"
    # What runs stays until an update, which takes no other revision (documented).
    assert contexts(shop) == [("ROOT", "https://git.example.com/shop.git#main")]
    second = call(shop, V + "Update", context="ROOT")["message"]
    assert contexts(shop) == [("ROOT", "https://git.example.com/shop.git#v2")] and first != second
    shown = [call(shop, V + "GetProject", context="ROOT"), *call(shop, V + "GetProjects")["array"]]
    assert all(item["login"] == "me" and item["hash"] in second for item in shown)
    assert "secret-word" not in json.dumps(shown)
    assert call(shop, V + "DeleteProject", context="ROOT")["result"] == 0
    assert (call(shop, V + "GetProject", context="ROOT")["result"], contexts(shop)) == (2500, [])


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"type": "cvs"}, 3, "invalid parameter [type]"),
        ({"url": " "}, 3, "invalid parameter [url]"),
        ({"nodeGroup": "bl"}, 3, "invalid parameter [nodeGroup]"),
        ({}, 1, "project [ROOT] already exists"),
    ],
)
def test_projects_that_cannot_be(shop: Client, change: dict[str, str], code: int, text: str) -> None:
    call(shop, V + "CreateProject", **GIT, updateNow="true")
    refused = call(shop, V + "CreateProject", **{**GIT, **change})
    assert (refused["result"], refused["error"]) == (code, text)
    assert len(contexts(shop)) == 1 and call(shop, V + "Update", context="none")["result"] == 2500


# -- uploads and archives -------------------------------------------------------------------------------------------


def upload(bot: Client, name: str, body: bytes) -> dict[str, Any]:
    """Send a file as clients do."""
    answer = requests.post(
        f"{bot.url}/1.0/storage/uploader/rest/upload",
        data={"session": bot.session, "fid": "1234"},
        files={"file": (name, body)},
        timeout=20,
    )
    sent: dict[str, Any] = answer.json()
    return sent


def test_an_archive_is_uploaded_and_deployed(shop: Client) -> None:
    sent = upload(shop, "app.war", b"PK\x00\xff")
    assert (sent["result"], sent["name"], sent["size"]) == (0, "app.war", 4)
    assert sent["request"] == {"fid": "1234", "charset": "UTF-8"}
    assert sent["file"].startswith(f"{shop.url}/xssu/rest/download/")
    assert requests.get(sent["file"], timeout=20).content == b"PK\x00\xff"
    archive = {"fileUrl": sent["file"], "fileName": sent["name"]}
    deployed = call(shop, D + "DeployArchive", **archive, context="shop")
    assert [row["result"] for row in deployed["responses"]] == [0, 0]
    assert contexts(shop) == [("shop", "app.war")]
    layer = call(shop, C + "GetEnvInfo")["nodeGroups"][0]
    assert layer["deployments"] == [{"context": "shop", "archivename": "app.war", "type": "ARCHIVE"}]
    assert call(shop, D + "RenameContext", nodeGroup="cp", oldContext="shop", newContext="store") == OK
    assert [row["context"] for row in call(shop, D + "GetDeployments", nodeGroup="cp")["array"]] == ["store"]
    assert call(shop, D + "Undeploy", nodeGroup="cp", context="shop")["result"] == 5
    assert call(shop, D + "Undeploy", nodeGroup="cp", context="store") == OK
    assert contexts(shop) == []


def test_archives_that_are_not_there(shop: Client) -> None:
    assert call(shop, D + "DeployArchive", fileUrl="app.war", fileName="app.war")["result"] == 4050
    gone = f"{shop.url}/xssu/rest/download/none"
    assert call(shop, D + "DeployArchive", fileUrl=gone, fileName="app.war")["result"] == 5
    assert shop.call("storage.uploader.Upload", fid="1")["error"] == "invalid parameter [file]"
    assert requests.get(gone, timeout=20).status_code == 404


def test_a_node_fetches_what_was_uploaded(shop: Client) -> None:
    url = upload(shop, "motd", b"hello")["file"]
    where = {"nodeGroup": "cp"}
    assert call(shop, "environment.file.Upload", sourcePath=url, destPath="/srv/motd", **where)["result"] == 0
    assert call(shop, "environment.file.Read", path="/srv/motd", **where)["body"] == "hello"


# -- tasks ----------------------------------------------------------------------------------------------------------


def test_tasks(shop: Client, platform: Platform) -> None:
    one = call(shop, S + "CreateEnvTask", script="env.control.StopEnv", trigger="cron:0 0 22 * * ?")["object"]
    two = shop.call(S + "CreateAccountTask", script="x", trigger="once_delay:60000", description="d")["object"]
    assert set(one) == {"id", "envName", "script", "trigger"}
    assert (one["envName"], two.get("envName"), two["description"]) == (ENV, None, "d")
    assert shop.call(S + "EditTask", id=two["id"], script="z", trigger="once_delay:9000")["object"]["script"] == "z"
    platform.store = Store.from_plain(json.loads(json.dumps(platform.store.to_plain())))
    assert [row["script"] for row in shop.call(S + "GetTasks")["objects"]] == ["env.control.StopEnv", "z"]
    assert [row["id"] for row in shop.call(S + "GetTasks", ids=str(two["id"]))["objects"]] == [two["id"]]
    assert shop.with_session(OTHER_TOKEN).call(S + "GetTasks")["objects"] == []
    assert shop.with_session(OTHER_TOKEN).call(S + "DeleteTasks", ids=str(one["id"]))["result"] == 5
    assert shop.call(S + "DeleteTasks", ids=f"{one['id']},99")["result"] == 5
    assert shop.call(S + "DeleteTasks", ids="*") == OK
    assert shop.call(S + "GetTasks")["objects"] == []


# -- statistics and logs --------------------------------------------------------------------------------------------


def test_statistics(shop: Client) -> None:
    rows = call(shop, C + "GetStats", duration=3600, interval=1800, endtime="2026-05-01 12:00:00", nodeGroup="cp")[
        "stats"
    ]
    assert [row["time"] for row in rows] == ["2026-05-01 12:00:00"] * 2 + ["2026-05-01 11:30:00"] * 2
    assert all(row["duration"] == 1800 and row["mem"] > 0 for row in rows)
    assert len(call(shop, C + "GetSumStat", duration=3600)["stats"]) == 3
    for wrong in (
        {"duration": 0, "interval": 1},
        {"duration": 1, "interval": 0},
        {"duration": 1, "interval": 1, "endtime": "x"},
    ):
        assert call(shop, C + "GetStats", **wrong)["result"] == 3


def test_logs(shop: Client) -> None:
    where = {"nodeId": call(shop, C + "GetEnvInfo")["nodes"][0]["id"]}
    body = {"path": "/var/log/app.log", "body": "one\ntwo\nthree\n", "nodeid": where["nodeId"]}
    call(shop, "environment.file.Write", **body)
    names = [row["name"] for row in call(shop, C + "GetLogsList", **where)["directories"]["/var/log"]]
    assert names == ["app.log"]
    answer = call(shop, C + "ReadLog", path="app.log", **{"from": 1}, count=1, **where)
    assert (answer["body"], answer["linescount"]) == ("two\n", 3)
    assert call(shop, C + "ReadLog", path="/etc/passwd", **where)["result"] == 3
    assert call(shop, C + "ReadLog", path="none.log", **where)["result"] == 4039


# -- the rest -------------------------------------------------------------------------------------------------------


def test_sizes_of_layers_and_a_node_that_goes(shop: Client) -> None:
    cloudlets = {"nodeGroup": "cp", "flexibleCloudlets": 12, "fixedCloudlets": 2}
    assert call(shop, C + "SetCloudletsCountByGroup", **cloudlets) == OK
    assert call(shop, C + "SetCloudletsCountByGroup", **{**cloudlets, "fixedCloudlets": 13})["result"] == 3
    assert call(shop, C + "SetDiskLimitByGroup", nodeGroup="sqldb", limit=20) == OK
    master, other, database = call(shop, C + "GetEnvInfo")["nodes"]
    assert (other["fixedCloudlets"], other["flexibleCloudlets"], database["diskLimit"]) == (2, 12, 20_000)
    assert call(shop, C + "RemoveNode", nodeId=other["id"]) == OK
    assert call(shop, C + "RemoveNode", nodeId=master["id"])["result"] == 8
    assert len(call(shop, C + "GetEnvInfo")["nodes"]) == 2


def test_a_node_is_added(shop: Client) -> None:
    """Beside others of its layer, or as a layer of its own, whose image a client names as `dockerName`."""
    more = {
        "fixedCloudlets": 1,
        "flexibleCloudlets": 4,
        "displayName": "Worker",
        "dockerName": "team/app",
        "dockerTag": "2.0",
    }
    (made,) = call(shop, C + "AddNode", nodeType="docker", nodeGroup="worker", extipv4=1, **more)["array"]
    assert (made["nodeGroup"], made["customitem"]["dockerName"], made["version"]) == ("worker", "team/app", "2.0")
    assert (made["fixedCloudlets"], made["flexibleCloudlets"], len(made["extIPs"])) == (1, 4, 1)
    (other,) = call(shop, C + "AddNode", nodeType="tomcat", nodeGroup="cp")["array"]
    nodes = {node["id"]: node["nodeGroup"] for node in call(shop, C + "GetEnvInfo")["nodes"]}
    assert (nodes[made["id"]], nodes[other["id"]], len(nodes)) == ("worker", "cp", 5)
    assert call(shop, C + "AddNode", nodeType="ngnix")["result"] == 2372


def test_archives_are_deployed_by_the_older_method(shop: Client) -> None:
    """As the command-line interface and a build plugin do; a client leaves the name of the file out."""
    url = "https://example.com/builds/shop.war?x=1"
    assert (
        call(shop, C + "DeployApp", fileUrl=url, fileName="mine.war", context="a", atomicDeploy="true")["result"] == 0
    )
    assert call(shop, D + "DeployArchive", fileUrl=url)["result"] == 0
    rows = call(shop, C + "GetEnvInfo")["env"]["contexts"]
    assert [(row["context"], row["archivename"]) for row in rows] == [("a", "mine.war"), ("ROOT", "shop.war")]


@pytest.mark.parametrize("spelling", ["envName", "shortdomain"])
def test_the_script_that_installs(bot: Client, spelling: str) -> None:
    """As a hoster documents it, and several clients send it."""
    sent = {"script": "InstallApp", "appid": "appstore", "type": "install", "manifest": json.dumps(BASE), spelling: ENV}
    answer = bot.call("development.scripting.Eval", **sent, settings="null")
    assert (answer["result"], answer["response"]["result"], answer["response"]["name"]) == (0, 0, ENV)
    assert bot.status(ENV) == 1
    add_on = json.dumps({"type": "update", "onInstall": {"createFile [cp]": "/srv/added"}})
    sent = {"script": "InstallApp", "manifest": add_on, "targetAppid": answer["response"]["appid"]}
    assert bot.call("development.scripting.Eval", **sent)["response"]["result"] == 0
    assert call(bot, "environment.file.Read", nodeGroup="cp", path="/srv/added") == {**OK, "body": ""}
    gone = bot.call("development.scripting.Eval", **{**sent, "targetAppid": "0" * 32})["response"]
    assert gone["error"] == f"application [{'0' * 32}] not exist"
    refused = bot.call("development.scripting.Eval", script="signup")
    assert refused["response"]["error"] == "script = signup not found"


def test_what_accounts_and_everyone_can_ask(bot: Client, anonymous: Client) -> None:
    assert anonymous.call("system.service.GetVersion") == {"result": 0, "version": "8.3"}
    rows = bot.call("billing.account.GetOwnerQuotas", quotasnames="environment.maxcount")["array"]
    assert [row["value"] for row in rows] == [2000]
    bot.control("PUT", "packages", {"Let's Encrypt": {"id": "letsencrypt"}})
    found = bot.call("marketplace.app.GetAddonList", search="encrypt")
    assert (found["apps"], found["total"]) == ([{"id": "letsencrypt", "name": "Let's Encrypt"}], 1)
    bot.create(ENV)
    assert call(bot, "environment.export.GetList")["array"] == []


def test_the_console(bot: Client) -> None:
    for line in ("one", "two"):
        assert bot.call("marketplace.console.WriteLog", message=line) == OK
    lines = bot.call("marketplace.console.ReadLog")["body"].splitlines()
    assert [line.partition("] ")[2] for line in lines] == ["one", "two"]
    assert bot.with_session(OTHER_TOKEN).call("marketplace.console.ReadLog")["body"] == ""
    assert bot.call("marketplace.console.ClearLog") == OK
    assert bot.call("marketplace.console.ReadLog")["body"] == ""
