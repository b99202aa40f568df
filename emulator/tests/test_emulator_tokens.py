# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Personal access tokens: managing them, and what they reach."""

from __future__ import annotations

from typing import Any

import pytest

from emulator_client import OTHER_LOGIN, OTHER_PASSWORD, PASSWORD, TOKEN, Client

A = "users.authentication."
GET_ENV_INFO = {
    "id": 268,
    "method": "environment.control.GetEnvInfo",
    "isSafe": True,
    "isCollaborationAccessible": True,
}
STOP_ENV = {
    "id": 360,
    "method": "environment.control.StopEnv",
    "isSafe": False,
    "isCollaborationAccessible": True,
}
FULL = {"id": 4, "name": "Extended Access", "apiListItems": []}
BOTH = "env.control.StopEnv,environment.control.GetEnvInfo"


def invalid(name: str) -> dict[str, Any]:
    return {"result": 3, "error": f"invalid parameter [{name}]"}


def make(client: Client, **parameters: Any) -> dict[str, Any]:
    parameters = {"description": "ci", "apiList": BOTH, **parameters}
    answer = client.call(A + "CreateToken", **parameters)
    assert answer["result"] == 0, answer
    token: dict[str, Any] = answer["token"]
    return token


def listed(client: Client, number: int) -> dict[str, Any]:
    rows = client.call(A + "GetTokens", ids=number)["apiTokens"]
    assert len(rows) == 1
    row: dict[str, Any] = rows[0]
    return row


def test_create(client: Client) -> None:
    token = make(client, expiresAt="2030-01-01 00:00:00")
    key = token.pop("key")
    assert len(key) == 40 and set(key) <= set("0123456789abcdef")
    assert token == {
        "id": 3,
        "description": "ci",
        "expiresAt": "2030-01-01 00:00:00",
        "isSystem": False,
        "apiListItems": [GET_ENV_INFO, STOP_ENV],
    }
    assert listed(client, 3) == token


def test_create_from_template(client: Client) -> None:
    token = make(client, tokenTemplate="extended access", apiList="")
    assert token["tokenTemplate"] == FULL
    assert "apiListItems" not in token and "expiresAt" not in token and "lastUsed" not in token


@pytest.mark.parametrize(
    "api_list",
    [
        BOTH,
        "environment.control.GetEnvInfo;ENVIRONMENT.CONTROL.STOPENV",
        '["env.control.stopenv", "Env.Control.GetEnvInfo", "env.control.stopenv"]',
        "['environment.control.GetEnvInfo', 'environment.control.StopEnv']",
        ["env.control.StopEnv", "env.control.GetEnvInfo"],
    ],
)
def test_every_spelling_of_a_list(client: Client, api_list: Any) -> None:
    assert make(client, apiList=api_list)["apiListItems"] == [GET_ENV_INFO, STOP_ENV]


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"description": ""}, "description"),
        ({"description": "  "}, "description"),
        ({"apiList": ""}, "apiList"),
        ({"apiList": "[]"}, "apiList"),
        ({"apiList": "environment.control.Nothing"}, "apiList"),
        ({"apiList": f"{BOTH},users.authentication.GetTokens"}, "apiList"),
        ({"apiList": "users.account.ChangePassword"}, "apiList"),
        ({"apiList": '["env.control.GetEnvs"'}, "apiList"),
        ({"tokenTemplate": "No Such Template"}, "tokenTemplate"),
        ({"expiresAt": "2030-01-01"}, "expiresAt"),
        ({"expiresAt": "01-01-2030"}, "expiresAt"),
        ({"expiresAt": "2030-02-30 00:00:00"}, "expiresAt"),
    ],
)
def test_refused_parameters(client: Client, parameters: dict[str, str], name: str) -> None:
    sent = {"description": "ci", "apiList": BOTH, **parameters}
    assert client.call(A + "CreateToken", **sent) == invalid(name)
    assert len(client.call(A + "GetTokens")["apiTokens"]) == 1


