# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installed packages: carrying out a manifest, taking it back, running its actions."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from paas_emulator import operations, secrets_at_rest
from paas_emulator.calls import Call, Operation
from paas_emulator.errors import NO_NODE, NOT_FOUND, ApiError, application_not_exist, invalid_parameter, wrong_status
from paas_emulator.parameters import read_json
from paas_emulator.services.control import creation
from paas_emulator.services.marketplace import manifests
from paas_emulator.services.marketplace.manifests import INSTALL, UPDATE, Manifest, Topology
from paas_emulator.services.marketplace.package_actions import new_job
from paas_emulator.services.marketplace.package_job import Job
from paas_emulator.services.marketplace.package_values import PASSWORD_LENGTH, Values, plain
from paas_emulator.statuses import RUNNING, Status
from paas_emulator.store import Environment, Store

DEEPEST = 5  # packages within packages


@dataclass(frozen=True)
class Loaded:
    """A manifest, and the address that its relative links begin with."""

    manifest: Manifest
    base: str = ""


def load(call: Call) -> Manifest:
    """The manifest that `jps` holds or points to. Raises ApiError."""
    return _load(call, (call.text("jps") or "").strip()).manifest


def _load(call: Call, text: str) -> Loaded:
    """A manifest from its text, or from an address or a name that the emulator was told of."""
    platform, address = call.platform, ""
    told = platform.packages.get(text)
    if told is not None:
        return Loaded(_as_told(told, {"name": text, "type": UPDATE if call.text("envName") else INSTALL}))
    if manifests.URL.fullmatch(text):
        text, address = manifests.known_text(text, "", platform.manifests), text
    if manifests.NAME.fullmatch(text):
        raise manifests.refused(f"package [{text}] is not known here; say how it ends by PUT /_emulator/packages")
    data = manifests.read(text)
    told = platform.packages.get(plain(data.get("id"))) or platform.packages.get(plain(data.get("name")))
    if told is not None:
        return Loaded(_as_told(told, data))
    manifest = manifests.checked(data)
    base = plain(manifest.data.get("baseUrl")) or address.rpartition("/")[0]
    return Loaded(manifests.with_mixins(manifest, platform.manifests, base), base)


def _as_told(told: Mapping[str, Any], data: Mapping[str, Any]) -> Manifest:
    """A package that ends as it was told to, without its actions; an environment that it describes is made."""
    scripts = ("actions", "mixins", "onBeforeInit", "onBeforeInstall", "onInstall", "onUninstall", "successText")
    kept = {name: value for name, value in data.items() if name not in scripts}
    ending = {"result": told.get("result", 0), "message": told.get("error") or told.get("success", "")}
    return Manifest({**kept, **told, "onInstall": {"return": ending}})


