# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Status numbers of environments (documented), with the names used in error texts."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Value: number in answers. Name: what follows ENV_STATUS_TYPE_ in texts."""

    RUNNING = 1
    DOWN = 2
    LAUNCHING = 3
    SLEEP = 4
    UNKNOWN = 5
    CREATING = 6
    CLONING = 7
    NOT_EXISTS = 8
    EXPORTING = 9
    MIGRATING = 10
    BROKEN = 11
    UPDATING = 12
    STOPPING = 13
    GOING_TO_SLEEP = 14
    RESTORING = 15
    DELETING = 1001  # the dashboard knows the number; the name is inferred


# Statuses that methods want of an environment; ANY_STATUS: that it exists is enough.
ANY_STATUS: tuple[Status, ...] = ()
RUNNING = (Status.RUNNING,)
IDLE = (Status.RUNNING, Status.DOWN)
CALM = (Status.RUNNING, Status.DOWN, Status.SLEEP)
STARTABLE = (Status.DOWN, Status.SLEEP)
DELETABLE = (*CALM, Status.UNKNOWN, Status.BROKEN)


def status_text(status: int) -> str:
    """`ENV_STATUS_TYPE_RUNNING` for 1 (recorded form)."""
    return f"ENV_STATUS_TYPE_{Status(status).name}"
