"""Rules of this project that no other tool checks. Prints one line per breach; exit code 1 when there is any.

Run by `make lint`. Each rule is a function that yields `(line, text)`; `RULES` lists them.
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

Breach = tuple[int, str]


class Source:
    """One file of the checkout, read and parsed once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = (project.ROOT / path).read_text(encoding="utf-8", errors="replace")
        self.lines = self.text.splitlines()
        self.nodes = [*ast.walk(ast.parse(self.text, str(path)))] if path.suffix == ".py" else []

    def under(self, *folders: str) -> bool:
        return str(self.path).startswith(folders)


def length(node: ast.AST) -> int:
    return (getattr(node, "end_lineno", 0) or 0) - getattr(node, "lineno", 0) + 1


def file_length(source: Source) -> Iterator[Breach]:
    if source.nodes and len(source.lines) > MAX_FILE_LINES:
        yield 1, f"{len(source.lines)} lines; split it (at most {MAX_FILE_LINES})"


def function_length(source: Source) -> Iterator[Breach]:
    for node in source.nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = length(node) - (length(node.body[0]) if ast.get_docstring(node) is not None else 0)
            if lines > MAX_FUNCTION_LINES:
                yield node.lineno, f"{node.name}: {lines} lines; split it (at most {MAX_FUNCTION_LINES})"


def module_length(source: Source) -> Iterator[Breach]:
    """Lines with code in a module: no comment, no blank line, no text of several lines such as the documentation."""
    if source.under("plugins/modules/"):
        texts = [node for node in source.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        spans = [range(node.lineno, node.lineno + length(node)) for node in texts if length(node) > 1]
        code = [number for number, line in enumerate(source.lines, 1) if line.strip() and not line.startswith("#")]
        lines = len(set(code).difference(*spans))
        if lines > MAX_MODULE_CODE_LINES:
            yield 1, f"{lines} lines of code beside the documentation (at most {MAX_MODULE_CODE_LINES})"


def header(source: Source) -> Iterator[Breach]:
    licence = BSD if source.under("plugins/module_utils/_client/") else GPL
    first = [line for line in source.lines[:6] if line.startswith("#") and not line.startswith("#!")]
    wrong = first[:1] != [COPYRIGHT] or licence not in first
    if source.under("plugins/") and source.nodes and source.text and wrong:
        yield 1, f"the file must begin with {COPYRIGHT!r}, the licence line and {licence!r}"


def public_names(source: Source) -> Iterator[Breach]:
    internal = any(part.startswith("_") for part in source.path.parts)
    if source.under("plugins/module_utils/", "plugins/plugin_utils/") and source.nodes and not internal:
        yield 1, "what is internal begins with an underscore; the collection publishes no utilities"


def switched_off(source: Source) -> Iterator[Breach]:
    for number, line in enumerate(source.lines, 1) if source.nodes else ():
        found = SWITCHED_OFF.search(line)
        if found and not REASON.search(found["rest"]):
            yield number, "a check is switched off without a reason (`# noqa: X -- the reason`)"
        if SKIPPED_TEST.search(line) and "tests/" in str(source.path):
            yield number, "tests skip nothing and wait for conditions, not for time"


def machine_bound(source: Source) -> Iterator[Breach]:
    for number, line in enumerate(source.lines, 1):
        if MACHINE_PATH.search(line) or str(project.ROOT) + "/" in line:
            yield number, "a path of one machine"
        if PACKAGE_INDEX.search(line) and source.path.name != "house_rules.py":
            yield number, "names a package index; leave that to the user's own configuration"


def imports(source: Source) -> Iterator[Breach]:
    rules = [pattern for folder, pattern in FORBIDDEN_IMPORTS.items() if source.under(folder)]
    for node in source.nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for name in (f"{module}{alias.name}" for alias in node.names):
                if any(pattern.match(name) for pattern in rules):
                    yield node.lineno, f"this layer must not import {name}"


def sanity_ignores(source: Source) -> Iterator[Breach]:
    if source.under("tests/sanity/ignore"):
        yield 1, "no sanity test may be ignored"


RULES: tuple[Callable[[Source], Iterator[Breach]], ...] = (
    *(file_length, function_length, module_length, header, public_names),
    *(switched_off, machine_bound, imports, sanity_ignores),
)


def main() -> int:
    sources = map(Source, project.files())
    breaches = [(source.path, *breach) for source in sources for rule in RULES for breach in rule(source)]
    for path, line, text in breaches:
        print(f"{path}:{line}: {text}")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
