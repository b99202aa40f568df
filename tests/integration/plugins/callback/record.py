# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test aid: appends every task's name and result, as other callbacks get it, to the file that RECORD_FILE names.

Each line also tells how many commands ``elsewhere`` and ``same_user`` ran for the task and, with RECORD_CALLS set, the
calls that the emulator got since the task before. A task with the variable ``begin_without`` begins with a fresh
emulator and without the file of that name. That saves a task for each, which takes ten times longer.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import requests
from ansible.parsing.ajson import AnsibleJSONEncoder
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: aggregate
short_description: record results for tests
description: Appends every task's name and result to a file.
"""


class CallbackModule(CallbackBase):
    """See above."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._processes = 0
        self._http = requests.Session()
        self._http.trust_env = False  # to look for proxies takes longer than the request

    def _write(self, result: Any, *, failed: bool) -> None:
        task = getattr(result, "task", None) or result._task
        data = result.result if hasattr(result, "result") else result._result
        entry = {"task": task.get_name().strip(), "failed": failed, "result": data, "processes": self._new_processes()}
        if os.environ.get("RECORD_CALLS"):
            entry["calls"] = self._new_calls()
        with Path(os.environ["RECORD_FILE"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, cls=AnsibleJSONEncoder) + "\n")

    def _new_processes(self) -> int:
        path = Path(os.environ["PROCESS_FILE"])
        before = self._processes
        self._processes = len(path.read_bytes().splitlines()) if path.exists() else 0
        return self._processes - before

    def _new_calls(self) -> Any:
        journal = f"{os.environ['PAAS_API_URL']}/_emulator/journal"
        calls = self._http.get(journal, timeout=10).json()["calls"]
        if calls:
            self._http.delete(journal, timeout=10).raise_for_status()
        return calls

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        """Begin anew, if the task says so."""
        if "begin_without" in task.vars:
            Path(task.vars["begin_without"]).unlink(missing_ok=True)
            self._http.post(f"{os.environ['PAAS_API_URL']}/_emulator/reset", timeout=10).raise_for_status()

    def v2_runner_on_ok(self, result: Any) -> None:
        """Write it."""
        self._write(result, failed=False)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Write it."""
        self._write(result, failed=True)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Write it."""
        self._write(result, failed=True)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Write it."""
        self._write(result, failed=False)
