# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A double of the APIs that take token values: HashiCorp Vault, Kubernetes, GitHub and GitLab.

None of these servers was at hand. Statuses and bodies follow what their documentation says: "KV secrets engine -
version 2 (API)" of Vault, "API Overview" and "Secret v1" of Kubernetes, "REST API endpoints for GitHub Actions
Secrets" and "... variables" of GitHub, "Project-level CI/CD variables API" of GitLab. What GitLab says of a
project or a variable that is missing is from its source.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from nacl.public import PrivateKey, SealedBox

Answer = tuple[int, Any]
MISSING_OBJECT = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
VERBS = ["create", "get", "list", "patch"]
SECRET_RESOURCE = {"name": "secrets", "singularName": "", "namespaced": True, "kind": "Secret", "verbs": VERBS}


class Receivers:
    """What the servers hold.

    Attributes:
        vault: versions of each secret, by mount and path; the newest is last.
        secrets: data of Secrets of Kubernetes, by namespace and name.
        github: values that GitHub has decrypted, by repository and secret; its variables by repository and name.
        gitlab: variables by project, name and scope.
        writes: method and path of each request that changed something. Kubernetes takes a patch that changes nothing.
        between: called before each write to Vault, as somebody else would write.
    """

    def __init__(self, token: str) -> None:
        self.token = token
        self.vault: dict[str, list[dict[str, str]]] = {}
        self.secrets: dict[str, dict[str, str]] = {}
        self.github: dict[str, str] = {}
        self.variables: dict[str, str] = {}
        self.gitlab: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.projects = {"shop/site"}
        self.writes: list[tuple[str, str]] = []
        self.between: Callable[[], None] | None = None
        self._key = PrivateKey.generate()
        self._routes: tuple[tuple[str, Callable[..., Answer]], ...] = (
            (r"/v1/(?P<mount>[^/]+)/data/(?P<path>.+)", self._vault),
            (r"/api/v1/namespaces/(?P<namespace>[^/]+)/secrets(/(?P<name>[^/]+))?", self._kubernetes),
            (r"/api", lambda *_: (200, {"kind": "APIVersions", "versions": ["v1"]})),
            (r"/apis", lambda *_: (200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": []})),
            (
                r"/api/v1",
                lambda *_: (200, {"kind": "APIResourceList", "groupVersion": "v1", "resources": [SECRET_RESOURCE]}),
            ),
            (r"/version", lambda *_: (200, {"major": "1", "minor": "31", "gitVersion": "v1.31.0"})),
            (r"/repos/(?P<repository>[^/]+/[^/]+)/actions/secrets/(?P<name>[^/]+)", self._github_secret),
            (r"/repos/(?P<repository>[^/]+/[^/]+)/actions/variables(/(?P<name>[^/]+))?", self._github_variable),
            (r"/projects/(?P<project>[^/]+)/variables(/(?P<name>[^/]+))?", self._gitlab),
        )

    def answer(self, method: str, address: str, headers: Any, content: Any) -> Answer:
        """The answer to a request."""
        parts = urlsplit(address)
        given = headers.get("X-Vault-Token") or headers.get("PRIVATE-TOKEN") or headers.get("Authorization") or ""
        if given.removeprefix("Bearer ") != self.token:
            return (
                (403, {"errors": ["permission denied"]})
                if "X-Vault-Token" in headers
                else (401, {"message": "Bad credentials"})
            )
        for pattern, route in self._routes:
            found = re.fullmatch(pattern, parts.path)
            if found:
                names = {name: unquote(text) for name, text in found.groupdict().items() if text}
                before = self._held()
                answer = route(method, content, parse_qs(parts.query), **names)
                if self._held() != before:
                    self.writes.append((method, parts.path))
                return answer
        return 404, {"message": "Not Found"}

    def _held(self) -> str:
        """All that could be changed, to compare."""
        return repr((self.vault, self.secrets, self.github, self.variables, self.gitlab))

    def _vault(self, method: str, content: Any, _query: Any, mount: str, path: str) -> Answer:
        versions = self.vault.get(f"{mount}/{path}", [])
        if method == "GET":
            found = {"data": versions[-1], "metadata": {"version": len(versions)}} if versions else None
            return (200, {"data": found}) if found else (404, {"errors": []})
        if self.between:
            self.between()
        versions = self.vault.setdefault(f"{mount}/{path}", [])
        if content["options"]["cas"] != len(versions):
            return 400, {"errors": ["check-and-set parameter did not match the current version"]}
        versions.append(content["data"])
        return 200, {"data": {"version": len(versions)}}

    def _kubernetes(self, method: str, content: Any, query: Any, namespace: str, name: str = "") -> Answer:
        place = f"{namespace}/{name or content['metadata']['name']}"
        if method != "POST" and place not in self.secrets:
            return 404, MISSING_OBJECT
        data = {**self.secrets.get(place, {}), **((content or {}).get("data") or {})}
        if method != "GET" and "dryRun" not in query:
            self.secrets[place] = data
        metadata = {"name": place.partition("/")[2], "namespace": namespace}
        kind = {"kind": "Secret", "apiVersion": "v1", "metadata": metadata, "type": "Opaque", "data": data}
        return 201 if method == "POST" else 200, kind

    def _github_secret(self, method: str, content: Any, _query: Any, repository: str, name: str) -> Answer:
        if repository not in self.projects:
            return 404, {"message": "Not Found"}
        if name == "public-key":
            return 200, {"key_id": "568250167242549743", "key": base64.b64encode(bytes(self._key.public_key)).decode()}
        place = f"{repository} {name}"
        known = place in self.github
        if method == "GET":
            return (200, {"name": name}) if known else (404, {"message": "Not Found"})
        sealed = base64.b64decode(content["encrypted_value"], validate=True)
        self.github[place] = SealedBox(self._key).decrypt(sealed).decode()
        return (204, None) if known else (201, {})

    def _github_variable(self, method: str, content: Any, _query: Any, repository: str, name: str = "") -> Answer:
        place = f"{repository} {name or content['name']}"
        known = place in self.variables
        if method == "GET":
            return (200, {"name": name, "value": self.variables[place]}) if known else (404, {"message": "Not Found"})
        if known != (method == "PATCH"):
            return (409, {"message": "Already exists"}) if known else (404, {"message": "Not Found"})
        self.variables[place] = content["value"]
        return (201, {}) if method == "POST" else (204, None)

    def _gitlab(self, method: str, content: Any, query: Any, project: str, name: str = "") -> Answer:
        if project not in self.projects:
            return 404, {"message": "404 Project Not Found"}
        if method == "POST":
            self.gitlab[project, content["key"], content["environment_scope"]] = dict(content)
            return 201, content
        place = (project, name, query["filter[environment_scope]"][0])
        if place not in self.gitlab:
            return 404, {"message": "404 Variable Not Found"}
        self.gitlab[place] |= content or {}
        return 200, self.gitlab[place]


@contextlib.contextmanager
def receiving(receivers: Receivers) -> Iterator[str]:
    """The address of a server that answers until the end of the block."""

    class ReceiverHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def log_message(self, format: str, *args: Any) -> None:
            """Print nothing."""

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, content = receivers.answer(self.command, self.path, self.headers, json.loads(body or b"null"))
            sent = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PUT = do_PATCH = serve

    with ThreadingHTTPServer(("127.0.0.1", 0), ReceiverHandler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
