# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""users.Collaboration: inviting members, and sharing environments with them."""

from __future__ import annotations

from typing import Any

from paas_emulator.calls import Call
from paas_emulator.errors import GENERIC_FAILURE, PLATFORM, ApiError, application_not_exist, invalid_parameter
from paas_emulator.parameters import read_json
from paas_emulator.registry import emulates
from paas_emulator.services.collaboration import model as collaborations
from paas_emulator.services.collaboration.model import (
    ACTIVE,
    LEFT,
    OVER,
    PENDING,
    REJECTED,
    ROLES,
    SUSPENDED,
    Collaboration,
)

TYPE = "ENV"
S = "users.collaboration."
# What changes the status of a collaboration: who calls, in which statuses, and the new one.
MOVES = {
    "AcceptCollaboration": (False, (PENDING,), ACTIVE),
    "RejectCollaboration": (False, (PENDING,), REJECTED),
    "LeaveCollaboration": (False, (ACTIVE, SUSPENDED), LEFT),
    "SuspendMember": (True, (ACTIVE,), SUSPENDED),
    "ActivateMember": (True, (SUSPENDED,), ACTIVE),
}


def _as_owner(call: Call, parameter: str = "id") -> Collaboration:
    rows = collaborations.of_owner(call.platform.store, call.own_uid())
    return collaborations.find(rows, call.values[parameter])


def _listed(call: Call, rows: list[Collaboration], is_owner: bool) -> dict[str, Any]:
    number = call.values.get("id")
    rows = rows if number is None else [collaborations.find(rows, number)]
    store = call.platform.store
    return {"collaborations": [collaborations.to_api(store, row) for row in rows], "isOwner": is_owner}


def _move(name: str) -> None:
    by_owner, before, after = MOVES[name]

    @emulates(S + name)
    def move(call: Call) -> dict[str, Any]:
        """Change the status, and answer with the collaboration."""
        store = call.platform.store
        rows = collaborations.of_member(store, call.account)
        row = _as_owner(call) if by_owner else collaborations.find(rows, call.values["id"])
        collaborations.move(row, before, after)
        return {} if by_owner else {"collaboration": collaborations.to_api(store, row), "isOwner": False}


for _name in MOVES:
    _move(_name)


@emulates(S + "InviteMember")
def invite_member(call: Call) -> dict[str, Any]:
    """Invite an account by its login; no message is sent. Who is invited already answers 1 (inferred)."""
    store, uid, email = call.platform.store, call.own_uid(), (call.text("email") or "").strip()
    if "@" not in email or email.casefold() == call.account.login.casefold():
        raise invalid_parameter("email")
    rows = [row for row in collaborations.of_owner(store, uid) if row["status"] not in OVER]
    if any(row["email"].casefold() == email.casefold() for row in rows):
        raise ApiError(GENERIC_FAILURE, f"member [{email}] already exists", source=PLATFORM)
    row: Collaboration = {"id": store.next_id("collaboration"), "ownerUid": uid, "email": email, "status": PENDING}
    row |= {"displayName": call.text("displayName"), "resources": []}
    store.collaborations[row["id"]] = row
    return {"collaboration": collaborations.to_api(store, row), "isOwner": True}


@emulates(S + "GetMembers")
def get_members(call: Call) -> dict[str, Any]:
    """Those that the caller shares with."""
    return _listed(call, collaborations.of_owner(call.platform.store, call.own_uid()), is_owner=True)


@emulates(S + "GetCollaborations")
def get_collaborations(call: Call) -> dict[str, Any]:
    """Those that share with the caller (inferred)."""
    return _listed(call, collaborations.of_member(call.platform.store, call.account), is_owner=False)


@emulates(S + "DeleteMember")
def delete_member(call: Call) -> dict[str, Any]:
    """End a collaboration; the member loses all at once."""
    del call.platform.store.collaborations[_as_owner(call)["id"]]
    return {}


@emulates(S + "GetRoles")
def get_roles(call: Call) -> dict[str, Any]:
    """The roles that there are: one that reads, and one that may do all that is open to collaborators."""
    call.own_uid()
    return {"roles": [{"id": number, "name": name} for number, name in ROLES.items()]}


