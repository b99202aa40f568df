# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Tracking: running operations, the platform's clock."""

from __future__ import annotations

from typing import Any

from paas_emulator import operations
from paas_emulator.calls import Call
from paas_emulator.registry import emulates


@emulates("environment.tracking.GetCurrentActions")
def get_current_actions(call: Call) -> dict[str, Any]:
    """Operations in progress on the account."""
    environments = call.platform.store.environments_of(call.account.uid)
    return {"array": [operations.to_api(item) for item in environments if item.running]}


@emulates("environment.tracking.GetServerUTCTime")
def get_server_utc_time(call: Call) -> dict[str, Any]:
    """Platform time; the form of the value is inferred."""
    return {"object": call.platform.clock.text()}
