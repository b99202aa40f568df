# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small shell over the files of a node. A command it does not know ends with 127, a line it cannot read with 2."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from paas_emulator.errors import ApiError
from paas_emulator.services.nodes.files import Tree, absolute
from paas_emulator.services.nodes.shell_files import FILE_COMMANDS, FileCommand
from paas_emulator.services.nodes.shell_syntax import Step, SyntaxProblem, Word, parse

COMMAND_NOT_FOUND, UNREADABLE = 127, 2
HINT = " (for real commands, start the emulator with --exec sandbox)"
NULL = "/dev/null"
MAX_DEPTH = 8


@dataclass(frozen=True)
class Done:
    """What a command printed, and how it ended. `timed_out`: it was ended, because it took too long."""

    out: str = ""
    error: str = ""
    status: int = 0
    timed_out: bool = False


def _no_answer(command: str) -> Done | None:
    return None


@dataclass
class Shell:
    """A shell in one node. Relative paths begin at `/`.

    variables: those of the node. scripted: the answer to a whole command, where one was set.
    status: of the last command. exited: nothing runs any more, after `exit` or what cannot be read.
    given: the standard input, which every command that reads it gets from its beginning.
    """

    tree: Tree
    hostname: str
    variables: Mapping[str, str]
    scripted: Callable[[str], Done | None] = _no_answer
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
            return Done("", f"sh: syntax error: {problem}\n", UNREADABLE)
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
            problem = None if path == NULL else self.unwritable(path)
            if problem:
                return Done("", f"sh: {path}: {problem}\n", 1)
            if path != NULL and not (redirection.append and self.tree.is_file(absolute(path))):
                self.tree.write(absolute(path), "")
            goes[redirection.stream] = path
        words = [(self._text(word), all(part.variable for part in word)) for word in step.words]
        done = self._command([text for text, bare in words if text or not bare])  # a bare $EMPTY is no word
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
        command = COMMANDS.get(words[0])
        if command is None:
            return Done("", f"sh: {words[0]}: command not found{HINT}\n", COMMAND_NOT_FOUND)
        try:
            return command(self, words[1:])
        except ApiError as error:  # of the files: read-only, part of the system
            return Done("", f"{words[0]}: {error.text}\n", 1)

    def unwritable(self, path: str) -> str | None:
        """Why there can be no file of that name, as a shell says it."""
        path = absolute(path)
        if self.tree.is_directory(path):
            return "Is a directory"
        if not self.tree.is_directory(posixpath.dirname(path)):
            return "No such file or directory"
        return "Read-only file system" if self.tree.place(path).read_only else None


Command = Callable[[Shell, "list[str]"], Done]


def _options(words: list[str]) -> tuple[set[str], list[str]]:
    """Letters of the options that come first, and the rest."""
    letters: set[str] = set()
    for place, word in enumerate(words):
        if word == "--":
            return letters, words[place + 1 :]
        if not word.startswith("-") or word == "-":
            return letters, words[place:]
        letters |= set(word[1:])
    return letters, []


def _unknown(name: str, letters: set[str], known: str) -> Done | None:
    """The answer where an option is not known."""
    strange = sorted(letters - set(known))
    return Done("", f"{name}: unknown option -- {strange[0]}\n", 1) if strange else None


def _over(name: str, paths: list[str], work: Callable[[str], tuple[str, str | None]]) -> Done:
    """Each path by itself: output, or the reason why not."""
    if not paths:
        return Done("", f"{name}: missing operand\n", 1)
    out = error = ""
    for path in paths:
        printed, problem = work(path)
        out += printed
        error += f"{name}: {path}: {problem}\n" if problem else ""
    return Done(out, error, 1 if error else 0)


def _echo(shell: Shell, words: list[str]) -> Done:
    bare = words[:1] == ["-n"]
    return Done(" ".join(words[1:] if bare else words) + ("" if bare else "\n"))


def _exit(shell: Shell, words: list[str]) -> Done:
    if words and not words[0].isdecimal():
        return Done("", f"exit: {words[0]}: numeric argument required\n", UNREADABLE)
    shell.exited = True
    return Done(status=int(words[0]) % 256 if words else shell.status)


def _cat(shell: Shell, words: list[str]) -> Done:
    def work(path: str) -> tuple[str, str | None]:
        if path == "-":
            return shell.given, None
        if shell.tree.is_directory(absolute(path)):
            return "", "Is a directory"
        found = shell.tree.is_file(absolute(path))
        return (shell.tree.read(absolute(path)), None) if found else ("", "No such file or directory")

    return _over("cat", words or ["-"], work)


def _printf(shell: Shell, words: list[str]) -> Done:
    """The format `%s`, which is all that is known, for each word."""
    if words[:1] not in (["%s"], ["%s\\n"]):
        return Done("", "printf: only the formats %s and %s\\n are known here\n", UNREADABLE)
    return Done("".join(word + words[0][2:].replace("\\n", "\n") for word in words[1:]))


def _touch(shell: Shell, words: list[str]) -> Done:
    def work(path: str) -> tuple[str, str | None]:
        if shell.tree.exists(absolute(path)):
            return "", None
        problem = shell.unwritable(path)
        if problem is None:
            shell.tree.write(absolute(path), "")
        return "", problem

    return _over("touch", words, work)