def _share(call: Call, row: Collaboration, resource: Any) -> dict[str, Any]:
    """Give roles in one environment, named by its appid or, inferred, its name; in place of those before."""
    given = resource if isinstance(resource, dict) else {}
    name, store = str(given.get("resourceId", "")).strip().lower(), call.platform.store
    own = store.environments_of(call.account.uid)
    environment = next((item for item in own if name in (item.appid, item.name)), None)
    if environment is None:
        raise application_not_exist(name)
    roles = given.get("roleIds")
    if not isinstance(roles, list) or not roles or any(role not in ROLES for role in roles):
        raise invalid_parameter("roleIds")
    if str(given.get("type") or TYPE).upper() != TYPE:
        raise invalid_parameter("resourceType")  # groups of environments are not emulated
    old = next((item for item in row["resources"] if item["resourceId"] == environment.appid), None)
    number = old["id"] if old else store.next_id("shared_resource")
    return {"id": number, "resourceId": environment.appid, "type": TYPE, "roleIds": sorted(set(roles))}


def _to_api(row: Collaboration, resource: dict[str, Any]) -> dict[str, Any]:
    return {"result": 0, "collaborationId": row["id"], "ownerUid": row["ownerUid"], **resource}


def _store_resources(row: Collaboration, resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give a member these resources, in place of earlier ones of the same number; return the answers about them."""
    new = {resource["resourceId"] for resource in resources}
    row["resources"] = [old for old in row["resources"] if old["resourceId"] not in new] + resources
    return [_to_api(row, resource) for resource in resources]


@emulates(S + "SetResource")
def set_resource(call: Call) -> dict[str, Any]:
    """Share one environment, or change the roles in it."""
    row = _as_owner(call, "collaborationId")
    roles = [int(item) if item.isdecimal() else item for item in call.items("roleIds") or []]
    given = {"resourceId": call.text("resourceId"), "roleIds": roles, "type": call.text("resourceType")}
    return _store_resources(row, [_share(call, row, given)])[0]


def _several(call: Call) -> tuple[Collaboration, list[dict[str, Any]]]:
    """The member, and the environments in `resources`, a list of objects (its form is inferred)."""
    row, given = _as_owner(call, "collaborationId"), read_json("resources", call.text("resources") or "")
    if not isinstance(given, list):
        raise invalid_parameter("resources")
    return row, [_share(call, row, resource) for resource in given]


@emulates(S + "AddResources")
def add_resources(call: Call) -> dict[str, Any]:
    """Share several environments, all or none."""
    row, resources = _several(call)
    return {"responses": _store_resources(row, resources)}


@emulates(S + "SetResources")
def set_resources(call: Call) -> dict[str, Any]:
    """Share these and no others (inferred)."""
    row, resources = _several(call)
    row["resources"] = []
    return {"responses": _store_resources(row, resources)}


@emulates(S + "DeleteResources")
def delete_resources(call: Call) -> dict[str, Any]:
    """Share some no more, by the ids of the resources; unknown ones are ignored (inferred)."""
    row, ids = _as_owner(call, "collaborationId"), call.ids("ids")
    row["resources"] = [item for item in row["resources"] if ids is not None and item["id"] not in ids]
    return {}


def _resources(call: Call, rows: list[Collaboration]) -> dict[str, Any]:
    """Those of environments that are still there."""
    there = {item.appid for item in call.platform.store.environments.values()}
    found = [(row, item) for row in rows for item in row["resources"] if item["resourceId"] in there]
    return {"responses": [_to_api(row, item) for row, item in found]}


@emulates(S + "GetCollaborationResources")
def get_collaboration_resources(call: Call) -> dict[str, Any]:
    """What the caller shares, with one member or with all; a member sees what is shared with it (inferred)."""
    store, number = call.platform.store, call.values.get("collaborationId")
    rows = [*collaborations.of_owner(store, call.account.uid), *collaborations.of_member(store, call.account)]
    return _resources(call, rows if number is None else [collaborations.find(rows, number)])


@emulates(S + "GetMemberResources")
def get_member_resources(call: Call) -> dict[str, Any]:
    """What the caller shares with one account, or with all."""
    store, number = call.platform.store, call.values.get("memberId")
    rows = collaborations.of_owner(store, call.account.uid)
    return _resources(call, [row for row in rows if number in (None, collaborations.to_api(store, row)["memberUid"])])
