# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios: a task in check mode, for real, and again, each with the calls it made, all in one run of one playbook.

The task runs in the controller process, and, if the scenario is also played as a module, once more in that way.

A scenario of ``scenarios/*.yml`` has these members:

- ``name``, ``before`` (tasks that make the start), ``task`` (the one looked at; it may be a failing one)
- ``changed`` (of the first run), ``calls`` (of the first run, short names in order), ``gives`` (members of its result)
- ``again`` (calls of the second run, default: the reads of an unchanged resource), ``idempotent`` (default true)
- ``assumed`` (a failing task that check mode predicts, because an earlier task may create what is missing: its warning)
- ``message`` (a failing task: a part of its message), ``after`` (calls left out of ``calls``: none by default)

The variable ``phase`` of the task looked at is ``check``, ``real`` or ``again``.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.layer_fields import SHOWN_FIELDS
from tests.integration.support import WORKSPACE, Player, Run
from tests.integration.warm import warm

# What the platform alone knows; a prediction holds null there.
PLATFORM_ALONE = frozenset(
    {"id", "value", "created_on", "appid", "domain", "url", "owner_uid", "node_list", "region"}
    # What the platform chooses for a layer where the task leaves it open.
    | {row.name for row in SHOWN_FIELDS}.difference({"image", "display_name", "cluster"})
    | {"volumes", "protocol", "read_only", "source_path", "public_port", "engine", "ports", "source", "destination"}
    | {"priority", "enabled", "limit", "notify"}
    # What a node's command gave, and how a package names itself.
    | {"rc", "stdout", "stdout_lines", "stderr", "node_results", "unique_name", "name", "success_text"}
    | {"color", "isolated", "visibility", "fingerprint"}
    # The answer to a call that check mode does not make.
    | {"answer"}
    # What an update deploys.
    | {"branch", "revision"}
)
# A time counted from now moves on between the two runs that are compared.
CLOCK_STEP = 5.0
# Where compiled code of modules is kept between runs.
CODE = WORKSPACE.parent / "state" / "code"
PHASES = ("check", "real", "again")
PREFIX = "inet.elastic."
# Calls that go at the same time, so that their order is not told.
AT_ONCE: tuple[Callable[[str], bool], ...] = (
    lambda name: name.startswith(("Get", "Read")),
    lambda name: name in ("CreateToken", "EditToken", "RegenerateToken"),
)
HERE, MODULE = "here", "as module"
# The variables that bring about each way.
WAYS: dict[str, dict[str, str]] = {HERE: {}, MODULE: {"ansible_connection": "elsewhere"}}


@dataclass(frozen=True)
class Scenario:
    """One scenario as its file has it.

    Attributes:
        as_module: whether it is also played as a module.
    """

    data: dict[str, Any]
    as_module: bool = True

    @property
    def name(self) -> str:
        """Its name, for humans and for the tasks' names."""
        return str(self.data["name"])

    @property
    def module(self) -> str:
        """Short name of the module of the task."""
        return next(str(name).removeprefix(PREFIX) for name in self.data["task"] if name.startswith(PREFIX))

    @property
    def refused(self) -> bool:
        """Whether the task fails before it writes anything."""
        return "message" in self.data and not self.data.get("writes")

    @property
    def phases(self) -> tuple[str, ...]:
        """Its phases; what is refused before any write is not tried a third time."""
        return PHASES[:2] if self.refused else PHASES

    @property
    def stored(self) -> bool:
        """Whether the task keeps or encrypts values, and so has to run in the controller process."""
        given = [arguments for arguments in self.data["task"].values() if isinstance(arguments, dict)]
        return any(name in arguments for arguments in given for name in ("store", "encrypted_env"))

    @property
    def order_is_free(self) -> bool:
        """Whether the task works on several environments at once, so that their calls mix."""
        work = self.data["task"].get("inet.elastic.paas_environments")
        return work is not None and work.get("concurrency") != 1

    def tasks(self, number: int) -> list[dict[str, Any]]:
        """The tasks of all phases, in each way that the scenario is played."""
        variables = {"store": f"store-{number}.yml", **self.data.get("vars", {})}
        before = [
            {"name": f"{self.name} | before {index}", **task} for index, task in enumerate(self.data.get("before", []))
        ]
        tasks: list[dict[str, Any]] = []
        for way, more in WAYS.items():
            if way == MODULE and not self.as_module:
                continue
            subjects = {phase: self._subject(way, phase) for phase in self.phases}
            played = [{**task, "vars": {**variables, **task.get("vars", {})}} for task in before]
            played += [
                {**task, "vars": {**variables, **more, "phase": phase, **task.get("vars", {})}}
                for phase, task in subjects.items()
            ]
            played[0]["vars"]["begin_without"] = variables["store"]
            tasks += played
        return tasks

    def _subject(self, way: str, phase: str) -> dict[str, Any]:
        more: dict[str, Any] = {"check_mode": True} if phase == "check" else {}
        name = f"{self.name} | {way} | {phase}"
        return {"name": name, **self.data["task"], "diff": True, "ignore_errors": True, **more}


@dataclass(frozen=True)
class Seen:
    """What one phase of a scenario gave.

    Attributes:
        result: of the task.
        calls: by the emulator's journal.
        processes: how many it ran outside the controller process.
    """

    result: dict[str, Any] = field(repr=False)
    calls: list[dict[str, Any]]
    processes: int

    @property
    def methods(self) -> list[str]:
        """Short names of the calls in order."""
        return [str(call["method"]).rpartition(".")[2] for call in self.calls]

    @property
    def writes(self) -> list[str]:
        """Short names of those that write."""
        return [str(call["method"]).rpartition(".")[2] for call in self.calls if call["write"]]


@functools.cache
def load(path: Path) -> list[Scenario]:
    """The scenarios of a file. Every test process reads all files, so it is done once and by the loader in C."""
    return [Scenario(item) for item in yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)]


def play(player: Player, scenarios: list[Scenario]) -> Run:
    """Run scenarios one after the other, each from a fresh emulator."""
    tasks = [task for number, scenario in enumerate(scenarios) for task in scenario.tasks(number)]
    variables = {"url": player.url, "login": player.account.login if player.account else ""}
    player.environment["RECORD_CALLS"] = "yes"
    player.timeout = 900
    return player.play(tasks, vars=variables)


class WarmPython:
    """The Python that modules of this test process start in; it is started when it is first asked for."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._address = ""

    def address(self, player: Player) -> str:
        """Return its address."""
        if not self._address:
            folder = Path(__file__).parent
            self._address = self._stack.enter_context(warm(player.full_environment(), folder, CODE))
        return self._address

    def close(self) -> None:
        """End it."""
        self._address = ""
        self._stack.close()


WARM_PYTHON = WarmPython()


@contextmanager
def warmed(player: Player) -> Iterator[None]:
    """Modules of a player's runs start in a Python that has imported what they need."""
    # One command for each module, which is quicker, and can be counted.
    player.environment |= {"ANSIBLE_PIPELINING": "true", "ANSIBLE_MODULE_COMPRESSION": "ZIP_STORED"}
    player.environment["WARM_SOCKET"] = WARM_PYTHON.address(player)
    yield
    player.environment.pop("WARM_SOCKET", None)


def seen(run: Run, scenario: Scenario, way: str) -> dict[str, Seen]:
    """What each phase gave, one of the ways."""
    names = {phase: f"{scenario.name} | {way} | {phase}" for phase in scenario.phases}
    return {phase: Seen(run.result(name), run.calls[name], run.processes[name]) for phase, name in names.items()}


def comparable(calls: list[str]) -> list[str]:
    """Short names of calls in an order that can be compared: neighbours that may go at the same time are sorted."""
    groups = groupby(calls, lambda name: next((sort for sort, holds in enumerate(AT_ONCE) if holds(name)), name))
    return [name for _sort, group in groups for name in sorted(group)]


def differences(predicted: Any, real: Any, path: str = "") -> list[str]:
    """Where a prediction is not what happened; None stands for what the platform alone knows.

    A diff leaves out None; its keys are such as ``layer cp: tag``, with the stack in place of a name that the platform
    chooses.
    """
    name = path.rpartition(".")[2].partition("[")[0]
    if predicted is None and name in PLATFORM_ALONE:
        return []
    if isinstance(predicted, dict) and isinstance(real, dict):
        lost = predicted.keys() - real.keys()
        named = {key.partition(": ")[2] for key in lost if key.startswith("layer ")} if lost else set()
        unforeseen = {key for key in real.keys() - predicted.keys() if key.rpartition(": ")[2] not in PLATFORM_ALONE}
        unforeseen = {key for key in unforeseen if key.partition(": ")[2] not in named}
        lost = {key for key in lost if key.partition(": ")[2] not in {item.partition(": ")[2] for item in real}}
        if unforeseen or lost:
            return [f"{path}: members differ: {sorted(unforeseen | lost)}"]
        return [
            line
            for key in predicted.keys() & real.keys()
            for line in differences(predicted[key], real[key], f"{path}.{key}")
        ]
    if isinstance(predicted, list) and isinstance(real, list) and len(predicted) == len(real):
        pairs = enumerate(zip(predicted, real, strict=True))
        return [line for index, (a, b) in pairs for line in differences(a, b, f"{path}[{index}]")]
    return [] if predicted == real or moments_apart(predicted, real) <= CLOCK_STEP else [f"{path} differs"]


def moments_apart(one: Any, other: Any) -> float:
    """Seconds between two moments; infinite for anything else."""
    try:
        return abs((datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds())
    except (TypeError, ValueError):
        return math.inf
