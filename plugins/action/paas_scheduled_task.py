# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run inet.elastic.paas_scheduled_task inside the controller process."""

from __future__ import annotations

from ansible_collections.inet.elastic.plugins.module_utils._resources.scheduled_task import Scheduler
from ansible_collections.inet.elastic.plugins.plugin_utils._in_process import InProcessAction


class ActionModule(InProcessAction):
    """See the module of the same name."""

    resource = Scheduler()
