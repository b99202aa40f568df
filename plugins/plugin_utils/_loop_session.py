# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections and sign-ins that outlive one item of a loop, and are closed at its end whatever that end is."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.auth import (
    Credentials,
    authenticated,
    renewal,
    sign_in,
    sign_out,
    signs_in,
)
from ansible_collections.inet.elastic.plugins.module_utils._client.client import Access, PlatformClient
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply, RequestsTransport, Transport
from ansible_collections.inet.elastic.plugins.module_utils._run import make_client

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(BaseException):
    """A signal that ends the run came while a task was at work; what is open is closed on the way out."""

    def __init__(self, number: int) -> None:
        super().__init__(f"interrupted by {signal.Signals(number).name}")


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """The process environment with the task's variables, for the time of a block."""
    saved = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in saved.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class _SharedTransport:
    """A transport that the keeper closes, not the task that uses it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See :class:`Transport`."""
        return self._transport.post(url, fields, timeout)

    def close(self) -> None:
        """Nothing, as the next item uses it again."""


@dataclass
class _CachedSession:
    """A session that was opened for one item, and serves those after it.

    Attributes:
        account: e-mail or login that the sign-in gave.
        client: the one that used it last, and signs it out.
        variables: of that task's environment.
    """

    access: Access = field(default_factory=Access)
    account: str | None = None
    client: PlatformClient | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


class SessionCache:
    """What the items of one loop share. A task without a loop has one for itself, and keeps nothing in it.

    Args:
        loop: whether further items may follow.
        warn: shows a warning that belongs to no item any more.
    """

    def __init__(self, *, loop: bool, warn: Callable[[str], None]) -> None:
        self._loop = loop
        self._warn = warn
        self._transports: dict[tuple[Any, ...], RequestsTransport] = {}
        self._sign_ins: dict[tuple[Any, ...], _CachedSession] = {}
        self._variables: Mapping[str, str] = {}
        self._handlers: dict[int, Any] = {}
        self._at_work = False
        self._ending = False
        self._number: int | None = None  # of the signal that came while a task was at work
        if threading.current_thread() is threading.main_thread():
            self._handlers = {number: signal.signal(number, self._on_signal) for number in SIGNALS}

    @contextmanager
    def working(self, variables: Mapping[str, str]) -> Iterator[None]:
        """The time of one item, with the task's environment."""
        self._variables = variables
        self._at_work = True
        try:
            try:
                with environment(variables):
                    yield
            finally:
                self._at_work = False
        finally:
            # What carries the task out may have lost the exception on its way, as Python does in a finaliser.
            if self._number is not None:
                self._end(self._number)
            if not self._loop:
                self.close()

    def client(self, options: Mapping[str, Any]) -> PlatformClient:
        """A client for one item, on a connection that is kept; see :func:`make_client`."""
        key = (options.get("ca_path"), options["validate_certs"])
        client = make_client(options, self._transports.get(key))
        if key not in self._transports and isinstance(client.transport, RequestsTransport):
            self._transports[key] = client.transport
        client.transport = _SharedTransport(self._transports[key])
        return client

    @contextmanager
    def authenticated(
        self, client: PlatformClient, credentials: Credentials, *, prefer_signin: bool, warn: Callable[[str], None]
    ) -> Iterator[str | None]:
        """As the function of this name, but in a loop a session is left open for the next item."""
        if not (self._loop and signs_in(credentials, prefer_signin=prefer_signin)):
            with authenticated(client, credentials, prefer_signin=prefer_signin, warn=warn) as account:
                yield account
            return
        kept = self._sign_ins.setdefault((client.url, credentials), _CachedSession())
        kept.client, kept.variables, client.access = client, self._variables, kept.access
        client.redactor.add(credentials.password, credentials.otp, credentials.otp_secret, kept.access.session)
        if kept.access.session is None:
            self._sign_in(kept, client, credentials, warn)
        kept.access.renew = renewal(client, credentials)
        try:
            yield kept.account
        finally:
            kept.access.renew = None

    @staticmethod
    def _sign_in(
        kept: _CachedSession, client: PlatformClient, credentials: Credentials, warn: Callable[[str], None]
    ) -> None:
        try:
            kept.account = sign_in(client, credentials)
        except BaseException:
            # What the first of two steps has opened serves no other item.
            if kept.access.session:
                sign_out(client, warn)
            raise

    def close(self) -> None:
        """Sign out and close the connections; the keeper can be used again afterwards."""
        # Core sends each signal twice, and the second must not cut this short.
        self._ending = True
        try:
            for kept in self._sign_ins.values():
                if kept.client is not None and kept.access.session:
                    with environment(kept.variables):
                        sign_out(kept.client, self._warn)
            for transport in self._transports.values():
                transport.close()
        finally:
            self._sign_ins.clear()
            self._transports.clear()
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
            self._handlers = {}
            self._ending = False

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._ending:
            return
        if self._at_work:
            self._ending = True
            self._number = number
            raise Interrupted(number)
        self._end(number)

    def _end(self, number: int) -> None:
        """Close everything, then let the signal do what it would have done without us."""
        self._number = None
        self.close()
        signal.raise_signal(number)


_current: list[SessionCache] = []


def session_cache_for(connection: Any, *, loop: bool, warn: Callable[[str], None]) -> SessionCache:
    """The keeper of the task that this process carries out; that of a loop is closed when core closes the connection.

    Core makes a new connection for each item, and closes the last one when all items are done.
    """
    if not loop:
        return SessionCache(loop=False, warn=warn)
    if not _current:
        _current.append(SessionCache(loop=True, warn=warn))
    close_with(connection)
    return _current[0]


def close_with(connection: Any) -> None:
    """Have the keeper of a loop, if there is one, closed together with a connection."""
    if not _current or connection is None:
        return
    close = connection.close

    def closing() -> None:
        if _current:
            _current.pop().close()
        close()

    connection.close = closing
