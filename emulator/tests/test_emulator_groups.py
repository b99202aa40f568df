# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of environments: the tree of names, and who is in which."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import OTHER_TOKEN, Client

C, G = "environment.control.", "environment.group."
ENV, OTHER = "hello-world", "second-env"
COLOR = "#5fa2dd"


@pytest.fixture
def bot(bot: Client) -> Client:
    bot.create(ENV)
    bot.create(OTHER)
    return bot


def call(client: Client, method: str, **parameters: Any) -> dict[str, Any]:
    given = {
        name: json.dumps(value) if isinstance(value, (dict, list)) else value for name, value in parameters.items()
    }
    return client.call(G + method, **given)


def row(number: int, path: str, **members: Any) -> dict[str, Any]:
    return {"id": number, "name": path, "isIsolated": False, "visibility": 0, "color": COLOR, **members}


def paths(client: Client, **parameters: Any) -> list[str]:
    return [item["name"] for item in call(client, "GetGroups", **parameters)["array"]]


def of(client: Client, name: str = ENV) -> list[str]:
    groups: list[str] = client.call(C + "GetEnvInfo", envName=name)["envGroups"]
    return groups


def test_create(bot: Client) -> None:
    assert call(bot, "GetGroups") == {"result": 0, "array": []}
    assert call(bot, "CreateGroup", envGroup="clients / acme") == {"result": 0, "array": [row(2, "clients/acme")]}
    data = {
        "name": "test",
        "parent": "clients",
        "color": "#123456",
        "visibility": "SHOW_IF_NOT_EMPTY",
    }
    test = row(3, "clients/test", color="#123456", visibility=2)
    assert call(bot, "CreateGroup", data=data, envName=ENV) == {"result": 0, "array": [test]}
    assert call(bot, "GetGroups") == {"result": 0, "array": [row(1, "clients"), row(2, "clients/acme"), test]}
    assert (of(bot), of(bot, OTHER)) == (["clients/test"], [])
    assert call(bot, "CreateGroup", envGroup="clients") == {
        "result": 1,
        "source": "JEL",
        "error": "environment group [clients] already exists",
    }


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({}, "envGroup"),
        ({"envGroup": "a//b"}, "envGroup"),
        ({"envGroup": " / "}, "envGroup"),
        ({"data": {"name": 1}}, "data"),
        ({"data": ["x"]}, "data"),
        ({"envGroup": "x", "data": {"color": "red"}}, "data"),
        ({"envGroup": "x", "data": {"visibility": "SOMETIMES"}}, "data"),
        ({"envGroup": "x", "data": {"isIsolated": "maybe"}}, "data"),
    ],
)
def test_bad_input(bot: Client, given: dict[str, Any], parameter: str) -> None:
    assert call(bot, "CreateGroup", **given) == {"result": 3, "error": f"invalid parameter [{parameter}]"}
    assert paths(bot) == []


def test_edit(bot: Client) -> None:
    call(bot, "CreateGroup", envGroup="a")
    data = {"color": "#ABCDEF", "visibility": 1, "isIsolated": "true"}
    changed = row(1, "a", color="#ABCDEF", visibility=1, isIsolated=True)
    assert call(bot, "EditGroup", srcGroupName="a", data=data) == {"result": 0, "array": [changed]}
    assert call(bot, "EditGroup", srcGroupName="a") == {"result": 0, "array": [changed]}
    assert call(bot, "EditGroup", srcGroupName="a", data={"visibility": "SHOW"})["array"] == [
        {**changed, "visibility": 0}
    ]
    assert call(bot, "SetIsolationEnabled", groupName="a", enabled="false") == {"result": 0}
    assert call(bot, "GetGroups")["array"] == [{**changed, "visibility": 0, "isIsolated": False}]
    assert call(bot, "EditGroup", srcGroupName="b") == {
        "result": 5,
        "source": "JEL",
        "error": "environment group [b] not found",
    }
    assert call(bot, "SetIsolationEnabled", groupName="b", enabled="false")["result"] == 5


def test_only_groups_of_the_top_level_are_isolated(bot: Client) -> None:
    call(bot, "CreateGroup", envGroup="a/b")
    text = "environment group [{}] is inside another one and cannot be isolated"
    for method, given, path in (
        ("SetIsolationEnabled", {"groupName": "a/b", "enabled": "true"}, "a/b"),
        ("EditGroup", {"srcGroupName": "a/b", "data": {"isIsolated": True, "color": "#ABCDEF"}}, "a/b"),
        ("EditGroup", {"srcGroupName": "a", "dstGroupName": "c/d", "data": {"isIsolated": True}}, "c/d"),
        ("CreateGroup", {"envGroup": "a/c", "data": {"isIsolated": True}}, "a/c"),
    ):
        assert call(bot, method, **given) == {"result": 1, "source": "JEL", "error": text.format(path)}
    assert call(bot, "GetGroups")["array"] == [row(1, "a"), row(2, "a/b")]
    assert call(bot, "SetIsolationEnabled", groupName="a/b", enabled="false") == {"result": 0}
    assert call(bot, "EditGroup", srcGroupName="a/b", dstGroupName="b", data={"isIsolated": True})["array"] == [
        row(2, "b", isIsolated=True)
    ]