class Undo:
    """What a package did outside of the environment that it works on, and how to take everything back."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._before: dict[str, Environment | None] = {}
        self.groups: set[int] = set()
        self.installations: list[str] = []

    def back_up(self, name: str) -> None:
        """Copy an environment for `restore`, or note that it does not exist yet."""
        if name and name not in self._before:
            self._before[name] = copy.deepcopy(self._store.environments.get(name))

    def restore(self) -> None:
        """Take it all back; what others did meanwhile stays."""
        for name, environment in self._before.items():
            if environment:
                self._store.environments[name] = environment
            else:
                self._store.environments.pop(name, None)
        for number in self.groups:
            self._store.groups.pop(number, None)
        for unique in self.installations:
            self._store.installations.pop(unique, None)


@dataclass
class Installation:
    """One manifest on its way. `name`: of the environment. operation: what keeps others from it meanwhile."""

    call: Call
    loaded: Loaded
    name: str
    undo: Undo
    settings: Any = field(default_factory=dict)
    layer: str | None = None
    depth: int = 0
    operation: Operation | None = None
    settled: dict[str, str] = field(default_factory=dict)

    async def run(self) -> dict[str, Any]:
        """Carry it out; the operation is still to be finished. Raises ApiError."""
        call, manifest = self.call, self.loaded.manifest
        values = _values(call, manifests.secret_settings(manifest), self.loaded.base)
        values.add("targetNodes", {"nodeGroup": self.layer} if self.layer else {})
        values.add("settings", _predefined(call, self.name))
        self.settled = manifests.setting_values(manifest, self.settings, values)
        values.add("settings", self.settled)
        values.aliases = manifests.aliases(manifest, values)
        try:
            return await self._carried_out(values)
        except ApiError as error:
            raise ApiError(error.code, values.hidden(error.text), error.source, error.extra) from None

    async def _carried_out(self, values: Values) -> dict[str, Any]:
        call, manifest = self.call, self.loaded.manifest
        _fill_globals(values, manifest.data.get("globals"))
        topology = manifest.topology(values) if manifest.kind == INSTALL else None
        if topology and not self.name:  # refused by a real platform (client tests); the code is inferred
            raise invalid_parameter("envName")
        open_ones = {row.name: row.display_name for row in call.platform.regions.rows if row.enabled}
        region = await manifest.region(call.text("region"), values, open_ones) if topology else None
        if topology:
            values.environment = self._make(topology, region)
        else:
            values.environment = _existing(call, manifest, self.name, self.layer)
            self.undo.back_up(self.name)
        if values.environment:
            settles = Status(values.environment.status)
            during = Status.CREATING if topology else Status.UPDATING
            self.operation = operations.start(call, values.environment, during, settles)
        _fill_globals(values, None)
        job = new_job(call, values, manifest, self.inner, self.layer)
        try:
            await job.run(manifest.data.get("onInstall"))
            await self._add_ons(job)
        finally:
            self.undo.groups |= job.groups
        row = _record(self, job)
        return _answer(manifest, job, row)

    def _make(self, topology: Topology, region: str | None) -> Environment:
        """Make the environment as CreateEnvironment does. Raises ApiError."""
        call, groups, store = self.call, topology.groups, self.call.platform.store
        if self.name not in store.environments:
            self.undo.back_up(self.name)
        asked = {"displayName": call.text("displayName"), "region": region}
        env = {**topology.env, "shortdomain": self.name, **{key: value for key, value in asked.items() if value}}
        call.values.update(env=env, nodes=topology.nodes)
        if not call.text("envGroups") and groups:
            call.values["envGroups"] = json.dumps(groups if isinstance(groups, list) else [groups])
        before = set(store.groups)
        environment = creation.create(call)
        self.undo.groups |= set(store.groups) - before
        environment.status = Status.RUNNING
        return environment

    async def _add_ons(self, job: Job) -> None:
        """Install the manifest's own add-ons into the layers that name them, after everything else (documented)."""
        nodes = job.values.environment.nodes if job.values.environment else []
        for layer, name in {(node.layer, name): 0 for node in nodes for name in node.addons}:
            add_on = self.loaded.manifest.add_on(name)
            if add_on and self.loaded.manifest.kind == INSTALL:
                await self.inner(job, {"jps": add_on, "nodeGroup": layer})

    async def inner(self, job: Job, item: Any) -> dict[str, Any]:
        """A package within the package: its text, its address, or an object that holds one as `jps`."""
        if self.depth >= DEEPEST:
            raise manifests.refused("packages are installed within each other without an end")
        row = item if isinstance(item, Mapping) else {"jps": item}
        given = row.get("jps", row)
        if isinstance(given, Mapping):  # its relative links are the outer one's
            given = json.dumps({"baseUrl": self.loaded.base, **given} if self.loaded.base else given)
        text = plain(given).strip()
        file = manifests.FILE.fullmatch(text) or manifests.MANIFEST_FILE.fullmatch(text)
        if file and not manifests.URL.fullmatch(text):
            text = manifests.known_text(text, self.loaded.base, self.call.platform.manifests)
        own = self.name if job.values.environment else ""
        names = ("envName", "region", "displayName", "envGroups")
        layer = plain(row.get("nodeGroup")) or (self.layer if not row.get("envName") else None)
        values = {name: row.get(name) for name in names} | {"envName": row.get("envName") or own}
        call = replace(self.call, values=values)
        name, settings = plain(values["envName"]).lower(), row.get("settings") or {}
        inner = Installation(call, _load(call, text), name, self.undo, settings, layer, self.depth + 1)
        held = job.values.environment.running if job.values.environment else None
        same = inner.name == own
        if held and same and job.values.environment:  # it works under the operation of the outer one
            job.values.environment.running, job.values.environment.status = None, Status.RUNNING
        answer = await inner.run()
        if inner.operation:
            inner.operation.finish()
        if job.values.environment is None and inner.name == self.name:  # it made the one that the outer one is for
            job.values.environment = self.call.platform.store.environments.get(inner.name)
        if held and same and job.values.environment:
            job.values.environment.running, job.values.environment.status = held, Status.UPDATING
        return answer


