# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_account_info``: user, billing and quotas of the account."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from .._client.answers import member, required_items
from .._client.client import PlatformClient
from .._client.concurrency import Job, gather
from .._client.errors import RefusedError
from .._engine.permissions import Permission, Table, rows
from .._engine.read_only import ReadOnly
from .._engine.resource import Work
from .._engine.spec import with_connection

GET_USER = "users.account.GetUserInfo"
GET_ACCOUNT = "billing.account.GetAccount"
GET_QUOTAS = "billing.account.GetQuotas"
USER = ("uid", "email", "name", "status")
# Member of the result to member of GetAccount (documented).
BILLING = {"balance": "balance", "bonus": "bonus", "group": "group", "group_type": "groupType"}
Quotas = tuple[str, ...]


class AccountInfo(ReadOnly["tuple[bool, Quotas | None]", dict[str, Any]]):
    """The resource of ``paas_account_info``."""

    result_member = "account"
    spec = with_connection(
        {
            "billing": {"type": "bool", "default": False},
            "quotas": {"type": "list", "elements": "str"},
        }
    )

    def desired(self, options: Mapping[str, Any]) -> tuple[bool, Quotas | None]:
        """Return whether to read the billing data, and which quotas."""
        quotas = options.get("quotas")
        return options["billing"], None if quotas is None else tuple(dict.fromkeys(quotas))

    def read(self, work: Work, desired: tuple[bool, Quotas | None]) -> dict[str, Any]:
        """Read the user by one GetUserInfo, and billing and quotas by one call each, at the same time."""
        billing, quotas = desired
        reads: dict[str, Job[Any]] = {"user": lambda client: client.call(GET_USER)}
        if billing:
            reads["billing"] = _billing
        if quotas is not None:
            reads["quotas"] = partial(_quotas, quotas)
        found = dict(zip(reads, gather(work.client, list(reads.values()))))
        shown, warning = found.get("billing", (None, None))
        if warning:
            work.task.warn(warning)
        user = {name: member(found["user"], name) for name in USER}
        return {**user, "billing": shown, "quotas": found.get("quotas")}


def _billing(client: PlatformClient) -> tuple[dict[str, Any] | None, str | None]:
    """Read the billing data. A refusal is only a warning, because some platforms refuse tokens this call."""
    try:
        answer = client.call(GET_ACCOUNT)
    except RefusedError as error:
        return None, f"billing is left out: {error}"
    return {name: member(answer, wire_name) for name, wire_name in BILLING.items()}, None


def _quotas(names: Quotas, client: PlatformClient) -> dict[str, Any]:
    answer = client.call(GET_QUOTAS, quotasnames=",".join(names) or None)
    rows = required_items(GET_QUOTAS, answer, "array")
    found = {str(member(member(item, "quota"), "name")): member(item, "value") for item in rows}
    return {name: found.get(name) for name in names} if names else dict(sorted(found.items()))


PERMISSIONS = Table(
    spec=AccountInfo.spec,
    permissions=rows(
        Permission(GET_USER),
        Permission(GET_ACCOUNT, options=frozenset({"billing"})),
        Permission(GET_QUOTAS, options=frozenset({"quotas"})),
    ),
)
