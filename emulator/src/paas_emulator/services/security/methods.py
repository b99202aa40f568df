# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Security: firewall rules of layers. A call that is refused changes nothing (inferred)."""

from __future__ import annotations

from typing import Any

from paas_emulator import selection
from paas_emulator.calls import Call
from paas_emulator.errors import invalid_parameter
from paas_emulator.parameters import read_json
from paas_emulator.registry import emulates
from paas_emulator.services.security import model as firewall
from paas_emulator.statuses import ANY_STATUS, CALM

SHORT = {"IN": "INPUT", "OUT": "OUTPUT"}  # as an older script sends it
Rule = tuple[str, "dict[str, Any]"]


def _placed(call: Call, given: dict[str, Any]) -> Rule:
    """A rule with its layer: the parameter `nodeGroup`, else the rule's own `softNodeGroup`."""
    name = call.text("nodeGroup") or given.get("softNodeGroup")
    if not name:
        raise invalid_parameter("nodeGroup")
    return selection.layer(call, name).name, {**given, "isInfra": False}


def _rules(call: Call) -> list[Rule]:
    rows = read_json("rules", call.text("rules") or "")
    if not isinstance(rows, list):
        raise invalid_parameter("rules")
    return [_placed(call, firewall.read(row, "rules")) for row in rows]


def _add(call: Call, rules: list[Rule]) -> list[dict[str, Any]]:
    return [firewall.add(call.platform.store, call.environment, layer, given) for layer, given in rules]


@emulates("environment.security.GetRules", needs=ANY_STATUS)
def get_rules(call: Call) -> dict[str, Any]:
    """Rules of the environment or of one layer, in the order of their priorities; for one direction, those of both."""
    layer = selection.layer(call).name if call.text("nodeGroup") else None
    direction = (call.text("direction") or "").strip().upper()
    direction = SHORT.get(direction, direction)
    if direction and direction not in firewall.DIRECTIONS:
        raise invalid_parameter("direction")
    rows = [
        dict(row)
        for row in call.environment.firewall
        if layer in (None, row["softNodeGroup"]) and (not direction or row["direction"] in (direction, firewall.BOTH))
    ]
    order = {item.name: place for place, item in enumerate(call.environment.layers)}
    return {"array": sorted(rows, key=lambda row: (order[row["softNodeGroup"]], row["priority"], row["id"]))}


@emulates("environment.security.AddRule", needs=CALM)
def add_rule(call: Call) -> dict[str, Any]:
    """Add one to a layer."""
    return {"object": _add(call, [_placed(call, firewall.read(call.values["rule"], "rule"))])[0]}


@emulates("environment.security.AddRules", needs=CALM)
def add_rules(call: Call) -> dict[str, Any]:
    """Add several to a layer, or each to its own."""
    return {"array": _add(call, _rules(call))}


@emulates("environment.security.EditRule", needs=CALM)
def edit_rule(call: Call) -> dict[str, Any]:
    """Change the rule that `id` names (documented); members that are left out stay, the layer too (inferred)."""
    given = firewall.read(call.values["rule"], "rule")
    row = firewall.find(call.environment, given.get("id"))
    row.update({**given, **{name: row[name] for name in ("id", "isInfra", "softNodeGroup")}})
    return {"object": dict(row)}


def _remove(call: Call, numbers: list[str]) -> dict[str, Any]:
    gone = [firewall.find(call.environment, number)["id"] for number in numbers]
    call.environment.firewall = [row for row in call.environment.firewall if row["id"] not in gone]
    return {}


@emulates("environment.security.RemoveRule", needs=CALM)
def remove_rule(call: Call) -> dict[str, Any]:
    """Remove one."""
    return _remove(call, [str(call.values["id"])])


@emulates("environment.security.RemoveRules", needs=CALM)
def remove_rules(call: Call) -> dict[str, Any]:
    """Remove several."""
    return _remove(call, call.items("ids") or [])


@emulates("environment.security.SetRules", needs=CALM)
def set_rules(call: Call) -> dict[str, Any]:
    """Replace the rules of a layer, or of all, but for those of the platform itself (inferred)."""
    rules = _rules(call)
    layer = selection.layer(call).name if call.text("nodeGroup") else None
    call.environment.firewall = [
        row for row in call.environment.firewall if row["isInfra"] or layer not in (None, row["softNodeGroup"])
    ]
    _add(call, rules)
    return {}


@emulates("environment.security.SetRuleEnabled", needs=CALM)
def set_rule_enabled(call: Call) -> dict[str, Any]:
    """Switch one on or off."""
    firewall.find(call.environment, call.values["id"])["isEnabled"] = call.flag("enabled")
    return {}


@emulates("environment.security.SetFirewallEnabled", needs=CALM)
def set_firewall_enabled(call: Call) -> dict[str, Any]:
    """Switch the firewall of the environment on or off."""
    call.environment.firewall_enabled = call.flag("enabled")
    return {}
