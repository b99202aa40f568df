# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Run jobs side by side, each in a thread with its own fork of the client."""

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

# Reads of one task that run at a time: enough to hide the latency of the network, few for a shared platform.
READS_AT_A_TIME = 4
# Seconds after which the main thread looks for signals.
LONGEST_WAIT = 1.0


class _Stop:
    """Tells the threads of one round to stop."""

    def __init__(self, clock: Clock) -> None:
        self._closed = threading.Event()
        self._ended = threading.Event()
        self._clock = clock
        self.clock = Clock(monotonic=clock.monotonic, pause=self._pause)

    def close(self) -> None:
        """Let no further job begin."""
        self._closed.set()

    def end(self) -> None:
        """Let no further job begin, and end all pauses."""
        self._closed.set()
        self._ended.set()

    def check(self) -> None:
        """Raise InterruptedWorkError if no further job may begin."""
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
    """Provide threads. The end of the block waits for them, unless the task is interrupted."""
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
    """Run jobs that do not depend on each other, at most ``limit`` at a time.

    Args:
        client: each job gets its own fork; the counts of the forks are added to the client at the end.
        jobs: begun in this order.
        limit: 1 runs the jobs in this thread.
        stop_at_failure: begin no further job after a failure; jobs that have begun run to their end.

    Returns:
        For each job, in order, its result or the PaasError that it raised; InterruptedWorkError for a job that was not
        begun.

    Raises:
        Exception: any other exception of a job, after all jobs have ended.
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

    forks = [client.fork() for _job in jobs]
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
        # A signal that arrives just before the wait begins is handled only after the wait.
        pending = wait(pending, timeout=LONGEST_WAIT, return_when=FIRST_COMPLETED).not_done
    return [future.result() for future in futures]


def gather(client: PlatformClient, reads: Sequence[Job[T]], limit: int = READS_AT_A_TIME) -> list[T]:
    """Return the results of several reads, in order.

    Raises:
        PaasError: the error of the first read, in order, that failed.
    """
    results = run_all(client, reads, limit, stop_at_failure=True)
    failures = [result for result in results if isinstance(result, PaasError)]
    for failure in failures:
        if not isinstance(failure, InterruptedWorkError):
            raise failure
    return [result for result in results if not isinstance(result, PaasError)]
