# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""users.Account: who am I."""

from __future__ import annotations

from typing import Any

from paas_emulator.calls import Call
from paas_emulator.registry import emulates
from paas_emulator.services.authentication.methods import who


@emulates("users.account.GetUserInfo", restricted=True)
def get_user_info(call: Call) -> dict[str, Any]:
    """The caller's account."""
    session = call.caller.session
    return who(call.account, restricted=bool(session and session.restricted))
