# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Planning again after others changed tokens, and two creators of one token: the later one gives way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..._client.client import Attempts
from ..._client.codes import OVERTAKEN_CODES
from ..._client.errors import ConcurrentChangeError, PaasError, ReadAgainError, RefusedError
from ..._engine.plan import Plan, Step
from ..._engine.resource import Work
from ..._engine.runner import MOST_PLANS, has_any
from .model import DesiredToken, DesiredTokens, Token, TokenState
from .plan import CREATE, DELETE, MAKES_VALUE


class PlanAgain:
    """The plan of a task, made again as often as others change what it was made from.

    Attributes:
        plan: to be carried out now.
        done: steps that were carried out and that still hold.
        attempts: at each edit, by the token's id.
    """

    def __init__(
        self,
        work: Work,
        plan: Plan[TokenState],
        desired: DesiredTokens,
        read_and_plan: Callable[[DesiredTokens], Plan[TokenState]],
    ) -> None:
        self.plan = plan
        self.done: list[Step] = []
        self.attempts: dict[int | None, Attempts] = {}
        self._work = work
        self._desired = desired
        self._first = plan
        self._read_and_plan = read_and_plan
        self._told = set(plan.warnings)
        self._plans = 0
        self._gave_way: set[str] = set()

    def after_refusal(self, error: ReadAgainError | RefusedError, done: Sequence[Step]) -> None:
        """Plan again after a call that was not taken; raise the error if a new plan does not explain it."""
        if isinstance(error, RefusedError) and error.code not in OVERTAKEN_CODES:
            raise error
        self.done += done
        refused = [step for step in self.plan.steps if step.method == error.method and step not in self.done]
        self._plan_again(error.cause if isinstance(error, ReadAgainError) else error)
        if isinstance(error, RefusedError) and has_any(self.plan, refused[:1]):
            raise error

    def _plan_again(self, error: PaasError) -> None:
        self._plans += 1
        if self._plans > MOST_PLANS:
            raise error
        self.plan = self._read_and_plan(replace(self._desired, tokens=tuple(map(self._still, self._desired.tokens))))
        for warning in self.plan.warnings:
            if warning not in self._told:
                self._work.task.warn(warning)
        self._told.update(self.plan.warnings)

    def _still(self, desired: DesiredToken) -> DesiredToken:
        """What is still asked for of a token: one that has got its new value gets no other one."""
        new = [step.subject.token for step in self.done if step.method in MAKES_VALUE]
        if desired.regenerate == "always" and any(_is_of(desired, token) for token in new):
            return replace(desired, regenerate="lost")
        return desired

    def merged(self) -> Plan[TokenState]:
        """The plan as it turned out: all steps that were done, and the state they lead to."""
        if not self.done:
            return replace(self.plan, steps=())
        seen = {name: self.plan.diff_before[name] for name in self._gave_way if name in self.plan.diff_before}
        before = {**self._first.diff_before, **seen}
        return replace(self.plan, before=self._first.before, steps=tuple(self.done), diff_before=before)

    # -- twins ------------------------------------------------------------------------------------------------------

    def gives_way(self, tokens: Sequence[Token]) -> bool:
        """Remove each token that this run made after somebody else made one of its description, and plan again.

        The later one is the one with the higher id. Its maker sees both, as it looks after it has made its own.
        """
        made = self._work.outcome.get("made", {})
        later = [
            token
            for token in tokens
            if made.get(token.description) == token.id and any(_precedes(other, token) for other in tokens)
        ]
        for token in later:
            self._remove(token)
            del made[token.description]
        if later:
            self._plan_again(ConcurrentChangeError(f"somebody else makes the token {later[0].description!r}, too"))
        return bool(later)

    def _remove(self, token: Token) -> None:
        """Undo the creation of a token: on the platform, in the store, and in what the task reports."""
        try:
            self._work.client.call(DELETE, ids=str(token.id), password=self._work.task.options.get("password"))
        except PaasError as error:
            error.args = (
                f"{error.clause}; somebody else made a token {token.description!r} at the same moment, and the one of "
                f"this task (id {token.id}) could not be removed: remove it by its id, then run the task again",
            )
            raise
        step = next(
            step for step in self.done if step.method == CREATE and step.subject.token.description == token.description
        )
        self.done.remove(step)
        self._work.done.remove(step.summary)
        self._work.outcome["values"].pop(token.description, None)
        self._gave_way.add(token.description)
        if self._work.writer:
            previous = self._first.before.entries.get(step.subject.key)
            if previous is None:
                self._work.writer.remove(step.subject.key)
            else:
                self._work.writer.put(previous)

    def without_later_twins(self, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        """The tokens without those that somebody else made after this run made one of the same description."""
        made = self._work.outcome.get("made", {})
        own = [token for token in tokens if made.get(token.description) == token.id]
        twins = [other for token in own for other in tokens if _precedes(token, other)]
        for twin in twins:
            self._work.task.warn(
                f"somebody else made a token {twin.description!r} (id {twin.id}) at the same moment; a run of this "
                "collection removes it again, otherwise remove it by its id"
            )
        return tuple(token for token in tokens if token not in twins)


def _is_of(desired: DesiredToken, token: Token) -> bool:
    return token.id == desired.id if desired.description is None else token.description == desired.description


def _precedes(one: Token, other: Token) -> bool:
    """Whether of two tokens of one description one was made before the other."""
    if one.description != other.description or one.id is None or other.id is None:
        return False
    return one.id < other.id
