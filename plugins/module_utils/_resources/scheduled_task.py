# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_scheduled_task``: tasks of the platform's own scheduler."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from .._client.answers import identifier, member, member_text, read_object, required_items
from .._client.errors import InputError, require
from .._engine.dates import moment_option, parse_moment, to_text
from .._engine.permissions import Permission, Table, rows
from .._engine.plan import Plan, Step
from .._engine.resource import Work
from .._engine.spec import MASK, with_connection
from .._engine.stepwise import Stepwise
from .api import known_method, method_hint
from .environment.model import label
from .environment.names import environment_name
from .environment.reader import GET as GET_ENVIRONMENT
from .environment.reader import read_environment

GET = "utils.scheduler.GetTasks"
CREATE = "utils.scheduler.CreateEnvTask"
CREATE_ACCOUNT = "utils.scheduler.CreateAccountTask"
EDIT = "utils.scheduler.EditTask"
DELETE = "utils.scheduler.DeleteTasks"
# What an action calls, in the service environment.control.
ACTIONS = {"start": "StartEnv", "stop": "StopEnv", "sleep": "SleepEnv"}
# A Quartz expression: second, minute, hour, day of month, month, day of week, and optionally year.
_CRON = re.compile(r"[0-9*?/,\-A-Z#]+(?: [0-9*?/,\-A-Z#]+){5,6}")
_AT = re.compile(r"cron:(\d+) (\d+) (\d+) (\d+) (\d+) \? (\d{4})")


@dataclass(frozen=True)
class ScheduledTask:
    """One task. None in ``parameters`` means: leave alone.

    Attributes:
        script: what is called; the name of an API method, or another script that somebody else scheduled.
        trigger: when, in the platform's words: ``cron:`` and a Quartz expression.
        parameters: of the call, as JSON.
    """

    script: str
    trigger: str
    parameters: str | None = field(repr=False, default=None)
    id: int | None = field(compare=False, default=None)

    def does(self, other: ScheduledTask) -> bool:
        """Return whether this task does the same as another one, whose parameters may be undeclared."""
        return (self.script.casefold(), self.trigger) == (other.script.casefold(), other.trigger) and (
            other.parameters is None or self.values == other.values
        )

    @property
    def values(self) -> dict[str, Any]:
        """The parameters by name; empty if they are not an object."""
        return _object(self.parameters) or {}

    def to_result(self) -> dict[str, Any]:
        """Return the task for results, without the values of parameters."""
        kind, _colon, value = self.trigger.partition(":")
        at = _moment(self.trigger)
        return {
            "method": self.script,
            "cron": value if kind == "cron" and at is None else None,
            "at": to_text(at),
            "parameters": sorted(self.values),
        }


@dataclass(frozen=True)
class DesiredTask:
    """One task of an environment or of the account.

    Attributes:
        task: None with ``state: absent``.
        at: the moment of a task that runs once.
    """

    name: str
    environment: str | None
    task: ScheduledTask | None
    at: datetime | None

    @property
    def label(self) -> str:
        """The task for messages."""
        return f"the scheduled task {self.name!r} of {label(self.environment) if self.environment else 'the account'}"


@dataclass(frozen=True)
class MatchingTasks:
    """The tasks of the name, the oldest first, and whether the moment of the desired task is over."""

    tasks: tuple[ScheduledTask, ...]
    over: bool = False


