# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store's side of steps: a mark before the call that brings a value, and the value the moment it exists."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from ..._client.errors import PaasError
from ..._engine.dates import to_text, utc_now
from ..._engine.plan import Step
from ..._engine.resource import Work
from ..._engine.store_entry import StoreEntry
from .model import DesiredTokens, Token
from .stages import Subject


class TokenStoreWriter:
    """Writes to the store of a task; does nothing where the task has none. Threads may share it."""

    def __init__(self, work: Work, desired: DesiredTokens) -> None:
        self._work = work
        self._desired = desired
        self._writer = work.writer
        # Keys that are marked ahead of their step, and what was there before.
        self._ahead: dict[str, StoreEntry | None] = {}

    def stored(self, key: str) -> StoreEntry | None:
        """What the store holds under a key."""
        return self._writer.entries.get(key) if self._writer else None

    def announce_creations(self, subjects: list[Subject]) -> None:
        """Mark several tokens by one write, before the first of their calls.

        A mark whose call is never sent does no harm: the token is not there, so that the next run creates it. Marks of
        new values for tokens that are there must not be written ahead, as the values that live would not be trusted.

        Raises:
            StoreError: the marks, or the values after them, could not be written.
        """
        if self._writer is None or not subjects:
            return
        self._writer.reserve()
        before = {subject.key: self._writer.entries.get(subject.key) for subject in subjects}
        self._writer.put(*(self._entry(item.key, item.token, value=None, pending="create") for item in subjects))
        self._ahead.update(before)

    def announce(self, subject: Subject, pending: str, value: str | None = None) -> StoreEntry | None:
        """Mark one token, after making sure that its value can be written; gives the entry before.

        Raises:
            StoreError: the mark, or the value after it, could not be written.
        """
        if self._writer is None:
            return None
        if subject.key in self._ahead:
            return self._ahead.pop(subject.key)
        self._writer.reserve()
        previous = self._writer.entries.get(subject.key)
        self._writer.put(self._entry(subject.key, subject.token, value=value, pending=pending))
        return previous

    def restore(self, key: str, previous: StoreEntry | None) -> None:
        """Take a mark back."""
        self._restore({key: previous})

    def take_back_unused(self) -> None:
        """Take the marks back whose calls were not sent; those that cannot be written do no harm."""
        unused, self._ahead = self._ahead, {}
        with suppress(PaasError):
            self._restore(unused)

    def _restore(self, before: dict[str, StoreEntry | None]) -> None:
        if self._writer is None:
            return
        entries = [entry for entry in before.values() if entry is not None]
        if entries:
            self._writer.put(*entries)
        if len(entries) < len(before):
            self._writer.remove(*(key for key, entry in before.items() if entry is None))

    def keep(self, key: str, token: Token, value: str) -> None:
        """Store a value in the place of its mark.

        Raises:
            StoreError: it is not stored.
        """
        if self._writer:
            self._writer.put(self._entry(key, token, value=value))

    def follow(self, step: Step) -> None:
        """A step on the store alone: an entry gets another name or expiry, or goes."""
        if self._writer is None:
            return
        put, remove = step.params.get("put"), step.params.get("remove")
        if put is not None:
            self._writer.put(replace(put, updated_at=to_text(utc_now())))
        if remove is not None and (put is None or remove != put.key):
            self._writer.remove(remove)

    def remove(self, keys: Iterable[str]) -> None:
        """Remove entries by one write."""
        if self._writer:
            self._writer.remove(*keys)

    def _entry(self, key: str, token: Token, *, value: str | None, pending: str | None = None) -> StoreEntry:
        return StoreEntry(
            key=key,
            value=value,
            id=token.id,
            description=token.description,
            api_url=self._desired.api_url,
            account=self._work.account,
            expires_at=to_text(token.expires_at),
            updated_at=to_text(utc_now()),
            pending=pending,
        )
