# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules in processes of their own that start quickly: forks of a Python that has imported what is not Ansible's.

Ansible gives a module as a program that unpacks an archive with all that is imported from Ansible and from collections.
That program runs as it is. What it would spend most of its time with is spared: starting Python, importing requests,
and compiling the archive, which each run of Ansible packs anew. Code is kept in a folder by the hash of its source.

    python warm.py SOCKET FOLDER

serves as ``forks.py`` says; the program is standard input, and what is left to read of a request is JSON: ``folder``
and ``environment``. The connection plugin ``elsewhere`` makes requests.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
import marshal
import os
import socket
import sys
import types
import zipimport
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or __name__ != "__main__":
    from tests.integration.forks import serve, served
else:  # a program finds what lies beside it
    from forks import serve

# What the programs import that comes with Python, or has to be installed on the host.
IMPORTED_AHEAD = (
    *("requests", "argparse", "base64", "ctypes", "dataclasses", "inspect", "logging", "platform", "runpy", "shutil"),
    *("subprocess", "tempfile", "typing", "zipfile", "configparser", "decimal", "email.policy", "email.mime.multipart"),
    *("email.mime.application", "gzip", "netrc", "pkgutil", "shlex", "syslog", "yaml"),
    *("cryptography.x509", "cryptography.hazmat.backends"),
)


class Code:
    """Compiles sources of archives, or takes what has been compiled before from the folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        inside = vars(zipimport)
        self._compile = inside["_compile_source"]
        inside["_compile_source"] = self._kept

    def _kept(self, path: str, source: bytes) -> types.CodeType:
        file = self._folder / hashlib.sha256(MAGIC_NUMBER + source).hexdigest()
        if file.exists():
            found: types.CodeType = marshal.loads(file.read_bytes())
            return found
        code: types.CodeType = self._compile(path, source)
        # Other processes see all of it or nothing.
        part = file.with_name(f"{file.name}.{os.getpid()}")
        part.write_bytes(marshal.dumps(code))
        part.replace(file)
        return code


def _run(connection: socket.socket) -> None:
    """Be the process of one module, in the folder and with the environment of the task that it is of."""
    request = json.loads(b"".join(iter(lambda: connection.recv(65536), b"")))
    connection.close()
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    program = compile(sys.stdin.buffer.read(), "<stdin>", "exec")
    sys.modules["__main__"] = main = types.ModuleType("__main__")
    exec(program, vars(main))


def warm(environment: dict[str, str], folder: Path, code: Path) -> contextlib.AbstractContextManager[str]:
    """The address of such a Python, which ends with the block."""
    return served(Path(__file__), str(code), folder=folder, environment=environment)


if __name__ == "__main__":
    for name in IMPORTED_AHEAD:
        importlib.import_module(name)
    Code(Path(sys.argv[2]))
    place = sys.argv[1]
    sys.argv, sys.path[0] = [""], ""
    serve(place, _run)
