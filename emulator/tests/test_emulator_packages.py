# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages: manifests are carried out, or refused with nothing left behind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import PASSWORD, Client
from paas_emulator.services.marketplace.manifests import to_html

SECRET = "a-secret-setting"
WIKI = """
type: install
id: wiki
name: Wiki
settings:
  fields:
    - {name: title, type: string, default: Notes}
    - {name: secret, inputType: password, required: true}
globals:
  greeting: "Hello ${settings.title}"
ssl: true
nodes:
  - {image: "wiki:2.4", nodeGroup: cp, env: {TITLE: "${settings.title}"}}
onInstall:
  - setGlobals: {folder: /srv/wiki}
  - createDirectory [cp]: "${globals.folder}"
  - writeFile [cp]: {path: "${globals.folder}/hello", body: "${globals.greeting} at ${env.domain}"}
  - addContainerEnvVars [cp]: {vars: {EXTRA: "1"}}
  - cmd [cp]: systemctl restart wiki
success: |
  ## Done
  **Title**: ${settings.title}\\
  [Open](${env.url})
actions:
  mark:
    writeFile [cp]: {path: /srv/mark, body: "x"}
"""
COMMANDS = [{"command": "systemctl *"}]
ADDON = {
    "type": "update",
    "name": "Backup",
    "onInstall": {"addContainerEnvVars [cp]": {"BACKUP": "on"}},
    "onUninstall": [{"writeFile [cp]": {"path": "/srv/gone", "body": "y"}}],
}


def install(bot: Client, manifest: Any, **more: Any) -> dict[str, Any]:
    text = manifest if isinstance(manifest, str) else json.dumps(manifest)
    plain = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in more.items()}
    return bot.call("marketplace.jps.Install", jps=text, **plain)


def read(bot: Client, path: str) -> dict[str, Any]:
    return bot.call("environment.file.Read", envName="my-wiki", nodeGroup="cp", path=path)


@pytest.fixture
def wiki(bot: Client) -> Client:
    """With the environment that a package made."""
    bot.control("PUT", "commands", COMMANDS)
    assert install(bot, WIKI, envName="my-wiki", settings={"secret": SECRET})["result"] == 0
    return bot


def test_a_package_makes_its_environment(bot: Client) -> None:
    bot.control("PUT", "commands", COMMANDS)
    answer = install(bot, WIKI, envName="my-wiki", settings={"secret": SECRET, "title": "Ours"}, displayName="Mine")
    assert (answer["result"], answer["name"]) == (0, "my-wiki")
    domain = "my-wiki.paas.example.com"
    assert answer["successText"] == (
        f'<h2>Done</h2>\n<strong>Title</strong>: Ours<br />\n<a href="https://{domain}/">Open</a>'
    )
    info = bot.call("environment.control.GetEnvInfo", envName="my-wiki")
    assert (info["env"]["displayName"], info["env"]["sslstate"], info["env"]["status"]) == ("Mine", True, 1)
    assert info["nodes"][0]["customitem"]["dockerTag"] == "2.4"
    assert read(bot, "/srv/wiki/hello")["body"] == f"Hello Ours at {domain}"
    variables = bot.call("environment.control.GetContainerEnvVarsByGroup", envName="my-wiki", nodeGroup="cp")["object"]
    assert (variables["TITLE"], variables["EXTRA"]) == ("Ours", "1")
    assert SECRET not in json.dumps([answer, info])


def test_installations_are_listed_without_secrets(wiki: Client) -> None:
    (row,) = wiki.call("marketplace.installation.GetList", search="my-wiki")["apps"]
    assert (row["app_id"], row["name"], row["type"], row["envName"]) == ("wiki", "Wiki", "install", "my-wiki")
    name = row["uniqueName"]
    assert wiki.call("marketplace.installation.GetSettings", appUniqueName=name)["settings"] == {"title": "Notes"}
    assert wiki.call("marketplace.jps.GetAppSettings", appUniqueName=name)["settings"] == {"title": "Notes"}
    assert wiki.call("marketplace.installation.GetInfo", appUniqueName=name)["app"] == row
    appid = wiki.call("environment.control.GetEnvInfo", envName="my-wiki")["env"]["appid"]
    assert wiki.call("marketplace.installation.GetEnvAppid", appUniqueName=name)["appid"] == appid
    assert wiki.call("marketplace.installation.GetList", search="something else")["apps"] == []


