# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""billing.Account: the account's money, which is invented, and its limits."""

from __future__ import annotations

from typing import Any

from paas_emulator.calls import Call
from paas_emulator.registry import emulates
from paas_emulator.services.billing import model as quotas

BALANCE, BONUS = 100.0, 10.0
GROUP = "trial"
CREATED_ON = "2026-01-01 00:00:00"


@emulates("billing.account.GetAccount")
def get_account(call: Call) -> dict[str, Any]:
    """Money and standing; names of members documented, values invented."""
    return {
        "uid": call.account.uid,
        "email": call.account.login,
        "balance": BALANCE,
        "bonus": BONUS,
        "credit": 0.0,
        "debit": 0.0,
        "group": GROUP,
        "groupType": "TRIAL",
        "status": "ACTIVE",
        "createdOn": CREATED_ON,
        "isCommerial": False,  # so spelled in the documented answer
        "isEnabled": True,
        "isRegistered": True,
        "defaultHardNodeGroup": call.platform.regions.default.name,
    }


@emulates("billing.account.GetOwnerQuotas")
def get_owner_quotas(call: Call) -> dict[str, Any]:
    """The same of the owner of environments, who is the caller (called by public scripts)."""
    call.own_uid()
    return _quotas(call)


@emulates("billing.account.GetQuotas")
def get_quotas(call: Call) -> dict[str, Any]:
    """The named limits, or all; names that there are none of are left out (inferred)."""
    return _quotas(call)


def _quotas(call: Call) -> dict[str, Any]:
    names = call.items("quotasnames") or list(quotas.DEFAULTS)
    found = [(name, quotas.value(call.account, name)) for name in names]
    return {"array": [{"quota": {"name": name}, "value": value} for name, value in found if value is not None]}
