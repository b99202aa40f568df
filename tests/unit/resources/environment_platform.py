# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform in memory behind the client's transport: environments with a status, and a log of the exact calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.client import PlatformClient
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import AnswerLostError
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource, Task
from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import Spec

TOKEN = "0f" * 20
DOMAIN = "paas.example.com"
UNKNOWN = {"result": 11, "source": "hx-core", "error": "application [x] not exist"}
# As a task declares the nodes that ``Platform.add`` makes.
NODES = [{"node_group": "cp", "image": "app:1.0", "count": 2, "flexible_cloudlets": 8}]

RUNNING, DOWN, LAUNCHING, SLEEP, CREATING, BROKEN, STOPPING, DELETING = 1, 2, 3, 4, 6, 11, 13, 1001
# Bare method name: the status while it runs, and the status after it.
OPERATIONS: dict[str, tuple[int, int | None]] = {
    "createenvironment": (CREATING, RUNNING),
    "startenv": (LAUNCHING, RUNNING),
    "stopenv": (STOPPING, DOWN),
    "sleepenv": (14, SLEEP),
    "deleteenv": (DELETING, None),
}
NEEDS = {"startenv": (DOWN, SLEEP), "stopenv": (RUNNING,), "sleepenv": (RUNNING,)}


@dataclass
class FakeTime:
    """A clock that only moves when someone pauses on it; ``after`` maps a moment to what happens then."""

    now: float = 0.0
    after: dict[float, Callable[[], None]] = field(default_factory=dict)

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        for moment in sorted(moment for moment in self.after if moment <= self.now):
            self.after.pop(moment)()

    @property
    def clock(self) -> Clock:
        """For the client."""
        return Clock(monotonic=lambda: self.now, pause=self.pause)


