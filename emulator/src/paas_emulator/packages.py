# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installed packages: carrying out a manifest, and taking it back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from paas_emulator import creation, manifests, regions, wire
from paas_emulator.calls import Call
from paas_emulator.errors import NOT_FOUND, ApiError, application_not_exist, invalid_parameter
from paas_emulator.files import Tree
from paas_emulator.manifests import INSTALL, Manifest
from paas_emulator.parameters import read_json
from paas_emulator.statuses import Status
from paas_emulator.store import Environment, Node

_ACTION = re.compile(r"\s*([A-Za-z.]+)\s*(?:\[\s*([^\]]*)\s*\])?\s*(?::\s*(\S+))?\s*")


def load(call: Call) -> Manifest:
    """The manifest that `jps` holds or points to. Raises ApiError; a URL is answered only where its text was given."""
    text = (call.text("jps") or "").strip()
    if manifests.URL.fullmatch(text):
        known = call.platform.manifests.get(text)
        if known is None:
            raise manifests.refused(f"manifest [{text}] cannot be fetched; give its text by PUT /_emulator/manifests")
        text = known
    return manifests.parse(text)


def _given_settings(call: Call) -> Any:
    text = (call.text("settings") or "").strip()
    return read_json("settings", text) if text else {}


def install(call: Call) -> dict[str, Any]:
    """Carry out a manifest; what fails leaves nothing behind. Raises ApiError."""
    manifest = load(call)
    _check_region(call, manifest)
    settings = manifests.settle_settings(manifest, _given_settings(call))
    manifest.known.update({f"settings.{name}": value for name, value in settings.items()})
    manifest.known["user.email"] = call.account.login
    manifest.known["user.uid"] = str(call.account.uid)
    for name, value in (manifest.data.get("globals") or {}).items():
        manifest.known[f"globals.{name}"] = str(manifest.filled(value))
    environment, made = _environment(call, manifest)
    try:
        if environment:
            _know(manifest, environment)
            for name, value in (manifest.data.get("globals") or {}).items():
                manifest.known[f"globals.{name}"] = str(manifest.filled(value))
        _carry_out(call, environment, manifest, manifest.data.get("onInstall"))
    except ApiError:
        if made and environment:
            del call.platform.store.environments[environment.name]
        raise
    return _record(call, manifest, environment, settings)


def _check_region(call: Call, manifest: Manifest) -> None:
    wanted = manifest.data.get("targetRegions") or manifest.data.get("regions")
    if not isinstance(wanted, Mapping):
        return
    names = wanted.get("name") or wanted.get("uniqueName") or wanted.get("allow")
    allowed = [names] if isinstance(names, str) else names
    region = call.text("region") or regions.DEFAULT.name
    if isinstance(allowed, list) and not any(re.fullmatch(str(item).replace("*", ".*"), region) for item in allowed):
        raise manifests.refused(f"region [{region}] is not among those of the package")


def _environment(call: Call, manifest: Manifest) -> tuple[Environment | None, bool]:
    """The environment that the package works on, and whether it was made for it."""
    name = (call.text("envName") or "").strip().lower()
    topology = manifest.topology() if manifest.kind == INSTALL else None
    if topology is None:
        found = call.platform.store.environments.get(name)
        if found is None or found.uid != call.account.uid:
            if name or manifest.kind != INSTALL:
                raise application_not_exist(name)
            return None, False
        return found, False
    env, nodes = topology
    short = name or f"env-{call.platform.store.next_id('addon') + 1_000_000}"
    call.values["env"] = {
        **env,
        "shortdomain": short,
        **({"displayName": call.text("displayName")} if call.text("displayName") else {}),
        **({"region": call.text("region")} if call.text("region") else {}),
    }
    call.values["nodes"] = nodes
    environment = creation.create(call)
    environment.status = Status.RUNNING
    return environment, True


def _know(manifest: Manifest, environment: Environment) -> None:
    domain = wire.domain(environment)
    scheme = "https" if environment.ssl else "http"
    known = {
        "env.name": environment.name,
        "env.envName": environment.name,
        "env.shortdomain": environment.name,
        "env.appid": environment.appid,
        "env.domain": domain,
        "env.url": f"{scheme}://{domain}/",
        "env.protocol": scheme,
    }
    for node in environment.nodes:
        if node.is_master:
            known[f"nodes.{node.layer}.master.id"] = str(node.id)
            known[f"nodes.{node.layer}.first.id"] = str(node.id)
    manifest.known.update(known)


def _record(
    call: Call, manifest: Manifest, environment: Environment | None, settings: dict[str, str]
) -> dict[str, Any]:
    store = call.platform.store
    secret = manifests.secret_settings(manifest)
    row: dict[str, Any] = {
        "uniqueName": str(uuid.UUID(int=store.next_id("addon"))),
        "app_id": manifest.id,
        "name": str(manifest.data.get("name") or manifest.id),
        "type": manifest.kind,
        "envName": environment.name if environment else None,
        "nodeGroup": call.text("nodeGroup"),
        "uid": call.account.uid,
        "settings": {name: value for name, value in settings.items() if name not in secret},
        "onUninstall": manifest.filled(manifest.data.get("onUninstall")),
        "actions": manifest.filled(manifest.data.get("actions") or {}),
    }
    store.installations[row["uniqueName"]] = row
    return {
        "appid": environment.appid if environment else None,
        "name": environment.name if environment else row["name"],
        "uniqueName": row["uniqueName"],
        "startPage": manifest.filled(manifest.data.get("startPage")),
        "successText": manifest.success(),
    }


