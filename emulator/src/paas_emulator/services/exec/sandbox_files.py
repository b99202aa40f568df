# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files between the emulator's memory and the tree of a sandbox.

The tree belongs to the commands that ran in it: links in it are never followed from outside, and what is written goes
through a program inside.
"""

from __future__ import annotations

import io
import os
import stat
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from paas_emulator.services.file.model import SYSTEM

# Files that the sandbox makes for every node. They are not part of the node's stored files.
USERS = """\
root:x:0:0:root:/root:/bin/bash
jelastic:x:700:700::/home/jelastic:/bin/bash
nobody:x:65534:65534::/:/bin/false
"""
OWN = {"/etc/passwd": USERS, "/etc/group": "root:x:0:\njelastic:x:700:\nnogroup:x:65534:\n", "/etc/hosts": ""}
LOG = "/var/log/jem.log"  # the agent's, in which everybody in the node can read commands and their output (read)
COPIED = ("/etc/ld.so.cache", "/etc/os-release")
LINKS = "/etc/alternatives"
OWNED = ("/home/jelastic", "/var/www/webroot", "/var/www/webroot/ROOT")  # by the user of certified stacks (inferred)
JELASTIC = 700
NOT_OURS = frozenset({"proc", "dev", "usr", "run", "bin", "sbin", "lib", "lib64", "lib32", "libx32"})
MOST_FILES, MOST_BYTES = 10_000, 4 * 1024 * 1024
Files = dict[str, "str | None"]


@dataclass
class Snapshot:
    """What both sides had when they last agreed; `stamps`: how files looked in the tree."""

    files: Files = field(default_factory=dict)
    stamps: dict[str, tuple[int, int, int]] = field(default_factory=dict)


def system_archive(hosts: str) -> bytes:
    """What a node has before its own files: directories, users, and what programs of the host's `/usr` need."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in (*SYSTEM, *OWNED):
            if path.split("/")[1] not in NOT_OURS:
                _directory(archive, path)
        for path, text in {**OWN, "/etc/hosts": hosts}.items():
            _file(archive, path, text.encode())
        for path in COPIED:
            if Path(path).is_file():
                _file(archive, path, Path(path).read_bytes())
        for link in Path(LINKS).iterdir() if Path(LINKS).is_dir() else ():
            if link.is_symlink():
                member = tarfile.TarInfo(str(link)[1:])
                member.type, member.linkname = tarfile.SYMTYPE, str(link.readlink())
                archive.addfile(member)
    return buffer.getvalue()


def changes(files: Mapping[str, str | None], before: Files) -> tuple[bytes, list[str]]:
    """An archive of what is new or other than before, and the paths that are gone."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in sorted(path for path, body in files.items() if path not in before or before[path] != body):
            body = files[path]
            if body is None:
                _directory(archive, path)
            else:
                _file(archive, path, body.encode("utf-8", "surrogateescape"))
    folders = _folders(before) - _folders(files) - _folders(SYSTEM)
    return buffer.getvalue(), sorted({*(path for path in before if path not in files), *folders})


def _folders(paths: Iterable[str]) -> set[str]:
    """The directories above paths, and the paths themselves."""
    return {str(folder) for path in paths for folder in (Path(path), *Path(path).parents)} - {"/"}


def _directory(archive: tarfile.TarFile, path: str) -> None:
    member = tarfile.TarInfo(path[1:])
    member.type = tarfile.DIRTYPE
    member.mode = 0o1777 if path in ("/tmp", "/var/tmp") else 0o755
    member.uid = member.gid = JELASTIC if path in OWNED else 0
    archive.addfile(member)


def _file(archive: tarfile.TarFile, path: str, body: bytes) -> None:
    member = tarfile.TarInfo(path[1:])
    member.size, member.mode = len(body), 0o644
    archive.addfile(member, io.BytesIO(body))


def collect(root: str, known: Snapshot) -> Snapshot:
    """The regular files and empty directories of a tree; bodies that cannot have changed are not read again."""
    found = Snapshot()
    for folder, directories, names, handle in os.fwalk(f"{root}/", follow_symlinks=False):
        path = folder[len(root) :].rstrip("/")
        if not path:
            directories[:] = [name for name in directories if name not in NOT_OURS]
        if path == "/etc":
            directories[:] = [name for name in directories if f"/etc/{name}" != LINKS]
        for name in names:
            _collect_one(found, known, f"{path}/{name}", name, handle)
        if path and not names and not directories and path not in SYSTEM:
            found.files[path] = None
        if len(found.files) > MOST_FILES:
            break
    return found


def _collect_one(found: Snapshot, known: Snapshot, path: str, name: str, folder: int) -> None:
    if path in OWN or path in COPIED or path == LOG:
        return
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:  # a link, a socket, or gone in the meantime
        return
    with os.fdopen(handle, "rb") as stream:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            return
        stamp = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
        found.stamps[path] = stamp
        body = known.files.get(path)
        if known.stamps.get(path) != stamp or body is None:
            body = stream.read(MOST_BYTES).decode("utf-8", "surrogateescape")
        found.files[path] = body
