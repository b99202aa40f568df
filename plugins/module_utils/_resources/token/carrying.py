# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""Carrying out one step: a value is stored the moment it exists, and a lost answer is settled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

from ..._dates import from_wire
from ..._flow import Work
from ..._plan import Step
from ..._platform.client import PlatformClient
from ..._platform.codes import NOT_AUTHENTICATED
from ..._platform.errors import AnswerLostError, PaasError, RefusedError, UnexpectedAnswerError
from ..._platform.wire import get, identifier, unwrapped
from .keeping import ValueKeeper
from .model import Token
from .planning import CREATE, DELETE, EDIT, REGENERATE
from .reading import read_tokens
from .shelf import trusted
from .stages import Subject

PROBE = "users.account.GetUserInfo"


class Carrier:
    """Carries out steps in one thread, with that thread's client."""

    def __init__(self, work: Work, client: PlatformClient, keeper: ValueKeeper) -> None:
        self._work = work
        self._client = client
        self._keeper = keeper
        self._password = work.task.options.get("password")
        self._handlers: dict[str | None, Callable[[Step], None]] = {
            CREATE: self._create,
            EDIT: self._edit,
            DELETE: self._delete,
            REGENERATE: self._regenerate,
            None: keeper.follow,
        }

    def carry_out(self, step: Step) -> None:
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
            created = self._created_meanwhile(token, error)
            # The token is there and nobody has seen its value, so a second value harms nobody.
            answer = self._client.call(REGENERATE, id=created.id, password=self._password)
        except PaasError:
            self._keeper.restore(key, previous)
            raise
        try:
            self._keep_value(key, token, answer, step)
        except PaasError:
            self._undo_create(token, identifier(get(get(unwrapped(answer), "token"), "id")))
            self._keeper.restore(key, previous)
            raise

    def _created_meanwhile(self, token: Token, error: AnswerLostError) -> Token:
        known = {item.id for item in self._work.outcome["ids_before"]}
        fresh = [t for t in read_tokens(self._client) if t.description == token.description and t.id not in known]
        if len(fresh) != 1:
            raise AnswerLostError(
                f"{error.clause}; the token {token.description!r} was not to be seen right after; run the task again",
                method=error.method,
            )
        return fresh[0]

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
            "be dead: run again with regenerate: lost (with a store) or always",
            method=error.method,
        )

    def _is_dead(self, value: str) -> bool:
        """Whether the platform refuses a value as unknown; a value that merely lacks the method is alive."""
        self._client.redactor.add(value)
        try:
            self._client.call(PROBE, session=value)
        except RefusedError as error:
            return error.code == NOT_AUTHENTICATED
        except PaasError:
            return False
        return False

    def _keep_value(self, key: str, token: Token, answer: dict[str, Any], step: Step) -> None:
        shown = get(unwrapped(answer), "token")
        value = get(shown, "key", "value", "token")
        if not isinstance(value, str) or not value:
            raise UnexpectedAnswerError(f"{step.method} succeeded but its answer holds no value", method=step.method)
        self._client.redactor.add(value)
        numbered = identifier(get(shown, "id"))
        token = replace(
            token,
            id=token.id if numbered is None else numbered,
            expires_at=from_wire(get(shown, "expiresAt")) or token.expires_at,
        )
        self._keeper.keep(key, token, value)
        self._work.outcome["values"][token.description] = value

    # -- steps without a value ---------------------------------------------------------------------------------

    def _edit(self, step: Step) -> None:
        token = step.subject.token
        try:
            self._send(step)
        except AnswerLostError as error:
            found = next((t for t in read_tokens(self._client) if t.id == token.id), None)
            if found is None or not same_settings(found, token):
                raise self._not_done(error, f"the change of {token.description!r}") from None

    def _delete(self, step: Step) -> None:
        subject: Subject = step.subject
        try:
            self._send(step)
        except AnswerLostError as error:
            if {token.id for token in subject.tokens} & {token.id for token in read_tokens(self._client)}:
                raise self._not_done(error, "the removal") from None

    @staticmethod
    def _not_done(error: AnswerLostError, what: str) -> AnswerLostError:
        return AnswerLostError(
            f"{error.clause}; {what} was not to be seen right after; run the task again", method=error.method
        )


def same_settings(found: Token, wanted: Token) -> bool:
    """Whether a token has the wanted settings, spelling and order aside."""
    return (
        found.description == wanted.description
        and (found.template or "").casefold() == (wanted.template or "").casefold()
        and found.keys == wanted.keys
        and found.expires_at == wanted.expires_at
    )
