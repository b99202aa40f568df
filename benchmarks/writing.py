# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run writes: the page, its chart, the figures in the README, and what a terminal shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks import figures, tables
from benchmarks.chart import svg
from benchmarks.measuring import BenchError
from benchmarks.record import Record
from benchmarks.works import BARE_AT_A_TIME, CONCURRENCY, CONTENDERS, LETTERS, TYPICAL, WORKS
from benchmarks.worlds import WORLDS

PAGE = Path("docs/performance.md")
CHART = Path("docs/performance.svg")
BEGIN = "<!-- written by make bench -->"
END = "<!-- end of what make bench writes -->"
_BETWEEN = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
IN_README = ("uri_loop", "uri_once", "loop_process", "loop", "bare")
ALL_WAYS = ("loop", "set_process", "loop_process", "uri_once", "uri_loop", "jelapi", "jelastic_client", "bare")

HOW = f"""\
## How it is measured

- Everything runs on one machine against the emulator of this project. It answers each call after a set delay, which
  stands for the network: 0, 20 or 100 ms. An environment that is started takes {WORLDS["stopped"].start_seconds:g} s.
- All ways of all works take turns, round by round, in one run. A figure is the median of its repeats; the tables say
  how many. Ways that start a process for each item are slow: they have fewer repeats, and run at one delay, as it adds
  to each of their calls alike.
- Seconds are those of the whole program, from its start to its end. Ratios compare seconds for each item with those
  of one task of ours for the same work and delay.
- "As module processes" is this collection with its action plugins out of the way: the connection is Ansible's own for
  the local machine by another name.
- "A loop of uri" makes the calls that a loop of ours makes by `ansible.builtin.uri`, one task item for each.
  "One uri task" reads everything in one call and compares it in a template.
- jelapi and jelastic-client are used as published, in scripts without Ansible. The bare script makes the fewest calls
  that do the work, over kept connections, with requests alone; {BARE_AT_A_TIME} at a time where their order does not
  matter, {CONCURRENCY} where environments are started. It is the limit.
- "An action that gives back as much" answers with a result that a task of ours gave, from a file. In a loop it has two
  templated options, as `paas_environment` has there. What it takes is what ansible-core takes.
- After each run the emulator's journal is compared with the work: the writes must be those of the work, one for each
  item, and no call refused. The journal also counts the calls.
- HTTP time is what the bare script takes for the same calls: of a work, from its first call to its last answer; of a
  single call, the median for its method. The delay and the emulator's own work are part of it.
- Time above HTTP of one item is the difference between a loop of many and a loop of one, for each item, less its HTTP
  time.
- MB are 10^6 bytes of resident memory: the kernel's maximum for the largest process, and for all processes of a run
  together, looked at every 20 ms, with pages that several share counted once.
- Noise is the distance between the quarters of the repeats.
- Each environment has two layers with one node each.
"""


def _made(record: Record) -> str:
    machine, versions = record.made["machine"], record.made["versions"]
    return (
        f"Measured on {record.made['date']}, in {record.made['seconds'] / 60:.0f} minutes, on {machine['cores']} cores "
        f"of {machine['processor']} with {machine['memory_gb']} GB of memory, {machine['system']}; "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + "."
        + (" A quick run, with a tenth of the items that are said here." if record.made["quick"] else "")
    )


def _notes(work: str) -> Iterator[str]:
    """What a reader has to know of ways, each once."""
    ways = WORKS[work].ways
    for note in dict.fromkeys(way.note for way in ways.values() if way.note):
        named = ", ".join(CONTENDERS[contender].title for contender, way in ways.items() if way.note == note)
        yield f"- {named}: {note}"


def page(record: Record) -> str:
    """The page of a record, in Markdown."""
    parts = [
        "# Performance",
        "This page is written by `make bench`; nothing in it is typed by hand.",
        _made(record),
        f"## The same work, {TYPICAL} ms from the platform",
        "How many times longer other ways take than one task of this collection, for each token or environment:",
        tables.ratio_table(record, TYPICAL, ALL_WAYS).markdown(),
        f"![Milliseconds for each item, by work and way]({CHART.name})",
        "## Aims",
        tables.target_table(record).markdown(),
        "## One item more",
        "What each further item of a loop, and each further task, costs at no delay:",
        tables.more_table(record).markdown(),
    ]
    for work in LETTERS:
        parts += [f"## {tables.title(work)}", tables.work_table(record, work).markdown(), *("\n".join(_notes(work)),)]
    for section in record.sections:
        parts += [f"## {section.title}", section.about, tables.section_table(section).markdown()]
    parts += [
        "## Memory",
        tables.memory_table(record).markdown(),
        "## Start-up",
        f"ansible-playbook takes {figures.start(record):.2f} s for a play without tasks. Programs that do not use the "
        "collection, with and without it installed:",
        tables.start_table(record).markdown(),
        HOW,
    ]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def readme_section(record: Record) -> str:
    """What stands between the marks in the README."""
    table = tables.ratio_table(record, TYPICAL, IN_README).markdown()
    text = (
        f"How many times longer other ways take than one task of this collection, {TYPICAL} ms from the platform, "
        "in one run on one machine:"
    )
    return f"{BEGIN}\n{text}\n\n{table}\n{END}"


def check_marks(readme: Path) -> None:
    """BenchError where the README has no marks to write between."""
    if not _BETWEEN.search(readme.read_text(encoding="utf-8")):
        raise BenchError(f"README.md has no lines {BEGIN!r} and {END!r} to write between; put them back")


def outputs(record: Record, readme: Path | None) -> dict[Path, str]:
    """Files, by their paths in the project, and their new texts: the page, the chart, and the README where given."""
    found = {PAGE: page(record), CHART: svg(record)}
    if readme:
        section = readme_section(record)
        found[Path(readme.name)] = _BETWEEN.sub(lambda _: section, readme.read_text(encoding="utf-8"))
    return found


def shown(record: Record) -> str:
    """All tables for a terminal."""
    parts = [_made(record)]
    named = [(tables.title(work), tables.work_table(record, work)) for work in LETTERS]
    named += [(f"{section.title}\n{section.about}", tables.section_table(section)) for section in record.sections]
    named += [
        (f"Times one task of ours, {TYPICAL} ms", tables.ratio_table(record, TYPICAL, ALL_WAYS)),
        ("One item more", tables.more_table(record)),
        ("Memory", tables.memory_table(record)),
        ("Start-up", tables.start_table(record)),
        ("Aims", tables.target_table(record)),
    ]
    parts += [f"{name}\n{table.plain()}" for name, table in named if table.rows]
    return "\n\n".join(parts)
