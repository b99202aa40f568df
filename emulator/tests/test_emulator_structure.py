# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The source of the emulator: no import circle, imports for types included; each class name once."""

from __future__ import annotations

import ast
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
TREES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
        path.read_text(encoding="utf-8")
    )
    for path in SOURCE.rglob("*.py")
}


def imported(module: str) -> set[str]:
    """Modules of the package that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (names & TREES.keys()) or {str(node.module)}
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found & TREES.keys() if name != "paas_emulator"}


def test_no_import_circle() -> None:
    TopologicalSorter({module: imported(module) for module in TREES}).prepare()


def test_class_names_stand_once() -> None:
    names = Counter(node.name for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert [name for name, times in names.items() if times > 1] == []


def test_statuses_stand_in_one_table() -> None:
    """Methods name a set of statuses; what is in it is said in one place."""
    tuples = [
        module
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple)
        and node.elts
        and all(ast.unparse(item).startswith("Status.") for item in node.elts)
    ]
    assert set(tuples) == {"paas_emulator.statuses"}
