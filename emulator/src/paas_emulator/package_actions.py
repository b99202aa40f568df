# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions of packages: a documented part of them, carried out by the methods of the platform that they stand for."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from paas_emulator import catalog
from paas_emulator.calls import Call, Emulated, Operation
from paas_emulator.errors import COMMAND_FAILED, NO_NODE, PLATFORM, TEXT_RETURNED, ApiError, given_code
from paas_emulator.manifests import refused
from paas_emulator.package_values import Values, plain
from paas_emulator.parameters import Parameters
from paas_emulator.registry import emulated
from paas_emulator.store import Environment, Node

DEEPEST = 20
# Members beside an action, or among its own, that say where it works; further ones that change nothing here.
TARGETS = ("nodeId", "nodeGroup", "nodeType")
BESIDE = (*TARGETS, "sayYes", "isSequential", "user")
_ACTION = re.compile(r"\s*([A-Za-z][\w.-]*)\s*(?:\[([^\]]*)\])?\s*(?::\s*(\S+))?\s*")
_METHOD = re.compile(r"(?:api\.)?((?:env|environment)\.\w+\.\w+)", re.IGNORECASE)
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
    **dict.fromkeys(("restartnode", "restartnodes", "restartcontainer", "restartcontainers"), Stands(RESTART)),
    **dict.fromkeys(("restartservice", "restartservices"), Stands(CONTROL + "RestartServices")),
}
# They make or remove environments, or have to wait, while the actions of a package are done all at once or not at all.
NOT_INSIDE = ("environment.control.DeleteEnv", "environment.control.CloneEnv", "environment.file.ReplaceInBody")


class _EndError(Exception):
    """`return` was reached; what it says is in the job."""


@dataclass
class Job:
    """A run of actions in an environment. `actions`: the package's own. `layer`: where those without a target work.

    commands: what `cmd` would have run, with the numbers of the nodes. message: what `return` said.
    """

    call: Call
    values: Values
    actions: Mapping[str, Any]
    layer: str | None = None
    commands: list[dict[str, Any]] = field(default_factory=list)
    message: str | None = None

    def run(self, actions: Any, this: dict[str, str] | None = None) -> None:
        """Carry out an action or a list of them. Raises ApiError for the first that cannot be."""
        try:
            self._all(actions, {} if this is None else this, 0)
        except _EndError:
            return

    def _all(self, actions: Any, this: dict[str, str], depth: int) -> None:
        if depth > DEEPEST:
            raise refused("the actions of the package call each other without an end")
        for item in actions if isinstance(actions, list) else [actions] if actions else []:
            members = item if isinstance(item, Mapping) else {plain(item): None}
            beside = [plain(self.values.filled(members[name], this)) for name in TARGETS if name in members]
            for given, value in members.items():
                if given not in BESIDE:
                    self._one(given, value, beside, this, depth)

    def _one(self, given: str, value: Any, beside: list[str], this: dict[str, str], depth: int) -> None:
        text = self.values.filled(given, this)
        found = _ACTION.fullmatch(text)
        if not found:
            raise refused(f"action [{text.strip()[:1] and text.split()[0][:40]}] is not carried out by the emulator")
        name, value = found[1], self.values.filled(value, this)
        if name in self.actions:
            for item in value if isinstance(value, list) and value else [value]:
                named = item if isinstance(item, Mapping) else {"": item}
                self._all(self.actions[name], {str(key): plain(given) for key, given in named.items()}, depth + 1)
            return
        targets = _split(found[2]) or _split(found[3]) or beside
        method = _METHOD.fullmatch(name)
        if name.lower() in OWN:
            OWN[name.lower()](self, value, targets, this)
        elif name.lower() in METHODS:
            self._stands(METHODS[name.lower()], value, targets)
        elif method:
            self._method(method[1], value if isinstance(value, Mapping) else {}, targets)
        else:
            raise refused(f"action [{name}] is not carried out by the emulator")

    # -- methods of the platform ------------------------------------------------------------------------------------

    def _stands(self, stands: Stands, value: Any, targets: list[str]) -> None:
        for item in value if isinstance(value, list) and not (stands.whole and _texts(value)) else [value]:
            params = dict(item) if isinstance(item, Mapping) else {} if item is None else {stands.main: item}
            if stands.whole and isinstance(item, Mapping) and stands.main not in item:
                own = {name: item[name] for name in item if name not in TARGETS}
                params = {stands.main: own, **{name: item[name] for name in item if name in TARGETS}}
            body = params.pop("body", None) if stands.method == CREATE else None
            self._method(stands.method, {**params, **stands.fixed}, targets)
            if body is not None:
                self._method(WRITE, {**params, "body": body}, targets)

    def api(self, value: Any, targets: list[str]) -> None:
        """`api`: methods by their names, with their parameters."""
        for item in value if isinstance(value, list) else [value]:
            row = item if isinstance(item, Mapping) else {"method": item}
            found = _METHOD.fullmatch(plain(row.get("method")).strip())
            params = row.get("params")
            if not found:
                raise refused(f"method [{plain(row.get('method'))}] is not carried out by the emulator")
            shared = {name: row[name] for name in row if name not in ("method", "params")}
            self._method(found[1], {**shared, **(params if isinstance(params, Mapping) else {})}, targets)

    def _method(self, name: str, params: Mapping[str, Any], targets: list[str]) -> None:
        method = emulated().get(catalog.normalise(name))
        if method is None or method.needs is None or method.scripted or method.facts.name in NOT_INSIDE:
            raise refused(f"method [{name}] is not carried out by the emulator")
        own = [plain(params[item]) for item in TARGETS if item in params]
        plain_ones = {key: value for key, value in params.items() if key not in BESIDE}
        for selector in self._selectors(method, own or targets or ([self.layer] if self.layer else [])):
            self._invoke(method, {**plain_ones, **selector})

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

    def _invoke(self, method: Emulated, params: Mapping[str, Any]) -> None:
        environment = self.environment()
        pairs = {"envName": environment.name, **params}
        parameters = Parameters((key, plain(value)) for key, value in pairs.items() if value is not None)
        parameters.rename(method.aliases)
        typed = parameters.typed(method.facts.parameters, method.optional)
        call = replace(self.call, method=method, parameters=parameters, values=typed, target=environment)
        outcome = method.handler(call)
        if isinstance(outcome, Awaitable):
            raise TypeError(f"{method.facts.name} has to be in NOT_INSIDE")
        answer = outcome.finish() if isinstance(outcome, Operation) else outcome
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


