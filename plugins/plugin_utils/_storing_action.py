# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a resource with a token store inside the controller process.

A file of its own: ansible-core compiles the code of a collection in every run anew, and most tasks have no store.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import require
from ansible_collections.inet.elastic.plugins.plugin_utils._in_process import InProcessAction
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.lifetime import check_store_lifetime
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import (
    TokenStore,
    resolve_store_path,
    vault_from_loader,
)


class StoringAction(InProcessAction):
    """Base of the action plugins whose tasks can name a token store."""

    def _needs_vault(self, arguments: Mapping[str, Any]) -> bool:
        return bool(arguments.get("store"))

    def _store(self, options: Mapping[str, Any]) -> TokenStore | None:
        path = options.get("store")
        if not path:
            return None
        require(
            not self._task.async_val,
            "store cannot be used with async, as the value would have to be kept by another process",
        )
        path = resolve_store_path(self._loader, path)
        if not options["store_ephemeral"]:
            check_store_lifetime(path, os.environ)
        return TokenStore(
            path,
            vault=vault_from_loader(self._loader),
            vault_id=options.get("store_vault_id"),
            fmt=options["store_format"],
            lock_timeout=options["store_lock_timeout"],
        )
