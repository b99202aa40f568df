# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A witness between the collection and the emulator: it learns every secret in play, and what stood in an address."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import requests

SECRET_PARAMETERS = ("session", "password", "code")


@dataclass
class Witness:
    """What was seen.

    Attributes:
        url: where to send calls instead of to the emulator.
        secrets: sessions, token values, passwords and codes of all requests and answers.
        addresses: the targets of all requests, with what stood behind a question mark.
        connections: how many were made.
    """

    url: str
    secrets: set[str] = field(default_factory=set, repr=False)
    addresses: list[str] = field(default_factory=list)
    connections: int = 0

    def learn(self, body: bytes, answer: bytes) -> None:
        """Take the secrets of one exchange."""
        fields = parse_qs(body.decode("utf-8", "replace"))
        found = {value for name in SECRET_PARAMETERS for value in fields.get(name, []) if value}
        # A deletion may be confirmed by the environment's name, sent as the password.
        self.secrets |= found - set(fields.get("envName", []))
        with contextlib.suppress(ValueError):
            self._from_answer(json.loads(answer))

    def _from_answer(self, answer: Any) -> None:
        if not isinstance(answer, dict):
            return
        token = answer.get("token")
        found = [answer.get("session"), token.get("key") if isinstance(token, dict) else None]
        self.secrets |= {value for value in found if isinstance(value, str)}


def _handler(target: str, witness: Witness) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body leave together: else the body waits for the head to be confirmed, some 40 ms a call.
        wbufsize = -1

        def setup(self) -> None:
            super().setup()
            witness.connections += 1
            self.http = requests.Session()
            self.http.trust_env = False  # to look for proxies takes longer than the request

        def finish(self) -> None:
            super().finish()
            self.http.close()

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {"Content-Type": self.headers.get("Content-Type", "")}
            try:
                answer = self.http.request(self.command, target + self.path, data=body, headers=headers, timeout=60)
            except requests.ConnectionError:
                # Cut by a fault: the caller sees the same.
                self.close_connection = True
                return
            if not self.path.startswith("/_emulator/"):
                witness.addresses.append(self.path)
                witness.learn(body, answer.content)
            self.send_response_only(answer.status_code)
            for name in ("Content-Type", "Date"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = do_DELETE = _forward

        def log_message(self, format: str, *args: Any) -> None:
            """No log."""

    return Handler


@contextlib.contextmanager
def witness(target: str) -> Iterator[Witness]:
    """A witness in front of an emulator, for the time of a block."""
    seen = Witness(url="")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(target, seen))
    server.daemon_threads = True
    seen.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
