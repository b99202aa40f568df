# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Container variables of layers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ...._client.answers import items, member, texts
from ...._client.errors import require
from ...._engine.permissions import each
from ...._engine.spec import MASK
from ..model import Environment, Layer
from .base import Detail, LayerAnswer, LayerPart, PartChange

GET_VARIABLES = "environment.control.GetContainerEnvVarsByGroup"
ADD_VARIABLES = "environment.control.AddContainerEnvVars"
REMOVE_VARIABLES = "environment.control.RemoveContainerEnvVars"

CHANGED = f"{MASK} (changed)"
_NAME = re.compile(r"[^\s=\0]+")


class Variables(LayerPart[Environment, Layer]):
    """``env`` and ``env_public``."""

    names = ("env",)
    options = {
        "env": {
            "type": "dict",
            "hidden": True,
            "values": {"type": "str", "hidden": True},
            "example": "{LOG_LEVEL: info}",
        },
        "env_public": {"type": "list", "elements": "str"},
    }
    words = {"env": ("env", "variables")}
    permissions = tuple(each((GET_VARIABLES, ADD_VARIABLES, REMOVE_VARIABLES), options={"nodes.env"}))

    @property
    def detail_reads(self) -> tuple[Detail, ...]:
        """The variables of a layer; ``object`` holds names and values (inferred)."""
        return (ENV,)

    def desired(self, entry: Mapping[str, Any], where: str) -> dict[str, Any]:
        """Values as text; an empty name or a structure is refused, a value of null asks for the variable's removal."""
        given = entry.get("env")
        for name, value in (given or {}).items():
            require(
                _NAME.fullmatch(str(name)),
                f"{where}: env: {str(name)!r} is not a valid name of a variable (no blanks, no =)",
            )
            require(
                not isinstance(value, (list, dict)),
                f"{where}: the value of the variable {name} is a structure; give text, such as by to_json",
            )
        return {
            "env": None if given is None else {str(name): _text(value) for name, value in given.items()},
            "env_public": frozenset(entry.get("env_public") or ()),
        }

    def from_answer(self, answer: LayerAnswer) -> dict[str, Any]:
        """The variables that come with the image, as it was built; those of the layer need a call."""
        given = texts(items(member(answer.custom, "dockerManifest"), "env"))
        return {"image_env": {name: value for name, _sign, value in (item.partition("=") for item in given)}}

    def create_members(self, layer: Layer) -> dict[str, Any]:
        return {"env": layer.variables or None}

    def created(self, layer: Layer) -> dict[str, Any]:
        """Those without a value are not created."""
        return {"env": layer.variables if layer.env is not None else None}

    def plan_changes(
        self, current: Layer, desired: Layer, environment: Environment, purge: Collection[str]
    ) -> list[PartChange[Layer]]:
        """Add and remove; never set, as that would take the variables of the image along (recorded)."""
        if desired.env is None or current.env is None:
            return []
        have = dict(current.env)
        added = {name: value for name, value in desired.variables.items() if have.get(name) != value}
        keep = set(desired.variables) | current.env_builtin if "env" in purge else set(have)
        removed = sorted(
            name for name in have if name not in keep or (name in desired.env and desired.env[name] is None)
        )
        place = f"{current.node_group} of {environment.label}"
        changes = []
        after = current
        if added:
            after = replace(after, env={**have, **added})
            params: dict[str, Any] = {"nodeGroup": current.node_group, "vars": added}
            summary = f"set {', '.join(sorted(added))} in {place}"
            changes.append(PartChange(ADD_VARIABLES, params, summary, after, aspect="env"))
        if removed:
            left = {name: value for name, value in {**have, **added}.items() if name not in removed}
            params = {"nodeGroup": current.node_group, "vars": removed}
            summary = f"remove {', '.join(removed)} from {place}"
            changes.append(PartChange(REMOVE_VARIABLES, params, summary, replace(after, env=left), aspect="env"))
        return changes

    def to_result(self, layer: Layer) -> dict[str, Any]:
        """The variables that are declared harmless."""
        shown = layer.env and {name: value for name, value in layer.variables.items() if name in layer.env_public}
        return {"env": shown or None}

    def to_diff(self, layer: Layer, before: Layer | None) -> dict[str, Any]:
        """Names with a mask; a variable that changes is marked."""
        if layer.env is None:
            return {"env": None}
        had = before.variables if before is not None and before.env is not None else {}
        shown = {
            name: value if name in layer.env_public else (MASK if had.get(name, value) == value else CHANGED)
            for name, value in sorted(layer.variables.items())
        }
        return {"env": shown}


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _from_answer(answer: Any, environment: Environment) -> dict[str, str]:
    found = member(answer, "object")
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, Mapping) else {}


def _same_variables(found: Layer, expected: Layer) -> bool:
    """Compare apart from variables that the image brings, which it can change by itself."""
    builtin = found.env_builtin | expected.env_builtin
    one, other = (
        {name: value for name, value in layer.variables.items() if name not in builtin} for layer in (found, expected)
    )
    return one == other


ENV = Detail("env", GET_VARIABLES, ("object",), _from_answer, _same_variables)
