# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions of packages: a documented part of them, carried out by the methods of the platform that they stand for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from paas_emulator import catalog
from paas_emulator.calls import Call, Emulated, Operation
from paas_emulator.errors import NO_NODE, PLATFORM, TEXT_RETURNED, ApiError, given_code
from paas_emulator.parameters import Parameters
from paas_emulator.registry import emulated
from paas_emulator.services.exec import node_commands
from paas_emulator.services.file import patterns
from paas_emulator.services.marketplace import conditions, package_topology
from paas_emulator.services.marketplace.manifests import refused
from paas_emulator.services.marketplace.package_values import Values, plain
from paas_emulator.store import Environment, Node

DEEPEST = 20
# Members beside an action, or among its own, that say where it works; further ones that change nothing here.
TARGETS = package_topology.TARGETS
BESIDE = (*TARGETS, "sayYes", "isSequential", "user")
_ACTION = re.compile(r"\s*([A-Za-z][\w.-]*)\s*(?:\[([^\]]*)\])?\s*(?::\s*(\S+))?\s*")
_METHOD = re.compile(r"(?:api\.|jelastic\.)?(\w+\.\w+\.\w+)", re.IGNORECASE)
_CONTROL = re.compile(r"\s*(if|elif|else)\b\s*(?:\((.*)\))?\s*", re.IGNORECASE | re.DOTALL)
_FOR_EACH = re.compile(r"\s*forEach\s*\((.*)\)\s*", re.IGNORECASE | re.DOTALL)
_NODE_PARAMETERS = ("nodeId", "nodeid", "nodeGroup", "nodeType")


@dataclass(frozen=True)
class Stands:
    """What an action stands for.

    main: the parameter that its bare value is. whole: a list of texts, or a mapping, is one value of it.
    fixed: further parameters.
    """

    method: str
    main: str = ""
    whole: bool = False
    fixed: Mapping[str, Any] = field(default_factory=dict)


CREATE, WRITE = "environment.file.Create", "environment.file.Write"
RESTART, CONTROL = "environment.control.RestartNodes", "environment.control."
# By names in lower case.
METHODS: dict[str, Stands] = {
    "createfile": Stands(CREATE, "path"),
    "addfile": Stands(CREATE, "path"),
    "createdirectory": Stands(CREATE, "path", fixed={"isdir": True}),
    "writefile": Stands(WRITE, "path"),
    "appendfile": Stands("environment.file.Append", "path"),
    "addcontainerenvvars": Stands(CONTROL + "AddContainerEnvVars", "vars", whole=True),
    "setcontainerenvvars": Stands(CONTROL + "SetContainerEnvVars", "vars", whole=True),
    "removecontainerenvvars": Stands(CONTROL + "RemoveContainerEnvVars", "vars", whole=True),
    "setnodedisplayname": Stands(CONTROL + "SetNodeDisplayName", "displayName"),
    "bindextdomain": Stands("environment.binder.BindExtDomain", "extdomain"),
    "bindextdomains": Stands("environment.binder.BindExtDomains", "extDomains", whole=True),
    "adddomain": Stands("environment.binder.AddDomains", "domains", whole=True),
    "adddomains": Stands("environment.binder.AddDomains", "domains", whole=True),
    "upload": Stands("environment.file.Upload", "sourcePath"),
    "unpack": Stands("environment.file.UnpackById", "sourcePath"),
    **dict.fromkeys(("restartnode", "restartnodes", "restartcontainer", "restartcontainers"), Stands(RESTART)),
    **dict.fromkeys(("restartservice", "restartservices"), Stands(CONTROL + "RestartServices")),
}
# They make or remove environments, while the actions of a package are done all at once or not at all.
NOT_INSIDE = ("environment.control.DeleteEnv", "environment.control.CloneEnv")
# Services whose methods are about who calls, or other packages.
OUTSIDE = ("users.authentication.", "marketplace.")


class _EndError(Exception):
    """`return` was reached; what it says is in the job."""


Installer = Callable[["Job", Any], Awaitable[dict[str, Any]]]


