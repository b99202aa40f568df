# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be run for the page of the fault matrix, and the page from the results."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from tests.faults.kinds import GROUPS, KINDS, LEGEND, Fault
from tests.faults.results import (
    FAILED,
    LEAK_SCANS,
    ROUNDS,
    STORE_PROCESSES,
    MatrixRun,
    all_results,
    oldest_first,
)
from tests.faults.rows import CASES, Row
from tests.faults.sets import MANNERS, SETS
from tests.integration.leak_scan_plays import CALLBACKS, SCENARIOS

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "faults.md"
ALL_ROUNDS = 200  # of several runs at once
ALL_PROCESSES = 20  # at a time on one store
EMPTY = "-"
STRIKES = ("fault", "done", "act", "options")  # attributes of a fault that say what it does
# How a cell ends, for the totals.
WELL = ("done", "resumed", "repaired")
INTRODUCTION = """\
# What happens when a call fails

<!-- Written by `make faults` from the results of its runs; changes made here are overwritten. -->

Every API method that changes something (rows), and everything that can go wrong with the call of it (columns): each
cell was run against the emulator, over HTTP, and this page is what came of it. A cell is a task whose call is struck,
and then the same task again, until there is nothing to do. Checked in each cell:

- how often the call came to the platform, and how often it was carried out
- whether the task ends well or fails, that the error is one line and says what to do, and that `changed` and
  `steps_done` of the result are true
- that the next run makes what is still to be made and no more, and the one after it changes nothing
- that there is as much of everything as after a run without a fault: one environment, one token, one key
- that the store holds a value that lives, or says that it does not, and that `regenerate: lost` repairs that
- that no secret is in results, messages and warnings: plain, URL-encoded, JSON-escaped or in base64

Rows that begin with the name of a module are tasks that make several changes at a time, of several tokens or
environments, of which one in the midst is struck. Checked besides: that the result says of each whether it was done,
that with `paas_environments` all others are done, while nothing is deleted by `prune`, and that the next run does what
is left.

Several runs at once are played in rounds: five runs in threads and processes of one machine, over every module that
writes, with operations that take time, and in some rounds a colleague who changes the same environment in the dashboard
between two calls of a run. After a round everything that a run declared is there once, and no run has failed.

Besides, all scenarios of the tests, and a play in which secrets of every sort go everywhere, are run at `-vvvv` by
`ansible-playbook` and by `ansible-runner`, with the usual output and with one that is JSON. All that they leave is
searched for every secret that was in play: output, results, artefacts.

"""
WHEN = """\
The oldest results are of {oldest}, the newest of {newest}. A run of some cells renews these cells alone. The table has
for each run the numbers of results that no later run has renewed. The code is a digest of the files of the collection,
the emulator and the matrix; `make faults` prints the digest of the checkout.
"""


def fault_cases() -> list[tuple[Row, Fault]]:
    """All cells, in order: those that can happen."""
    return [(case, kind) for case in rows() for kind in KINDS if kind.end(case.name, case.traits)]


def rows() -> list[Row]:
    """All rows, in order: each method, then tasks that make several changes."""
    return [*CASES.values(), *SETS.values()]


def scenario_digest(case: Row, kind: Fault) -> str:
    """Return a digest of all that says what is run in a cell, and how it is to end."""
    manner, end = MANNERS.get(case.module), kind.end(case.name, case.traits)
    parts = [vars(case), {name: vars(kind)[name] for name in STRIKES}, vars(end) if end else {}]
    parts += [{"items": manner.items, "again": manner.again, "alone": manner.alone}] if manner else []
    # Without what is empty, so that a new attribute changes no digest of a scenario that does not have it.
    text = json.dumps([{name: value for name, value in part.items() if value} for part in parts], sort_keys=True)
    return hashlib.sha256(text.replace(str(PROJECT), "").encode()).hexdigest()[:6]


def scenarios() -> dict[str, dict[str, str]]:
    """Return group and name of every result that the page has, with the digest of what is run; see ``results.py``."""
    digests: dict[str, dict[str, str]] = {}
    for case, kind in fault_cases():
        digests.setdefault(case.row, {})[kind.name] = scenario_digest(case, kind)
    digests[STORE_PROCESSES] = {str(ALL_PROCESSES): ""}
    digests[ROUNDS] = {str(number): "" for number in range(ALL_ROUNDS)}
    plays = product(("play", *(path.stem for path in SCENARIOS)), CALLBACKS, ("", ", ansible-runner"))
    digests[LEAK_SCANS] = {f"{name}, {callback}{program}": "" for name, callback, program in plays}
    return digests


