# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Be ``ansible-playbook`` for ansible-runner: a fork of a Python that has imported Ansible does the work.

    python warm_playbook.py SOCKET PROGRAM ARGUMENTS

The fork gets the terminal, the environment and the folder of this process. ``tests/integration/ansible_pool.py`` serves
the socket.
"""

from __future__ import annotations

import json
import os
import socket
import sys


def main() -> int:
    """Return the exit code of the fork."""
    folder = os.getcwd()  # noqa: PTH109 -- pathlib takes longer to import than all else here
    request = {"arguments": sys.argv[2:], "folder": folder, "environment": dict(os.environ)}
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(sys.argv[1])
        socket.send_fds(server, [b"!"], [0, 1, 2])
        server.sendall(json.dumps(request).encode())
        server.shutdown(socket.SHUT_WR)
        with server.makefile() as answer:
            answer.readline()  # the id of the process
            return int(answer.read())


if __name__ == "__main__":
    sys.exit(main())
