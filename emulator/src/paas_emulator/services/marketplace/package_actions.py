# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions of packages that have no method of their own on the platform. Some of the documented ones."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from paas_emulator.calls import Call
from paas_emulator.errors import NO_NODE, TEXT_RETURNED, given_code
from paas_emulator.services.control import scaling
from paas_emulator.services.deployment import contexts
from paas_emulator.services.exec import node_commands
from paas_emulator.services.marketplace import package_topology
from paas_emulator.services.marketplace.manifests import Manifest, refused
from paas_emulator.services.marketplace.package_entries import INSTALL, named_targets
from paas_emulator.services.marketplace.package_job import Action, EndError, Installer, Job
from paas_emulator.services.marketplace.package_values import Values, localised, plain


def new_job(call: Call, values: Values, manifest: Manifest, install: Installer, layer: str | None) -> Job:
    """Return a run that has all built-in actions."""
    return Job(call, values, manifest, install, BUILT_IN, layer)


async def _api(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    await job.api(value, targets)


async def _set_globals(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    job.values.add("globals", value if isinstance(value, Mapping) else {})


async def _set_local(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    this.update({str(name): item for name, item in (value if isinstance(value, Mapping) else {}).items()})


async def _command(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    """In one shell in each node, as exec does (documented)."""
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        for item in value:
            await _command(job, item, targets, this)
        return
    if isinstance(value, Mapping):
        targets = named_targets(value) or targets
        value = value.get("commands", value.get("command"))
    targets = targets or ([job.layer] if job.layer else [])
    if not targets:
        raise refused("action [cmd] names no nodes", NO_NODE)
    nodes, environment = job.nodes(targets), job.environment()
    lines = [plain(line) for line in (value if isinstance(value, list) else [value])]
    done = [await node_commands.run(job.call.platform, environment, node, lines) for node in nodes]
    answer = node_commands.answer([node.id for node in nodes], done)
    job.take({**answer, "out": done[0].out, "errOut": done[0].error})


async def _assert(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    """Conditions, or objects of conditions and a message; that a failed one ends the package is inferred."""
    for item in value if isinstance(value, list) else [value]:
        row = item if isinstance(item, Mapping) else {"condition": item}
        condition = row.get("condition")
        for text in condition if isinstance(condition, list) else [condition]:
            if not await job.holds(plain(text), this):
                raise refused(plain(row.get("message")) or f"ASSERT: {plain(text)}")


async def _install(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    """Other packages, one after the other."""
    where = {"nodeGroup": targets[0]} if targets else {}
    for item in value if isinstance(value, list) else [value]:
        row = item if isinstance(item, Mapping) else {"jps": item}
        job.take(await job.install(job, {**where, **row}))


async def _return(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    """A text is a failure, an object one unless it says `success` or result 0 (documented)."""
    row = value if isinstance(value, Mapping) else {"message": value}
    words = [plain(row[name]).lower() for name in ("type", "result") if name in row]
    text = plain(localised(row.get("message")))
    if not words or not all(word in ("success", "0") for word in words):
        code = next((int(word) for word in words if word.isdecimal() and 0 < int(word[:9]) < 10**6), TEXT_RETURNED)
        raise refused(text or "the package ended without success", given_code(code))
    job.message = text or None
    raise EndError


def _rows(value: Any, main: str) -> list[Mapping[str, Any]]:
    """The entries of an action that takes one or several, each as a mapping; a bare value is the member `main`."""
    items = value if isinstance(value, list) else [value]
    return [item if isinstance(item, Mapping) else {main: item} for item in items]


def _targets(row: Mapping[str, Any], targets: list[str], default: str | None = None) -> list[str]:
    """The nodes that an entry names. Raises ApiError if it names none."""
    found = named_targets(row) or targets or ([default] if default else [])
    if not found:
        raise refused("an action names no nodes", NO_NODE)
    return found


async def _unpack(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    """Fetch an archive, unpack it and remove it."""
    for row in _rows(value, "sourcePath"):
        where, url = _targets(row, targets, job.layer), plain(row.get("sourcePath"))
        archive = f"/tmp/{posixpath.basename(urlsplit(url).path)}"
        await job.method("environment.file.Upload", {"sourcePath": url, "destPath": archive, "overwrite": True}, where)
        unpacked = {"sourcePath": archive, "destPath": row.get("destPath")}
        await job.method("environment.file.UnpackById", unpacked, [str(node.id) for node in job.nodes(where)])
        await job.method("environment.file.Delete", {"path": archive}, where)


async def _add_nodes(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    scaling.add_nodes(job.call, job.environment(), _rows(value, "nodeType"))


async def _add_context(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    """Note what a context runs."""
    for row in _rows(value, "name"):
        for group in {node.layer: 0 for node in job.nodes(_targets(row, targets, "cp"))}:
            name, kind, file = (plain(row.get(word)) for word in ("name", "type", "fileName"))
            contexts.run(job.environment(), name or "ROOT", group, kind or "ARCHIVE", file)


async def _database(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    """Actions on databases want their nodes, and do nothing more: no database runs here."""
    for row in _rows(value, "nodeGroup"):
        job.nodes(_targets(row, targets, "sqldb"))


async def _nothing(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    """What leaves nothing behind here."""


# By names in lower case.
BUILT_IN: dict[str, Action] = {
    "api": _api,
    "setglobals": _set_globals,
    "set": _set_local,
    **dict.fromkeys(("cmd", "execcmd", "executeshellcommands"), _command),
    "assert": _assert,
    **dict.fromkeys(INSTALL, _install),
    "installaddon": package_topology.install_addon,
    "return": _return,
    "stopevent": _return,
    "replaceinfile": package_topology.replace_in_file,
    "unpack": _unpack,
    "setextipenabled": package_topology.set_ext_ip_enabled,
    "setnodecount": package_topology.set_node_count,
    "addnodes": _add_nodes,
    "addcontext": _add_context,
    **dict.fromkeys(("preparesqldatabase", "restoresqldump", "applysqlpatch"), _database),
    "log": _nothing,
    "sleep": _nothing,
}