def test_actions_and_uninstallation(wiki: Client) -> None:
    (row,) = wiki.call("marketplace.installation.GetList")["apps"]
    name = row["uniqueName"]
    assert wiki.call("marketplace.jps.ExecuteAppAction", appUniqueName=name, action="mark")["result"] == 0
    assert read(wiki, "/srv/mark")["body"] == "x"
    assert wiki.call("marketplace.jps.ExecuteAppAction", appUniqueName=name, action="other")["result"] == 3
    assert wiki.call("marketplace.jps.Uninstall", appUniqueName=name)["result"] == 0
    assert wiki.call("marketplace.installation.GetList")["apps"] == []
    assert wiki.call("environment.control.GetEnvInfo", envName="my-wiki")["result"] == 0
    assert wiki.call("marketplace.jps.Uninstall", appUniqueName=name)["result"] == 5


def test_an_addon_works_on_an_environment(wiki: Client) -> None:
    assert install(wiki, ADDON, envName="my-wiki", nodeGroup="cp")["result"] == 0
    variables = wiki.call("environment.control.GetContainerEnvVarsByGroup", envName="my-wiki", nodeGroup="cp")["object"]
    assert variables["BACKUP"] == "on"
    rows = wiki.call("marketplace.installation.GetList", search="backup")["apps"]
    assert [row["nodeGroup"] for row in rows] == ["cp"]
    assert wiki.call("marketplace.jps.Uninstall", appUniqueName=rows[0]["uniqueName"])["result"] == 0
    assert read(wiki, "/srv/gone")["body"] == "y"


def test_installations_go_with_their_environment(wiki: Client) -> None:
    assert wiki.call("environment.control.DeleteEnv", envName="my-wiki", password=PASSWORD)["result"] == 0
    assert wiki.call("marketplace.installation.GetList")["apps"] == []


@pytest.mark.parametrize(
    ("manifest", "more", "text"),
    [
        (WIKI, {}, "setting [secret] is required"),
        ("[1, 2]", {}, "the manifest is not an object"),
        ("{a: b: c}", {}, "the manifest is neither YAML nor JSON"),
        ({"type": "other"}, {}, "type [other] of the manifest is unknown"),
        ({"type": "update"}, {}, "application [my-wiki] not exist"),
        ({"nodes": [{"nodeType": "nginx"}], "onInstall": {"evalThis": 1}}, {}, "action [evalThis] is not carried"),
        ({"nodes": [{"count": 1}]}, {}, "invalid parameter [nodeType]"),
        ("https://example.com/manifest.jps", {}, "[https://example.com/manifest.jps] cannot be fetched"),
        (WIKI, {"settings": "[1]"}, "invalid parameter [settings]"),
        (WIKI, {"settings": "{"}, "invalid parameter [settings]"),
    ],
)
def test_refused_packages_leave_nothing_behind(bot: Client, manifest: Any, more: dict[str, Any], text: str) -> None:
    answer = install(bot, manifest, envName="my-wiki", **more)
    assert answer["result"] != 0
    assert answer["error"].startswith(text)
    assert bot.call("environment.control.GetEnvs")["infos"] == []
    assert bot.call("marketplace.installation.GetList")["apps"] == []


def test_manifests_by_their_addresses(bot: Client) -> None:
    """Nothing is fetched; the text is what the control path was given."""
    url = "https://example.com/wiki.jps"
    bot.control("PUT", "commands", COMMANDS)
    bot.control("PUT", "manifests", {url: WIKI})
    assert bot.control("GET", "manifests") == {"manifests": [url]}
    assert install(bot, url, envName="my-wiki", settings={"secret": SECRET})["result"] == 0
    assert bot.call("marketplace.jps.GetAppInfo", jps=url)["app"]["name"] == "Wiki"
    assert bot.raw_control("PUT", "manifests", {"x": 1}).status_code == 400


def test_versions_and_scripts(bot: Client) -> None:
    assert bot.call("marketplace.jps.GetEngineVersion") == {"result": 0, "version": "8.3"}
    appid = bot.call("marketplace.jps.GetScriptingAppid")["appid"]
    assert len(appid) == 32
    assert bot.call("marketplace.installation.GetScriptingAppid")["appid"] == appid


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**A**: 1  \n**B**: 2", "<strong>A</strong>: 1<br />\n<strong>B</strong>: 2"),
        ("# T\n[x](https://e.example)", '<h1>T</h1>\n<a href="https://e.example">x</a>'),
        ("a < b & `c`", "a &lt; b &amp; <code>c</code>"),
        ("<b>x</b> &nbsp; one\\\ntwo", "<b>x</b> &nbsp; one<br />\ntwo"),
        ('[x](https://e.example/?a=1&b="2")', '<a href="https://e.example/?a=1&amp;b=&quot;2&quot;">x</a>'),
    ],
)
def test_success_texts(text: str, expected: str) -> None:
    assert to_html(text) == expected
