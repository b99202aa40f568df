# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What manifests may say: their forms, regions, settings and placeholders."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from emulator_client import Client
from emulator_packages import BASE, LONG, NODES, info, install, success, variables

# -- forms of a manifest --------------------------------------------------------------------------------------------

SETTINGS_OF_ENVIRONMENT = {"ssl": True, "displayName": "Our wiki", "envGroups": ["a/b", "c"], "region": "region-b"}


@pytest.mark.parametrize(
    "manifest",
    [
        {**BASE, **SETTINGS_OF_ENVIRONMENT},
        {"jpsType": "install", "env": {"topology": {"nodes": NODES, **SETTINGS_OF_ENVIRONMENT}}},
        {"jpsType": "install", **SETTINGS_OF_ENVIRONMENT, "env": {"topology": {"nodes": NODES, "region": "region-b"}}},
        {"jpsType": "install", "application": {"env": {"topology": {"nodes": NODES, **SETTINGS_OF_ENVIRONMENT}}}},
    ],
    ids=["outermost", "env.topology", "both", "application"],
)
def test_where_the_topology_stands(bot: Client, manifest: dict[str, Any]) -> None:
    assert install(bot, manifest)["result"] == 0
    found = info(bot)
    assert (found["env"]["sslstate"], found["env"]["displayName"]) == (True, "Our wiki")
    assert (found["env"]["hardwareNodeGroup"], found["envGroups"]) == ("region-b", ["a/b", "c"])
    assert [node["nodeGroup"] for node in found["nodes"]] == ["cp", "cp", "sqldb"]


def test_the_old_form_tells_its_name_inside(bot: Client) -> None:
    manifest = {"application": {"id": "old", "name": "Old", "env": {"topology": {"nodes": {"image": "a:1"}}}}}
    assert install(bot, manifest)["result"] == 0
    (row,) = bot.call("marketplace.installation.GetList")["apps"]
    assert (row["app_id"], row["name"], row["type"]) == ("old", "Old", "install")


def test_the_call_goes_before_the_manifest(bot: Client) -> None:
    more = {"displayName": "Mine", "region": "default_hn_group", "envGroups": ["d"]}
    assert install(bot, {**BASE, **SETTINGS_OF_ENVIRONMENT}, **more)["result"] == 0
    found = info(bot)
    assert (found["env"]["displayName"], found["env"]["hardwareNodeGroup"]) == ("Mine", "default_hn_group")
    assert found["envGroups"] == ["d"]


def test_an_environment_that_nobody_named(bot: Client) -> None:
    """Refused by a real platform (client tests); the code is inferred."""
    answer = install(bot, BASE, envName="")
    assert (answer["result"], answer["error"]) == (3, "invalid parameter [envName]")
    assert bot.call("environment.control.GetEnvs")["infos"] == []


def test_yaml_that_is_more_than_json(bot: Client) -> None:
    """Dates become text, and names stay as they are written."""
    text = "type: install\nnodes:\n  image: a\n  tag: 2026-01-02\n  env: {1: 2026-01-02, ON: true, <<: {A: 0}}\n"
    assert install(bot, text)["result"] == 0
    layer = info(bot)["nodes"][0]["nodeGroup"]
    assert variables(bot, layer) == {"1": "2026-01-02", "ON": "true", "A": "0"}


# -- regions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "more", "expected"),
    [
        ({}, {}, "region-a"),
        ({"targetRegions": {"name": "region-b"}}, {}, "region-b"),
        ({"targetRegions": {"name": ["region-[ab]"]}, "region": "region-b"}, {}, "region-a"),
        ({"targetRegions": {"uniqueName": "region-b"}}, {}, "region-b"),
        ({"targetRegions": {"name": "^default"}, "region": "region-b"}, {}, "default_hn_group"),
        ({"targetRegions": {"name": "region"}}, {"region": "region-b"}, "region-b"),
        ({"regions": ["region-b", "region-a"]}, {}, "region-a"),
        ({"targetRegions": {"type": ["vz7"]}}, {}, "region-a"),
        ({"targetRegions": {"uniqueName": "region-b", "type": "vz7"}}, {}, "region-b"),
        ({"targetRegions": {"displayName": ["Region B"]}}, {}, "region-b"),
    ],
)
def test_regions(bot: Client, members: dict[str, Any], more: dict[str, str], expected: str) -> None:
    assert install(bot, {**BASE, **members}, **more)["result"] == 0
    assert info(bot)["env"]["hardwareNodeGroup"] == expected


# -- settings -------------------------------------------------------------------------------------------------------


def test_fields_within_fields(bot: Client) -> None:
    shown = {
        "one": [{"name": "count", "default": 1}, {"name": "must", "required": True}],
        "two": {"name": "count", "default": 2},
    }
    fields = [
        {"name": "mode", "type": "radio-fieldset", "default": "two", "showIf": shown},
        {"type": "compositefield", "items": [{"name": "low", "default": 3}, {"name": "high", "default": 5}]},
    ]
    text = "${settings.mode} ${settings.count} ${settings.low} ${settings.high} ${settings.must}"
    assert success(bot, text, settings={"fields": fields}) == "two 2 3 5 ${settings.must}"
    refused = install(bot, {**BASE, "settings": {"fields": fields}}, envName="my-other", settings={"mode": "one"})
    assert (refused["result"], refused["error"]) == (11041, "setting [must] is required")


