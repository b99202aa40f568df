# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An inventory plugin without an API: hosts, variables and groups from the output of ansible-inventory."""

from __future__ import annotations

DOCUMENTATION = r"""
name: without_api
short_description: Hosts from the output of ansible-inventory
description: Hosts, variables and groups from a file.
extends_documentation_fragment: [ansible.builtin.constructed]
options:
  plugin: {description: The name of this plugin., required: true, type: str, choices: [without_api]}
  path: {description: The output of ansible-inventory., required: true, type: path}
"""

import json
from pathlib import Path
from typing import Any

from ansible.plugins.inventory import BaseInventoryPlugin, Constructable
from ansible.template import trust_as_template


class InventoryModule(BaseInventoryPlugin, Constructable):
    """Adds what a file has."""

    NAME = "without_api"

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add hosts as cheaply as core lets a plugin do it."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        listed = json.loads(Path(self.get_option("path")).read_text(encoding="utf-8"))
        groups: dict[str, list[str]] = {}
        for group, members in listed.items():
            for host in members.get("hosts", ()):
                groups.setdefault(host, []).append(group)
        compose, conditions, keys, strict = map(self.get_option, ("compose", "groups", "keyed_groups", "strict"))
        for host, variables in listed["_meta"]["hostvars"].items():
            self.inventory.add_host(host)
            for name, value in variables.items():
                trusted = trust_as_template(value) if isinstance(value, str) else value
                self.inventory.set_variable(host, name, trusted)
            for group in groups[host]:
                self.inventory.add_group(group)
                self.inventory.add_child(group, host)
            self._set_composite_vars(compose, variables, host, strict)
            self._add_host_to_composed_groups(conditions, variables, host, strict)
            self._add_host_to_keyed_groups(keys, variables, host, strict)
