# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run inet.elastic.paas_environment_info inside the controller process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import require
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.info import EnvironmentInfo
from ansible_collections.inet.elastic.plugins.plugin_utils._in_process import InProcessAction


class ActionModule(InProcessAction):
    """Encrypts container variables with the vault password of the run."""

    resource = EnvironmentInfo()

    def _needs_vault(self, arguments: Mapping[str, Any]) -> bool:
        # As text, because older versions of core end in an error of Python for a list.
        return bool(boolean(str(arguments.get("encrypted_env")), strict=False))

    def _encrypt(self, options: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], str] | None:
        if not options.get("encrypted_env"):
            return None
        problem = "encrypted_env cannot be used with async, as another process has no vault password"
        require(not self._task.async_val, problem)
        # Most tasks encrypt nothing, and need not wait until the code of the vault is compiled.
        from ansible_collections.inet.elastic.plugins.plugin_utils._vaulted_variables import variables_encrypter

        return variables_encrypter(self._loader)
