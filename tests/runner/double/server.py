# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A double of AWX's REST API, for tests of the role ``controller`` and of the delivery into credentials.

    python -m tests.runner.double.server PLAYBOOK...

reads a token from standard input, prints its address, and serves until it is ended; a project finds the playbooks.

It knows as much as the modules of awx.awx ask for: lists with filters by equality, objects, associations, surveys,
roles, project updates, launches. ``rules.py`` has what AWX refuses.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.runner.double.rules import Item, RefusedError
from tests.runner.double.store import Store, User


class DoubleHandler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    # One packet for each answer, which else waits for the acknowledgement of its header.
    wbufsize = -1
    store: Store
    users: dict[str, User]
    calls: list[tuple[str, str]]

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""

    def answer(self, status: HTTPStatus, content: Any = None) -> None:
        """Send an answer."""
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve(self) -> None:
        """Answer any request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        user = self.users.get((self.headers.get("Authorization") or "").removeprefix("Bearer "))
        if user is None:
            self.answer(HTTPStatus.UNAUTHORIZED, {"detail": "Authentication credentials were not provided."})
            return
        address = urlsplit(self.path)
        path = address.path.removeprefix("/api/v2/").strip("/")
        self.calls.append((self.command, path))
        try:
            self.answer(*self.result(path.split("/"), dict(parse_qsl(address.query)), json.loads(body or b"{}"), user))
        except KeyError:
            self.answer(HTTPStatus.NOT_FOUND, {"detail": "Not found."})
        except RefusedError as error:
            self.answer(error.status, error.body)

    do_GET = do_POST = do_PATCH = serve

    def result(self, parts: list[str], query: dict[str, str], content: Item, user: User) -> tuple[HTTPStatus, Any]:
        """The answer to a request; KeyError if there is nothing at the address."""
        kind = parts[0]
        if kind == "overview":
            return HTTPStatus.OK, self.store.overview(query.get("organization", "Default"))
        if kind == "me":
            return HTTPStatus.OK, self.page([{"username": user.name, "is_superuser": user.is_superuser}])
        if len(parts) == 1 and self.command == "POST":
            return HTTPStatus.CREATED, self.store.shown(self.store.add(kind, content, user))
        if len(parts) == 1:
            return HTTPStatus.OK, self.page([self.store.shown(item) for item in self.store.listed(kind, query, user)])
        if kind == "roles":
            return self.association(f"job_templates/{parts[1]}/execute/{parts[2]}", content)
        item = self.store.find(kind, int(parts[1]))
        if not self.store.visible(kind, item, user):
            raise KeyError(parts[1])
        if len(parts) == 3:
            return self.below(item, parts, content)
        if self.command == "PATCH":
            item = self.store.change(kind, item["id"], content, user)
        return HTTPStatus.OK, self.store.shown(item)

    def below(self, item: Item, parts: list[str], content: Item) -> tuple[HTTPStatus, Any]:
        """The answer for what lies below an object."""
        if parts[2] == "survey_spec":
            if self.command == "POST":
                self.store.set_survey(item, content)
            return HTTPStatus.OK, self.store.survey(item)
        if parts[2] == "playbooks":
            return HTTPStatus.OK, item.get("playbooks", [])
        if parts[2] == "update":
            return HTTPStatus.ACCEPTED, self.store.sync(item)
        if parts[2] == "launch":
            started = self.store.launch(item, content.get("extra_vars", {}))
            status = "failed" if started.explanation else "pending"
            ignored = {"extra_vars": started.ignored} if started.ignored else {}
            job = {"status": status, "job_explanation": started.explanation, "ignored_fields": ignored}
            return HTTPStatus.CREATED, {**job, "extra_vars": json.dumps(started.variables)}
        return self.association("/".join(parts), content)

    def page(self, items: list[Item]) -> Item:
        """A list, all on one page."""
        return {"count": len(items), "next": None, "previous": None, "results": items}

    def association(self, path: str, content: Item) -> tuple[HTTPStatus, Any]:
        """What is attached to an object, such as the credentials of a job template."""
        if self.command == "GET":
            return HTTPStatus.OK, self.page([self.store.shown(item) for item in self.store.members(path)])
        if content.get("disassociate"):
            self.store.detach(path, content["id"])
        else:
            self.store.attach(path, content["id"])
        return HTTPStatus.NO_CONTENT, None


class DoubleServer(ThreadingHTTPServer):
    """A double on a free port, for those who have a token; ``calls`` has method and path of each request."""

    daemon_threads = True

    def __init__(self, store: Store, users: dict[str, User]) -> None:
        self.calls: list[tuple[str, str]] = []
        members = {"store": store, "users": users, "calls": self.calls}
        super().__init__(("127.0.0.1", 0), type("Own", (DoubleHandler,), members))

    @property
    def url(self) -> str:
        """The address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def writes(self) -> list[tuple[str, str]]:
        """The requests that change something."""
        return [call for call in self.calls if call[0] != "GET"]


@contextlib.contextmanager
def serving(store: Store, users: dict[str, User]) -> Iterator[DoubleServer]:
    """A double that answers until the end of the block."""
    with DoubleServer(store, users) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


if __name__ == "__main__":
    own = DoubleServer(Store(sys.argv[1:]), {sys.stdin.readline().strip(): User("admin")})
    print(f"listening on {own.url}", flush=True)
    own.serve_forever()
