# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for the operation that is running in an environment, by resources that work inside of environments."""

from __future__ import annotations

from typing import Callable, TypeVar

from ..._client.client import PlatformClient
from ..._client.codes import BUSY_CODES
from ..._client.errors import RefusedError
from ..._engine.resource import Work
from ..._engine.stepwise import Stepwise, StepwiseTarget
from .model import is_busy
from .reader import read_environment, wait_until_idle

T = TypeVar("T")
D = TypeVar("D")
S = TypeVar("S")


def wait_while_busy(client: PlatformClient, name: str, budget: float) -> bool:
    """Wait until no operation is running in an environment; return whether an operation was running.

    Raises:
        WaitTimeoutError: the budget of seconds is used up.
    """
    first = read_environment(client, name, lazy=True)
    wait_until_idle(client, name, budget, first)
    return is_busy(first)


def when_idle(client: PlatformClient, name: str, budget: float, read: Callable[[], T]) -> T:
    """Read inside of an environment; if the platform refuses because an operation is running, wait and read again."""
    end = client.clock.monotonic() + budget
    unexplained = False
    while True:
        try:
            return read()
        except RefusedError as error:
            if error.code not in BUSY_CODES:
                raise
            if not wait_while_busy(client, name, max(0.0, end - client.clock.monotonic())):
                # The operation may have ended between the two calls.
                if unexplained:
                    raise
                unexplained = True


class WaitingTarget(StepwiseTarget[D, S]):
    """A task inside of an environment for the runner: it waits for the operations of others."""

    waits = True

    def __init__(
        self, work: Work, resource: Stepwise[D, S], desired: D, *, environment: str | None, timeout: float
    ) -> None:
        super().__init__(work, resource, desired)
        self.budget = timeout
        self._environment = environment

    def wait_until_idle(self, budget: float) -> bool:
        return self._environment is not None and wait_while_busy(self.work.client, self._environment, budget)
