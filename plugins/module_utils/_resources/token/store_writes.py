# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes to the token store around a call: a mark before the call, and the value as soon as it is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..._engine.dates import to_text, utc_now
from ..._engine.plan import Step
from ..._engine.resource import Work
from ..._engine.store_entry import StoreEntry
from .model import DesiredTokens, Subject, Token, TokenState
from .store_plan import validity


class TokenStoreWriter:
    """Writes to the store of a task; does nothing if the task has none."""

    def __init__(self, work: Work, desired: DesiredTokens, before: TokenState) -> None:
        self._work = work
        self._desired = desired
        self._writer = work.writer
        self._before = before
        # The keys that are marked, and what the store held under them before.
        self._marked: dict[str, StoreEntry | None] = {}

    def entry(self, key: str) -> StoreEntry | None:
        """Return what the store holds under a key."""
        return self._writer.entries.get(key) if self._writer else None

    def mark_creations(self, subjects: Iterable[Subject]) -> None:
        """Mark several tokens by one write, before the first of their calls.

        A mark whose call is never sent does no harm: the token does not exist, so that the next run creates it. A
        value that is in use is not covered: an earlier step of the plan may be about to move it to another key.

        Raises:
            StoreError: the marks could not be written, or the values after them could not.
        """
        self._mark(
            [
                self._entry(subject.key, subject.token, value=None, pending="create")
                for subject in subjects
                if subject.key not in self._marked and not _is_in_use(self.entry(subject.key))
            ]
        )

    def mark(self, subject: Subject, pending: str, value: str | None = None) -> None:
        """Mark one token, unless it is marked already, after making sure that its value can be written.

        Raises:
            StoreError: the mark could not be written, or the value after it could not.
        """
        if subject.key not in self._marked:
            self._mark([self._entry(subject.key, subject.token, value=value, pending=pending)])

    def _mark(self, entries: list[StoreEntry]) -> None:
        if self._writer is None or not entries:
            return
        self._writer.reserve()
        before = {entry.key: self._writer.entries.get(entry.key) for entry in entries}
        self._writer.put(*entries)
        self._marked.update(before)

    def leave_mark(self, key: str) -> None:
        """Leave a mark in the store for the next run, as a value may have been lost."""
        self._marked.pop(key, None)

    def take_back(self, *keys: str) -> None:
        """Restore what the store held under marked keys, as no value was made for them; without keys, under all."""
        before = {key: self._marked.pop(key) for key in keys or tuple(self._marked) if key in self._marked}
        entries = [entry for entry in before.values() if entry is not None]
        if self._writer is not None and before:
            self._writer.put(*entries)
            self._writer.remove(*(key for key, entry in before.items() if entry is None))

    def put_value(self, key: str, token: Token, value: str) -> None:
        """Store a value in the place of its mark.

        Raises:
            StoreError: it is not stored.
        """
        if self._writer:
            self._writer.put(self._entry(key, token, value=value))
        self._marked.pop(key, None)

    def restore(self, key: str) -> None:
        """Give a key back the entry that it had before this task."""
        if self._writer is None:
            return
        entry = self._before.entries.get(key)
        if entry is None:
            self._writer.remove(key)
        else:
            self._writer.put(entry)

    def correct_id(self, entry: StoreEntry, number: int | None) -> None:
        """Give an entry the id that the platform lists."""
        if self._writer:
            self._writer.put(replace(entry, id=number))

    def carry_out(self, step: Step) -> None:
        """Carry out a step on the store alone: an entry gets another name or expiry, or entries are removed."""
        if self._writer is None:
            return
        entry: StoreEntry | None = step.params.get("put")
        if entry is not None:
            self._writer.put(replace(entry, updated_at=to_text(utc_now())))
        self._writer.remove(*(key for key in step.params["remove"] if entry is None or key != entry.key))

    def _entry(self, key: str, token: Token, *, value: str | None, pending: str | None = None) -> StoreEntry:
        known = (entry for entry in self._before.entries.values() if entry.id == token.id)
        previous = None if token.id is None else next(known, None)
        declared = (desired.replaces for desired in self._desired.tokens if desired.description == token.description)
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
            valid_for=validity(token, self._before, previous),
            replaced=next(declared, None) or (previous.replaced if previous else None),
        )


def _is_in_use(entry: StoreEntry | None) -> bool:
    return entry is not None and entry.value is not None and entry.pending is None
