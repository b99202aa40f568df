# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin beside one that gives core the same hosts without an API.

The difference is what this collection takes: one call, its answer, records and hosts. What core takes for 5,000 hosts
is the rest.
"""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import IO, Any

import yaml

from benchmarks.commands import HERE, Programs
from benchmarks.measuring import BenchError, Measured, Program, measure
from benchmarks.record import Section
from benchmarks.worlds import WORLDS, Worlds

WORLD = "nodes"
CONSTRUCTED = {
    "compose": {"address": "paas_internal_ip"},
    "groups": {"masters": "paas_is_master"},
    "keyed_groups": [{"key": key, "prefix": key} for key in ("paas_region", "paas_node_type", "paas_status")],
}
# Aims: seconds of a processor, MB, and how many percent longer constructed features may take than without an API.
OWN_CPU, PEAK_MB, CONSTRUCTED_MORE = 2.0, 200.0, 10.0
REPEATS = 3
ABOUT = (
    "The hosts of {environments} environments with {nodes} nodes, by one call and with the groups of `group_by`, "
    "beside an inventory plugin that gives ansible-core the same hosts out of a file. Then with `compose`, "
    "`groups` and `keyed_groups`."
)


def section(programs: Programs, worlds: Worlds, log: IO[str], *, quick: bool) -> Section:
    """Measure; BenchError if a run failed, or did not make one call."""
    emulator = worlds.ready(WORLD, 0)
    environment = {
        **programs.environment(emulator, tokens=False, installed=True),
        "ANSIBLE_INVENTORY_PLUGINS": str(HERE / "plugins" / "inventory"),
        "ANSIBLE_INVENTORY_ENABLED": "auto",
    }
    listed, other = programs.folder / "listed.json", programs.folder / "other.json"
    repeats = 1 if quick else REPEATS

    def run(plugin: str, output: Path, times: int, **options: Any) -> list[Measured]:
        source = programs.folder / f"{plugin.rpartition('.')[2]}.yml"
        source.write_text(yaml.safe_dump({"plugin": plugin, **options}), encoding="utf-8")
        argv = [programs.program("ansible-inventory"), "-i", str(source), "--list", "--output", str(output)]
        return [measure(Program(argv, environment, programs.folder), log) for _ in range(times)]

    ours, theirs = "inet.elastic.paas", "without_api"
    emulator.forget()
    native = run(ours, listed, repeats)
    if emulator.calls().methods != {"environment.control.GetEnvs": repeats}:
        raise BenchError(f"{repeats} inventories made other calls than one each")
    bare = run(theirs, other, repeats, path=str(listed))
    features = run(ours, other, 1, **CONSTRUCTED), run(theirs, other, 1, path=str(listed), **CONSTRUCTED)
    more = _cpu(features[0]) / _cpu(features[1]) - 1
    peak = max(one.peak_mb for one in native)
    world = WORLDS[WORLD]
    rows = [
        ["seconds of a processor", f"{_cpu(native):.2f}", "", ""],
        _row("of these for this collection", _cpu(native) - _cpu(bare), OWN_CPU, 2),
        _row("MB, largest process", peak, PEAK_MB, 0),
        _row("% longer than the other plugin with constructed features", more * 100, CONSTRUCTED_MORE, 0),
    ]
    nodes = sum(layer["count"] for layer in world.nodes) * world.environments
    about = ABOUT.format(environments=world.environments, nodes=nodes)
    return Section("Inventory", about, ["figure", "measured", "at most", "reached"], rows)


def _cpu(runs: list[Measured]) -> float:
    return statistics.median(one.cpu for one in runs)


def _row(what: str, figure: float, aim: float, digits: int) -> list[str]:
    return [what, f"{figure:.{digits}f}", f"{aim:g}", "yes" if figure <= aim else "**no**"]
