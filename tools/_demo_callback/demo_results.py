"""Internal to tools/demo.py: appends what it shows of each finished task to the file that DEMO_RESULTS names."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: demo_results
type: aggregate
short_description: record results for the demonstration
description: Appends the name of every finished task, and a few members of its result, to a file.
"""

# No secret is in any of these.
MEMBERS = ("changed", "api_calls", "token", "environment", "removed", "failure", "msg")


class CallbackModule(CallbackBase):  # type: ignore[misc]  # core publishes no types
    """Writes one JSON object a line: task, failed, and those of MEMBERS that the result has."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "demo_results"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: Any) -> None:
        """Note a task that did what it should."""
        self._note(result, failed=False)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Note a task that failed."""
        self._note(result, failed=True)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Note a task whose host could not be reached."""
        self._note(result, failed=True)

    @staticmethod
    def _note(result: Any, *, failed: bool) -> None:
        # ansible-core 2.19 made these names public.
        task = result.task if hasattr(result, "task") else result._task
        data = result.result if hasattr(result, "result") else result._result
        shown = {name: data[name] for name in MEMBERS if name in data}
        with Path(os.environ["DEMO_RESULTS"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"task": task.get_name().strip(), "failed": failed, **shown}) + "\n")
