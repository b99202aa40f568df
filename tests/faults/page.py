# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the fault matrix, from the results of a run of all its cells."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.faults.kinds import GROUPS, KINDS, LEGEND, Fault
from tests.faults.rows import CASES, Row
from tests.faults.sets import SETS

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "faults.md"
RESULTS = Path(__file__).with_name("results.json")
SCENARIOS = PROJECT / "tests" / "integration" / "scenarios"
# The files of scenarios and the play, by two programs, with two sorts of output.
LEAK_SCANS = 4 * (1 + len(list(SCENARIOS.glob("*.yml"))))
FAILED = "FAILED"
ROUNDS = 200  # of several runs at once
EMPTY = "-"
# How a cell ends, for the totals.
WELL = ("done", "resumed", "repaired")
INTRODUCTION = """\
# What happens when a call fails

<!-- Written by `make faults` from the run that it makes; changes made here are overwritten. -->

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


def fault_cases() -> list[tuple[Row, Fault]]:
    """All cells, in order: those that can happen."""
    return [(case, kind) for case in rows() for kind in KINDS if kind.end(case.name, case.traits)]


def rows() -> list[Row]:
    """All rows, in order: each method, then tasks that make several changes."""
    return [*CASES.values(), *SETS.values()]


def word(record: Mapping[str, Any]) -> str:
    """How a cell ended."""
    return FAILED if record.get("problems") else str(record["word"])


def totals(records: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """What a run brought, in numbers."""
    found = list(records)
    words = Counter(map(word, found))
    sums = {name: sum(record.get(name, 0) for record in found) for name in ("duplicates", "lost", "leaks")}
    return {
        "cells": len(found),
        "ended well": sum(words[name] for name in WELL),
        "refused clearly": words["not done"] + words["undone"],
        "unknown, and said so": words["unknown"],
        "replaced by somebody else": words["stale"],
        "duplicates": sums["duplicates"],
        "lost values": sums["lost"],
        "leaks": sums["leaks"],
        "failed": words[FAILED],
    }


def rounds_in_all(results: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """What the rounds of several runs brought, in numbers."""
    found = list(results)
    names = ("runs", "lost", "duplicates", "failures")
    return {"rounds": len(found), **{name: sum(result[name] for result in found) for name in names}}


def round_totals(rounds: Mapping[str, int]) -> dict[str, int]:
    """The same as the page has it."""
    return {
        "rounds of several runs at once": rounds["rounds"],
        "runs in them": rounds["runs"],
        "changes that they lost": rounds["lost"],
        "things that they made twice": rounds["duplicates"],
        "runs that failed": rounds["failures"],
    }


def leak_scans_in_all(runs: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """What the search of whole runs brought: the runs, and over all of them texts, secrets and leaks."""
    found = list(runs)
    return {"runs": len(found), **{name: sum(run[name] for run in found) for name in ("texts", "secrets", "leaks")}}


def leak_scan_totals(leak_scan: Mapping[str, int]) -> dict[str, int]:
    """The same as the page has it."""
    return {
        "runs of playbooks searched": leak_scan["runs"],
        "their outputs, results and files": leak_scan["texts"],
        "secrets that were in play": leak_scan["secrets"],
        "leaks of theirs": leak_scan["leaks"],
    }


def text_of(results: Mapping[str, Any]) -> str:
    """The results as a file: a line for each cell, without what is none."""
    records = [{name: value for name, value in record.items() if value} for record in results["cells"]]
    lines = ",\n".join(json.dumps(record) for record in records)
    head = json.dumps({name: value for name, value in results.items() if name != "cells"})
    return f'{head[:-1]}, "cells": [\n{lines}\n]}}\n'


def page(results: Mapping[str, Any]) -> str:
    """The whole page.

    Args:
        results: as ``results.json`` has them: ``date``, ``versions``, ``cells``, ``store_processes``,
            ``rounds``, ``leak_scan``.
    """
    found = {(record["method"], record["kind"]): word(record) for record in results["cells"]}
    lines = [f"| {name} | {number} |" for name, number in totals(results["cells"]).items()]
    lines += [f"| processes at a time on one store | {results['store_processes']['processes']} |"]
    lines += [f"| entries that they lost | {results['store_processes']['lost']} |"]
    lines += [f"| {name} | {number} |" for name, number in round_totals(results["rounds"]).items()]
    lines += [f"| {name} | {number} |" for name, number in leak_scan_totals(results["leak_scan"]).items()]
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    told = [f"| {name} | {text} |" for name, text in LEGEND.items()]
    head = [INTRODUCTION + _table(["", "in all"], lines), f"{results['date']}, {versions}.\n"]
    groups = [_group(group, found) for group in GROUPS]
    return "\n".join([*head, "## Words\n", _table(["cell", "means"], told), *groups])


def _group(group: str, found: Mapping[tuple[str, str], str]) -> str:
    kinds = [kind for kind in KINDS if kind.group == group]
    told = [f"| {kind.name} | {kind.what} |" for kind in kinds]
    lines = []
    for case in rows():
        row = [found.get((case.row, kind.name), EMPTY) for kind in kinds]
        if set(row) != {EMPTY}:
            lines.append(f"| {case.label} | {' | '.join(row)} |")
    columns = _table(["column", "what goes wrong"], told)
    return f"## {group}\n\n{columns}\n{_table(['method', *(kind.name for kind in kinds)], lines)}"


def _table(head: list[str], rows: list[str]) -> str:
    return "\n".join([f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *rows, ""])
