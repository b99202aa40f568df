# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flow of every resource: read, plan, apply, read back, report. Knows no Ansible and no resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from .._client.auth import Credentials, authenticated, signs_in
from .._client.errors import PaasError, require
from .resource import Resource, Task, Work, failure_of
from .store_entry import is_predicted

D = TypeVar("D")
S = TypeVar("S")


class Failed(Exception):
    """A failure, with the steps that were done before it. ``result`` is the result for the user."""

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__(result["msg"])
        self.result = result


def _credentials(options: Mapping[str, Any]) -> Credentials:
    return Credentials(**{name: options.get(name) for name in ("session", "login", "password", "otp", "otp_secret")})


def _prefers_signin(resource: Resource[D, S], options: Mapping[str, Any]) -> bool:
    """Return whether login and password of a task come before a session that the same place gives."""
    return resource.manages_tokens and options.get("state") not in resource.spec.session_states


@contextmanager
def _working(resource: Resource[D, S], task: Task) -> Iterator[Work]:
    """Lock the store, then authenticate: no value is requested that could not be stored."""
    with ExitStack() as stack:
        writer = stack.enter_context(task.store.transaction()) if task.store and not task.check_mode else None
        account = stack.enter_context(
            authenticated(
                task.client,
                _credentials(task.options),
                prefer_signin=_prefers_signin(resource, task.options),
                warn=task.warn,
            )
        )
        held = stack.enter_context(ExitStack())
        yield Work(task=task, client=task.client, account=account, writer=writer, stack=held)


def _has_predicted_session(resource: Resource[D, S], task: Task) -> bool:
    credentials = _credentials(task.options)
    return is_predicted(credentials.session) and not signs_in(
        credentials, prefer_signin=_prefers_signin(resource, task.options)
    )


def _skipped(task: Task) -> dict[str, Any]:
    """Return the result of a task in check mode whose token has only been predicted, so it cannot call the platform.

    Raises:
        InputError: the task is not in check mode.
    """
    require(
        task.check_mode,
        "session is the placeholder that the lookup inet.elastic.paas_token answers in check mode; look the token up "
        "in the run that uses it, and do not set check_mode: false on a task whose token is only predicted",
    )
    message = (
        "session is the placeholder of a token that an earlier task has only predicted, so this task is skipped in "
        "check mode and makes no call"
    )
    task.warn(message)
    return {"changed": False, "skipped": True, "msg": message}


def _perform(resource: Resource[D, S], task: Task, done: list[str]) -> dict[str, Any]:
    desired = resource.desired(task.options)
    if _has_predicted_session(resource, task):
        return _skipped(task)
    with _working(resource, task) as work:
        work.done = done
        plan = resource.plan(resource.read(work, desired), desired)
        for warning in plan.warnings:
            task.warn(warning)
        carry_out = plan.changed and not task.check_mode
        state = resource.apply(work, plan, desired) if carry_out else plan.after
        plan = work.carried_out or plan
        changes = {"changed": plan.changed, "steps": [step.summary for step in plan.steps]}
        result = {**changes, **resource.report(work, plan, state, desired)}
        if plan.diff_before is not None or plan.diff_after is not None:
            result["diff"] = {"before": plan.diff_before, "after": plan.diff_after}
        if plan.diff_header is not None:
            result["diff"] |= {"before_header": plan.diff_header, "after_header": plan.diff_header}
        return result


def execute(resource: Resource[D, S], task: Task) -> dict[str, Any]:
    """Run a task.

    Returns:
        ``changed``, ``diff`` (before and after), the counts of calls (see :meth:`PlatformClient.traffic`) and the
        resource's own keys.

    Raises:
        Failed: its result holds ``msg``, ``failure``, ``changed``, ``steps_done`` and the counts of calls, without
            secrets.
    """
    client = task.client
    done: list[str] = []
    try:
        result = _perform(resource, replace(task, warn=lambda message: task.warn(client.redacted(message))), done)
    except PaasError as error:
        failure = {**failure_of(client, error), "changed": bool(done), "steps_done": done}
        raise Failed({**error.details, **failure, **client.traffic()}) from None
    finally:
        client.close()
    return {**result, **client.traffic()}
