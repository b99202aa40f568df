# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Regions, versions and images as told; other ways in which real callers name things."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from emulator_client import TOKEN, Client
from emulator_process import ACCOUNT, started

C, F = "environment.control.", "environment.file."
NAME = "hello-world"
APP = [{"image": "example/app:1.2", "nodeGroup": "cp"}]
TWO = [{"name": "vz7", "domain": "env.example.com"}, {"name": "sh1", "domain": "env.sh1.example.com"}]


def domain(bot: Client, name: str = NAME) -> str:
    """Where an environment is."""
    return str(bot.call(C + "GetEnvInfo", envName=name)["env"]["domain"])


# -- regions --------------------------------------------------------------------------------------------------------


def test_two_regions_with_their_own_domains(bot: Client) -> None:
    shown = bot.control("PUT", "regions", TWO)["regions"]
    assert [(row["name"], row["domain"], row["enabled"]) for row in shown] == [
        ("vz7", "env.example.com", True),
        ("sh1", "env.sh1.example.com", True),
    ]
    rows = bot.call(C + "GetRegions")["array"]
    assert [(row["isDefault"], row["domain"], row["hardNodeGroups"][0]["uniqueName"]) for row in rows] == [
        (True, "env.example.com", "vz7"),
        (False, "env.sh1.example.com", "sh1"),
    ]
    bot.create(NAME)
    bot.create("other-one", region="sh1")
    assert (domain(bot), domain(bot, "other-one")) == ("hello-world.env.example.com", "other-one.env.sh1.example.com")
    assert bot.create("third-one", region="region-a")["result"] == 2314
    assert bot.call(C + "Migrate", envName=NAME, hardwareNodeGroup="sh1")["result"] == 0
    assert domain(bot) == "hello-world.env.sh1.example.com"
    bot.control("POST", "reset")
    assert bot.control("GET", "regions")["regions"][0]["name"] == "region-a"


def test_regions_and_version_of_the_command_line() -> None:
    options = ("--region", "vz7:env.example.com", "--region", "sh1", "--platform-version", "8.9")
    with started("--account", ACCOUNT, *options) as (_, url):
        bot = Client(url, TOKEN)
        bot.control("POST", "reset")
        bot.create(NAME)
        bot.create("other-one", region="sh1")
        assert (domain(bot), domain(bot, "other-one")) == ("hello-world.env.example.com", "other-one.paas.example.com")
        assert bot.call("marketplace.jps.GetEngineVersion")["version"] == "8.9"


@pytest.mark.parametrize(
    ("name", "body", "text"),
    [
        ("regions", [], 'regions must be a list such as [{"name": "vz7", "domain": "env.example.com"}]'),
        ("regions", [{"name": "a b"}], "region 1: name and domain must be letters, digits, dots, hyphens and under"),
        ("regions", [{"title": "a"}], "region 1: unknown member 'title'; there are: name, domain, display_name, enab"),
        ("regions", [{"name": "a", "enabled": False}], "one region at least must be enabled"),
        ("images", [], 'images must be an object such as {"example/app": {"files": {"/app/motd": "hello"}}}'),
        ("images", {"a": {"file": {}}}, "image 'a' must be an object with files, env, ports, volumes"),
        ("images", {"a": {"files": {"x": "y"}}}, "image 'a': paths must be absolute"),
        ("images", {"a": {"env": {"X": 1}}}, "image 'a': env must be an object of texts"),
        ("images", {"a": {"ports": ["80"]}}, "image 'a': ports must be a list of numbers"),
    ],
)
def test_what_cannot_be_told(bot: Client, name: str, body: Any, text: str) -> None:
    response = bot.raw_control("PUT", name, body)
    assert response.status_code == 400 and response.json()["error"].startswith(text)


# -- images ---------------------------------------------------------------------------------------------------------


