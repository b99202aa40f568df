# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying out one step: a value is stored the moment it exists, and a lost answer is resolved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Callable

from ..._client.answers import identifier, member, payload
from ..._client.client import Attempts, PlatformClient
from ..._client.codes import NOT_AUTHENTICATED
from ..._client.errors import (
    AnswerLostError,
    ConcurrentChangeError,
    PaasError,
    ReadAgainError,
    RefusedError,
    UnexpectedAnswerError,
)
from ..._engine.dates import moment_from_answer
from ..._engine.plan import Step
from ..._engine.resource import Work
from ..._engine.runner import FRESH_SECONDS, not_seen
from .model import Token
from .plan import CREATE, DELETE, EDIT, REGENERATE
from .reader import read_tokens
from .stages import Subject
from .store_plan import trusted
from .store_writes import TokenStoreWriter

PROBE = "users.account.GetUserInfo"


REMEDY = "run again with regenerate: lost (with a store) or always"


class TokenSteps:
    """Carries out steps in one thread, with that thread's client.

    Args:
        attempts: at each edit so far, by the token's id.
    """

    def __init__(
        self, work: Work, client: PlatformClient, store_writer: TokenStoreWriter, attempts: dict[int | None, Attempts]
    ) -> None:
        self._work = work
        self._client = client
        self._keeper = store_writer
        self._attempts = attempts
        self._password = work.task.options.get("password")
        self._handlers: dict[str | None, Callable[[Step], None]] = {
            CREATE: self._create,
            EDIT: self._edit,
            DELETE: self._delete,
            REGENERATE: self._regenerate,
            None: store_writer.follow,
        }

    def run(self, step: Step) -> None:
        """Make one change; PaasError where it is not made, or not known to be."""
        self._handlers[step.method](step)

    def _send(self, step: Step) -> dict[str, Any]:
        """Make the step's call; the password confirms it wherever it is known (documented as optional)."""
        return self._client.call(str(step.method), **step.params, password=self._password)

    # -- steps that bring a value ------------------------------------------------------------------------------

    def _create(self, step: Step) -> None:
        token, key = step.subject.token, step.subject.key
        previous = self._keeper.announce(step.subject, "create")
        try:
            answer = self._send(step)
        except AnswerLostError as error:
            answer = self._replaced(step, self._created_meanwhile(token, error), error)
        except PaasError:
            self._keeper.restore(key, previous)
            raise
        try:
            self._keep_value(key, token, answer, step)
        except PaasError:
            self._undo_create(token, identifier(member(member(payload(answer), "token"), "id")))
            self._keeper.restore(key, previous)
            raise
        self._work.outcome.setdefault("made", {})[token.description] = identifier(
            member(member(payload(answer), "token"), "id")
        )

    def _created_meanwhile(self, token: Token, error: AnswerLostError) -> Token:
        known = {item.id for item in self._work.outcome["ids_before"]}
        try:
            tokens = read_tokens(self._client)
        except PaasError as second:
            remedy = "run the task again, and with regenerate: lost if the token is there without a value in the store"
            raise not_seen(error, second, remedy) from None
        fresh = [item for item in tokens if item.description == token.description and item.id not in known]
        if len(fresh) != 1:
            raise AnswerLostError(
                f"{error.clause}; the token {token.description!r} was not to be seen right after; run the task again",
                method=error.method,
            )
        return fresh[0]

    def _replaced(self, step: Step, created: Token, error: AnswerLostError) -> dict[str, Any]:
        """Replace the value of a token that nobody of this run has seen, if the task asks for that.

        Somebody else may have made the token at the same moment, and use its value.
        """
        name = f"{created.description!r} (id {created.id})"
        if not step.subject.replaceable:
            raise AnswerLostError(
                f"{error.clause}; there is a token {name} now, made by this call or by somebody else at the same "
                f"moment, and its value is not known: {REMEDY} if the value may be replaced, or remove the token by "
                "its id",
                method=error.method,
            )
        with _with_remedy(f"the token {name} was made, and its value is lost: {REMEDY}"):
            return self._client.call(REGENERATE, id=created.id, password=self._password)

    def _undo_create(self, token: Token, number: int | None) -> None:
        """Delete a new token whose value could not be kept, so that none is left that nobody can use.

        Args:
            number: its id by the answer to its creation; one that the platform does not list for it is not believed, as
                another token would be deleted.
        """
        if number is not None and any(
            found.id == number and found.description == token.description for found in read_tokens(self._client)
        ):
            self._client.call(DELETE, ids=str(number), password=self._password)

    def _regenerate(self, step: Step) -> None:
        token, key = step.subject.token, step.subject.key
        entry = self._keeper.stored(key)
        old = entry.value if entry and trusted(entry, token) else None
        self._keeper.announce(step.subject, "regenerate", old)
        try:
            answer = self._send(step)
        except AnswerLostError as error:
            if not (old and self._is_dead(old)):
                raise self._uncertain(error, token) from None
            # The first call was carried out, and its value went with the answer: nobody can use it.
            with _with_remedy(f"the old value of {token.description!r} is dead: {REMEDY}"):
                answer = self._send(step)
        except PaasError:
            self._keeper.restore(key, entry)
            raise
        try:
            self._keep_value(key, token, answer, step)
        except PaasError as error:
            error.args = (
                f"{error.clause}; the old value of {token.description!r} is dead: repair with regenerate: lost",
            )
            raise

    def _uncertain(self, error: AnswerLostError, token: Token) -> AnswerLostError:
        return AnswerLostError(
            f"{error.clause}; whether {token.description!r} has a new value cannot be seen, and a stored old one may "
            f"be dead: {REMEDY}",
            method=error.method,
        )

    def _is_dead(self, value: str) -> bool:
        """Whether the platform refuses a value as unknown; a value that is only missing the method is alive."""
        self._client.redactor.add(value)
        try:
            self._client.call(PROBE, session=value)
        except RefusedError as error:
            return error.code == NOT_AUTHENTICATED
        except PaasError:
            return False
        return False

    def _keep_value(self, key: str, token: Token, answer: dict[str, Any], step: Step) -> None:
        shown = member(payload(answer), "token")
        value = member(shown, "key", "value", "token")
        if not isinstance(value, str) or not value:
            raise UnexpectedAnswerError(f"{step.method} succeeded but its answer holds no value", method=step.method)
        self._client.redactor.add(value)
        numbered = identifier(member(shown, "id"))
        token = replace(
            token,
            id=token.id if numbered is None else numbered,
            expires_at=moment_from_answer(member(shown, "expiresAt")) or token.expires_at,
        )
        self._keeper.keep(key, token, value)
        self._work.outcome["values"][token.description] = value

    # -- steps without a value ---------------------------------------------------------------------------------

    def _edit(self, step: Step) -> None:
        """Change a token. The whole token is sent, so its settings are read again if they were read a while ago."""
        token = step.subject.token
        self._check_unchanged(token)
        attempts = self._attempts.setdefault(token.id, self._client.attempts())
        try:
            self._client.call_once(str(step.method), {**step.params, "password": self._password}, attempts)
        except AnswerLostError as error:
            found = next((item for item in self._tokens_after(error) if item.id == token.id), None)
            if found is None or not same_settings(found, token):
                raise self._not_done(error, f"the change of {token.description!r}") from None

    def _check_unchanged(self, token: Token) -> None:
        if self._client.clock.monotonic() - self._work.outcome["read_at"] <= FRESH_SECONDS:
            return
        before, now = (
            next((item for item in tokens if item.id == token.id), None)
            for tokens in (self._work.outcome["ids_before"], read_tokens(self._client))
        )
        if before is None or now is None or not same_settings(before, now):
            raise ReadAgainError(ConcurrentChangeError(f"somebody else changes the token {token.description!r}, too"))

    def _delete(self, step: Step) -> None:
        subject: Subject = step.subject
        try:
            self._send(step)
        except AnswerLostError as error:
            if {token.id for token in subject.tokens} & {token.id for token in self._tokens_after(error)}:
                raise self._not_done(error, "the removal") from None

    def _tokens_after(self, error: AnswerLostError) -> tuple[Token, ...]:
        """The tokens, to see what became of a call whose answer was lost."""
        try:
            return read_tokens(self._client)
        except PaasError as second:
            raise not_seen(error, second) from None

    @staticmethod
    def _not_done(error: AnswerLostError, what: str) -> AnswerLostError:
        return AnswerLostError(
            f"{error.clause}; {what} was not to be seen right after; run the task again", method=error.method
        )


@contextmanager
def _with_remedy(remedy: str) -> Iterator[None]:
    """Let failures within the block say what has happened to the value, and what to do."""
    try:
        yield
    except PaasError as error:
        error.args = (f"{error.clause}; {remedy}",)
        raise


def same_settings(found: Token, desired: Token) -> bool:
    """Whether a token has the wanted settings, spelling and order aside."""
    return (
        found.description == desired.description
        and (found.template or "").casefold() == (desired.template or "").casefold()
        and found.keys == desired.keys
        and found.expires_at == desired.expires_at
    )
