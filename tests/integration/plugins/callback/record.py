# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test aid: appends every task's name and result, as other callbacks get it, to the file that RECORD_FILE names."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

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

    def _write(self, result: Any, *, failed: bool) -> None:
        task = getattr(result, "task", None) or result._task
        data = result.result if hasattr(result, "result") else result._result
        line = json.dumps({"task": task.get_name().strip(), "failed": failed, "result": data}, cls=AnsibleJSONEncoder)
        with Path(os.environ["RECORD_FILE"]).open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        """Write it."""
        self._write(result, failed=False)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Write it."""
        self._write(result, failed=True)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Write it."""
        self._write(result, failed=False)
