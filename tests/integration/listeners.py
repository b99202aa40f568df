# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may stand at an address in place of the platform: a port that keeps every byte it is sent, and a proxy."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable

from tests.unit.client.servers import Loopback


class Listener(Loopback):
    """Keeps the bytes that came, whatever they mean.

    Attributes:
        received: all bytes so far, of all connections.
    """

    def __init__(self, behave: Callable[[Listener, socket.socket], None]) -> None:
        super().__init__()
        self.received = bytearray()
        self._behave = behave

    def take(self, sock: socket.socket) -> bytes:
        """Bytes that came, which are kept; none at the end."""
        data = sock.recv(65536)
        self.received += data
        return data

    def serve(self, sock: socket.socket, number: int) -> None:
        """See :class:`Loopback`."""
        self._behave(self, sock)


def closes(listener: Listener, sock: socket.socket) -> None:
    """Wait for the first bytes and end the connection."""
    listener.take(sock)


def resets(listener: Listener, sock: socket.socket) -> None:
    """Wait for the first bytes and tear the connection down."""
    listener.take(sock)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def is_silent(listener: Listener, sock: socket.socket) -> None:
    """Take all that comes and say nothing."""
    while listener.take(sock):
        pass


def says(content: bytes) -> Callable[[Listener, socket.socket], None]:
    """Wait for the first bytes and answer these, whatever was asked."""

    def behave(listener: Listener, sock: socket.socket) -> None:
        listener.take(sock)
        sock.sendall(content)
        is_silent(listener, sock)

    return behave


def tunnels_to(port: int) -> Callable[[Listener, socket.socket], None]:
    """A proxy that gives each tunnel that is asked for, to this port of loopback whatever the name."""

    def behave(listener: Listener, sock: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += listener.take(sock)
        target = listener.held(socket.create_connection(("127.0.0.1", port)))
        sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        listener.start(_pump, target, sock)
        while data := listener.take(sock):
            target.sendall(data)

    return behave


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