@dataclass
class Job:
    """A run of actions in an environment. `actions`: the package's own. `layer`: where those without a target work.

    install: carries out another package. message: what `return` said. running: names of the own actions under way.
    groups: numbers of the groups made. addons: those in the manifest, by identifiers.
    """

    call: Call
    values: Values
    actions: Mapping[str, Any]
    install: Installer
    layer: str | None = None
    message: str | None = None
    running: list[str] = field(default_factory=list)
    groups: set[int] = field(default_factory=set)
    addons: Mapping[str, Any] = field(default_factory=dict)

    async def run(self, actions: Any, this: dict[str, Any] | None = None) -> None:
        """Carry out an action or a list of them. Raises ApiError for the first that cannot be."""
        try:
            await self._all(actions, {} if this is None else this, 0)
        except _EndError:
            return

    async def _all(self, actions: Any, this: dict[str, Any], depth: int) -> None:
        if depth > DEEPEST:
            raise refused("the actions of the package call each other without an end")
        chain = Chain()
        for item in actions if isinstance(actions, list) else [actions] if actions else []:
            members = item if isinstance(item, Mapping) else {plain(item): None}
            beside = [plain(self.values.filled(members[name], this)) for name in TARGETS if name in members]
            for given, value in _actions_of(members):
                control = _CONTROL.fullmatch(given)
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
        each = _FOR_EACH.fullmatch(given)
        if each:
            await self._for_each(each[1], value, this, depth)
            return
        text = self.values.filled(given, this)
        found = _ACTION.fullmatch(text)
        if not found:
            raise refused(f"action [{text.strip()[:1] and text.split()[0][:40]}] is not carried out by the emulator")
        name = found[1]
        if name in self.actions and name not in self.running:
            await self._own(name, self.values.filled(value, this), depth)
            return
        value = self.values.filled(value, this)
        targets = _split(found[2]) or _split(found[3]) or beside
        method = _METHOD.fullmatch(name)
        if name.lower() in OWN:
            await OWN[name.lower()](self, value, targets, this)
        elif name.lower() in METHODS:
            await self._stands(METHODS[name.lower()], value, targets)
        elif method:
            await self.method(method[1], value if isinstance(value, Mapping) else {}, targets)
        else:
            if name in self.actions:
                raise refused("the actions of the package call each other without an end")
            raise refused(f"action [{name}] is not carried out by the emulator")

    async def _own(self, name: str, value: Any, depth: int) -> None:
        """An action of the package. Inside, its name is that of the built-in action (seen in public manifests)."""
        built_in = name.lower() in OWN or name.lower() in METHODS
        for item in value if isinstance(value, list) and value else [value]:
            named = item if isinstance(item, Mapping) else {"": item}
            self.running += [name] if built_in else []
            await self._all(self.actions[name], {str(key): given for key, given in named.items()}, depth + 1)
            self.running = self.running[:-1] if built_in else self.running

    # -- methods of the platform ------------------------------------------------------------------------------------

    async def _stands(self, stands: Stands, value: Any, targets: list[str]) -> None:
        for item in value if isinstance(value, list) and not (stands.whole and _texts(value)) else [value]:
            params = dict(item) if isinstance(item, Mapping) else {} if item is None else {stands.main: item}
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
            found = _METHOD.fullmatch(plain(row.get("method")).strip())
            params = row.get("params")
            if not found:
                raise refused(f"method [{plain(row.get('method'))}] is not carried out by the emulator")
            shared = {name: row[name] for name in row if name not in ("method", "params")}
            await self.method(found[1], {**shared, **(params if isinstance(params, Mapping) else {})}, targets)

    async def method(self, name: str, params: Mapping[str, Any], targets: list[str]) -> None:
        """Call a method, for the nodes that the parameters or else the targets name. Raises ApiError."""
        method = emulated().get(catalog.normalise(name))
        usable = method is not None and (method.needs is not None or not method.facts.write) and not method.scripted
        if method is None or not usable or method.facts.name in NOT_INSIDE or method.facts.key.startswith(OUTSIDE):
            raise refused(f"method [{name}] is not carried out by the emulator")
        own = [plain(params[item]) for item in TARGETS if item in params]
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
        """Nodes by layer, type or number. Raises ApiError for a target that is none of these."""
        found: dict[int, Node] = {}
        for target in targets:
            rows = self.environment().nodes
            hits = [node for node in rows if target in ("*", node.layer, node.node_type, str(node.id))]
            if not hits:
                raise refused(f"no node matches [{target}]", NO_NODE)
            found.update({node.id: node for node in hits})
        return list(found.values())