def test_neither_template_nor_list(client: Client) -> None:
    assert client.call(A + "CreateToken", description="ci") == invalid("apiList")
    assert client.call(A + "CreateToken", apiList=BOTH) == invalid("description")


def test_descriptions_may_repeat(client: Client) -> None:
    assert [make(client)["id"], make(client)["id"]] == [3, 4]


def test_list_is_of_the_own_account(client: Client, anonymous: Client) -> None:
    make(client)
    other = anonymous.signed_in(OTHER_LOGIN, OTHER_PASSWORD)
    assert [row["id"] for row in client.call(A + "GetTokens")["apiTokens"]] == [1, 3]
    assert [row["id"] for row in other.call(A + "GetTokens", ids="*")["apiTokens"]] == [2]
    assert other.call(A + "GetTokens", ids="1;3") == {"result": 0, "apiTokens": []}
    assert client.call(A + "GetTokens", ids="[3, 1]")["apiTokens"][1]["id"] == 3
    assert client.call(A + "GetTokens", ids="x") == invalid("ids")
    gone = {"result": 5, "source": "hx-core", "error": "token [3] not exist"}
    assert other.call(A + "EditToken", id=3, description="mine") == gone
    assert other.call(A + "RegenerateToken", id=3) == gone
    assert other.call(A + "DeleteTokens", ids="3") == gone
    assert listed(client, 3)["description"] == "ci"


def test_edit_leaves_alone_what_is_omitted(client: Client) -> None:
    before = make(client, expiresAt="2030-01-01 00:00:00")
    del before["key"]
    answer = client.call(A + "EditToken", id=3, description="renamed")
    assert answer == {"result": 0, "token": {**before, "description": "renamed"}}
    answer = client.call(A + "EditToken", id=3)
    assert answer["token"] == {**before, "description": "renamed"}


def test_edit_expiry(client: Client) -> None:
    make(client)
    assert client.call(A + "EditToken", id=3, expiresAt="2031-01-01 00:00:00")["token"]["expiresAt"][:4] == "2031"
    assert "expiresAt" not in client.call(A + "EditToken", id=3, expiresAt="")["token"]
    assert client.call(A + "EditToken", id=3, expiresAt="never") == invalid("expiresAt")


def test_edit_from_template_to_list_and_back(client: Client) -> None:
    make(client, tokenTemplate="Maven Plugin")
    custom = client.call(A + "EditToken", id=3, apiList="env.control.StopEnv")["token"]
    assert custom["apiListItems"] == [STOP_ENV] and "tokenTemplate" not in custom
    back = client.call(A + "EditToken", id=3, tokenTemplate="Extended Access", apiList=BOTH)["token"]
    assert back["tokenTemplate"] == FULL and "apiListItems" not in back


@pytest.mark.parametrize(
    ("parameters", "name"),
    [({"apiList": ""}, "apiList"), ({"description": ""}, "description"), ({"tokenTemplate": "x"}, "tokenTemplate")],
)
def test_refused_edit_changes_nothing(client: Client, parameters: dict[str, str], name: str) -> None:
    make(client)
    before = listed(client, 3)
    sent = {"description": "new", "expiresAt": "2031-01-01 00:00:00", **parameters}
    assert client.call(A + "EditToken", id=3, **sent) == invalid(name)
    assert listed(client, 3) == before
    assert client.call(A + "EditToken", id="x") == invalid("id")
    assert client.call(A + "EditToken") == invalid("id")


