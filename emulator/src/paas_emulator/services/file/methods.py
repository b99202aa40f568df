# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.File: files and directories of nodes. A call that is refused changes nothing (inferred)."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from paas_emulator import errors, selection
from paas_emulator.calls import Call
from paas_emulator.errors import ARCHIVE_UNKNOWN, PLATFORM, URL_INVALID, ApiError, invalid_parameter
from paas_emulator.registry import emulates
from paas_emulator.services.deployment.methods import uploaded
from paas_emulator.services.file import model as files
from paas_emulator.services.file import patterns
from paas_emulator.services.file.model import Tree, failure
from paas_emulator.services.file.path_placeholders import resolve
from paas_emulator.statuses import RUNNING

SCHEMES = ("http", "https", "ftp")
ARCHIVES = (".tar.gz", ".tgz", ".tar.bz2", ".tar", ".zip", ".war", ".gz")
_NODES = ("nodeid", "nodeId", "nodeGroup", "nodeType")


def _trees(call: Call) -> list[Tree]:
    """The files of the nodes that the call names, the master's first; it must name some (inferred)."""
    if all(call.values.get(name) in (None, "") for name in _NODES):
        raise invalid_parameter("nodeType")
    nodes = sorted(selection.nodes(call), key=lambda node: not node.is_master)
    return [Tree(call.platform.store, call.environment, node) for node in nodes]


def _path(call: Call, name: str) -> str:
    text = resolve(call.text(name) or "", selection.node(call).config.get("env", {}))
    if not text.startswith("/") or "\0" in text:
        raise invalid_parameter(name)
    return files.absolute(text)


def _each(trees: list[Tree], path: str, change: Callable[[Tree], None]) -> dict[str, Any]:
    """Change files of every node, once where several see the same one through mounts; one answer for each node."""
    done = set()
    for tree in trees:
        where = tree.place(path)
        if (where.node.id, where.path) not in done:
            done.add((where.node.id, where.path))
            change(tree)
    return {"responses": [{"nodeid": tree.node.id, "result": 0, "out": ""} for tree in trees]}


def _check_file(tree: Tree, path: str) -> None:
    tree.check_writable(path)
    if tree.is_directory(path):
        raise failure(errors.DIRECTORY_THERE, path)


def _check_free(tree: Tree, path: str) -> None:
    tree.check_writable(path)
    if tree.exists(path):
        raise failure(errors.FILE_THERE if tree.is_file(path) else errors.DIRECTORY_THERE, path)


@emulates("environment.file.Create", needs=RUNNING)
def create(call: Call) -> dict[str, Any]:
    """Make an empty file, or a directory, with the directories above it (inferred)."""
    trees, path, directory = _trees(call), _path(call, "path"), call.flag("isdir")
    for tree in trees:
        if tree.exists(path):
            raise failure(errors.PATH_EXISTS, path)
        tree.check_writable(path)
    answer = _each(trees, path, lambda tree: tree.make_directory(path) if directory else tree.write(path, ""))
    permission = trees[0].describe(path)["permission"]
    return {"path": path, "isDirectory": directory, "permission": permission, "user": "root", **answer}


@emulates("environment.file.Delete", needs=RUNNING)
def delete(call: Call) -> dict[str, Any]:
    """Remove a file, or a directory with all below it."""
    trees, path = _trees(call), _path(call, "path")
    for tree in trees:
        tree.check_removable(path)
    return _each(trees, path, lambda tree: tree.remove(path))


