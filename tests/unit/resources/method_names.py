# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which API methods the code of a resource names, by following names from its class through the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from paas_emulator import catalog
from paas_emulator.catalog import MethodFacts

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
RESOURCES = PLUGINS / "module_utils" / "_resources"
# It lists methods, and calls none.
LISTED = PLUGINS / "module_utils" / "_client" / "methods.py"
METHOD = re.compile(r"[a-z]+\.[a-z]+\.[A-Z][A-Za-z0-9]+")
# The tables that are judged by this: files, and attributes of a class.
TABLES = ("permissions", "permissions_for")
# A member of a row of a table that names a method, which counts once something of that name is used.
OF_ROWS = ("own_method",)

Symbol = tuple[Path, str]


@dataclass
class Source:
    """One file: what it defines at its top, and what it imports from files beside it (an empty name: the file)."""

    defined: dict[str, list[ast.AST]] = field(default_factory=dict)
    imported: dict[str, Symbol] = field(default_factory=dict)


def method_in(node: ast.AST) -> str | None:
    """The API method that a text of the source names by itself."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and METHOD.fullmatch(value) else None


def methods_named(path: Path) -> set[str]:
    """Every API method that a file names."""
    return {found for node in ast.walk(_tree(path)) if (found := method_in(node))}


@cache
def methods_called() -> dict[str, MethodFacts]:
    """Every API method that the code names to call it, with what the emulator's catalogue knows of the method."""
    paths = [path for path in (PLUGINS / "module_utils").rglob("*.py") if path != LISTED]
    named = set().union(*map(methods_named, paths))
    known = {facts.name: facts for facts in catalog.methods().values()}
    assert named <= known.keys(), f"not in methods.json: {sorted(named - known.keys())}"
    return {name: known[name] for name in named}


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def source(path: Path) -> Source:
    """A file's definitions and imports."""
    found = Source()
    for statement in _tree(path).body:
        if isinstance(statement, ast.ImportFrom) and statement.level:
            found.imported.update(_imported(path, statement))
        elif isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            found.defined.setdefault(statement.name, []).append(statement)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                found.defined.setdefault(ast.unparse(target), []).append(statement.value)
    return found


def _imported(path: Path, statement: ast.ImportFrom) -> Iterator[tuple[str, Symbol]]:
    folder = path.parents[statement.level - 1]
    base = folder.joinpath(*(statement.module or "").split(".")) if statement.module else folder
    for alias in statement.names:
        as_file = base / f"{alias.name}.py"
        target = (as_file, "") if as_file.exists() else (base.with_suffix(".py"), alias.name)
        if target[0].is_relative_to(RESOURCES) and target[0].stem not in TABLES:
            yield alias.asname or alias.name, target


def _used(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all within it, but for annotations: a type that is named there is not used."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns") or _is_of_row(node):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _used(child)


class _Search:
    """Follows names from a class. Of a class that it comes to, a method counts once something of that name is used."""

    def __init__(self, root: Symbol) -> None:
        self.methods: set[str] = set()
        self._roots = {root}
        self._attributes: set[str] = set()
        self._seen: set[Symbol] = set()
        self._waiting: list[tuple[Path, str, ast.AST]] = []
        self._left: list[tuple[Path, ast.AST]] = []
        self._enter(root)

    def run(self) -> set[str]:
        """The API methods on the way."""
        while self._left:
            path, node = self._left.pop()
            self._look_at(path, node)
            if not self._left:
                due = [item for item in self._waiting if item[1] in self._attributes]
                self._waiting = [item for item in self._waiting if item not in due]
                self._left = [(path, node) for path, _name, node in due]
        return self.methods

    def _enter(self, symbol: Symbol) -> None:
        if symbol in self._seen:
            return
        self._seen.add(symbol)
        for top in source(symbol[0]).defined.get(symbol[1], []):
            if not isinstance(top, ast.ClassDef):
                self._left.append((symbol[0], top))
                continue
            # The flow calls what the class of a resource has, or inherits; the runner what a Target has.
            if any(base.id.endswith("Target") for base in _names_in(top.bases)):
                self._roots.add(symbol)
            if symbol in self._roots:
                bases = (_named(symbol[0], base.id) for base in _names_in(top.bases))
                self._roots |= {base for base in bases if base}
            for member in (*top.bases, *(member for member in top.body if not _is_table(member))):
                if symbol in self._roots or not isinstance(member, ast.FunctionDef) or member.name.startswith("__"):
                    self._left.append((symbol[0], member))
                else:
                    self._waiting.append((symbol[0], member.name, member))

    def _look_at(self, path: Path, top: ast.AST) -> None:
        for node in _used(top):
            self.methods |= {found} if (found := method_in(node)) else set()
            if isinstance(node, ast.keyword) and _is_of_row(node):
                self._waiting.append((path, str(node.arg), node.value))
            elif isinstance(node, ast.Name) and (symbol := _named(path, node.id)):
                self._enter(symbol)
            elif isinstance(node, ast.Attribute):
                self._follow(path, node)

    def _follow(self, path: Path, node: ast.Attribute) -> None:
        """``file.NAME``, ``Class().method``, of which the class is known, and any other attribute."""
        base = node.value.func if isinstance(node.value, ast.Call) else node.value
        symbol = _named(path, base.id) if isinstance(base, ast.Name) else None
        if symbol and not symbol[1]:
            self._enter((symbol[0], node.attr))
            return
        tops = source(symbol[0]).defined.get(symbol[1], []) if symbol else []
        members = [member for top in tops if isinstance(top, ast.ClassDef) for member in top.body]
        own = [member for member in members if isinstance(member, ast.FunctionDef) and member.name == node.attr]
        if symbol and own:
            self._enter(symbol)
            self._left += [(path, node) for path, _name, node in self._waiting if node in own]
            self._waiting = [item for item in self._waiting if item[2] not in own]
        else:
            self._attributes.add(node.attr)


def _is_of_row(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg in OF_ROWS


def _is_table(member: ast.AST) -> bool:
    targets = member.targets if isinstance(member, ast.Assign) else []
    return any(isinstance(target, ast.Name) and target.id in TABLES for target in targets)


def _names_in(nodes: list[ast.expr]) -> list[ast.Name]:
    return [name for node in nodes for name in ast.walk(node) if isinstance(name, ast.Name)]


def _named(path: Path, name: str) -> Symbol | None:
    """What a name at hand in a file stands for."""
    names = source(path)
    return (path, name) if name in names.defined else names.imported.get(name)


def reached(path: Path, name: str) -> set[str]:
    """The API methods that a class or function of a file, and all that it uses, name."""
    return _Search((path, name)).run()
