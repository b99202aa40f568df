# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""utils.Scheduler: tasks of an account or an environment, which fire by the platform's clock."""

from __future__ import annotations

from typing import Any

from paas_emulator.calls import Call
from paas_emulator.errors import NOT_FOUND, PLATFORM, ApiError, invalid_parameter
from paas_emulator.registry import emulates
from paas_emulator.services.scheduler import schedule
from paas_emulator.statuses import ANY_STATUS

_MEMBERS = ("script", "trigger", "description", "params")
_HIDDEN = ("uid", "due")


def _create(call: Call, environment: str | None) -> dict[str, Any]:
    store, due = call.platform.store, _due(call)
    number = store.next_id("task")
    task = {
        "id": number,
        "uid": call.account.uid,
        "envName": environment,
        **{name: call.text(name) for name in _MEMBERS},
        "due": due,
    }
    store.tasks[number] = task
    return {"object": _to_api(task)}


def _due(call: Call) -> float:
    """When the trigger that was sent fires first; one of another form, or that never does, is refused (inferred)."""
    try:
        moment = schedule.next_time(call.text("trigger") or "", call.platform.clock.now())
    except ValueError:
        moment = None
    if moment is None:
        raise invalid_parameter("trigger")
    return moment.timestamp()


def _to_api(task: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in task.items() if name not in _HIDDEN}


def _find(call: Call, number: int) -> dict[str, Any]:
    task = call.platform.store.tasks.get(number)
    if task is None or task["uid"] != call.account.uid:
        raise ApiError(NOT_FOUND, f"task [{number}] not found", source=PLATFORM)
    return task


@emulates("utils.scheduler.CreateAccountTask")
def create_account_task(call: Call) -> dict[str, Any]:
    """A task of the account; the form of `object` is inferred."""
    return _create(call, None)


@emulates("utils.scheduler.CreateEnvTask", needs=ANY_STATUS)
def create_env_task(call: Call) -> dict[str, Any]:
    """A task of an environment."""
    return _create(call, call.environment.name)


@emulates("utils.scheduler.EditTask")
def edit_task(call: Call) -> dict[str, Any]:
    """Change a task by what is sent."""
    task = _find(call, int(call.values["id"]))
    task.update({"due": _due(call), **{name: call.text(name) for name in _MEMBERS if call.sent(name)}})
    return {"object": _to_api(task)}


@emulates("utils.scheduler.GetTasks")
def get_tasks(call: Call) -> dict[str, Any]:
    """Tasks by id, or all of the account."""
    wanted = call.ids("ids") if call.text("ids") else None
    rows = [task for task in call.platform.store.tasks.values() if task["uid"] == call.account.uid]
    return {"objects": [_to_api(task) for task in rows if wanted is None or task["id"] in wanted]}


@emulates("utils.scheduler.DeleteTasks")
def delete_tasks(call: Call) -> dict[str, Any]:
    """Remove tasks, all or none."""
    store, wanted = call.platform.store, call.ids("ids")
    own = [task["id"] for task in store.tasks.values() if task["uid"] == call.account.uid]
    for number in [_find(call, number)["id"] for number in (own if wanted is None else wanted)]:
        del store.tasks[number]
    return {}