@dataclass
class Platform:
    """Answers calls like the platform; ``faults`` says what becomes of a method's next answer.

    A fault is ``before`` (cut, nothing done), ``after`` (cut, done) or a number of seconds that the operation goes on
    after the cut.
    """

    time: FakeTime = field(default_factory=FakeTime)
    environments: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    timeouts: list[tuple[str, float]] = field(default_factory=list)
    faults: dict[str, str | float] = field(default_factory=dict)
    refusals: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, status: int = RUNNING, **env: Any) -> dict[str, Any]:
        """An environment with one container, as GetEnvInfo has it."""
        params = {"env": {"shortdomain": name}, "nodes": [{"nodeGroup": "cp", "image": "app:1.0", "count": 2}]}
        self._create({key: json.dumps(value) for key, value in params.items()})
        info = self.environments[name]
        info["env"].update(status=status, **env)
        return info

    @property
    def methods(self) -> list[str]:
        """Bare names of the calls so far."""
        return [method for method, _fields in self.calls]

    @property
    def writes(self) -> list[str]:
        """Those that change something."""
        return [method for method in self.methods if not method.startswith("get")]

    # -- the transport ---------------------------------------------------------------------------------------------

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See :class:`Transport`."""
        method = url.rpartition("/")[2]
        sent = {key: value for key, value in fields.items() if key != "session"}
        self.calls.append((method, sent))
        self.timeouts.append((method, timeout[1]))
        fault = self.faults.pop(method, None)
        if fault == "before":
            raise AnswerLostError("the connection was cut")
        answer = self.refusals.get(method) or self._answer(method, sent, fault)
        if fault is not None:
            raise AnswerLostError("the connection was cut")
        return Reply(200, {}, json.dumps(answer))

    def close(self) -> None:
        """Nothing to give back."""

    def _answer(self, method: str, fields: dict[str, str], fault: str | float | None) -> dict[str, Any]:
        if method == "getenvs":
            return {"result": 0, "infos": [self._shown(info, fields) for info in self.environments.values()]}
        if method == "createenvironment":
            answer = self._create(fields)
            self._operate(method, json.loads(fields["env"])["shortdomain"], fault)
            return answer
        info = self.environments.get(fields["envName"])
        if info is None:
            return UNKNOWN
        if method == "getenvinfo":
            return {"result": 0, **self._shown(info, fields)}
        if method == "setenvdisplayname":
            info["env"]["displayName"] = fields.get("displayName")
            return {"result": 0}
        if info["env"]["status"] not in NEEDS.get(method, (info["env"]["status"],)):
            return {"result": 2212, "error": "Not allowed to execute this service for current Environment status"}
        self._operate(method, fields["envName"], fault)
        return {"result": 0}

    @staticmethod
    def _shown(info: dict[str, Any], fields: dict[str, str]) -> dict[str, Any]:
        env = {key: value for key, value in info["env"].items() if value is not None}
        # The nodes go where their environment goes (recorded from a running and a stopped one).
        nodes = [{**node, "status": env["status"]} for node in info.get("nodes", [])]
        light = {**info, "env": env, **({"nodes": nodes} if "nodes" in info else {})}
        return {k: v for k, v in light.items() if k not in ("nodes", "nodeGroups")} if "lazy" in fields else light

    def _operate(self, method: str, name: str, fault: str | float | None) -> None:
        during, after = OPERATIONS[method]

        def finish() -> None:
            if after is None:
                self.environments.pop(name)
            else:
                self.environments[name]["env"]["status"] = after

        if isinstance(fault, (int, float)):
            self.environments[name]["env"]["status"] = during
            self.time.after[self.time.now + fault] = finish
        else:
            finish()

    def _create(self, fields: dict[str, str]) -> dict[str, Any]:
        env, nodes = json.loads(fields["env"]), json.loads(fields["nodes"])
        name = env["shortdomain"]
        if name in self.environments:
            return {"result": 0, "response": {"result": 2314, "error": f"environment {name} exists"}}
        groups: list[dict[str, Any]] = []
        made: list[dict[str, Any]] = []
        for number, entry in enumerate(nodes):
            layer = entry.get("nodeGroup") or f"layer{number}"
            groups.append({"name": layer, "displayName": entry.get("displayName")})
            made += [self._node(entry, layer, index, name) for index in range(entry.get("count", 1))]
        self.environments[name] = {
            "env": {
                "envName": name,
                "appid": "0123456789abcdef0123456789abcdef",
                "createdOn": "2026-11-24 09:30:00",
                "domain": f"{name}.{DOMAIN}",
                "hardwareNodeGroup": env.get("region", "region-a"),
                "engine": env.get("engine"),
                "displayName": env.get("displayName"),
                "sslstate": env.get("sslstate", False),
                "ishaenabled": env.get("ishaenabled", False),
                "extdomains": [],
                "status": RUNNING,
                "uid": 1001,
            },
            "envGroups": json.loads(fields.get("envGroups", "[]")),
            "nodeGroups": groups,
            "nodes": made,
        }
        return {"result": 0, "response": {"result": 0, "name": name}}

    @staticmethod
    def _node(entry: dict[str, Any], layer: str, index: int, name: str) -> dict[str, Any]:
        folder, slash, last = str(entry.get("image", "")).rpartition("/")
        base, _colon, tag = last.partition(":")
        image = folder + slash + base
        number = 20001 + index
        return {
            "id": number,
            "nodeGroup": layer,
            "nodeType": entry.get("nodeType", "docker"),
            "ismaster": index == 0,
            "intIP": f"10.0.0.{11 + index}",
            "url": f"http://node{number}-{name}.{DOMAIN}",
            "status": RUNNING,
            "fixedCloudlets": entry.get("fixedCloudlets", 1),
            "flexibleCloudlets": entry.get("flexibleCloudlets", 8),
            "version": entry.get("tag") or tag or "latest",
            "customitem": {"dockerName": image, "dockerTag": tag or "latest"} if image else None,
            "endpoints": [],
        }


def busy(platform: Platform, status: int, *, then: int | None, seconds: float) -> None:
    """An operation of someone else is running on shop1."""
    info = platform.add("shop1", status)

    def finish() -> None:
        if then is None:
            platform.environments.pop("shop1")
        else:
            info["env"]["status"] = then

    platform.time.after[seconds] = finish


def with_defaults(spec: Spec, given: Mapping[str, Any]) -> dict[str, Any]:
    """Options as Ansible hands them over: every one is there."""
    options = {name: option.get("default") for name, option in spec.options.items()}
    return {**options, "api_url": f"https://app.{DOMAIN}", "session": TOKEN, **given}


def run(
    resource: Resource[Any, Any], platform: Platform, /, *, check_mode: bool = False, **given: Any
) -> dict[str, Any]:
    """Run a task against the platform; warnings stand under ``warnings``."""
    warnings: list[str] = []
    options = with_defaults(resource.spec, given)
    client = PlatformClient(
        url=options["api_url"], transport=platform, clock=platform.time.clock, timeout=options["timeout"]
    )
    task = Task(options=options, client=client, check_mode=check_mode, warn=warnings.append)
    return {**execute(resource, task), "warnings": warnings}
