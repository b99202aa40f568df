# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installed packages: carrying out a manifest, taking it back, running its actions."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from paas_emulator import creation, manifests, operations
from paas_emulator.calls import Call, Operation
from paas_emulator.errors import NO_NODE, NOT_FOUND, ApiError, application_not_exist, invalid_parameter, wrong_status
from paas_emulator.manifests import INSTALL, Manifest, Topology
from paas_emulator.package_actions import Job
from paas_emulator.package_values import Values, plain
from paas_emulator.parameters import read_json
from paas_emulator.statuses import Status
from paas_emulator.store import Environment, Store

GENERATED = 1_000_000  # names of environments that nobody named count from here


def load(call: Call) -> Manifest:
    """The manifest that `jps` holds or points to. Raises ApiError; a URL is answered only where its text was given."""
    text = (call.text("jps") or "").strip()
    if manifests.URL.fullmatch(text):
        known = call.platform.manifests.get(text)
        if known is None:
            raise manifests.refused(f"manifest [{text}] cannot be fetched; give its text by PUT /_emulator/manifests")
        text = known
    return manifests.parse(text)


async def install(call: Call) -> Operation:
    """Carry out a manifest; what fails leaves nothing behind. Raises ApiError."""
    manifest = load(call)
    call.own_uid()
    values = _values(call, manifests.secret_settings(manifest))
    values.add("settings", manifests.settle_settings(manifest, _json(call, "settings"), values))
    _fill_globals(values, manifest.data.get("globals"))
    topology = manifest.topology(values) if manifest.kind == INSTALL else None
    open_ones = [region.name for region in call.platform.regions.rows if region.enabled]
    # Others are served while the manifest's patterns are applied; after that nothing comes between.
    region = await manifest.region(call.text("region"), values, open_ones) if topology else None
    store = call.platform.store
    name = (call.text("envName") or "").strip().lower() or (_free_name(store) if topology else "")
    with _all_or_nothing(call, name, values):
        if topology:
            values.environment = _make(call, name, topology, region)
        else:
            values.environment = _existing(call, manifest, name)
        _fill_globals(values, None)
        job = Job(call, values, manifest.actions, call.text("nodeGroup") or None)
        job.run(manifest.data.get("onInstall"))
        row = _record(call, manifest, job)
        answer = _answer(manifest, job, row)
    if not topology or not values.environment:
        return Operation(lambda: answer)
    running = operations.start(call, values.environment, Status.CREATING, Status(values.environment.status))

    def finish() -> dict[str, Any]:
        running.finish()
        return answer

    return Operation(finish)


def _json(call: Call, name: str) -> Any:
    text = (call.text(name) or "").strip()
    return read_json(name, text) if text else {}


def _values(call: Call, secret: frozenset[str]) -> Values:
    values = Values(secret=secret)
    values.add("user", {"email": call.account.login, "uid": call.account.uid, "name": call.account.name})
    values.add("targetNodes", {"nodeGroup": call.text("nodeGroup")} if call.text("nodeGroup") else {})
    return values


def _fill_globals(values: Values, given: Any) -> None:
    """Fill the manifest's globals; once more, without `given`, when there is an environment (documented)."""
    rows = given if isinstance(given, Mapping) else values.scope("globals")
    for name, value in rows.items():
        values.add("globals", {name: values.filled(plain(value))})


def _free_name(store: Store) -> str:
    name = ""
    while not name or name in store.environments:
        name = f"env-{GENERATED + store.next_id('addon')}"
    return name


@contextmanager
def _all_or_nothing(call: Call, name: str, values: Values) -> Iterator[None]:
    """Undo what was done to the environment, and hide secret settings in the error, where the work is refused."""
    store = call.platform.store
    found = store.environments.get(name)
    before = copy.deepcopy(found) if found and found.uid == call.account.uid and not found.running else found
    groups, installations = dict(store.groups), dict(store.installations)
    try:
        yield
    except ApiError as error:
        if before:
            store.environments[name] = before
        else:
            store.environments.pop(name, None)
        store.groups, store.installations = groups, installations
        raise ApiError(error.code, values.hidden(error.text), error.source, error.extra) from None


def _make(call: Call, name: str, topology: Topology, region: str | None) -> Environment:
    """Make the environment as CreateEnvironment does. Raises ApiError."""
    asked = {"displayName": call.text("displayName"), "region": region}
    call.values["env"] = {**topology.env, "shortdomain": name, **{key: value for key, value in asked.items() if value}}
    call.values["nodes"] = topology.nodes
    if not call.text("envGroups") and topology.groups:
        groups = topology.groups
        call.values["envGroups"] = json.dumps(groups if isinstance(groups, list) else [groups])
    environment = creation.create(call)
    environment.status = Status.RUNNING
    return environment


