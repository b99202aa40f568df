# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator without a socket, with a log of the exact calls, and with answers that get lost or are replaced."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.client import PlatformClient
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import AnswerLostError
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource
from tests.property.emulated import EmulatedPlatform


class WatchedPlatform(EmulatedPlatform):
    """A platform that is looked at.

    Attributes:
        sent: the calls so far, as the bare method name in lower case and the fields without the session.
        timeouts: the seconds that each of them had.
        cuts: what becomes of the next answer of a method: lost ``before`` or ``after`` the work.
        answers: what a method answers without working.
        refuse_once: the same for one call.
        after: what happens once a method has been worked on.
        time: the clock of clients.
    """

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, str]]] = []
        self.timeouts: list[float] = []
        self.cuts: dict[str, str] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.refuse_once: dict[str, dict[str, Any]] = {}
        self.after: dict[str, Callable[[], None]] = {}
        self.time = Clock()
        super().__init__()
        self.forget()

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See ``Transport``."""
        method = url.rpartition("/")[2]
        self.sent.append((method, {name: value for name, value in fields.items() if name != "session"}))
        self.timeouts.append(timeout[1])
        cut = self.cuts.pop(method, None)
        if cut == "before":
            raise AnswerLostError("the connection was cut")
        answer = self.refuse_once.pop(method, None) or self.answers.get(method)
        if answer is not None:
            return Reply(status=200, headers={}, body=json.dumps(answer))
        reply = super().post(url, fields, timeout)
        self.after.pop(method, lambda: None)()
        if cut == "after":
            raise AnswerLostError("the connection was cut")
        return reply

    def client(self, session: str | None = None, **members: Any) -> PlatformClient:
        """A client on this platform's clock."""
        return super().client(session, clock=self.time, **members)

    def forget(self) -> None:
        """Empty the log."""
        self.sent.clear()
        self.timeouts.clear()

    @property
    def methods(self) -> list[str]:
        """The calls so far, without their fields."""
        return [method for method, _fields in self.sent]

    def run(self, resource: Resource[Any, Any], *, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run one task, with a log of its calls alone."""
        self.forget()
        return self.perform(resource, check=check, **options)

    def fails(self, resource: Resource[Any, Any], **options: Any) -> dict[str, Any]:
        """Run one task that has to fail, with one line, and give its result."""
        with pytest.raises(Failed) as caught:
            self.run(resource, **options)
        result = caught.value.result
        assert "\n" not in result["msg"]
        assert set(result["failure"]) == {"kind", "code", "method"}
        return result

    def predicts(self, resource: Resource[Any, Any], **options: Any) -> dict[str, Any]:
        """Run one task in check mode, without a write, then for real, then again without a change; gives the result."""
        self.writes()
        predicted = self.run(resource, check=True, **options)
        assert self.writes() == []
        real = self.run(resource, **options)
        sent = list(self.sent)
        assert (predicted["changed"], predicted.get("diff")) == (real["changed"], real.get("diff"))
        assert predicted.keys() == real.keys()
        self.writes()
        again = self.run(resource, **options)
        assert (again["changed"], self.writes()) == (False, [])
        self.sent = sent
        return real
