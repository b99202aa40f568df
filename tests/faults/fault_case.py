# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cell of the matrix: a method that is struck, the runs after it, and all that is wrong with how they end."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from tests.faults.fault_transport import CallEvent, Relay, closed_port, disk
from tests.faults.harness import AUTHENTICATION, NAME, Harness, RunOutcome
from tests.faults.kinds import WAIT, End, Fault
from tests.faults.rows import Row
from tests.faults.task_processes import job_of

LIMIT = 0.15  # seconds for an answer that will not come
GIVES_UP, GOES_ON = 0.1, 0.5  # seconds of a gateway, and of the operation behind it
SLOW = 2.0  # seconds that the platform takes for it
HELD = {"operated": 0.3, "inside": 2.5}  # seconds that somebody's operation takes
OPERATION = "environment.control.RestartNodesByGroup"
REGENERATE = f"{AUTHENTICATION}.RegenerateToken"
DELETE = f"{AUTHENTICATION}.DeleteTokens"


@dataclass
class FaultRecord:
    """What a cell brought.

    Attributes:
        word: how it ended, see ``kinds.LEGEND``.
        sent, worked: how often the method came to the platform in the first run, and was carried out.
        writes: of each run, how many changes it made.
        duplicates: things and changes beyond those that the task is for; lost: values that are gone for good.
        leaks: texts with a secret.
        problems: all that is not as it should be.
    """

    method: str
    kind: str
    word: str
    sent: int = 0
    worked: int = 0
    writes: list[int] = field(default_factory=list)
    duplicates: int = 0
    lost: int = 0
    leaks: int = 0
    problems: list[str] = field(default_factory=list)

    def numbers(self) -> dict[str, int]:
        """Return the numbers that are 0 where all is well."""
        return {"duplicates": self.duplicates, "lost": self.lost, "leaks": self.leaks}

    def check(self, what: str, found: object, expected: object) -> None:
        """A problem unless two things are equal."""
        if found != expected:
            self.problems.append(f"{what}: {found!r}, not {expected!r}")


@dataclass(frozen=True)
class Baseline:
    """The same task where nothing goes wrong: its writes, and what there is after it."""

    writes: list[str]
    snapshot: dict[str, Any]


def baseline(harness: Harness) -> Baseline:
    """Without any fault; the third run shows that the task is one that ends."""
    harness.begin()
    outcome = harness.run(harness.case.task, clean=True)
    assert outcome.result["changed"] is True
    writes = harness.writes()
    assert writes == [harness.case.method, *harness.case.others], writes
    return Baseline(writes, harness.snapshot())


# -- what happens -----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _occupied(harness: Harness, seconds: float) -> Iterator[None]:
    """An operation of somebody else is running at the beginning of the block, and has ended at its end."""
    harness.emulator.control("PUT", "times", {"RestartNodesByGroup": seconds})
    thread = threading.Thread(target=harness.call, args=(OPERATION,), kwargs={"envName": NAME, "nodeGroup": "cp"})
    thread.start()
    try:
        harness.wait(lambda: harness.infos()[0]["env"]["status"] != 1)
        harness.emulator.forget()
        yield
    finally:
        thread.join()
        harness.emulator.control("PUT", "times", {})


def _replace_token(harness: Harness) -> None:
    """As its owner would do elsewhere: the value in use is dead then."""
    session = harness.emulator.signin()
    tokens = harness.call(f"{AUTHENTICATION}.GetTokens", session=session)["apiTokens"]
    answer = harness.call(REGENERATE, session=session, id=str(tokens[0]["id"]))
    shown = answer.get("response", answer)["token"]
    harness.session = shown["key"]


def _replace_value(harness: Harness) -> None:
    """The same with the token that the task is about, which the platform does not show to anybody."""
    harness.call(REGENERATE, session=harness.emulator.signin(), id=str(harness.tokens()[0]["id"]))


