# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""Carrying out a plan for tokens: a value is stored the moment it exists, and lost answers are settled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

from ..._dates import from_wire, to_text, utc_now
from ..._flow import Work
from ..._plan import Plan, Step
from ..._platform.client import PlatformClient
from ..._platform.codes import NOT_AUTHENTICATED
from ..._platform.errors import AnswerLostError, PaasError, RefusedError, UnexpectedAnswerError
from ..._platform.wire import get, items, unwrapped
from ..._store_entry import StoreEntry
from .model import Token, TokenState, Wanted, token_from_wire
from .planning import CREATE, DELETE, EDIT, REGENERATE, trusted

GET = "users.authentication.GetTokens"
PROBE = "users.account.GetUserInfo"


def read_tokens(client: PlatformClient) -> tuple[Token, ...]:
    """All tokens of the account, in one call."""
    return tuple(token_from_wire(item) for item in items(unwrapped(client.call(GET)), "apiTokens", "tokens"))


class Applier:
    """Carries out the steps of one plan, in order."""

    def __init__(self, work: Work, wanted: Wanted) -> None:
        self._work = work
        self._client = work.client
        self._wanted = wanted
        self._values: dict[str, str] = work.outcome.setdefault("values", {})

    def run(self, plan: Plan[TokenState]) -> None:
        """Carry out every step; PaasError for the first that fails, with what was done before it in ``work.done``."""
        handlers: dict[str | None, Callable[[Step], None]] = {
            CREATE: self._create,
            EDIT: self._edit,
            DELETE: self._delete,
            REGENERATE: self._regenerate,
            None: self._keep_store,
        }
        for step in plan.steps:
            handlers[step.method](step)
            self._work.done.append(step.summary)

    def _send(self, step: Step) -> dict[str, Any]:
        """Make the step's call; the password confirms it wherever it is known (documented as optional)."""
        return self._client.call(str(step.method), **step.params, password=self._work.task.options.get("password"))

    # -- steps that bring a value ------------------------------------------------------------------------------

    def _create(self, step: Step) -> None:
        token, key = step.subject
        previous = self._announce(key, StoreEntry(key=key, description=token.description, pending="create"))
        try:
            answer = self._send(step)
        except AnswerLostError as error:
            created = self._created_meanwhile(token, error)
            # The token is there and nobody has seen its value, so a second value harms nobody.
            answer = self._client.call(REGENERATE, id=created.id, password=self._work.task.options.get("password"))
        except PaasError:
            self._restore(key, previous)
            raise
        made = token_from_wire(get(unwrapped(answer), "token"))
        try:
            self._keep_value(key, made, answer, step)
        except PaasError:
            self._undo_create(made, key, previous)
            raise

    def _created_meanwhile(self, token: Token, error: AnswerLostError) -> Token:
        known = {item.id for item in self._work.outcome["ids_before"]}
        fresh = [t for t in read_tokens(self._client) if t.description == token.description and t.id not in known]
        if len(fresh) != 1:
            raise AnswerLostError(
                f"{error}; the token {token.description!r} was not to be seen right after; run the task again",
                method=error.method,
            )
        return fresh[0]

    def _undo_create(self, made: Token, key: str, previous: StoreEntry | None) -> None:
        """Delete a new token whose value could not be kept, so that none is left that nobody can use."""
        if made.id is not None:
            self._client.call(DELETE, ids=str(made.id), password=self._work.task.options.get("password"))
        self._restore(key, previous)

    def _regenerate(self, step: Step) -> None:
        token, key = step.subject
        entry = self._work.writer.entries.get(key) if self._work.writer else None
        old = entry.value if entry and trusted(entry, token) else None
        self._announce(key, self._entry(key, token, value=old, pending="regenerate"))
        try:
            answer = self._send(step)
        except AnswerLostError as error:
            if not (old and self._is_dead(old)):
                raise self._uncertain(error, token) from None
            # The first call was carried out, and its value went with the answer: nobody can use it.
            answer = self._send(step)
        except PaasError:
            self._restore(key, entry)
            raise
        try:
            self._keep_value(key, token, answer, step)
        except PaasError as error:
            error.args = (f"{error}; the old value of {token.description!r} is dead: repair with regenerate: lost",)
            raise

    def _uncertain(self, error: AnswerLostError, token: Token) -> AnswerLostError:
        return AnswerLostError(
            f"{error}; whether {token.description!r} has a new value cannot be seen, and a stored old one may be dead: "
            "run again with regenerate: lost (with a store) or always",
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
        number = get(shown, "id")
        token = replace(
            token,
            id=token.id if number is None else int(number),
            expires_at=from_wire(get(shown, "expiresAt")) or token.expires_at,
        )
        if self._work.writer:
            self._work.writer.put(self._entry(key, token, value=value))
        self._values[token.description] = value

    # -- steps without a value ---------------------------------------------------------------------------------

    def _edit(self, step: Step) -> None:
        token, _key = step.subject
        try:
            self._send(step)
        except AnswerLostError as error:
            found = next((t for t in read_tokens(self._client) if t.id == token.id), None)
            if found is None or not same_settings(found, token):
                raise self._not_done(error, f"the change of {token.description!r}") from None

    def _delete(self, step: Step) -> None:
        gone = {token.id for token in step.subject}
        try:
            self._send(step)
        except AnswerLostError as error:
            if gone & {token.id for token in read_tokens(self._client)}:
                raise self._not_done(error, "the removal") from None

    @staticmethod
    def _not_done(error: AnswerLostError, what: str) -> AnswerLostError:
        return AnswerLostError(
            f"{error}; {what} was not to be seen right after; run the task again", method=error.method
        )

    # -- the store ---------------------------------------------------------------------------------------------

    def _entry(self, key: str, token: Token, *, value: str | None, pending: str | None = None) -> StoreEntry:
        return StoreEntry(
            key=key,
            value=value,
            id=token.id,
            description=token.description,
            api_url=self._wanted.api_url,
            account=self._work.account,
            expires_at=to_text(token.expires_at),
            updated_at=to_text(utc_now()),
            pending=pending,
        )

    def _announce(self, key: str, entry: StoreEntry) -> StoreEntry | None:
        """Write ahead that a value is on its way, after making sure that it can be written; gives the entry before."""
        if not self._work.writer:
            return None
        self._work.writer.reserve()
        previous = self._work.writer.entries.get(key)
        marked = replace(entry, api_url=self._wanted.api_url, account=self._work.account, updated_at=to_text(utc_now()))
        self._work.writer.put(marked)
        return previous

    def _restore(self, key: str, previous: StoreEntry | None) -> None:
        if self._work.writer and previous is None:
            self._work.writer.remove(key)
        elif self._work.writer and previous is not None:
            self._work.writer.put(previous)

    def _keep_store(self, step: Step) -> None:
        writer = self._work.writer
        if writer is None:
            return
        put, remove = step.params.get("put"), step.params.get("remove")
        if put is not None:
            writer.put(replace(put, updated_at=to_text(utc_now())))
        if remove is not None and (put is None or remove != put.key):
            writer.remove(remove)


def same_settings(found: Token, wanted: Token) -> bool:
    """Whether a token has the wanted settings, spelling and order aside."""
    return (
        found.description == wanted.description
        and (found.template or "").casefold() == (wanted.template or "").casefold()
        and found.keys == wanted.keys
        and found.expires_at == wanted.expires_at
    )
