# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test aid: the output of a run as one JSON document, all results in it, as ``ansible.posix.json`` has them."""

from __future__ import annotations

import json
from typing import Any

from ansible.parsing.ajson import AnsibleJSONEncoder
from ansible.plugins.callback import CallbackBase, strip_internal_keys

DOCUMENTATION = """
name: whole
type: stdout
short_description: all results as one JSON document
description: Prints every task's result at the end of the run.
extends_documentation_fragment: [default_callback]
"""


class CallbackModule(CallbackBase):
    """See above."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "whole"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._entries: list[dict[str, Any]] = []

    def _keep(self, result: Any, *_ignored: Any, **_more: Any) -> None:
        task = getattr(result, "task", None) or result._task
        data = result.result if hasattr(result, "result") else result._result
        self._entries.append({"task": task.get_name(), "result": strip_internal_keys(data)})

    v2_runner_on_ok = v2_runner_on_failed = v2_runner_on_skipped = v2_runner_on_unreachable = _keep
    v2_runner_item_on_ok = v2_runner_item_on_failed = v2_runner_item_on_skipped = v2_runner_retry = _keep

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """Print it."""
        self._display.display(json.dumps(self._entries, cls=AnsibleJSONEncoder, indent=4, sort_keys=True))
