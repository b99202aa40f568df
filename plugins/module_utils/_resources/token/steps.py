# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying out the steps of a plan for tokens, one at a time; each value is stored as soon as it exists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from ..._client.answers import identifier, member, payload
from ..._client.errors import (
    AnswerLostError,
    ConcurrentChangeError,
    E,
    InterruptedWorkError,
    PaasError,
    RefusedError,
    UnexpectedAnswerError,
)
from ..._engine.dates import moment_from_answer
from ..._engine.interruption import Interrupted
from ..._engine.plan import Plan, Step
from ..._engine.resource import Work
from ..._engine.runner import FRESH_SECONDS, MOST_PLANS, Look, StepRunner, Target
from .calls import TokenCalls
from .model import DesiredToken, DesiredTokens, Token, TokenState
from .plan import CREATE, DELETE, EDIT, MAKES_VALUE, REGENERATE, find
from .reader import read_tokens
from .store_plan import holds_value_of
from .store_writes import TokenStoreWriter

REPAIR = "repair with regenerate: lost"
REMEDY = "run again with regenerate: lost (with a store) or always"
REMEDY_CREATION = "run the task again, and with regenerate: lost if the token is there without a value in the store"


class TokenTarget(Target[TokenState]):
    """The tokens of an account as a task works on them; the runner carries out its plan.

    Attributes:
        values: the new values so far, by description.
        state: the state as it is at the end of :meth:`run`.
    """

    waits = False

    def __init__(
        self,
        work: Work,
        desired: DesiredTokens,
        plan: Plan[TokenState],
        read_and_plan: Callable[[DesiredTokens], Plan[TokenState]],
    ) -> None:
        super().__init__(work)
        self.values: dict[str, str] = {}
        self.state = plan.before
        self._desired = desired
        self._plan = plan
        self._current = plan.before
        self._read_and_plan = read_and_plan
        self._names_steps = len(plan.steps) > 1
        self._store = TokenStoreWriter(work, desired, plan.before)
        # Ids of the tokens that this task has created for certain, by description.
        self._created: dict[str, int | None] = {}
        # Descriptions of tokens that may be of this task or of somebody else, as an answer was lost.
        self._unproven: set[str] = set()
        # Descriptions of tokens that this task has removed again, as somebody else made them before.
        self._gave_way: set[str] = set()
        # The value that the token of the current step had, if the store has it.
        self._old_value: str | None = None
        self._calls = TokenCalls(work.client, work.task.options.get("password"))

    def run(self) -> Plan[TokenState]:
        """Carry out the plan and return it as it turned out, with the state that it predicts.

        Raises:
            PaasError: for the first step that fails, with what was done before it in ``work.done``.
        """
        try:
            plan = self._run()
            self._release()
        except Interrupted:
            problems = self._undo_unstored()
            if problems:
                raise InterruptedWorkError(f"the task was interrupted; {'; '.join(problems)}") from None
            raise
        except PaasError as error:
            problems = self._undo_unstored()
            if problems:
                raise error.saying(error, *problems) from None
            raise
        finally:
            # Marks that cannot be taken back do no harm.
            with suppress(PaasError):
                self._store.take_back()
        if self.work.writer is None and self.values:
            # Only the result has the values now.
            self.work.task.interruption.hold()
        return plan

    def _run(self) -> Plan[TokenState]:
        first: Plan[TokenState] | None = None
        for _number in range(MOST_PLANS):
            count = len(self.done)
            plan = StepRunner(self, self._plan).run()
            first = first or plan
            self._release()
            sent = any(step.method for step in self.done[count:])
            tokens = read_tokens(self.work.client) if sent else plan.after.tokens
            twins = self._later_twins(tokens)
            if not twins:
                return self._outcome(first, plan, tokens)
            for token in twins:
                self._give_way(token)
            for warning in self.plan_again().warnings:
                if warning not in plan.warnings:
                    self.work.task.warn(warning)
        raise ConcurrentChangeError(f"somebody else makes the token {twins[0].description!r}, too")

    def _outcome(self, first: Plan[TokenState], plan: Plan[TokenState], tokens: tuple[Token, ...]) -> Plan[TokenState]:
        tokens = self._without_later_twins(tokens)
        self._correct_numbers(tokens)
        entries = dict(self.work.writer.entries) if self.work.writer else {}
        self.state = replace(plan.after, tokens=tokens, entries=entries, values=self.values)
        self._check_taken_over(plan.after.tokens)
        if not self.done:
            return plan
        seen = {name: plan.diff_before[name] for name in self._gave_way if name in plan.diff_before}
        return replace(plan, before=first.before, diff_before={**first.diff_before, **seen})

    # -- signals ----------------------------------------------------------------------------------------------------

    def _release(self) -> None:
        """Heed a signal, unless new values of tokens would be lost that only the result of the task can hand back."""
        if self.work.writer is not None or not any(step.method == REGENERATE for step in self.done):
            self.work.task.interruption.release()

    # -- a task that ends early ---------------------------------------------------------------------------------------

    def _undo_unstored(self) -> list[str]:
        """Remove the tokens that a task without a store has created, as its result cannot hand their values back.

        Returns:
            What to say of values that are lost, and of tokens that could not be removed.
        """
        problems = []
        for step in [step for step in self.done if step.method in MAKES_VALUE and self.work.writer is None]:
            description = step.subject.token.description
            if step.method == REGENERATE or description not in self._created:
                problems.append(f"the new value of {description!r} is lost: {REMEDY}")
                continue
            problem = self._calls.remove_created(description, self._created[description])
            if problem:
                problems.append(problem)
            else:
                self.work.done.remove(step.summary)
        return problems

    # -- the runner's questions -------------------------------------------------------------------------------------

    def is_fresh(self) -> bool:
        """See :class:`Target`."""
        return self.work.client.clock.monotonic() - self._current.read_at <= FRESH_SECONDS

    def plan_again(self) -> Plan[TokenState]:
        """See :class:`Target`."""
        self._store.take_back()
        self._release()
        tokens = tuple(map(self._still_desired, self._desired.tokens))
        self._plan = self._read_and_plan(replace(self._desired, tokens=tokens))
        self._current = self._plan.before
        return self._plan

    def _still_desired(self, desired: DesiredToken) -> DesiredToken:
        """Return what is still asked for of a token: one new value in all, whatever the plan says that is made now."""
        if any(step.method in MAKES_VALUE and _is_of(desired, step.subject.token) for step in self.done):
            return replace(desired, regenerate="lost") if desired.regenerate == "always" else desired
        if any(step.method == REGENERATE and _is_of(desired, step.subject.token) for step in self._plan.steps):
            return replace(desired, regenerate="always")
        return desired

    @contextmanager
    def turn(self, step: Step) -> Iterator[None]:
        """See :class:`Target`; a signal waits until the store has what the step has changed."""
        if step.method is not None:
            self._release()
        self.work.task.interruption.hold()
        try:
            if step.method in MAKES_VALUE:
                self._mark(step)
            yield
        # Whatever has happened, the marks must say what is known of the values.
        except Exception as error:
            if isinstance(error, AnswerLostError):
                self._store.leave_mark(step.subject.key)
            self._store.take_back(step.subject.key)
            if isinstance(error, PaasError) and not isinstance(error, RefusedError):
                raise self._named(error, step) from None
            raise

    def _mark(self, step: Step) -> None:
        if step.method == REGENERATE:
            entry = self._store.entry(step.subject.key)
            self._old_value = entry.value if entry and holds_value_of(entry, step.subject.token) else None
            self._store.mark(step.subject, "regenerate", self._old_value)
            return
        left = (other for other in self._plan.steps if other.method == CREATE and other not in self.done)
        self._store.mark_creations(other.subject for other in left)
        self._store.mark(step.subject, "create")

    def params(self, step: Step) -> dict[str, Any]:
        """See :class:`Target`."""
        return {**step.params, **self._calls.confirmation}

    def carry_out_here(self, step: Step) -> None:
        """See :class:`Target`."""
        self._store.carry_out(step)

    def explained(self, step: Step, error: RefusedError) -> RefusedError:
        """See :class:`Target`; in a task of several steps the message names the step."""
        return self._named(error, step)

    def _named(self, error: E, step: Step) -> E:
        return error.saying(f"{step.summary}: {error}") if self._names_steps else error

    # -- values -----------------------------------------------------------------------------------------------------

    def answered(self, step: Step, answer: dict[str, Any]) -> None:
        """See :class:`Target`; stores the value."""
        if step.method not in MAKES_VALUE:
            return
        description = step.subject.token.description
        token_answer = member(payload(answer), "token")
        number = identifier(member(token_answer, "id"))
        created = step.method == CREATE and description not in self._unproven
        try:
            self._store_value(step, token_answer, number)
        except PaasError as error:
            problem = self._calls.remove_created(description, number) if created else None
            if created and not problem:
                raise
            if not created:
                self._store.leave_mark(step.subject.key)
            raise error.saying(error, problem or f"the old value of {description!r} is dead: {REPAIR}") from None
        if created:
            self._created[description] = number

    def _store_value(self, step: Step, answer: Any, number: int | None) -> None:
        token: Token = step.subject.token
        value = member(answer, "key", "value", "token")
        if not isinstance(value, str) or not value:
            raise UnexpectedAnswerError(f"{step.method} succeeded but its answer holds no value", method=step.method)
        self.work.client.redactor.add(value)
        ends = moment_from_answer(member(answer, "expiresAt")) or token.expires_at
        token = replace(token, id=token.id if number is None else number, expires_at=ends)
        self._store.put_value(step.subject.key, token, value)
        self.values[token.description] = value

    # -- lost answers -----------------------------------------------------------------------------------------------

    def remedy(self, step: Step) -> str:
        """See :class:`Target`."""
        return REMEDY_CREATION if step.method == CREATE else super().remedy(step)

    def look(self, step: Step, budget: float) -> Look:
        """See :class:`Target`; a value that was lost with its answer is replaced if that harms nobody."""
        if step.method == REGENERATE:
            return self._look_for_value(step.subject.token)
        tokens = read_tokens(self.work.client)
        if step.method == CREATE:
            return self._look_for_created(step, tokens)
        listed = {token.id: token for token in tokens}
        if step.method == EDIT:
            found = listed.get(step.subject.token.id)
            done = found is not None and found.has_settings_of(step.subject.token)
        else:
            done = listed.keys().isdisjoint(token.id for token in step.subject.tokens)
        return Look() if done else _not_done(step)

    def _look_for_created(self, step: Step, tokens: Sequence[Token]) -> Look:
        description = step.subject.token.description
        known = {token.id for token in self._current.tokens}
        new = [token for token in tokens if token.description == description and token.id not in known]
        if not new:
            return _not_done(step)
        if len(new) > 1:
            ids = ", ".join(str(token.id) for token in new)
            return Look(
                f"there are {len(new)} tokens {description!r} now (ids {ids}), made by this call or by "
                "somebody else at the same moment: remove those that nobody uses by their ids, then run the task again"
            )
        name = f"{description!r} (id {new[0].id})"
        if not step.subject.replaceable:
            return Look(
                f"there is a token {name} now, made by this call or by somebody else at the same moment, and its value "
                f"is not known: {REMEDY} if the value may be replaced, or remove the token by its id"
            )
        self._unproven.add(description)
        return self._replace_value(new[0], f"the token {name} was made, and its value is lost")

    def _look_for_value(self, token: Token) -> Look:
        if not (self._old_value and self._calls.is_dead(self._old_value)):
            return Look(
                f"whether {token.description!r} has a new value cannot be seen, and a stored old one may be dead: "
                f"{REMEDY}"
            )
        # The call was carried out, and the new value went with its answer: nobody can use it.
        return self._replace_value(token, f"the old value of {token.description!r} is dead")

    def _replace_value(self, token: Token, reason: str) -> Look:
        try:
            return Look(answer=self._calls.call(REGENERATE, id=token.id))
        except PaasError as error:
            return Look(f"{error.clause}; {reason}: {REMEDY}")

    # -- several creators of one token ------------------------------------------------------------------------------

    def _later_twins(self, tokens: Sequence[Token]) -> list[Token]:
        """Return the tokens that this task made after somebody else made one of the same description.

        The later token is the one with the higher id. Its maker sees both, as it looks after it has made its own.
        """
        return [token for token in self._own(tokens) if any(other.precedes(token) for other in tokens)]

    def _own(self, tokens: Sequence[Token]) -> list[Token]:
        return [token for token in tokens if token.id is not None and self._created.get(token.description) == token.id]

    def _give_way(self, token: Token) -> None:
        """Undo the creation of a token: on the platform, in the store, and in what the task reports."""
        self.work.task.interruption.hold()
        try:
            self._calls.call(DELETE, ids=str(token.id))
        except PaasError as error:
            raise error.saying(
                error,
                f"somebody else made a token {token.description!r} at the same moment, and the one of this task (id "
                f"{token.id}) could not be removed: remove it by its id, then run the task again",
            ) from None
        step = next(step for step in self.done if step.method == CREATE and _is_about(step, token))
        self.done.remove(step)
        self.work.done.remove(step.summary)
        del self._created[token.description], self.values[token.description]
        self._gave_way.add(token.description)
        self._store.restore(step.subject.key)

    def _without_later_twins(self, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        """Return the tokens without those that somebody else made after this task made one of the same description."""
        twins = [other for token in self._own(tokens) for other in tokens if token.precedes(other)]
        for twin in twins:
            self.work.task.warn(
                f"somebody else made a token {twin.description!r} (id {twin.id}) at the same moment; a run of this "
                "collection removes it again, otherwise remove it by its id"
            )
        return tuple(token for token in tokens if token not in twins)

    def _check_taken_over(self, predicted: tuple[Token, ...]) -> None:
        for desired in self._desired.tokens:
            expected, listed = find(predicted, desired), find(self.state.tokens, desired)
            if desired.present and not (expected and listed and listed.has_settings_of(expected)):
                raise UnexpectedAnswerError(
                    f"the platform answered success, but {desired.label} is not as asked for; look at it with "
                    "inet.elastic.paas_token_info"
                )

    def _correct_numbers(self, tokens: Sequence[Token]) -> None:
        """Give the entries of new values the ids that the platform lists, if the answers had other ids."""
        for step in self.done:
            entry = self._store.entry(step.subject.key) if step.method in MAKES_VALUE else None
            ids = [token.id for token in tokens if _is_about(step, token)] if entry else []
            if entry is None or len(ids) != 1 or entry.id == ids[0]:
                continue
            if entry.id is not None:
                self.work.task.warn(
                    f"the platform answered {step.method} for token {entry.description!r} with the id {entry.id}, and "
                    f"lists the token with the id {ids[0]}; the store has the id of the list"
                )
            self._store.correct_id(entry, ids[0])


def _not_done(step: Step) -> Look:
    return Look(f"it is not done, or not yet: {step.summary}; run the task again")


def _is_about(step: Step, token: Token) -> bool:
    return bool(step.subject.token.description == token.description)


def _is_of(desired: DesiredToken, token: Token) -> bool:
    return token.id == desired.id if desired.description is None else token.description == desired.description
