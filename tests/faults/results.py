# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of results: the runs of ``make faults``, each with the results that no later run has renewed.

A result has a group and a name in the group. The group of a cell is its row; the groups of all others are named below.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# Where the tests of ``make faults`` leave their results, a file for each process; without it a sample is run.
FOLDER = os.environ.get("FAULT_RESULTS")
FILE = Path(__file__).with_name("results.json")
ROUNDS, LEAK_SCANS, STORE_PROCESSES = "rounds", "leak scans", "store processes"
FAILED = "FAILED"

# By group and name. A result of a cell has a ``word``, how it ended, and a ``scenario``, the digest of what was run.
Results = dict[str, dict[str, dict[str, Any]]]
# By group and name, the digest of what is to be run; it is empty if the result does not depend on its scenario alone.
Scenarios = Mapping[str, Mapping[str, str]]


@dataclass
class MatrixRun:
    """One run.

    Attributes:
        date: date and time in UTC.
        code: digest of the files that the results depend on, see ``tools/faults.py``.
        versions: by name, of Python and packages.
    """

    date: str
    code: str
    versions: dict[str, str]
    results: Results


@contextlib.contextmanager
def recorded(group: str, name: str) -> Iterator[dict[str, Any]]:
    """Record what the block puts into the result, and that it failed if it did; an interrupted block has no result."""
    result: dict[str, Any] = {}
    try:
        yield result
    except KeyboardInterrupt:
        raise
    except BaseException:
        _record(group, name, {**result, "word": FAILED})
        raise
    _record(group, name, result)


def _record(group: str, name: str, result: Mapping[str, Any]) -> None:
    if FOLDER:
        with (Path(FOLDER) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps([group, name, result]) + "\n")


def read_records(folder: Path) -> Results:
    """Read what the tests of a run have recorded, without numbers that are 0."""
    results: Results = {}
    for path in folder.glob("*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            group, name, result = json.loads(line)
            results.setdefault(group, {})[name] = {key: value for key, value in result.items() if value != 0}
    return results


def renewed(runs: Iterable[MatrixRun], latest: MatrixRun, scenarios: Scenarios) -> list[MatrixRun]:
    """Return all runs, the oldest first, without what the latest has renewed and without what is no longer run."""
    kept: list[MatrixRun] = []
    for run in (*runs, latest):
        results: Results = {}
        for group, names in scenarios.items():
            own = run.results.get(group, {})
            there = [name for name in names if name in own and (run is latest or not _has(latest, group, name))]
            if there:
                results[group] = {name: own[name] for name in there}
        if results:
            kept.append(MatrixRun(run.date, run.code, run.versions, results))
    return kept


def _has(run: MatrixRun, group: str, name: str) -> bool:
    return name in run.results.get(group, {})


def all_results(runs: Iterable[MatrixRun]) -> Results:
    """Return the results of all runs together."""
    together: Results = {}
    for run in runs:
        for group, results in run.results.items():
            together.setdefault(group, {}).update(results)
    return together


def stale(runs: Iterable[MatrixRun], scenarios: Scenarios) -> list[tuple[str, str]]:
    """Return group and name of each result that is missing, or of another scenario."""
    results = all_results(runs)
    return [
        (group, name)
        for group, names in scenarios.items()
        for name, scenario in names.items()
        if results.get(group, {}).get(name, {"scenario": None}).get("scenario", "") != scenario
    ]


def oldest_first(runs: Iterable[MatrixRun], scenarios: Scenarios) -> list[tuple[str, str]]:
    """Return group and name of everything to run: what is stale, then the results from the oldest to the newest."""
    runs = list(runs)
    place = {
        (group, name): number
        for number, run in enumerate(runs)
        for group, results in run.results.items()
        for name in results
    }
    place.update(dict.fromkeys(stale(runs, scenarios), -1))
    names = [(group, name) for group, names in scenarios.items() for name in names]
    return sorted(names, key=place.__getitem__)


def load() -> list[MatrixRun]:
    """Read the file."""
    return [MatrixRun(**run) for run in json.loads(FILE.read_text("utf-8"))]


def text_of(runs: Iterable[MatrixRun]) -> str:
    """Return the file's text: a line for each result."""
    lines = ",\n".join(map(_text_of_run, runs))
    return f"[\n{lines}\n]\n"


def _text_of_run(run: MatrixRun) -> str:
    head = {name: value for name, value in asdict(run).items() if name != "results"}
    groups = ",\n".join(f"{json.dumps(group)}: {{\n{_lines(results)}\n}}" for group, results in run.results.items())
    return f'{json.dumps(head)[:-1]}, "results": {{\n{groups}\n}}}}'


def _lines(results: Mapping[str, Mapping[str, Any]]) -> str:
    return ",\n".join(f"{json.dumps(name)}: {json.dumps(result)}" for name, result in results.items())
