# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run inet.elastic.paas_token_rotation inside the controller process."""

from __future__ import annotations

from ansible_collections.inet.elastic.plugins.module_utils._resources.token_rotation.resource import TokenRotation
from ansible_collections.inet.elastic.plugins.plugin_utils._storing_action import StoringAction


class ActionModule(StoringAction):
    """See the module of the same name."""

    resource = TokenRotation()