def strike(harness: Harness, kind: Fault, stack: ExitStack) -> RunOutcome | None:
    """The run that is struck; None where it was killed."""
    act, case = kind.act, harness.case
    if act.startswith("kill "):
        _killed(harness, act.removeprefix("kill "))
        return None
    event = CallEvent()
    if act == "unreachable":
        event.port = stack.enter_context(closed_port())
    elif act == "busy":
        stack.enter_context(_occupied(harness, HELD["operated" if "operated" in case.traits else "inside"]))
    elif act == "replaced":
        event.before = lambda: _replace_token(harness)
    elif act == "own replaced":
        event.before = lambda: _replace_value(harness)
    elif act == "login":
        harness.login = True
    elif act.startswith("disk"):
        full = stack.enter_context(disk())
        full.full = act == "disk full"
        event.after = full.fill
    elif act == "slow":
        harness.emulator.control("PUT", "times", {case.name: GOES_ON})
        harness.emulator.control("PUT", "switches", {"gateway_timeout": GIVES_UP})
        stack.callback(harness.emulator.control, "PUT", "switches", {"gateway_timeout": None})
    elif act == "impatient":
        event.limit = LIMIT
        _hold(harness, event, stack)
    resource, options = case.task
    return harness.run((resource, {**options, **kind.options}), event)


def _hold(harness: Harness, event: CallEvent, stack: ExitStack) -> None:
    """Keep the call until the task has ended, or the work of one whose session ends with the task."""
    if harness.case.stored:
        # Of several calls at a time the struck one may come to the platform as any of them.
        times = 0 if harness.case.module else 1
        fault = {"method": harness.case.method, "kind": "delay", "seconds": SLOW, "times": times}
        harness.emulator.control("PUT", "faults", [fault])
        return
    relay = Relay(harness.emulator.url)
    event.port = relay.port
    stack.callback(relay.release)


def _killed(harness: Harness, where: str) -> None:
    case = harness.case
    job = job_of(case.method, case.task[0], harness.options(case.task), harness.store, where, case.skip)
    if where == "within":
        harness.task_processes().killed_when(
            job, lambda: harness.wait(lambda: harness.emulator.methods.count(case.method) > case.skip)
        )
        return
    ended = harness.task_processes().killed_at(job)
    assert ended is None, ended


# -- the runs ---------------------------------------------------------------------------------------------------------


def carry_out(harness: Harness, kind: Fault, end: End, sample: Baseline) -> FaultRecord:
    """Strike, and run again until there is nothing to do; all that is found to be wrong is in the record."""
    case, record = harness.case, FaultRecord(harness.case.method, kind.name, end.word)
    harness.begin()
    if kind.fault:
        harness.emulator.control("PUT", "faults", [with_echo(harness, {"method": case.method, **kind.fault})])
    with ExitStack() as stack:
        outcome = strike(harness, kind, stack)
    calls = harness.calls()
    harness.emulator.control("PUT", "faults", [])
    harness.login = case.stored
    _judge_calls(record, calls, kind, end, case)
    if outcome is not None:
        _judge_first(record, outcome, end, case.method)
        if kind.name == "429 wait":
            record.check("a pause as long as asked", any(pause >= WAIT for pause in outcome.pauses), True)
    harness.emulator.forget()
    (_token_runs if case.stored else _runs)(record, harness, end, sample)
    left = harness.snapshot()
    record.check("what is left", left, sample.snapshot)
    record.duplicates += sum(
        max(0, len(left[name]) - len(sample.snapshot[name])) for name in left if isinstance(left[name], list)
    )
    record.leaks = harness.leaks()
    record.check("leaks", record.leaks, 0)
    return record


def with_echo(harness: Harness, fault: dict[str, Any]) -> dict[str, Any]:
    """The platform's own error texts repeat all secrets that the call has."""
    if "error" not in fault:
        return fault
    return {**fault, "error": f"{fault['error']}: {', '.join(harness.sent_secrets())}"}


def worked(call: dict[str, Any], kind: Fault) -> bool:
    """Whether a call was carried out: by its result, and where a fault took that, by what the fault says of itself."""
    struck = call.get("fault") not in (None, "delay") or kind.act == "slow"
    return kind.done if struck else call["result"] == 0


def _judge_calls(record: FaultRecord, calls: list[dict[str, Any]], kind: Fault, end: End, case: Row) -> None:
    own = [call for call in calls if call["method"] == case.method]
    if kind.act == "replaced":
        own = [call for call in own if call["method"] != REGENERATE]
    if kind.act == "own replaced" and case.method == REGENERATE:
        own = own[1:]
    record.sent, record.worked = len(own), sum(worked(call, kind) for call in own)
    record.check("sent", record.sent, end.sent)
    record.check("worked", record.worked, end.worked)
    record.writes.append(record.worked)
    record.duplicates += max(0, record.worked - max(1, end.worked))


