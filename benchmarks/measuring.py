# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One measured run of a program."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from benchmarks.memory import Sampler, descendants

LAUNCHER = Path(__file__).resolve().parent / "launcher.py"
LONGEST_RUN = 600.0


class BenchError(Exception):
    """A measurement that cannot be made; one line says why."""


@dataclass(frozen=True)
class Measured:
    """A program that has run.

    Attributes:
        seconds: wall clock from its start to its end.
        cpu: seconds of processors, of all its processes.
        peak_mb: largest resident size of any one of its processes, in MB (10^6 bytes).
        together_mb: largest size of all its processes together, shared pages counted once; None where not sampled.
        output: what it printed.
    """

    seconds: float
    cpu: float
    peak_mb: float
    together_mb: float | None
    output: str


@dataclass(frozen=True)
class Program:
    """What is run; no argument has a secret in it."""

    argv: Sequence[str]
    environment: Mapping[str, str]
    folder: Path


def measure(program: Program, log: IO[str], *, sample_memory: bool = False) -> Measured:
    """Run a program to its end.

    Args:
        log: gets what it prints as errors, and all that it prints where it fails.

    Raises:
        BenchError: it failed, or did not end in time.
    """
    report = program.folder / "measured.json"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-I", "-S", str(LAUNCHER), str(report), *program.argv]
    with _started(command, program, log) as process, Sampler(process.pid if sample_memory else None) as sampler:
        try:
            output, _ = process.communicate(timeout=LONGEST_RUN)
        except subprocess.TimeoutExpired:
            raise BenchError(f"{_name(program)} did not end within {LONGEST_RUN:g} seconds") from None
    content: dict[str, Any] = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {"code": 1}
    if content["code"]:
        log.write(output)
        log.flush()
        raise BenchError(f"{_name(program)} ended with code {content['code']}")
    return Measured(
        seconds=content["seconds"],
        cpu=content["cpu"],
        peak_mb=content["peak_kib"] * 1024 / 1e6,
        together_mb=sampler.peak_mb,
        output=output,
    )


def _name(program: Program) -> str:
    return " ".join(Path(word).name for word in program.argv[:4])


@contextlib.contextmanager
def _started(command: list[str], program: Program, log: IO[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that is ended with the block, and all that it has started with it."""
    process = subprocess.Popen(
        command,
        cwd=program.folder,
        env=dict(program.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            for pid in (*descendants(process.pid), process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        process.wait()
        assert process.stdout
        process.stdout.close()
