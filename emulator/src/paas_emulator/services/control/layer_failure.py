# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A topology that fails half-way: the answer names the step and echoes what it was called with (recorded)."""

from __future__ import annotations

from typing import Any

from paas_emulator import secrets_at_rest
from paas_emulator.errors import PLATFORM, ApiError, given_code
from paas_emulator.faults import Fault
from paas_emulator.parameters import Parameters, read_json
from paas_emulator.services.control import model as topology
from paas_emulator.store import Store

STEP = "AddNode"
# What the recorded answer has beside the members of the request.
_ALWAYS: dict[str, Any] = {
    **{"cluster": False, "convertDisk": False, "extip": 0, "extipv6": 0},
    **{"nodeGroupData": {"cluster": {"enabled": False}}, "startService": 0, "startServiceOnCreation": True},
}


def layer_failed(fault: Fault, parameters: Parameters, store: Store) -> ApiError:
    """The refusal for one layer of the request; what was sent of it comes back, its secrets too, as on the platform.

    The disk is in MB, as in other answers (recorded).
    """
    entries = _entries(parameters)
    named = [entry for entry in entries if str(entry.get("nodeGroup")) == fault.layer]
    entry = (named or entries or [{}])[0]
    beside = {name: parameters.first(name) for name in ("actionkey", "hx_lang")}
    target = store.environments.get((parameters.first("envName") or "").strip().lower())
    params = {
        **_ALWAYS,
        **entry,
        **_disk(entry),
        **{name: value for name, value in beside.items() if value is not None},
        "targetAppid": target.appid if target else secrets_at_rest.new_appid(),
    }
    echoed = {"params": {"params": params, "script": STEP}, "methodName": STEP}
    return ApiError(given_code(fault.code), fault.error, source=PLATFORM, extra=echoed)


def _disk(entry: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"diskLimit": topology.disk_mb(entry["diskLimit"])} if "diskLimit" in entry else {}
    except ApiError:
        return {}


def _entries(parameters: Parameters) -> list[dict[str, Any]]:
    try:
        nodes = read_json("nodes", parameters.first("nodes") or "[]")
    except ApiError:
        return []
    found = nodes if isinstance(nodes, list) else [nodes]
    return [entry for entry in found if isinstance(entry, dict)]
