# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Regular expressions of callers, applied in a process with a time limit while other calls are served."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from paas_emulator.errors import EXECUTION_TIMED_OUT, PLATFORM, ApiError, invalid_parameter

_WORKER = Path(__file__).with_name("pattern_worker.py")


class PatternError(Exception):
    """A pattern is not a regular expression, or it takes too long."""


async def substitute(bodies: list[str], pattern: str, replacement: str, nth: int) -> list[str]:
    """The bodies after a replacement, see `pattern_worker.substitute`. Raises ApiError."""
    request = {"bodies": bodies, "pattern": pattern, "replacement": replacement, "nth": nth}
    answer = await _ask("substitute", request)
    if answer is None:
        raise ApiError(EXECUTION_TIMED_OUT, "execution timed out", source=PLATFORM)
    if "invalid" in answer:
        raise invalid_parameter(answer["invalid"])
    changed: list[str] = answer["bodies"]
    return changed


async def search(names: list[str], patterns: list[str]) -> list[str]:
    """The names in which one of the patterns matches. Raises PatternError."""
    return _found(await _ask("search", {"names": names, "patterns": patterns}))


def search_now(names: list[str], patterns: list[str]) -> list[str]:
    """The same for a caller that is in a thread of its own. Raises PatternError."""
    return _found(_run(json.dumps(["search", {"names": names, "patterns": patterns}])))


def _found(answer: dict[str, Any] | None) -> list[str]:
    if answer is None:
        raise PatternError("take too long")
    if "invalid" in answer:
        raise PatternError("are not regular expressions")
    found: list[str] = answer["names"]
    return found


async def _ask(name: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
    """The answer of a worker; None if its time was used up."""
    return await asyncio.to_thread(_run, json.dumps([name, arguments]))


def _run(request: str) -> dict[str, Any] | None:
    command = [sys.executable, "-I", "-S", str(_WORKER)]
    done = subprocess.run(command, input=request, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode == -signal.SIGPROF:
        return None
    if done.returncode:
        raise RuntimeError(f"the pattern worker ended with {done.returncode}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
