# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The side of the tests to ``child.py``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.integration.support import PROJECT, WORKSPACE

PATHS = (WORKSPACE, PROJECT)


class TaskProcesses:
    """Starts tasks that are to be killed. One task at a time."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.child"],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._next() == {"ready": True}

    def _next(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process that starts tasks has ended"
        said: dict[str, Any] = json.loads(line)
        return said

    def _send(self, job: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([job]) + "\n")
        self._process.stdin.flush()
        return int(self._next()["child"])

    def killed_at(self, job: dict[str, Any], meanwhile: Callable[[], None] = lambda: None) -> str | None:
        """Kill the task by SIGKILL at the point where it stops; None, or how it ended without coming there.

        Args:
            meanwhile: called between the two.
        """
        child = self._send(job)
        said = self._next()
        if "reached" in said:
            meanwhile()
            os.kill(child, signal.SIGKILL)
            status = self._next()["status"]
            assert os.WIFSIGNALED(status), status
            assert os.WTERMSIG(status) == signal.SIGKILL, status
            return None
        self._next()
        return f"the task ended, with {said}"

    def killed_when(self, job: dict[str, Any], until: Callable[[], None]) -> None:
        """Kill the task by SIGKILL once a condition holds; the task stops by itself when the answer has come."""
        child = self._send(job)
        until()
        os.kill(child, signal.SIGKILL)
        while "status" not in (said := self._next()):
            assert "ended" not in said, said
        assert os.WTERMSIG(said["status"]) == signal.SIGKILL, said

    def together(self, jobs: list[dict[str, Any]]) -> list[str]:
        """Carry out tasks in processes of their own at the same time; the messages of those that failed."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(jobs) + "\n")
        self._process.stdin.flush()
        said: list[dict[str, Any]] = []
        while sum("status" in line for line in said) < len(jobs):
            said.append(self._next())
        assert sum("ended" in line for line in said) == len(jobs), "a process ended without a word"
        return [line["ended"] for line in said if line.get("ended")]

    def close(self) -> None:
        """End the process."""
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()


def job_of(
    case_method: str, resource: str, options: dict[str, Any], store: Path | None, stop: str, skip: int = 0
) -> dict[str, Any]:
    """What the child reads: a task with its validated options, and where it stops, at which call of the method."""
    return {
        "method": case_method,
        "skip": skip,
        "resource": resource,
        "options": options,
        "store": str(store) if store else "",
        "stop": stop,
    }
