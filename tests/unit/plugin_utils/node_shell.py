# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A node for tests of the connection: a transport that runs the scripts of calls in a shell of this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.client import Access, PlatformClient
from ansible_collections.inet.elastic.plugins.module_utils._client.methods import READS
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
from ansible_collections.inet.elastic.plugins.module_utils._resources.commands import BY_NODE
from ansible_collections.inet.elastic.plugins.plugin_utils._node_commands.channel import NodeChannel

SHELLS = [shell for shell in ("sh", "bash", "busybox sh") if shutil.which(shell.split()[0])]
LONGEST_ARGUMENT = 98_303  # bytes of a command that fit into one argument of 131,071 bytes in base64


@dataclass
class ShellNode:
    """Runs scripts in a shell.

    Attributes:
        folder: stands for /tmp of the node.
        scripts: the scripts that were received.
        before, after: called with the number of a call, from 1, before and after its script runs; they may raise.
        answer: changes an answer.
    """

    folder: Path
    shell: str = "sh"
    scripts: list[str] = field(default_factory=list)
    before: Callable[[int], None] = lambda number: None
    after: Callable[[int], None] = lambda number: None
    answer: Callable[[dict[str, Any]], dict[str, Any]] = lambda answer: answer
    fields: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def base(self) -> Path:
        """The directory of the connection in the node."""
        return next(self.folder.glob(".paas_exec-*"), self.folder / "none")

    def script(self, text: str) -> dict[str, Any]:
        """Run a script; the answer of the platform."""
        assert len(text.encode()) <= LONGEST_ARGUMENT
        moved = text.replace("/tmp/.paas_exec", f"{self.folder}/.paas_exec")
        done = subprocess.run(
            [*self.shell.split(), "-c", moved], input=b"y\n" * 10, capture_output=True, cwd=self.folder, check=False
        )
        said = {
            "out": done.stdout.decode("utf-8", "replace").rstrip("\n"),
            "errOut": done.stderr.decode("utf-8", "replace"),
        }
        code = 4109 if done.returncode else 0
        return {
            "result": code,
            "responses": [{"nodeid": 7, "result": code, **said, "exitStatus": done.returncode or None}],
        }

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See ``Transport``."""
        assert url.endswith("/1.0/environment/control/rest/execcmdbyid")
        (entry,) = json.loads(fields["commandList"])
        self.scripts.append(entry["command"])
        self.fields.append(fields)
        number = len(self.scripts)
        self.before(number)
        answer = self.answer(self.script(entry["command"]))
        self.after(number)
        return Reply(200, {}, json.dumps(answer))

    def close(self) -> None:
        """Nothing is open."""

    def channel(self, **more: Any) -> NodeChannel:
        """A channel to this node."""
        client = PlatformClient(
            url="https://app.example.com",
            transport=self,
            access=Access("the-token"),
            clock=Clock(pause=lambda seconds: None),
            reads=READS | {BY_NODE},
        )
        client.redactor.add("the-token")
        return NodeChannel(**{"client": client, "environment": "shop", "node_id": 7, "kept": set(), **more})

    def calls(self, work: Callable[[], Any]) -> int:
        """How many calls something makes."""
        before = len(self.scripts)
        work()
        return len(self.scripts) - before


def seconds_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds, ten seconds at most."""
    for _ in range(1000):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("the awaited condition did not come")
