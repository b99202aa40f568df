# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name of an environment that the dashboard shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...._client.answers import member_text
from ...._engine.permissions import Permission
from ..model import Environment
from .base import EnvAnswer, Part, PartChange, Shown

RENAME = "environment.control.SetEnvDisplayName"


class DisplayName(Part[Environment, str, str]):
    """``display_name``; an empty one clears it, and stands for none."""

    name = "display_name"
    shown = Shown.ALWAYS
    options = {"display_name": {"type": "str"}}
    purgeable = False
    words = {"displayname": "text"}
    permissions = (Permission(RENAME, options=frozenset({"display_name"})),)

    def desired(self, options: Mapping[str, Any]) -> str | None:
        """Without white space at its ends."""
        return str(options["display_name"].strip())

    def from_answer(self, answer: EnvAnswer) -> str:
        """A name that is missing is none."""
        return member_text(answer.env, "displayName") or ""

    def create_members(self, desired: str) -> dict[str, Any]:
        return {"env": {"displayName": desired or None}}

    def initial_state(self, desired: str | None = None) -> str:
        return desired or ""

    def plan_changes(
        self, current: str, desired: str, environment: Environment, *, purge: bool
    ) -> list[PartChange[str]]:
        """One call; an omitted displayName clears the name (documented)."""
        if desired == current:
            return []
        summary = f"{'set' if desired else 'clear'} the display name of {environment.label}"
        return [PartChange(RENAME, {"displayName": desired or None}, summary, desired)]
