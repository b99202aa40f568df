# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out the steps of a plan, for all resources: send, wait, resolve a lost answer, plan again.

Others may work on the same account at the same time. So a write whose parameters were made from a read is sent only
after a fresh read; the runner waits for a busy environment; and after a refusal that the work of others can explain, it
reads the current state and decides by that.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from .._client.client import Attempts
from .._client.codes import BUSY_CODES, OVERTAKEN_CODES
from .._client.errors import (
    AnswerLostError,
    ConcurrentChangeError,
    InputError,
    PaasError,
    ReadAgainError,
    RefusedError,
    WaitTimeoutError,
)
from .._client.methods import CHANGES_SEVERAL, WHOLE
from .plan import Plan, Step
from .resource import Work

S = TypeVar("S")

# Limit of the plans before one step. Each further plan follows a change by others.
MOST_PLANS = 20
# Seconds for which a read counts as fresh.
FRESH_SECONDS = 5.0


@dataclass(frozen=True)
class Look:
    """What a read shows about a step whose answer was lost.

    Attributes:
        problem: why the step is not done and what to do, as the end of a message; None if the step is done.
        running: the state in words, if the operation is still running and the task does not wait.
        answer: that of another call which was made in place of the step's call, see :meth:`Target.answered`.
    """

    problem: str | None = None
    running: str | None = None
    answer: dict[str, Any] | None = field(default=None, repr=False)


class Target(ABC, Generic[S]):
    """The object of a task: what the runner needs to know about the resource.

    Attributes:
        budget: seconds that one operation may take, waiting included.
        waits: whether the task waits for operations.
        done: the steps that are done.
    """

    budget: float = 0.0
    waits: bool = True

    def __init__(self, work: Work) -> None:
        self.work = work
        self.done: list[Step] = []

    def turn(self, step: Step) -> AbstractContextManager[None]:
        """Return the context in which a step is carried out, such as a lock."""
        return nullcontext()

    def params(self, step: Step) -> dict[str, Any]:
        """Return the parameters of a step's call, with the parameters that are not part of the plan."""
        return dict(step.params)

    def carry_out_here(self, step: Step) -> None:
        """Carry out a step that is a change on this machine alone."""

    def answered(self, step: Step, answer: dict[str, Any]) -> None:
        """Handle the answer to a step."""

    def patience(self, step: Step) -> float | None:
        """Return the minimal time-out for the answer in seconds; None: the time-out of the task."""
        return None

    def is_fresh(self) -> bool:
        """Return whether the read behind the current plan is fresh."""
        return True

    def wait_until_idle(self, budget: float) -> bool:
        """Wait until no operation is running; return whether an operation was running.

        Raises:
            WaitTimeoutError: the budget of seconds is used up.
        """
        return False

    def refused(self, step: Step, error: RefusedError) -> None:
        """Raise the failure of the task if this refusal shows that the step was carried out."""

    def explained(self, step: Step, error: RefusedError) -> RefusedError:
        """Return a refusal with what the resource knows or can read about its cause."""
        return error

    def remedy(self, step: Step) -> str:
        """Return what to do if it cannot be seen whether a step was carried out."""
        return "run the task again"

    @abstractmethod
    def look(self, step: Step, budget: float) -> Look:
        """Read whether a step was carried out; wait for a running operation, at most ``budget`` seconds."""

    @abstractmethod
    def plan_again(self) -> Plan[S]:
        """Read, and plan the rest of the work."""


@dataclass(frozen=True)
class _Refusal:
    step: Step
    error: RefusedError


class _Outdated(Exception):
    """The plan has to be made again before the step is sent."""


