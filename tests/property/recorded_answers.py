# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of every resource, the emulator's answers to them, and the same tasks run on those answers with one changed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.inet.elastic.plugins.module_utils._client.client import PlatformClient
from ansible_collections.inet.elastic.plugins.module_utils._client.methods import READS
from ansible_collections.inet.elastic.plugins.module_utils._client.parameters import method_path
from ansible_collections.inet.elastic.plugins.module_utils._client.redaction import Redactor
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource, Task
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import StoreEntry
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec
from tests.property.emulated import LOGIN, PASSWORD, URL, EmulatedPlatform

# What a call is answered that the recording does not have, as changed answers lead to other calls.
NOTHING_SAID = Reply(status=200, headers={}, body='{"result":0}')
# Not part of what makes two calls the same.
_OF_ACCESS = ("session", "password")
_READ_PATHS = frozenset(map(method_path, READS))
# Parameters that say what a write is done to.
_IDENTIFIERS = frozenset({"id", "ids", "nodeid", "nodegroup", "envname", "envgroup", "appuniquename"})


@dataclass(frozen=True)
class Subject:
    """One task.

    Attributes:
        prepare: makes what the task finds.
        secrets: values among the options that no message may hold, besides those of the account.
        stored: what the token store holds at the beginning; None: the task has no store.
    """

    name: str
    resource: Resource[Any, Any]
    options: Mapping[str, Any] = field(repr=False)
    prepare: Callable[[EmulatedPlatform], None] = lambda platform: None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    stored: tuple[StoreEntry, ...] | None = field(default=None, repr=False)


class StoreInMemory:
    """A token store that needs no file."""

    def __init__(self, entries: tuple[StoreEntry, ...]) -> None:
        self.entries = {entry.key: entry for entry in entries}

    def preview(self) -> Mapping[str, StoreEntry]:
        """See ``Store``."""
        return self.entries

    @contextmanager
    def transaction(self) -> Iterator[StoreInMemory]:
        """See ``Store``; this is its own writer."""
        yield self

    def reserve(self) -> None:
        """See ``StoreWriter``."""

    def put(self, *entries: StoreEntry) -> None:
        """See ``StoreWriter``."""
        self.entries.update({entry.key: entry for entry in entries})

    def remove(self, *keys: str) -> None:
        """See ``StoreWriter``."""
        for key in keys:
            self.entries.pop(key, None)


@dataclass(frozen=True)
class Recorded:
    """One call and its answer."""

    method: str
    fields: Mapping[str, str] = field(repr=False)
    reply: Reply

    def is_for(self, url: str, fields: Mapping[str, str]) -> bool:
        """Whether the call is this one again, by whomever it is made."""
        return url.endswith(self.method) and self.fields == _without_access(fields)


def _without_access(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name not in _OF_ACCESS}


class _Recorder(EmulatedPlatform):
    """The emulator, which keeps what it answers."""

    def __init__(self) -> None:
        self.recorded: list[Recorded] = []
        super().__init__()

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See ``Transport``."""
        reply = super().post(url, fields, timeout)
        self.recorded.append(Recorded(url.rpartition("/1.0/")[2], _without_access(fields), reply))
        return reply


class Replay:
    """The transport to recorded answers: each call gets its own in turn, the last one again and again.

    Attributes:
        sent: all that was sent, as one text.
        aimless: writes that do not say what they are done to.
    """

    def __init__(self, recorded: list[Recorded], changed: Mapping[int, Reply]) -> None:
        """``changed``: answers in place of recorded ones, by the number of these."""
        self._answers = [changed.get(number, item.reply) for number, item in enumerate(recorded)]
        self._recorded = recorded
        self._used: set[int] = set()
        self._lock = threading.Lock()
        self.sent = ""
        self.aimless: list[str] = []

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See ``Transport``."""
        same = [number for number, item in enumerate(self._recorded) if item.is_for(url, fields)]
        alike = [number for number, item in enumerate(self._recorded) if url.endswith(item.method)]
        same = same or alike[-1:]
        with self._lock:
            self.sent += "\n".join(fields.values())
            if f"/1.0/{url.rpartition('/1.0/')[2]}" not in _READ_PATHS:
                needed = {name for number in alike[:1] for name in self._recorded[number].fields}
                self.aimless += [
                    f"{url} without {name}"
                    for name in needed
                    if name.lower() in _IDENTIFIERS and fields.get(name, "") in ("", "null", "[]", "[null]")
                ]
            number = next((number for number in same if number not in self._used), same[-1] if same else None)
            if number is None:
                return NOTHING_SAID
            self._used.add(number)
            return self._answers[number]

    def close(self) -> None:
        """Nothing is open."""


class NoTime(Clock):
    """A clock that only pauses move on."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(monotonic=lambda: self._now, pause=self._forward)

    def _forward(self, seconds: float) -> None:
        self._now += seconds


@dataclass(frozen=True)
class Recording:
    """A task with all that it was answered when it was run for real; the task in check mode gets the first of them."""

    subject: Subject
    options: Mapping[str, Any] = field(repr=False)
    answers: list[Recorded] = field(repr=False)

    @property
    def secrets(self) -> list[str]:
        """All that must not be in a message."""
        sessions = [json.loads(item.reply.body).get("session") for item in self.answers]
        return [PASSWORD, *self.subject.secrets, *(session for session in sessions if session)]

    def run(self, transport: Any, *, check: bool) -> dict[str, Any]:
        """The task's result, or Failed, on other answers."""
        client = PlatformClient(url=URL, transport=transport, clock=NoTime(), redactor=Redactor())
        store = None if self.subject.stored is None else StoreInMemory(self.subject.stored)
        task = Task(options=self.options, client=client, check_mode=check, store=store)
        return execute(self.subject.resource, task)


def record(subject: Subject) -> Recording:
    """Run a task once on the emulator."""
    platform = _Recorder()
    try:
        subject.prepare(platform)
        spec = subject.resource.spec
        given = {"api_url": URL, "login": LOGIN, "password": PASSWORD, **subject.options}
        checked = ArgumentSpecValidator(argument_spec(spec.options), **spec.rules).validate(given)
        assert not checked.error_messages, checked.error_messages
        platform.recorded.clear()
        recording = Recording(subject, checked.validated_parameters, platform.recorded)
        recording.run(platform, check=False)
        return recording
    finally:
        platform.end()