def _existing(call: Call, manifest: Manifest, name: str) -> Environment | None:
    """The environment that the call names, running; a package that only runs actions needs none. Raises ApiError."""
    if not name:
        if manifest.kind != INSTALL:
            raise invalid_parameter("envName")
        return None
    environment = call.platform.store.environments.get(name)
    if environment is None or environment.uid != call.account.uid:
        raise application_not_exist(name)
    _check_at_rest(environment)
    layer = call.text("nodeGroup")
    if layer and not any(item.name == layer for item in environment.layers):
        raise manifests.refused(f"no node matches [{layer}]", NO_NODE)
    return environment


def _check_at_rest(environment: Environment) -> None:
    if environment.running or environment.status != Status.RUNNING:
        raise wrong_status(environment.status, (Status.RUNNING,))


def _record(call: Call, manifest: Manifest, job: Job) -> dict[str, Any]:
    """Keep the installation: what lists show of it, and what its actions need later."""
    store, environment = call.platform.store, job.values.environment
    row: dict[str, Any] = {
        "uniqueName": str(uuid.UUID(int=store.next_id("addon"))),
        "app_id": manifest.id,
        "name": str(manifest.data.get("name") or manifest.id),
        "type": manifest.kind,
        "envName": environment.name if environment else None,
        "appid": environment.appid if environment else None,
        "nodeGroup": call.text("nodeGroup") or None,
        "uid": call.account.uid,
        "settings": job.values.scope("settings"),
        "secret": sorted(job.values.secret),
        "globals": job.values.scope("globals"),
        "commands": job.commands,
        "onUninstall": manifest.data.get("onUninstall"),
        "actions": dict(manifest.actions),
    }
    store.installations[row["uniqueName"]] = row
    return row


def _answer(manifest: Manifest, job: Job, row: dict[str, Any]) -> dict[str, Any]:
    """What Install says; what `return` said goes before the manifest's own text (documented)."""
    start = manifest.data.get("startPage")
    return {
        "appid": row["appid"],
        "name": row["envName"] or row["name"],
        "uniqueName": row["uniqueName"],
        "startPage": plain(job.values.filled(start)) if start else None,
        "successText": manifests.to_html(job.message) if job.message else manifest.success(job.values),
    }


# -- afterwards -----------------------------------------------------------------------------------------------------


def home(store: Store, row: Mapping[str, Any]) -> Environment | None:
    """The environment of an installation; another one of the same name is not it."""
    environment = store.environments.get(row["envName"] or "")
    return environment if environment and environment.appid == row["appid"] else None


def of(call: Call) -> list[dict[str, Any]]:
    """The installations of the account whose environment is still there."""
    store = call.platform.store
    rows = [row for row in store.installations.values() if row["uid"] == call.account.uid]
    return [row for row in rows if row["envName"] is None or home(store, row)]


def find(call: Call) -> dict[str, Any]:
    """The installation that `appUniqueName` names. Raises ApiError 5."""
    name = call.text("appUniqueName")
    found = next((row for row in of(call) if row["uniqueName"] == name), None)
    if found is None:
        raise ApiError(NOT_FOUND, f"installation [{name}] not found", source=manifests.SOURCE)
    return found


def shown_settings(row: Mapping[str, Any]) -> dict[str, str]:
    """The settings of an installation without the secret ones."""
    return {name: value for name, value in row["settings"].items() if name not in row["secret"]}


def _run(call: Call, row: dict[str, Any], actions: Any, this: dict[str, str]) -> Job:
    """Carry out actions of an installation, all or none. Raises ApiError."""
    values = _values(call, frozenset(row["secret"]))
    values.add("settings", row["settings"])
    values.add("globals", row["globals"])
    values.add("targetNodes", {"nodeGroup": row["nodeGroup"]} if row["nodeGroup"] else {})
    values.environment = home(call.platform.store, row)
    if values.environment and actions:
        _check_at_rest(values.environment)
    job = Job(call, values, row["actions"], row["nodeGroup"])
    with _all_or_nothing(call, row["envName"] or "", values):
        job.run(actions, this)
    row["globals"] = values.scope("globals")
    row["commands"] = [*row["commands"], *job.commands]
    return job


def uninstall(call: Call) -> None:
    """Carry out `onUninstall`, unless by force, and forget the installation; the environment stays (inferred)."""
    row = find(call)
    if not call.flag("force"):
        _run(call, row, row["onUninstall"], {})
    del call.platform.store.installations[row["uniqueName"]]


def action(call: Call) -> str | None:
    """Carry out one of the package's own actions; gives what it says."""
    row, name = find(call), call.text("action") or ""
    if name not in row["actions"]:
        raise invalid_parameter("action")
    given = _json(call, "params")
    if not isinstance(given, Mapping):
        raise invalid_parameter("params")
    this = {str(key): plain(value) for key, value in given.items()}
    return _run(call, row, row["actions"][name], this).message
