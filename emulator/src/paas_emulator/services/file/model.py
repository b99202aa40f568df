# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of nodes, in memory. Below a mount the files are those of the node that shares them.

A node stores what was written. Beside that it has the directories of SYSTEM, its volumes and its mounts, and the
directories above all of these.
"""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from paas_emulator.errors import (
    DIRECTORY_THERE,
    FILE_MISSING,
    FILE_THERE,
    NOT_A_DIRECTORY,
    NOT_ALLOWED,
    PATH_EXISTS,
    PATH_MISSING,
    PLATFORM,
    SOURCE_MISSING,
    ApiError,
    ResultCode,
)
from paas_emulator.services.control import serializers
from paas_emulator.services.file import mounts
from paas_emulator.store import Environment, Node, Store

# Directories that an image is taken to have (invented); they cannot be removed.
SYSTEM = (
    *("/bin", "/data", "/etc", "/home", "/mnt", "/opt", "/root", "/srv", "/tmp"),
    *("/usr/bin", "/usr/local/bin", "/var/lib", "/var/log", "/var/spool/cron", "/var/tmp", "/var/www/webroot/ROOT"),
)
TEXTS = {
    PATH_MISSING: "Path {} does not exist",
    PATH_EXISTS: "Path {} already exists",
    NOT_ALLOWED: "Permission denied: {}",
    FILE_MISSING: "File {} not found",
    FILE_THERE: "Destination file {} already exists",
    SOURCE_MISSING: "Source path {} does not exist",
    DIRECTORY_THERE: "Destination directory {} already exists",
    NOT_A_DIRECTORY: "{} is not a directory",
}


def failure(code: ResultCode, path: str) -> ApiError:
    """A refusal; the wording is inferred but for 4036."""
    return ApiError(code, TEXTS[code].format(path), source=PLATFORM)


def absolute(path: str, base: str = "/") -> str:
    """`/a/b` for `a//b/`, `/a/./b` and so on."""
    return "/" + posixpath.normpath(posixpath.join(base, path)).lstrip("/")


@dataclass(frozen=True)
class Place:
    """Where a path of a node really is. `read_only`: a mount on the way says so."""

    node: Node
    path: str
    read_only: bool


@dataclass(frozen=True)
class Tree:
    """The files of one node as it sees them. Paths are absolute."""

    store: Store
    environment: Environment
    node: Node

    def place(self, path: str) -> Place:
        """Follow mounts; a source that is gone or outside the platform leaves the path with the node itself."""
        where = Place(self.node, absolute(path), False)
        seen: set[tuple[int, str]] = set()
        while (where.node.id, where.path) not in seen:
            seen.add((where.node.id, where.path))
            mount = _mount_of(where.node, where.path)
            if mount:
                source = mounts.source_of(self.store, self.environment, mount)
                below = where.path[len(mount["path"].rstrip("/")) :]
                target = absolute(mount["sourcePath"].rstrip("/") + below) if source else where.path
                where = Place(source or where.node, target, where.read_only or mount["readOnly"])
        return where

    def is_file(self, path: str) -> bool:
        """Whether there is a file."""
        where = self.place(path)
        return where.node.files.get(where.path) is not None

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory: of the system, made, or above something."""
        where = self.place(path)
        made = where.path in where.node.files and where.node.files[where.path] is None
        fixed = any(_within(other, where.path) for other in _fixed(where.node))
        return made or fixed or any(other.startswith(where.path + "/") for other in where.node.files)

    def exists(self, path: str) -> bool:
        """Whether there is anything."""
        return self.is_file(path) or self.is_directory(path)

    def read(self, path: str) -> str:
        """The body of a file; bytes that are not UTF-8 become lone surrogates. Raises ApiError 4039."""
        where = self.place(path)
        body = where.node.files.get(where.path)
        if body is None:
            raise failure(FILE_MISSING, path)
        return body

    def check_writable(self, path: str) -> None:
        """Raises ApiError: the path is read-only, or lies below a file."""
        where = self.place(path)
        if where.read_only or where.path == "/":
            raise failure(NOT_ALLOWED, path)
        for parent in _parents(where.path):
            if where.node.files.get(parent) is not None:
                raise failure(NOT_A_DIRECTORY, parent)

    def check_removable(self, path: str) -> None:
        """Raises ApiError: nothing there, read-only, or part of the system, a volume or a mount."""
        if not self.exists(path):
            raise failure(PATH_MISSING, path)
        self.check_writable(path)
        where = self.place(path)
        fixed = (*_fixed(self.node), *_fixed(where.node))
        if self.is_directory(path) and any(_within(other, where.path) or _within(other, path) for other in fixed):
            raise failure(NOT_ALLOWED, path)

    def write(self, path: str, body: str) -> None:
        """Make a file, or replace its body; the caller has checked."""
        where = self.place(path)
        where.node.files[where.path] = body

    def attributes(self, path: str) -> dict[str, str]:
        """`mode`, `user` and `group`; root's, and what the umask of nodes leaves, unless changed (inferred)."""
        where = self.place(path)
        mode = "755" if self.is_directory(path) else "644"
        return {"mode": mode, "user": "root", "group": "root", **where.node.attributes.get(where.path, {})}

    def set_attributes(self, path: str, **changes: str) -> None:
        """Change `mode`, `user` or `group`."""
        where = self.place(path)
        where.node.attributes[where.path] = {**where.node.attributes.get(where.path, {}), **changes}

    def make_directory(self, path: str) -> None:
        """Make a directory, with those above it."""
        where = self.place(path)
        where.node.files[where.path] = None

    def remove(self, path: str) -> None:
        """Remove a file, or a directory with all below it. The directory above stays."""
        where = self.place(path)
        for other in [other for other in where.node.files if _within(other, where.path)]:
            del where.node.files[other]
            where.node.attributes.pop(other, None)
        parent = posixpath.dirname(where.path)
        if parent != "/":
            where.node.files.setdefault(parent, None)

    def copy(self, path: str, target: str) -> None:
        """Copy a file, or a directory with all below it, to a path that is free."""
        found = self.place(path)
        body = found.node.files.get(found.path)
        if body is not None:
            self.write(target, body)
            return
        below = {name: text for name, text in found.node.files.items() if _within(name, found.path)}
        self.make_directory(target)
        for name, text in below.items():
            into = self.place(target + name[len(found.path) :])
            into.node.files[into.path] = text

    def names(self, path: str) -> list[str]:
        """Names in a directory, sorted."""
        where = self.place(path)
        above = where.path.rstrip("/") + "/"
        here = {other[len(above) :].partition("/")[0] for other in _all(where.node) if other.startswith(above)}
        own = absolute(path).rstrip("/") + "/"
        mounted = {mount["path"][len(own) :].partition("/")[0] for mount in self.node.mounts if _starts(mount, own)}
        return sorted((here | mounted) - {""})

    def describe(self, path: str) -> dict[str, Any]:
        """A file or directory as GetList shows it (member names documented, values inferred)."""
        path = absolute(path)
        directory = self.is_directory(path)
        mount = next((mount for mount in self.node.mounts if mount["path"] == path), None) or {}
        exported = mounts.exported(self.store, self.environment, self.node)
        return {
            "absolutePath": path,
            "name": posixpath.basename(path) or "/",
            "isDir": directory,
            "isRoot": path == "/",
            "isExported": any(row["path"] == path for row in exported),
            "length": 0 if directory else len(self.read(path).encode()),
            "permission": stat.filemode(int(self.attributes(path)["mode"], 8))[1:],
            "protocol": mount.get("protocol"),
            "sourceNodeId": mount.get("sourceNodeId"),
            "sourceHost": mount.get("sourceHost"),
            "sourcePath": mount.get("sourcePath"),
        }


def _within(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip("/") + "/")


def _starts(mount: dict[str, Any], above: str) -> bool:
    return str(mount["path"]).startswith(above)


def _mount_of(node: Node, path: str) -> dict[str, Any] | None:
    """The mount that the path is in, the innermost of several."""
    found = [mount for mount in node.mounts if _within(path, mount["path"].rstrip("/") or "/")]
    return max(found, key=lambda mount: len(mount["path"]), default=None)


def _fixed(node: Node) -> list[str]:
    """Directories that are there without being made."""
    volumes = [absolute(str(path).partition(":")[0]) for path in serializers.volumes(node)]
    return [*SYSTEM, *volumes, *(absolute(mount["path"]) for mount in node.mounts)]


def _all(node: Node) -> Iterator[str]:
    yield from _fixed(node)
    yield from node.files


def _parents(path: str) -> Iterator[str]:
    while path != "/":
        path = posixpath.dirname(path)
        yield path