def test_rename_takes_children_and_environments_along(bot: Client) -> None:
    for path in ("a/b/c", "ab"):
        call(bot, "CreateGroup", envGroup=path)
    call(bot, "AttachEnv", envName=ENV, envGroup=["a/b/c", "ab", "a"])
    answer = call(bot, "EditGroup", srcGroupName="a", dstGroupName="x / y", data={"color": "#123456"})
    assert answer == {"result": 0, "array": [row(1, "x/y", color="#123456")]}
    assert paths(bot) == ["x/y", "x/y/b", "x/y/b/c", "ab", "x"]
    assert of(bot) == ["x/y/b/c", "ab", "x/y"]
    assert (
        call(bot, "EditGroup", srcGroupName="x/y/b", data={"name": "b", "parent": "ab"})["array"][0]["name"] == "ab/b"
    )
    assert of(bot) == ["ab/b/c", "ab", "x/y"]


def test_renames_that_are_refused(bot: Client) -> None:
    for path in ("a/b", "c"):
        call(bot, "CreateGroup", envGroup=path)
    before = paths(bot)
    assert call(bot, "EditGroup", srcGroupName="a", dstGroupName="c")["error"] == "environment group [c] already exists"
    assert call(bot, "EditGroup", srcGroupName="a", dstGroupName="a/b/d")["error"] == "invalid parameter [dstGroupName]"
    assert call(bot, "EditGroup", srcGroupName="a", dstGroupName="/")["error"] == "invalid parameter [dstGroupName]"
    assert call(bot, "EditGroup", srcGroupName="a", dstGroupName="a")["result"] == 0
    assert paths(bot) == before


def test_remove(bot: Client) -> None:
    call(bot, "AttachEnv", envName=ENV, envGroup='["a", "a/b", "ab"]')
    assert call(bot, "RemoveGroup", envGroup="a") == {"result": 0}
    assert (paths(bot), of(bot)) == (["ab"], ["ab"])
    assert call(bot, "RemoveGroup", envGroup="a")["error"] == "environment group [a] not found"
    assert bot.status(ENV) == 1


def test_members(bot: Client) -> None:
    appid = bot.call(C + "GetEnvInfo", envName=OTHER)["env"]["appid"]
    assert call(bot, "AttachEnv", envName=ENV, envGroup="a/b") == {"result": 0}
    assert call(bot, "AttachEnv", targetAppid=appid, envGroup="c") == {"result": 0}
    assert call(bot, "AttachEnv", envName=ENV, envGroup="c") == {"result": 0}
    assert call(bot, "AttachEnv", envName=ENV, envGroup="c") == {"result": 0}
    assert (of(bot), of(bot, OTHER)) == (["a/b", "c"], ["c"])
    assert (paths(bot), paths(bot, envName=ENV), paths(bot, targetAppid=appid)) == (
        ["a", "a/b", "c"],
        ["a/b", "c"],
        ["c"],
    )
    assert call(bot, "DetachEnv", envName=ENV, envGroup="a / b") == {"result": 0}
    assert call(bot, "DetachEnv", envName=ENV, envGroup="none") == {"result": 0}
    assert of(bot) == ["c"]
    answer = call(bot, "SetEnv", envName=ENV, envGroup=["new", "a"])
    assert answer == {"result": 0, "array": [row(1, "a"), row(4, "new")]}
    assert of(bot) == ["new", "a"]
    assert call(bot, "SetEnv", envName=ENV, envGroup="[]") == {"result": 0, "array": []}
    assert of(bot) == []


def test_which_environment(bot: Client) -> None:
    assert call(bot, "AttachEnv", envGroup="a") == {"result": 3, "error": "invalid parameter [envName]"}
    assert call(bot, "AttachEnv", envGroup="a", envName="none")["error"] == "application [none] not exist"
    assert call(bot, "GetGroups", targetAppid="f" * 32)["result"] == 11
    assert call(bot, "AttachEnv", envName=ENV, envGroup="[1]") == {"result": 3, "error": "invalid parameter [envGroup]"}
    assert paths(bot) == []


def test_groups_of_others(bot: Client) -> None:
    call(bot, "CreateGroup", envGroup="a")
    other = bot.with_session(OTHER_TOKEN)
    assert paths(other) == []
    assert call(other, "RemoveGroup", envGroup="a")["result"] == 5
    assert call(other, "AttachEnv", envName=ENV, envGroup="a")["result"] == 11
    assert call(other, "CreateGroup", envGroup="a") == {"result": 0, "array": [row(2, "a")]}
    assert call(other, "GetGroups", ownerUid=1001)["result"] == 8
    assert paths(bot) == ["a"]


# -- the same by environment.Control ------------------------------------------------------------------------------


def control(client: Client, method: str, **parameters: Any) -> dict[str, Any]:
    return client.call(C + method, **{"envName": ENV, **parameters})


def test_control_attach_detach_set(bot: Client) -> None:
    assert control(bot, "AttachEnvGroup", envGroup="a/b") == {"result": 0}
    assert control(bot, "AttachEnvGroup", envGroups='["a / b", "c"]') == {"result": 0}
    assert (of(bot), paths(bot)) == (["a/b", "c"], ["a", "a/b", "c"])
    assert control(bot, "DetachEnvGroup", envGroup='["a/b", "none"]') == {"result": 0}
    assert of(bot) == ["c"]
    assert control(bot, "SetEnvGroup", envGroup='["d", "a"]') == {"result": 0}
    assert of(bot) == ["d", "a"]
    assert control(bot, "SetEnvGroup", envGroup="a//b") == {"result": 3, "error": "invalid parameter [envGroup]"}
    assert of(bot) == ["d", "a"]
    bot.call(C + "StopEnv", envName=ENV)
    assert control(bot, "SetEnvGroup", envGroup="e") == {"result": 0}
    assert of(bot) == ["e"]
