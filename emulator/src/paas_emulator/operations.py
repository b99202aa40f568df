# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations that take time: the environment is in a passing status meanwhile and refuses a second one."""

from __future__ import annotations

from typing import Any

from paas_emulator.calls import Call, Operation
from paas_emulator.statuses import Status
from paas_emulator.store import Environment, Running


def start(call: Call, environment: Environment, during: Status, settles: Status | None) -> Operation:
    """Begin: `during` shows until the end, then `settles` (None = the environment goes)."""
    store = call.platform.store
    environment.status = during
    environment.running = Running(
        id=store.next_id("operation"),
        method=call.method.facts.name,
        started_on=call.platform.clock.text(),
        settles=settles,
        action_key=call.text("actionkey"),
    )

    def finish() -> dict[str, Any]:
        environment.running = None
        if settles is None:
            store.environments.pop(environment.name, None)  # of the store it began in, whatever was reset since
        else:
            environment.status = settles
        return {}

    return Operation(finish)


def to_api(environment: Environment) -> dict[str, Any]:
    """A running operation as GetCurrentActions shows it; all member names are inferred."""
    running = environment.running
    if running is None:
        raise RuntimeError("no operation is running")
    return {
        "id": running.id,
        "uid": environment.uid,
        "appid": environment.appid,
        "envName": environment.name,
        "service": running.method.rpartition(".")[2],
        "method": running.method,
        "status": environment.status,
        "startDate": running.started_on,
        "actionkey": running.action_key,
    }
