# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command and note its time and memory: `launcher.py REPORT COMMAND...`.

Needs nothing but the standard library, and is small on purpose: the kernel counts the memory of the process that
starts a command as the command's own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    """Write REPORT: seconds of wall clock and of processors, peak memory of the largest process in KiB, exit code."""
    report, command = sys.argv[1], sys.argv[2:]
    started = time.perf_counter()
    code = subprocess.call(command, stdin=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    content = {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "peak_kib": used.ru_maxrss, "code": code}
    Path(report).write_text(json.dumps(content), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
