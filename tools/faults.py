"""Runs every cell of the fault matrix, prints the totals, and writes docs/faults.md and tests/faults/results.json.

    tools/faults.py [ARGUMENT OF PYTEST...]

Without arguments it also plays the rounds of several runs at once, and runs all scenarios by ansible-playbook and by
ansible-runner, with output of both sorts, and searches all that they leave for secrets.

Exit code 1 where any cell is not as it should be; nothing is written then, nor where arguments choose some cells.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import _project as project

sys.path.insert(0, str(project.ROOT))
sys.path.insert(0, str(project.WORKSPACE))

from tests.faults.page import (
    FAILED,
    LEAK_SCANS,
    PAGE,
    RESULTS,
    ROUNDS,
    fault_cases,
    leak_scan_totals,
    leak_scans_in_all,
    page,
    round_totals,
    rounds_in_all,
    text_of,
    totals,
    word,
)


def run(folder: str, arguments: list[str]) -> int:
    """All cells, by pytest, which leaves a file of results for each of its processes in the folder."""
    more = ["tests/hands/test_rounds.py", "tests/integration/test_leak_scan.py"]
    files = ["tests/faults", *([] if arguments else more)]
    commands = [[sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-q", *files, *arguments]]
    if not arguments:
        # In the environment that has ansible-runner, which make makes.
        commands.append(["make", "--no-print-directory", "runner", "ARGS=-q -k leak_scan"])
    environment = {**os.environ, "FAULT_RESULTS": folder}
    codes = [subprocess.run(command, cwd=project.ROOT, env=environment, check=False).returncode for command in commands]
    return max(codes)


def in_order(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the matrix, in its order."""
    found = {(record["method"], record["kind"]): record for record in records if "kind" in record}
    places = [(case.row, kind.name) for case, kind in fault_cases()]
    return [found[place] for place in places if place in found]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        code = run(folder, sys.argv[1:])
        lines = [line for path in Path(folder).glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
    found = [json.loads(line) for line in lines]
    records = in_order(found)
    store_processes = next((record["store_processes"] for record in found if "store_processes" in record), None)
    leak_scan = leak_scans_in_all(record["leak_scan"] for record in found if "leak_scan" in record)
    rounds = rounds_in_all(record["round"] for record in found if "round" in record)
    for name, number in {**totals(records), **round_totals(rounds), **leak_scan_totals(leak_scan)}.items():
        print(f"{name:30} {number}")
    for record in records:
        if word(record) == FAILED:
            print(f"{record['method']}, {record['kind']}: {'; '.join(record['problems'])}", file=sys.stderr)
    complete = len(records) == len(fault_cases()) and rounds["rounds"] == ROUNDS and leak_scan["runs"] >= LEAK_SCANS
    if code or store_processes is None or not complete:
        print("ERROR: not all cells are as they should be, or not all were run: nothing is written", file=sys.stderr)
        return code or 1
    whole = {
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "versions": {
            "Python": platform.python_version(),
            **{name: version(name) for name in ("ansible-core", "requests")},
        },
        "store_processes": store_processes,
        "rounds": rounds,
        "leak_scan": leak_scan,
        "cells": records,
    }
    RESULTS.write_text(text_of(whole), encoding="utf-8")
    PAGE.write_text(page(whole), encoding="utf-8")
    print(f"written: {PAGE.relative_to(project.ROOT)}, {RESULTS.relative_to(project.ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
