# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of a package's actions: branches, loops, own actions, and methods of the platform in their nodes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from paas_emulator import catalog
from paas_emulator.calls import Call, Emulated, Operation
from paas_emulator.errors import NO_NODE, PLATFORM, ApiError, given_code
from paas_emulator.parameters import Parameters
from paas_emulator.registry import emulated
from paas_emulator.services.file import patterns
from paas_emulator.services.marketplace import conditions
from paas_emulator.services.marketplace.manifests import Manifest, not_carried_out, refused
from paas_emulator.services.marketplace.package_entries import (
    ACTION,
    BESIDE,
    CONTROL,
    FOR_EACH,
    METHOD,
    TARGETS,
    Chain,
    actions_of,
    called,
    named_targets,
    split,
    texts,
)
from paas_emulator.services.marketplace.package_methods import CREATE, METHODS, WRITE, Stands
from paas_emulator.services.marketplace.package_values import Values, localised, plain
from paas_emulator.store import Environment, Node

DEEPEST = 20
_NODE_PARAMETERS = ("nodeId", "nodeid", "nodeGroup", "nodeType")
# They make or remove environments, while the actions of a package are done all at once or not at all.
NOT_INSIDE = ("environment.control.DeleteEnv", "environment.control.CloneEnv")
# Services whose methods are about who calls, or other packages.
OUTSIDE = ("users.authentication.", "marketplace.")


class EndError(Exception):
    """`return` was reached; what it says is in the job."""


Installer = Callable[["Job", Any], Awaitable[dict[str, Any]]]
Action = Callable[["Job", Any, "list[str]", "dict[str, Any]"], Awaitable[None]]


