# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments that are shared with another account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import LOGIN, OTHER_LOGIN, OTHER_TOKEN, Client
from paas_emulator.platform import Platform
from paas_emulator.store import Store

C, U = "environment.control.", "users.collaboration."
ENV, HIDDEN = "hello-world", "not-shared"
OK = {"result": 0}
OWNER = 1001
VIEWER, EDITOR = 1, 2
NO_ROLE = {"result": 8, "source": "JEL", "error": "permission denied: no role for [environment.control.StopEnv]"}
GONE = {"result": 11, "source": "hx-core", "error": f"application [{ENV}] not exist"}


@pytest.fixture
def other(bot: Client) -> Client:
    """The second account; the first has two environments."""
    bot.create(ENV)
    bot.create(HIDDEN)
    return bot.with_session(OTHER_TOKEN)


def invite(bot: Client, other: Client) -> int:
    """A collaboration that has been accepted; its id."""
    number: int = bot.call(U + "InviteMember", email=OTHER_LOGIN, displayName="Ops")["collaboration"]["id"]
    assert other.call(U + "AcceptCollaboration", id=number)["collaboration"]["status"] == "ACTIVE"
    return number


def share(bot: Client, number: int, *roles: int, **more: str) -> dict[str, Any]:
    """Share the environment."""
    sent = {"collaborationId": str(number), "resourceId": ENV, "roleIds": json.dumps(roles), **more}
    answer: dict[str, Any] = bot.call(U + "SetResource", **sent)
    return answer


def info(client: Client) -> dict[str, Any]:
    """The environment, as the client sees it."""
    answer: dict[str, Any] = client.call(C + "GetEnvInfo", envName=ENV)
    return answer


def test_what_a_member_may_do(bot: Client, other: Client, platform: Platform) -> None:
    number = invite(bot, other)
    assert info(other) == GONE
    assert other.call(C + "GetEnvs", ownerUid=OWNER)["infos"] == []
    appid = info(bot)["env"]["appid"]
    shared = {"id": 1, "collaborationId": number, "ownerUid": OWNER, "resourceId": appid, "type": "ENV"}
    assert share(bot, number, VIEWER) == {"result": 0, **shared, "roleIds": [VIEWER]}
    platform.store = Store.from_plain(json.loads(json.dumps(platform.store.to_plain())))
    assert info(other)["env"]["appid"] == appid
    assert [row["env"]["envName"] for row in other.call(C + "GetEnvs", ownerUid=OWNER)["infos"]] == [ENV]
    assert other.call(C + "GetEnvs")["infos"] == []
    assert other.call(C + "StopEnv", envName=ENV) == NO_ROLE
    assert other.call(C + "GetEnvInfo", envName=HIDDEN)["result"] == 11
    assert share(bot, number, VIEWER, EDITOR)["id"] == 1
    assert other.call(C + "StopEnv", envName=ENV) == OK and bot.status(ENV) == 2
    # Limits are those of the owner.
    platform.store.accounts[OWNER].quotas["environment.maxcloudletsperrec"] = 8
    sizes = {"envName": ENV, "nodeGroup": "cp", "fixedCloudlets": "1", "flexibleCloudlets": "9"}
    assert other.call(C + "SetCloudletsCountByGroup", **sizes)["result"] == 2361


def test_a_token_of_a_member_reaches_what_both_allow(bot: Client, other: Client) -> None:
    share(bot, invite(bot, other), VIEWER)
    signed_in = bot.signed_in(OTHER_LOGIN, "second-password")
    names = "environment.control.StopEnv"
    made = signed_in.call("users.authentication.CreateToken", description="ci", apiList=names)
    token = bot.with_session(made["token"]["key"])
    assert info(token)["result"] == 8202
    assert token.call(C + "StopEnv", envName=ENV) == NO_ROLE


@pytest.mark.parametrize("end", ["leave", "suspend", "delete", "resources", "nothing shared"])
def test_the_end_of_sharing(bot: Client, other: Client, end: str) -> None:
    number = invite(bot, other)
    shared = share(bot, number, EDITOR)["id"]
    assert info(other)["result"] == 0
    calls: dict[str, tuple[Client, str, dict[str, Any]]] = {
        "leave": (other, "LeaveCollaboration", {"id": number}),
        "suspend": (bot, "SuspendMember", {"id": number}),
        "delete": (bot, "DeleteMember", {"id": number}),
        "resources": (bot, "DeleteResources", {"collaborationId": number, "ids": f"[{shared}]"}),
        "nothing shared": (bot, "SetResources", {"collaborationId": number, "resources": "[]"}),
    }
    client, name, sent = calls[end]
    assert client.call(U + name, **sent)["result"] == 0
    assert info(other) == GONE and info(bot)["result"] == 0
    if end == "suspend":
        assert bot.call(U + "ActivateMember", id=number) == OK
        assert info(other)["result"] == 0


