# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of ``paas_environments``, made of those of ``paas_environment``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._engine.spec import CONNECTION
from ..environment.options import ENVIRONMENT_OPTIONS

MOST_AT_A_TIME = 16

# Whether an entry leaves an option out has to show, so that ``defaults`` can give it: no option has a default here, and
# what is left over at the end has that of paas_environment.
ENTRY_OPTIONS: dict[str, dict[str, Any]] = {
    name: {key: value for key, value in option.items() if key != "default"}
    for name, option in ENVIRONMENT_OPTIONS.items()
}
DEFAULTS_OPTIONS = {name: option for name, option in ENTRY_OPTIONS.items() if name != "name"}

MANY_OPTIONS: dict[str, dict[str, Any]] = {
    "environments": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": ENTRY_OPTIONS,
        "example": "[{name: shop-one, state: started}]",
    },
    "defaults": {"type": "dict", "options": DEFAULTS_OPTIONS, "example": "{region: eu-1}"},
    "concurrency": {"type": "int", "default": 3},
    "prune": {"type": "bool", "default": False},
    "prune_pattern": {"type": "str"},
    "prune_group": {"type": "str"},
    "prune_all": {"type": "bool", "default": False},
}


def options_of_one(options: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """The options that ``paas_environment`` would be given for an entry, those of the connection included."""
    defaults = _given(options.get("defaults") or {})
    if _same_name(defaults.get("clone_from"), entry.get("name")):
        del defaults["clone_from"]  # the original among its copies
    standard = {name: option.get("default") for name, option in ENVIRONMENT_OPTIONS.items()}
    connection = {name: options.get(name) for name in CONNECTION}
    return {**standard, **defaults, **_given(entry), **connection}


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _same_name(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.strip().lower() == other.strip().lower()
