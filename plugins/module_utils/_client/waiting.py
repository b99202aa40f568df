# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Waiting as a predicate and a budget, on the monotonic clock."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Callable, TypeVar

from .errors import WaitTimeoutError

T = TypeVar("T")


@dataclass
class Clock:
    """The clock and the pause, together, so that tests can put both in place of the real ones."""

    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep


@dataclass
class Waiter:
    """How long to wait, and how often to look.

    Attributes:
        budget: seconds in all; 0 looks once.
        first: seconds before the second look; each later pause is half as long again.
        longest: upper bound of a pause, seconds.
    """

    budget: float
    first: float = 0.5
    longest: float = 10.0
    clock: Clock = field(default_factory=Clock)

    def until(self, look: Callable[[], T], done: Callable[[T], bool], describe: Callable[[T], str]) -> T:
        """Look until ``done`` holds and give what was seen.

        Raises:
            WaitTimeoutError: when the budget is used up; it carries the last state seen.
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