@pytest.mark.parametrize("name", ["id", "ids"])
def test_regenerate(client: Client, name: str) -> None:
    before = make(client, expiresAt="2030-01-01 00:00:00")
    old = before.pop("key")
    sent: dict[str, Any] = {name: 3}
    answer = client.call(A + "RegenerateToken", **sent)
    new = answer["token"].pop("key")
    assert answer == {"result": 0, "token": before} and new != old
    refused = {"result": 702, "source": "hx-core", "error": f"session [{old[:3]}...] is not authenticated"}
    assert client.with_session(old).call("environment.control.GetEnvInfo", envName="x") == refused
    assert client.with_session(new).call("environment.control.GetEnvInfo", envName="x")["result"] == 11


def test_value_is_shown_once(client: Client) -> None:
    key = make(client)["key"]
    for name in ("GetTokens", "EditToken", "GetTokenTemplates"):
        response = client.response(A + name, id="3")
        assert response.json()["result"] == 0 and key not in response.text


def test_delete(client: Client) -> None:
    keys = [make(client)["key"] for _ in range(3)]
    assert client.call(A + "DeleteTokens", ids="3;4") == {"result": 0}
    assert [row["id"] for row in client.call(A + "GetTokens")["apiTokens"]] == [1, 5]
    assert client.with_session(keys[0]).call("environment.control.GetEnvInfo", envName="x")["result"] == 702
    missing = {"result": 5, "source": "hx-core", "error": "token [4] not exist"}
    assert client.call(A + "DeleteTokens", ids="[5, 4]") == missing
    assert client.call(A + "DeleteTokens", ids="") == invalid("ids")
    assert client.call(A + "DeleteTokens", ids="5") == {"result": 0}
    assert client.call(A + "DeleteTokens", ids="*") == {"result": 0}
    assert client.call(A + "GetTokens") == {"result": 0, "apiTokens": []}
    assert client.with_session("fedcba9876543210" * 2 + "fedcba98").call("environment.control.GetEnvs")["result"] == 0


def test_limit_of_a_hundred(client: Client) -> None:
    for _ in range(99):
        make(client)
    answer = client.call(A + "CreateToken", description="ci", apiList=BOTH)
    assert answer == {"result": 2338, "source": "JEL", "error": "limit of access tokens [100] is reached"}
    assert len(client.call(A + "GetTokens")["apiTokens"]) == 100
    client.call(A + "DeleteTokens", ids="3")
    make(client)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("CreateToken", {"description": "x", "apiList": BOTH}),
        ("EditToken", {"id": 1, "description": "x"}),
        ("RegenerateToken", {"id": 1}),
        ("DeleteTokens", {"ids": "1"}),
    ],
)
def test_password_confirmation(client: Client, name: str, parameters: dict[str, Any]) -> None:
    wrong = {"result": 801, "source": "JEL", "error": "wrong password"}
    assert client.call(A + name, password="guess", **parameters) == wrong
    client.control("PUT", "switches", {"require_password": True})
    assert client.call(A + name, **parameters) == invalid("password")
    assert client.call(A + name, password="guess", **parameters) == wrong
    assert client.call(A + name, password=PASSWORD, **parameters)["result"] == 0


def test_templates(client: Client) -> None:
    rows = client.call(A + "GetTokenTemplates")["templates"]
    assert [(row["id"], row["name"]) for row in rows] == [
        (1, "Marketplace"),
        (2, "Maven Plugin"),
        (3, "IDE Plugins"),
        (4, "Extended Access"),
    ]
    assert [bool(row["apiListItems"]) for row in rows] == [True, True, True, False]
    assert GET_ENV_INFO in rows[0]["apiListItems"]


def test_api_list(client: Client) -> None:
    rows = client.call(A + "GetTokenApiList")["tokenPermissions"]
    assert GET_ENV_INFO in rows and STOP_ENV in rows
    assert not [row for row in rows if row["method"].startswith("users.authentication.")]
    every = client.call(A + "GetTokenApiList", showPrivate="true")["tokenPermissions"]
    assert len(every) > len(rows)
    private = {row["method"] for row in every} - {row["method"] for row in rows}
    assert "environment.system.GetVersion" in private and "users.account.SetPassword" not in private


