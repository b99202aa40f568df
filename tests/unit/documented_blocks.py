# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocks of code in Markdown and reStructuredText, and what is wrong with one by the rules of its language."""

from __future__ import annotations

import ast
import configparser
import json
import re
import subprocess
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# Documents of the project, relative to it.
DOCUMENTS = tuple(
    sorted(
        path.relative_to(PROJECT)
        for pattern in ("*.md", "docs/**/*.md", "docs/**/*.rst", "emulator/*.md", "roles/**/*.md", "extensions/**/*.md")
        for path in PROJECT.glob(pattern)
    )
)
YAML = ("yaml", "yaml+jinja")
UNLABELLED = ""

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>```+|~~~+)(?P<language>\S*)\s*$")
_DIRECTIVE = re.compile(r"^(?P<indent> *)\.\. (?:code-block|code|sourcecode)::(?P<language>.*)$")
_LITERAL = re.compile(r"^(?P<indent> *)(?!\.\. ).*::$")
_BRACKETS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Block:
    """A block of code.

    Attributes:
        path: of its document, relative to the project.
        line: its first, from 1.
        language: as the document says it, in lower case; empty where it does not.
    """

    path: Path
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        """For messages and names of tests."""
        return f"{self.path}:{self.line}"


def blocks_of(path: Path) -> list[Block]:
    """All blocks of a document, which is named relative to the project."""
    text = (PROJECT / path).read_text(encoding="utf-8")
    return list(blocks_in(text, path))


def blocks_in(text: str, path: Path) -> Iterator[Block]:
    """The blocks of a text whose name says what it is written in."""
    find = _in_markdown if path.suffix == ".md" else _in_rst
    for number, language, lines in find(text.splitlines()):
        yield Block(path, number, language.strip().lower(), textwrap.dedent("\n".join(lines)) + "\n")


def _in_markdown(lines: list[str]) -> Iterator[tuple[int, str, list[str]]]:
    """Number of the first line, language, lines."""
    found: re.Match[str] | None = None
    start = 0
    for number, line in enumerate(lines, 1):
        fence = _FENCE.match(line)
        if found is None:
            found, start = fence, number
        elif fence and fence["fence"] == found["fence"] and not fence["language"]:
            yield start + 1, found["language"], lines[start : number - 1]
            found = None
    if found:
        yield start + 1, "unclosed", lines[start:]


def _in_rst(lines: list[str]) -> Iterator[tuple[int, str, list[str]]]:
    """The same. A block is what is indented below a directive, or below a line that ends in two colons."""
    number = 0
    while number < len(lines):
        found = _DIRECTIVE.match(lines[number]) or _LITERAL.match(lines[number])
        number += 1
        if not found:
            continue
        deeper = len(found["indent"]) + 1
        while number < len(lines) and re.match(r" +:[\w-]+:", lines[number]):
            number += 1
        start = number
        while number < len(lines) and (not lines[number].strip() or lines[number].startswith(" " * deeper)):
            number += 1
        body = [index for index in range(start, number) if lines[index].strip()]
        first, last = (body[0], body[-1]) if body else (start, start - 1)
        yield first + 1, found.groupdict().get("language", UNLABELLED) or UNLABELLED, lines[first : last + 1]


def _shell(text: str) -> str:
    done = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
    return done.stderr.strip()


def _console(text: str) -> str:
    """Commands after ``$ ``, with their further lines where one ends in a backslash; the rest is output."""
    commands = re.findall(r"^\$ ((?:.*\\\n)*.*)$", text, re.MULTILINE)
    return _shell("\n".join(commands)) if commands else "no line begins with $; is it text?"


def _python(text: str) -> str:
    try:
        ast.parse(text)
    except SyntaxError as error:
        return str(error)
    return ""


def _json(text: str) -> str:
    try:
        json.loads(text)
    except ValueError as error:
        return str(error)
    return ""


def _ini(text: str) -> str:
    try:
        configparser.ConfigParser(interpolation=None).read_string(text)
    except configparser.Error as error:
        return str(error)
    return ""


def _brackets(text: str) -> str:
    """Whether brackets fit; all that can be said of Groovy without Java."""
    opened: list[str] = []
    for sign in re.sub(r"'[^'\n]*'|\"[^\"\n]*\"|//.*", "", text):
        if sign in _BRACKETS.values():
            opened.append(sign)
        elif sign in _BRACKETS and (not opened or opened.pop() != _BRACKETS[sign]):
            return f"{sign} closes nothing"
    return f"{opened[-1]} is not closed" if opened else ""


_MERMAID = re.compile(
    r"""flowchart\ \w+|subgraph\ \w+\[".+"\]|end|(?P<name>\w+)(?:\[".+"\]|\[\(".+"\)\])
    |(?P<source>\w+)\ (?:--\ ".+"\ -->|-\.\ ".+"\ \.->)\ (?P<target>\w+)""",
    re.VERBOSE,
)


def _mermaid(text: str) -> str:
    """Whether each line is a statement of a flow chart, and each arrow joins two boxes; all that is used of Mermaid."""
    lines = [(line.strip(), _MERMAID.fullmatch(line.strip())) for line in text.splitlines()]
    boxes = {found["name"] for _line, found in lines if found}
    for line, found in lines:
        if not found or not {found["source"], found["target"]} - {None} <= boxes:
            return f"{line!r} is not a statement, or names a box that is missing"
    return "" if text.startswith("flowchart ") else "it does not begin with 'flowchart'"


def _anything(text: str) -> str:
    return "" if text.strip() else "it is empty"


# What is wrong with a text in a language, or an empty text. YAML has tests of its own.
CHECKS: dict[str, Callable[[str], str]] = {
    "sh": _shell,
    "console": _console,
    "python": _python,
    "json": _json,
    "ini": _ini,
    "groovy": _brackets,
    "hcl": _brackets,
    "mermaid": _mermaid,
    "text": _anything,
}


def complaint(block: Block) -> str:
    """What is wrong with a block that is not YAML; an empty text where nothing is."""
    if block.language not in CHECKS:
        known = ", ".join(sorted((*CHECKS, *YAML)))
        return f"its language is {block.language or 'not given'}; it must be one of {known}"
    return CHECKS[block.language](block.text)