def test_invitations(bot: Client, other: Client) -> None:
    invited = bot.call(U + "InviteMember", email=OTHER_LOGIN.upper(), displayName="Ops")
    row = {"id": 1, "ownerUid": OWNER, "email": OTHER_LOGIN.upper(), "status": "PENDING", "displayName": "Ops"}
    row |= {"memberUid": 1002, "memberDisplayName": "other", "ownerDisplayName": "user"}
    assert invited == {"result": 0, "collaboration": row, "isOwner": True}
    assert bot.call(U + "InviteMember", email=OTHER_LOGIN)["error"] == f"member [{OTHER_LOGIN}] already exists"
    for wrong in (LOGIN, "nobody"):
        assert bot.call(U + "InviteMember", email=wrong)["error"] == "invalid parameter [email]"
    unknown = bot.call(U + "InviteMember", email="new@example.com")["collaboration"]
    assert (unknown["id"], "memberUid" in unknown) == (2, False)
    assert bot.call(U + "GetMembers")["collaborations"] == [row, unknown]
    assert bot.call(U + "GetMembers", id=2)["collaborations"] == [unknown]
    assert other.call(U + "GetCollaborations") == {"result": 0, "collaborations": [row], "isOwner": False}
    assert bot.call(U + "GetCollaborations")["collaborations"] == other.call(U + "GetMembers")["collaborations"] == []
    # An invitation gives nothing, and nobody else may answer it.
    assert share(bot, 1, EDITOR)["result"] == 0 and info(other) == GONE
    assert bot.call(U + "AcceptCollaboration", id=1)["error"] == "collaboration [1] not found"
    assert other.call(U + "DeleteMember", id=1)["error"] == "collaboration [1] not found"
    assert other.call(U + "LeaveCollaboration", id=1)["error"] == "collaboration [1] is PENDING"
    assert other.call(U + "RejectCollaboration", id=1)["collaboration"]["status"] == "REJECTED"
    assert other.call(U + "AcceptCollaboration", id=1)["error"] == "collaboration [1] is REJECTED"
    assert bot.call(U + "InviteMember", email=OTHER_LOGIN)["collaboration"]["id"] == 3


def test_what_is_shared(bot: Client, other: Client) -> None:
    number = invite(bot, other)
    other.create("their-own")
    wanted = [{"resourceId": ENV, "roleIds": [1]}, {"resourceId": HIDDEN, "roleIds": [2], "type": "ENV"}]
    sent: dict[str, Any] = {"collaborationId": number, "resources": json.dumps(wanted)}
    rows = bot.call(U + "AddResources", **sent)["responses"]
    assert [(row["id"], row["roleIds"]) for row in rows] == [(1, [1]), (2, [2])]
    assert bot.call(U + "GetCollaborationResources", collaborationId=number)["responses"] == rows
    assert other.call(U + "GetCollaborationResources")["responses"] == rows
    assert bot.call(U + "GetMemberResources", memberId=1002)["responses"] == rows
    assert bot.call(U + "GetMemberResources", memberId=7)["responses"] == []
    bot.call(C + "DeleteEnv", envName=HIDDEN, password="first-password")
    assert bot.call(U + "GetMemberResources")["responses"] == rows[:1]
    assert [role["name"] for role in bot.call(U + "GetRoles")["roles"]] == ["viewer", "editor"]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"resourceId": "their-own"}, "application [their-own] not exist"),
        ({"roleIds": "[3]"}, "invalid parameter [roleIds]"),
        ({"roleIds": "[]"}, "invalid parameter [roleIds]"),
        ({"resourceType": "ENV_GROUP"}, "invalid parameter [resourceType]"),
        ({"collaborationId": "9"}, "collaboration [9] not found"),
        ({"ownerUid": "1002"}, "permission denied"),
    ],
)
def test_sharing_that_is_refused(bot: Client, other: Client, change: dict[str, str], text: str) -> None:
    other.create("their-own")
    assert share(bot, invite(bot, other), VIEWER, **change)["error"] == text
    assert bot.call(U + "GetMemberResources")["responses"] == []


def test_the_rest_says_that_it_is_not_emulated(bot: Client) -> None:
    answer = bot.call(U + "AddRole", name="x")
    assert (answer["result"], "known to the platform, not emulated" in answer["error"]) == (1702, True)