def _mkdir(shell: Shell, words: list[str]) -> Done:
    letters, paths = _options(words)

    def work(path: str) -> tuple[str, str | None]:
        full = absolute(path)
        if shell.tree.exists(full):
            quiet = "p" in letters and shell.tree.is_directory(full)
            return "", None if quiet else "File exists"
        if "p" not in letters and not shell.tree.is_directory(posixpath.dirname(full)):
            return "", "No such file or directory"
        shell.tree.check_writable(full)
        shell.tree.make_directory(full)
        return "", None

    return _unknown("mkdir", letters, "p") or _over("mkdir", paths, work)


def _rm(shell: Shell, words: list[str]) -> Done:
    letters, paths = _options(words)
    recursive = bool(letters & {"r", "R"})

    def work(path: str) -> tuple[str, str | None]:
        full = absolute(path)
        if not shell.tree.exists(full):
            return "", None if "f" in letters else "No such file or directory"
        if shell.tree.is_directory(full) and not recursive:
            return "", "Is a directory"
        shell.tree.check_removable(full)
        shell.tree.remove(full)
        return "", None

    if not paths and "f" in letters:
        return Done()
    return _unknown("rm", letters, "rRf") or _over("rm", paths, work)


def _ls(shell: Shell, words: list[str]) -> Done:
    letters, paths = _options(words)

    def work(path: str) -> tuple[str, str | None]:
        full = absolute(path)
        if not shell.tree.exists(full):
            return "", "No such file or directory"
        names = [path] if "d" in letters or shell.tree.is_file(full) else shell.tree.names(full)
        shown = [name for name in names if name == path or not name.startswith(".") or letters & {"a", "A"}]
        return "".join(f"{name}\n" for name in shown), None

    return _unknown("ls", letters, "aA1d") or _over("ls", paths or ["/"], work)


def _env(shell: Shell, words: list[str]) -> Done:
    if words:
        return Done("", f"env: running a command is not known here: {words[0]}\n", COMMAND_NOT_FOUND)
    return Done("".join(f"{name}={value}\n" for name, value in sorted(shell.variables.items())))


def _printenv(shell: Shell, words: list[str]) -> Done:
    if not words:
        return _env(shell, [])
    found = [shell.variables[name] for name in words if name in shell.variables]
    return Done("".join(f"{value}\n" for value in found), status=0 if len(found) == len(words) else 1)


def _sh(shell: Shell, words: list[str]) -> Done:
    if len(words) < 2 or words[0] not in ("-c", "-lc", "-ec"):
        return Done("", "sh: only -c and a text are known here\n", UNREADABLE)
    if shell.depth >= MAX_DEPTH:
        return Done("", "sh: too many shells in each other\n", UNREADABLE)
    return replace(shell, status=0, exited=False, depth=shell.depth + 1).run(words[1])


def _eval(shell: Shell, words: list[str]) -> Done:
    if shell.depth >= MAX_DEPTH:
        return Done("", "eval: too many in each other\n", UNREADABLE)
    shell.depth += 1
    done = shell.run(" ".join(words))
    shell.depth -= 1
    return done


_TESTS: dict[str, Callable[[Shell, str], bool]] = {
    "-e": lambda shell, text: bool(text) and shell.tree.exists(absolute(text)),
    "-f": lambda shell, text: bool(text) and shell.tree.is_file(absolute(text)),
    "-d": lambda shell, text: bool(text) and shell.tree.is_directory(absolute(text)),
    "-s": lambda shell, text: shell.tree.is_file(absolute(text)) and bool(shell.tree.read(absolute(text))),
    "-n": lambda shell, text: bool(text),
    "-z": lambda shell, text: not text,
}


def _test(shell: Shell, words: list[str]) -> Done:
    if words[:1] == ["!"]:
        done = _test(shell, words[1:])
        return Done(done.out, done.error, {0: 1, 1: 0}.get(done.status, done.status))
    if len(words) == 2 and words[0] in _TESTS:
        return Done(status=0 if _TESTS[words[0]](shell, words[1]) else 1)
    if len(words) == 3 and words[1] in ("=", "==", "!="):
        return Done(status=0 if (words[0] == words[2]) == (words[1] != "!=") else 1)
    if len(words) < 2 and words != ["!"]:
        return Done(status=0 if words and words[0] else 1)
    return Done("", f"test: this condition is not known here: {' '.join(words)}\n", UNREADABLE)


def _bracket(shell: Shell, words: list[str]) -> Done:
    if words[-1:] != ["]"]:
        return Done("", "[: missing ]\n", UNREADABLE)
    return _test(shell, words[:-1])


def _with_files(command: FileCommand) -> Command:
    return lambda shell, words: Done(*command(shell.tree, shell.given, words))


COMMANDS: dict[str, Command] = {
    **{name: _with_files(command) for name, command in FILE_COMMANDS.items()},
    "printf": _printf,
    **{"echo": _echo, "exit": _exit, "cat": _cat, "touch": _touch, "mkdir": _mkdir, "rm": _rm, "ls": _ls},
    **{"env": _env, "printenv": _printenv, "sh": _sh, "bash": _sh, "eval": _eval, "test": _test, "[": _bracket},
    "true": lambda shell, words: Done(),
    ":": lambda shell, words: Done(),
    "false": lambda shell, words: Done(status=1),
    "hostname": lambda shell, words: Done(f"{shell.hostname}\n"),
    "pwd": lambda shell, words: Done("/\n"),
}
