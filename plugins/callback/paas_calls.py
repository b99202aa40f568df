# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""After a run: the API calls it made, and the smallest token that would have done."""

from __future__ import annotations

DOCUMENTATION = r"""
name: paas_calls
short_description: Show which API calls a run made, and the token it needs
version_added: 0.1.0
author: The inet.elastic authors (@inet-elastic)
type: aggregate
description:
  - Prints a table at the end of a run. It has each API method that the modules of this collection called, with the
    number of calls, the seconds that they took, and how many of them were retried.
  - Below the table is a task that creates the smallest personal access token with which the run would have worked.
  - A run without changes and a run in check mode only read, so their token grants only methods that read. The filter
    P(inet.elastic.api_methods_for#filter) returns the methods for everything that a module can do.
  - Callbacks do not get the results of tasks with C(no_log), so their calls are missing. The summary counts them.
  - With O(record_file) and O(token), the calls of each run are also added to a file, as one line of JSON. The role
    C(inet.elastic.audit) reads such a file, and reports tokens with more rights than the runs used.
options:
  record_file:
    description:
      - Path of a file. The callback creates the file, and adds a line for each run that called the API. A run in check
        mode adds a line, too; it only reads.
    type: path
    env:
      - name: PAAS_CALLS_RECORD_FILE
    ini:
      - section: callback_paas_calls
        key: record_file
  token:
    description:
      - Description of the personal access token that the run uses, for O(record_file). The value of the token is never
        recorded.
    type: str
    env:
      - name: PAAS_CALLS_TOKEN
    ini:
      - section: callback_paas_calls
        key: token
requirements:
  - enabled in configuration, by C(callbacks_enabled = inet.elastic.paas_calls) or the environment variable
    E(ANSIBLE_CALLBACKS_ENABLED)
"""

EXAMPLES = r"""
# ansible.cfg
# [defaults]
# callbacks_enabled = inet.elastic.paas_calls
#
# [callback_paas_calls]
# record_file = /var/lib/paas/calls.jsonl
# token = nightly
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

from ansible_collections.inet.elastic.plugins.plugin_utils._call_summary import Summary


class CallbackModule(CallbackBase):
    """Adds up the calls of all results."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "inet.elastic.paas_calls"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, display: Any = None, options: Any = None) -> None:
        super().__init__(display=display, options=options)
        self._summary = Summary()

    def v2_runner_on_ok(self, result: Any) -> None:
        """A task has ended well."""
        self._count(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """A task has failed."""
        self._count(result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """The run has ended."""
        lines = self._summary.lines()
        if lines:
            self._display.banner("PAAS CALLS")
            for line in lines:
                self._display.display(line)
        path, token = self.get_option("record_file"), self.get_option("token")
        if path and token:
            self._record(path, token)

    def _record(self, path: str, token: str) -> None:
        """Add the line of this run. A run does not fail because of its record."""
        line = self._summary.record(token, datetime.now(timezone.utc))
        try:
            if line:
                with Path(path).open("a", encoding="utf-8") as file:  # one write at the end, also beside other runs
                    file.write(line)
        except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
            reason = getattr(error, "strerror", None) or "not a path"
            self._display.warning(f"paas_calls: the calls are not recorded: {path}: {reason}")

    def _count(self, result: Any) -> None:
        # The public member came with core 2.19, which warns of the old one.
        data = result.result if hasattr(result, "result") else result._result
        task = result.task if hasattr(result, "task") else result._task
        if "censored" in data:
            self._summary.hidden(str(task.action))
            return
        for item in _items(data):
            self._summary.add(item)


def _items(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The results of a loop's items, or the one of a task without a loop."""
    items = data.get("results")
    yield from (item for item in items if isinstance(item, Mapping)) if isinstance(items, list) else (data,)
