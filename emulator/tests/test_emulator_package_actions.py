# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What packages do: their actions, what they refuse, and add-ons."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import OTHER_TOKEN, PASSWORD, Client, wait_until
from emulator_packages import BASE, NODES, body, info, install, variables
from paas_emulator.platform import Platform
from paas_emulator.store import Store

UNKNOWN = "action [unknown] is not carried out by the emulator; say how the package ends by PUT /_emulator/packages"
# -- actions --------------------------------------------------------------------------------------------------------


def test_files(bot: Client) -> None:
    actions = [
        {"createDirectory [cp]": "/srv/wiki"},
        {"createFile [cp, sqldb]": ["/srv/empty", {"path": "/srv/full", "body": "full"}]},
        {"addFile": [{"path": "/srv/added", "body": "x", "nodeGroup": "sqldb"}]},
        {"appendFile": {"path": "/srv/full", "body": "er"}, "nodeType": "mysql"},
        {"writeFile [${nodes.cp.master.id}]": {"path": "/srv/one", "body": "1"}},
        {"writeFile [*]": {"path": "/srv/all", "body": "all"}},
    ]
    assert install(bot, {**BASE, "onInstall": actions})["result"] == 0
    assert [body(bot, "/srv/empty"), body(bot, "/srv/full"), body(bot, "/srv/full", "sqldb")] == ["", "full", "fuller"]
    assert [body(bot, "/srv/added"), body(bot, "/srv/added", "sqldb")] == [4039, "x"]
    first, second, _ = (node["id"] for node in info(bot)["nodes"])
    ones = [bot.call("environment.file.Read", envName="my-wiki", nodeid=n, path="/srv/one") for n in (first, second)]
    assert [one["result"] for one in ones] == [0, 4039]
    assert [body(bot, "/srv/all"), body(bot, "/srv/all", "sqldb")] == ["all", "all"]
    listed = bot.call("environment.file.GetList", envName="my-wiki", nodeGroup="cp", path="/srv")["directoryPathList"]
    assert {"wiki": True, "empty": False}.items() <= {row["name"]: row["isDir"] for row in listed}.items()


def test_methods_by_their_names(bot: Client) -> None:
    """Those that the emulator has, with the checks that they have."""
    actions = [
        {"env.control.AddContainerEnvVars [cp]": {"vars": {"user": "u", "B": 2}}},
        {"api [cp]": {"method": "environment.control.RemoveContainerEnvVars", "params": {"vars": ["B"]}}},
        {"api": [{"method": "api.environment.file.Create", "params": {"path": "/srv/a"}}], "nodeGroup": "cp"},
        {"api [sqldb]": "env.control.RestartNodes"},
        {"bindExtDomains": ["a.example.org", "B.example.org"]},
        {"bindExtDomain": "c.example.org"},
        {"addDomain": "extra"},
        {"setNodeDisplayName [mysql]": "Base"},
        {"addContainerEnvVars [sqldb]": {"user": "kept"}},
        {"restartNodes": [{"nodeGroup": "cp"}]},
        {"restartServices [*]": None},
        "restartContainers [cp]",
    ]
    assert install(bot, {**BASE, "onInstall": actions})["result"] == 0
    found = info(bot)
    assert [variables(bot), variables(bot, "sqldb"), body(bot, "/srv/a")] == [{"user": "u"}, {"user": "kept"}, ""]
    assert (found["env"]["extdomains"], found["env"]["status"]) == (
        ["a.example.org", "b.example.org", "c.example.org"],
        1,
    )
    assert found["nodes"][2]["displayName"] == "Base"
    domains = bot.call("environment.binder.GetDomains", envName="my-wiki")
    assert domains["envDomains"] == ["extra-my-wiki.paas.example.com"]


def test_variables(bot: Client) -> None:
    """Added, removed, and replaced in each node of a type."""
    actions = [
        {"addContainerEnvVars [cp]": {"A": "1", "B": "2"}},
        {"addContainerEnvVars [cp]": {"vars": {"C": "3"}}},
        {"removeContainerEnvVars [cp]": ["A", "NONE"]},
        {"setContainerEnvVars [mysql]": {"ONLY": "x"}},
    ]
    assert install(bot, {**BASE, "onInstall": actions})["result"] == 0
    assert variables(bot) == {"B": "2", "C": "3"}
    answer = bot.call("environment.control.GetContainerEnvVarsByGroup", envName="my-wiki", nodeGroup="sqldb")
    assert answer["object"] == {"ONLY": "x"}


