# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of small resources: each step is one call, and a step is done if a new plan does not contain it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from .._client.errors import UnexpectedAnswerError
from .plan import Plan, Step
from .resource import Resource, Work
from .runner import Look, StepRunner, Target, has_any

D = TypeVar("D")
S = TypeVar("S")


class Stepwise(Resource[D, S]):
    """A resource whose steps are one call each."""

    manages_tokens = False

    def secrets(self, step: Step, desired: D) -> dict[str, Any]:
        """Return the parameters of a step's call that are not part of the plan, because they hold secrets."""
        return {}

    def target(self, work: Work, desired: D) -> StepwiseTarget[D, S]:
        """Return the task for the runner."""
        return StepwiseTarget(work, self, desired)

    def apply(self, work: Work, plan: Plan[S], desired: D) -> S:
        """Carry out the steps in order, and return the new state."""
        target = self.target(work, desired)
        work.carried_out = StepRunner(target, plan).run()
        return target.new_state() if target.done else work.carried_out.after


class StepwiseTarget(Target[S], Generic[D, S]):
    """A task of such a resource for the runner.

    Attributes:
        desired: what is desired; a step that is done on every run takes itself out.
    """

    waits = False

    def __init__(self, work: Work, resource: Stepwise[D, S], desired: D) -> None:
        super().__init__(work)
        self._resource = resource
        self.desired = desired

    def params(self, step: Step) -> dict[str, Any]:
        return {**step.params, **self._resource.secrets(step, self.desired)}

    def look(self, step: Step, budget: float) -> Look:
        if has_any(self.plan_again(), [step]):
            return Look(f"it is not done, or not yet: {step.summary}; run the task again")
        return Look()

    def plan_again(self) -> Plan[S]:
        return self._resource.plan(self._resource.read(self.work, self.desired), self.desired)

    def new_state(self) -> S:
        """Read back once after steps, and check the new state."""
        current = self._resource.read(self.work, self.desired)
        if has_any(self._resource.plan(current, self.desired), self.done):
            raise UnexpectedAnswerError(
                "the platform answered success, but the new state is not the desired state; run the task again, or "
                "check the object in the dashboard"
            )
        return current
