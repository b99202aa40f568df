# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The region of an environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...._client.answers import member_texts
from ...._client.errors import require
from ...._engine.permissions import Permission
from ..model import Environment
from ..names import same_text
from .base import EnvAnswer, Needs, Part, PartChange, Shown

MIGRATE = "environment.control.Migrate"


class DesiredRegion(NamedTuple):
    """Unique name of the region, and whether the environment runs while it is migrated."""

    name: str
    online: bool | None = None


class Region(Part[Environment, DesiredRegion, str]):
    """``region`` and ``live_migration``; an empty state is one that is not known."""

    name = "region"
    shown = Shown.ALWAYS
    options = {"region": {"type": "str"}, "live_migration": {"type": "bool"}}
    purgeable = False
    before_layers = True
    wakes = True
    words = {"region": "text"}
    permissions = (Permission(MIGRATE, options=frozenset({"region"})),)

    def desired(self, options: Mapping[str, Any]) -> DesiredRegion | None:
        """A name; without it ``live_migration`` has no effect."""
        given = options.get("region")
        require(given is None or given.strip(), "region is empty; leave it out, or give a value")
        return None if given is None else DesiredRegion(given.strip(), options.get("live_migration"))

    def from_answer(self, answer: EnvAnswer) -> str:
        """The name, which the platform shows in one of two places."""
        region = member_texts(answer.env, "hardwareNodeGroup", "uniqueName")
        return (region or member_texts(answer.env, "hostGroup", "uniqueName") or ("",))[0]

    def create_members(self, desired: DesiredRegion) -> dict[str, Any]:
        return {"env": {"region": desired.name}}

    def initial_state(self, desired: DesiredRegion | None = None) -> str:
        return desired.name if desired else ""

    def plan_changes(
        self, current: str, desired: DesiredRegion, environment: Environment, *, purge: bool
    ) -> list[PartChange[str]]:
        """One migration."""
        if not current or same_text(current, desired.name):
            return []
        params = {"hardwareNodeGroup": desired.name, "isOnline": desired.online}
        meanwhile = "while it runs" if desired.online else "interrupts it"
        summary = f"migrate {environment.label}: region {current} -> {desired.name} ({meanwhile})"
        return [PartChange(MIGRATE, params, summary, desired.name, needs=Needs.AWAKE, operation=True)]

    def matches(self, found: str, expected: str) -> bool:
        """Names are compared without regard to case."""
        return not expected or same_text(found, expected)