def _api(job: Job, value: Any, targets: list[str], this: dict[str, str]) -> None:
    job.api(value, targets)


def _set_globals(job: Job, value: Any, targets: list[str], this: dict[str, str]) -> None:
    job.values.add("globals", value if isinstance(value, Mapping) else {})


def _set_local(job: Job, value: Any, targets: list[str], this: dict[str, str]) -> None:
    this.update({str(name): plain(item) for name, item in (value if isinstance(value, Mapping) else {}).items()})


def _command(job: Job, value: Any, targets: list[str], this: dict[str, str]) -> None:
    """Kept, not run; it fails where `PUT /_emulator/commands` says so."""
    if isinstance(value, Mapping):
        targets = [plain(value[name]) for name in TARGETS if name in value] or targets
        value = value.get("commands", value.get("command"))
    targets = targets or ([job.layer] if job.layer else [])
    if not targets:
        raise refused("action [cmd] names no nodes", NO_NODE)
    numbers = [node.id for node in job.nodes(targets)]
    for line in value if isinstance(value, list) else [value]:
        command = plain(line)
        job.commands.append({"nodes": numbers, "command": command})
        done = job.call.platform.commands.find(command)
        if done and done.status:
            raise ApiError(COMMAND_FAILED, "The operation could not be performed", source=PLATFORM)


def _return(job: Job, value: Any, targets: list[str], this: dict[str, str]) -> None:
    """A text is a failure, an object one unless it says `success` or result 0 (documented)."""
    row = value if isinstance(value, Mapping) else {"message": value}
    words = [plain(row[name]).lower() for name in ("type", "result") if name in row]
    text = plain(row.get("message"))
    if not words or not all(word in ("success", "0") for word in words):
        code = next((int(word) for word in words if word.isdecimal() and 0 < int(word[:9]) < 10**6), TEXT_RETURNED)
        raise refused(text or "the package ended without success", given_code(code))
    job.message = text or None
    raise _EndError


def _nothing(job: Job, value: Any, targets: list[str], this: dict[str, str]) -> None:
    """What leaves nothing behind here."""


Action = Callable[[Job, Any, "list[str]", "dict[str, str]"], None]
# By names in lower case.
OWN: dict[str, Action] = {
    "api": _api,
    "setglobals": _set_globals,
    "set": _set_local,
    "cmd": _command,
    "execcmd": _command,
    "return": _return,
    "log": _nothing,
    "sleep": _nothing,
}
