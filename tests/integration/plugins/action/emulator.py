# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test aid: one request to the emulator's control path, without a module process.

Arguments: ``path`` (such as ``journal``), ``method`` (GET), ``body`` (any data). The answer is in ``answer``.
"""

from __future__ import annotations

import os
from typing import Any

import requests
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """See above."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send it."""
        arguments = self._task.args
        url = f"{os.environ['PAAS_API_URL']}/_emulator/{arguments['path']}"
        with requests.Session() as http:
            http.trust_env = False  # to look for proxies takes longer than the request
            answer = http.request(arguments.get("method", "GET"), url, json=arguments.get("body"), timeout=10)
        return {"changed": False, "failed": not answer.ok, "answer": answer.json() if answer.content else None}
