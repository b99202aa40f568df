# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resource of ``paas_environments``: one reading for all, a plan for each, several carried out at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ..._client.client import PlatformClient
from ..._client.concurrency import run_all
from ..._client.errors import PaasError
from ..._engine.plan import Plan, Step
from ..._engine.resource import Work, failure_of
from ..environment.apply import EnvironmentApplier
from ..environment.model import CurrentState, DesiredEnvironment, Environment
from ..environment.offered import StackCheck
from ..environment.plan import plan_environment, with_assumed
from ..environment.plan_builder import CLONE
from ..environment.reader import EnvironmentReader, clone_source, read_environments, with_unread_details
from ..environment.result import environment_to_result
from ..environment.statuses import NOT_EXISTS
from .desired import SET_SPEC, desired_set
from .model import AccountState, DesiredSet, Found, NameLocks, Outcome, prune_held_back, source_failed, waited_for

# How many names of environments that failed a message has.
MOST_NAMES = 10
# Seconds after which one that waits for another environment looks whether the task was ended.
LOOK_UP = 0.5


class EnvironmentSet:
    """``paas_environments``: each entry by the same planning and applying as ``paas_environment``."""

    manages_tokens = False
    spec = SET_SPEC
    desired = staticmethod(desired_set)

    def read(self, work: Work, desired: DesiredSet) -> AccountState:
        """Read all environments by one GetEnvs, and the declared details that it does not show.

        Entries that are busy or cloned from another entry are read when they are applied; in check mode, now.
        """
        if not desired.entries and desired.prune is None:
            return AccountState({}, {})
        locks, url = work.task.locks, work.client.url
        names = [entry.name for entry in desired.entries] if locks and not work.task.check_mode else []
        turns_before = {name: locks.turns(url, name) for name in names} if locks else {}
        read_at = work.client.clock.monotonic()
        found = read_environments(work.client, warn=work.task.warn)
        listing = {item.name.lower(): item for item in found if item.status.number != NOT_EXISTS}
        pruned = desired.pruned(listing)
        now = [
            entry
            for entry in (*desired.entries, *pruned)
            if work.task.check_mode or not (waited_for(entry, listing) or desired.source_of(entry, listing))
        ]
        name_locks = NameLocks()
        reads = [partial(_current_state, listing, read_at, name_locks, entry) for entry in now]
        results: list[Found] = run_all(work.client, reads, desired.concurrency)
        stacks = StackCheck(work.client)
        states = {
            entry.name: result
            if isinstance(result, PaasError) or desired.source_of(entry, listing)
            else _assumed(work, entry, result, stacks, [item.name for item in found])
            for entry, result in zip(now, results)
        }
        return AccountState(listing, states, pruned, read_at=read_at, turns=turns_before)

    def plan(self, current: AccountState, desired: DesiredSet) -> Plan[AccountState]:
        """Plan each environment, apart from those that are read when they are applied; a refusal is an outcome."""
        outcomes: dict[str, Outcome] = {}
        for entry in sorted(desired.entries, key=lambda entry: desired.depths[entry.name]):
            predicted = _predicted(current, desired, entry, outcomes)
            if predicted is not None:
                outcomes[entry.name] = predicted
        failed = any(outcome.error for outcome in outcomes.values())
        for entry in current.pruned:
            predicted = Outcome(entry.name, error=prune_held_back()) if failed else _planned(current, entry)
            if predicted is not None:
                outcomes[entry.name] = predicted
        plans = [outcome.plan for outcome in outcomes.values() if outcome.plan is not None]
        return SetPlan(
            before=current,
            after=replace(current, outcomes=outcomes),
            steps=tuple(step for plan in plans for step in plan.steps),
            warnings=tuple(warning for plan in plans for warning in plan.warnings),
            late=len(outcomes) < len(desired.entries) + len(current.pruned),
        )

    def apply(self, work: Work, plan: Plan[AccountState], desired: DesiredSet) -> AccountState:
        """Carry out the plans; what fails is an outcome, for the report."""
        state = SetApplier(work, plan, desired).run()
        warned = set(plan.warnings)
        for outcome in _in_order(state, desired):
            work.done.extend(outcome.steps)
            # Those of plans that were made in between.
            for warning in outcome.plan.warnings if outcome.plan else ():
                if warning not in warned:
                    work.task.warn(warning)
        return state

    def report(self, work: Work, plan: Plan[AccountState], state: AccountState, desired: DesiredSet) -> dict[str, Any]:
        """``environments`` and ``pruned``, and what the flow cannot tell by itself: ``changed`` and ``diff``.

        Raises:
            PaasError: where any environment is not as declared, with the results of all in its details.
        """
        outcomes = _in_order(state, desired)
        declared, pruned = outcomes[: len(desired.entries)], outcomes[len(desired.entries) :]
        results = {
            "environments": [_to_result(outcome, work.client) for outcome in declared],
            "pruned": [outcome.name for outcome in pruned if outcome.steps and outcome.error is None],
        }
        if any(outcome.error for outcome in outcomes):
            error = _failure(outcomes)
            error.details = {
                **results,
                "not_pruned": [_to_result(outcome, work.client) for outcome in pruned if outcome.error],
            }
            raise error
        steps = [step for outcome in outcomes for step in outcome.steps]
        return {**results, "changed": bool(steps), "steps": steps, "diff": _diff(outcomes)}


