# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator without a socket, called by several threads, with something happening before or after chosen calls."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import AnswerLostError, PaasError
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource, Task
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import TokenStore
from tests.property.changed_answers import stripped
from tests.property.emulated import LOGIN, PASSWORD, URL, EmulatedPlatform

PATIENCE = 10.0
Hook = Callable[[], Any]


def cut() -> None:
    """The answer gets lost."""
    raise AnswerLostError("the connection was cut")


def refusal(code: int = 99) -> Callable[[], Reply]:
    """What makes a call be refused."""
    return lambda: Reply(status=200, headers={}, body=json.dumps({"result": code, "error": "no"}))


class TokenPlatform(EmulatedPlatform):
    """A platform whose calls are met on their way.

    Attributes:
        before, after: by bare method name in lower case and description or id of the token, what is called in the
            thread of the call; a Reply replaces the platform's answer, an exception is a transport error.
        sent: methods and descriptions or ids of the calls, in the order in which they began.
        most: how many calls were under way at a time.
        untold: a member that answers lack, at any depth.
    """

    def __init__(self) -> None:
        self.before: dict[tuple[str, str], Hook] = {}
        self.after: dict[tuple[str, str], Hook] = {}
        self.sent: list[tuple[str, str]] = []
        self.most = 0
        self.untold = ""
        self._inside = 0
        self._guard = threading.Lock()
        super().__init__()

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See ``Transport``."""
        call = (url.rpartition("/")[2], str(fields.get("id") or fields.get("ids") or fields.get("description") or ""))
        with self._guard:
            self.sent.append(call)
            self._inside += 1
            self.most = max(self.most, self._inside)
        try:
            answer = self.before.get(call, lambda: None)()
            if answer is None:
                answer = super().post(url, fields, timeout)
                self.after.get(call, lambda: None)()
            assert isinstance(answer, Reply)
            if self.untold:
                body = json.dumps(stripped(json.loads(answer.body), frozenset({self.untold})))
                answer = replace(answer, body=body)
            return answer
        finally:
            with self._guard:
                self._inside -= 1

    def run(
        self, resource: Resource[Any, Any], store: Any = None, *, check: bool = False, **options: Any
    ) -> dict[str, Any]:
        """Run one task, with a log of its calls alone."""
        given = {"api_url": URL, "login": LOGIN, "password": PASSWORD, **({"store": "named"} if store else {})}
        spec = resource.spec
        checked = ArgumentSpecValidator(argument_spec(spec.options), **spec.rules).validate({**given, **options})
        assert not checked.error_messages, checked.error_messages
        self.sent.clear()
        self.most = 0
        self.warnings = []
        options = checked.validated_parameters
        task = Task(options=options, client=self.client(), store=store, check_mode=check, warn=self.warnings.append)
        with task.interruption.watched():
            return execute(resource, task)

    @property
    def written(self) -> list[tuple[str, str]]:
        """The calls that change something, in the order in which they began."""
        return [call for call in self.sent if not call[0].startswith(("get", "sign"))]

    def tokens(self) -> dict[str, dict[str, Any]]:
        """The tokens by description."""
        listed = self.call("users.authentication.GetTokens").get("apiTokens", [])
        return {token["description"]: token for token in listed}

    def alive(self, value: str | None) -> bool:
        """Whether a value is one of a token."""
        client = self.client(session=value)
        try:
            client.call("users.account.GetUserInfo")
        except PaasError:
            return False
        return True


def plain_store(folder: Path) -> TokenStore:
    """A store without encryption, which is quick."""
    return TokenStore(folder / "tokens.yml", fmt="plain")


class Meeting:
    """Holds threads back until as many have come as are awaited."""

    def __init__(self, desired: int) -> None:
        self._barrier = threading.Barrier(desired)

    def attend(self) -> None:
        """Wait for the others; BrokenBarrierError where they do not come."""
        self._barrier.wait(PATIENCE)
