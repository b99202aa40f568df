# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of the scheduler that have come due, and the calls that they make."""

from __future__ import annotations

import json
from typing import Any

from paas_emulator.calls import Caller
from paas_emulator.parameters import Parameters
from paas_emulator.platform import Platform
from paas_emulator.services.scheduler import schedule
from paas_emulator.store import Session

Task = dict[str, Any]


def take_due(platform: Platform) -> list[Task]:
    """Return the tasks that are due, each once, however long ago that was; and note when they are due again.

    A task goes with its environment, and one that fires once when it has fired (both inferred).
    """
    store, now = platform.store, platform.clock.now()
    taken = []
    for number, task in list(store.tasks.items()):
        gone = task["envName"] is not None and task["envName"] not in store.environments
        due = not gone and task.get("due") is not None and task["due"] <= now.timestamp()
        if due:
            taken.append(dict(task))
            again = schedule.next_time(task["trigger"], now)
            task["due"] = again.timestamp() if again else None
        if gone or (due and schedule.fires_once(task["trigger"])):
            del store.tasks[number]
        platform.changed = platform.changed or due or gone
    return sorted(taken, key=lambda task: float(task["due"]))


def caller(platform: Platform, task: Task) -> Caller:
    """Return the owner of a task with a session of its own, as the platform gives a script (seen in a client)."""
    clock = platform.clock
    session = Session(0, task["uid"], clock.text(), clock.now().timestamp(), host="", user_agent="scheduler")
    return Caller(platform.store.accounts[task["uid"]], "", session=session)


def parameters(task: Task) -> Parameters:
    """Return what the script is called with: the members of `params`, and the environment of the task."""
    try:
        given = json.loads(task["params"] or "{}")
    except ValueError:
        given = {}
    given = given if isinstance(given, dict) else {}
    pairs = [(str(name), value if isinstance(value, str) else json.dumps(value)) for name, value in given.items()]
    if task["envName"] is not None and "envName" not in given:
        pairs.append(("envName", task["envName"]))
    return Parameters([("script", task["script"]), *pairs])
