"""Loopback servers for transport tests: each request is recorded, and a behaviour of the script deals with it."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

TICK = 0.02
Open = TypeVar("Open", bound="Loopback")


class Loopback:
    """Listens on loopback while it is open, and has a thread serve each connection.

    Attributes:
        port: where it listens.
        connections: how many were accepted.
        ending: set when it is to end; what holds a connection waits for it.
    """

    def __init__(self) -> None:
        self.connections = 0
        self.ending = threading.Event()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self: Open) -> Open:
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
        """Run something beside, until the server ends."""
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def held(self, sock: socket.socket) -> socket.socket:
        """A socket that is closed at the end."""
        self._open.append(sock)
        return sock

    def serve(self, sock: socket.socket, number: int) -> None:
        """Deal with the connection of that number, in a thread of its own; an OSError ends it quietly."""
        raise NotImplementedError

    def _accept(self) -> None:
        while not self.ending.is_set():
            try:
                sock = self.held(self._socket.accept()[0])
            except OSError:
                return
            self.connections += 1
            self.start(self._serve, sock, self.connections)

    def _serve(self, sock: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), sock:
            self.serve(sock, number)


@dataclass(frozen=True)
class Request:
    """A request as it came: first line, header fields (names in lower case), body, number of its connection."""

    line: str
    headers: dict[str, str]
    body: str
    connection: int


class Server(Loopback):
    """Answers as its script says; the last behaviour is used for all further requests.

    Args:
        tls: the server side of TLS, where the server has it.

    Attributes:
        behaviours: functions of socket and server; a true result keeps the connection.
        requests: those that came whole, in order.
    """

    def __init__(
        self, behaviours: list[Callable[[socket.socket, Server], bool]], tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.behaviours = behaviours
        self._tls = tls
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The address by number."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def serve(self, sock: socket.socket, number: int) -> None:
        """See :class:`Loopback`."""
        if self._tls:
            sock = self.held(self._tls.wrap_socket(sock, server_side=True))
        with sock, sock.makefile("rb") as stream:
            while self._one(sock, stream, number):
                pass

    def _one(self, sock: socket.socket, stream: Any, number: int) -> bool:
        line = stream.readline().decode("latin-1")
        if not line:
            return False
        if " HTTP/1." not in line:
            return self.behaviours[0](sock, self)
        pairs = [head.partition(":") for head in iter(lambda: stream.readline().decode().strip(), "")]
        headers = {name.lower(): value.strip() for name, _colon, value in pairs}
        body = stream.read(int(headers.get("content-length", "0"))).decode()
        with self._lock:
            self.requests.append(Request(line.strip(), headers, body, number))
            behaviour = self.behaviours[0] if len(self.behaviours) == 1 else self.behaviours.pop(0)
        return behaviour(sock, self)


def answer(body: Any, status: int = 200, **headers: str) -> Callable[[socket.socket, Server], bool]:
    """A whole answer; the connection is kept. A body that is neither bytes nor text is sent as JSON."""
    text = body if isinstance(body, (bytes, str)) else json.dumps(body)
    content = text.encode() if isinstance(text, str) else text
    lines = [f"HTTP/1.1 {status} Any", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return raw("\r\n".join(lines).encode() + b"\r\n\r\n" + content, keep=True)


def raw(content: bytes, *, keep: bool = False) -> Callable[[socket.socket, Server], bool]:
    """These bytes, and the end of the connection unless it is kept."""

    def behave(sock: socket.socket, _server: Server) -> bool:
        sock.sendall(content)
        return keep

    return behave


def reset(content: bytes = b"") -> Callable[[socket.socket, Server], bool]:
    """These bytes, then the connection is torn down."""

    def behave(sock: socket.socket, _server: Server) -> bool:
        sock.sendall(content)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    return behave


def hold(content: bytes = b"") -> Callable[[socket.socket, Server], bool]:
    """These bytes, then silence until the server ends."""

    def behave(sock: socket.socket, server: Server) -> bool:
        sock.sendall(content)
        server.ending.wait(30)
        return False

    return behave


def drip(head: bytes, byte: bytes) -> Callable[[socket.socket, Server], bool]:
    """A head, then one byte after the other, each long before any time-out, until the server or the peer ends."""

    def behave(sock: socket.socket, server: Server) -> bool:
        sock.sendall(head)
        while not server.ending.wait(TICK):
            sock.sendall(byte)
        return False

    return behave


def closed_port() -> int:
    """A port of loopback where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
