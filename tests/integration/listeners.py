# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may stand at an address in place of the platform: a port that keeps every byte it is sent, and a proxy."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any


class Listener:
    """Listens on loopback while it is open; the bytes that came are kept, whatever they mean.

    Attributes:
        received: all bytes so far, of all connections.
        connections: how many were accepted.
    """

    def __init__(self, behave: Callable[[Listener, socket.socket], None]) -> None:
        self._behave = behave
        self.received = bytearray()
        self.connections = 0
        self.ending = threading.Event()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self) -> Listener:
        self.start(self._accept)
        return self

    def __exit__(self, *_error: object) -> None:
        self.ending.set()
        for sock in (self._socket, *self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()

    def start(self, target: Callable[..., None], *arguments: Any) -> None:
        """Run something beside, until the listener ends."""
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def held(self, sock: socket.socket) -> socket.socket:
        """A socket that the listener closes at its end."""
        self._open.append(sock)
        return sock

    def take(self, sock: socket.socket) -> bytes:
        """Bytes that came, which are kept; none at the end."""
        data = sock.recv(65536)
        self.received += data
        return data

    def _accept(self) -> None:
        while not self.ending.is_set():
            try:
                sock = self.held(self._socket.accept()[0])
            except OSError:
                return
            self.connections += 1
            self.start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError), sock:
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