def test_an_image_with_a_file(bot: Client) -> None:
    image = {"files": {"/app/file.txt": "from the image"}, "env": {"MODE": "a"}, "ports": [8080], "volumes": ["/data"]}
    bot.control("PUT", "images", {"example/app": image})
    made = bot.create(NAME, [{**APP[0], "env": {"OWN": "b"}}, {"image": "example/other", "nodeGroup": "cp2"}])
    where = {"envName": NAME, "nodeGroup": "cp"}
    assert bot.call(F + "Read", path="/app/file.txt", **where)["body"] == "from the image"
    assert bot.call(F + "Read", envName=NAME, nodeGroup="cp2", path="/app/file.txt")["result"] == 4039
    variables = bot.call(C + "GetContainerEnvVarsByGroup", **where)["object"]
    assert (variables["MODE"], variables["OWN"]) == ("a", "b")
    shown = made["nodes"][0]["customitem"]
    assert shown["dockerVolumes"] == ["/data"] == shown["dockerManifest"]["volumes"]
    assert shown["dockerManifest"]["exposedPorts"] == [8080] and "MODE=a" in shown["dockerManifest"]["env"]
    entries = [{"nodeGroup": "cp"}, {"nodeGroup": "cp2"}, {"image": "example/app:2", "nodeGroup": "new"}]
    changed = bot.call(C + "ChangeTopology", envName=NAME, env="{}", nodes=json.dumps(entries))
    assert changed["response"]["result"] == 0
    assert bot.call(F + "Read", envName=NAME, nodeGroup="new", path="/app/file.txt")["body"] == "from the image"


# -- how real callers name things -----------------------------------------------------------------------------------


def test_an_environment_by_its_appid(bot: Client) -> None:
    """Recorded, of the dashboard: as `appid` alone, and in place of the name."""
    appid = bot.create(NAME)["appid"]
    other = bot.create("other-one")["appid"]
    for sent in ({"appid": appid}, {"envName": appid}, {"envName": NAME, "appid": other}):
        assert bot.call(C + "GetEnvInfo", **sent)["env"]["envName"] == NAME
    assert bot.call(C + "GetEnvInfo", appid="1dd8d191d38fff45e62564fcf67fdcd6") == {
        "result": 3,
        "error": "invalid parameter [envName]",
    }


def test_the_paths_of_the_dashboard(bot: Client, server: str) -> None:
    """Recorded: `/JElastic/` in place of the version, and the alias `env`."""
    bot.create(NAME, APP)
    appid = bot.call(C + "GetEnvInfo", envName=NAME)["env"]["appid"]
    bot.call(F + "Write", envName=NAME, nodeGroup="cp", path="/tmp/x", body="hello")
    query = {"session": TOKEN, "appid": appid, "nodeGroup": "cp", "path": "/tmp/x"}
    answer = requests.get(f"{server}/JElastic/env/file/rest/read", params=query, timeout=20)
    assert answer.json()["body"] == "hello"
    assert requests.get(f"{server}/Other/env/file/rest/read", params=query, timeout=20).status_code == 404


@pytest.mark.parametrize(
    ("path", "real"),
    [
        ("${SERVER_WEBROOT}/greeting.txt", "/var/www/webroot/ROOT/greeting.txt"),
        ("${nginx.SERVER_CONF_D}/a.conf", "/etc/nginx/conf.d/a.conf"),
        ("${HOME}/x", "/var/www/x"),
        ("${MY_PLACE}/x", "/srv/mine/x"),
    ],
)
def test_placeholders_in_paths(bot: Client, path: str, real: str) -> None:
    """Documented names; a variable of the node goes first."""
    bot.create(NAME, [{**APP[0], "env": {"MY_PLACE": "/srv/mine"}}])
    where = {"envName": NAME, "nodeGroup": "cp"}
    assert bot.call(F + "Write", path=path, body="here", **where)["result"] == 0
    assert bot.call(F + "Read", path=real, **where)["body"] == "here"
    assert bot.call(F + "Read", path="${NO_SUCH_PLACE}/x", **where)["result"] == 3


def test_no_groups_as_clients_say_it(bot: Client) -> None:
    nodes = json.dumps(APP)
    made = bot.call(C + "CreateEnvironment", env=json.dumps({"shortdomain": NAME}), nodes=nodes, envGroups="null")
    assert made["response"]["envGroups"] == []


def test_quotas_that_scripts_read(bot: Client) -> None:
    names = [f"environment.{name}" for name in ("jelasticssl.enabled", "externalip.enabled", "endpoint.enabled")]
    names += [f"environment.externalip{kind}.maxcount{what}" for kind in ("", "v6") for what in ("", ".per.node")]
    rows = bot.call("billing.account.GetQuotas", quotasnames=";".join(names))
    assert [row["value"] for row in rows["array"]] == [1, 1, 1, 100, 100, 100, 100]
