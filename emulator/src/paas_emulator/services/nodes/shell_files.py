# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands of the small shell for owners, modes, checksums and base64, with the words of the GNU programs."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable

from paas_emulator.services.nodes.files import Tree, absolute

# Output, errors and exit status.
Result = tuple[str, str, int]
Work = Callable[[str], tuple[str, "str | None"]]
FileCommand = Callable[[Tree, str, "list[str]"], Result]
MISSING = "No such file or directory"
# Users and groups of a node, by name (those that the sandbox has).
IDS = {"root": 0, "jelastic": 700, "nobody": 65534, "nogroup": 65534}


def _each(name: str, paths: list[str], work: Work) -> Result:
    """Each path by itself: its output, or what is wrong with it."""
    if not paths:
        return "", f"{name}: missing operand\n", 1
    out = error = ""
    for path in paths:
        printed, problem = work(path)
        out, error = out + printed, error + (f"{name}: {problem}\n" if problem else "")
    return out, error, 1 if error else 0


def _body(tree: Tree, given: str, path: str) -> bytes | None:
    """What a file holds; of `-`, the standard input."""
    if path != "-" and not tree.is_file(absolute(path)):
        return None
    return (given if path == "-" else tree.read(absolute(path))).encode("utf-8", "surrogateescape")


def _stat(tree: Tree, given: str, words: list[str]) -> Result:
    words = [word for word in words if word not in ("-L", "--")]
    if words[:1] != ["-c"] or len(words) < 3:
        return "", "stat: only -L, -c and a format are known here\n", 1

    def work(path: str) -> tuple[str, str | None]:
        full = absolute(path)
        if not tree.exists(full):
            return "", f"cannot stat '{path}': {MISSING}"
        facts = tree.attributes(full)
        size = 4096 if tree.is_directory(full) else len(_body(tree, "", path) or b"")
        kind = "directory" if tree.is_directory(full) else "regular file" if size else "regular empty file"
        users = {"U": facts["user"], "u": _number(facts["user"]), "G": facts["group"], "g": _number(facts["group"])}
        shown = {**users, "F": kind, "a": facts["mode"], "s": str(size), "n": path}
        return re.sub("%([UuGgFasn])", lambda found: shown[found[1]], words[1]) + "\n", None

    return _each("stat", words[2:], work)


def _number(name: str) -> str:
    return str(IDS.get(name, name))


def _chmod(tree: Tree, given: str, words: list[str]) -> Result:
    mode, *paths = [word for word in words if word != "--"] or [""]
    if not re.fullmatch("[0-7]{3,4}", mode):
        return "", f"chmod: invalid mode: '{mode}'\n", 1
    return _each("chmod", paths, lambda path: _changed(tree, path, mode=f"{int(mode, 8):o}"))


def _chown(tree: Tree, given: str, words: list[str]) -> Result:
    owner, *paths = [word for word in words if word != "--"] or [""]
    user, _, group = owner.partition(":")
    for what, name in (("user", user), ("group", group)):
        if name and not name.isdecimal() and name not in IDS:
            return "", f"chown: invalid {what}: '{owner}'\n", 1
    changes = {key: _name(value) for key, value in (("user", user), ("group", group)) if value}
    return _each("chown", paths, lambda path: _changed(tree, path, **changes))


def _name(word: str) -> str:
    return next((name for name, number in IDS.items() if str(number) == word), word)


def _changed(tree: Tree, path: str, **changes: str) -> tuple[str, str | None]:
    full = absolute(path)
    if not tree.exists(full):
        return "", f"cannot access '{path}': {MISSING}"
    if tree.place(full).read_only:
        return "", f"changing '{path}': Read-only file system"
    tree.set_attributes(full, **changes)
    return "", None


def _base64(tree: Tree, given: str, words: list[str]) -> Result:
    decodes = "-d" in words
    path = next((word for word in words if not word.startswith("-")), "-")
    body = _body(tree, given, path)
    if body is None:
        return "", f"base64: {path}: {MISSING}\n", 1
    if not decodes:
        return base64.encodebytes(body).decode(), "", 0
    try:
        plain = base64.b64decode(body.translate(None, b"\n"), validate=True)
    except binascii.Error:
        return "", "base64: invalid input\n", 1
    return plain.decode("utf-8", "surrogateescape"), "", 0


def _sha256sum(tree: Tree, given: str, words: list[str]) -> Result:
    paths = [word for word in words if word not in ("-c", "--")] or ["-"]

    def printed(path: str) -> tuple[str, str | None]:
        body = _body(tree, given, path)
        if body is None:
            return "", f"{path}: {'Is a directory' if tree.is_directory(absolute(path)) else MISSING}"
        return f"{hashlib.sha256(body).hexdigest()}  {path}\n", None

    if "-c" not in words:
        return _each("sha256sum", paths, printed)
    lines = (_body(tree, given, paths[0]) or b"").decode().splitlines()
    rows = [line.split("  ", 1) for line in lines if "  " in line]
    right = [(path, printed(path)[0].startswith(digest)) for digest, path in rows]
    out = "".join(f"{path}: {'OK' if good else 'FAILED'}\n" for path, good in right)
    bad = not rows or not all(good for _path, good in right)
    return out, "sha256sum: WARNING: 1 computed checksum did NOT match\n" if bad else "", int(bad)


FILE_COMMANDS: dict[str, FileCommand] = {
    "stat": _stat,
    "chmod": _chmod,
    "chown": _chown,
    "base64": _base64,
    "sha256sum": _sha256sum,
}
