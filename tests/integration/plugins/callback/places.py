# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test aid: appends plays, places of tasks, warnings and failures to the file that PLACES_FILE names.

Each line is JSON with one member: ``play`` (its name), ``task`` (file and line), ``warning`` or ``failure`` (its text).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: places
type: aggregate
short_description: record places of tasks for tests
description: Appends plays, places of tasks, warnings and failures to a file.
"""


class CallbackModule(CallbackBase):
    """Write a line for each event."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "places"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, **entry: str) -> None:
        with Path(os.environ["PLACES_FILE"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def v2_playbook_on_play_start(self, play: Any) -> None:
        """Write its name."""
        self._write(play=str(play.get_name()))

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        """Write its place."""
        self._write(task=str(task.get_path()))

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        """Write its place."""
        self._write(task=str(task.get_path()))

    def v2_runner_on_ok(self, result: Any) -> None:
        """Write its warnings."""
        data = result.result if hasattr(result, "result") else result._result
        for warning in data.get("warnings") or ():
            self._write(warning=str(warning))

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Write its warnings."""
        self.v2_runner_on_ok(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Write the message."""
        data = result.result if hasattr(result, "result") else result._result
        self._write(failure=str(data.get("msg") or data.get("censored") or data))

    def v2_runner_item_on_failed(self, result: Any) -> None:
        """Write the message."""
        self.v2_runner_on_failed(result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Write the message."""
        self.v2_runner_on_failed(result)