class StepRunner(Generic[S]):
    """Carries out one plan; plans again if others change what the plan was made from."""

    def __init__(self, target: Target[S], plan: Plan[S], *, outdated: bool = False) -> None:
        self._target = target
        self._work = target.work
        self._client = target.work.client
        self._plan = plan
        self._done = target.done
        self._outdated = outdated
        self._just_read = False
        # Others had time to change what the plan was made from.
        self._waited = False
        self._plans = 0
        self._attempts: Attempts | None = None
        self._refusal: _Refusal | None = None
        # A step that was refused as busy although no operation was running; it is sent once more.
        self._unexplained: Step | None = None
        self._deadline: float | None = None

    def run(self) -> Plan[S]:
        """Carry out the plan; return the final plan: the steps that were done, and the state that they lead to.

        Raises:
            PaasError: the first step that failed; ``work.done`` holds the steps before it.
        """
        steps = list(self._plan.steps)
        while self._outdated or steps:
            if self._outdated or self._needs_read(steps[0]):
                steps = self._plan_again()
                continue
            step = steps.pop(0)
            try:
                with self._target.turn(step):
                    running = self._carry_out(step)
            except _Outdated:
                self._outdated = True
                continue
            self._finished(step)
            if running and steps:
                raise AnswerLostError(
                    f"{running} and the task does not wait, so this is still to do: "
                    f"{', '.join(later.summary for later in steps)}; run the task again later, or set wait: true",
                    method=step.method,
                )
        return replace(self._plan, steps=tuple(self._done))

    def _needs_read(self, step: Step) -> bool:
        return step.method in WHOLE and not self._just_read and (self._waited or not self._target.is_fresh())

    def _finished(self, step: Step) -> None:
        is_progress = step.summary not in (done.summary for done in self._done)
        self._done.append(step)
        self._work.done.append(step.summary)
        self._just_read = False
        # A step that new plans have again, such as an upload before each attempt, must not make the attempts endless.
        if is_progress:
            self._plans = 0
            self._attempts = self._unexplained = self._deadline = None

    # -- planning again ---------------------------------------------------------------------------------------------

    def _plan_again(self) -> list[Step]:
        """Read and plan the rest. If the new plan still has the refused step, raise the refusal."""
        refusal, self._refusal = self._refusal, None
        self._plans += 1
        if self._plans > MOST_PLANS:
            raise ConcurrentChangeError(
                f"others changed what this task works on {MOST_PLANS} times while it ran; run the task again when they "
                "have finished"
            )
        try:
            plan = self._target.plan_again()
        except InputError:
            raise
        except PaasError:
            if refusal is None:
                raise
            raise self._target.explained(refusal.step, refusal.error) from None
        if refusal is not None and has_any(plan, [refusal.step]):
            raise self._target.explained(refusal.step, refusal.error)
        for warning in plan.warnings:
            if warning not in self._plan.warnings:
                self._work.task.warn(warning)
        self._outdated, self._waited, self._just_read = False, False, True
        if self._done:
            plan = replace(plan, before=self._plan.before, diff_before=self._plan.diff_before)
        self._plan = plan
        return list(plan.steps)

    # -- one step ---------------------------------------------------------------------------------------------------

    def _carry_out(self, step: Step) -> str | None:
        """Carry out one step; return the state in words if the operation is running and the task does not wait."""
        if step.method is None:
            self._target.carry_out_here(step)
            return None
        started = self._client.clock.monotonic()
        params = self._target.params(step)
        try:
            with self._client.timeouts(at_least=self._target.patience(step)):
                # After a pause the last read is old, so the same parameters are never sent twice.
                self._attempts = self._attempts or self._client.attempts()
                answer = self._client.call_once(step.method, params, self._attempts)
        except ReadAgainError:
            raise _Outdated from None
        except AnswerLostError as error:
            return self._resolve_lost_answer(step, error, started)
        except RefusedError as error:
            self._judge(step, error)
            raise _Outdated from None
        self._target.answered(step, answer)
        return None

    def _judge(self, step: Step, error: RefusedError) -> None:
        """Raise a refusal, unless the work of others can explain it; then a new plan decides."""
        self._target.refused(step, error)
        if error.code in BUSY_CODES and self._target.waits:
            now = self._client.clock.monotonic()
            self._deadline = now + self._target.budget if self._deadline is None else self._deadline
            if not self._target.wait_until_idle(max(0.0, self._deadline - now)):
                if self._unexplained and same_work(self._unexplained, step):
                    raise self._target.explained(step, error)
                self._unexplained = step
        elif error.code in OVERTAKEN_CODES:
            self._refusal = _Refusal(step, error)
        else:
            raise self._target.explained(step, error)

    # -- lost answers -----------------------------------------------------------------------------------------------

    def _resolve_lost_answer(self, step: Step, error: AnswerLostError, started: float) -> str | None:
        """Find out whether a step is done, not done, or running. The step is never sent again on a guess."""
        left = max(0.0, self._target.budget - (self._client.clock.monotonic() - started))
        self._waited = True
        try:
            look = self._target.look(step, left)
        except WaitTimeoutError as late:
            self._work.done.append(f"{step.summary} (still going on)")
            # The wait for the lost answer is part of the budget.
            message = f"{late.last} after {self._target.budget:g} seconds; raise wait_timeout or look again later"
            raise WaitTimeoutError(message, last=late.last, method=error.method) from None
        except PaasError as second:
            raise not_seen(error, second, self._target.remedy(step)) from None
        if look.problem is not None:
            raise error.saying(error, look.problem)
        if look.answer is not None:
            self._target.answered(step, look.answer)
        return look.running


def same_work(one: Step, other: Step) -> bool:
    """Return whether two steps of different plans do the same work."""
    return one.method == other.method and (one.method in CHANGES_SEVERAL or one.summary == other.summary)


def has_any(plan: Plan[Any], steps: Sequence[Step]) -> bool:
    """Return whether a plan contains the work of one of these steps."""
    return any(same_work(step, other) for step in steps for other in plan.steps)


def not_seen(error: AnswerLostError, second: PaasError, remedy: str) -> AnswerLostError:
    """Return the failure of a call whose answer was lost, if the read after it failed, too."""
    return error.saying(error, f"whether the change was made could not be seen: {second.clause}; {remedy}")
