# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test aid: notes the state of the files of a folder before each operation on files that a Python process begins.

WATCHED_FOLDER names the folder, and WATCH_FILE the file that gets a line with mode, owner and path each time a file of
the folder has a value of a token. Python reads this module when the folder of the module is in PYTHONPATH.
A wrong mode cannot be missed: the operation that corrects the mode is itself noted before it begins.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

EVENTS = ("open", "os.chmod", "os.chown", "os.rename", "os.remove", "os.link", "shutil.")
VALUE = re.compile(rb"[0-9a-f]{40}")


class Watch:
    """Notes the files of a folder that have a value.

    Args:
        folder: the folder.
        notes: the file that gets the lines.
    """

    def __init__(self, folder: Path, notes: Path) -> None:
        self._folder = folder
        self._notes = notes
        self._busy = False

    def __call__(self, event: str, _arguments: object) -> None:
        """Look before an operation; what is done here is no such operation."""
        if self._busy or not event.startswith(EVENTS):
            return
        self._busy = True
        try:
            for path in sorted(self._folder.iterdir()):
                self._look(path)
        except FileNotFoundError:  # renamed between the two
            pass
        finally:
            self._busy = False

    def _look(self, path: Path) -> None:
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            found = VALUE.search(file.read())
        if found:
            with self._notes.open("a", encoding="utf-8") as lines:
                lines.write(f"{state.st_mode & 0o777:o} {state.st_uid} {path}\n")


if "WATCHED_FOLDER" in os.environ:
    sys.addaudithook(Watch(Path(os.environ["WATCHED_FOLDER"]), Path(os.environ["WATCH_FILE"])))