class Scheduler(Stepwise[DesiredTask, MatchingTasks]):
    """The resource of ``paas_scheduled_task``, identified by the environment and the description."""

    spec = with_connection(
        {
            "name": {"type": "str", "required": True},
            "environment": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "action": {"type": "str", "choices": list(ACTIONS)},
            "method": {"type": "str"},
            "parameters": {"type": "dict", "hidden": True, "example": "{region: eu-1}"},
            "cron": {"type": "str"},
            "at": {"type": "str"},
        },
        mutually_exclusive=[("action", "method"), ("cron", "at")],
        required_if=[("state", "present", ("action", "method"), True), ("state", "present", ("cron", "at"), True)],
    )

    def desired(self, options: Mapping[str, Any]) -> DesiredTask:
        name, environment = options["name"].strip(), options.get("environment")
        require(name, "name is empty; give the description that the dashboard shows for the task")
        environment = None if environment is None else environment_name(environment, "environment")
        if options["state"] == "absent":
            return DesiredTask(name, environment, None, None)
        require(environment or not options.get("action"), "action works on an environment; give environment")
        at = moment_option(options, "at")
        parameters = options.get("parameters")
        return DesiredTask(
            name=name,
            environment=environment,
            task=ScheduledTask(
                script=_method(options),
                trigger=f"cron:{_cron(options['cron']) if at is None else _once(at)}",
                parameters=None if parameters is None else json.dumps(parameters, sort_keys=True),
            ),
            at=at,
        )

    def read(self, work: Work, desired: DesiredTask) -> MatchingTasks:
        """Read all tasks of the account by one GetTasks. Before a task is created, its environment is read, too."""
        values = desired.task.values.values() if desired.task else ()
        work.client.redactor.add_values(*(value if isinstance(value, str) else json.dumps(value) for value in values))
        found = [
            ScheduledTask(
                script=member_text(row, "script") or "",
                trigger=_trigger(member_text(row, "trigger") or ""),
                parameters=_text(member(row, "params")),
                id=identifier(member(row, "id")),
            )
            for row in required_items(GET, work.client.call(GET), "objects", "array")
            if member_text(row, "description") == desired.name
            and ((member_text(row, "envName") or "").lower() or None) == desired.environment
        ]
        if desired.task and desired.environment and not found:
            missing = f"{label(desired.environment)} does not exist, or this account cannot see it"
            there = read_environment(work.client, desired.environment, lazy=True) is not None
            require(there or work.assume(missing), missing)
        over = desired.at is not None and desired.at <= work.now
        return MatchingTasks(tuple(sorted(found, key=lambda task: task.id or 0)), over)

    def plan(self, current: MatchingTasks, desired: DesiredTask) -> Plan[MatchingTasks]:
        """Create or edit the task. Of several tasks that do the same, made by runs at one moment, the oldest stays."""
        if desired.task is None:
            steps = (_removal(current.tasks, f"remove {desired.label}"),) if current.tasks else ()
            return Plan(current, replace(current, tasks=()), steps, _to_diff(current.tasks), {})
        same = [task for task in current.tasks if task.does(desired.task)]
        rest = (*same[:1], *(task for task in current.tasks if task not in same))
        if len(rest) > 1:
            ids = ", ".join(str(task.id) for task in sorted(rest, key=_id))
            raise InputError(
                f"{len(rest)} different tasks are {desired.label} (ids {ids}); remove all but one in the "
                "dashboard, or all with state: absent"
            )
        steps = (_removal(same[1:], f"remove what does the same as {desired.label}"),) if same[1:] else ()
        if same:
            return Plan(current, replace(current, tasks=rest), steps, _to_diff(current.tasks), _to_diff(rest))
        return self._changed(current, desired, desired.task)

    def _changed(self, current: MatchingTasks, desired: DesiredTask, task: ScheduledTask) -> Plan[MatchingTasks]:
        at = to_text(desired.at)
        if current.over and not current.tasks:
            warning = f"at: {at} is over, so {desired.label} is not created"
            return Plan(current, current, (), {}, {}, warnings=(warning,))
        require(not current.over, f"at: {at} is over; give a later time, or remove the task with state: absent")
        now = current.tasks[0] if current.tasks else None
        after = task if now is None else replace(task, id=now.id, parameters=task.parameters or now.parameters)
        params: dict[str, Any] = {"script": after.script, "trigger": after.trigger, "description": desired.name}
        if now is None:
            method = CREATE if desired.environment else CREATE_ACCOUNT
            where = {"envName": desired.environment} if desired.environment else {}
            step = Step(method, {**where, **params, "params": after.parameters}, f"create {desired.label}")
        else:
            # It is not documented what becomes of what is left out.
            params = {"id": _id(now), **params, "params": after.parameters or "{}"}
            step = Step(EDIT, params, f"change {desired.label}")
        before = _to_diff(current.tasks)
        shown = _to_diff((after,), now.values if now else after.values)
        return Plan(current, replace(current, tasks=(after,)), (step,), before, shown)

    def apply(self, work: Work, plan: Plan[MatchingTasks], desired: DesiredTask) -> MatchingTasks:
        """Carry out the plan. If another run created the same task at the same moment, remove the later one."""
        found = super().apply(work, plan, desired)
        again = self.plan(found, desired)
        if not again.steps:
            return found
        done = work.carried_out or plan
        found = super().apply(work, again, desired)
        work.carried_out = replace(done, steps=(*done.steps, *again.steps))
        return found

    def report(
        self, work: Work, plan: Plan[MatchingTasks], state: MatchingTasks, desired: DesiredTask
    ) -> dict[str, Any]:
        """Return ``scheduled_task``, null if the task does not exist."""
        if not state.tasks:
            return {"scheduled_task": None}
        task = state.tasks[0]
        own = {"id": task.id, "name": desired.name, "environment": desired.environment}
        return {"scheduled_task": {**own, **task.to_result()}}