@pytest.mark.parametrize("search", ["StopEnv", "stopenv", "env.control.stopenv", "environment.control.StopEnv"])
def test_search_of_the_api_list(client: Client, search: str) -> None:
    assert client.call(A + "GetTokenApiList", search=search) == {"result": 0, "tokenPermissions": [STOP_ENV]}
    assert client.call(A + "GetTokenApiList", sortParam=search)["tokenPermissions"] == [STOP_ENV]


def test_short_names_by_switch(client: Client) -> None:
    client.control("PUT", "switches", {"short_method_names": True})
    assert make(client)["apiListItems"][1] == {**STOP_ENV, "method": "env.control.StopEnv"}
    rows = client.call(A + "GetTokenApiList", search="environment.control.StopEnv")["tokenPermissions"]
    assert rows == [{**STOP_ENV, "method": "env.control.StopEnv"}]


def test_token_reaches_what_it_holds(client: Client, bot: Client) -> None:
    bot.create("hello-world")
    token = client.with_session(make(client, apiList="env.control.StopEnv")["key"])
    assert "lastUsed" not in listed(client, 3)
    assert token.call("environment.control.GetEnvInfo", envName="hello-world") == {
        "result": 8202,
        "source": "hx-core",
        "error": "permission denied: the access token lacks the permission [environment.control.GetEnvInfo]",
    }
    assert token.call("environment.control.StopEnv", envName="hello-world") == {"result": 0}
    client.control("PUT", "clock", {"shift": "+1d"})
    token.call("environment.control.StopEnv", envName="hello-world")
    assert listed(client, 3)["lastUsed"] == client.control("GET", "clock")["now"]


def test_refused_scripted_call_of_a_token(client: Client) -> None:
    token = client.with_session(make(client)["key"])
    answer = token.call("environment.control.CreateEnvironment", env="{}", nodes="[]")
    assert (answer["result"], answer["response"]) == (8202, None)


def test_template_reach(client: Client) -> None:
    maven = client.with_session(make(client, tokenTemplate="Maven Plugin")["key"])
    assert maven.call("environment.control.GetEnvs")["result"] == 0
    assert maven.call("environment.control.StopEnv", envName="x")["result"] == 8202


@pytest.mark.parametrize(
    "name", ["CreateToken", "EditToken", "DeleteTokens", "RegenerateToken", "GetTokens", "GetTokenApiList"]
)
def test_tokens_cannot_manage_tokens(bot: Client, name: str) -> None:
    answer = bot.call(A + name, description="x", apiList="*", id=1, ids="1")
    assert answer["result"] == 8202 and f"[{A}{name}]" in answer["error"]


def test_expiry(client: Client) -> None:
    token = make(client, expiresAt="2090-01-01 00:00:00")
    caller = client.with_session(token["key"])
    assert caller.call("environment.control.GetEnvInfo", envName="x")["result"] == 11
    client.control("PUT", "clock", {"shift": "+25000d"})
    refused = {"result": 702, "source": "hx-core", "error": f"session [{token['key'][:3]}...] is not authenticated"}
    assert caller.call("environment.control.GetEnvInfo", envName="x") == refused
    renewed = client.call(A + "RegenerateToken", id=3)["token"]
    assert renewed["expiresAt"] == "2090-01-01 00:00:00"
    caller = client.with_session(renewed["key"])
    assert caller.call("environment.control.GetEnvInfo", envName="x")["result"] == 702
    client.call(A + "EditToken", id=3, expiresAt="")
    assert caller.call("environment.control.GetEnvInfo", envName="x")["result"] == 11


def test_start_token_is_listed_like_any_other(client: Client) -> None:
    assert listed(client, 1)["tokenTemplate"] == FULL
    client.call(A + "RegenerateToken", id=1)
    assert client.with_session(TOKEN).call("environment.control.GetEnvs")["result"] == 702