@pytest.mark.parametrize(
    "settings",
    [
        {"fields": {"name": "title", "default": "Notes"}},
        {"main": {"fields": [{"name": "title", "default": "Notes"}]}},
        {
            "other": {"fields": [{"name": "title", "default": "No"}]},
            "main": {"fields": [{"name": "title", "default": "Notes"}]},
        },
        [{"name": "title", "value": "Notes"}],
    ],
    ids=["one field", "a form", "several forms", "bare rows"],
)
def test_forms(bot: Client, settings: Any) -> None:
    assert success(bot, "${settings.title}", settings=settings) == "Notes"


@pytest.mark.parametrize("kind", [{"inputType": "password"}, {"type": "password"}])
def test_secret_settings_are_shown_nowhere(bot: Client, kind: dict[str, str]) -> None:
    """Neither in what is listed, nor in the error of an action that names one; the text for the user may."""
    manifest = {
        **BASE,
        "settings": {
            "main": {"fields": [{"items": [{"name": "secret", **kind}]}, {"name": "title", "default": "Notes"}]}
        },
        "actions": {"fail": {"return": "cannot use ${settings.secret}"}},
        "success": "${settings.secret}",
    }
    assert install(bot, manifest, settings={"secret": LONG})["successText"] == LONG
    (row,) = bot.call("marketplace.installation.GetList")["apps"]
    name = row["uniqueName"]
    shown = [
        bot.call("marketplace.installation.GetInfo", appUniqueName=name)["settings"],
        bot.call("marketplace.installation.GetSettings", appUniqueName=name)["settings"],
        bot.call("marketplace.jps.GetAppSettings", appUniqueName=name)["settings"],
    ]
    assert shown == [{"title": "Notes"}] * 3
    failed = bot.call("marketplace.jps.ExecuteAppAction", appUniqueName=name, action="fail")
    assert (failed["result"], failed["error"]) == (11039, "cannot use ********")
    refused = install(
        bot,
        {
            **manifest,
            "onInstall": {"writeFile [cp]": {"path": "no/${settings.secret}"}, "return": "${settings.secret}"},
        },
        envName="my-other",
        settings={"secret": LONG},
    )
    assert refused["result"] != 0
    assert LONG not in json.dumps(refused)


# -- placeholders ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${env.name} ${env.envName} ${env.shortdomain}", "my-wiki my-wiki my-wiki"),
        ("${env.domain} ${env.url}", "my-wiki.paas.example.com http://my-wiki.paas.example.com/"),
        ("${env.protocol} ${env.ssl} ${env.region}", "http false region-a"),
        ("${user.email} ${nodes.sqldb.master.nodeType}", "user@example.com mysql"),
        ("${nodes.cp[1].ismaster} ${nodes.cp.master.ismaster} ${nodes.cp.last.ismaster}", "false true false"),
        ("${nodes.cp.nodeGroup} ${nodes.mysql.first.nodeGroup} ${nodes.cp[2].id}", "cp sqldb ${nodes.cp[2].id}"),
        ("${fn.md5(a)} ${fn.base64([user.email])}", "0cc175b9c0f1b6a831c399e269772661 dXNlckBleGFtcGxlLmNvbQ=="),
        (
            "${env.nothing} ${settings.nothing} ${fn.nothing} ${x}",
            "${env.nothing} ${settings.nothing} ${fn.nothing} ${x}",
        ),
        ("$NAME ${}", "$NAME ${}"),
    ],
)
def test_placeholders(bot: Client, text: str, expected: str) -> None:
    assert success(bot, text) == expected


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("${fn.password}", "[A-Za-z0-9]{10}"),
        ("${fn.password()}", "[A-Za-z0-9]{10}"),
        ("${fn.password(24)}", "[A-Za-z0-9]{24}"),
        ("${fn.random}", "[0-9]{7}"),
        ("${fn.random(1)}", "[01]"),
        ("${fn.random(5, 6)}", "[56]"),
        ("${fn.uuid}", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ],
)
def test_invented_values(bot: Client, text: str, pattern: str) -> None:
    assert re.fullmatch(pattern, success(bot, text))


def test_globals_are_settled_once(bot: Client) -> None:
    """An invented password is the same in the nodes, in the actions and afterwards."""
    manifest = {
        **BASE,
        "globals": {"password": "${fn.password(20)}", "both": "${globals.password}@${env.domain}"},
        "nodes": [{"image": "wiki", "nodeGroup": "cp", "env": {"PASSWORD": "${globals.password}"}}],
        "onInstall": {"addContainerEnvVars [cp]": {"BOTH": "${globals.both}"}},
        "actions": {"more": {"addContainerEnvVars [cp]": {"LATER": "${globals.password}"}}},
    }
    unique = install(bot, manifest)["uniqueName"]
    assert bot.call("marketplace.installation.ExecuteAction", appUniqueName=unique, action="more")["result"] == 0
    found = variables(bot)
    password = found["PASSWORD"]
    assert len(password) == 20
    assert found == {"PASSWORD": password, "LATER": password, "BOTH": f"{password}@my-wiki.paas.example.com"}
