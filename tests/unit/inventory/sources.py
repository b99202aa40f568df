# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources of inventories, read in this process as core reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader

from tests.integration.inventories import NAME, write
from tests.integration.support import Emulator


class InventorySource:
    """A file of an inventory and what reading it gives."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "paas.yml"
        self.warnings: list[str] = []
        self.data = InventoryData()

    def read(self, *, use_cache: bool = True, extra: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        """Read an inventory of these options; return hosts with their variables."""
        write(self.path.parent, **options)
        plugin = inventory_loader.get(NAME)
        assert plugin.verify_file(str(self.path))
        plugin.display = self
        self.data, self.warnings = InventoryData(), []
        loader = DataLoader()
        parse = type(plugin).parse.__globals__["BaseInventoryPlugin"].parse
        load_extra_vars = parse.__globals__["load_extra_vars"]
        parse.__globals__["load_extra_vars"] = lambda loader: extra or {}
        try:
            plugin.parse(self.data, loader, str(self.path), cache=use_cache)
        finally:
            parse.__globals__["load_extra_vars"] = load_extra_vars
        if options.get("cache"):
            plugin.update_cache_if_changed()
        self.data.reconcile_inventory()
        return {name: host.vars for name, host in self.data.hosts.items()}

    def warning(self, message: str) -> None:
        self.warnings.append(message)

    def refused(self, **options: Any) -> str:
        """Read an inventory that cannot be read; return the message, one line."""
        with pytest.raises(AnsibleParserError) as error:
            self.read(**options)
        assert not self.data.hosts
        message = str(error.value)
        assert "\n" not in message
        return message

    def members(self, group: str) -> list[str]:
        return sorted(host.name for host in self.data.groups[group].get_hosts())


def of(emulator: Emulator, name: str, **options: Any) -> dict[str, Any]:
    """An entry of accounts, with the address in another writing."""
    token = emulator.account.token if name == "first" else emulator.other.token
    return {"name": name, "session": token, "api_url": f"{emulator.url}/1.0/", **options}
