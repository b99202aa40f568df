# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Redeployment: which containers are made anew, from which image, and what they keep."""

from __future__ import annotations

from typing import Any

import pytest

from emulator_client import Client

C, F = "environment.control.", "environment.file."
ENV = "hello-world"
CP = {"nodeGroup": "cp", "image": "example/app:1.0"}
DB = {"nodeGroup": "sqldb", "nodeType": "postgresql"}


def versions(client: Client) -> dict[int, tuple[str, str]]:
    """Name and version of each node."""
    nodes = client.call(C + "GetEnvInfo", envName=ENV)["nodes"]
    return {node["id"]: (node["name"], node["version"]) for node in nodes}


@pytest.mark.parametrize(
    ("method", "parameters", "redeployed"),
    [
        ("RedeployContainers", {"nodeGroup": "cp"}, [20001, 20002]),
        ("RedeployContainers", {"nodeGroup": "sqldb", "nodeId": 20002}, [20002]),
        ("RedeployContainers", {"nodeId": 20002}, [20002]),
        ("RedeployContainersByGroup", {"nodeGroup": "cp"}, [20001, 20002]),
        ("RedeployContainerById", {"nodeId": 20003}, [20003]),
    ],
)
def test_which_nodes_are_redeployed(
    bot: Client, method: str, parameters: dict[str, Any], redeployed: list[int]
) -> None:
    bot.create(ENV, [{**CP, "count": 2}, DB])
    answer = bot.call(C + method, envName=ENV, tag="16.8", **parameters)
    assert answer["result"] == 0
    if method != "RedeployContainers":
        assert [row["nodeid"] for row in answer["responses"]] == redeployed
    assert [number for number, (_name, version) in versions(bot).items() if version == "16.8"] == redeployed


def test_redeployment_wants_a_target(bot: Client) -> None:
    bot.create(ENV, [CP])
    refused = {"result": 3, "error": "invalid parameter [nodeGroup]"}
    assert bot.call(C + "RedeployContainers", envName=ENV, tag="16.8") == refused


def test_redeployment_to_another_image(bot: Client) -> None:
    """The parameter `tag` may hold the image too."""
    bot.create(ENV, [CP, DB])
    for layer, tag in (("cp", "registry.example.com:5000/app:2.0"), ("sqldb", "example/postgres:16.8")):
        assert bot.call(C + "RedeployContainers", envName=ENV, nodeGroup=layer, tag=tag)["result"] == 0
    assert list(versions(bot).values()) == [("registry.example.com:5000/app", "2.0"), ("postgresql", "16.8")]
    answer = bot.call(C + "RedeployContainers", envName=ENV, nodeGroup="cp", tag="Example/App:2.0")
    assert answer == {"result": 4081, "source": "JEL", "error": "image [Example/App] is not valid"}


@pytest.mark.parametrize(("keep", "data"), [("true", "here"), ("false", None)])
def test_what_a_redeployment_keeps(bot: Client, keep: str, data: str | None) -> None:
    """Volumes if they are kept, what the list in the container names, and configurations of the platform; no more."""
    brought = {"/etc/motd": "new", "/etc/app.conf": "new"}
    bot.control("PUT", "images", {"example/app:2": {"files": brought, "volumes": ["/var/lib/app"]}})
    bot.create(ENV, [{**CP, "image": "example/app:1", "volumes": ["/data"]}])
    written = {
        **dict.fromkeys(("/data/a/mark", "/opt/mark", "/etc/motd", "/etc/app.conf", "/opt/kept/mark"), "here"),
        **{"/root/.ssh/authorized_keys": "key", "/root/.ssh/config": "here"},
        "/etc/jelastic/redeploy.conf": "/opt/kept/\n# comment\nbackup: /etc/app.conf\n",
    }
    for path, body in written.items():
        assert bot.call(F + "Write", envName=ENV, nodeid=20001, path=path, body=body)["result"] == 0
    answer = bot.call(C + "RedeployContainerById", envName=ENV, nodeId=20001, tag="2", useExistingVolumes=keep)
    assert answer["result"] == 0
    paths = [*written, "/etc/app.conf.backup"]
    found = {path: bot.call(F + "Read", envName=ENV, nodeid=20001, path=path).get("body") for path in paths}
    assert found == {
        **{
            "/data/a/mark": data,
            "/opt/mark": None,
            "/etc/motd": "new",
            "/etc/app.conf": "new",
            "/opt/kept/mark": "here",
        },
        **{"/root/.ssh/authorized_keys": "key", "/root/.ssh/config": None, "/etc/app.conf.backup": "here"},
        "/etc/jelastic/redeploy.conf": written["/etc/jelastic/redeploy.conf"],
    }


@pytest.mark.parametrize(
    ("keep", "left"),
    [({}, True), ({"useExistingVolumes": "true"}, True), ({"useExistingVolumes": "false"}, False)],
)
def test_redeployed_nodes_keep_their_files_unless_told_otherwise(bot: Client, keep: dict[str, str], left: bool) -> None:
    bot.create(ENV, [{**CP, "volumes": ["/data"]}])
    where: dict[str, Any] = {"envName": ENV, "nodeid": 20001, "path": "/data/mark"}
    assert bot.call(F + "Write", **where, body="here")["result"] == 0
    assert bot.call(C + "RedeployContainerById", envName=ENV, nodeId=20001, tag="1.0", **keep)["result"] == 0
    assert (bot.call(F + "Read", **where).get("body") == "here") is left
