# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""What small resources have in common: steps one after the other, each settled where its answer gets lost."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Generic, TypeVar

from .._flow import Work
from .._plan import Plan, Step
from .._platform.errors import AnswerLostError, PaasError, UnexpectedAnswerError

D = TypeVar("D")
S = TypeVar("S")


class Stepwise(ABC, Generic[D, S]):
    """A resource whose steps are one call each; the subject of a step is the state that it leads to."""

    manages_tokens = False

    @abstractmethod
    def read(self, work: Work, desired: D) -> S:
        """See :class:`Resource`."""

    @abstractmethod
    def reached(self, found: S, after: S) -> bool:
        """Whether a state that was read is the one that steps lead to."""

    def secrets(self, step: Step, desired: D) -> dict[str, Any]:
        """Parameters that go with a step and stand in no plan."""
        return {}

    def apply(self, work: Work, plan: Plan[S], desired: D) -> S:
        """Carry out the steps in order, read back once, and make sure that they were taken over."""
        for step in plan.steps:
            self.carry_out(work, step, desired)
            work.done.append(step.summary)
        found = self.read(work, desired)
        if not self.reached(found, plan.after):
            raise UnexpectedAnswerError(
                "the platform answered success, but what is there is not as asked for; run the task again, or look at "
                "it in the dashboard"
            )
        return found

    def carry_out(self, work: Work, step: Step, desired: D) -> None:
        """Make one change; PaasError where it is not made, or not known to be."""
        try:
            work.client.call(str(step.method), **{**step.params, **self.secrets(step, desired)})
        except AnswerLostError as error:
            self._settle(work, step, desired, error)

    def _settle(self, work: Work, step: Step, desired: D, error: AnswerLostError) -> None:
        """Never send it again on a guess; look whether it was done."""
        try:
            found = self.read(work, desired)
        except PaasError as second:
            message = (
                f"{error.clause}; whether the change was made could not be seen: {second.clause}; run the task again"
            )
            raise AnswerLostError(message, method=error.method) from None
        if not self.reached(found, step.subject):
            message = f"{error.clause}; it is not done, or not yet: {step.summary}; run the task again"
            raise AnswerLostError(message, method=error.method)
