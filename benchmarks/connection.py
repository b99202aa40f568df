# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task in a node over the connection ``inet.elastic.paas_exec``, beside the same task over SSH on loopback.

SSH keeps a connection by a master process; without it each command of a task is a process that signs in anew.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import yaml

from benchmarks.commands import Programs
from benchmarks.emulated import Emulator
from benchmarks.measuring import Program, measure
from benchmarks.record import Section
from benchmarks.tables import times
from benchmarks.worlds import Worlds, environment_name
from tests.integration.ssh_gate import Gate, serving

WORLD, USER = "commands", "bench"
REPEATS, TASKS, QUICK_TASKS = 3, 10, 3
PYTHON = "/usr/bin/python3"  # of this machine; a node in the emulator's sandbox sees it as well
MODULES: Mapping[str, dict[str, Any]] = {
    "command": {"ansible.builtin.command": {"cmd": "true"}, "changed_when": False},
    "copy, nothing to change": {"ansible.builtin.copy": {"content": "bench", "dest": "/tmp/inet-elastic-bench"}},
}
ABOUT = (
    "What each further task of a play takes, at no delay, with pipelining. The program on the node is the same: its "
    "Python takes most of the time. Over SSH the node is this machine itself, by OpenSSH on loopback; without a kept "
    "connection, each command of a task is a process of its own that signs in anew."
)


@dataclass(frozen=True)
class Way:
    """A connection.

    Attributes:
        host: variables of the host.
        settings: environment variables.
    """

    title: str
    host: Mapping[str, Any]
    settings: Mapping[str, str] = field(default_factory=dict)


def section(programs: Programs, worlds: Worlds, log: IO[str], *, quick: bool) -> Section:
    """Measure; BenchError if a run failed."""
    emulator = worlds.ready(WORLD, 0)
    missing: list[str] = []
    # Its sockets lie in it, whose paths have about 100 characters at most.
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as folder,
        serving(Path(folder), [USER], missing.append) as gate,
    ):
        ways = [_ours(emulator), *([] if missing else _ssh(gate, folder))]
        rows = [
            row for module, task in MODULES.items() for row in _rows(programs, emulator, log, module, task, ways, quick)
        ]
    about = f"{ABOUT} OpenSSH was not to be had on this machine." if missing else ABOUT
    return Section("A task in a node", about, ["task", "connection", "ms", "times ours", "calls"], rows, left=2)


def _ours(emulator: Emulator) -> Way:
    (info,) = emulator.call("environment.control.GetEnvs")["infos"]
    node = {"ansible_paas_env_name": environment_name(0), "ansible_paas_node_id": info["nodes"][0]["id"]}
    return Way(
        "inet.elastic.paas_exec", {"ansible_connection": "inet.elastic.paas_exec", "ansible_user": "root", **node}
    )


def _ssh(gate: Gate, folder: str) -> list[Way]:
    host = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": gate.port, "ansible_user": USER}
    kept = {**gate.settings, "ANSIBLE_SSH_CONTROL_PATH_DIR": folder, "ANSIBLE_PIPELINING": "true"}
    alone = {**kept, "ANSIBLE_SSH_ARGS": "-o UserKnownHostsFile=/dev/null -o ControlMaster=no"}
    return [Way("SSH", host, kept), Way("SSH without a kept connection", host, alone)]


def _rows(
    programs: Programs,
    emulator: Emulator,
    log: IO[str],
    module: str,
    task: dict[str, Any],
    ways: list[Way],
    quick: bool,
) -> list[list[str]]:
    many = QUICK_TASKS if quick else TASKS
    seconds: dict[str, list[float]] = {way.title: [] for way in ways}
    calls = dict.fromkeys(seconds, 0.0)
    for number in range((1 if quick else REPEATS) + 1):
        for way in ways:
            taken, called = {}, {}
            for count in (1, many):
                emulator.forget()
                taken[count] = measure(_program(programs, emulator, way, task, count), log).seconds
                called[count] = sum(emulator.calls().methods.values())
            # The first round makes the file, and brings the module to the node.
            if number:
                seconds[way.title].append((taken[many] - taken[1]) / (many - 1))
                calls[way.title] = (called[many] - called[1]) / (many - 1)
    each = {title: statistics.median(values) for title, values in seconds.items()}
    ours = each[ways[0].title]
    return [
        [module, title, f"{value * 1000:.0f}", times(value / ours), f"{calls[title]:.1f}" if calls[title] else "-"]
        for title, value in each.items()
    ]


def _program(programs: Programs, emulator: Emulator, way: Way, task: dict[str, Any], count: int) -> Program:
    host = {**way.host, "ansible_python_interpreter": PYTHON}
    inventory, playbook = programs.folder / "nodes.yml", programs.folder / "in-nodes.yml"
    inventory.write_text(json.dumps({"all": {"hosts": {"node": host}}}), encoding="utf-8")
    play = {"hosts": "all", "gather_facts": False, "tasks": [task] * count}
    playbook.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    environment = {**programs.environment(emulator, tokens=False, installed=True), **way.settings}
    return Program(
        [programs.program("ansible-playbook"), "-i", str(inventory), str(playbook)], environment, programs.folder
    )
