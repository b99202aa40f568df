# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small client of a running emulator, and the accounts the tests use."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import requests

LOGIN = "user@example.com"
PASSWORD = "first-password"
TOKEN = "0123456789abcdef0123456789abcdef01234567"
OTHER_LOGIN = "other@example.com"
OTHER_PASSWORD = "second-password"
OTHER_TOKEN = "fedcba9876543210fedcba9876543210fedcba98"
NODES = [{"nodeType": "docker", "image": "alpine:latest", "flexibleCloudlets": 4}]
TIMEOUT = 20


class Client:
    """Calls a running emulator. `session`: sent with every call unless another is given."""

    def __init__(self, url: str, session: str | None = None) -> None:
        self.url = url
        self.session = session
        self.http = requests.Session()
        self.http.trust_env = False

    def response(self, name: str, /, http: str = "POST", **parameters: Any) -> requests.Response:
        """The raw response of a call such as `environment.control.StopEnv`."""
        namespace, service, method = name.split(".")
        if self.session is not None:
            parameters.setdefault("session", self.session)
        url = f"{self.url}/1.0/{namespace}/{service}/rest/{method.lower()}"
        form, query = (parameters, None) if http == "POST" else (None, parameters)
        return self.http.request(http, url, data=form, params=query, timeout=TIMEOUT, allow_redirects=False)

    def call(self, name: str, /, http: str = "POST", **parameters: Any) -> dict[str, Any]:
        """The answer of a call."""
        response = self.response(name, http, **parameters)
        assert response.status_code == 200, response.status_code
        answer: dict[str, Any] = response.json()
        return answer

    def control(self, http: str, name: str, body: Any = None) -> Any:
        """The answer of a control request that must succeed."""
        response = self.raw_control(http, name, body)
        assert response.status_code == 200, response.text
        return response.json()

    def raw_control(self, http: str, name: str, body: Any = None) -> requests.Response:
        """The response of a control request."""
        return self.http.request(http, f"{self.url}/_emulator/{name}", json=body, timeout=TIMEOUT)

    def journal(self) -> list[dict[str, Any]]:
        """The calls so far, without the milliseconds."""
        calls: list[dict[str, Any]] = self.control("GET", "journal")["calls"]
        return [{key: value for key, value in call.items() if key != "ms"} for call in calls]

    def signed_in(self, login: str = LOGIN, password: str = PASSWORD) -> Client:
        """A client with a fresh session."""
        answer = self.call("users.authentication.Signin", login=login, password=password)
        assert answer["result"] == 0
        return Client(self.url, answer["session"])

    def with_session(self, session: str | None) -> Client:
        """A client with that session or token."""
        return Client(self.url, session)

    def create(self, name: str, nodes: Any = None, **env: Any) -> dict[str, Any]:
        """A new environment; returns what is inside `response`."""
        answer = self.call(
            "environment.control.CreateEnvironment",
            env=json.dumps({"shortdomain": name, **env}),
            nodes=json.dumps(NODES if nodes is None else nodes),
        )
        assert answer["result"] == 0
        inner: dict[str, Any] = answer["response"]
        return inner

    def status(self, name: str) -> int:
        """Status number of an environment."""
        answer = self.call("environment.control.GetEnvInfo", envName=name)
        status: int = answer["env"]["status"]
        return status


def wait_until(condition: Callable[[], bool], tries: int = 5000) -> None:
    """Ask again until it holds; each try costs a request, so there is no need to sleep."""
    for _ in range(tries):
        if condition():
            return
    raise AssertionError("condition did not come true")
