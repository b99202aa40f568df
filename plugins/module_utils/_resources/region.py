# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_region_info``: the regions that an account can use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._client.answers import items, member, required_items
from .._client.client import PlatformClient
from .._engine.permissions import Permission, Table, rows
from .._engine.read_only import ReadOnly
from .._engine.resource import Work
from .._engine.spec import with_connection

GET = "environment.control.GetRegions"
Found = list[dict[str, Any]]


def read_regions(client: PlatformClient) -> Found:
    """Read all regions by one GetRegions, sorted by name.

    The inner list is named hardNodeGroups in answers, and hardwareNodeGroups in the documentation.
    """
    found = []
    for region in required_items(GET, client.call(GET), "array"):
        for group in items(region, "hardNodeGroups", "hardwareNodeGroups"):
            name = member(group, "uniqueName")
            if name:
                found.append(
                    {
                        "name": str(name),
                        "display_name": member(group, "displayName"),
                        "enabled": member(group, "isEnabled") is not False,
                        "region": member(region, "uniqueName"),
                        "region_display_name": member(region, "displayName"),
                        "default": member(region, "isDefault") is True,
                        "domain": member(region, "domain"),
                    }
                )
    return sorted(found, key=lambda item: str(item["name"]))


class RegionInfo(ReadOnly["bool | None", Found]):
    """The resource of ``paas_region_info``."""

    result_member = "regions"
    spec = with_connection({"enabled": {"type": "bool"}})

    def desired(self, options: Mapping[str, Any]) -> bool | None:
        """Return whether to list open regions (True), closed regions (False), or all (None)."""
        enabled: bool | None = options.get("enabled")
        return enabled

    def read(self, work: Work, desired: bool | None) -> Found:
        """Read all regions, sorted by name, and return those that are asked for."""
        return [item for item in read_regions(work.client) if desired in (None, item["enabled"])]


PERMISSIONS = Table(spec=RegionInfo.spec, permissions=rows(Permission(GET)))
