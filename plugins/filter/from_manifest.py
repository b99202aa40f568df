# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``from_manifest``, documented in ``from_manifest.yml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ansible_collections.inet.elastic.plugins.plugin_utils._untagged import untagged

LEFTOVERS = ("warn", "fail", "ignore")


def from_manifest(manifest: Any, replace: Mapping[str, Any] | None = None, leftovers: str = "warn") -> dict[str, Any]:
    """Return options of ``paas_environment`` for a manifest; AnsibleFilterError if it is not valid."""
    # Imported here, because Ansible reads all filters of the collection for each task that uses one of them.
    from ansible_collections.inet.elastic.plugins.plugin_utils._manifest.convert import ManifestError, convert

    if leftovers not in LEFTOVERS:
        raise AnsibleFilterError(f"from_manifest: leftovers must be one of {', '.join(LEFTOVERS)}")
    if replace is not None and not isinstance(replace, Mapping):
        raise AnsibleFilterError("from_manifest: replace must be a mapping of the names of placeholders to values")
    try:
        conversion = convert(untagged(manifest), untagged(replace))
    except ManifestError as error:
        raise AnsibleFilterError(f"from_manifest: {error}") from None
    except RecursionError:  # YAML can hold itself, by an anchor
        raise AnsibleFilterError("from_manifest: the manifest contains itself, or is nested too deeply") from None
    if conversion.inexact and leftovers == "fail":
        raise AnsibleFilterError(f"from_manifest: {'; '.join(conversion.inexact)}")
    for warning in (*conversion.inexact, *conversion.warnings):
        Display().warning(f"from_manifest: {warning}")
    if conversion.left_out and leftovers != "ignore":
        message = f"from_manifest does not carry over: {'; '.join(conversion.left_out)}"
        if leftovers == "fail":
            raise AnsibleFilterError(message)
        Display().warning(message)
    return conversion.options


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"from_manifest": from_manifest}