# -- reading --------------------------------------------------------------------------------------------------------


def _assumed(
    work: Work, entry: DesiredEnvironment, found: CurrentState, stacks: StackCheck, names: Sequence[str]
) -> Found:
    """In check mode, return the failure for a stack that is not offered, and assume what an earlier task may create."""
    if work.task.check_mode:
        try:
            stacks.check(entry.layers, found.environment.layers if found.environment else None, work.task.warn)
        except PaasError as error:
            return error
    return with_assumed(work, entry, found, lambda: names)


def _current_state(
    listing: dict[str, Environment],
    read_at: float,
    name_locks: NameLocks,
    entry: DesiredEnvironment,
    client: PlatformClient,
) -> CurrentState:
    reader = EnvironmentReader(client, entry, at_a_time=1)
    reader.read_at = read_at
    found = listing.get(entry.name)
    source = None if found is not None or entry.clone_from is None else listing.get(entry.clone_from)
    with name_locks.of(source.name.lower() if source else entry.name):
        return reader.detailed(reader.wait_idle_from(found), source)


# -- planning -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SetPlan(Plan[AccountState]):
    """The plans of all environments.

    Attributes:
        late: whether some are planned when their turn comes, so that it is not known yet whether they change.
    """

    late: bool = False

    @property
    def changed(self) -> bool:
        """Whether there may be anything to do."""
        return self.late or bool(self.steps)


def _predicted(
    current: AccountState, desired: DesiredSet, entry: DesiredEnvironment, outcomes: dict[str, Outcome]
) -> Outcome | None:
    """Return what becomes of one entry; None if that is only known when the entry is applied."""
    source = desired.source_of(entry, current.listing)
    if source is None:
        return _planned(current, entry)
    if source not in outcomes or entry.name not in current.states:
        return None
    if outcomes[source].error is not None:
        return Outcome(entry.name, error=source_failed(entry))
    return _planned(current, entry, outcomes[source].environment)


def _planned(current: AccountState, entry: DesiredEnvironment, source: Environment | None = None) -> Outcome | None:
    """Return what becomes of one environment; None if it has not been read.

    Args:
        source: what it is cloned from, as it will be, in place of what was read of it.
    """
    state = current.states.get(entry.name)
    if state is None:
        return None
    if isinstance(state, PaasError):
        return Outcome(entry.name, error=state)
    if source is not None and state.environment is None:
        read = {layer.node_group: layer for layer in (state.source and state.source.layers) or ()}
        layers = source.layers and tuple(with_unread_details(item, read.get(item.node_group)) for item in source.layers)
        state = CurrentState(None, *clone_source(replace(source, layers=layers), entry))
    try:
        plan = plan_environment(state, entry)
    except PaasError as error:
        return Outcome(entry.name, error=error)
    return Outcome(entry.name, plan, plan.after.environment, tuple(step.summary for step in plan.steps))


# -- carrying out ---------------------------------------------------------------------------------------------------


