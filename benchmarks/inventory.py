# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin beside one that gives core the same hosts without an API.

The difference is what this collection takes: one call, its answer, records and hosts. What core takes for 5,000 hosts
is the rest.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import yaml

from benchmarks.commands import HERE, Programs
from benchmarks.measuring import BenchError, Measured, Program, measure
from benchmarks.worlds import WORLDS, Worlds

WORLD = "nodes"
CONSTRUCTED = {
    "compose": {"address": "paas_internal_ip"},
    "groups": {"masters": "paas_is_master"},
    "keyed_groups": [{"key": key, "prefix": key} for key in ("paas_region", "paas_node_type", "paas_status")],
}
# Aims: seconds of a processor, MB, and the part by which constructed features may take longer than without an API.
OWN_CPU, PEAK_MB, CONSTRUCTED_MORE = 2.0, 200.0, 0.10
REPEATS = 3


def lines(programs: Programs, worlds: Worlds, log: IO[str]) -> Iterator[str]:
    """Measure, and yield one line for each figure.

    Raises:
        BenchError: a run failed, or did not make one call.
    """
    emulator = worlds.ready(WORLD, 0)
    environment = {
        **programs.environment(emulator, tokens=False, installed=True),
        "ANSIBLE_INVENTORY_PLUGINS": str(HERE / "plugins" / "inventory"),
        "ANSIBLE_INVENTORY_ENABLED": "auto",
    }
    listed = programs.folder / "listed.json"

    def run(plugin: str, output: Path, repeats: int, **options: Any) -> list[Measured]:
        source = programs.folder / f"{plugin.rpartition('.')[2]}.yml"
        source.write_text(yaml.safe_dump({"plugin": plugin, **options}), encoding="utf-8")
        argv = [programs.program("ansible-inventory"), "-i", str(source), "--list", "--output", str(output)]
        return [measure(Program(argv, environment, programs.folder), log) for _ in range(repeats)]

    ours, theirs = "inet.elastic.paas", "without_api"
    emulator.forget()
    native = run(ours, listed, REPEATS)
    if emulator.calls().methods != {"environment.control.GetEnvs": REPEATS}:
        raise BenchError(f"{REPEATS} inventories made other calls than one each")
    other = programs.folder / "other.json"
    bare = run(theirs, other, REPEATS, path=str(listed))
    own = _cpu(native) - _cpu(bare)
    environments = WORLDS[WORLD].environments
    count = sum(layer["count"] for layer in WORLDS[WORLD].nodes) * environments
    yield f"inventory of {environments} environments with {count} nodes, groups of group_by: one call"
    yield _line("seconds of a processor for all", _cpu(native), None)
    yield _line("of these for the collection", own, OWN_CPU)
    yield _line("MB of memory", max(one.peak_mb for one in native), PEAK_MB)
    features = run(ours, other, 1, **CONSTRUCTED), run(theirs, other, 1, path=str(listed), **CONSTRUCTED)
    more = _cpu(features[0]) / _cpu(features[1]) - 1
    yield _line("with compose, groups and keyed_groups, longer than a plugin without an API by", more, CONSTRUCTED_MORE)


def _cpu(runs: list[Measured]) -> float:
    return statistics.median(one.cpu for one in runs)


def _line(what: str, figure: float, aim: float | None) -> str:
    verdict = "" if aim is None else f" (aim: at most {aim:g}{'' if figure <= aim else '; MISSED'})"
    return f"  {what}: {figure:.2f}{verdict}"