def _method(options: Mapping[str, Any]) -> str:
    """Return the method in its documented spelling. The scheduler takes any text, and would do nothing."""
    if options.get("action"):
        return f"environment.control.{ACTIONS[options['action']]}"
    given = options["method"].strip()
    known = known_method(given)
    advice = method_hint(given) or "such as environment.control.RestartNodes"
    require(known, f"method: {given!r} is not a known method of the API; {advice}")
    return str(known)


def _cron(given: str) -> str:
    """Return the expression with single blanks, in upper case."""
    found = " ".join(given.upper().split())
    fields = found.split(" ")
    require(
        _CRON.fullmatch(found) and (fields[3] == "?") != (fields[5] == "?"),
        f"cron: {given!r} is not a Quartz expression: give second, minute, hour, day of month, month and day of week, "
        "with ? for one of the two days, such as 0 30 22 ? * MON-FRI",
    )
    return found


def _once(at: datetime) -> str:
    """Return the expression of one moment. Unlike a delay it can be compared with what the platform has."""
    return f"{at.second} {at.minute} {at.hour} {at.day} {at.month} ? {at.year:04d}"


def _moment(trigger: str) -> datetime | None:
    """Return the moment of such an expression; None for another one."""
    found = _AT.fullmatch(trigger)
    if found is None:
        return None
    second, minute, hour, day, month, year = found.groups()
    try:
        return parse_moment(f"{year}-{month:0>2}-{day:0>2} {hour:0>2}:{minute:0>2}:{second:0>2}")
    except ValueError:
        return None


def _trigger(text: str) -> str:
    """Return a trigger of an answer, which may be JSON, as ``cron:`` and the expression."""
    given = _object(text)
    kind, value = next(iter(given.items())) if given else text.partition(":")[::2]
    return f"{str(kind).strip()}:{' '.join(str(value).upper().split())}"


def _object(text: str | None) -> dict[str, Any] | None:
    """Return the object in a JSON text; None if there is none."""
    try:
        return read_object(text or "")
    except ValueError:
        return None


def _text(params: Any) -> str | None:
    """Return the parameters of an answer as JSON."""
    return params if isinstance(params, str) or params is None else json.dumps(params)


def _id(task: ScheduledTask) -> int:
    require(task.id is not None, "the platform lists the task without its id; change it in the dashboard")
    return int(task.id or 0)


def _removal(tasks: Sequence[ScheduledTask], summary: str) -> Step:
    return Step(DELETE, {"ids": ",".join(str(_id(task)) for task in tasks)}, summary)


def _to_diff(tasks: tuple[ScheduledTask, ...], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the first task for a diff; a value that differs from ``before`` is marked, and no value is shown."""
    if not tasks:
        return {}
    values = tasks[0].values
    old = values if before is None else before
    shown = {name: MASK if old.get(name) == value else "(changed)" for name, value in sorted(values.items())}
    return {**tasks[0].to_result(), "parameters": shown, **({"tasks": len(tasks)} if len(tasks) > 1 else {})}


_PRESENT = frozenset({"present"})
_ENVIRONMENT = frozenset({"environment"})

PERMISSIONS = Table(
    spec=Scheduler.spec,
    permissions=rows(
        Permission(GET),
        Permission(GET_ENVIRONMENT, _PRESENT, _ENVIRONMENT),
        Permission(CREATE, _PRESENT, _ENVIRONMENT),
        Permission(CREATE_ACCOUNT, _PRESENT),
        Permission(EDIT, _PRESENT),
        # Of tasks that several runs made at one moment, one stays.
        Permission(DELETE),
    ),
)
