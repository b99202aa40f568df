# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""Options that a variable, the environment or ansible.cfg may give, for modules as for the lookup."""

from __future__ import annotations

import configparser
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible import constants

SECTION = "inet_elastic"


@dataclass(frozen=True)
class Setting:
    """Where an option may come from; the sources are asked in this order."""

    variable: str
    environment: str | None = None
    ini: str | None = None


SETTINGS = {
    "api_url": Setting("paas_api_url"),
    "store": Setting("paas_token_store", "PAAS_TOKEN_STORE", "token_store"),
    "store_format": Setting("paas_token_store_format", "PAAS_TOKEN_STORE_FORMAT", "token_store_format"),
}


def with_settings(
    arguments: Mapping[str, Any],
    options: Mapping[str, Any],
    variables: Mapping[str, Any],
    environment: Mapping[str, str],
    render: Callable[[Any], Any],
) -> dict[str, Any]:
    """Return the arguments of a task with the settings for options that it leaves out or leaves empty.

    Args:
        options: of the module; settings for other options are not looked at.
        variables: of the task's host, not rendered yet.
        environment: environment variables of the task.
        render: renders the value of a variable.
    """
    found = dict(arguments)
    for name, setting in SETTINGS.items():
        if name not in options or found.get(name) not in (None, ""):
            continue
        value = render(variables[setting.variable]) if setting.variable in variables else None
        value = value or (environment.get(setting.environment) if setting.environment else None)
        value = value or (_ini(setting.ini) if setting.ini else None)
        if value:
            found[name] = value
    return found


def _ini(key: str) -> str | None:
    """Return an entry of the section of this collection in ansible.cfg."""
    if not constants.CONFIG_FILE:
        return None
    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=(";",), strict=False)
    parser.read(constants.CONFIG_FILE, encoding="utf-8")
    return parser.get(SECTION, key, fallback=None)
