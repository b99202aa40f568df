# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small shell over the files of a node. A command it does not know ends with 127, a line it cannot read with 2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from paas_emulator.services.exec.shell_commands import COMMANDS, CommandError, Done, unwritable
from paas_emulator.services.exec.shell_syntax import Step, SyntaxProblem, Word, parse
from paas_emulator.services.file.model import Tree, absolute

COMMAND_NOT_FOUND, UNREADABLE = 127, 2
HINT = " (for real commands, start the emulator with --exec sandbox)"
NULL = "/dev/null"
MAX_DEPTH = 8


@dataclass
class Shell:
    """A shell in one node. Relative paths begin at `/`.

    variables: those of the node. scripted: the answer to a whole command, where one was set.
    status: of the last command. exited: nothing runs any more, after `exit` or what cannot be read.
    given: the standard input, which every command that reads it gets from its beginning.
    """

    tree: Tree
    variables: Mapping[str, str]
    scripted: Callable[[str], Done | None]
    status: int = 0
    exited: bool = False
    depth: int = 0
    given: str = ""

    def run(self, text: str) -> Done:
        """Run a command line to its end."""
        answer = self.scripted(text)
        if answer:
            self.status = answer.status
            return answer
        try:
            steps = parse(text)
        except SyntaxProblem as problem:
            self.status, self.exited = UNREADABLE, True
            return Done("", f"sh: syntax error: {problem}{HINT}\n", UNREADABLE)
        given, out, error, passed, skipped = self.given, "", "", "", False
        for step in steps:
            if step.after != "|":
                out, passed = out + passed, ""
                skipped = self.exited or {"&&": self.status != 0, "||": self.status == 0}.get(step.after, False)
            if skipped:
                continue
            self.given = passed if step.after == "|" else given
            done = self._step(step)
            self.status = done.status
            passed, error = done.out, error + done.error
        self.given = given
        return Done(out + passed, error, self.status)

    def _text(self, word: Word) -> str:
        return "".join(self._value(part.text) if part.variable else part.text for part in word)

    def _value(self, name: str) -> str:
        return str(self.status) if name == "?" else self.variables.get(name, "")

    def _step(self, step: Step) -> Done:
        """Open the files first, as a shell does, then run the command and send its output where it belongs."""
        goes = {"1": "1", "2": "2"}
        for redirection in step.redirections:
            if isinstance(redirection.target, str):
                goes[redirection.stream] = goes[redirection.target]
                continue
            path = self._text(redirection.target)
            problem = None if path == NULL else unwritable(self.tree, absolute(path))
            if problem:
                return Done("", f"sh: {path}: {problem}\n", 1)
            if path != NULL and not (redirection.append and self.tree.is_file(absolute(path))):
                self.tree.write(absolute(path), "")
            goes[redirection.stream] = path
        words = [(self._text(word), all(part.variable for part in word)) for word in step.words]
        done = self._command(
            [text for text, bare in words if text or not bare]
        )  # an empty variable without quotes gives no word
        kept = {"1": "", "2": "", NULL: ""}
        for stream, text in (("1", done.out), ("2", done.error)):
            if goes[stream] in kept:
                kept[goes[stream]] += text
            else:
                path = absolute(goes[stream])
                self.tree.write(path, self.tree.read(path) + text)
        return Done(kept["1"], kept["2"], done.status)

    def _command(self, words: list[str]) -> Done:
        if not words:
            return Done()
        name, *rest = words
        if name == "exit":
            return self._exit(rest)
        if name == "eval" or (name in ("sh", "bash") and rest[:1] == ["-c"]):
            return self._nested(name, rest)
        if name not in COMMANDS:
            return Done("", f"sh: {name}: command not found{HINT}\n", COMMAND_NOT_FOUND)
        try:
            return COMMANDS[name](self.tree, self.given, rest)
        except CommandError as problem:
            return Done("", f"{name}: {problem}\n", 1)

    def _exit(self, words: list[str]) -> Done:
        self.exited = True
        return Done(status=int(words[0]) % 256 if words and words[0].isdecimal() else self.status)

    def _nested(self, name: str, words: list[str]) -> Done:
        """`eval` goes on in this shell, `sh -c` in one of its own."""
        if self.depth >= MAX_DEPTH:
            return Done("", f"{name}: too many in each other\n", UNREADABLE)
        if name != "eval":
            return replace(self, status=0, exited=False, depth=self.depth + 1).run("".join(words[1:2]))
        self.depth += 1
        done = self.run(" ".join(words))
        self.depth -= 1
        return done