def test_own_actions(bot: Client) -> None:
    """With arguments, for each of several, and with values that go with the run, or stay."""
    manifest = {
        **BASE,
        "onInstall": [
            {"note": {"name": "first"}},
            {"note": [{"name": "second"}, {"name": "third"}]},
            {"tell": ["x", "y"]},
            {"set": {"a": 1}},
            {"appendFile [cp]": {"path": "/srv/set", "body": "${this.a}${this.name}"}},
            {"setGlobals": {"mood": "good"}},
            "mood",
        ],
        "actions": {
            "note": [{"set": {"end": "!"}}, {"createFile [cp]": "/srv/${this.name}${this.end}"}],
            "tell": {"appendFile [cp]": {"path": "/srv/told", "body": "${this}"}},
            "mood": {"writeFile [cp]": {"path": "/srv/mood", "body": "${globals.mood} ${this.why}"}},
        },
    }
    unique = install(bot, manifest)["uniqueName"]
    assert [body(bot, f"/srv/{name}!") for name in ("first", "second", "third")] == ["", "", ""]
    assert [body(bot, "/srv/told"), body(bot, "/srv/set")] == ["xy", "1${this.name}"]
    assert body(bot, "/srv/mood") == "good ${this.why}"
    run = {"appUniqueName": unique, "action": "mood", "params": json.dumps({"why": "sun"})}
    assert bot.call("marketplace.jps.ExecuteAppAction", **run) == {"result": 0, "action": "mood"}
    assert body(bot, "/srv/mood") == "good sun"


def test_commands_are_run_and_fail_when_told_to(bot: Client) -> None:
    actions = [
        {"cmd [cp]": ["systemctl restart wiki", "echo ${env.name} > /srv/name"]},
        {"cmd": "echo two > /srv/name; echo said", "nodeGroup": "sqldb"},
    ]
    refused = install(bot, {**BASE, "onInstall": {"cmd [cp]": "exit 3"}})
    assert (refused["result"], refused["error"], info(bot)["result"]) == (
        4109,
        "The operation could not be performed",
        11,
    )
    bot.control("PUT", "commands", [{"command": "systemctl *"}])
    assert install(bot, {**BASE, "onInstall": actions, "success": "${response.out}"})["successText"] == "said"
    assert (body(bot, "/srv/name"), body(bot, "/srv/name", "sqldb")) == ("my-wiki\n", "two\n")
    bot.control("PUT", "commands", [{"command": "systemctl *", "exitStatus": 5}])
    failing = {**BASE, "onInstall": {"cmd [cp]": "systemctl restart wiki"}}
    assert install(bot, failing, envName="my-other")["result"] == 4109
    assert info(bot, "my-other")["result"] == 11


@pytest.mark.parametrize(
    ("value", "result", "text"),
    [
        ("Sorry", 11039, "Sorry"),
        ({"type": "warning", "message": "Careful"}, 11039, "Careful"),
        ({"result": 99, "message": "Bad"}, 99, "Bad"),
        ({"message": "Neither"}, 11039, "Neither"),
        ({"type": "error"}, 11039, "the package ended without success"),
    ],
)
def test_packages_that_give_up(bot: Client, value: Any, result: int, text: str) -> None:
    answer = install(bot, {**BASE, "onInstall": {"return": value}})
    assert (answer["result"], answer["error"]) == (result, text)
    assert info(bot)["result"] == 11


