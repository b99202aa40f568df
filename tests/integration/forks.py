# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Python that has its imports behind it, and forks for each request: most of what a new process spends is spared.

A request is a connection to a socket with three file descriptors, for standard input, output and error, and what the
fork wants to read from it. The answer ends with the exit code as a text.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

STREAMS = 3


def serve(address: str, work: Callable[[socket.socket], None]) -> None:
    """Listen until standard input ends; returns in the forks too, whose exit code is that of their process."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # Or forks copy the memory of all that is there, to look whether it is garbage.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen()
        print("ready", flush=True)
        while True:
            if sys.stdin.fileno() in select.select([server, sys.stdin.fileno()], [], [])[0]:
                return
            connection = server.accept()[0]
            streams = list(socket.recv_fds(connection, 1, STREAMS)[1])
            if os.fork() == 0:
                break
            connection.close()
            for stream in streams:
                os.close(stream)
    _answer(connection, streams, work)


def _answer(connection: socket.socket, streams: list[int], work: Callable[[socket.socket], None]) -> None:
    """Wait for a fork and tell its exit code; returns in that fork."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        with connection:
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
                os.close(stream)
            work(connection)
        return
    status = os.waitpid(child, 0)[1]
    connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


@contextlib.contextmanager
def served(
    program: Path, *arguments: str, folder: Path, environment: Mapping[str, str], python: str = sys.executable
) -> Iterator[str]:
    """The address of a program that serves at its first argument; it ends with the block, or with this process."""
    with tempfile.TemporaryDirectory() as place:
        address = str(Path(place) / "socket")
        process = subprocess.Popen(
            [python, str(program), address, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with process:  # at its end standard input is closed, and the end of the process awaited
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield address
