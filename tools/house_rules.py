"""Rules of this project that no other tool checks. Prints one line per breach; exit code 1 when there is any.

Run by `make lint`. Each rule is a function that yields `(path, line, text)`; `RULES` lists them.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import _project as project

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
MAX_MODULE_CODE_LINES = 60
DOCUMENTATION_NAMES = {"DOCUMENTATION", "EXAMPLES", "RETURN"}

COPYRIGHT = "# Copyright (c) 2026, the inet.elastic authors"
GPL = "# SPDX-License-Identifier: GPL-3.0-or-later"
BSD = "# SPDX-License-Identifier: BSD-2-Clause"

# Comments that switch a checker off; each needs a reason behind it in the same line.
SWITCHED_OFF = re.compile(r"#\s*(?:noqa|type:\s*ignore|nosec|pylint:\s*disable|pragma:\s*no cover)(?P<rest>.*)$")
REASON = re.compile(r"(?:#|--)\s*\w\S*\s+\w")
SKIPPED_TEST = re.compile(r"\b(?:pytest\.mark\.skip\b|unittest\.skip\b|time\.sleep\()")
# Paths that mean something on one machine only.
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:root|work|Users|home/(?!user\b|runner\b)\w+)/\w")
PACKAGE_INDEX = re.compile(r"(?:--(?:extra-)?index-url|--find-links|--trusted-host)\b")

# What a layer must not import: the core of the collection knows no Ansible, shared code knows no controller.
FORBIDDEN_IMPORTS = {
    "plugins/module_utils/_client/": re.compile(r"ansible(\.|$)|ansible_collections\..*\.(?!module_utils\._client)"),
    "plugins/module_utils/_engine/": re.compile(r"ansible(\.|$)|.*\b_resources\b"),
    "plugins/module_utils/_resources/": re.compile(r"ansible(\.|$)"),
    "plugins/module_utils/": re.compile(r"ansible\.(?!module_utils(\.|$))|ansible_collections\..*\.plugin_utils\b"),
}

Breach = tuple[Path, int, str]


class Source:
    """One file of the checkout, read and parsed once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = (project.ROOT / path).read_text(encoding="utf-8", errors="replace")
        self.lines = self.text.splitlines()
        self.tree = ast.parse(self.text, str(path)) if path.suffix == ".py" else None

    def under(self, folder: str) -> bool:
        return str(self.path).startswith(folder)

    def nodes(self) -> Iterator[ast.AST]:
        if self.tree is not None:
            yield from ast.walk(self.tree)


def is_string(node: ast.stmt | None) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def code_lines(source: Source) -> int:
    """Lines with code in a module file: no comment, no blank line, no documentation, no docstring."""
    assert source.tree is not None
    skipped: set[int] = set()
    for node in source.nodes():
        documentation = isinstance(node, ast.Assign) and {ast.unparse(t) for t in node.targets} & DOCUMENTATION_NAMES
        if documentation or (isinstance(node, ast.stmt) and is_string(node)):
            assert isinstance(node, ast.stmt)
            skipped.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#")
        for number, line in enumerate(source.lines, 1)
        if number not in skipped
    )


def file_length(source: Source) -> Iterator[Breach]:
    if source.tree is not None and len(source.lines) > MAX_FILE_LINES:
        yield source.path, 1, f"{len(source.lines)} lines; split it (at most {MAX_FILE_LINES})"


def function_length(source: Source) -> Iterator[Breach]:
    for node in source.nodes():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            docstring = node.body[0] if is_string(node.body[0]) else None
            docstring_lines = docstring.end_lineno - docstring.lineno + 1 if docstring and docstring.end_lineno else 0
            lines = (node.end_lineno or node.lineno) - node.lineno + 1 - docstring_lines
            if lines > MAX_FUNCTION_LINES:
                yield source.path, node.lineno, f"{node.name}: {lines} lines; split it (at most {MAX_FUNCTION_LINES})"


def module_length(source: Source) -> Iterator[Breach]:
    if source.under("plugins/modules/") and source.tree is not None:
        lines = code_lines(source)
        if lines > MAX_MODULE_CODE_LINES:
            text = f"{lines} lines of code beside the documentation (at most {MAX_MODULE_CODE_LINES})"
            yield source.path, 1, text


def header(source: Source) -> Iterator[Breach]:
    if not source.under("plugins/") or source.tree is None or not source.text:
        return
    first = [line for line in source.lines[:6] if line.startswith("#") and not line.startswith("#!")]
    licence = BSD if source.under("plugins/module_utils/_client/") else GPL
    if first[:1] != [COPYRIGHT] or licence not in first:
        yield source.path, 1, f"the file must begin with {COPYRIGHT!r}, the licence line and {licence!r}"


def public_names(source: Source) -> Iterator[Breach]:
    utilities = source.under("plugins/module_utils/") or source.under("plugins/plugin_utils/")
    if utilities and source.tree is not None and not any(part.startswith("_") for part in source.path.parts):
        yield source.path, 1, "what is internal begins with an underscore; the collection publishes no utilities"


def switched_off(source: Source) -> Iterator[Breach]:
    if source.tree is None:
        return
    for number, line in enumerate(source.lines, 1):
        found = SWITCHED_OFF.search(line)
        if found and not REASON.search(found["rest"]):
            yield source.path, number, "a check is switched off without a reason (`# noqa: X -- the reason`)"
        if SKIPPED_TEST.search(line) and "tests/" in str(source.path):
            yield source.path, number, "tests skip nothing and wait for conditions, not for time"


def machine_bound(source: Source) -> Iterator[Breach]:
    for number, line in enumerate(source.lines, 1):
        if MACHINE_PATH.search(line) or str(project.ROOT) + "/" in line:
            yield source.path, number, "a path of one machine"
        if PACKAGE_INDEX.search(line) and source.path.name != "house_rules.py":
            yield source.path, number, "names a package index; leave that to the user's own configuration"


def imports(source: Source) -> Iterator[Breach]:
    rules = [pattern for folder, pattern in FORBIDDEN_IMPORTS.items() if source.under(folder)]
    for node in source.nodes():
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if any(pattern.match(name) for pattern in rules):
                yield source.path, getattr(node, "lineno", 1), f"this layer must not import {name}"


def sanity_ignores(source: Source) -> Iterator[Breach]:
    if source.under("tests/sanity/") and source.path.name.startswith("ignore"):
        yield source.path, 1, "no sanity test may be ignored"


RULES: tuple[Callable[[Source], Iterator[Breach]], ...] = (
    file_length,
    function_length,
    module_length,
    header,
    public_names,
    switched_off,
    machine_bound,
    imports,
    sanity_ignores,
)


def main() -> int:
    paths = project.files()
    breaches: list[Breach] = []
    for path in paths:
        source = Source(path)
        breaches += [breach for rule in RULES for breach in rule(source)]
    for path, line, text in breaches:
        print(f"{path}:{line}: {text}")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