async def install(call: Call) -> Operation:
    """Carry out a manifest; what fails leaves nothing behind. Raises ApiError."""
    call.own_uid()
    loaded, store = _load(call, (call.text("jps") or "").strip()), call.platform.store
    name = (call.text("envName") or "").strip().lower()
    undo = Undo(store)
    running = Installation(call, loaded, name, undo, _json(call, "settings"), call.text("nodeGroup") or None)
    try:
        answer = await running.run()
    except ApiError:
        undo.restore()
        raise

    def finish() -> dict[str, Any]:
        if running.operation:
            running.operation.finish()
        return answer

    return Operation(finish)


def _json(call: Call, name: str) -> Any:
    """A JSON parameter; null counts as nothing, as clients send it."""
    text = (call.text(name) or "").strip()
    found = read_json(name, text) if text else None
    return {} if found is None else found


def _values(call: Call, secret: frozenset[str], base: str) -> Values:
    values = Values(secret=secret, account=call.account, base=base, version=call.platform.version)
    password = secrets_at_rest.digest(f"application password of {call.account.uid}")[:PASSWORD_LENGTH]
    who = {"email": call.account.login, "uid": call.account.uid, "name": call.account.login}
    values.add("user", {**who, "appPassword": password})
    values.add("account", {"uid": call.account.uid, "email": call.account.login})
    return values


def _predefined(call: Call, name: str) -> dict[str, Any]:
    """Settings that no form has to name: the first documented, the others used in public manifests."""
    asked = {"envName": name, "region": call.text("region"), "displayName": call.text("displayName")}
    return {"jelastic_email": call.account.login, **{key: value for key, value in asked.items() if value}}


def _fill_globals(values: Values, given: Any) -> None:
    """Fill the manifest's globals; once more, without `given`, when there is an environment (documented)."""
    rows = given if isinstance(given, Mapping) else values.scopes.get("globals", {})
    for name, value in list(rows.items()):
        values.add("globals", {name: values.filled(value)})


def _existing(call: Call, manifest: Manifest, name: str, layer: str | None) -> Environment | None:
    """The environment that the call names, running; a package that only runs actions needs none. Raises ApiError."""
    if not name:
        if manifest.kind != INSTALL:
            raise invalid_parameter("envName")
        return None
    environment = call.platform.store.environments.get(name)
    if environment is None and manifest.kind == INSTALL and manifest.data.get("onInstall"):
        return None  # a package that it installs makes it (published packages are called in this way)
    if environment is None or environment.uid != call.account.uid:
        raise application_not_exist(name)
    _check_at_rest(environment)
    if layer and not any(item.name == layer for item in environment.layers):
        raise manifests.refused(f"no node matches [{layer}]", NO_NODE)
    return environment


