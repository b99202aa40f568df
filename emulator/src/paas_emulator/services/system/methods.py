# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""system.Service: the platform itself."""

from __future__ import annotations

from typing import Any

from paas_emulator.calls import Call
from paas_emulator.registry import emulates


@emulates("system.service.GetVersion")
def get_version(call: Call) -> dict[str, Any]:
    """The version of the platform, for everyone (inferred)."""
    return {"version": call.platform.version}
