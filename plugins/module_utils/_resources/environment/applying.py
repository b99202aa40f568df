# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""Reading environments, waiting for them, and carrying out a plan; lost answers are settled, never repeated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..._flow import Work
from ..._plan import Plan, Step
from ..._platform.client import PlatformClient
from ..._platform.codes import ENVIRONMENT_UNKNOWN_CODES, PARAMETER_INVALID, PASSWORD_WRONG
from ..._platform.errors import AnswerLostError, PaasError, RefusedError, UnexpectedAnswerError, WaitTimeoutError
from ..._platform.waiting import Waiter
from ..._platform.wire import unwrapped
from .model import Environment, Wanted, label
from .planning import DELETE, RENAME
from .statuses import NOT_EXISTS
from .wire import environment_from_wire

GET = "environment.control.GetEnvInfo"


def read_environment(client: PlatformClient, name: str, *, lazy: bool = False) -> Environment | None:
    """One environment in one call; None where the platform knows none of that name.

    Args:
        lazy: main data only, without layers and nodes (documented, 7.0 and later).
    """
    try:
        answer = client.call(GET, envName=name, lazy=lazy or None)
    except RefusedError as error:
        if error.code in ENVIRONMENT_UNKNOWN_CODES:
            return None
        raise
    environment = environment_from_wire(unwrapped(answer))
    return None if environment.status.number == NOT_EXISTS else environment


def busy(environment: Environment | None) -> bool:
    """Whether an operation is running."""
    return environment is not None and environment.status.transitional


def _state_words(name: str, environment: Environment | None) -> str:
    return f"{label(name)} {f'is {environment.status.label}' if environment else 'does not exist'}"


class Looker:
    """Reads one environment, and waits for the end of a running operation where the task wants that."""

    def __init__(self, client: PlatformClient, wanted: Wanted) -> None:
        self._client = client
        self._wanted = wanted

    def settled(self) -> Environment | None:
        """All of the environment, without a running operation unless the task does not wait.

        One call where none is running.

        Raises:
            WaitTimeoutError: when it has not ended within ``wait_timeout``.
        """
        name = self._wanted.name
        found = read_environment(self._client, name)
        if not (busy(found) and self._wanted.wait):
            return found
        settled = self._wait(self._wanted.wait_timeout, found)
        return settled and read_environment(self._client, name)

    def lightly_settled(self, budget: float) -> Environment | None:
        """The same without layers and nodes, within a budget of seconds."""
        found = read_environment(self._client, self._wanted.name, lazy=True)
        return self._wait(budget, found) if busy(found) and self._wanted.wait else found

    def _wait(self, budget: float, first: Environment | None) -> Environment | None:
        """Look again, without layers and nodes, until the operation that was seen first has ended."""
        name = self._wanted.name
        seen = [first]
        return Waiter(budget=budget, clock=self._client.clock).until(
            lambda: seen.pop() if seen else read_environment(self._client, name, lazy=True),
            lambda found: not busy(found),
            lambda found: f"{label(name)} is still {found.status.label if found else 'there'}",
        )


class Applier:
    """Carries out the steps of one plan, in order."""

    def __init__(self, work: Work, wanted: Wanted) -> None:
        self._work = work
        self._client = work.client
        self._wanted = wanted
        self._looker = Looker(work.client, wanted)

    def run(self, plan: Plan[Environment | None]) -> Environment | None:
        """Carry out every step, read back once and give what is there.

        Raises:
            PaasError: for the first step that fails, with what was done before it in ``work.done``.
        """
        for index, step in enumerate(plan.steps):
            running = self._carry_out(step)
            self._work.done.append(step.summary)
            rest = plan.steps[index + 1 :]
            if running and rest:
                raise AnswerLostError(
                    f"{_state_words(self._wanted.name, running)} and the task does not wait, so this is still to do: "
                    f"{', '.join(later.summary for later in rest)}; run the task again later, or set wait: true",
                    method=step.method,
                )
        found = self._looker.settled()
        if not taken_over(found, plan.after, going_on=busy(found)):
            raise UnexpectedAnswerError(
                f"the platform answered success, but {_state_words(self._wanted.name, found)} and not as asked for; "
                "look at it with inet.elastic.paas_environment_info"
            )
        return found

    def _carry_out(self, step: Step) -> Environment | None:
        """Make one change; gives the environment where the change is still going on and the task does not wait."""
        started = self._client.clock.monotonic()
        try:
            with self._patience(step):
                self._client.call(str(step.method), **step.params, **self._confirmation(step))
        except AnswerLostError as error:
            return self._settle(step, error, started)
        except RefusedError as error:
            if step.method == DELETE and error.code in ENVIRONMENT_UNKNOWN_CODES:
                return None
            raise self._explained(step, error) from None
        return None

    @contextmanager
    def _patience(self, step: Step) -> Iterator[None]:
        """Let an operation answer within ``wait_timeout``, as its own answer tells more than looking later does."""
        usual = self._client.timeout
        if self._wanted.wait and step.method != RENAME:
            self._client.timeout = max(usual, self._wanted.wait_timeout)
        try:
            yield
        finally:
            self._client.timeout = usual

    def _confirmation(self, step: Step) -> dict[str, Any]:
        """What DeleteEnv is confirmed by; both travel as ``password`` (documented)."""
        if step.method != DELETE:
            return {}
        given = {"password": self._work.task.options.get("password"), "name": self._wanted.name}
        return {"password": given.get(self._wanted.delete_confirm)}

    def _settle(self, step: Step, error: AnswerLostError, started: float) -> Environment | None:
        """Find out whether a step whose answer was lost is done, not done, or going on."""
        name = self._wanted.name
        left = max(0.0, self._wanted.wait_timeout - (self._client.clock.monotonic() - started))
        try:
            found = self._looker.lightly_settled(left)
        except WaitTimeoutError as late:
            self._work.done.append(f"{step.summary} (still going on)")
            # The time that the lost answer took counts, too.
            message = f"{late.last} after {self._wanted.wait_timeout:g} seconds; raise wait_timeout or look again later"
            raise WaitTimeoutError(message, last=late.last, method=error.method) from None
        except PaasError as second:
            message = f"{error}; whether the change was made could not be seen: {second}; run the task again"
            raise AnswerLostError(message, method=error.method) from None
        if busy(found) and step.method != RENAME:
            return found
        if not taken_over(found, step.subject, going_on=busy(found)):
            message = f"{error}; {_state_words(name, found)}, so it was not done: {step.summary}; run the task again"
            raise AnswerLostError(message, method=error.method)
        return None

    def _explained(self, step: Step, error: RefusedError) -> RefusedError:
        """A refused deletion with the option that decides about its confirmation."""
        if step.method != DELETE or error.code not in (PARAMETER_INVALID, PASSWORD_WRONG):
            return error
        given = self._wanted.delete_confirm
        message = f"{error}; delete_confirm is {given!r}, set it to what the hoster demands: password, name or none"
        return RefusedError(message, method=error.method, code=error.code)


def taken_over(found: Environment | None, expected: Environment | None, *, going_on: bool = False) -> bool:
    """Whether an environment has what steps set: it exists or not, its status and its display name.

    Args:
        going_on: an operation is running that the task does not wait for, so that the status is not to be judged yet.
    """
    if found is None or expected is None:
        return found is expected or going_on
    same_status = going_on or found.status.number == expected.status.number
    return same_status and found.display_name == expected.display_name
