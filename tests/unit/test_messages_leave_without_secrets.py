# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages lose their secrets in one place: where they leave the flow. Code before it may quote what it likes."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import RefusedError
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed, execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.plan import Plan
from ansible_collections.inet.elastic.plugins.module_utils._engine.read_only import ReadOnly
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Task, Work
from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import with_connection
from tests.unit.client.fakes import FakeTransport, fake_client

PLUGINS = Path(__file__).parents[2] / "plugins"
SECRET = "correct-horse-battery"
MASK = "********"


class Careless(ReadOnly[str, str]):
    """A resource that quotes the secret in a warning of each kind, and in an error."""

    spec = with_connection({})

    def __init__(self, fails: bool) -> None:
        self._fails = fails

    def desired(self, options: Mapping[str, Any]) -> str:
        return "nothing"

    def read(self, work: Work, desired: str) -> str:
        work.client.redactor.add(SECRET)
        work.task.warn(f"own\n{SECRET}")
        work.assume(f"missing {SECRET}")
        if self._fails:
            raise RefusedError(f"refused {SECRET}\nat once", method="a.b.C", code=7)
        return SECRET

    def plan(self, current: str, desired: str) -> Plan[str]:
        return Plan(before=current, after=current, warnings=(f"planned {SECRET}",))

    def report(self, work: Work, plan: Plan[str], state: str, desired: str) -> dict[str, Any]:
        return {}


def run(fails: bool, warnings: list[str]) -> dict[str, Any]:
    task = Task({"session": "s" * 40}, fake_client(FakeTransport()), check_mode=True, warn=warnings.append)
    return execute(Careless(fails), task)


def test_warnings() -> None:
    """Those of the plan, those of the resource, and those about what check mode assumes."""
    warnings: list[str] = []
    run(False, warnings)
    assert warnings == [
        f"own {MASK}",
        f"missing {MASK}; check mode assumes that an earlier task creates it and predicts the result",
        f"planned {MASK}",
    ]


def test_failures() -> None:
    """The message is masked, and on one line."""
    with pytest.raises(Failed) as caught:
        run(True, [])
    assert caught.value.result["msg"] == f"refused {MASK} at once"
    assert caught.value.result["failure"] == {"kind": "refused", "code": 7, "method": "a.b.C"}


def test_no_error_is_written_over() -> None:
    """An error that says more is another error, raised from the first: nothing assigns to ``args``."""
    written = [
        f"{path.name}:{node.lineno}"
        for path in PLUGINS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "args" and isinstance(node.ctx, ast.Store)
    ]
    assert written == []


def test_one_gate() -> None:
    """``redacted`` is called by the flow, at sign-out, whose warning may come after the flow, and by the connection.

    The connection has one place for it, as it runs without the flow.
    """
    callers = {
        path.name
        for path in PLUGINS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "redacted"
    }
    assert callers == {"auth.py", "channel.py", "execute.py", "resource.py"}
