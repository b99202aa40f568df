# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The loop of the event sources: read the account, put an event for each change, remember what was put, back off."""

from __future__ import annotations

import asyncio
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.inet.elastic.plugins.module_utils._client import codes
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError, require
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import base_url
from ansible_collections.inet.elastic.plugins.module_utils._engine.arguments import checked
from ansible_collections.inet.elastic.plugins.module_utils._engine.connection import resolved
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed, execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource, Task, Work
from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import CONNECTION, Options
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec, make_client

from .state_file import Record, StateFile

# Of the ids of events, made up once.
NAMESPACE = uuid.UUID("6f0f4a5e-0c5b-4f0e-9d0c-7f6f3a1f5b51")
LONGEST_PAUSE = 3600.0  # seconds
# The credentials are wrong or do not grant the method, so another attempt would fail, too.
FINAL_CODES = frozenset(
    {codes.PERMISSION_DENIED, codes.SIGNIN_FAILED, codes.NOT_AUTHENTICATED, codes.METHOD_NOT_GRANTED, 703, 704, 707}
)
COMMON: Options = {"interval": {"type": "float", "default": 300.0}, "state_file": {"type": "path"}}


class SourceError(Exception):
    """The source cannot go on. The message is one line without secrets."""


@dataclass(frozen=True)
class Change:
    """What is remembered of a subject from now on, and the event that is put before, if there is one.

    Attributes:
        subject: a token by its id, an environment by its name.
        record: None: the subject is forgotten.
        name: the kind of event, such as ``expiring``; empty without an event.
        members: of the event.
        occurrence: tells events of the same name and subject apart. The same event has the same one after a restart.
    """

    subject: str
    record: Record | None
    name: str = ""
    members: Mapping[str, Any] = field(default_factory=dict)
    occurrence: object = None


class Watched(Protocol):
    """What a source watches."""

    @property
    def name(self) -> str:
        """The name of the source in events and in the state file."""

    @property
    def members(self) -> tuple[str, ...]:
        """The members of the records of its subjects."""

    @property
    def resource(self) -> Resource[Any, Any]:
        """The resource that reads the account."""

    @property
    def options(self) -> Options:
        """The options of the source, beside the options of all sources."""

    def configure(self, options: Mapping[str, Any]) -> None:
        """Check and keep the options of the source; InputError for an option that is not valid."""

    def changes(self, known: Mapping[str, Record] | None, result: Mapping[str, Any], now: datetime) -> Iterator[Change]:
        """Yield what changed since the last poll.

        Args:
            known: the records of the subjects; None at the first poll ever. That poll yields all records before its
                first event, so that a source that is ended meanwhile does not take a subject for a new one later.
        """


class EventQueue(Protocol):
    """Takes the events of a source."""

    async def put(self, event: dict[str, Any], /) -> None:
        """Wait for a free place, and put an event there."""


class Source:
    """One source in one run of ansible-rulebook.

    Raises:
        SourceError: an option or the state file is not valid.
    """

    def __init__(self, watched: Watched, arguments: Mapping[str, Any]) -> None:
        self._watched = watched
        try:
            self._options = _options(watched, arguments)
            watched.configure(self._options)
            self._url = base_url(self._options["api_url"], allow_http=self._options["allow_http"])
            place = {"source": watched.name, "api_url": self._url, "login": self._options.get("login")}
            self._state = StateFile(self._options.get("state_file"), place, watched.members)
            self._known = self._state.read()
        except InputError as error:
            raise SourceError(str(error)) from None
        # The defaults of the resource.
        defaults = {name: option.get("default") for name, option in watched.resource.spec.options.items()}
        self._asked = {**defaults, **self._options}
        self._failure: str | None = None
        self._failures = 0

    async def run(self, queue: EventQueue) -> None:
        """Poll until the task is cancelled.

        Raises:
            SourceError: another poll would fail, too, for instance because of wrong credentials.
        """
        while True:
            await self.poll(queue)
            await asyncio.sleep(self.pause)

    @property
    def pause(self) -> float:
        """Seconds until the next poll: the interval, doubled for each failure in a row."""
        interval: float = self._options["interval"]
        return min(interval * 2.0 ** min(self._failures, 20), max(interval, LONGEST_PAUSE))

    async def poll(self, queue: EventQueue) -> None:
        """Read the account once, and put an event for each change; SourceError as for :meth:`run`."""
        try:
            result, now = await asyncio.to_thread(self._read)
        except Failed as failed:
            await self._failed(queue, failed.result)
            return
        except InputError as error:  # of the client, such as a ca_path without certificates
            raise SourceError(str(error)) from None
        if self._failure is not None:
            await queue.put(self._event("recovered", {"message": self._failure}))
        self._failure, self._failures = None, 0
        changes = list(self._watched.changes(self._known, result, now))
        self._known = {} if self._known is None else self._known
        try:
            for change in changes:
                if change.name:
                    await queue.put(self._event(change.name, change.members, change))
                if change.record is None:
                    self._known.pop(change.subject, None)
                else:
                    self._known[change.subject] = change.record
        finally:  # also if the task was cancelled while the queue was full
            self._save()

    def _read(self) -> tuple[dict[str, Any], datetime]:
        client = make_client(self._asked)
        task = Task(self._asked, client)
        return execute(self._watched.resource, task), Work(task, client).now

    async def _failed(self, queue: EventQueue, result: Mapping[str, Any]) -> None:
        message, failure = result["msg"], result["failure"]
        if failure["kind"] == InputError.kind or failure["code"] in FINAL_CODES:
            raise SourceError(message)
        self._failures += 1
        # The same failure is told once.
        if message != self._failure:
            self._failure = message
            await queue.put(self._event("failed", {"message": message, "failure": failure}))

    def _event(self, name: str, members: Mapping[str, Any], change: Change | None = None) -> dict[str, Any]:
        source = {"source": self._watched.name, "change": name, "api_url": self._url}
        event: dict[str, Any] = {"paas": {**source, "account": self._options.get("login"), **members}}
        if change is not None:
            place = [*event["paas"].values()][:4]
            identity = json.dumps([*place, change.subject, change.occurrence], default=str)
            event["meta"] = {"uuid": str(uuid.uuid5(NAMESPACE, identity))}
        return event

    def _save(self) -> None:
        try:
            self._state.write(self._known or {})
        except OSError as error:
            raise SourceError(f"state_file: {self._state.path} cannot be written: {error.strerror}") from None


def _options(watched: Watched, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a source with defaults and environment variables; InputError if one is not valid."""
    spec = {**watched.options, **COMMON, **CONNECTION}
    known = {name: value for name, value in arguments.items() if name != "eda_feedback_queue"}
    given, _warnings = checked(resolved(known, os.environ), spec)
    validated = ArgumentSpecValidator(argument_spec(spec)).validate(given)
    require(not validated.error_messages, "; ".join(validated.error_messages))
    options: dict[str, Any] = validated.validated_parameters
    require(options["interval"] > 0, "interval must be a number of seconds above 0")
    return options


class PrintingQueue(asyncio.Queue[Any]):
    """Prints events instead of keeping them, for a source that is run by itself."""

    async def put(self, item: Any) -> None:
        """Print an event."""
        print(item)
