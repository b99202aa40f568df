# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program of its own: makes the namespaces of one node and keeps them until its standard input ends.

The user namespace comes first, and its users are mapped by the parent process once this one is ready. Root
in it is a plain user outside. The folder of this file may be out of reach then, so nothing is imported any more.
"""

from __future__ import annotations

import ctypes
import os
import sys

CLONE_NEWUSER = 0x10000000
UNSHARE = "/usr/bin/unshare"

if __name__ == "__main__":
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER):
        print(os.strerror(ctypes.get_errno()), flush=True)
        sys.exit(1)
    print("ready", flush=True)
    if os.read(0, 1) != b"\n":
        sys.exit(1)
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    namespaces = ("--mount", "--pid", "--ipc", "--uts", "--net", "--fork", "--kill-child")
    os.execv(UNSHARE, [UNSHARE, *namespaces, "/bin/sh", "-c", *sys.argv[1:]])
