# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the collection beside other ways to do the same, and write down what came out.

Run by `make bench`. Exit code 0 whether the aims are reached or not, 1 where a measurement failed, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import datetime
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, NoReturn

from benchmarks import connection, inventory, machine, record
from benchmarks.commands import PROJECT, SLOW_SWITCHES, Programs
from benchmarks.measuring import BenchError
from benchmarks.running import Runner
from benchmarks.works import WORKS, cells
from benchmarks.worlds import Worlds
from benchmarks.writing import check_marks, outputs, shown

BUILD = PROJECT / ".build" / "bench"
LOG = BUILD / "bench.log"
RESULTS = Path("benchmarks/results.json")
# What has a table of its own on the page, by the name for --only.
SECTIONS = {"connection": connection.section, "inventory": inventory.section}


def measured(options: argparse.Namespace, log: IO[str]) -> tuple[record.Record, list[str]]:
    """All measurements, and what failed of them."""
    only = tuple(options.only)
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - started:5.0f} s  {text}", file=sys.stderr, flush=True)

    with (
        tempfile.TemporaryDirectory(prefix="run-", dir=BUILD) as folder,
        # A socket of Ansible's may lie below it, and the path of a socket has about 100 characters at most.
        tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as temp,
        Worlds(log) as worlds,
    ):
        runner = Runner(Programs(Path(folder), Path(temp)), worlds, log, say)
        done = runner.measurements(list(cells(quick=options.quick, only=only)))
        memory = [] if only else runner.memory(quick=options.quick)
        loaded = {} if only else runner.loaded()
        sections = []
        for name in [name for name in SECTIONS if name in only or not only]:
            try:
                sections.append(SECTIONS[name](runner.programs, worlds, log, quick=options.quick))
            except BenchError as error:
                runner.failures.append(f"{name}: {error}")
            say(f"{name} done")
    made = {
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "seconds": round(time.monotonic() - started),
        "quick": options.quick,
        "only": list(only),
        "machine": machine.machine(),
        "versions": machine.versions(),
    }
    return record.Record(made, done, memory, loaded, sections), runner.failures


def write(result: record.Record, *, into: Path, readme: Path | None) -> list[Path]:
    """Write the record and what follows from it; gives the files."""
    results = into / RESULTS
    results.parent.mkdir(parents=True, exist_ok=True)
    record.save(result, results)
    return [results, *render(into, readme)]


def render(into: Path, readme: Path | None) -> list[Path]:
    """Write what follows from the record, unless it is one of single works; gives the files."""
    result = record.load(into / RESULTS)
    follows = {} if result.made["only"] else outputs(result, readme)
    for path, text in follows.items():
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        (into / path).write_text(text, encoding="utf-8")
    return [into / path for path in follows]


def _stop(number: int, _frame: object) -> NoReturn:
    """End as after Ctrl-C: by way of every `finally`."""
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the speed beside other ways.")
    parser.add_argument("--render", action="store_true", help="only write the documents from the last record")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, once; writes below .build only")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        choices=sorted([*WORKS, *SECTIONS]),
        metavar="WORK",
        help=f"one of {', '.join([*WORKS, *SECTIONS])}; may be repeated; writes below .build only",
    )
    return parser.parse_args()


def _run(options: argparse.Namespace) -> int:
    """Measure, print, write. BenchError where that cannot go on."""
    trial = options.quick or options.only
    readme = None if trial else PROJECT / "README.md"
    if readme:
        check_marks(readme)
    if options.render:
        return _wrote(render(BUILD if trial else PROJECT, readme))
    with LOG.open("w", encoding="utf-8") as log:
        result, failures = measured(options, log)
    if failures:
        print(*(f"bench: {failure}" for failure in failures), sep="\n", file=sys.stderr)
        raise BenchError(f"{len(failures)} measurements failed, so nothing is written")
    print(shown(result))
    return _wrote(write(result, into=BUILD if trial else PROJECT, readme=readme))


def _wrote(paths: list[Path]) -> int:
    print(*(f"wrote {path.relative_to(PROJECT)}" for path in paths), sep="\n")
    return 0


def main() -> int:
    """Run with the options of the command line."""
    options = _options()
    if not Path("/proc/self/smaps_rollup").exists():
        print("bench: memory is read from /proc/PID/smaps_rollup, which only Linux has; run it there", file=sys.stderr)
        return 1
    if shutil.which("curl") is None:
        print(
            "bench: one of the compared ways is a shell script with curl, which is not here; install it",
            file=sys.stderr,
        )
        return 1
    signal.signal(signal.SIGTERM, _stop)
    for name in SLOW_SWITCHES:
        os.environ.pop(name, None)
    BUILD.mkdir(parents=True, exist_ok=True)
    try:
        return _run(options)
    except BenchError as error:
        print(f"bench: {error}; the log is {LOG.relative_to(PROJECT)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: stopped, and all that it had started", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