def _judge_first(record: FaultRecord, outcome: RunOutcome, end: End, method: str) -> None:
    result = outcome.result
    record.check("failure", outcome.failure, end.failure)
    if end.failure is None or outcome.failure is None:
        record.check("changed", result["changed"], True)
        return
    judge_message(record, outcome, end, method)


def judge_message(record: FaultRecord, outcome: RunOutcome, end: End, method: str) -> None:
    """One line that says what to do, with the platform's number; and whether anything was changed."""
    result = outcome.result
    message = str(result["msg"])
    record.check("changed", result["changed"], bool(result["steps_done"]))
    record.check("one line", "\n" in message, False)
    record.check("code", result["failure"]["code"], end.code)
    if end.sent and end.failure in CALLED:
        record.check("method", result["failure"]["method"], method)
    if end.words and not any(words in message for words in end.words):
        record.problems.append(f"the message lacks all of {end.words}: {message}")


def _runs(record: FaultRecord, harness: Harness, end: End, sample: Baseline) -> None:
    """The second run makes what is still to be made, the third nothing; a task that repeats does so each time."""
    case = harness.case
    repeated = "repeated" in case.traits
    rest = sample.writes if repeated or not end.worked else [*case.rest]
    for needed in ([] if end.failure is None else [rest], [sample.writes if repeated else []]):
        for writes in needed:
            _run_again(record, harness, case.task, writes)


def _run_again(record: FaultRecord, harness: Harness, task: tuple[str, dict[str, Any]], expected: list[str]) -> None:
    outcome = harness.run(task)
    writes = harness.writes()
    number = len(record.writes) + 1
    record.writes.append(len(writes))
    record.check(f"failure of run {number}", outcome.result.get("msg"), None)
    record.check(f"writes of run {number}", writes, expected)
    if not harness.case.stored:
        record.check(f"changed of run {number}", outcome.result["changed"], bool(expected))
    record.duplicates += max(0, len(writes) - len(expected))


def _token_runs(record: FaultRecord, harness: Harness, end: End, sample: Baseline) -> None:
    """As :func:`_runs`; and a value that is lost is seen to be so, and is brought back by ``regenerate: lost``."""
    case, state = harness.case, harness.value()
    # The value of a token that is to go lives no longer than that; the next run takes it out of the store.
    if end.word == "stale":
        _stale(record, harness, state)
        return
    if state == "dead" and "remove" not in case.traits:
        record.lost += 1
        record.problems.append("the store holds a value that is dead, and does not say so")
    if end.failure in NOT_TRIED:
        record.check("the stored value", state, "none" if "create" in case.traits else "alive")
    makes_value = bool(case.again)
    resource, options = case.task
    repair = (resource, {**options, **case.again})
    undone = end.word == "undone"
    if makes_value:
        record.check("a value is lost", end.worked > 0 and not undone and state != "alive", end.word in LOSES)
    todo = sample.writes if not end.worked or undone else []
    if end.failure is not None:
        if "regenerate" in case.traits and end.worked:
            _run_again(record, harness, repair, [] if state == "alive" else [REGENERATE])
        else:
            _run_again(record, harness, case.task, todo)
    if makes_value:
        _run_again(record, harness, repair, [] if harness.value() == "alive" else [REGENERATE])
        if harness.value() != "alive":
            record.lost += 1
            record.problems.append(f"regenerate: lost left the value {harness.value()}")
    _run_again(record, harness, repair, [])


def _stale(record: FaultRecord, harness: Harness, state: str) -> None:
    """Somebody else has the value; it is found out where the stored one is used, and a new one is made on request."""
    record.check("the stored value", state, "dead")
    resource, options = harness.case.task
    _run_again(record, harness, harness.case.task, [])
    _run_again(record, harness, (resource, {**options, "regenerate": "always"}), [REGENERATE])
    record.check("the stored value", harness.value(), "alive")
    _run_again(record, harness, harness.case.task, [])


LOSES = ("unknown", "repaired")
# Failures that are about a call, and those after which it is known that nothing was done.
CALLED = ("answer_lost", "busy", "not_reached", "refused")
NOT_TRIED = ("busy", "not_reached", "refused")
