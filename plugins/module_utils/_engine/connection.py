# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Collect the connection options of a task from its arguments and from environment variables.

Arguments of the task come before environment variables, and credentials are a group: the first level with a session, a
login or a password decides, and levels below it add no other identity. A level below may only add the password of the
login. An empty or null value counts as not given at every level.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._client.errors import InputError
from .spec import CONNECTION

_IDENTITY = ("session", "login", "password")
# A one-time code identifies no account, so it may come from any level.
_CODES = ("otp", "otp_secret")
# White space at the ends of these is removed; a password may begin or end with a blank.
_STRIPPED = ("api_url", "session", "login", *_CODES)
VARIABLES = {name: option["env"] for name, option in CONNECTION.items() if "env" in option}
_NO_LOGIN = "password is given, login is missing: login or PAAS_LOGIN"
_NO_LOGIN_IN_TASK = (
    "password is given, login is missing: give login, or session if the password is there to confirm; the environment "
    "adds no login and no session to a password of the task"
)


def resolved(arguments: Mapping[str, Any], *environments: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments of a task with the connection options of all levels.

    Args:
        arguments: the arguments of the task, module_defaults included; names may be aliases.
        environments: environment variables, the strongest first. A variable that is set, even to an empty value, hides
            the same variable of the environments after it.

    Raises:
        InputError: a login without its password or a password without login, and no session.
    """
    aliases = {alias: name for name, option in CONNECTION.items() for alias in option.get("aliases", ())}
    own = {aliases.get(name, name): value for name, value in arguments.items() if not _empty(value)}
    levels = [_level(own)]
    seen: set[str] = set()
    for variables in environments:
        visible = {name: variables.get(env) for name, env in VARIABLES.items() if env not in seen}
        levels.append(_level(visible))
        seen |= set(variables)
    others = {name: value for name, value in arguments.items() if aliases.get(name, name) not in CONNECTION}
    plain = [name for name in CONNECTION if name not in _IDENTITY]
    found = {name: level[name] for level in reversed(levels) for name in plain if name in level}
    return {**others, **found, **_identity(levels)}


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _level(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the connection options of one level."""
    return {
        name: value.strip() if name in _STRIPPED and isinstance(value, str) else value
        for name, value in values.items()
        if name in CONNECTION and not _empty(value)
    }


def _identity(levels: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the session, login and password of the first level that has one of them."""
    deciding = next((place for place, level in enumerate(levels) if any(name in level for name in _IDENTITY)), None)
    if deciding is None:
        return {}
    found = {name: levels[deciding][name] for name in _IDENTITY if name in levels[deciding]}
    if "session" in found or {"login", "password"} <= set(found):
        return found
    if "password" in found:
        raise InputError(_NO_LOGIN if deciding else _NO_LOGIN_IN_TASK)
    completing = next((level["password"] for level in levels[deciding + 1 :] if "password" in level), None)
    if completing is None:
        raise InputError("login is given, password is missing: password or PAAS_PASSWORD")
    return {**found, "password": completing}
