"""A loopback server for transport tests: each request is recorded, and a behaviour of the script deals with it."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

TICK = 0.02


@dataclass(frozen=True)
class Request:
    """A request as it came: first line, header fields (names in lower case), body, number of its connection."""

    line: str
    headers: dict[str, str]
    body: str
    connection: int


@dataclass
class Server:
    """Listens on loopback while it is open; the last behaviour is used for all further requests.

    Attributes:
        behaviours: functions of socket and server; a true result keeps the connection.
        tls: the server side of TLS, where the server has it.
        requests: those that came whole, in order.
        connections: how many were accepted.
        ending: set when the server is to end; a behaviour that holds a connection waits for it.
    """

    behaviours: list[Callable[[socket.socket, Server], bool]]
    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    ending: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """The address by number."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        self._start(self._accept)
        return self

    def __exit__(self, *_error: object) -> None:
        self.ending.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.ending.is_set():
            try:
                sock, _peer = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(sock)
            self._start(self._serve, sock, self.connections)

    def _serve(self, sock: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError):
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
                self._open.append(sock)
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
