# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command lines, read into simple commands: quotes, variables, `;`, `&&`, `||`, `|`, and output to files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SCANNER = re.compile(
    r"""
    (?P<blank>(?:[ \t\r]|\\\n)+)
  | (?P<end>\n|;)
  | (?P<operator>&&|\|\|?)
  | (?P<comment>(?<![^\s;&|])\#[^\n]*)
  | (?P<redirection>(?:(?<![^\s;&|])[12])?>>?(?:&[12])?)
  | '(?P<single>[^']*)'
  | "(?P<double>(?:[^"\\]|\\.)*)"
  | \\(?P<escaped>.)
  | (?P<variable>\$(?:\{\w+\}|\w+|\?))
  | (?P<plain>[\w./:=,@%+-]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_DOUBLE = re.compile(r"""\\(?P<escaped>[\\"$`])|(?P<variable>\$(?:\{\w+\}|\w+|\?))|(?P<letter>.)""", re.DOTALL)
_REDIRECTION = re.compile(r"([12]?)(>>?)(&[12])?")
_QUOTES = ("'", '"')
_UNKNOWN = frozenset("&<*`()")  # background work, input from files, patterns, substitution, subshells


class SyntaxProblem(Exception):
    """What this shell cannot read; the text says it."""


@dataclass(frozen=True)
class Part:
    """A piece of a word: text as it is, or `variable`, the name of one."""

    text: str
    variable: bool = False


Word = list[Part]


@dataclass(frozen=True)
class Redirection:
    """`stream`: 1 or 2. `target`: a file, or the number of the other stream."""

    stream: str
    append: bool
    target: Word | str


@dataclass
class Step:
    """One simple command. `after`: `;`, `&&`, `||` or `|` before it."""

    after: str = ";"
    words: list[Word] = field(default_factory=list)
    redirections: list[Redirection] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Nothing to do."""
        return not self.words and not self.redirections


def parse(text: str) -> list[Step]:
    """The simple commands of a text, in their order. Raises SyntaxProblem."""
    reader = _Reader()
    reader.read(text)
    return reader.steps


class _Reader:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._step = Step()
        self._word: Word | None = None
        self._output: tuple[str, bool] | None = None  # a redirection that waits for its file

    def read(self, text: str) -> None:
        for found in _SCANNER.finditer(text):
            kind = str(found.lastgroup)
            self._take(kind, found[kind])
        self._take("end", ";")
        if self._step.after != ";":
            raise SyntaxProblem(f"nothing follows {self._step.after}")

    def _take(self, kind: str, value: str) -> None:
        if kind in ("blank", "end", "operator", "redirection"):
            self._end_word()
        if kind == "end":
            self._end_step(value)
        elif kind == "operator":
            if self._step.empty or self._output:
                raise SyntaxProblem(f"nothing stands before {value}")
            self.steps.append(self._step)
            self._step = Step(value)
        elif kind == "redirection":
            self._redirect(value)
        elif kind not in ("blank", "comment"):
            self._word = [*(self._word or []), *_parts(kind, value)]

    def _end_word(self) -> None:
        if self._word is None:
            return
        if self._output:
            self._step.redirections.append(Redirection(*self._output, self._word))
            self._output = None
        else:
            self._step.words.append(self._word)
        self._word = None

    def _end_step(self, value: str) -> None:
        if self._output:
            raise SyntaxProblem("no file stands after >")
        if not self._step.empty:
            self.steps.append(self._step)
            self._step = Step()
        elif value == ";" and self._step.after != ";":
            raise SyntaxProblem(f"nothing follows {self._step.after}")

    def _redirect(self, value: str) -> None:
        found = _REDIRECTION.fullmatch(value)
        if found is None or self._output:
            raise SyntaxProblem("no file stands after >")
        stream, append = found[1] or "1", found[2] == ">>"
        if found[3]:
            self._step.redirections.append(Redirection(stream, append, found[3][1]))
        else:
            self._output = (stream, append)


def _name(text: str) -> Part:
    return Part(text.strip("${}"), variable=True)


def _parts(kind: str, value: str) -> Word:
    if kind == "variable":
        return [_name(value)]
    if kind == "double":
        return [Part(""), *(_inside(found) for found in _DOUBLE.finditer(value))]
    if kind == "plain" and value in _QUOTES:
        raise SyntaxProblem(f"a quote is not closed: {value}")
    if kind == "plain" and value in _UNKNOWN:
        raise SyntaxProblem(f"this shell does not know {value}")
    return [Part(value)]


def _inside(found: re.Match[str]) -> Part:
    """A piece of a text in double quotes."""
    if found["variable"]:
        return _name(found["variable"])
    if found["letter"] == "`" or (found["letter"] == "$" and found.string.startswith("(", found.end())):
        raise SyntaxProblem(f"this shell does not know {found['letter']} here")
    return Part(found["escaped"] or found["letter"])
