# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Regions of the emulated platform (invented unless given; shape inferred from clients)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paas_emulator.control_values import SettingError

DOMAIN = "paas.example.com"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_MEMBERS = ("name", "domain", "display_name", "enabled")


@dataclass(frozen=True)
class Region:
    """A host group: `name` is what `env.region` takes. `domain`: of its environments."""

    name: str
    display_name: str
    parent: str
    enabled: bool = True
    domain: str = DOMAIN


BUILT_IN = (
    Region("region-a", "Region A", "region-1"),
    Region("default_hn_group", "Default", "region-1"),
    Region("region-b", "Region B", "region-2"),
    Region("region-closed", "Closed region", "region-2", enabled=False),
)


def parse_region(text: str) -> Region:
    """NAME or NAME:DOMAIN of the command line. Raises SettingError."""
    name, _, domain = text.partition(":")
    return _region("--region", {"name": name, "domain": domain or DOMAIN})


def parse_regions(body: Any) -> list[Region]:
    """Regions from the body of `PUT regions`. Raises SettingError."""
    if not isinstance(body, list) or not body:
        raise SettingError('regions must be a list such as [{"name": "vz7", "domain": "env.example.com"}]')
    found = [_region(f"region {position}", item) for position, item in enumerate(body, 1)]
    if not any(region.enabled for region in found):
        raise SettingError("one region at least must be enabled")
    return found


def _region(where: str, item: Any) -> Region:
    given = item if isinstance(item, Mapping) else {}
    unknown = sorted(set(given) - set(_MEMBERS))
    if unknown:
        raise SettingError(f"{where}: unknown member {unknown[0]!r}; there are: {', '.join(_MEMBERS)}")
    name, domain = given.get("name"), given.get("domain", DOMAIN)
    if not (isinstance(name, str) and isinstance(domain, str) and _NAME.fullmatch(name) and _NAME.fullmatch(domain)):
        raise SettingError(f"{where}: name and domain must be letters, digits, dots, hyphens and underscores")
    return Region(name, str(given.get("display_name") or name), name, given.get("enabled") is not False, domain.lower())


@dataclass
class Regions:
    """The regions in force; the first that is open is the default."""

    rows: tuple[Region, ...] = BUILT_IN

    @property
    def default(self) -> Region:
        """Where environments go that name no region."""
        return next(region for region in self.rows if region.enabled)

    def find(self, name: str) -> Region | None:
        """The region of that name that takes new environments."""
        return next((region for region in self.rows if region.name == name and region.enabled), None)

    def to_api(self) -> list[dict[str, Any]]:
        """As GetRegions shows them."""
        parents = list(dict.fromkeys(region.parent for region in self.rows))
        return [self._parent(parent, [region for region in self.rows if region.parent == parent]) for parent in parents]

    def _parent(self, name: str, inside: list[Region]) -> dict[str, Any]:
        return {
            "uniqueName": name,
            "displayName": name.replace("-", " ").capitalize(),
            "isDefault": name == self.default.parent,
            "domain": inside[0].domain,
            "hardNodeGroups": [
                {"uniqueName": region.name, "displayName": region.display_name, "isEnabled": region.enabled}
                for region in inside
            ],
        }

    def plain(self) -> dict[str, Any]:
        """For the control path."""
        return {"regions": [{name: getattr(region, name) for name in _MEMBERS} for region in self.rows]}
