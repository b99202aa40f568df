# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collaborations: who shares which environments with whom, and what a member may do with them.

Members and statuses are documented. Inferred: that roles are the two below, and who may call what in which status.
"""

from __future__ import annotations

from typing import Any

from paas_emulator.catalog import MethodFacts
from paas_emulator.errors import GENERIC_FAILURE, NOT_FOUND, PERMISSION_DENIED, PLATFORM, ApiError
from paas_emulator.store import Account, Environment, Store

PENDING, REJECTED, ACTIVE, SUSPENDED, LEFT = "PENDING", "REJECTED", "ACTIVE", "SUSPENDED", "LEFT"
OVER = (REJECTED, LEFT)
VIEWER, EDITOR = 1, 2
ROLES = {VIEWER: "viewer", EDITOR: "editor"}
Collaboration = dict[str, Any]


def of_owner(store: Store, uid: int) -> list[Collaboration]:
    """Return those in which the account shares."""
    return [row for row in store.collaborations.values() if row["ownerUid"] == uid]


def of_member(store: Store, account: Account) -> list[Collaboration]:
    """Return those that the account was invited to, by its login."""
    login = account.login.casefold()
    return [row for row in store.collaborations.values() if row["email"].casefold() == login]


def find(rows: list[Collaboration], number: int) -> Collaboration:
    """Return the one of that id. Raises ApiError 5."""
    for row in rows:
        if row["id"] == number:
            return row
    raise ApiError(NOT_FOUND, f"collaboration [{number}] not found", source=PLATFORM)


def move(row: Collaboration, before: tuple[str, ...], after: str) -> None:
    """Give a collaboration another status. Raises ApiError 1 when it is in none of those before."""
    if row["status"] not in before:
        raise ApiError(GENERIC_FAILURE, f"collaboration [{row['id']}] is {row['status']}", source=PLATFORM)
    row["status"] = after


def shares_with(store: Store, account: Account, owner: int) -> bool:
    """Whether the account is an active member of what the owner shares."""
    return any(row["ownerUid"] == owner and row["status"] == ACTIVE for row in of_member(store, account))


def roles_in(store: Store, account: Account, environment: Environment) -> set[int]:
    """Return the roles that the account has in somebody else's environment."""
    return {
        role
        for row in of_member(store, account)
        if row["ownerUid"] == environment.uid and row["status"] == ACTIVE
        for resource in row["resources"]
        if resource["resourceId"] == environment.appid
        for role in resource["roleIds"]
    }


def allow(store: Store, account: Account, environment: Environment, facts: MethodFacts) -> bool:
    """Whether an environment exists for the account. Raises ApiError 8 if a role is too little for the method."""
    if environment.uid == account.uid:
        return True
    roles = roles_in(store, account, environment)
    if roles and (not facts.for_collaborators or (facts.write and EDITOR not in roles)):
        raise ApiError(PERMISSION_DENIED, f"permission denied: no role for [{facts.name}]", source=PLATFORM)
    return bool(roles)


def to_api(store: Store, row: Collaboration) -> dict[str, Any]:
    """A collaboration as answers show it."""
    member = store.account_of(row["email"])
    owner = store.accounts[row["ownerUid"]]
    return {
        **{name: value for name, value in row.items() if name != "resources"},
        "memberUid": member.uid if member else None,
        "memberDisplayName": member.name if member else None,
        "ownerDisplayName": owner.name,
    }