@pytest.mark.parametrize("value", [{"type": "success", "message": "**Fine**"}, {"result": 0, "message": "**Fine**"}])
def test_packages_that_end_early(bot: Client, value: dict[str, Any]) -> None:
    """What they say goes before the text of the manifest, and what comes after is not done."""
    actions = [{"inner": {}}, {"createFile [cp]": "/srv/late"}]
    manifest = {**BASE, "onInstall": actions, "actions": {"inner": {"return": value}}, "success": "Usual"}
    assert install(bot, manifest)["successText"] == "<strong>Fine</strong>"
    assert body(bot, "/srv/late") == 4039


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"onInstall": {"script": "return 1"}}, 11041, "action [script] is not carried out by the emulator"),
    ({"onInstall": "if (a == b): x"}, 11041, "action [if] is not carried out by the emulator"),
    ({"onInstall": {"api": "environment.control.DeleteEnv"}}, 11041, "method [environment.control.DeleteEnv] is not"),
    ({"onInstall": {"api": "environment.control.CloneEnv"}}, 11041, "method [environment.control.CloneEnv] is not"),
    ({"onInstall": {"api": "users.authentication.GetTokens"}}, 11041, "method [users.authentication.GetTokens] is not"),
    ({"onInstall": {"env.control.NoSuch": {}}}, 11041, "method [env.control.NoSuch] is not carried out"),
    ({"onInstall": {"env.control.ChangeTopology": {}}}, 11041, "method [env.control.ChangeTopology] is not"),
    ({"onInstall": {"createFile [bl]": "/srv/a"}}, 11022, "no node matches [bl]"),
    ({"onInstall": {"cmd": "id"}}, 11022, "action [cmd] names no nodes"),
    ({"onInstall": {"createFile": "/srv/a"}}, 3, "invalid parameter [nodeType]"),
    ({"onInstall": {"createFile [cp]": "srv/a"}}, 3, "invalid parameter [path]"),
    ({"onInstall": [{"createFile [cp]": "/srv/a"}] * 2}, 4036, "Path /srv/a already exists"),
    ({"onInstall": {"bindExtDomains": ["no domain"]}}, 3, "invalid parameter [extDomains]"),
    (
        {"onInstall": "round", "actions": {"round": "round"}},
        11041,
        "the actions of the package call each other without",
    ),
    ({"mixins": ["https://example.com/x"]}, 11042, "[https://example.com/x] cannot be fetched; give its text"),
    ({"onBeforeInit": "return 1"}, 11041, "member [onBeforeInit] is not carried out by the emulator"),
    ({"targetRegions": {"name": "none"}}, 11041, "no region is among those of the package"),
    ({"targetRegions": {"name": "("}}, 11041, "the regions of the manifest are not regular expressions"),
    ({"envGroups": [1]}, 3, "invalid parameter [envGroups]"),
    ({"nodes": [{"image": "a", "count": "${settings.none}"}]}, 3, "invalid parameter [count]"),
]


@pytest.mark.parametrize(("members", "result", "text"), REFUSED)
def test_what_is_refused_leaves_nothing_behind(
    bot: Client, platform: Platform, members: dict[str, Any], result: int, text: str
) -> None:
    answer = install(bot, {**BASE, "envGroups": "new", **members})
    assert answer["result"] == result, answer
    assert answer["error"].startswith(text)
    store = platform.store
    assert (store.environments, store.installations, store.groups) == ({}, {}, {})


def test_a_region_that_the_package_does_not_want(bot: Client) -> None:
    answer = install(bot, {**BASE, "targetRegions": {"name": "region-b"}}, region="region-a")
    assert (answer["result"], answer["error"]) == (11041, "region [region-a] is not among those of the package")


# -- add-ons --------------------------------------------------------------------------------------------------------

ADDON: dict[str, Any] = {"type": "update", "id": "backup", "onInstall": [{"addContainerEnvVars": {"BACKUP": "on"}}]}


@pytest.fixture
def shop(bot: Client) -> Client:
    """With an environment for add-ons."""
    bot.create("my-wiki", NODES)
    return bot


def test_an_addon_works_in_its_layer(shop: Client) -> None:
    manifest = {**ADDON, "onInstall": [*ADDON["onInstall"], {"cmd[${targetNodes.nodeGroup}]": "true"}]}
    assert install(shop, manifest, nodeGroup="sqldb")["result"] == 0
    assert [variables(shop), variables(shop, "sqldb")] == [{}, {"BACKUP": "on"}]


def test_an_addon_that_fails_takes_back_what_it_did(shop: Client) -> None:
    before = info(shop)
    manifest = {**ADDON, "onInstall": [*ADDON["onInstall"], {"createFile [cp]": "/srv/a"}, "unknown"]}
    answer = install(shop, manifest)
    assert (answer["result"], answer["error"]) == (11041, UNKNOWN)
    assert (info(shop), variables(shop), body(shop, "/srv/a")) == (before, {}, 4039)
    assert shop.call("marketplace.installation.GetList")["apps"] == []


@pytest.mark.parametrize(
    ("more", "result", "text"),
    [
        ({"envName": ""}, 3, "invalid parameter [envName]"),
        ({"envName": "no-such"}, 11, "application [no-such] not exist"),
        ({"nodeGroup": "bl"}, 11022, "no node matches [bl]"),
        ({"ownerUid": "5"}, 8, "permission denied"),
    ],
)
def test_an_addon_that_has_no_place(shop: Client, more: dict[str, str], result: int, text: str) -> None:
    answer = install(shop, ADDON, **more)
    assert (answer["result"], answer["error"]) == (result, text)


