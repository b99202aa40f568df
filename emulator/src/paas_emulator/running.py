# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator for the time of a block: for tests of whoever uses the platform's API."""

from __future__ import annotations

import contextlib
import selectors
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

START_SECONDS = 30.0
STOP_SECONDS = 10.0
READY = "listening on "


class NotStartedError(Exception):
    """The emulator did not start; one line says so, and its own output says why."""


@contextlib.contextmanager
def running(
    accounts: Iterable[str],
    *options: str,
    log: IO[str] | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[str]:
    """Start an emulator as a program of its own on a free port, and end it however the block ends.

    Args:
        accounts: lines of the form LOGIN:PASSWORD[:TOKEN]. They go through a pipe, as arguments and the
            environment of a process can be read by others.
        options: further ones of the program, such as ``--state``, FILE.
        log: where it writes its errors; by default where this process does.
        environment, folder: of the program; by default those of this process.

    Yields:
        Its address, such as ``http://127.0.0.1:40123``.

    Raises:
        NotStartedError: it does not answer within START_SECONDS.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "paas_emulator", "--port", "0", "--accounts-file", "-", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        env=environment,
        cwd=folder,
    )
    try:
        assert process.stdin and process.stdout
        with contextlib.suppress(BrokenPipeError), process.stdin as lines:
            lines.writelines(f"{account}\n" for account in accounts)
        yield _address(process.stdout)
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout
        process.stdout.close()


def _address(output: IO[str]) -> str:
    """What the emulator tells when it can be called."""
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        if not selector.select(START_SECONDS):
            raise NotStartedError(f"the emulator did not start within {START_SECONDS:g} seconds")
    line = output.readline()
    if READY not in line:
        raise NotStartedError("the emulator did not start")
    return line.partition(READY)[2].strip()
