# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of firewall rules: their members, their defaults, and those that every layer starts with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from paas_emulator.errors import NOT_FOUND, PERMISSION_DENIED, PLATFORM, ApiError, invalid_parameter
from paas_emulator.parameters import flag
from paas_emulator.store import Environment, Store

ACTIONS = ("ALLOW", "DENY")
DIRECTIONS = ("INPUT", "OUTPUT", "BIDIRECTIONAL")
BOTH = "BIDIRECTIONAL"
ALL = "ALL"
HIGHEST_PORT, HIGHEST_PRIORITY = 65535, 1_000_000
FIRST_PRIORITY, STEP = 1000, 10
LAST_PRIORITY = 65535  # documented
OPENING = ("OPEN_INBOUND_PORTS", "JELASTIC_PORTS")  # documented, the second in the manual of manifests
# Members of a rule (documented) and what stands for one that is left out (inferred).
DEFAULTS: dict[str, Any] = {
    "action": "ALLOW",
    "direction": "INPUT",
    "protocol": "TCP",
    "ports": "",
    "src": ALL,
    "dst": "",
    "isEnabled": True,
    "isInfra": False,
    "relatedEnvName": None,
    "relatedSoftNodeGroup": None,
}
_PORTS = re.compile(r"\d{1,5}(?:-\d{1,5})?(?:,\d{1,5}(?:-\d{1,5})?)*")
_PROTOCOL = re.compile(r"[A-Z][A-Z0-9/_-]{0,15}")


def _text(value: Any) -> str | None:
    return str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else None


def _word(allowed: tuple[str, ...]) -> Callable[[Any], str | None]:
    return lambda value: str(value).upper() if str(value).upper() in allowed else None


def _protocol(value: Any) -> str | None:
    text = str(value).strip().upper()
    return text if _PROTOCOL.fullmatch(text) else None


def _priority(value: Any) -> int | None:
    text = _text(value) or ""
    return int(text) if re.fullmatch(r"\d{1,7}", text) and int(text) <= HIGHEST_PRIORITY else None


def _ports(value: Any) -> str | None:
    """`80`, `8000-8010`, `80,443`, nothing or ALL."""
    text = re.sub(r"\s", "", _text(value) or "") if _text(value) is not None else "?"
    if text == "" or text.upper() == ALL:
        return text.upper()
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    return text if _PORTS.fullmatch(text) and all(1 <= number <= HIGHEST_PORT for number in numbers) else None


# How each member is read; None is refused.
_READERS: dict[str, Callable[[Any], Any]] = {
    "action": _word(ACTIONS),
    "direction": _word(DIRECTIONS),
    "protocol": _protocol,
    "ports": _ports,
    "priority": _priority,
    "isEnabled": flag,
    "isInfra": flag,
    "id": _priority,
    **dict.fromkeys(("name", "src", "dst", "softNodeGroup", "relatedEnvName", "relatedSoftNodeGroup"), _text),
}
_NAMES = {name.lower(): name for name in _READERS} | {"nodegroup": "softNodeGroup"}


def read(given: Any, parameter: str) -> dict[str, Any]:
    """The members that are given, by their documented names. Raises ApiError 3."""
    if not isinstance(given, Mapping):
        raise invalid_parameter(parameter)
    found = {}
    for key, value in given.items():
        name = _NAMES.get(str(key).lower())
        if name is None or value is None:
            continue
        found[name] = _READERS[name](value)
        if found[name] is None:
            raise invalid_parameter(parameter)
    return found


def add(store: Store, environment: Environment, layer: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Append one rule to a layer; without a priority it comes last of those that are not the platform's own."""
    others = [row for row in environment.firewall if row["softNodeGroup"] == layer and not row["isInfra"]]
    last = max((row["priority"] for row in others), default=None)
    row = {
        "id": store.next_id("rule"),
        "name": "",
        "priority": FIRST_PRIORITY if last is None else last + STEP,
        **DEFAULTS,
        **{name: value for name, value in given.items() if name != "id"},
        "softNodeGroup": layer,
    }
    environment.firewall.append(row)
    return dict(row)


def find(environment: Environment, number: object) -> dict[str, Any]:
    """A rule that users may change. Raises ApiError 5, or 8 for one of the platform's own; both inferred."""
    found = next((row for row in environment.firewall if str(row["id"]) == str(number)), None)
    if found is None:
        raise ApiError(NOT_FOUND, f"rule [{number}] not found", source=PLATFORM)
    if found["isInfra"]:
        raise ApiError(PERMISSION_DENIED, f"permission denied: rule [{number}] is the platform's own")
    return found


def furnish(store: Store, environment: Environment) -> None:
    """The platform's own rules for new layers, and what variables open; those of layers that are gone go.

    Documented: the own ones have the highest priority and the lowest, the last one closes everything else; the ports of
    the variables are opened once, when the layer is made, for TCP and UDP. Their names are inferred.
    """
    names = [layer.name for layer in environment.layers]
    environment.firewall = [row for row in environment.firewall if row["softNodeGroup"] in names]
    known = {row["softNodeGroup"] for row in environment.firewall}
    for layer in (name for name in names if name not in known):
        add(store, environment, layer, {"name": "SSH gate", "ports": "22", "priority": 1, "isInfra": True})
        for ports in _opened(environment, layer):
            add(store, environment, layer, {"name": f"Port {ports}", "ports": ports, "protocol": "TCP/UDP"})
        environment.firewall.append(
            {
                **DEFAULTS,
                **{"id": store.next_id("closing_rule"), "name": "Deny all", "priority": LAST_PRIORITY},
                **{"action": "DENY", "protocol": "TCP/UDP", "isInfra": True, "softNodeGroup": layer},
            }
        )


def _opened(environment: Environment, layer: str) -> list[str]:
    """Ports and ranges in the variables of a layer; what is neither is left out (inferred)."""
    variables = next(node.config.get("env", {}) for node in environment.nodes if node.layer == layer)
    given = ",".join(variables.get(name, "") for name in OPENING)
    found = [_ports(part.strip()) for part in given.split(",")]
    return list(dict.fromkeys(ports for ports in found if ports and ports != ALL))
