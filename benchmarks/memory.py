# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes of a program, and the memory of all of them, by what Linux says of each."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from pathlib import Path

PROC = Path("/proc")
INTERVAL = 0.02
_SHARED_ONCE = re.compile(r"^Pss_Anon:\s+(\d+) kB", re.MULTILINE)
_OF_FILES = re.compile(r"^RssFile:\s+(\d+) kB", re.MULTILINE)


def parent_of(stat: str) -> int:
    """The process that started another, from the text of ``/proc/PID/stat``, in which a name may have any sign."""
    return int(stat.rpartition(")")[2].split()[1])


def descendants(pid: int, proc: Path = PROC) -> list[int]:
    """The processes that a process has started, and those that these have, now.

    Ansible's workers lead sessions of their own, so they cannot be found by that of the program.
    """
    children = defaultdict(list)
    for entry in proc.iterdir():
        if entry.name.isdigit():
            try:
                parent = parent_of((entry / "stat").read_text(encoding="utf-8", errors="replace"))
            except (OSError, IndexError, ValueError):
                continue  # it has ended meanwhile
            children[parent].append(int(entry.name))
    found = list(children[pid])
    for one in found:
        found += children[one]
    return found


def together_kib(pid: int, proc: Path = PROC) -> int:
    """KiB of all that a process has started, now.

    Their own pages, those that several share after a fork counted once; and the pages of program files of the process
    that has most of them, as the others have the same.
    """
    own = files = 0
    for one in descendants(pid, proc):
        try:
            own += _number(_SHARED_ONCE, proc / str(one) / "smaps_rollup")
            files = max(files, _number(_OF_FILES, proc / str(one) / "status"))
        except OSError:
            continue  # it has ended meanwhile
    return own + files


def _number(pattern: re.Pattern[str], path: Path) -> int:
    found = pattern.search(path.read_text(encoding="utf-8", errors="replace"))
    return int(found[1]) if found else 0


class Sampler:
    """Watches what a process starts during a block; with None it watches nothing."""

    def __init__(self, pid: int | None) -> None:
        self.peak_mb: float | None = None
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Sampler:
        if self._pid is not None:
            self._thread.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._ended.set()
        if self._pid is not None:
            self._thread.join()

    def _watch(self) -> None:
        assert self._pid is not None
        largest = 0
        while not self._ended.wait(INTERVAL):
            largest = max(largest, together_kib(self._pid))
            self.peak_mb = largest * 1024 / 1e6
