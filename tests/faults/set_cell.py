# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cell of a task that makes several changes: what became of each, what the task says of it, the runs after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from tests.faults.bed import Bed, Outcome
from tests.faults.cell import CALLED, Record, judge_message, strike, with_echo, worked
from tests.faults.kinds import End, Kind
from tests.faults.sets import DELETE, MANNERS, REGENERATE, Manner, States
from tests.integration.direct import open_store

# Faults that strike every later call, too.
ALL_LATER = ("429 always", "token replaced")
PRUNED = "environment.control.DeleteEnv"
ALIVE = (", old", ", new")


@dataclass(frozen=True)
class SetGolden:
    """The task where nothing goes wrong: what there is before it, and after it."""

    before: States
    after: States


def golden(bed: Bed) -> SetGolden:
    """Without any fault; each item is changed by one call of its method."""
    manner = MANNERS[bed.case.module]
    bed.begin()
    values = _values(bed)
    before = manner.states(bed, values)
    bed.emulator.forget()
    outcome = bed.run(bed.case.task, clean=True)
    assert outcome.result["changed"] is True
    assert Counter(bed.writes()) == Counter(manner.items.values())
    return SetGolden(before, manner.states(bed, values))


def _values(bed: Bed) -> dict[str, str | None]:
    entries = open_store(bed.store).read() if bed.store and bed.store.exists() else {}
    return {name: entry.value for name, entry in entries.items()}


def carry_out(bed: Bed, kind: Kind, end: End, sample: SetGolden) -> Record:
    """Strike one call, and run again until there is nothing to do; all that is found to be wrong is in the record."""
    case, manner = bed.case, MANNERS[bed.case.module]
    record = Record(case.row, kind.name, end.word)
    bed.begin()
    values = _values(bed)
    if kind.fault:
        fault = {"method": case.method, "after": case.skip, **kind.fault}
        bed.emulator.control("PUT", "faults", [with_echo(bed, fault)])
    with ExitStack() as stack:
        outcome = strike(bed, kind, stack)
    calls = _quiet(bed)
    bed.emulator.control("PUT", "faults", [])
    bed.login = case.stored
    states = manner.states(bed, values)
    _judge_calls(record, calls, kind, end, manner, case.method)
    record.lost += sum(state.endswith((", dead", "no value")) for state in states.values())
    if outcome is not None and end.failure != "store" and end.word != "unknown":
        record.check("expiries that the store does not have", _expiries_missing(bed), [])
    if outcome is not None:
        _judge_first(record, outcome, end, sample, states, manner, case.method)
    bed.emulator.forget()
    for expected in (manner.left(states, sample.after), Counter[str]()):
        _run_again(record, bed, manner, expected)
    left = manner.states(bed, values)
    record.check("expiries that the store does not have at the end", _expiries_missing(bed), [])
    record.check("what is left", _plain(left), _plain(sample.after))
    record.lost += sum(state.endswith((", dead", "no value", ", marked")) for state in left.values())
    record.duplicates += _doubles(bed)
    for name in ("duplicates", "lost"):
        record.check(name, getattr(record, name), 0)
    record.leaks = bed.leaks()
    record.check("leaks", record.leaks, 0)
    return record


def _quiet(bed: Bed) -> list[dict[str, Any]]:
    """The journal, once every call has been answered and no more come, as of a task that was killed."""
    seen: list[list[dict[str, Any]]] = []

    def at_rest() -> bool:
        seen.append(bed.calls())
        return len(seen) > 1 and len(seen[-1]) == len(seen[-2])

    bed.wait(at_rest)
    return seen[-1]


