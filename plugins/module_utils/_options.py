# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""Specifications of options as plain data, and the options that every module has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Spec:
    """An argument specification; a member ``env`` of an option names the environment variable it falls back to."""

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
