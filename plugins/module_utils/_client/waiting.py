# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Wait until a condition holds, on the monotonic clock."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Callable, TypeVar

from .errors import WaitTimeoutError

T = TypeVar("T")


@dataclass
class Clock:
    """The clock and the pause, so that tests can replace both together."""

    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep


@dataclass
class Waiter:
    """How long to wait, and how often to read.

    Attributes:
        budget: seconds in all; 0 reads once.
        first: seconds before the second read; each later pause is 1.5 times as long.
        longest: upper bound of a pause, seconds.
    """

    budget: float
    first: float = 0.5
    longest: float = 10.0
    clock: Clock = field(default_factory=Clock)

    def until(self, look: Callable[[], T], done: Callable[[T], bool], describe: Callable[[T], str]) -> T:
        """Read until ``done`` holds, and return the last state.

        Raises:
            WaitTimeoutError: the budget is used up; the error holds the last state.
        """
        end = self.clock.monotonic() + self.budget
        pause = self.first
        while True:
            seen = look()
            if done(seen):
                return seen
            left = end - self.clock.monotonic()
            if left <= 0:
                message = (
                    f"{describe(seen)} after waiting {self.budget:g} seconds; raise wait_timeout or look again later"
                )
                raise WaitTimeoutError(message, last=describe(seen))
            self.clock.pause(min(pause, left))
            pause = min(pause * 1.5, self.longest)
