# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Regions of the emulated platform (invented; shape inferred from clients)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DOMAIN = "paas.example.com"


@dataclass(frozen=True)
class Region:
    """A host group: `name` is what `env.region` takes."""

    name: str
    display_name: str
    parent: str
    enabled: bool = True


DEFAULT = Region("region-a", "Region A", "region-1")
REGIONS = (
    DEFAULT,
    Region("default_hn_group", "Default", "region-1"),
    Region("region-b", "Region B", "region-2"),
    Region("region-closed", "Closed region", "region-2", enabled=False),
)


def find(name: str) -> Region | None:
    """The region of that name that takes new environments."""
    return next((region for region in REGIONS if region.name == name and region.enabled), None)


def by_name(name: str) -> Region:
    """The region an environment is in."""
    return next(region for region in REGIONS if region.name == name)


def wire() -> list[dict[str, Any]]:
    """As GetRegions shows them."""
    parents = list(dict.fromkeys(region.parent for region in REGIONS))
    return [
        {
            "uniqueName": parent,
            "displayName": parent.replace("-", " ").capitalize(),
            "isDefault": parent == DEFAULT.parent,
            "domain": DOMAIN,
            "hardNodeGroups": [
                {"uniqueName": region.name, "displayName": region.display_name, "isEnabled": region.enabled}
                for region in REGIONS
                if region.parent == parent
            ],
        }
        for parent in parents
    ]
