# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run inet.elastic.paas_session inside the controller process."""

from __future__ import annotations

from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._resources.session import Session
from ansible_collections.inet.elastic.plugins.plugin_utils._in_process import InProcessAction


class ActionModule(InProcessAction):
    """See the module of the same name."""

    resource = Session()
    # The result of a job of its own stands in a file of the host until somebody removes it.
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task; a result with a session is shown by nothing, as with ``no_log``, and can be registered."""
        result = super().run(tmp, task_vars)
        if result.get("session"):
            result["_ansible_no_log"] = True
            # ansible-core before 2.19 shows the results of a loop's items together, and looks at the task alone.
            self._task.no_log = True
        return result