@dataclass
class Job:
    """A run of actions in an environment. `layer`: where those without a target work.

    manifest: of the package, for its own actions, add-ons and responses. install: carries out another package.
    built_in: functions of actions that call no method, by names in lower case. message: the text of `return`.
    running: names of the own actions under way. groups: numbers of the groups made.
    """

    call: Call
    values: Values
    manifest: Manifest
    install: Installer
    built_in: Mapping[str, Action]
    layer: str | None = None
    message: str | None = None
    running: list[str] = field(default_factory=list)
    groups: set[int] = field(default_factory=set)

    async def run(self, actions: Any, this: dict[str, Any] | None = None) -> None:
        """Carry out an action or a list of them. Raises ApiError for the first that cannot be."""
        try:
            await self._all(actions, {} if this is None else this, 0)
        except EndError:
            return
        except ApiError as error:
            self._respond(error)

    def _respond(self, error: ApiError) -> None:
        """Give a failure the text that the manifest has for its code; one of type `success` is none (documented)."""
        row = self.manifest.responses.get(str(int(error.code)))
        if not isinstance(row, Mapping):
            raise error
        message = plain(self.values.filled(localised(row.get("message"))))
        if plain(row.get("type")).lower() != "success":
            raise ApiError(error.code, message or error.text, error.source, error.extra)
        self.message = message or None

    async def _all(self, actions: Any, this: dict[str, Any], depth: int) -> None:
        if depth > DEEPEST:
            raise refused("the actions of the package call each other without an end")
        chain = Chain()
        for item in actions if isinstance(actions, list) else [actions] if actions else []:
            members = item if isinstance(item, Mapping) else {plain(item): None}
            beside = [self.values.filled(target, this) for target in named_targets(members)]
            for given, value in actions_of(members):
                control = CONTROL.fullmatch(given)
                if control is None:
                    chain.end()
                    await self._one(given, value, beside, this, depth)
                elif await chain.enters(control[1].lower(), partial(self.holds, control[2] or "", this)):
                    await self._all(value, this, depth + 1)

    async def holds(self, text: str, this: dict[str, Any]) -> bool:
        """Whether a condition does; one that cannot be read does not (documented)."""
        try:
            filled = self.values.filled(text, this)
            return await asyncio.to_thread(conditions.evaluate, filled, self.values.all(this))
        except (conditions.ConditionError, patterns.PatternError):
            return False

    async def _for_each(self, head: str, value: Any, this: dict[str, Any], depth: int) -> None:
        name, colon, path = head.partition(":")
        items = self.values.value(path if colon else name, this)
        for number, item in enumerate(items if isinstance(items, list) else []):
            with self.values.loop(name.strip() if colon else "i", item, number):
                await self._all(value, this, depth + 1)

    async def _one(self, given: str, value: Any, beside: list[str], this: dict[str, Any], depth: int) -> None:
        each = FOR_EACH.fullmatch(given)
        if each:
            await self._for_each(each[1], value, this, depth)
            return
        text = self.values.filled(given, this).strip()
        found = ACTION.fullmatch(text)
        name = text if text in self.manifest.actions or not found else found[1]
        if name in self.manifest.actions and name not in self.running:
            await self._own(name, self.values.filled(value, this), depth)
        elif name.lower() == "call":
            await self._all(called(value), this, depth + 1)
        elif found:
            targets = split(found[2]) or split(found[3]) or beside
            await self._built_in(name, self.values.filled(value, this), targets, this)
        else:
            raise not_carried_out("action", text.split()[0][:40] if text else "")

    async def _built_in(self, name: str, value: Any, targets: list[str], this: dict[str, Any]) -> None:
        method = METHOD.fullmatch(name)
        if name.lower() in self.built_in:
            await self.built_in[name.lower()](self, value, targets, this)
        elif name.lower() in METHODS:
            await self._stands(METHODS[name.lower()], value, targets)
        elif method:
            await self.method(method[1], value if isinstance(value, Mapping) else {}, targets)
        elif name in self.manifest.actions:
            raise refused("the actions of the package call each other without an end")
        else:
            raise not_carried_out("action", name)

    async def _own(self, name: str, value: Any, depth: int) -> None:
        """An action of the package. Inside, its name is that of the built-in action (seen in public manifests)."""
        built_in = name.lower() in self.built_in or name.lower() in METHODS
        for item in value if isinstance(value, list) and value else [value]:
            named = item if isinstance(item, Mapping) else {"": item}
            self.running += [name] if built_in else []
            await self._all(self.manifest.actions[name], {str(key): given for key, given in named.items()}, depth + 1)
            self.running = self.running[:-1] if built_in else self.running

    # -- methods of the platform ------------------------------------------------------------------------------------

    async def _stands(self, stands: Stands, value: Any, targets: list[str]) -> None:
        for item in value if isinstance(value, list) and not (stands.whole and texts(value)) else [value]:
            params = dict(item) if isinstance(item, Mapping) else {} if item is None else {stands.main: item}
            params = {stands.names.get(name, name): given for name, given in params.items()}
            if stands.whole and isinstance(item, Mapping) and stands.main not in item:
                own = {name: item[name] for name in item if name not in TARGETS}
                params = {stands.main: own, **{name: item[name] for name in item if name in TARGETS}}
            body = params.pop("body", None) if stands.method == CREATE else None
            await self.method(stands.method, {**params, **stands.fixed}, targets)
            if body is not None:
                await self.method(WRITE, {**params, "body": body}, targets)

    async def api(self, value: Any, targets: list[str]) -> None:
        """`api`: methods by their names, with their parameters."""
        for item in value if isinstance(value, list) else [value]:
            row = item if isinstance(item, Mapping) else {"method": item}
            found = METHOD.fullmatch(plain(row.get("method")).strip())
            params = row.get("params")
            if not found:
                raise not_carried_out("method", plain(row.get("method")))
            shared = {name: row[name] for name in row if name not in ("method", "params")}
            await self.method(found[1], {**shared, **(params if isinstance(params, Mapping) else {})}, targets)

    async def method(self, name: str, params: Mapping[str, Any], targets: list[str]) -> None:
        """Call a method, in each of the targets. Raises ApiError."""
        method = emulated().get(catalog.normalise(name))
        usable = method is not None and (method.needs is not None or not method.facts.write) and not method.scripted
        if method is None or not usable or method.facts.name in NOT_INSIDE or method.facts.key.startswith(OUTSIDE):
            raise not_carried_out("method", name)
        own = named_targets(params)
        plain_ones = {key: value for key, value in params.items() if key not in BESIDE}
        for selector in self._selectors(method, own or targets or ([self.layer] if self.layer else [])):
            await self._invoke(method, {**plain_ones, **selector})

    def _selectors(self, method: Emulated, targets: list[str]) -> list[dict[str, Any]]:
        """Parameters that name the nodes: a layer as a whole where the method takes one, else node by node."""
        takes = [parameter.name for parameter in method.facts.parameters if parameter.name in _NODE_PARAMETERS]
        number = next((name for name in takes if name in ("nodeId", "nodeid")), None)
        if not takes or not targets:
            return [{}]
        layers = [layer.name for layer in self.environment().layers]
        found: list[dict[str, Any]] = []
        for target in layers if "*" in targets else targets:
            if "nodeGroup" in takes and target in layers:
                found.append({"nodeGroup": target})
            elif number:
                found.extend({number: node.id} for node in self.nodes([target]))
            else:
                found.extend({"nodeGroup": name} for name in {node.layer: 0 for node in self.nodes([target])})
        return found

    async def _invoke(self, method: Emulated, params: Mapping[str, Any]) -> None:
        environment = self.environment() if method.needs is not None else None
        pairs = {**({"envName": environment.name} if environment else {}), **params}
        parameters = Parameters((key, plain(value)) for key, value in pairs.items() if value is not None)
        parameters.rename(method.aliases)
        typed = parameters.typed(method.facts.parameters, method.optional | {"envName"})
        call = replace(self.call, method=method, parameters=parameters, values=typed, target=environment)
        held, before = environment.running if environment else None, set(call.platform.store.groups)
        outcome = method.handler(call)
        self.groups |= set(call.platform.store.groups) - before
        if isinstance(outcome, Awaitable):
            outcome = await outcome
        answer = outcome.finish() if isinstance(outcome, Operation) else outcome
        if environment and held:  # the package's own operation goes on
            environment.running = held
        self.take(answer)

    def take(self, answer: Mapping[str, Any]) -> None:
        """Keep an answer for `${response}`. Raises ApiError for a failure."""
        self.values.response = {"result": 0, **answer}
        if answer.get("result"):
            raise ApiError(given_code(int(answer["result"])), str(answer.get("error")), source=PLATFORM)

    def environment(self) -> Environment:
        """The environment to work in. Raises ApiError where the package has none."""
        if self.values.environment is None:
            raise refused("the package has no environment to work in", NO_NODE)
        return self.values.environment

    def nodes(self, targets: list[str]) -> list[Node]:
        """Nodes by layer or its alias, type or number. Raises ApiError for a target that is none of these."""
        found: dict[int, Node] = {}
        for target in (self.values.aliases.get(target, target) for target in targets):
            rows = self.environment().nodes
            hits = [node for node in rows if target in ("*", node.layer, node.node_type, str(node.id))]
            if not hits:
                raise refused(f"no node matches [{target}]", NO_NODE)
            found.update({node.id: node for node in hits})
        return list(found.values())
