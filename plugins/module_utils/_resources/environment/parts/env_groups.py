# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups that an environment is in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...._client.answers import member_texts
from ...._client.errors import require
from ...._engine.permissions import Permission
from ..model import Environment
from ..names import group_key
from .base import EnvAnswer, Part, PartChange, Shown

ATTACH_GROUP = "environment.control.AttachEnvGroup"
DETACH_GROUP = "environment.control.DetachEnvGroup"
Groups = tuple[str, ...]


class EnvGroups(Part[Environment, Groups, Groups]):
    """``env_groups``."""

    name = "env_groups"
    shown = Shown.ALWAYS
    options = {"env_groups": {"type": "list", "elements": "str"}}
    words = {"envgroups": "texts"}
    permissions = (
        Permission(ATTACH_GROUP, options=frozenset({"env_groups"})),
        # A clone leaves the groups of its source that are not declared.
        Permission(DETACH_GROUP, options=frozenset({"purge.env_groups", "clone_from"})),
    )

    def desired(self, options: Mapping[str, Any]) -> Groups | None:
        """Paths, each once."""
        groups = tuple(dict.fromkeys(map(group_key, options["env_groups"])))
        require(
            all(all(group.split("/")) for group in groups),
            "env_groups: a group is written as name or parent/child, without empty parts",
        )
        return groups

    def from_answer(self, answer: EnvAnswer) -> Groups | None:
        """Paths as the platform has them; the list is in one of two places."""
        found = member_texts(answer.env, "envGroups", "name")
        return member_texts(answer.answer, "envGroups", "name") if found is None else found

    def create_members(self, desired: Groups) -> dict[str, Any]:
        return {"envGroups": list(desired) or None}

    def initial_state(self, desired: Groups | None = None) -> Groups:
        return desired or ()

    def plan_changes(
        self, current: Groups, desired: Groups, environment: Environment, *, purge: bool
    ) -> list[PartChange[Groups]]:
        """One call for each group."""
        changes = []
        now = current
        current_keys, desired_keys = ([group_key(path) for path in paths] for paths in (current, desired))
        for path in (path for path in desired_keys if path not in current_keys):
            now = (*now, path)
            summary = f"put {environment.label} into the group {path}"
            changes.append(PartChange(ATTACH_GROUP, {"envGroup": path}, summary, now))
        for path in (path for path in current_keys if purge and path not in desired_keys):
            now = tuple(group for group in now if group_key(group) != path)
            summary = f"take {environment.label} out of the group {path}"
            changes.append(PartChange(DETACH_GROUP, {"envGroup": path}, summary, now))
        return changes

    def matches(self, found: Groups, expected: Groups) -> bool:
        return set(map(group_key, found)) == set(map(group_key, expected))
