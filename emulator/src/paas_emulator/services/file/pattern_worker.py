# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Program: apply the regular expressions of a JSON request on standard input, and print a JSON answer.

A regular expression of a caller can take exponential time, so it is applied in a process of its own. The kernel ends
this process when its time is used up, even while an expression is being matched and even if the emulator is gone.
Standard library only: `patterns` starts this file with `python -I -S`.
"""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

CPU_SECONDS = 1.0  # processor time, so that a busy machine makes no difference
LARGEST_BODY = 64 * 1024 * 1024
_REFERENCE = re.compile(r"\\(.)|\$(\d)", re.DOTALL)


class _TooLargeError(Exception):
    pass


def substitute(bodies: list[str], pattern: str, replacement: str, nth: int) -> dict[str, Any]:
    """Replace what the pattern matches in each body, everywhere or the `nth` time; `$1` is a group."""
    try:
        compiled = re.compile(pattern, re.MULTILINE)
    except (re.error, OverflowError, RecursionError):
        return {"invalid": "pattern"}
    if any(int(number) > compiled.groups for _plain, number in _REFERENCE.findall(replacement) if number):
        return {"invalid": "replacement"}
    try:
        return {"bodies": ["".join(_pieces(body, compiled, replacement, nth)) for body in bodies]}
    except _TooLargeError:
        return {"invalid": "replacement"}


def _pieces(body: str, compiled: re.Pattern[str], replacement: str, nth: int) -> Iterator[str]:
    """The parts of the new body in their order."""
    size, end = len(body), 0
    for count, found in enumerate(compiled.finditer(body), 1):
        if nth and count != nth:
            continue
        new = _filled(replacement, found)
        size += len(new)
        if size > LARGEST_BODY:
            raise _TooLargeError
        yield body[end : found.start()]
        yield new
        end = found.end()
    yield body[end:]


def _filled(replacement: str, found: re.Match[str]) -> str:
    return _REFERENCE.sub(lambda part: part[1] or found[int(part[2])] or "", replacement)


def search(names: list[str], patterns: list[str]) -> dict[str, Any]:
    """The names in which one of the patterns matches somewhere."""
    try:
        compiled = [re.compile(pattern) for pattern in patterns]
    except (re.error, OverflowError, RecursionError):
        return {"invalid": "pattern"}
    return {"names": [name for name in names if any(one.search(name) for one in compiled)]}


WORK: dict[str, Callable[..., dict[str, Any]]] = {"substitute": substitute, "search": search}


def main() -> None:
    """Answer one request."""
    name, arguments = json.load(sys.stdin)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)  # without a handler, SIGPROF ends the process
    json.dump(WORK[name](**arguments), sys.stdout)


if __name__ == "__main__":
    main()