@emulates("environment.file.Read", needs=RUNNING)
def read(call: Call) -> dict[str, Any]:
    """The body of a file, of the master where the call names several nodes (inferred).

    The answer is text without an encoding of its own (read), so bytes that are not UTF-8 are replaced (inferred).
    """
    tree, path = _trees(call)[0], _path(call, "path")
    return {"body": tree.read(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")}


def _write(call: Call, append: bool) -> dict[str, Any]:
    trees, path, body = _trees(call), _path(call, "path"), call.text("body") or ""
    for tree in trees:
        _check_file(tree, path)

    def change(tree: Tree) -> None:
        before = tree.read(path) if append and tree.is_file(path) else ""
        tree.write(path, before + body)

    _each(trees, path, change)
    return {}


@emulates("environment.file.Write", needs=RUNNING)
def write(call: Call) -> dict[str, Any]:
    """Replace the body of a file, which is made where it is missing (inferred); `isAppendMode` adds to it."""
    return _write(call, append=call.flag("isAppendMode"))


@emulates("environment.file.Append", needs=RUNNING)
def append(call: Call) -> dict[str, Any]:
    """Add to the body of a file, which is made where it is missing (inferred)."""
    return _write(call, append=True)


@emulates("environment.file.Copy", needs=RUNNING)
def copy(call: Call) -> dict[str, Any]:
    """Copy within each node to a path that is free (inferred)."""
    trees, source, target = _trees(call), _path(call, "src"), _path(call, "dest")
    for tree in trees:
        if not tree.exists(source):
            raise failure(errors.SOURCE_MISSING, source)
        _check_free(tree, target)
    _refuse_inside(source, target, "dest")
    _each(trees, target, lambda tree: tree.copy(source, target))
    return {}


@emulates("environment.file.Rename", needs=RUNNING)
def rename(call: Call) -> dict[str, Any]:
    """Move to a path that is free; a bare name stays in its directory (inferred)."""
    trees, old = _trees(call), _path(call, "oldPath")
    name = call.text("newPath") or ""
    new = files.absolute(name, posixpath.dirname(old)) if "/" not in name else _path(call, "newPath")
    for tree in trees:
        tree.check_removable(old)
        _check_free(tree, new)
    _refuse_inside(old, new, "newPath")

    def change(tree: Tree) -> None:
        tree.copy(old, new)
        tree.remove(old)

    return _each(trees, old, change)


def _refuse_inside(source: str, target: str, parameter: str) -> None:
    """A directory does not go into itself."""
    if target.startswith(source.rstrip("/") + "/"):
        raise invalid_parameter(parameter)


@emulates("environment.file.GetList", needs=RUNNING)
def get_list(call: Call) -> dict[str, Any]:
    """What is in a directory, `/` unless named; `filter` is a shell pattern for names (inferred)."""
    tree = _trees(call)[0]
    path = _path(call, "path") if call.text("path") else "/"
    if not tree.exists(path):
        raise failure(errors.PATH_MISSING, path)
    if not tree.is_directory(path):
        raise failure(errors.NOT_A_DIRECTORY, path)
    pattern = call.text("filter") or "*"
    names = [name for name in tree.names(path) if fnmatch.fnmatchcase(name, pattern)]
    rows = [tree.describe(posixpath.join(path, name)) for name in names]
    return {"coreRootPath": "/", "directoryPathList": rows, "keywords": {}}


@emulates("environment.file.ReplaceInBody", needs=RUNNING, optional=("replacement",))
async def replace_in_body(call: Call) -> dict[str, Any]:
    """Replace what a regular expression matches, everywhere or the `nth` time (from 1, inferred); `$1` is a group."""
    trees, path = _trees(call), _path(call, "path")
    bodies = {}
    for tree in trees:
        where = tree.place(path)
        bodies[(where.node.id, where.path)] = tree.read(path)
        tree.check_writable(path)
    pattern, replacement = call.text("pattern") or "", call.text("replacement") or ""
    changed = await patterns.substitute(list(bodies.values()), pattern, replacement, call.values.get("nth") or 0)
    after = dict(zip(bodies, changed, strict=True))

    def change(tree: Tree) -> None:
        where = tree.place(path)
        tree.write(path, after[(where.node.id, where.path)])

    _each(trees, path, change)
    return {}


@emulates("environment.file.Upload", needs=RUNNING)
def upload(call: Call) -> dict[str, Any]:
    """Put what is behind a URL into a file. No request goes out: unless it was uploaded here, a line names the URL."""
    trees = _trees(call)
    source, shown = _url(call.text("sourcePath") or "")
    path = _path(call, "destPath")
    into = (call.text("destPath") or "").endswith("/") or any(tree.is_directory(path) for tree in trees)
    if into:
        path = posixpath.join(path, source or "index.html")
    for tree in trees:
        _check_file(tree, path)
        if tree.is_file(path) and not call.flag("overwrite"):
            raise failure(errors.FILE_THERE, path)
    kept = uploaded(call, call.text("sourcePath") or "")
    body = kept.body.decode("utf-8", "replace") if kept else f"content of {shown}\n"
    return _each(trees, path, lambda tree: tree.write(path, body))


def _url(text: str) -> tuple[str, str]:
    """File name of a URL, and the URL without user, password and query. Raises ApiError 4050."""
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme.lower() not in SCHEMES:
        raise ApiError(URL_INVALID, "the URL in sourcePath is not valid", source=PLATFORM)
    shown = f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path}"
    return posixpath.basename(parts.path), shown


def _unpack(call: Call) -> dict[str, Any]:
    trees, source, target = _trees(call), _path(call, "sourcePath"), _path(call, "destPath")
    ending = next((ending for ending in ARCHIVES if source.lower().endswith(ending)), None)
    name = posixpath.basename(source)[: -len(ending)] if ending else ""
    path = posixpath.join(target, name)
    for tree in trees:
        if not tree.is_file(source):
            raise failure(errors.SOURCE_MISSING, source)
        if not name:
            raise ApiError(ARCHIVE_UNKNOWN, f"the format of archive {source} is not supported", source=PLATFORM)
        _check_file(tree, path)
    _each(trees, path, lambda tree: tree.write(path, f"unpacked from {source}\n"))
    return {}


@emulates("environment.file.UnpackById", needs=RUNNING)
def unpack_by_id(call: Call) -> dict[str, Any]:
    """Unpack an archive: a file of its name without the ending, whose body names the archive."""
    return _unpack(call)


@emulates("environment.file.UnpackByType", needs=RUNNING)
def unpack_by_type(call: Call) -> dict[str, Any]:
    """The same for all nodes of a type."""
    return _unpack(call)
