# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports have no circle, and the largest resource has few levels: little is to be read before a file is understood."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PREFIX = "ansible_collections.inet.elastic."
LEVELS = 6  # of environment together with environments


def imported(path: Path, name: str) -> set[str]:
    """Every name that a file imports, in full, also within functions and for types alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = name.split(".")[: -node.level] if node.level else []
            module = ".".join([*package, *([node.module] if node.module else [])])
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return {one.removeprefix(PREFIX) for one in found}


def graph(root: Path, folder: str) -> dict[str, set[str]]:
    """The files below a folder, and what each imports of them."""
    paths = {".".join(path.relative_to(root).with_suffix("").parts): path for path in (root / folder).rglob("*.py")}
    return {name: (imported(path, name) & paths.keys()) - {name} for name, path in paths.items()}


def levels(edges: dict[str, set[str]]) -> dict[str, int]:
    """The level of each file: one above the highest of those that it imports. CycleError where there is a circle."""
    level: dict[str, int] = {}
    for name in TopologicalSorter(edges).static_order():
        level[name] = 1 + max((level[other] for other in edges[name]), default=0)
    return level


def test_no_circle() -> None:
    assert len(levels(graph(PROJECT, "plugins"))) > 100
    assert len(levels(graph(PROJECT / "emulator" / "src", "paas_emulator"))) > 30


def test_environments_have_few_levels() -> None:
    within = "plugins.module_utils._resources.environment"
    every = graph(PROJECT, "plugins/module_utils/_resources")
    own = {name: {other for other in edges if other.startswith(within)} for name, edges in every.items()}
    found = levels({name: edges for name, edges in own.items() if name.startswith(within)})
    assert len(found) > 25
    assert {name: level for name, level in found.items() if level > LEVELS} == {}
