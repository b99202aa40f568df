# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run inet.elastic.paas_file inside the controller process."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError, require
from ansible_collections.inet.elastic.plugins.module_utils._resources.file.resource import File
from ansible_collections.inet.elastic.plugins.plugin_utils._in_process import InProcessAction


class ActionModule(InProcessAction):
    """Reads ``src`` on the controller, and gives its content to the resource."""

    resource = File()

    def _resolved(
        self, given: Mapping[str, Any], task_vars: Mapping[str, Any], variables: Mapping[str, str]
    ) -> dict[str, Any]:
        src = given.get("src")
        if isinstance(src, str) and src and given.get("content") is None and given.get("state") in (None, "file"):
            content = base64.b64encode(self._source(src)).decode()
            others = {name: value for name, value in given.items() if name != "src"}
            given = {**others, "content": content, "encoding": "base64"}
        return super()._resolved(given, task_vars, variables)

    def _source(self, src: str) -> bytes:
        """Return the content of a file on the controller, which may be encrypted with Ansible Vault."""
        try:
            found = self._find_needle("files", src)
            require(not Path(found).is_dir(), f"src: {src} is a directory; give a file")
            path = self._loader.get_real_file(found, decrypt=True)
            try:
                return Path(path).read_bytes()
            finally:
                self._loader.cleanup_tmp_file(path)
        except (AnsibleError, OSError) as error:
            reason = str(error).splitlines()[0]
            raise InputError(
                f"src: {src} cannot be read on the controller; files are looked for in the folder files of the role "
                f"and beside the playbook: {reason}"
            ) from None
