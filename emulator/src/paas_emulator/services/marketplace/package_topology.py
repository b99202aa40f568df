# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions of packages on several nodes at once: number, addresses, files, and add-ons (all documented)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from paas_emulator.calls import Call
from paas_emulator.parameters import flag
from paas_emulator.services.control import changing
from paas_emulator.services.marketplace.manifests import Manifest, refused
from paas_emulator.services.marketplace.package_entries import named_targets
from paas_emulator.services.marketplace.package_values import plain
from paas_emulator.store import Environment, Node

This = dict[str, Any]


class Work(Protocol):
    """What these actions need of the run that they are part of; see package_job.Job."""

    call: Call
    manifest: Manifest

    @property
    def install(self) -> Callable[[Any, Any], Awaitable[dict[str, Any]]]:
        """What carries out another package."""

    def environment(self) -> Environment:
        """The environment to work in."""

    def nodes(self, targets: list[str]) -> list[Node]:
        """Nodes by layer, type or number."""

    def take(self, answer: Mapping[str, Any]) -> None:
        """Keep an answer."""

    async def method(self, name: str, params: Mapping[str, Any], targets: list[str]) -> None:
        """Call a method."""


def _rows(value: Any, main: str, targets: list[str]) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
    """Each entry of an action with the nodes that it names; a bare value is the parameter `main`."""
    for item in value if isinstance(value, list) else [value]:
        row = item if isinstance(item, Mapping) else {main: item}
        yield row, named_targets(row) or targets


async def install_addon(job: Work, value: Any, targets: list[str], this: This) -> None:
    """Add-ons of the manifest, or packages that the emulator was told of, by their identifiers, in a layer."""
    for row, where in _rows(value, "id", targets):
        name = plain(row.get("id"))
        addon = job.manifest.add_on(name) or (name if name in job.call.platform.packages else None)
        if addon is None:
            raise refused(f"add-on [{name}] is not in the manifest")
        given = {"jps": addon, "nodeGroup": where[0] if where else None, "settings": row.get("settings")}
        job.take(await job.install(job, given))


async def set_node_count(job: Work, value: Any, targets: list[str], this: This) -> None:
    """So many nodes in a layer, as ChangeTopology does it."""
    for row, where in _rows(value, "count", targets):
        environment, chosen = job.environment(), {node.layer for node in job.nodes(where)}
        count = {"count": plain(row.get("count"))}
        nodes = [{"nodeGroup": item.name, **(count if item.name in chosen else {})} for item in environment.layers]
        call = replace(job.call, target=environment, values={"env": None, "nodes": nodes})
        changing.take_over(environment, changing.changed(call))


async def set_ext_ip_enabled(job: Work, value: Any, targets: list[str], this: This) -> None:
    """A public IPv4 address for each node that has none, or none at all."""
    for row, where in _rows(value, "enabled", targets):
        enabled = bool(flag(plain(row.get("enabled"))))
        for node in job.nodes(where):
            if enabled is not any(":" not in address for address in node.ext_ips):
                params = {"type": "ipv4", "count": int(enabled)}
                await job.method("environment.binder.SetExtIpCount", params, [str(node.id)])


async def replace_in_file(job: Work, value: Any, targets: list[str], this: This) -> None:
    """Several replacements in one file."""
    for row, where in _rows(value, "path", targets):
        for change in row.get("replacements") or ():
            params = {"path": row.get("path"), **{name: change.get(name) for name in ("pattern", "replacement")}}
            await job.method("environment.file.ReplaceInBody", params, where)