def _judge_calls(
    record: Record, calls: list[dict[str, Any]], kind: Kind, end: End, manner: Manner, method: str
) -> None:
    done = Counter(call["method"] for call in calls if call["write"] and worked(call, kind))
    record.sent = sum(call["method"] == method for call in calls)
    record.worked = done[method]
    record.writes.append(sum(done[name] for name in set(manner.items.values())))
    planned = Counter(manner.items.values())
    # A value that went with its answer is replaced at once; a token whose value could not be kept is deleted again.
    if end.failure is None and kind.done:
        planned[REGENERATE] += 1
    if kind.act == "disk fills":
        planned[DELETE] += planned["users.authentication.CreateToken"]
    if kind.act == "replaced":
        planned[REGENERATE] += 1
    record.duplicates += sum((Counter({name: done[name] for name in planned}) - planned).values())


def _judge_first(
    record: Record, outcome: Outcome, end: End, sample: SetGolden, states: States, manner: Manner, method: str
) -> None:
    result = outcome.result
    record.check("failure", outcome.failure, end.failure)
    if outcome.failure is None:
        record.check("changed", result["changed"], True)
        record.check("what is done", _plain(states), _plain(sample.after))
        return
    judge_message(record, outcome, end, method)
    struck = [name for name, of in manner.items.items() if of == method]
    if end.failure in CALLED:
        record.check("the message names one of them", any(name in result["msg"] for name in struck), True)
    done = {name for name in manner.items if states[name] == sample.after[name]}
    told = manner.told(result)
    record.check("told as done, and not done", sorted(told - done), [])
    # Work that was done after all, or whose value could not be kept.
    hidden = done - told
    record.check("done, not told, and of another kind", sorted({manner.items[name] for name in hidden} - {method}), [])
    if end.word != "resumed":
        record.check("done, and not told", len(hidden), min(end.worked, len(hidden), 1))
    half = {name: state for name, state in states.items() if state not in (sample.before[name], sample.after[name])}
    record.check("half done", {name: state for name, state in half.items() if not state.endswith(", marked")}, {})
    if manner.alone and record.kind not in ALL_LATER:
        _judge_others(record, set(manner.items) - done - half.keys(), hidden, manner, method)


def _judge_others(record: Record, not_done: set[str], hidden: set[str], manner: Manner, method: str) -> None:
    """Where one fails all others are done, but that nothing is deleted by ``prune``."""
    pruned = {name for name, of in manner.items.items() if of == PRUNED}
    if method != PRUNED:
        record.check("deleted although one failed", sorted(pruned - not_done), [])
        not_done -= pruned
    failed = [*not_done, *hidden]
    record.check("not done", [manner.items[name] for name in failed], [method])


def _run_again(record: Record, bed: Bed, manner: Manner, expected: Counter[str]) -> None:
    outcome = bed.run(manner.again)
    writes = Counter(bed.writes())
    number = len(record.writes) + 1
    record.writes.append(writes.total())
    record.check(f"failure of run {number}", outcome.result.get("msg"), None)
    record.check(f"writes of run {number}", dict(writes), dict(expected))
    record.duplicates += (writes - expected).total()


def _expiries_missing(bed: Bed) -> list[str]:
    """Tokens whose entry of the store, if there is one, says otherwise than the platform whether they expire."""
    if not bed.store:
        return []
    entries = open_store(bed.store).read()
    tokens = {str(token["description"]): token for token in bed.tokens(*MANNERS[bed.case.module].items)}
    both = tokens.keys() & entries.keys()
    return sorted(name for name in both if bool(entries[name].expires_at) != ("expiresAt" in tokens[name]))


def _plain(states: Mapping[str, str]) -> dict[str, str]:
    """Without telling whether a value that lives is the one from before."""
    return {
        name: f"{state.rpartition(',')[0]}, alive" if state.endswith(ALIVE) else state for name, state in states.items()
    }


def _doubles(bed: Bed) -> int:
    """How many things there are twice."""
    manner = MANNERS[bed.case.module]
    if bed.case.stored:
        names = [token["description"] for token in bed.tokens(*manner.items)]
    else:
        names = [str(info["env"]["envName"]) for info in bed.infos()]
    return len(names) - len(set(names))
