# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Trigger: automatic scaling and load alerts. `envName` is required (the documents leave it open)."""

from __future__ import annotations

from functools import partial
from typing import Any

from paas_emulator import selection
from paas_emulator.calls import Call
from paas_emulator.parameters import read_json
from paas_emulator.registry import emulates
from paas_emulator.services.trigger import model as triggers
from paas_emulator.statuses import ANY_STATUS, CALM

# The three families of methods, and the kind of triggers that each one sees.
FAMILIES = {"Trigger": None, "AutoScalingTrigger": triggers.SCALING, "LoadAlertTrigger": triggers.ALERT}


def _read(call: Call, kind: str | None) -> dict[str, Any]:
    row = triggers.read(read_json("data", call.text("data") or ""), kind)
    selection.layer(call, row["nodeGroup"])
    return row


def _list(call: Call, kind: str | None) -> dict[str, Any]:
    """`actionTypes`: only those that do one of these."""
    wanted = {item.upper() for item in call.items("actionTypes") or []}
    rows = [row for row in call.environment.triggers if kind in (None, triggers.kind(row))]
    found = [row for row in rows if not wanted or wanted & {action["type"] for action in row["actions"]}]
    return {"array": [dict(row) for row in found]}


def _add(call: Call, kind: str | None) -> dict[str, Any]:
    data = _read(call, kind)
    row = {"id": call.platform.store.next_id("trigger"), **data}
    call.environment.triggers.append(row)
    return {"object": dict(row)}


def _edit(call: Call, kind: str | None) -> dict[str, Any]:
    """`data` replaces all there was (inferred)."""
    row, data = triggers.find(call.environment, call.values["id"], kind), _read(call, kind)
    number = row["id"]
    row.clear()
    row.update({"id": number, **data})
    return {"object": dict(row)}


def _delete(call: Call, kind: str | None) -> dict[str, Any]:
    row = triggers.find(call.environment, call.values["id"], kind)
    call.environment.triggers = [item for item in call.environment.triggers if item is not row]
    return {}


def _enable(call: Call, kind: str | None) -> dict[str, Any]:
    triggers.find(call.environment, call.values["id"], kind)["isEnabled"] = call.flag("enabled")
    return {}


# The name of a method -> what it does.
METHODS = {
    "Get{}s": _list,
    "Add{}": _add,
    "Edit{}": _edit,
    "Delete{}": _delete,
    "Set{}Enabled": _enable,
}

for _form, _work in METHODS.items():
    for _family, _kind in FAMILIES.items():
        _needs = ANY_STATUS if _work is _list else CALM
        emulates(f"environment.trigger.{_form.format(_family)}", needs=_needs)(partial(_work, kind=_kind))
