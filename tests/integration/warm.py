# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules in processes of their own that start quickly: forks of a Python that has imported what is not Ansible's.

Ansible gives a module as a program that unpacks an archive with all that is imported from Ansible and from collections.
That program runs as it is. What it would spend most of its time with is spared: starting Python, importing requests,
and compiling the archive, which each run of Ansible packs anew. Code is kept in a folder by the hash of its source.

    python warm.py SOCKET FOLDER

listens on a socket. A request is three file descriptors, for standard input (the program), output and error; the answer
is the exit code as a text. The connection plugin ``elsewhere`` makes requests.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import marshal
import os
import signal
import socket
import subprocess
import sys
import tempfile
import types
import zipimport
from collections.abc import Iterator
from importlib.util import MAGIC_NUMBER
from pathlib import Path

# What the programs import that comes with Python, or has to be installed on the host.
IMPORTED_AHEAD = (
    *("requests", "argparse", "base64", "ctypes", "dataclasses", "inspect", "logging", "platform", "runpy", "shutil"),
    *("subprocess", "tempfile", "typing", "zipfile"),
)
STREAMS = 3


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


def _run(streams: list[int]) -> None:
    """Be the process of one module."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    program = compile(sys.stdin.buffer.read(), "<stdin>", "exec")
    sys.modules["__main__"] = main = types.ModuleType("__main__")
    exec(program, vars(main))


def serve(address: str, folder: Path) -> None:
    """Listen until ended by a signal; returns in the processes of modules, whose exit code is that of their program."""
    for name in IMPORTED_AHEAD:
        importlib.import_module(name)
    Code(folder)
    sys.argv, sys.path[0] = [""], ""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen()
        print("ready", flush=True)
        while True:
            connection = server.accept()[0]
            streams = list(socket.recv_fds(connection, 1, STREAMS)[1])
            if os.fork() == 0:
                break
            connection.close()
            for stream in streams:
                os.close(stream)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    module = os.fork()
    if module == 0:
        connection.close()
        _run(streams)
        return
    status = os.waitpid(module, 0)[1]
    connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


@contextlib.contextmanager
def warm(environment: dict[str, str], folder: Path, code: Path) -> Iterator[str]:
    """The address of such a Python, with the environment and the folder that modules get; ended with the block."""
    with tempfile.TemporaryDirectory() as place:
        address = str(Path(place) / "socket")
        command = [sys.executable, __file__, address, str(code)]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
        with process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n"
                yield address
            finally:
                process.terminate()


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]))