def _check_at_rest(environment: Environment) -> None:
    if environment.running or environment.status not in RUNNING:
        raise wrong_status(environment.status, RUNNING)


def _record(installation: Installation, job: Job) -> dict[str, Any]:
    """Keep the installation: what lists show of it, and what its actions need later."""
    call, manifest = installation.call, installation.loaded.manifest
    store, environment = call.platform.store, job.values.environment
    row: dict[str, Any] = {
        "uniqueName": str(uuid.UUID(int=store.next_id("addon"))),
        "app_id": manifest.id,
        "name": str(manifest.data.get("name") or manifest.id),
        "type": manifest.kind,
        "envName": environment.name if environment else None,
        "appid": environment.appid if environment else None,
        "nodeGroup": installation.layer,
        "uid": call.account.uid,
        "settings": installation.settled,
        "secret": sorted(job.values.secret),
        "globals": job.values.scope("globals"),
        "base": installation.loaded.base,
        "onUninstall": manifest.data.get("onUninstall"),
        "actions": dict(manifest.actions),
        "manifest": manifest.kept,
    }
    store.installations[row["uniqueName"]] = row
    installation.undo.installations.append(row["uniqueName"])
    return row


def _answer(manifest: Manifest, job: Job, row: dict[str, Any]) -> dict[str, Any]:
    """What Install says; what `return` said goes before the manifest's own text (documented)."""
    start = manifest.data.get("startPage")
    return {
        "appid": row["appid"],
        "name": row["envName"] or row["name"],
        "uniqueName": row["uniqueName"],
        "startPage": plain(job.values.filled(start)) if start else None,
        "successText": manifests.to_html(job.message)
        if job.message
        else manifest.success(job.values, job.call.platform.manifests),
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


async def _run(call: Call, row: dict[str, Any], actions: Any, this: dict[str, Any]) -> Job:
    """Carry out actions of an installation, all or none. Raises ApiError."""
    store, base = call.platform.store, str(row.get("base") or "")
    values = _values(call, frozenset(row["secret"]), base)
    values.add("settings", {**_predefined(call, row["envName"] or ""), **row["settings"]})
    values.add("globals", row["globals"])
    values.add("targetNodes", {"nodeGroup": row["nodeGroup"]} if row["nodeGroup"] else {})
    environment = values.environment = home(store, row)
    undo, operation = Undo(store), None
    name = environment.name if environment else ""
    manifest = Manifest({**row.get("manifest", {}), "actions": row["actions"]})
    running = Installation(call, Loaded(manifest, base), name, undo, layer=row["nodeGroup"])
    values.aliases = manifests.aliases(manifest, values)
    if environment and actions:
        _check_at_rest(environment)
        undo.back_up(name)
        operation = operations.start(call, environment, Status.UPDATING, Status(environment.status))
    job = new_job(call, values, manifest, running.inner, row["nodeGroup"])
    try:
        await job.run(actions, this)
    except ApiError as error:
        undo.groups |= job.groups
        undo.restore()
        raise ApiError(error.code, values.hidden(error.text), error.source, error.extra) from None
    if operation:
        operation.finish()
    row["globals"] = values.scope("globals")
    return job


async def uninstall(call: Call) -> None:
    """Carry out `onUninstall`, unless by force, and forget the installation; the environment stays (inferred)."""
    row = find(call)
    if not call.flag("force"):
        await _run(call, row, row["onUninstall"], {})
    del call.platform.store.installations[row["uniqueName"]]


async def action(call: Call) -> str | None:
    """Carry out one of the package's own actions; gives what it says."""
    row, name = find(call), call.text("action") or ""
    if name not in row["actions"]:
        raise invalid_parameter("action")
    given = _json(call, "params")
    if not isinstance(given, Mapping):
        raise invalid_parameter("params")
    this = {str(key): value for key, value in given.items()}
    return (await _run(call, row, row["actions"][name], this)).message
