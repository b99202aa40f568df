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

from tests.faults.fault_case import CALLED, FaultRecord, judge_message, strike, with_echo, worked
from tests.faults.harness import Harness, RunOutcome
from tests.faults.kinds import End, Fault
from tests.faults.sets import DELETE, MANNERS, REGENERATE, Manner, States
from tests.integration.direct import open_store

# Faults that strike every later call, too.
ALL_LATER = ("429 always", "token replaced")
PRUNED = "environment.control.DeleteEnv"
ALIVE = (", old", ", new")


@dataclass(frozen=True)
class SetBaseline:
    """The task where nothing goes wrong: what there is before it, and after it."""

    before: States
    after: States


def baseline(harness: Harness) -> SetBaseline:
    """Without any fault; each item is changed by one call of its method."""
    manner = MANNERS[harness.case.module]
    harness.begin()
    values = _values(harness)
    before = manner.states(harness, values)
    harness.emulator.forget()
    outcome = harness.run(harness.case.task, clean=True)
    assert outcome.result["changed"] is True
    assert Counter(harness.writes()) == Counter(manner.items.values())
    return SetBaseline(before, manner.states(harness, values))


def _values(harness: Harness) -> dict[str, str | None]:
    entries = open_store(harness.store).read() if harness.store and harness.store.exists() else {}
    return {name: entry.value for name, entry in entries.items()}


def carry_out(harness: Harness, kind: Fault, end: End, sample: SetBaseline) -> FaultRecord:
    """Strike one call, and run again until there is nothing to do; all that is found to be wrong is in the record."""
    case, manner = harness.case, MANNERS[harness.case.module]
    record = FaultRecord(case.row, kind.name, end.word)
    harness.begin()
    values = _values(harness)
    if kind.fault:
        fault = {"method": case.method, "after": case.skip, **kind.fault}
        harness.emulator.control("PUT", "faults", [with_echo(harness, fault)])
    with ExitStack() as stack:
        outcome = strike(harness, kind, stack)
    calls = _quiet(harness)
    harness.emulator.control("PUT", "faults", [])
    harness.login = case.stored
    states = manner.states(harness, values)
    _judge_calls(record, calls, kind, end, manner, case.method)
    record.lost += sum(state.endswith((", dead", "no value")) for state in states.values())
    if outcome is not None and end.failure != "store" and end.word != "unknown":
        record.check("expiries that the store does not have", _expiries_missing(harness), [])
    if outcome is not None:
        _judge_first(record, outcome, end, sample, states, manner, case.method)
    harness.emulator.forget()
    for expected in (manner.left(states, sample.after), Counter[str]()):
        _run_again(record, harness, manner, expected)
    left = manner.states(harness, values)
    record.check("expiries that the store does not have at the end", _expiries_missing(harness), [])
    record.check("what is left", _plain(left), _plain(sample.after))
    record.lost += sum(state.endswith((", dead", "no value", ", marked")) for state in left.values())
    record.duplicates += _doubles(harness)
    for name in ("duplicates", "lost"):
        record.check(name, getattr(record, name), 0)
    record.leaks = harness.leaks()
    record.check("leaks", record.leaks, 0)
    return record


def _quiet(harness: Harness) -> list[dict[str, Any]]:
    """The journal, once every call has been answered and no more come, as of a task that was killed."""
    seen: list[list[dict[str, Any]]] = []

    def at_rest() -> bool:
        seen.append(harness.calls())
        return len(seen) > 1 and len(seen[-1]) == len(seen[-2])

    harness.wait(at_rest)
    return seen[-1]


def _judge_calls(
    record: FaultRecord, calls: list[dict[str, Any]], kind: Fault, end: End, manner: Manner, method: str
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
    record: FaultRecord, outcome: RunOutcome, end: End, sample: SetBaseline, states: States, manner: Manner, method: str
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


def _judge_others(record: FaultRecord, not_done: set[str], hidden: set[str], manner: Manner, method: str) -> None:
    """Where one fails all others are done, but that nothing is deleted by ``prune``."""
    pruned = {name for name, of in manner.items.items() if of == PRUNED}
    if method != PRUNED:
        record.check("deleted although one failed", sorted(pruned - not_done), [])
        not_done -= pruned
    failed = [*not_done, *hidden]
    record.check("not done", [manner.items[name] for name in failed], [method])


def _run_again(record: FaultRecord, harness: Harness, manner: Manner, expected: Counter[str]) -> None:
    outcome = harness.run(manner.again)
    writes = Counter(harness.writes())
    number = len(record.writes) + 1
    record.writes.append(writes.total())
    record.check(f"failure of run {number}", outcome.result.get("msg"), None)
    record.check(f"writes of run {number}", dict(writes), dict(expected))
    record.duplicates += (writes - expected).total()


def _expiries_missing(harness: Harness) -> list[str]:
    """Tokens whose entry of the store, if there is one, says otherwise than the platform whether they expire."""
    if not harness.store:
        return []
    entries = open_store(harness.store).read()
    tokens = {str(token["description"]): token for token in harness.tokens(*MANNERS[harness.case.module].items)}
    both = tokens.keys() & entries.keys()
    return sorted(name for name in both if bool(entries[name].expires_at) != ("expiresAt" in tokens[name]))


def _plain(states: Mapping[str, str]) -> dict[str, str]:
    """Without telling whether a value that lives is the one from before."""
    return {
        name: f"{state.rpartition(',')[0]}, alive" if state.endswith(ALIVE) else state for name, state in states.items()
    }


def _doubles(harness: Harness) -> int:
    """How many things there are twice."""
    manner = MANNERS[harness.case.module]
    if harness.case.stored:
        names = [token["description"] for token in harness.tokens(*manner.items)]
    else:
        names = [str(info["env"]["envName"]) for info in harness.infos()]
    return len(names) - len(set(names))