# -- actions that are no method ---------------------------------------------------------------------------------------


def _texts(value: list[Any]) -> bool:
    return not any(isinstance(item, (Mapping, list)) for item in value)


def _split(text: str | None) -> list[str]:
    return [item.strip() for item in (text or "").split(",") if item.strip()]


def _actions_of(members: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The actions of one entry. What stands beside `api` and the name of a method are its parameters."""
    name = next((name for name in members if name.split("[")[0].strip().lower() == "api"), None)
    if name is not None and isinstance(members[name], str):
        params = {key: value for key, value in members.items() if key != name and key not in BESIDE}
        params = {**params, **(params.pop("params", None) or {})}
        yield name, {"method": members[name], "params": params}
        return
    message = members.get("message")
    for given, value in members.items():
        if given == "assert" and message is not None:  # documented as an object of its own
            yield given, {"condition": value, "message": message}
        elif given not in BESIDE and not (given == "message" and "assert" in members):
            yield given, value


class Chain:
    """`if`, `elif` and `else` that follow each other: the first that holds is carried out (documented)."""

    def __init__(self) -> None:
        self._open = self._done = False

    def end(self) -> None:
        """Another action came between."""
        self._open = False

    async def enters(self, word: str, holds: Callable[[], Awaitable[bool]]) -> bool:
        """Whether the branch is carried out."""
        if word == "if":
            self._open, self._done = True, False
        elif not self._open or self._done:
            return False
        self._open = word != "else"
        self._done = word == "else" or await holds()
        return self._done


async def _api(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    await job.api(value, targets)


async def _set_globals(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    job.values.add("globals", value if isinstance(value, Mapping) else {})


async def _set_local(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    this.update({str(name): item for name, item in (value if isinstance(value, Mapping) else {}).items()})


async def _command(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    """In one shell in each node, as exec does (documented)."""
    if isinstance(value, Mapping):
        targets = [plain(value[name]) for name in TARGETS if name in value] or targets
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
    for item in value if isinstance(value, list) else [value]:
        job.take(await job.install(job, item))


async def _return(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    """A text is a failure, an object one unless it says `success` or result 0 (documented)."""
    row = value if isinstance(value, Mapping) else {"message": value}
    words = [plain(row[name]).lower() for name in ("type", "result") if name in row]
    text = plain(row.get("message"))
    if not words or not all(word in ("success", "0") for word in words):
        code = next((int(word) for word in words if word.isdecimal() and 0 < int(word[:9]) < 10**6), TEXT_RETURNED)
        raise refused(text or "the package ended without success", given_code(code))
    job.message = text or None
    raise _EndError


async def _nothing(job: Job, value: Any, targets: list[str], this: dict[str, Any]) -> None:
    """What leaves nothing behind here."""


Action = Callable[[Job, Any, "list[str]", "dict[str, Any]"], Awaitable[None]]
# By names in lower case.
OWN: dict[str, Action] = {
    "api": _api,
    "setglobals": _set_globals,
    "set": _set_local,
    "cmd": _command,
    "execcmd": _command,
    "assert": _assert,
    "install": _install,
    "installaddon": package_topology.install_addon,
    "replaceinfile": package_topology.replace_in_file,
    "setextipenabled": package_topology.set_ext_ip_enabled,
    "setnodecount": package_topology.set_node_count,
    "return": _return,
    "log": _nothing,
    "sleep": _nothing,
}
