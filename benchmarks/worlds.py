# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulated account has when a piece of work begins."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from benchmarks.emulated import Emulator, emulator

# Two layers of images, as one of the published clients knows no other kind but storage.
NODES: list[dict[str, Any]] = [
    {"nodeType": "docker", "nodeGroup": "cp", "image": "nginx:1.29"},
    {"nodeType": "docker", "nodeGroup": "sqldb", "image": "postgres:17"},
]
FIVE_NODES = [{**NODES[0], "count": 3}, {**NODES[1], "count": 2}]
PERMISSIONS = ("environment.control.GetEnvInfo", "environment.control.StartEnv", "environment.control.StopEnv")
STOPPED = 2  # the number of the status


def token_name(number: int) -> str:
    """Description of a token."""
    return f"bench-{number:04}"


def environment_name(number: int) -> str:
    """Name of an environment."""
    return f"bench-{number:04}"


@dataclass(frozen=True)
class World:
    """What an account has.

    Attributes:
        tokens: how many of the tokens that the works declare.
        environments: how many environments.
        nodes: their layers; by default two layers with one node.
        stopped: whether these are stopped before each run; a start then takes ``start_seconds``.
        emptied: whether the account is emptied before each run.
        redeploy_seconds: how long a redeployment takes; the tag is put back before each run.
        options: of the emulator's program.
    """

    tokens: int = 0
    environments: int = 0
    nodes: Sequence[Mapping[str, Any]] = tuple(NODES)
    stopped: bool = False
    emptied: bool = False
    start_seconds: float = 0.0
    redeploy_seconds: float = 0.0
    options: Sequence[str] = ()


WORLDS = {
    "empty": World(emptied=True),
    "tokens": World(tokens=50),
    "environments": World(environments=100),
    "stopped": World(environments=50, stopped=True, start_seconds=2.0),
    "tagged": World(environments=20, nodes=NODES[:1], redeploy_seconds=2.0),
    "many": World(environments=1000),
    "nodes": World(environments=1000, nodes=FIVE_NODES),
    "commands": World(environments=1, nodes=NODES[:1], options=("--exec", "sandbox")),
}


class Worlds:
    """The emulators of the worlds, each started when it is first wanted and ended with the block."""

    def __init__(self, log: IO[str]) -> None:
        self._log = log
        self._stack = contextlib.ExitStack()
        self._running: dict[str, Emulator] = {}

    def __enter__(self) -> Worlds:
        return self

    def __exit__(self, *reason: object) -> None:
        self._stack.close()

    def ready(self, name: str, delay_ms: int) -> Emulator:
        """The emulator of a world as a run finds it, with the delay in force and an empty journal."""
        if name not in self._running:
            running = self._stack.enter_context(emulator(self._log, *WORLDS[name].options))
            _fill(running, WORLDS[name])
            self._running[name] = running
        running = self._running[name]
        running.slow_down(0)
        _put_back(running, WORLDS[name])
        running.slow_down(delay_ms)
        running.forget()
        return running


def _fill(running: Emulator, world: World) -> None:
    if world.tokens:
        _add_tokens(running, world.tokens)
    for number in range(world.environments):
        named = json.dumps({"shortdomain": environment_name(number)})
        running.call("environment.control.CreateEnvironment", env=named, nodes=json.dumps(world.nodes))
    if world.start_seconds:
        running.control("PUT", "times", {"StartEnv": world.start_seconds})
    if world.redeploy_seconds:
        running.control("PUT", "times", {"RedeployContainersByGroup": world.redeploy_seconds})


def _add_tokens(running: Emulator, count: int) -> None:
    login = {"login": running.account.login, "password": running.account.password}
    session = running.call("users.authentication.Signin", session="", **login)["session"]
    permissions = json.dumps(PERMISSIONS)
    for number in range(count):
        named = {"description": token_name(number), "apiList": permissions}
        running.call("users.authentication.CreateToken", session=session, **named)
    running.call("users.authentication.Signout", session=session)


def _put_back(running: Emulator, world: World) -> None:
    if world.emptied:
        running.control("POST", "reset")
    if world.redeploy_seconds:
        _put_tags_back(running, world)
    if world.stopped:
        for info in running.call("environment.control.GetEnvs", lazy="true")["infos"]:
            if info["env"]["status"] != STOPPED:
                running.call("environment.control.StopEnv", envName=info["env"]["envName"])


def _put_tags_back(running: Emulator, world: World) -> None:
    tag = str(world.nodes[0]["image"]).rpartition(":")[2]
    running.control("PUT", "times", {})
    for info in running.call("environment.control.GetEnvs")["infos"]:
        if info["nodes"][0]["customitem"]["dockerTag"] != tag:
            where = {"envName": info["env"]["envName"], "nodeGroup": "cp"}
            running.call("environment.control.RedeployContainersByGroup", tag=tag, **where)
    running.control("PUT", "times", {"RedeployContainersByGroup": world.redeploy_seconds})
