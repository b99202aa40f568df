# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``audit_report``, documented in ``audit_report.yml``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.plugin_utils._untagged import untagged


def audit_report(facts: Any, account: str, settings: Any, previous: str = "", records: str = "") -> dict[str, Any]:
    """Return the report of an account; AnsibleFilterError if something that the user gave is not valid."""
    # Imported here, because Ansible reads all filters of the collection for each task that uses one of them.
    from ansible_collections.inet.elastic.plugins.plugin_utils._audit import given
    from ansible_collections.inet.elastic.plugins.plugin_utils._audit.report import make_report

    name = str(untagged(account))
    try:
        last = given.read_previous(str(untagged(previous)), name)
        calls = given.read_records(str(untagged(records)))
        return make_report(
            name, given.read_facts(untagged(facts), calls), given.read_settings(untagged(settings)), last
        )
    except InputError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"audit_report": audit_report}
