# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying out the plans of many environments at a time, each by itself, one request at a time."""

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
    """Carries out what is planned, plans what had to wait, and keeps what becomes of each.

    A clone waits for the work on its source where that is in this task. Deletions by ``prune`` come last, and only
    where all that is declared is there: until then nothing goes that one may have to go back to.
    """

    def __init__(self, work: Work, plan: Plan[AccountState], desired: DesiredSet) -> None:
        self._work = work
        self._before = plan.before
        self._desired = desired
        # Written by the threads, each its own name.
        self._outcomes = dict(plan.after.outcomes)
        self._turns = NameLocks()
        # The source before the clone, so that no clone holds a thread that its source needs.
        ordered = sorted(desired.entries, key=lambda wanted: desired.depths[wanted.name])
        self._entries = [wanted for wanted in ordered if self._has_work(wanted)]
        self._ended = {wanted.name: threading.Event() for wanted in self._entries}

    def run(self) -> AccountState:
        """Work on every environment that is to be changed; a failure of one does not stop the others."""
        self._carry_out(self._entries)
        pruned = self._before.pruned
        if any(self._outcomes[wanted.name].error for wanted in self._desired.entries):
            self._outcomes.update({wanted.name: Outcome(wanted.name, error=prune_held_back()) for wanted in pruned})
        else:
            self._carry_out([wanted for wanted in pruned if self._has_work(wanted)])
        return replace(self._before, outcomes=self._outcomes)

    def _has_work(self, wanted: DesiredEnvironment) -> bool:
        known = self._outcomes.get(wanted.name)
        return known is None or (known.plan is not None and known.plan.changed)

    def _carry_out(self, chosen: Sequence[DesiredEnvironment]) -> None:
        pieces = [partial(self._piece, wanted) for wanted in chosen]
        for wanted, result in zip(chosen, run_all(self._work.client, pieces, self._desired.concurrency)):
            self._outcomes[wanted.name] = (
                Outcome(wanted.name, error=result) if isinstance(result, PaasError) else result
            )

    # -- one environment, in a thread -------------------------------------------------------------------------------

    def _piece(self, wanted: DesiredEnvironment, client: PlatformClient) -> Outcome:
        try:
            outcome = self._outcomes[wanted.name] = self._outcome(wanted, client)
            return outcome
        finally:
            if wanted.name in self._ended:
                self._ended[wanted.name].set()

    def _outcome(self, wanted: DesiredEnvironment, client: PlatformClient) -> Outcome:
        known = self._outcomes.get(wanted.name)
        plan = known.plan if known else None
        work = replace(self._work, client=client, done=[])
        try:
            with work.lock(wanted.name, wanted.lock_timeout) as lock:
                if plan is None:
                    plan = self._late_plan(wanted, client)
                applier = EnvironmentApplier(work, wanted, partial(self._turn, wanted, client), at_a_time=1)
                outdated = self._before.overtaken(wanted.name, lock)
                plan = applier.run(plan, outdated=outdated) if plan.changed or outdated else plan
        except PaasError as error:
            return Outcome(wanted.name, plan, None, tuple(work.done), error)
        return Outcome(wanted.name, plan, plan.after.environment, tuple(work.done))

    def _late_plan(self, wanted: DesiredEnvironment, client: PlatformClient) -> Plan[CurrentState]:
        """The plan of one that has to be waited for, or whose source has."""
        reader = EnvironmentReader(client, wanted, at_a_time=1)
        reader.read_at = self._before.read_at
        found = reader.wait_idle_from(self._before.listing.get(wanted.name))
        if found is not None or wanted.clone_from is None or wanted.state == "absent":
            return plan_environment(reader.detailed(found, None), wanted)
        source = self._source(wanted, wanted.clone_from, client)
        with self._turns.of(wanted.clone_from):
            state = reader.detailed(None, source)
        return plan_environment(state, wanted)

    def _source(self, wanted: DesiredEnvironment, name: str, client: PlatformClient) -> Environment | None:
        """What an environment is cloned from, once nothing is to be done to it any more."""
        if name not in self._desired.depths:
            return self._before.listing.get(name)
        if name in self._ended:
            while not self._ended[name].wait(LOOK_UP):
                _raise_if_cancelled(client)
        outcome = self._outcomes.get(name)
        if outcome is None or outcome.error is not None:
            raise source_failed(wanted)
        return outcome.environment and clone_source(outcome.environment, wanted)[0]

    @contextmanager
    def _turn(self, wanted: DesiredEnvironment, client: PlatformClient, step: Step) -> Iterator[None]:
        """A step; that of a clone is one of its source, too."""
        if step.method != CLONE or wanted.clone_from is None:
            _raise_if_cancelled(client)
            yield
            return
        with self._turns.of(wanted.clone_from):
            _raise_if_cancelled(client)
            yield


def _raise_if_cancelled(client: PlatformClient) -> None:
    """InterruptedWorkError where the task was ended meanwhile, as any pause of a thread of it says then."""
    client.clock.pause(0)