def test_an_addon_wants_a_running_environment(shop: Client) -> None:
    """So do its actions and its removal, unless by force."""
    manifest = {**ADDON, "onUninstall": {"createFile [cp]": "/srv/a"}, "actions": {"x": {"log": "y"}}}
    unique = install(shop, manifest)["uniqueName"]
    shop.call("environment.control.StopEnv", envName="my-wiki")
    assert install(shop, ADDON)["result"] == 2212
    assert shop.call("marketplace.jps.ExecuteAppAction", appUniqueName=unique, action="x")["result"] == 2212
    assert shop.call("marketplace.installation.Uninstall", appUniqueName=unique)["result"] == 2212
    assert shop.call("marketplace.installation.Uninstall", appUniqueName=unique, force="true")["result"] == 0
    shop.call("environment.control.StartEnv", envName="my-wiki")
    assert body(shop, "/srv/a") == 4039


def test_a_removal_that_fails_keeps_the_package(shop: Client) -> None:
    manifest = {**ADDON, "onUninstall": [{"createFile [cp]": "/srv/a"}, "unknown"]}
    unique = install(shop, manifest)["uniqueName"]
    assert shop.call("marketplace.jps.Uninstall", appUniqueName=unique)["result"] == 11041
    (row,) = shop.call("marketplace.installation.GetList")["apps"]
    assert (row["uniqueName"], body(shop, "/srv/a")) == (unique, 4039)


def test_an_environment_of_the_same_name_is_another_one(shop: Client) -> None:
    unique = install(shop, ADDON)["uniqueName"]
    shop.call("environment.control.DeleteEnv", envName="my-wiki", password=PASSWORD)
    shop.create("my-wiki", NODES)
    assert shop.call("marketplace.installation.GetList")["apps"] == []
    assert shop.call("marketplace.jps.Uninstall", appUniqueName=unique)["result"] == 5


def test_packages_of_another_account_are_not_seen(shop: Client, anonymous: Client) -> None:
    unique = install(shop, ADDON)["uniqueName"]
    other = anonymous.with_session(OTHER_TOKEN)
    assert other.call("marketplace.installation.GetList")["apps"] == []
    assert other.call("marketplace.jps.Uninstall", appUniqueName=unique)["result"] == 5
    assert install(other, ADDON)["result"] == 11


def test_a_package_without_an_environment(bot: Client) -> None:
    manifest = {"type": "install", "name": "Note", "onInstall": [{"log": "x"}], "success": "Hello ${user.email}"}
    answer = install(bot, manifest, envName="")
    assert (answer["result"], answer["name"], answer["successText"]) == (0, "Note", "Hello user@example.com")
    assert "appid" not in answer
    assert install(bot, {**manifest, "onInstall": "createFile [cp]"}, envName="")["result"] == 11022


def test_installing_takes_its_time(bot: Client) -> None:
    """The environment shows that it is made meanwhile, and nothing else can be done to it."""
    bot.control("PUT", "times", {"Install": 600})
    bot.control("PUT", "switches", {"gateway_timeout": 0.05})
    assert bot.response("marketplace.jps.Install", jps=json.dumps(BASE), envName="my-wiki").status_code == 504
    wait_until(lambda: info(bot)["env"]["status"] == 6)
    assert bot.call("environment.control.StopEnv", envName="my-wiki")["result"] == 2212


def test_packages_outlive_the_emulator(bot: Client, platform: Platform) -> None:
    """With what their actions need: settings, globals, the actions themselves."""
    late = {"appendFile [cp]": {"path": "/srv/a", "body": "${settings.x} ${globals.y}"}}
    manifest = {**BASE, "globals": {"y": "2"}, "actions": {"late": late, "change": {"setGlobals": {"y": 3}}}}
    unique = install(bot, manifest, settings={"x": "1"})["uniqueName"]
    platform.store = Store.from_plain(json.loads(json.dumps(platform.store.to_plain())))
    for action in ("late", "change", "late"):
        assert bot.call("marketplace.jps.ExecuteAppAction", appUniqueName=unique, action=action)["result"] == 0
    assert body(bot, "/srv/a") == "1 21 3"
