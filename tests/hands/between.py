# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task against the emulator, and what others do at a given moment of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply, RequestsTransport
from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.locks import Locks
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource, Task
from ansible_collections.inet.elastic.plugins.module_utils._run import make_client
from tests.integration.direct import open_store, options_of
from tests.integration.support import Emulator

Moment = Callable[[], object]
PATIENCE = 30.0


@dataclass
class Hands:
    """What happens between the calls of a task.

    Attributes:
        before, after: by the bare name of a method in lower case, or by that and the description of the token; each
            happens once, at the next such call.
    """

    before: dict[str, Moment] = field(default_factory=dict)
    after: dict[str, Moment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The real transport below."""
        self._transport = RequestsTransport()

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See :class:`Transport`."""
        method = url.rpartition("/")[2]
        names = (f"{method} {fields.get('description')}", method)
        for name in names:
            self.before.pop(name, lambda: None)()
        try:
            return self._transport.post(url, fields, timeout)
        finally:
            for name in names:
                self.after.pop(name, lambda: None)()

    def close(self) -> None:
        """See :class:`Transport`."""
        self._transport.close()

    def all_happened(self) -> bool:
        """Whether every moment came."""
        return not (self.before or self.after)


@dataclass
class Time:
    """The monotonic clock with jumps; pauses of a task are short."""

    ahead: float = 0.0

    def jump(self, seconds: float) -> Moment:
        """Let so much time have passed."""

        def moment() -> None:
            self.ahead += seconds

        return moment

    @property
    def clock(self) -> Clock:
        """For a client."""
        real = Clock()
        return Clock(monotonic=lambda: real.monotonic() + self.ahead, pause=lambda _seconds: real.pause(0.01))


def perform(
    resource: Resource[Any, Any],
    emulator: Emulator,
    hands: Hands | None = None,
    *,
    clock: Clock | None = None,
    locks: Locks | None = None,
    store: Path | None = None,
    warnings: list[str] | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Run one task; Failed if it fails. Every moment of ``hands`` has to come."""
    if store:
        options["store"] = str(store)
    validated = options_of(resource, emulator, **options)
    client = make_client(validated, hands)
    client.clock = clock or Time().clock
    task = Task(
        options=validated,
        client=client,
        store=open_store(store) if store else None,
        warn=(warnings if warnings is not None else []).append,
        locks=locks,
    )
    try:
        return execute(resource, task)
    finally:
        assert hands is None or hands.all_happened(), f"left: {hands.before.keys() | hands.after.keys()}"


class Other(threading.Thread):
    """Another run, in a thread; its result, or what ended it, is there after :meth:`ended`."""

    def __init__(self, work: Callable[[], dict[str, Any]]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._error: BaseException | None = None
        self._result: dict[str, Any] = {}

    def run(self) -> None:
        """See :class:`threading.Thread`."""
        try:
            self._result = self._work()
        except BaseException as error:
            self._error = error

    def ended(self) -> dict[str, Any]:
        """Wait for the end, and give the result."""
        self.join(PATIENCE)
        assert not self.is_alive(), "the other run does not end"
        if self._error:
            raise self._error
        return self._result


class Waits:
    """Whether a run waits for the lock of another one; ``said`` has what it told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._told = threading.Event()

    def tell(self, message: str) -> None:
        """See :class:`Locks`."""
        self.said.append(message)
        self._told.set()

    def come(self) -> None:
        """Wait until it waits."""
        assert self._told.wait(PATIENCE), "nobody waits for the lock"
