# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Specifications of options as plain data, and the connection options of every module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._client.transport import without_credentials

MASK = "********"
# The text by which ansible-core replaces a secret argument.
NO_LOG = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
Options = Mapping[str, Mapping[str, Any]]
# Members of an option that Ansible does not know.
OWN_MEMBERS = frozenset({"env", "hidden", "address", "exact", "fraction", "structure", "any_case", "values", "example"})


@dataclass(frozen=True)
class Spec:
    """An argument specification, whose options may have further members (``OWN_MEMBERS``).

    - ``env``: the environment variable that gives the value if the task does not.
    - ``hidden``: the value is masked in the arguments of a result. Unlike ``no_log`` this does not hide every text that
      contains the value, which values such as ``80`` would do to most texts.
    - ``address``: the value is an address, shown without credentials inside it.
    - ``exact``: a name or version; a long number brings a warning, because YAML may have read it from another text.
    - ``fraction``: a text that may be given as a number with a fraction.
    - ``structure``: how a list or mapping is converted to the text: ``commas``, ``argv`` or ``json``.
    - ``any_case``: choices are compared without regard to case.
    - ``values``: the specification of each value of a mapping.
    - ``example``: an example of a structured option for messages; the example of a list holds one entry.

    Attributes:
        session_states: values of ``state`` with which a module that manages tokens prefers a given session to login and
            password.
    """

    options: dict[str, dict[str, Any]]
    rules: dict[str, Any] = field(default_factory=dict)
    session_states: frozenset[str] = frozenset()


CONNECTION: dict[str, dict[str, Any]] = {
    "api_url": {"type": "str", "required": True, "env": "PAAS_API_URL", "address": True},
    "session": {"type": "str", "no_log": True, "aliases": ["token"], "env": "PAAS_TOKEN"},
    "login": {"type": "str", "env": "PAAS_LOGIN"},
    "password": {"type": "str", "no_log": True, "env": "PAAS_PASSWORD"},
    "otp": {"type": "str", "no_log": True, "env": "PAAS_OTP"},
    "otp_secret": {"type": "str", "no_log": True, "env": "PAAS_OTP_SECRET"},
    "ca_path": {"type": "path", "env": "PAAS_CA_PATH"},
    "validate_certs": {"type": "bool", "default": True, "env": "PAAS_VALIDATE_CERTS"},
    "allow_http": {"type": "bool", "default": False},
    "connect_timeout": {"type": "float", "default": 10.0},
    "timeout": {"type": "float", "default": 60.0, "env": "PAAS_TIMEOUT"},
}


def with_connection(options: dict[str, dict[str, Any]], **rules: Any) -> Spec:
    """Return the specification of a module's own options and the connection options."""
    return Spec(options={**options, **CONNECTION}, rules=rules)


def aliases_of(options: Options) -> dict[str, Mapping[str, Any]]:
    """Return the option for each alias."""
    return {alias: option for option in options.values() for alias in option.get("aliases", ())}


def masked(values: Any, options: Options) -> Any:
    """Return arguments of a task with secret and hidden values masked, at any depth.

    Values that may be secret are masked, too: values of unknown options (the name of a secret option may be mistyped),
    and values of structured options that have another structure.
    """
    if isinstance(values, list):
        return [masked(value, options) for value in values]
    if not isinstance(values, Mapping):
        return None if values is None else MASK
    named = {**aliases_of(options), **options}
    return {name: _masked(value, named.get(name, {"hidden": True})) for name, value in values.items()}


def _masked(value: Any, option: Mapping[str, Any]) -> Any:
    if value is None:
        return None
    if option.get("no_log"):
        return NO_LOG
    if option.get("hidden"):
        return dict.fromkeys(value, MASK) if isinstance(value, Mapping) else MASK
    if "options" in option:
        return masked(value, option["options"])
    if "values" in option:
        if not isinstance(value, Mapping):
            return MASK
        return {name: _masked(item, option["values"]) for name, item in value.items()}
    return without_credentials(value) if option.get("address") and isinstance(value, str) else value
