# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""The account that a task works for: who it is, what it has, what it may use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._flow import Work
from ..._options import with_connection
from ..._plan import Plan
from ..._platform.errors import RefusedError
from ..._platform.wire import get, items
from ..read_only import ReadOnly

GET_USER = "users.account.GetUserInfo"
GET_ACCOUNT = "billing.account.GetAccount"
GET_QUOTAS = "billing.account.GetQuotas"
# Our name to the member of GetAccount (documented).
BILLING = {"balance": "balance", "bonus": "bonus", "group": "group", "group_type": "groupType"}
Quotas = tuple[str, ...]


class AccountInfo(ReadOnly["tuple[bool, Quotas | None]", dict[str, Any]]):
    """``paas_account_info``."""

    spec = with_connection(
        {
            "billing": {"type": "bool", "default": False},
            "quotas": {"type": "list", "elements": "str"},
        }
    )

    def desired(self, options: Mapping[str, Any]) -> tuple[bool, Quotas | None]:
        """Whether to read the money, and which limits."""
        quotas = options.get("quotas")
        return options["billing"], None if quotas is None else tuple(dict.fromkeys(quotas))

    def read(self, work: Work, desired: tuple[bool, Quotas | None]) -> dict[str, Any]:
        """One GetUserInfo, and one call more for each of billing and quotas where they are asked for."""
        user = work.client.call(GET_USER)
        account: dict[str, Any] = {
            "uid": get(user, "uid"),
            "email": get(user, "email"),
            "name": get(user, "name"),
            "status": get(user, "status"),
            "billing": self._billing(work) if desired[0] else None,
            "quotas": None if desired[1] is None else self._quotas(work, desired[1]),
        }
        return account

    def _billing(self, work: Work) -> dict[str, Any] | None:
        """None where the platform refuses it, as some do for tokens."""
        try:
            answer = work.client.call(GET_ACCOUNT)
        except RefusedError as error:
            work.task.warn(f"billing is left out: {error}")
            return None
        return {name: get(answer, member) for name, member in BILLING.items()}

    def _quotas(self, work: Work, names: Quotas) -> dict[str, Any]:
        answer = work.client.call(GET_QUOTAS, quotasnames=",".join(names) or None)
        found = {str(get(get(item, "quota"), "name")): get(item, "value") for item in items(answer, "array")}
        return {name: found.get(name) for name in names} if names else dict(sorted(found.items()))

    def report(
        self, work: Work, plan: Plan[dict[str, Any]], state: dict[str, Any], desired: tuple[bool, Quotas | None]
    ) -> dict[str, Any]:
        """``account``."""
        return {"account": state}
