# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The session of requests, narrowed: no netrc, no redirect looked at, a deadline for the whole answer.

Errors that come up while a connection is made, TLS and tunnel included, bear a mark: nothing was sent yet.
"""

from __future__ import annotations

import io
import socket
import time
from http.client import HTTPResponse
from http.cookiejar import DefaultCookiePolicy
from typing import Any

# Kept alive at most, one for each thread that calls.
CONNECTIONS = 32
# Attributes by which an error says that no part of the request was sent, and that it was a proxy that gave no tunnel.
UNSENT, NO_TUNNEL = "paas_unsent", "paas_no_tunnel"


class _Limited:
    """A socket as far as http.client needs it: something that makes a file to read from."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, mode: str) -> io.BufferedReader:
        """The file that the answer is read from."""
        return io.BufferedReader(_Reader(self._sock))


class _Reader(io.RawIOBase):
    """Reads a socket until the deadline, which is its time-out counted from now."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        limit = sock.gettimeout()
        self._sock = sock
        # Holds the socket open after http.client has let go of it.
        self._file = sock.makefile("rb", buffering=0)
        self._end = None if limit is None else time.monotonic() + limit

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there, and wait for it no longer than the deadline."""
        if self._end is not None:
            left = self._end - time.monotonic()
            if left <= 0:
                raise socket.timeout("the answer did not end in time")
            self._sock.settimeout(left)
        return self._file.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        if not self.closed:
            self._file.close()
        super().close()


class _Answer(HTTPResponse):
    """An answer that is read until a deadline."""

    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        limited: Any = _Limited(sock)
        super().__init__(limited, *args, **options)


try:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
except ImportError:
    # The transport has said what is missing before it asks for a session.
    new_session: Any = None
else:

    class _HttpConnection(HTTPConnection):
        response_class = _Answer

    class _HttpsConnection(HTTPSConnection):
        response_class = _Answer

        def connect(self) -> None:
            """Connect, with the mark on what goes wrong; the request is sent by another method."""
            try:
                super().connect()
            except Exception as error:
                setattr(error, UNSENT, True)
                raise

        def _tunnel(self) -> None:
            try:
                super()._tunnel()
            except Exception as error:
                setattr(error, NO_TUNNEL, True)
                raise

    class _HttpPool(HTTPConnectionPool):
        ConnectionCls = _HttpConnection

    class _HttpsPool(HTTPSConnectionPool):
        ConnectionCls = _HttpsConnection

    class _Adapter(HTTPAdapter):
        """The read time-out holds for the whole answer, not only for the wait from one byte to the next."""

        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            """Direct connections."""
            super().init_poolmanager(*args, **options)
            self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

        def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
            """Connections by way of a proxy, but for SOCKS, which has a kind of its own."""
            manager = super().proxy_manager_for(proxy, **options)
            if not proxy.lower().startswith("socks"):
                manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
            return manager

    class _Session(requests.Session):
        def get_redirect_target(self, resp: Any) -> None:
            """Nowhere: requests would read the whole body and take the address apart even when it may not follow."""

    def _new_session() -> requests.Session:
        session = _Session()
        # Without this, requests would add credentials of a netrc file to calls.
        session.auth = lambda prepared: prepared
        # Calls of several accounts may share connections, but no cookie: what a call may do is in its own parameters.
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Adapter(pool_maxsize=CONNECTIONS))
        return session

    new_session = _new_session
