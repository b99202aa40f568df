# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios: a task in check mode, for real, and again, each with the calls it made, all in one run of one playbook.

A scenario of ``scenarios/*.yml`` has these members:

- ``name``, ``before`` (tasks that make the start), ``task`` (the one looked at; it may be a failing one)
- ``changed`` (of the first run), ``calls`` (of the first run, short names in order), ``gives`` (members of its result)
- ``again`` (calls of the second run, default: the reads of an unchanged resource), ``idempotent`` (default true)
- ``message`` (a failing task: a part of its message), ``after`` (calls left out of ``calls``: none by default)
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from tests.integration.support import Player, Run

# What the platform alone knows; a prediction holds null there.
PLATFORM_ALONE = frozenset(
    {"id", "value", "created_on", "appid", "domain", "url", "owner_uid", "node_list", "region"}
    # What the platform chooses for a layer where the task leaves it open.
    | {"node_group", "node_type", "tag", "fixed_cloudlets", "flexible_cloudlets", "disk_limit", "ext_ips", "ext_ips_v6"}
    | {"slb_access", "scaling_mode", "restart_delay", "links", "addons", "volumes", "protocol", "read_only"}
    | {"source_path", "public_port", "engine", "ports", "source", "destination", "priority", "enabled"}
    | {"limit", "count", "notify"}
    # What a node's command gave, and how a package names itself.
    | {"rc", "stdout", "stdout_lines", "stderr", "node_results", "unique_name", "name", "success_text"}
    | {"color", "isolated", "visibility", "fingerprint"}
)
# A time counted from now moves on between the two runs that are compared.
CLOCK_STEP = 5.0
PHASES = ("check", "real", "again")


@dataclass(frozen=True)
class Scenario:
    """One scenario as its file has it."""

    data: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name, for humans and for the tasks' names."""
        return str(self.data["name"])

    def tasks(self, number: int) -> list[dict[str, Any]]:
        """The tasks of all phases."""
        before = [
            {"name": f"{self.name} | before {index}", **task} for index, task in enumerate(self.data.get("before", []))
        ]
        tasks = [_control("reset", "POST", "reset"), *before]
        for phase in PHASES:
            more: dict[str, Any] = {"check_mode": True} if phase == "check" else {}
            subject = {**self.data["task"], "diff": True, "ignore_errors": True, **more}
            tasks += [
                _control("forget", "DELETE", "journal"),
                {"name": f"{self.name} | {phase}", **subject},
                _control(f"{self.name} | {phase} journal", "GET", "journal"),
            ]
        return [{"vars": {"store": f"store-{number}.yml", **self.data.get("vars", {})}, **task} for task in tasks]


@dataclass(frozen=True)
class Seen:
    """What one phase of a scenario gave: the task's result, and the calls by the emulator's journal."""

    result: dict[str, Any] = field(repr=False)
    calls: list[dict[str, Any]]

    @property
    def methods(self) -> list[str]:
        """Short names of the calls in order."""
        return [str(call["method"]).rpartition(".")[2] for call in self.calls]

    @property
    def writes(self) -> list[str]:
        """Short names of those that write."""
        return [str(call["method"]).rpartition(".")[2] for call in self.calls if call["write"]]


def load(path: Path) -> list[Scenario]:
    """The scenarios of a file."""
    return [Scenario(item) for item in yaml.safe_load(path.read_text(encoding="utf-8"))]


def play(player: Player, scenarios: list[Scenario]) -> Run:
    """Run scenarios one after the other, each from a fresh emulator."""
    tasks = [task for number, scenario in enumerate(scenarios) for task in scenario.tasks(number)]
    variables = {"url": player.url, "login": player.account.login if player.account else ""}
    return player.play(tasks, vars=variables)


def seen(run: Run, scenario: Scenario) -> dict[str, Seen]:
    """What each phase gave."""
    return {
        phase: Seen(
            run.result(f"{scenario.name} | {phase}"),
            run.result(f"{scenario.name} | {phase} journal")["answer"]["calls"],
        )
        for phase in PHASES
    }


def differences(predicted: Any, real: Any, path: str = "") -> list[str]:
    """Where a prediction is not what happened; None stands for what the platform alone knows."""
    name = path.rpartition(".")[2].partition("[")[0]
    if predicted is None and name in PLATFORM_ALONE:
        return []
    if isinstance(predicted, dict) and isinstance(real, dict):
        if predicted.keys() != real.keys():
            return [f"{path}: members differ: {sorted(predicted.keys() ^ real.keys())}"]
        return [line for key in predicted for line in differences(predicted[key], real[key], f"{path}.{key}")]
    if isinstance(predicted, list) and isinstance(real, list) and len(predicted) == len(real):
        pairs = enumerate(zip(predicted, real, strict=True))
        return [line for index, (a, b) in pairs for line in differences(a, b, f"{path}[{index}]")]
    return [] if predicted == real or _moments_apart(predicted, real) <= CLOCK_STEP else [f"{path} differs"]


def _moments_apart(one: Any, other: Any) -> float:
    """Seconds between two moments; infinite for anything else."""
    try:
        return abs((datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds())
    except (TypeError, ValueError):
        return math.inf


def _control(name: str, method: str, path: str) -> dict[str, Any]:
    return {"name": name, "emulator": {"path": path, "method": method}}
