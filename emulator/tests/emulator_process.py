# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a program of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from emulator_client import LOGIN, PASSWORD, TOKEN

ACCOUNT = f"{LOGIN}:{PASSWORD}:{TOKEN}"
START_LINE = re.compile(r"paas-emulator listening on (https?://\S+:\d+)\n")


def command(*arguments: str) -> list[str]:
    """The command line, by module: the console script may not be on the path."""
    return [sys.executable, "-m", "paas_emulator", *arguments]


def environment(accounts: str | None = None) -> dict[str, str]:
    """Of the test run, with or without accounts in it."""
    values = {key: value for key, value in os.environ.items() if key != "PAAS_EMULATOR_ACCOUNTS"}
    return values if accounts is None else {**values, "PAAS_EMULATOR_ACCOUNTS": accounts}


@contextmanager
def started(
    *arguments: str, accounts: str | None = None, stdin: str | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running emulator and its URL; killed at the end if it still runs."""
    process = subprocess.Popen(
        command("--port", "0", *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(accounts),
    )
    try:
        assert process.stdin and process.stdout
        process.stdin.write(stdin or "")
        process.stdin.close()
        line = process.stdout.readline()
        match = START_LINE.fullmatch(line)
        assert match, line
        yield process, match.group(1)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
