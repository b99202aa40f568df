# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out a rotation: stage by stage, each by the runner of tokens. A failure concerns its token only."""

from __future__ import annotations

from dataclasses import replace

from ..._client.errors import ConcurrentChangeError, InterruptedWorkError, NotSentError, PaasError
from ..._engine.plan import Plan, Step
from ..._engine.resource import Work
from ..._engine.runner import MOST_PLANS
from ..token.calls import TokenCalls
from ..token.model import DesiredTokens, TokenState
from ..token.plan import plan_tokens
from ..token.steps import REMEDY, REMEDY_CREATION, REPAIR, TokenTarget
from .desired import DesiredRotation
from .model import Rotation, RotationOutcome, RotationState
from .plan import finished_plan, outcome_of
from .reader import read_state
from .stages import RotationPlanner, Stage


class RotationApplier:
    """Carries out the plan of a task."""

    def __init__(self, work: Work, plan: Plan[RotationState], desired: DesiredRotation) -> None:
        self._work = work
        self._plan = plan
        self._desired = desired
        self._calls = TokenCalls(work.client, work.task.options.get("password"))
        self._state = plan.before.tokens
        self._steps: list[Step] = []
        # Whether a failure concerns the tokens after it, too.
        self._stopped = False

    def run(self) -> Plan[RotationState]:
        """Return the plan as it turned out. What fails is an outcome."""
        outcomes: list[RotationOutcome] = []
        for planned in self._plan.after.outcomes:
            rotation = planned.rotation
            if planned.error is not None or not planned.steps:
                error = planned.error
            elif self._stopped:
                error = InterruptedWorkError(f"token {rotation.name} was not begun, because of the failure before it")
            else:
                outcomes.append(self._outcome(rotation))
                continue
            outcomes.append(outcome_of(rotation, self._state, (), rotated=False, error=error))
        after = RotationState(self._state, tuple(outcomes))
        return finished_plan(self._plan.before, after, self._steps, self._plan.warnings)

    def _outcome(self, rotation: Rotation) -> RotationOutcome:
        count = len(self._work.done)
        before = self._value(rotation.name)
        error: PaasError | None = None
        try:
            self._rotate(rotation)
        except PaasError as failure:
            self._stopped = _stops(failure)
            reason = str(failure)
            for remedy in (REMEDY, REMEDY_CREATION, REPAIR):
                # The next run of a rotation repairs a value by itself.
                reason = reason.replace(remedy, "run the task again")
            error = failure.saying(f"the rotation of token {rotation.name} stopped: {reason}")
            self._look_again()
        value = self._value(rotation.name)
        rotated = value is not None and value != before
        return outcome_of(rotation, self._state, tuple(self._work.done[count:]), rotated=rotated, error=error)

    def _rotate(self, rotation: Rotation) -> None:
        planner = RotationPlanner(rotation, self._desired)
        for _number in range(MOST_PLANS):
            stage = planner.next_stage(self._state)
            if stage is None:
                break
            self._carry_out(stage)
            planner.rotated |= stage.brings_value
        else:
            raise ConcurrentChangeError("others change its tokens; run the task again when they have finished")
        if planner.rotated and not self._desired.overlapping:
            self._prove(rotation.name)

    def _carry_out(self, stage: Stage) -> None:
        if stage.proof is not None:
            self._prove(stage.proof)
        target = TokenTarget(self._work, stage.desired, plan_tokens(self._state, stage.desired), self._plan_again)
        try:
            target.run()
        finally:
            self._steps += target.done
        self._state = replace(target.state, now=self._work.now, read_at=self._work.client.clock.monotonic())

    def _plan_again(self, still: DesiredTokens) -> Plan[TokenState]:
        return plan_tokens(read_state(self._work), still)

    def _prove(self, name: str) -> None:
        """Check that the platform accepts a stored value, before anything depends on it."""
        value = self._value(name)
        if value is None:
            raise PaasError(f"the store does not have the value of token {name!r}; run the task again")
        try:
            self._calls.check_accepted(value)
        except PaasError as error:
            raise error.saying(f"the platform does not accept the value of token {name!r}: {error}") from None

    def _value(self, name: str) -> str | None:
        entry = self._work.writer.entries.get(name) if self._work.writer else None
        return entry.value if entry is not None and entry.pending is None else None

    def _look_again(self) -> None:
        """Read what a failure has left, for the tokens after it. If that fails, too, what was read last stands."""
        try:
            self._state = read_state(self._work)
        except PaasError:
            entries = self._work.writer.entries if self._work.writer else {}
            self._state = replace(self._state, entries=dict(entries))


def _stops(error: PaasError) -> bool:
    """Return whether the next token would fail by the same cause, or lose its value by it."""
    return isinstance(error, NotSentError) or error.kind == "store"