def oldest_cases(runs: Sequence[MatrixRun]) -> list[tuple[Row, Fault]]:
    """Return all cells: those without a valid result, then the one with the oldest result first."""
    cells = {(case.row, kind.name): (case, kind) for case, kind in fault_cases()}
    return [cells[key] for key in oldest_first(runs, scenarios()) if key in cells]


def totals(runs: Sequence[MatrixRun]) -> dict[str, int]:
    """Return what all runs brought, in numbers."""
    results = {group: list(found.values()) for group, found in all_results(runs).items()}
    processes, rounds, scans = (results.pop(group, []) for group in (STORE_PROCESSES, ROUNDS, LEAK_SCANS))
    cells = [result for found in results.values() for result in found]
    words = Counter(result["word"] for result in cells)
    return {
        "cells": len(cells),
        "ended well": sum(words[name] for name in WELL),
        "refused clearly": words["not done"] + words["undone"],
        "unknown, and said so": words["unknown"],
        "replaced by somebody else": words["stale"],
        "duplicates": _sum(cells, "duplicates"),
        "lost values": _sum(cells, "lost"),
        "leaks": _sum(cells, "leaks"),
        "failed": sum(result.get("word") == FAILED for result in (*cells, *processes, *rounds, *scans)),
        "processes at a time on one store": _sum(processes, "processes"),
        "entries that they lost": _sum(processes, "lost"),
        "rounds of several runs at once": len(rounds),
        "runs in them": _sum(rounds, "runs"),
        "changes that they lost": _sum(rounds, "lost"),
        "things that they made twice": _sum(rounds, "duplicates"),
        "runs that failed": _sum(rounds, "failures"),
        "runs of playbooks searched": len(scans),
        "their outputs, results and files": _sum(scans, "texts"),
        "secrets that were in play": _sum(scans, "secrets"),
        "leaks of theirs": _sum(scans, "leaks"),
    }


def _sum(results: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(result.get(name, 0) for result in results)


def page(runs: Sequence[MatrixRun]) -> str:
    """Return the whole page."""
    results = all_results(runs)
    words = {group: {name: result.get("word") for name, result in of.items()} for group, of in results.items()}
    lines = [f"| {name} | {number} |" for name, number in totals(runs).items()]
    told = [f"| {name} | {text} |" for name, text in LEGEND.items()]
    head = [INTRODUCTION + _table(["", "in all"], lines), _when(runs)]
    groups = [_group(group, words) for group in GROUPS]
    return "\n".join([*head, "## Words\n", _table(["cell", "means"], told), *groups])


def _when(runs: Sequence[MatrixRun]) -> str:
    """Say from which runs the results are."""
    lines = []
    for run in runs:
        numbers = {group: len(results) for group, results in run.results.items()}
        besides = [numbers.pop(group, 0) for group in (ROUNDS, LEAK_SCANS, STORE_PROCESSES)]
        versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
        lines.append(f"| {' | '.join(map(str, (run.date, run.code, versions, sum(numbers.values()), *besides)))} |")
    columns = ["date (UTC)", "code", "versions", "cells", "rounds", "playbooks searched", "stores"]
    text = WHEN.format(oldest=runs[0].date[:10], newest=runs[-1].date[:10])
    return f"## Runs\n\n{text}\n{_table(columns, lines)}"


def _group(group: str, words: Mapping[str, Mapping[str, str | None]]) -> str:
    kinds = [kind for kind in KINDS if kind.group == group]
    told = [f"| {kind.name} | {kind.what} |" for kind in kinds]
    lines = []
    for case in rows():
        row = [words.get(case.row, {}).get(kind.name) or EMPTY for kind in kinds]
        if set(row) != {EMPTY}:
            lines.append(f"| {case.label} | {' | '.join(row)} |")
    columns = _table(["column", "what goes wrong"], told)
    return f"## {group}\n\n{columns}\n{_table(['method', *(kind.name for kind in kinds)], lines)}"


def _table(head: list[str], rows: list[str]) -> str:
    return "\n".join([f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *rows, ""])
