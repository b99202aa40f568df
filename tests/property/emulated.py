# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator without a socket, for properties that need thousands of calls: a transport to the handler of calls."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from email.utils import format_datetime
from pathlib import Path
from typing import Any, cast

from aiohttp import web
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from paas_emulator.accounts import StartAccount
from paas_emulator.dispatch import Dispatcher, Incoming
from paas_emulator.middlewares import CALL, CallMiddlewares
from paas_emulator.parameters import Parameters
from paas_emulator.platform import Platform
from paas_emulator.store import Upload

from ansible_collections.inet.elastic.plugins.module_utils._client.client import Access, PlatformClient
from ansible_collections.inet.elastic.plugins.module_utils._client.parameters import LocalFile
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource, Task
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec

URL = "http://127.0.0.1"
LOGIN, PASSWORD = "user@example.com", "a password of tests"


def _file(path: str) -> Upload:
    return Upload(Path(path).name, Path(path).read_bytes())


class EmulatedPlatform:
    """One platform with one signed-in account; also the transport to it.

    Attributes:
        warnings: of the last task.
    """

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._one_at_a_time = threading.Lock()
        # Tasks here have a session and no password; how deletions are confirmed is tested for itself.
        self.platform = Platform(start=[StartAccount(LOGIN, PASSWORD)], delete_confirm="none")
        self.platform.open()
        self._handler = CallMiddlewares(Dispatcher(self.platform)).handler()
        signed_in = self.call("users.authentication.Signin", login=LOGIN, password=PASSWORD)
        self.session = str(signed_in["session"])

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """Answer as the HTTP server would; see ``Transport``."""
        _, namespace, service, _, method = url.removeprefix(URL + "/").split("/")
        incoming = Incoming(
            http="POST",
            service=f"{namespace}.{service}",
            method=method,
            parameters=Parameters(list(fields.items())),
            query=False,
            host="127.0.0.1",
            user_agent="tests",
            uploads={name: _file(value) for name, value in fields.items() if isinstance(value, LocalFile)},
            address=URL,
        )
        with self._one_at_a_time:
            response = self._loop.run_until_complete(self._answer(incoming))
        assert isinstance(response, web.Response) and isinstance(response.body, bytes)
        date = format_datetime(self.platform.clock.now(), usegmt=True)
        return Reply(status=response.status, headers={"date": date}, body=response.body.decode())

    async def _answer(self, incoming: Incoming) -> web.StreamResponse:
        # Of a request, the middlewares of calls use its members alone.
        return await self._handler(cast("web.Request", {CALL: incoming}))

    def close(self) -> None:
        """Nothing is kept open between calls."""

    def end(self) -> None:
        """Close the loop; the platform is gone then."""
        self._loop.close()

    def client(self, session: str | None = None, **members: Any) -> PlatformClient:
        """A client of this platform."""
        return PlatformClient(url=URL, transport=self, access=Access(session), **members)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One call, by default in the account's session."""
        return self.client(session=getattr(self, "session", None)).call(method, **params)

    def perform(self, resource: Resource[Any, Any], *, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run one task of a resource, as a module would."""
        spec = resource.spec
        given = {"api_url": URL, "session": self.session, **options}
        checked = ArgumentSpecValidator(argument_spec(spec.options), **spec.rules).validate(given)
        assert not checked.error_messages, checked.error_messages
        self.warnings = []
        options = checked.validated_parameters
        task = Task(options=options, client=self.client(), check_mode=check, warn=self.warnings.append)
        return execute(resource, task)

    def writes(self) -> list[str]:
        """The writes of the journal, which is emptied."""
        calls = self.platform.journal.plain()["calls"]
        self.platform.journal.clear()
        return [call["method"] for call in calls if call["write"]]
