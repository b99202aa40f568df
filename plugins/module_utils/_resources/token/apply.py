# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying out a plan for tokens: what does not depend on each other goes at the same time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..._client.client import Attempts, PlatformClient
from ..._client.concurrency import Job, run_all
from ..._client.errors import InterruptedWorkError, PaasError
from ..._engine.plan import Plan, Step
from ..._engine.resource import Work
from .model import DesiredTokens, TokenState
from .plan import CREATE
from .stages import Batch, independent_batches
from .steps import TokenSteps
from .store_writes import TokenStoreWriter

WRITES_AT_A_TIME = 4


class Gate:
    """Lets steps begin until it is closed, and knows when those that began have ended."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._open = True
        self._inside = 0

    @contextmanager
    def step(self) -> Iterator[None]:
        """One step, with what belongs to it; none begins any more once one has failed."""
        with self._changed:
            if not self._open:
                raise InterruptedWorkError("not begun, as another step failed before")
            self._inside += 1
        try:
            yield
        except BaseException:
            self._open = False
            raise
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def close_and_wait(self) -> None:
        """Let no more begin, and wait until those that began have ended."""
        with self._changed:
            self._open = False
            self._changed.wait_for(lambda: not self._inside)


class TokenApplier:
    """Carries out the steps of one plan."""

    def __init__(
        self, work: Work, desired: DesiredTokens, plan: Plan[TokenState], attempts: dict[int | None, Attempts]
    ) -> None:
        self._work = work
        self._steps = plan.steps
        self._attempts = attempts
        self._done_before = list(work.done)
        self._keeper = TokenStoreWriter(work, desired)
        self._gate = Gate()
        self._done: set[int] = set()
        self._failures: dict[int, PaasError] = {}
        work.outcome.setdefault("values", {})

    @property
    def done(self) -> list[Step]:
        """The steps that were carried out."""
        return [self._steps[index] for index in sorted(self._done)]

    def run(self) -> None:
        """Carry out every step, in the order that their dependence asks for.

        Once a step has failed no other begins; those under way are carried out to their end, and their values are kept.

        Raises:
            PaasError: of the first step, in the plan's order, that failed; what was done is in ``work.done``.
        """
        for stage in independent_batches(self._steps):
            self._carry_out(stage)

    def _carry_out(self, stage: list[Batch]) -> None:
        local = [piece for piece in stage if self._only_forgets(piece)]
        pieces = [piece for piece in stage if piece not in local]
        first = [self._steps[piece[0]] for piece in pieces]
        self._keeper.announce_creations([step.subject for step in first if step.method == CREATE])
        try:
            run_all(self._work.client, [self._job(piece) for piece in pieces], WRITES_AT_A_TIME, stop_at_failure=True)
            if self._failures:
                raise self._failure()
            self._keeper.remove(self._steps[index].params["remove"] for piece in local for index in piece)
            self._done.update(index for piece in local for index in piece)
        except BaseException:
            # Where the task is interrupted, answers with values may still be on their way.
            self._gate.close_and_wait()
            raise
        finally:
            self._keeper.take_back_unused()
            self._work.done[:] = [*self._done_before, *(step.summary for step in self.done)]

    def _only_forgets(self, piece: Batch) -> bool:
        """Whether a piece is but the removal of an entry of the store."""
        step = self._steps[piece[0]]
        return len(piece) == 1 and step.method is None and "put" not in step.params

    def _job(self, piece: Batch) -> Job[None]:
        def run(client: PlatformClient) -> None:
            carrier = TokenSteps(self._work, client, self._keeper, self._attempts)
            for unit in self._units(piece):
                with self._gate.step():
                    for index in unit:
                        self._one(carrier, index)

        return run

    def _units(self, piece: Batch) -> list[list[int]]:
        """What is carried out to its end once it is begun: a call, and what the store has to follow it in."""
        units: list[list[int]] = []
        for index in piece:
            if not units or self._steps[index].method is not None:
                units.append([])
            units[-1].append(index)
        return units

    def _one(self, carrier: TokenSteps, index: int) -> None:
        try:
            carrier.run(self._steps[index])
        except PaasError as error:
            self._failures[index] = error
            raise
        self._done.add(index)

    def _failure(self) -> PaasError:
        """The first one, which names its step where there are others, and tells what else failed."""
        first = min(self._failures)
        told = [
            f"{self._steps[index].summary}: {error}" if len(self._steps) > 1 else str(error)
            for index, error in sorted(self._failures.items())
        ]
        error = self._failures[first]
        error.args = ("; besides, ".join(told),)
        return error
