# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""development.Scripting: the script that a hoster documents for installing a manifest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from paas_emulator.calls import Call, Operation
from paas_emulator.errors import script_not_found
from paas_emulator.registry import emulated, emulates
from paas_emulator.services.marketplace import model as packages

INSTALL_APP = "installapp"
# How the script calls what Install calls otherwise (documented by a hoster, sent by several clients).
NAMES = {"jps": ("manifest", "jps"), "envName": ("envName", "shortdomain")}
SAME = ("settings", "region", "displayName", "nodeGroup", "envGroups", "ownerUid")


@emulates("development.scripting.Eval", scripted=True, operation=True)
async def evaluate(call: Call) -> Operation:
    """`InstallApp`, with the parameters of Install beside it; no other script is known."""
    if (call.text("script") or "").strip().lower() != INSTALL_APP:
        raise script_not_found(call.text("script") or "")
    first = call.parameters.first
    values: dict[str, Any] = {name: first(name) for name in SAME if first(name)}
    for name, spellings in NAMES.items():
        values[name] = next((first(spelling) for spelling in spellings if first(spelling)), None)
    appid = first("targetAppid")
    if appid and not values["envName"]:  # a client names the environment of an add-on in this way
        found = (item for item in call.platform.store.environments.values() if item.appid == appid)
        values["envName"] = next((item.name for item in found), appid)
    method = emulated()["marketplace.jps.install"]
    return await packages.install(replace(call, method=method, values=values))
