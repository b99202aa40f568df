# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Several things at a time, each in a thread with a branch of the client."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Callable, TypeVar

from .client import PlatformClient
from .errors import InterruptedWorkError, PaasError
from .waiting import Clock

T = TypeVar("T")
Job = Callable[[PlatformClient], T]

# How many reads of one task are under way at a time: enough to hide the network, few for a shared platform.
READS_AT_A_TIME = 4
# Seconds after which the main thread looks whether the task was ended.
LONGEST_WAIT = 1.0


class _Stop:
    """Tells the threads of one round that nothing more is wanted of them."""

    def __init__(self, clock: Clock) -> None:
        self._closed = threading.Event()
        self._ended = threading.Event()
        self._clock = clock
        self.clock = Clock(monotonic=clock.monotonic, pause=self._pause)

    def close(self) -> None:
        """From now on no piece begins."""
        self._closed.set()

    def end(self) -> None:
        """From now on no pause lasts, either."""
        self._closed.set()
        self._ended.set()

    def check(self) -> None:
        """InterruptedWorkError where no piece may begin any more."""
        if self._closed.is_set():
            raise InterruptedWorkError("not begun, as another part of the task failed before")

    def _pause(self, seconds: float) -> None:
        if self._clock.pause is time.sleep:
            self._ended.wait(seconds)
        else:
            self._clock.pause(seconds)
        if self._ended.is_set():
            raise InterruptedWorkError("given up while it waited, as the task was ended")


@contextmanager
def _threads(limit: int, stop: _Stop) -> Iterator[ThreadPoolExecutor]:
    """Threads that are waited for at the end of the block, but not where the task itself is ended."""
    pool = ThreadPoolExecutor(max_workers=limit, thread_name_prefix="paas")
    try:
        yield pool
    except BaseException:
        stop.end()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def run_all(
    client: PlatformClient, jobs: Sequence[Job[T]], limit: int, *, stop_at_failure: bool = False
) -> list[T | PaasError]:
    """Carry out pieces of work that do not depend on each other, at most ``limit`` at a time.

    Args:
        client: each piece gets a branch of it, for itself alone; what the branches sent is added to its ``calls``.
        pieces: begun in this order.
        limit: 1 works in this thread.
        stop_at_failure: begin no more pieces once one has failed; those under way are carried out to their end.

    Returns:
        For each piece, in order, what it returned or the PaasError that it raised: InterruptedWorkError where it was
        not begun.

    Raises:
        Exception: any other that a piece raised, after all have ended.
    """
    stop = _Stop(client.clock)

    def carry_out(job: Job[T], branch: PlatformClient) -> T | PaasError:
        try:
            stop.check()
            return job(branch)
        except PaasError as error:
            if stop_at_failure:
                stop.close()
            return error

    forks = [client.fork() for _piece in jobs]
    for branch in forks:
        branch.clock = stop.clock
    try:
        if min(limit, len(jobs)) <= 1:
            return [carry_out(job, branch) for job, branch in zip(jobs, forks)]
        with _threads(min(limit, len(jobs)), stop) as pool:
            return _collected([pool.submit(carry_out, job, branch) for job, branch in zip(jobs, forks)])
    finally:
        for branch in forks:
            client.merge_counts(branch)


def _collected(futures: list[Future[T | PaasError]]) -> list[T | PaasError]:
    pending = set(futures)
    while pending:
        # A signal that comes just before the wait begins is only heeded after it.
        pending = wait(pending, timeout=LONGEST_WAIT, return_when=FIRST_COMPLETED).not_done
    return [future.result() for future in futures]


def gather(client: PlatformClient, reads: Sequence[Job[T]], limit: int = READS_AT_A_TIME) -> list[T]:
    """What several reads give, in order.

    Raises:
        PaasError: that of the first read, in order, that failed.
    """
    results = run_all(client, reads, limit, stop_at_failure=True)
    failures = [result for result in results if isinstance(result, PaasError)]
    for failure in failures:
        if not isinstance(failure, InterruptedWorkError):
            raise failure
    return [result for result in results if not isinstance(result, PaasError)]


__all__ = ["READS_AT_A_TIME", "Job", "gather", "run_all"]
