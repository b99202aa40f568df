# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""Specifications of options as plain data, and the options that every module has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MASK = "********"


@dataclass(frozen=True)
class Spec:
    """An argument specification, with two members of an option that are ours.

    - ``env`` names the environment variable it falls back to.
    - ``hidden`` keeps its values out of what a task shows of its arguments. Unlike ``no_log`` it does not hide each
      text that happens to contain a value, which for values such as ``80`` would be most of them.
    """

    options: dict[str, dict[str, Any]]
    rules: dict[str, Any] = field(default_factory=dict)


CONNECTION: dict[str, dict[str, Any]] = {
    "api_url": {"type": "str", "required": True, "env": "PAAS_API_URL"},
    "session": {"type": "str", "no_log": True, "aliases": ["token"], "env": "PAAS_TOKEN"},
    "login": {"type": "str", "env": "PAAS_LOGIN"},
    "password": {"type": "str", "no_log": True, "env": "PAAS_PASSWORD"},
    "otp": {"type": "str", "no_log": True, "env": "PAAS_OTP"},
    "ca_path": {"type": "path", "env": "PAAS_CA_PATH"},
    "validate_certs": {"type": "bool", "default": True},
    "allow_http": {"type": "bool", "default": False},
    "connect_timeout": {"type": "float", "default": 10.0},
    "timeout": {"type": "float", "default": 60.0},
}


def with_connection(options: dict[str, dict[str, Any]], **rules: Any) -> Spec:
    """A module's own options together with those of the connection."""
    return Spec(options={**options, **CONNECTION}, rules=rules)


def presentable(values: Any, options: Mapping[str, Mapping[str, Any]]) -> Any:
    """Arguments of a task with the values of hidden options masked, at any depth."""
    if isinstance(values, list):
        return [presentable(value, options) for value in values]
    if not isinstance(values, Mapping):
        return values
    named = {alias: option for option in options.values() for alias in option.get("aliases", ())}
    named.update(options)
    return {name: _presentable(value, named.get(name, {})) for name, value in values.items()}


def _presentable(value: Any, option: Mapping[str, Any]) -> Any:
    if value is None or not (option.get("hidden") or "options" in option):
        return value
    if not option.get("hidden"):
        return presentable(value, option["options"])
    return dict.fromkeys(value, MASK) if isinstance(value, Mapping) else MASK
