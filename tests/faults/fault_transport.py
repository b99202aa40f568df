# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to the platform, on which something happens at one call of one method."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.parameters import method_path
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply, RequestsTransport
from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store import files as _store_files

SHORT = 0.02  # seconds that a pause of the client lasts here at most
VALUES = re.compile(r'"(?:key|session)": ?"([^"]+)"')  # of tokens and sessions, in answers
NEVER = 60.0  # seconds after which a test that waits for nothing is ended


def _nothing() -> None:
    """Nothing happens."""


@dataclass
class CallEvent:
    """What happens: before the call is sent, after its answer has come, and where and how long it goes.

    Attributes:
        port: of this machine, in place of the platform's.
        limit: seconds for the answer, in place of the task's.
    """

    before: Callable[[], None] = _nothing
    after: Callable[[], None] = _nothing
    port: int | None = None
    limit: float | None = None


class FaultTransport:
    """The real transport, with an event at the first call of a method, or at a later one. Threads may share it.

    Attributes:
        secrets: sessions and values of tokens that went over it.
    """

    def __init__(self, method: str, event: CallEvent, skip: int = 0) -> None:
        self.secrets: set[str] = set()
        self._left = skip
        self._guard = threading.Lock()
        self._inner = RequestsTransport()
        self._path = method_path(method)
        self._event: CallEvent | None = event

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See ``Transport``."""
        self.secrets.update(filter(None, [fields.get("session")]))
        reply = self._post(url, fields, timeout)
        self.secrets.update(VALUES.findall(reply.body))
        return reply

    def _post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        event = self._struck(url)
        if event is None:
            return self._inner.post(url, fields, timeout)
        event.before()
        if event.port:
            url = urlsplit(url)._replace(netloc=f"127.0.0.1:{event.port}").geturl()
        reply = self._inner.post(url, fields, (timeout[0], event.limit or timeout[1]))
        event.after()
        return reply

    def _struck(self, url: str) -> CallEvent | None:
        """The event where this is the call at which it happens."""
        if not url.endswith(self._path):
            return None
        with self._guard:
            self._left -= 1
            if self._left >= 0:
                return None
            event, self._event = self._event, None
            return event

    def close(self) -> None:
        """See ``Transport``."""
        self._inner.close()


def quick_clock(pauses: list[float]) -> Clock:
    """A clock whose pauses are noted and hardly last."""

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        threading.Event().wait(min(seconds, SHORT))

    return Clock(pause=pause)


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """A port where nobody listens, and nobody will meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


class Relay:
    """Takes one request, keeps it until it is released, and brings it to the platform then."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (str(parts.hostname), int(parts.port or 80))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._released = threading.Event()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self.port: int = self._listening.getsockname()[1]
        self._thread.start()

    def _carry(self) -> None:
        with self._listening, self._listening.accept()[0] as caller:
            request = _whole_request(caller)
            assert self._released.wait(NEVER)
            with socket.create_connection(self._target) as platform:
                platform.sendall(request)
                platform.recv(1)

    def release(self) -> None:
        """Let the request go; returns when the platform has answered it."""
        self._released.set()
        self._thread.join(NEVER)
        assert not self._thread.is_alive(), "the request was not answered"


def _whole_request(caller: socket.socket) -> bytes:
    request = b""
    while True:
        head, end, body = request.partition(b"\r\n\r\n")
        lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        if end and len(body) >= int(lengths[0]):
            return request
        request += caller.recv(65536)


class Disk:
    """The system calls of the store, with a disk that can become full."""

    full = False

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def _check(self) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write(self, descriptor: int, data: bytes) -> int:
        """``os.write``."""
        self._check()
        return os.write(descriptor, data)

    def posix_fallocate(self, descriptor: int, offset: int, size: int) -> None:
        """``os.posix_fallocate``."""
        self._check()
        os.posix_fallocate(descriptor, offset, size)

    def fill(self) -> None:
        """From now on there is no room."""
        self.full = True


@contextlib.contextmanager
def disk() -> Iterator[Disk]:
    """The store on such a disk."""
    made = Disk()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_store_files, "os", made)
        yield made