class SetApplier:
    """Carries out what is planned, plans what had to wait, and keeps the outcome of each.

    A clone waits for the work on its source where that is in this task. Deletions by ``prune`` come last, and only
    where all that is declared is there: until then nothing goes that one may have to go back to.
    """

    def __init__(self, work: Work, plan: Plan[AccountState], desired: DesiredSet) -> None:
        self._work = work
        self._before = plan.before
        self._desired = desired
        # Written by the threads, each its own name.
        self._outcomes = dict(plan.after.outcomes)
        self._name_locks = NameLocks()
        # The source before the clone, so that no clone holds a thread that its source needs.
        ordered = sorted(desired.entries, key=lambda entry: desired.depths[entry.name])
        self._entries = [entry for entry in ordered if self._has_work(entry)]
        self._ended = {entry.name: threading.Event() for entry in self._entries}

    def run(self) -> AccountState:
        """Work on every environment that is to be changed; a failure of one does not stop the others."""
        self._carry_out(self._entries)
        pruned = self._before.pruned
        if any(self._outcomes[entry.name].error for entry in self._desired.entries):
            self._outcomes.update({entry.name: Outcome(entry.name, error=prune_held_back()) for entry in pruned})
        else:
            self._carry_out([entry for entry in pruned if self._has_work(entry)])
        return replace(self._before, outcomes=self._outcomes)

    def _has_work(self, entry: DesiredEnvironment) -> bool:
        known = self._outcomes.get(entry.name)
        return known is None or (known.plan is not None and known.plan.changed)

    def _carry_out(self, chosen: Sequence[DesiredEnvironment]) -> None:
        jobs = [partial(self._job, entry) for entry in chosen]
        for entry, result in zip(chosen, run_all(self._work.client, jobs, self._desired.concurrency)):
            self._outcomes[entry.name] = Outcome(entry.name, error=result) if isinstance(result, PaasError) else result

    # -- one environment, in a thread -------------------------------------------------------------------------------

    def _job(self, entry: DesiredEnvironment, client: PlatformClient) -> Outcome:
        try:
            outcome = self._outcomes[entry.name] = self._outcome(entry, client)
            return outcome
        finally:
            if entry.name in self._ended:
                self._ended[entry.name].set()

    def _outcome(self, entry: DesiredEnvironment, client: PlatformClient) -> Outcome:
        known = self._outcomes.get(entry.name)
        plan = known.plan if known else None
        work = replace(self._work, client=client, done=[])
        try:
            with work.lock(entry.name, entry.lock_timeout) as lock:
                if plan is None:
                    plan = self._late_plan(entry, client)
                turn = partial(self._turn, entry, client)
                applier = EnvironmentApplier(work, entry, plan_environment, turn, at_a_time=1)
                outdated = self._before.overtaken(entry.name, lock)
                plan = applier.run(plan, outdated=outdated) if plan.changed or outdated else plan
        except PaasError as error:
            return Outcome(entry.name, plan, None, tuple(work.done), error)
        return Outcome(entry.name, plan, plan.after.environment, tuple(work.done))

    def _late_plan(self, entry: DesiredEnvironment, client: PlatformClient) -> Plan[CurrentState]:
        """Return the plan of an environment that was busy, or is cloned from another entry."""
        reader = EnvironmentReader(client, entry, at_a_time=1)
        reader.read_at = self._before.read_at
        found = reader.wait_idle_from(self._before.listing.get(entry.name))
        if found is not None or entry.clone_from is None or entry.state == "absent":
            return plan_environment(reader.detailed(found, None), entry)
        source = self._source(entry, entry.clone_from, client)
        with self._name_locks.of(entry.clone_from):
            state = reader.detailed(None, source)
        return plan_environment(state, entry)

    def _source(self, entry: DesiredEnvironment, name: str, client: PlatformClient) -> Environment | None:
        """Return what an environment is cloned from, once the work on that is finished."""
        if name not in self._desired.depths:
            return self._before.listing.get(name)
        if name in self._ended:
            while not self._ended[name].wait(LOOK_UP):
                _raise_if_cancelled(client)
        outcome = self._outcomes.get(name)
        if outcome is None or outcome.error is not None:
            raise source_failed(entry)
        return outcome.environment and clone_source(outcome.environment, entry)[0]

    @contextmanager
    def _turn(self, entry: DesiredEnvironment, client: PlatformClient, step: Step) -> Iterator[None]:
        """Enclose a step; the step that clones also holds the lock of the source."""
        source = entry.clone_from if step.method == CLONE else None
        with self._name_locks.of(source) if source else nullcontext():
            _raise_if_cancelled(client)
            yield


def _raise_if_cancelled(client: PlatformClient) -> None:
    """Raise InterruptedWorkError if the task was ended meanwhile, as any pause of its threads does then."""
    client.clock.pause(0)


# -- the report -----------------------------------------------------------------------------------------------------


def _in_order(state: AccountState, desired: DesiredSet) -> list[Outcome]:
    """Return the outcomes as declared, then those of what is pruned."""
    return [state.outcomes[entry.name] for entry in (*desired.entries, *state.pruned)]


def _to_result(outcome: Outcome, client: PlatformClient) -> dict[str, Any]:
    """Return one entry of the result."""
    common = {"name": outcome.name, "changed": bool(outcome.steps), "steps": list(outcome.steps)}
    if outcome.error is not None:
        return {**common, "failed": True, **failure_of(client, outcome.error)}
    return {**common, "environment": environment_to_result(outcome.environment)}


def _diff(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return both sides of the diff by name, of the environments that change."""
    plans = {outcome.name: outcome.plan for outcome in outcomes if outcome.plan is not None and outcome.plan.changed}
    return {
        "before": {name: plan.diff_before for name, plan in plans.items()},
        "after": {name: plan.diff_after for name, plan in plans.items()},
    }


def _failure(outcomes: Sequence[Outcome]) -> PaasError:
    """Return one error for all: how many failed, which, and why the first one did."""
    errors = {outcome.name: outcome.error for outcome in outcomes if outcome.error is not None}
    failed = [outcome.name for outcome in outcomes if outcome.name in errors and outcome.begun] or list(errors)
    first = errors[failed[0]]
    more = f" and {len(failed) - MOST_NAMES} more" if len(failed) > MOST_NAMES else ""
    left_out = f"{len(errors) - len(failed)} left out because of that, " if len(errors) > len(failed) else ""
    return first.saying(
        f"{len(failed)} of {len(outcomes)} environments failed ({', '.join(failed[:MOST_NAMES])}{more}), {left_out}"
        f"{len(outcomes) - len(errors)} in order; {failed[0]}: {first}"
    )
