# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The handful of commands of the small shell: those that paas_file and simple manifests send."""

from __future__ import annotations

import base64
import binascii
import hashlib
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass

from paas_emulator.errors import ApiError
from paas_emulator.services.file.model import Tree, absolute

MISSING, IS_DIRECTORY = "No such file or directory", "Is a directory"
# Users and groups of a node, by name (those that the sandbox has).
IDS = {"root": 0, "jelastic": 700, "nobody": 65534, "nogroup": 65534}


@dataclass(frozen=True)
class Done:
    """What a command printed, and how it ended. `timed_out`: it was ended, because it took too long."""

    out: str = ""
    error: str = ""
    status: int = 0
    timed_out: bool = False


class CommandError(Exception):
    """What a command, or one of its paths, fails with."""


Command = Callable[[Tree, str, "list[str]"], Done]


def unwritable(tree: Tree, path: str) -> str | None:
    """Why there can be no file of that name, as a shell says it."""
    if tree.is_directory(path):
        return IS_DIRECTORY
    if not tree.is_directory(posixpath.dirname(path)):
        return MISSING
    return "Read-only file system" if tree.place(path).read_only else None


def _over(name: str, paths: list[str], work: Callable[[str], str]) -> Done:
    """Each path by itself: its output, or what is wrong with it."""
    out, error = "", "" if paths else f"{name}: missing operand\n"
    for path in paths:
        try:
            out += work(path)
        except CommandError as problem:
            error += f"{name}: {problem}\n"
        except ApiError as problem:  # of the files: read-only, part of the system
            error += f"{name}: {problem.text}\n"
    return Done(out, error, 1 if error else 0)


def _options(words: list[str], known: str) -> tuple[set[str], list[str]]:
    """Letters of the options that come first, and the rest. Raises CommandError."""
    place = next((place for place, word in enumerate(words) if not word.startswith("-") or word == "--"), len(words))
    letters = set("".join(words[:place])) - {"-"}
    if letters - set(known):
        raise CommandError(f"unknown option -- {min(letters - set(known))}")
    return letters, words[place + (words[place : place + 1] == ["--"]) :]


def _body(tree: Tree, given: str, path: str) -> bytes:
    """What a file holds; of `-`, the standard input. Raises CommandError."""
    if path != "-" and not tree.is_file(absolute(path)):
        raise CommandError(f"{path}: {IS_DIRECTORY if tree.is_directory(absolute(path)) else MISSING}")
    return (given if path == "-" else tree.read(absolute(path))).encode("utf-8", "surrogateescape")


def _echo(tree: Tree, given: str, words: list[str]) -> Done:
    bare = words[:1] == ["-n"]
    return Done(" ".join(words[1:] if bare else words) + ("" if bare else "\n"))


def _cat(tree: Tree, given: str, words: list[str]) -> Done:
    return _over("cat", words or ["-"], lambda path: _body(tree, given, path).decode("utf-8", "surrogateescape"))


def _touch(tree: Tree, given: str, words: list[str]) -> Done:
    def work(path: str) -> str:
        full = absolute(path)
        if not tree.exists(full):
            problem = unwritable(tree, full)
            if problem:
                raise CommandError(f"{path}: {problem}")
            tree.write(full, "")
        return ""

    return _over("touch", words, work)


def _mkdir(tree: Tree, given: str, words: list[str]) -> Done:
    letters, paths = _options(words, "p")

    def work(path: str) -> str:
        full = absolute(path)
        if tree.exists(full) and not ("p" in letters and tree.is_directory(full)):
            raise CommandError(f"{path}: File exists")
        if "p" not in letters and not tree.is_directory(posixpath.dirname(full)):
            raise CommandError(f"{path}: {MISSING}")
        if not tree.exists(full):
            tree.check_writable(full)
            tree.make_directory(full)
        return ""

    return _over("mkdir", paths, work)


def _rm(tree: Tree, given: str, words: list[str]) -> Done:
    letters, paths = _options(words, "rRf")

    def work(path: str) -> str:
        full = absolute(path)
        if not tree.exists(full):
            if "f" in letters:
                return ""
            raise CommandError(f"{path}: {MISSING}")
        if tree.is_directory(full) and not letters & {"r", "R"}:
            raise CommandError(f"{path}: {IS_DIRECTORY}")
        tree.check_removable(full)
        tree.remove(full)
        return ""

    return Done() if "f" in letters and not paths else _over("rm", paths, work)


_TESTS: dict[str, Callable[[Tree, str], bool]] = {
    "-e": lambda tree, text: bool(text) and tree.exists(absolute(text)),
    "-f": lambda tree, text: bool(text) and tree.is_file(absolute(text)),
    "-d": lambda tree, text: bool(text) and tree.is_directory(absolute(text)),
    "-n": lambda tree, text: bool(text),
    "-z": lambda tree, text: not text,
}


