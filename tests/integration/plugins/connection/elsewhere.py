# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test aid: this machine as if it were another, so that modules run in processes of their own.

Each command adds a line to the file that PROCESS_FILE names. With WARM_SOCKET set, programs for Python go to the one
that ``tests/integration/warm.py`` describes.
"""

from __future__ import annotations

import json
import os
import re
import socket
import tempfile
from pathlib import Path

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: elsewhere
short_description: this machine as another
description: Runs commands as the connection plugin local does, under another name.
extends_documentation_fragment: [connection_pipelining]
"""

# A command that is Python with a program as its input, and nothing else, as the versions of ansible-core write it.
PYTHON_ALONE = re.compile(r"/bin/sh -c (?:'[^\s']+/python[\w.]* && sleep 0'|[^\s']+/python[\w.]*)")


class Connection(Local):
    """See above."""

    transport = "elsewhere"

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Count it and run it: exit code, standard output, standard error."""
        with Path(os.environ["PROCESS_FILE"]).open("a", encoding="utf-8") as file:
            file.write("one\n")
        if "COMMANDS_FILE" in os.environ:
            with Path(os.environ["COMMANDS_FILE"]).open("a", encoding="utf-8") as file:
                file.write(f"{cmd}\n")
        if "WARM_SOCKET" in os.environ and in_data:
            # Or all tests would take twice as long, and nobody be told.
            assert PYTHON_ALONE.fullmatch(cmd), f"the warm Python does not know the command {cmd}"
            return self._warm(in_data)
        done: tuple[int, bytes, bytes] = super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        return done

    @staticmethod
    def _warm(program: bytes) -> tuple[int, bytes, bytes]:
        with (
            socket.socket(socket.AF_UNIX) as server,
            tempfile.TemporaryFile() as given,
            tempfile.TemporaryFile() as output,
            tempfile.TemporaryFile() as errors,
        ):
            given.write(program)
            given.seek(0)
            server.connect(os.environ["WARM_SOCKET"])
            socket.send_fds(server, [b"!"], [given.fileno(), output.fileno(), errors.fileno()])
            server.sendall(json.dumps({"folder": str(Path.cwd()), "environment": dict(os.environ)}).encode())
            server.shutdown(socket.SHUT_WR)
            code = int(server.recv(16))
            output.seek(0)
            errors.seek(0)
            return code, output.read(), errors.read()
