# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""The one flow of every resource: read, plan, apply, read back, report. Knows no Ansible and no resource."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Callable, Generic, Protocol, TypeVar

from ._dates import ClockDoubt, clock_doubt, utc_now
from ._locks import Lock, Locks
from ._options import Spec
from ._plan import Plan
from ._platform.client import PlatformClient
from ._platform.errors import InputError, PaasError
from ._platform.signin import Authenticate, Credentials, authenticated, signs_in
from ._store_entry import Store, StoreWriter, is_predicted

D = TypeVar("D")
S = TypeVar("S")


@dataclass
class Task:
    """One task as a module or an action plugin got it.

    Attributes:
        options: validated against the resource's specification.
        client: not yet authenticated.
        store: the token store, where the task names one and this process can reach it.
        warn: shows a warning to the user.
        authenticate: how the client gets its session for the time of the work, see :func:`authenticated`.
        locks: locks by which the runs on this machine take turns; None: this run does not look at others.
    """

    options: Mapping[str, Any]
    client: PlatformClient
    check_mode: bool = False
    store: Store | None = None
    warn: Callable[[str], None] = lambda message: None
    authenticate: Authenticate = authenticated
    locks: Locks | None = None


@dataclass
class Work:
    """What a resource works with between sign-in and sign-out.

    Attributes:
        account: e-mail or login of the account, where it is known.
        writer: the locked store of a run that may write; None in check mode and without a store.
        done: summaries of the steps carried out so far.
        outcome: what the steps brought that only the report needs, such as a new token's value.
        carried_out: the plan as it turned out, if it was made again after others changed what it was made from.
        stack: what is held until the end of the work.
    """

    task: Task
    client: PlatformClient
    account: str | None = None
    writer: StoreWriter | None = None
    done: list[str] = field(default_factory=list)
    outcome: dict[str, Any] = field(default_factory=dict)
    carried_out: Plan[Any] | None = None
    stack: ExitStack = field(default_factory=ExitStack)

    def lock(self, name: str, timeout: float) -> AbstractContextManager[Lock | None]:
        """Return the lock of an environment, as a context; nothing is locked in check mode.

        Raises:
            ConcurrentChangeError: on entering it; another run has held it for ``timeout`` seconds.
        """
        if self.task.check_mode or self.task.locks is None:
            return nullcontext()
        return self.task.locks.hold(self.client.url, name, timeout, self.client.clock)

    @property
    def now(self) -> datetime.datetime:
        """The platform's clock if an answer has told it and it is believed, else this machine's; UTC, whole seconds."""
        own = utc_now()
        return own if self.clock_doubt else self.client.platform_time or own

    @property
    def clock_doubt(self) -> ClockDoubt | None:
        """Why the platform's clock is not believed; None if it is. Then nothing may be written that ``now`` decides."""
        return clock_doubt(self.client.platform_time, utc_now())

    def assume(self, missing: str) -> bool:
        """Return whether to go on without something that does not exist.

        In check mode an earlier task may be the one that creates it, so its absence is a warning and the result is a
        prediction. Otherwise it is for the caller to refuse.

        Args:
            missing: what does not exist, as an error would say it.
        """
        if self.task.check_mode:
            shown = self.client.shown(missing)
            self.task.warn(f"{shown}; check mode assumes that an earlier task creates it and predicts the result")
        return self.task.check_mode


class Resource(Protocol, Generic[D, S]):
    """What a kind of resource brings to the flow. ``desired`` and ``plan`` are pure."""

    spec: Spec
    manages_tokens: bool

    def desired(self, options: Mapping[str, Any]) -> D:
        """Normalise the options; InputError for what cannot be."""

    def read(self, work: Work, desired: D) -> S:
        """Read the current state, with as few calls as it takes."""

    def plan(self, current: S, desired: D) -> Plan[S]:
        """The steps from the current to the desired state."""

    def apply(self, work: Work, plan: Plan[S], desired: D) -> S:
        """Carry out the steps, read back once, and give the new state."""

    def report(self, work: Work, plan: Plan[S], state: S, desired: D) -> dict[str, Any]:
        """The resource's part of the result, from the predicted or the real new state alike."""


class Failed(Exception):
    """A failure together with what was done before it; ``result`` is ready for the user."""

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
    """Lock the store, then authenticate: nothing is asked of the platform whose answer could not be kept."""
    with ExitStack() as stack:
        writer = stack.enter_context(task.store.transaction()) if task.store and not task.check_mode else None
        account = stack.enter_context(
            task.authenticate(
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
    """The result of a task that cannot be predicted further, as the token for it has only been predicted.

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
        result = {"changed": plan.changed, **resource.report(work, plan, state, desired)}
        if plan.diff_before is not None or plan.diff_after is not None:
            result["diff"] = {"before": plan.diff_before, "after": plan.diff_after}
        return result


def execute(resource: Resource[D, S], task: Task) -> dict[str, Any]:
    """Run a task.

    Returns:
        ``changed``, ``diff`` (before and after), what the calls were (see :meth:`PlatformClient.traffic`) and the
        resource's own keys.

    Raises:
        Failed: with msg, the structured ``failure``, ``changed``, ``steps_done`` and the calls; no secret in it.
    """
    client = task.client
    done: list[str] = []
    try:
        result = _perform(resource, task, done)
    except PaasError as error:
        client.clean(error)
        failure = {"msg": str(error), "failure": error.failure(), "changed": bool(done), "steps_done": done}
        raise Failed({**error.details, **failure, **client.traffic()}) from None
    finally:
        client.close()
    return {**result, **client.traffic()}


def require(condition: object, message: str) -> None:
    """Raise InputError with the message unless the condition holds."""
    if not condition:
        raise InputError(message)