def _test(tree: Tree, given: str, words: list[str]) -> Done:
    if words[:1] == ["!"]:
        done = _test(tree, given, words[1:])
        return Done(done.out, done.error, {0: 1, 1: 0}.get(done.status, done.status))
    if len(words) == 2 and words[0] in _TESTS:
        return Done(status=0 if _TESTS[words[0]](tree, words[1]) else 1)
    if len(words) == 3 and words[1] in ("=", "!="):
        return Done(status=0 if (words[0] == words[2]) == (words[1] == "=") else 1)
    if len(words) < 2 and words != ["!"]:
        return Done(status=0 if words and words[0] else 1)
    return Done("", f"test: this condition is not known here: {' '.join(words)}\n", 2)


def _stat(tree: Tree, given: str, words: list[str]) -> Done:
    words = [word for word in words if word not in ("-L", "--")]
    if words[:1] != ["-c"] or len(words) < 3:
        raise CommandError("only -L, -c and a format are known here")

    def work(path: str) -> str:
        full = absolute(path)
        if not tree.exists(full):
            raise CommandError(f"cannot stat '{path}': {MISSING}")
        facts = tree.attributes(full)
        size = 4096 if tree.is_directory(full) else len(_body(tree, "", path))
        kind = "directory" if tree.is_directory(full) else "regular file" if size else "regular empty file"
        numbers = {key: str(IDS.get(facts[name], facts[name])) for key, name in (("u", "user"), ("g", "group"))}
        shown = {**numbers, "U": facts["user"], "G": facts["group"]}
        shown |= {"F": kind, "a": facts["mode"], "s": str(size), "n": path}
        return re.sub("%([UuGgFasn])", lambda found: shown[found[1]], words[1]) + "\n"

    return _over("stat", words[2:], work)


def _chmod(tree: Tree, given: str, words: list[str]) -> Done:
    mode, *paths = [word for word in words if word != "--"] or [""]
    if not re.fullmatch("[0-7]{3,4}", mode):
        raise CommandError(f"invalid mode: '{mode}'")
    return _over("chmod", paths, lambda path: _change(tree, path, mode=f"{int(mode, 8):o}"))


def _chown(tree: Tree, given: str, words: list[str]) -> Done:
    owner, *paths = [word for word in words if word != "--"] or [""]
    user, _, group = owner.partition(":")
    for what, name in (("user", user), ("group", group)):
        if name and not name.isdecimal() and name not in IDS:
            raise CommandError(f"invalid {what}: '{owner}'")
    names = {str(number): name for name, number in reversed(IDS.items())}
    changes = {key: names.get(value, value) for key, value in (("user", user), ("group", group)) if value}
    return _over("chown", paths, lambda path: _change(tree, path, **changes))


def _change(tree: Tree, path: str, **changes: str) -> str:
    full = absolute(path)
    if not tree.exists(full):
        raise CommandError(f"cannot access '{path}': {MISSING}")
    if tree.place(full).read_only:
        raise CommandError(f"changing '{path}': Read-only file system")
    tree.set_attributes(full, **changes)
    return ""


def _base64(tree: Tree, given: str, words: list[str]) -> Done:
    body = _body(tree, given, next((word for word in words if not word.startswith("-")), "-"))
    if "-d" not in words:
        return Done(base64.encodebytes(body).decode())
    try:
        plain = base64.b64decode(body.translate(None, b"\n"), validate=True)
    except binascii.Error:
        raise CommandError("invalid input") from None
    return Done(plain.decode("utf-8", "surrogateescape"))


def _sha256sum(tree: Tree, given: str, words: list[str]) -> Done:
    paths = [word for word in words if word not in ("-c", "--")] or ["-"]

    def digest(path: str) -> str:
        return f"{hashlib.sha256(_body(tree, given, path)).hexdigest()}  {path}\n"

    if "-c" not in words:
        return _over("sha256sum", paths, digest)
    lines = [line for line in _body(tree, given, paths[0]).decode().splitlines() if "  " in line]
    right = [digest(line.split("  ", 1)[1]) == f"{line}\n" for line in lines]
    out = "".join(
        f"{line.split('  ', 1)[1]}: {'OK' if good else 'FAILED'}\n" for line, good in zip(lines, right, strict=True)
    )
    bad = not lines or not all(right)
    return Done(out, "sha256sum: WARNING: 1 computed checksum did NOT match\n" if bad else "", int(bad))


COMMANDS: dict[str, Command] = {
    **{"echo": _echo, "cat": _cat, "touch": _touch, "mkdir": _mkdir, "rm": _rm, "test": _test},
    **{"stat": _stat, "chmod": _chmod, "chown": _chown, "base64": _base64, "sha256sum": _sha256sum},
    "true": lambda tree, given, words: Done(),
    ":": lambda tree, given, words: Done(),
    "false": lambda tree, given, words: Done(status=1),
}
