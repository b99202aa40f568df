# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``declarable``, documented in ``declarable.yml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def declarable(environment: Any) -> dict[str, Any]:
    """Return the members of an environment that are options of ``paas_environment`` and have a value."""
    # Ansible imports all filters for each task that uses one.
    from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import CONNECTION, MASK
    from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment

    def options_in(value: Any, option: Mapping[str, Any]) -> Any:
        if isinstance(value, (list, tuple)):
            return [options_in(item, option) for item in value]
        if not isinstance(value, Mapping):
            return value
        known = option.get("options")
        return {
            name: options_in(item, known[name] if known else {})
            for name, item in value.items()
            # A hidden value would become the value of the variable.
            if item is not None and item != MASK and (known is None or name in known)
        }

    if not isinstance(environment, Mapping) or "name" not in environment:
        raise AnsibleFilterError(
            "declarable: the input must be one environment, such as an item of environments that "
            "inet.elastic.paas_environment_info returns"
        )
    own = {name: option for name, option in OneEnvironment.spec.options.items() if name not in CONNECTION}
    found: dict[str, Any] = options_in(environment, {"options": own})
    return found


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"declarable": declarable}
