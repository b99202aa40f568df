# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Control: the groups that an environment is in."""

from __future__ import annotations

from typing import Any

from paas_emulator.calls import Call
from paas_emulator.registry import emulates
from paas_emulator.services.group import model as groups
from paas_emulator.statuses import ANY_STATUS

OLD_NAME = {"envGroups": "envGroup"}  # documented: its name before 7.0


@emulates("environment.control.AttachEnvGroup", needs=ANY_STATUS, aliases=OLD_NAME)
def attach_env_group(call: Call) -> dict[str, Any]:
    """Put the environment into groups, which are made where they are missing (documented)."""
    groups.attach(call, call.environment, groups.paths(call))
    return {}


@emulates("environment.control.DetachEnvGroup", needs=ANY_STATUS, aliases=OLD_NAME)
def detach_env_group(call: Call) -> dict[str, Any]:
    """Take it out of groups."""
    groups.detach(call.environment, groups.paths(call))
    return {}


@emulates("environment.control.SetEnvGroup", needs=ANY_STATUS, aliases=OLD_NAME)
def set_env_group(call: Call) -> dict[str, Any]:
    """Put it into these groups and no others (documented)."""
    names = groups.paths(call)
    call.environment.groups = []
    groups.attach(call, call.environment, names)
    return {}
