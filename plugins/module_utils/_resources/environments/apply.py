# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out the plans of a set, several environments at a time, each with one request at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from ..._client.client import PlatformClient
from ..._client.concurrency import run_all
from ..._client.errors import PaasError
from ..._engine.plan import Plan, Step
from ..._engine.resource import Work
from ..environment.apply import EnvironmentApplier
from ..environment.model import CurrentState, DesiredEnvironment, Environment
from ..environment.plan import plan_environment
from ..environment.plan_builder import CLONE
from ..environment.reader import EnvironmentReader
from .model import AccountState, DesiredSet, Outcome, prune_held_back, source_failed
from .plan import NameLocks, clone_source

# Seconds after which one that waits for another environment looks whether the task was ended.
LOOK_UP = 0.5


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
                applier = EnvironmentApplier(work, entry, partial(self._turn, entry, client), at_a_time=1)
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
        if step.method != CLONE or entry.clone_from is None:
            _raise_if_cancelled(client)
            yield
            return
        with self._name_locks.of(entry.clone_from):
            _raise_if_cancelled(client)
            yield


def _raise_if_cancelled(client: PlatformClient) -> None:
    """Raise InterruptedWorkError if the task was ended meanwhile, as any pause of its threads does then."""
    client.clock.pause(0)
