# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``api_methods_for``, documented in ``api_methods_for.yml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.plugin_utils._untagged import untagged


def api_methods_for(modules: Any, states: Any = None, options: Any = None) -> list[str]:
    """Return the API methods that tasks of modules call; AnsibleFilterError if an entry is not valid."""
    # Imported here, because Ansible reads all filters of the collection for each task that uses one of them.
    from ansible_collections.inet.elastic.plugins.module_utils._resources.permissions_for import methods_for

    given = untagged(modules)
    common = {name: value for name, value in (("states", states), ("options", options)) if value is not None}
    entries = given if isinstance(given, list) else [given]
    if common:
        common = untagged(common)
        entries = [_with(entry, common) for entry in entries]
    try:
        return list(methods_for(entries, "api_methods_for"))
    except InputError as error:
        raise AnsibleFilterError(str(error)) from None


def _with(entry: Any, common: Mapping[str, Any]) -> Any:
    """Return an entry with the states and options for all entries, unless it has its own."""
    own = {"module": entry} if isinstance(entry, str) else entry
    return {**common, **own} if isinstance(own, Mapping) else entry


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"api_methods_for": api_methods_for}
