# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out the measurements, the ways of all works one after the other in each round."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable
from typing import IO

from benchmarks.commands import Programs
from benchmarks.emulated import Calls, Emulator
from benchmarks.measuring import BenchError, Measured, measure
from benchmarks.record import Measurement, Memory, middle
from benchmarks.works import WORKS, Cell
from benchmarks.worlds import Worlds

Say = Callable[[str], None]
# Plays whose memory is watched: name, playbook, playbook whose result it gives back, numbers of items.
WATCHED = (
    ("read", "environments_info.yml", "", (1000,)),
    ("loop", "environments_loop.yml", "", (100, 1000)),
    ("echo", "echo_loop.yml", "keep_environment.yml", (100, 1000)),
)
OURS = re.compile(r"ansible_collections\.inet\.elastic\.plugins\.\w+\.[\w.]+$|requests$")
IMPORTED = re.compile(r"^import time:.*\|\s*([\w.]+)$", re.MULTILINE)


class Runner:
    """Runs cells against the worlds.

    Args:
        log: gets what programs print where they fail.
        say: tells a person how far it is.
    """

    def __init__(self, programs: Programs, worlds: Worlds, log: IO[str], say: Say) -> None:
        self.programs = programs
        self._worlds = worlds
        self._log = log
        self._say = say
        self.failures: list[str] = []

    def measurements(self, cells: list[Cell]) -> list[Measurement]:
        """Measure all cells. A cell that fails is left out, and in ``failures``."""
        found = {cell: Measurement(cell.work, cell.contender, cell.delay_ms, cell.items) for cell in cells}
        http_calls: dict[Cell, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for number in range(max((cell.repeats for cell in cells), default=0)):
            for cell in cells:
                if number < cell.repeats and cell in found:
                    try:
                        self._once(cell, found[cell], http_calls[cell])
                    except BenchError as error:
                        self.failures.append(f"{cell.work}, {cell.contender}, {cell.delay_ms} ms: {error}")
                        self._say(f"FAILED {self.failures[-1]}")
                        del found[cell]
            self._say(f"round {number + 1} done")
        for cell, calls in http_calls.items():
            if cell in found:
                found[cell].http_calls = {method: middle(seconds) for method, seconds in calls.items()}
        return list(found.values())

    def _once(self, cell: Cell, into: Measurement, http_calls: dict[str, list[float]]) -> None:
        work = WORKS[cell.work]
        emulator = self._worlds.ready(work.world, cell.delay_ms)
        self._keep(cell.way.kept, emulator, tokens=work.tokens)
        measured = measure(self.programs.of(cell, emulator), self._log)
        calls = emulator.calls()
        check(cell, calls)
        into.seconds.append(measured.seconds)
        into.peak_mb.append(measured.peak_mb)
        into.calls = dict(sorted(calls.methods.items()))
        into.server_ms.append(calls.server_ms)
        if cell.contender == "bare":
            noted = json.loads(measured.output)
            into.http.append(noted["seconds"])
            for method, seconds in noted["calls"].items():
                http_calls[method] += seconds
        self._say(f"{cell.work:22} {cell.contender:15} {cell.delay_ms:3} ms {cell.items:4} {measured.seconds:8.2f} s")

    def _keep(self, kept: str, emulator: Emulator, *, tokens: bool) -> None:
        """Have the result that is to be given back; made anew, as it is of this world."""
        if kept:
            measure(self.programs.playbook(kept, 1, emulator, kept=kept, tokens=tokens), self._log)
            emulator.forget()

    def memory(self, *, quick: bool) -> list[Memory]:
        """Peak memory of the watched plays, each run once more for that."""
        emulator = self._worlds.ready("many", 0)
        found = []
        for what, playbook, kept, sizes in WATCHED:
            self._keep(kept, emulator, tokens=False)
            for items in [size // 10 for size in sizes] if quick else sizes:
                program = self.programs.playbook(playbook, items, emulator, kept=kept)
                measured = measure(program, self._log, sample_memory=True)
                # Between two looks at all processes, the largest may have been larger.
                together = max(measured.together_mb or 0, measured.peak_mb)
                found.append(Memory(what, items, measured.peak_mb, together))
                self._say(f"memory of {what}, {items} items: {together:.0f} MB")
        return found

    def loaded(self) -> dict[str, list[str]]:
        """What programs load of the collection or of requests though they do not use it, by program."""
        emulator = self._worlds.ready("empty", 0)
        play = self.programs.playbook("loaded.yml", 0, emulator)
        measure(play, self._log)
        found = {"a play": json.loads(self.programs.loaded.read_text(encoding="utf-8"))}
        for name in ("ansible.builtin.uri", "inet.elastic.paas_token"):
            program = self.programs.importing("ansible-doc", name, emulator)
            found[f"ansible-doc {name}"] = imported(measure(program, self._log))
        return {program: [name for name in names if OURS.match(name)] for program, names in found.items()}


def imported(measured: Measured) -> list[str]:
    """The Python modules that a program imported, by what ``-X importtime`` printed; BenchError where that is empty."""
    names = IMPORTED.findall(measured.output)
    if "ansible.constants" not in names:
        raise BenchError("what ansible-doc imports cannot be seen")
    return names


def check(cell: Cell, calls: Calls) -> None:
    """BenchError where a run did not do its work, or more than it."""
    work = WORKS[cell.work]
    wanted = {work.writes: cell.items} if work.writes else {}
    if dict(calls.writes) != wanted:
        raise BenchError(f"it wrote {dict(calls.writes) or 'nothing'}, not {wanted or 'nothing'}")
    if calls.refused:
        raise BenchError(f"{calls.refused} calls were refused")
    if bool(calls.methods) != (cell.items > 0 and not cell.way.kept):
        raise BenchError(f"it made {sum(calls.methods.values())} calls")