def of(call: Call) -> list[dict[str, Any]]:
    """The installations of the account whose environment is still there."""
    store = call.platform.store
    rows = [row for row in store.installations.values() if row["uid"] == call.account.uid]
    return [row for row in rows if row["envName"] is None or row["envName"] in store.environments]


def find(call: Call) -> dict[str, Any]:
    """The installation that `appUniqueName` names. Raises ApiError 5."""
    name = call.text("appUniqueName")
    found = next((row for row in of(call) if row["uniqueName"] == name), None)
    if found is None:
        raise ApiError(NOT_FOUND, f"installation [{name}] not found", source="appstore")
    return found


def uninstall(call: Call) -> None:
    """Carry out `onUninstall` and forget the installation; the environment stays (inferred)."""
    row = find(call)
    environment = call.platform.store.environments.get(row["envName"] or "")
    if not call.flag("force"):
        _carry_out(call, environment, Manifest({}), row["onUninstall"])
    del call.platform.store.installations[row["uniqueName"]]


def action(call: Call) -> None:
    """Carry out one of the package's own actions."""
    row, name = find(call), call.text("action") or ""
    if name not in row["actions"]:
        raise invalid_parameter("action")
    _carry_out(call, call.platform.store.environments.get(row["envName"] or ""), Manifest({}), row["actions"][name])


# -- actions --------------------------------------------------------------------------------------------------------


def _carry_out(call: Call, environment: Environment | None, manifest: Manifest, actions: Any) -> None:
    """A list of actions, or a mapping of them. Raises ApiError for one that the emulator does not know."""
    for item in actions if isinstance(actions, list) else [actions] if actions else []:
        rows = item.items() if isinstance(item, Mapping) else [(str(item), None)]
        for given, value in rows:
            found = _ACTION.fullmatch(str(given))
            name = found[1] if found else str(given)
            run = ACTIONS.get(name.lower())
            if run is None:
                raise manifests.refused(f"action [{name}] is not carried out by the emulator")
            layer = (found[2] or found[3]) if found else None
            run(call, _nodes(environment, layer), manifest, manifest.filled(value))


def _nodes(environment: Environment | None, layer: str | None) -> tuple[Environment | None, list[Node]]:
    nodes = environment.nodes if environment else []
    return environment, [node for node in nodes if layer in (None, "", "*", node.layer, node.node_type, str(node.id))]


Action = Callable[[Call, "tuple[Environment | None, list[Node]]", Manifest, Any], None]


def _set_globals(call: Call, target: tuple[Environment | None, list[Node]], manifest: Manifest, value: Any) -> None:
    for name, item in (value or {}).items() if isinstance(value, Mapping) else ():
        manifest.known[f"globals.{name}"] = str(item)


def _variables(call: Call, target: tuple[Environment | None, list[Node]], manifest: Manifest, value: Any) -> None:
    values = value.get("vars", value) if isinstance(value, Mapping) else {}
    for node in target[1]:
        node.config["env"] = {**node.config.get("env", {}), **{str(key): str(item) for key, item in values.items()}}


def _files(call: Call, target: tuple[Environment | None, list[Node]], manifest: Manifest, value: Any) -> None:
    environment, nodes = target
    for row in value if isinstance(value, list) else [value]:
        path, body = (row.get("path"), row.get("body", "")) if isinstance(row, Mapping) else (row, "")
        for node in nodes:
            if environment:
                Tree(call.platform.store, environment, node).write(str(path), str(body))


def _directories(call: Call, target: tuple[Environment | None, list[Node]], manifest: Manifest, value: Any) -> None:
    environment, nodes = target
    for row in value if isinstance(value, list) else [value]:
        path = row.get("path") if isinstance(row, Mapping) else row
        for node in nodes:
            if environment:
                Tree(call.platform.store, environment, node).make_directory(str(path))


def _domains(call: Call, target: tuple[Environment | None, list[Node]], manifest: Manifest, value: Any) -> None:
    environment = target[0]
    for name in value if isinstance(value, list) else [value]:
        if environment:
            environment.ext_domains.setdefault(str(name).lower(), None)


def _nothing(call: Call, target: tuple[Environment | None, list[Node]], manifest: Manifest, value: Any) -> None:
    """What leaves nothing behind here, such as a restart or a line in a log."""


# By names in lower case; `cmd` changes nothing, as the emulator runs no containers.
ACTIONS: dict[str, Action] = {
    "setglobals": _set_globals,
    "addcontainerenvvars": _variables,
    "env.control.addcontainerenvvars": _variables,
    "createfile": _files,
    "writefile": _files,
    "createdirectory": _directories,
    "bindextdomains": _domains,
    **dict.fromkeys(("log", "sleep", "cmd", "restartnodes", "restartcontainers", "return"), _nothing),
}
