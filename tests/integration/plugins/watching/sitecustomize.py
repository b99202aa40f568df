# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test aid: notes the state of the files of a folder before each operation on files that a Python process begins.

WATCHED_FOLDER names the folder, and WATCH_FILE the file that gets a line with mode, owner and path each time a file of the
folder has a value of a token. Python reads this module when the folder of the module is in PYTHONPATH.
A wrong mode cannot be missed: the operation that corrects the mode is itself noted before it begins.
"""

from __future__ import annotations

import os
import re
import sys

EVENTS = ("open", "os.chmod", "os.chown", "os.rename", "os.remove", "os.link", "shutil.")
VALUE = re.compile(rb"[0-9a-f]{40}")
FOLDER = os.environ.get("WATCHED_FOLDER", "")
busy = False


def note(event: str, _arguments: object) -> None:
    """See above."""
    global busy
    if busy or not event.startswith(EVENTS):
        return
    busy = True
    try:
        for name in os.listdir(FOLDER):
            path = os.path.join(FOLDER, name)
            with open(path, "rb") as file:
                state = os.fstat(file.fileno())
                found = VALUE.search(file.read())
            if found:
                with open(os.environ["WATCH_FILE"], "a", encoding="utf-8") as lines:
                    lines.write(f"{state.st_mode & 0o777:o} {state.st_uid} {path}\n")
    except OSError:  # gone between the two
        pass
    finally:
        busy = False


if FOLDER:
    sys.addaudithook(note)
