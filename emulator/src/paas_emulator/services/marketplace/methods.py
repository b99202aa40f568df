# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""marketplace.Jps and marketplace.Installation: packages, installed from manifests."""

from __future__ import annotations

from typing import Any

from paas_emulator import secrets_at_rest
from paas_emulator.calls import Call, Operation
from paas_emulator.registry import emulates
from paas_emulator.services.marketplace import manifests
from paas_emulator.services.marketplace import model as packages

MOST_CONSOLE = 1_000_000
_SHOWN = ("uniqueName", "app_id", "name", "type", "envName", "nodeGroup")


def _to_api(row: dict[str, Any]) -> dict[str, Any]:
    """An installation in a list; members inferred from those of Install and of the applications' list."""
    return {name: row[name] for name in _SHOWN}


@emulates("marketplace.jps.GetEngineVersion")
def get_engine_version(call: Call) -> dict[str, Any]:
    """The version of the scripting engine."""
    return {"version": call.platform.version}


@emulates("marketplace.jps.Install", operation=True)
async def install(call: Call) -> Operation:
    """Carry out a manifest, given as text or by the address of one that the emulator was told of."""
    return await packages.install(call)


async def _uninstall(call: Call) -> dict[str, Any]:
    await packages.uninstall(call)
    return {}


@emulates("marketplace.jps.Uninstall")
async def uninstall(call: Call) -> dict[str, Any]:
    """Take a package back."""
    return await _uninstall(call)


@emulates("marketplace.installation.Uninstall")
async def installation_uninstall(call: Call) -> dict[str, Any]:
    """The same in the other service."""
    return await _uninstall(call)


@emulates("marketplace.jps.GetAppInfo")
def get_app_info(call: Call) -> dict[str, Any]:
    """What a manifest says of itself."""
    manifest = packages.load(call)
    said = {name: manifest.data.get(name) for name in ("description", "version", "homepage")}
    named = {"id": manifest.data.get("id"), "name": manifest.data.get("name"), "type": manifest.kind}
    return {"app": {**named, **said}, "settings": manifest.data.get("settings")}


def _settings(call: Call) -> dict[str, Any]:
    return {"settings": packages.shown_settings(packages.find(call))}


@emulates("marketplace.jps.GetAppSettings")
def get_app_settings(call: Call) -> dict[str, Any]:
    """The settings of an installation, without what was typed in as a password (inferred)."""
    return _settings(call)


@emulates("marketplace.installation.GetSettings")
def get_settings(call: Call) -> dict[str, Any]:
    """The same in the other service."""
    return _settings(call)


async def _action(call: Call) -> dict[str, Any]:
    return {"action": call.text("action"), "message": await packages.action(call)}


@emulates("marketplace.jps.ExecuteAppAction")
async def execute_app_action(call: Call) -> dict[str, Any]:
    """One of the package's own actions."""
    return await _action(call)


@emulates("marketplace.installation.ExecuteAction")
async def execute_action(call: Call) -> dict[str, Any]:
    """The same in the other service."""
    return await _action(call)


@emulates("marketplace.installation.GetList")
def get_list(call: Call) -> dict[str, Any]:
    """Installed packages, all or those whose name, identifier or environment holds a text (inferred)."""
    wanted = (call.text("search") or "").strip().lower()
    rows = [_to_api(row) for row in packages.of(call)]
    return {"apps": [row for row in rows if any(wanted in str(value).lower() for value in row.values())]}


@emulates("marketplace.installation.GetInfo")
def get_info(call: Call) -> dict[str, Any]:
    """One installation."""
    row = packages.find(call)
    return {"app": _to_api(row), "settings": packages.shown_settings(row)}


@emulates("marketplace.installation.GetEnvAppid")
def get_env_appid(call: Call) -> dict[str, Any]:
    """The environment of an installation."""
    return {"appid": packages.find(call)["appid"]}


def _appid(call: Call) -> dict[str, Any]:
    return {"appid": secrets_at_rest.digest(manifests.INSTALL)[:32]}


@emulates("marketplace.jps.GetScriptingAppid")
def get_scripting_appid(call: Call) -> dict[str, Any]:
    """Where scripts of packages run; the value is invented."""
    return _appid(call)


@emulates("marketplace.installation.GetScriptingAppid")
def installation_get_scripting_appid(call: Call) -> dict[str, Any]:
    """The same in the other service."""
    return _appid(call)


# -- add-ons and the console ------------------------------------------------------------------------------------------


@emulates("marketplace.app.GetAddonList")
def get_addon_list(call: Call) -> dict[str, Any]:
    """Add-ons that can be had: those that the control path was told of (form inferred)."""
    wanted = (call.text("search") or "").strip().lower()
    rows = [{"id": row.get("id", name), "name": row.get("name", name)} for name, row in call.platform.packages.items()]
    found = [row for row in rows if wanted in row["name"].lower() or wanted in row["id"].lower()]
    return {"apps": found, "total": len(found)}


@emulates("marketplace.console.WriteLog")
def write_log(call: Call) -> dict[str, Any]:
    """Add a line to the account's console."""
    console, uid = call.platform.store.console, call.account.uid
    console[uid] = f"{console.get(uid, '')}[{call.platform.clock.text()}] {call.text('message')}\n"[-MOST_CONSOLE:]
    return {}


@emulates("marketplace.console.ReadLog")
def read_log(call: Call) -> dict[str, Any]:
    """The account's console."""
    return {"body": call.platform.store.console.get(call.account.uid, "")}


@emulates("marketplace.console.ClearLog")
def clear_log(call: Call) -> dict[str, Any]:
    """Empty it."""
    call.platform.store.console.pop(call.account.uid, None)
    return {}
