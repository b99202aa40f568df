# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where and with what a run was made."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.commands import VENVS

HERE = ("ansible-core", "requests", "aiohttp")
PEERS = ("jelapi", "jelastic-client", "httpx")
_ASK = "import importlib.metadata as m, json, sys; print(json.dumps({name: m.version(name) for name in sys.argv[1:]}))"


def machine() -> dict[str, Any]:
    """Processors, memory in GB (10^9 bytes) and system of this machine."""
    processor = re.search(r"^model name\s*:\s*(.+)$", _read("/proc/cpuinfo"), re.MULTILINE)
    total = re.search(r"^MemTotal:\s*(\d+) kB", _read("/proc/meminfo"), re.MULTILINE)
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": processor[1].strip() if processor else platform.machine(),
        "memory_gb": round(int(total[1]) * 1024 / 1e9) if total else None,
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
    }


def versions() -> dict[str, str]:
    """Versions of Python, of what Ansible runs with here, and of the other clients, which have their own requests."""
    argv = [str(VENVS / "bench-peers" / "bin" / "python"), "-c", _ASK, *PEERS]
    peers = json.loads(subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True).stdout)
    return {"Python": platform.python_version(), **{name: metadata.version(name) for name in HERE}, **peers}


def _read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8", errors="replace")
