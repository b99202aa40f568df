# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that carries out tasks in children of its own, which stop where they are told to, to be killed there.

Reads lists of jobs from standard input, one a line, as JSON, credentials included. The jobs of a list are carried out
at the same time. Writes one line for each thing that happens.
"""

from __future__ import annotations

import json
import os
import pathlib
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed, execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.locks import Locks
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Task
from ansible_collections.inet.elastic.plugins.module_utils._resources.token_rotation.resource import TokenRotation
from ansible_collections.inet.elastic.plugins.module_utils._run import make_client
from tests.faults.fault_transport import CallEvent, FaultTransport, quick_clock
from tests.faults.rows import RESOURCES
from tests.integration.direct import open_store

KNOWN = {**RESOURCES, "rotation": TokenRotation}


def tell(**what: Any) -> None:
    """One line to the parent, in one piece."""
    os.write(1, (json.dumps(what) + "\n").encode())


def stop(where: str) -> Callable[[], None]:
    """Say where the task is, and wait to be killed there."""

    def wait() -> None:
        tell(reached=where)
        while True:
            signal.pause()

    return wait


class Renames:
    """The renames of the store, with a stop before or after one of them."""

    def __init__(self) -> None:
        self._real = pathlib.Path.replace
        self.before: Callable[[], None] | None = None
        self.after: Callable[[], None] | None = None

    def install(self) -> None:
        """Put it in the place of the real one."""
        renames = self

        def replace(path: Path, target: Path) -> Path:
            if renames.before:
                renames.before()
            moved = renames._real(path, target)
            if renames.after:
                renames.after()
            return moved

        pathlib.Path.replace = replace  # type: ignore[method-assign,assignment]  # this process is there for that


def carry_out(job: dict[str, Any]) -> None:
    """One task, up to the point where it is to stop."""
    renames, where = Renames(), job["stop"]
    renames.install()

    def answered() -> None:
        if where == "rename":
            renames.before = stop(where)
        elif where == "renamed":
            renames.after = stop(where)
        elif where in ("within", "after"):
            stop(where)()

    event = CallEvent(before=stop(where), after=answered) if where == "before" else CallEvent(after=answered)
    if where == "mark":
        renames.before = stop(where)
    elif where == "marked":
        renames.after = stop(where)
    client = make_client(job["options"], FaultTransport(job["method"], event, job["skip"]))
    client.clock = quick_clock([])
    store = open_store(Path(job["store"])) if job["store"] else None
    locks = Locks(directory=Path(job["locks"])) if "locks" in job else None
    try:
        execute(KNOWN[job["resource"]](), Task(options=job["options"], client=client, store=store, locks=locks))
    except Failed as failed:
        tell(ended=failed.result["msg"])
    else:
        tell(ended="")


def main() -> None:
    """Until there are no more jobs."""
    tell(ready=True)
    for line in sys.stdin:
        children = [born(job) for job in json.loads(line)]
        for child in children:
            tell(status=os.waitpid(child, 0)[1])


def born(job: dict[str, Any]) -> int:
    """A child that carries out a task."""
    child = os.fork()
    if child == 0:
        carry_out(job)
        os._exit(0)
    tell(child=child)
    return child


if __name__ == "__main__":
    main()
