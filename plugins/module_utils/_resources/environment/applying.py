# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""Waiting for environments, and carrying out a plan; lost answers are settled, never repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any, Callable

from ..._flow import Work
from ..._plan import Plan, Step
from ..._platform.client import PlatformClient
from ..._platform.codes import ENVIRONMENT_UNKNOWN_CODES, PARAMETER_INVALID, PASSWORD_WRONG
from ..._platform.concurrency import READS_AT_A_TIME
from ..._platform.errors import AnswerLostError, PaasError, RefusedError, UnexpectedAnswerError, WaitTimeoutError
from ..._platform.waiting import Waiter
from .comparing import HEAVY, match_layers, missed
from .drafting import CLONE, CREATE, DELETE, Aim
from .explaining import explained
from .layer import SHORTEST_SECRET, Layer
from .model import Environment, Situation, Wanted, label
from .parts.base import MasterOf
from .parts.table import PARTS
from .planning import MIGRATE
from .reading import DETAILS, DetailReader, read_environment, require_told

__all__ = ["Applier", "Looker", "busy", "read_environment", "remembered"]

# Steps whose work takes long enough that the platform may still be at it when the connection is cut.
_LONG = ("status", "layers", "region")


def busy(environment: Environment | None) -> bool:
    """Whether an operation is running."""
    return environment is not None and environment.status.transitional


def _state_words(name: str, environment: Environment | None) -> str:
    return f"{label(name)} {f'is {environment.status.label}' if environment else 'does not exist'}"


class Looker:
    """Reads one environment, and waits for the end of a running operation where the task wants that."""

    def __init__(self, client: PlatformClient, wanted: Wanted, at_a_time: int = READS_AT_A_TIME) -> None:
        self._client = client
        self._wanted = wanted
        self._reader = DetailReader(client, wanted, at_a_time)

    def situation(self) -> Situation:
        """What the task finds: the environment with the details that it declares, or the source of a clone.

        Raises:
            WaitTimeoutError: when a running operation has not ended within ``wait_timeout``.
        """
        found = self.settled()
        cloned = found is None and self._wanted.state != "absent" and self._wanted.clone_from
        return self.detailed(found, read_environment(self._client, cloned) if cloned else None)

    def detailed(self, found: Environment | None, source: Environment | None) -> Situation:
        """The same from what one call said of the environment, or of the source where there is none."""
        if self._wanted.state == "absent" or busy(found):
            return Situation(found)
        if found is not None:
            require_told(found, self._wanted)
            return Situation(self._reader.with_details(found, None if self._wanted.check_details else ()))
        return Situation(None, source and self._reader.with_details(source, DETAILS))

    def settled(self) -> Environment | None:
        """All that one call says of the environment, without a running operation unless the task does not wait.

        Raises:
            WaitTimeoutError: when it has not ended within ``wait_timeout``.
        """
        return self.at_rest(read_environment(self._client, self._wanted.name))

    def at_rest(self, found: Environment | None) -> Environment | None:
        """The same from what one call said of it; no further call where no operation was running."""
        if not (busy(found) and self._wanted.wait):
            return found
        settled = self._wait(self._wanted.wait_timeout, found)
        return settled and read_environment(self._client, self._wanted.name)

    def lightly_settled(
        self, budget: float, note: Callable[[Environment | None], None] = lambda first: None
    ) -> Environment | None:
        """The same without layers and nodes, within a budget of seconds; ``note`` is told what was seen first."""
        found = read_environment(self._client, self._wanted.name, lazy=True)
        note(found)
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
    """Carries out the steps of one plan, in order.

    Args:
        turn: what each step is carried out within, where other environments are worked on at the same time.
        at_a_time: how many details are read at a time.
    """

    def __init__(
        self,
        work: Work,
        wanted: Wanted,
        turn: Callable[[Step], AbstractContextManager[None]] | None = None,
        at_a_time: int = READS_AT_A_TIME,
    ) -> None:
        self._work = work
        self._turn = turn or _at_once
        self._client = work.client
        self._wanted = wanted
        self._looker = Looker(work.client, wanted)
        self._reader = DetailReader(work.client, wanted, at_a_time)
        for layer in wanted.layers or ():
            work.client.redactor.add(*(secret for secret in layer.secrets if len(secret) >= SHORTEST_SECRET))
        for part in wanted.parts.values():
            work.client.redactor.add(*getattr(part, "secrets", ()))

    def run(self, plan: Plan[Situation]) -> Situation:
        """Carry out every step, read back once and give what is there.

        Raises:
            PaasError: for the first step that fails, with what was done before it in ``work.done``.
        """
        for index, step in enumerate(plan.steps):
            with self._turn(step):
                running = self._carry_out(step)
            self._work.done.append(step.summary)
            rest = plan.steps[index + 1 :]
            if running and rest:
                raise AnswerLostError(
                    f"{_state_words(self._wanted.name, running)} and the task does not wait, so this is still to do: "
                    f"{', '.join(later.summary for later in rest)}; run the task again later, or set wait: true",
                    method=step.method,
                )
        return Situation(self._read_back(plan.after.environment, [step.subject for step in plan.steps]))

    def _read_back(self, expected: Environment | None, aims: list[Aim]) -> Environment | None:
        aspects = frozenset().union(*(aim.aspects for aim in aims))
        found = self._looker.settled()
        if busy(found):
            return found  # only a task that does not wait gets here
        found = self._completed(found, expected, aspects)
        wrong = self._missed(found, expected, aspects)
        if wrong:
            raise UnexpectedAnswerError(
                f"the platform answered success, but {_state_words(self._wanted.name, found)} and not as asked for "
                f"({', '.join(wrong)}); look at it with inet.elastic.paas_environment_info"
            )
        return found

    def _completed(
        self, found: Environment | None, expected: Environment | None, aspects: frozenset[str]
    ) -> Environment | None:
        """What was found with the details: those that steps set are read, of the others what was known stays."""
        if found is None or expected is None:
            return found
        found = self._reader.with_details(found, aspects)
        return replace(found, layers=remembered(found.layers, expected.layers), parts={**expected.parts, **found.parts})

    def _missed(self, found: Environment | None, expected: Environment | None, aspects: frozenset[str]) -> list[str]:
        wrong = missed(found, expected, aspects)
        if found is not None and expected is not None:
            wrong += [
                part.name
                for part in PARTS
                if part.name in aspects and not part.reached(found.parts[part.name], expected.parts[part.name])
            ]
        return wrong

    # -- one step ---------------------------------------------------------------------------------------------------

    def _carry_out(self, step: Step) -> Environment | None:
        """Make one change; gives the environment where the change is still going on and the task does not wait."""
        started = self._client.clock.monotonic()
        params = self._resolved(step.params)
        try:
            with self._patience(step):
                self._client.call(str(step.method), **params, **self._confirmation(step))
        except AnswerLostError as error:
            return self._settle(step, error, started)
        except RefusedError as error:
            if step.method == DELETE and error.code in ENVIRONMENT_UNKNOWN_CODES:
                return None
            raise self._explained(step, error) from None
        return None

    def _resolved(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters with the numbers of nodes that there were none of when the steps were planned."""
        if not any(isinstance(value, MasterOf) for value in params.values()):
            return dict(params)
        found = read_environment(self._client, self._wanted.name)
        return {
            name: self._master(found, value.layer) if isinstance(value, MasterOf) else value
            for name, value in params.items()
        }

    def _master(self, found: Environment | None, layer: str) -> int:
        master = found.master_of(layer) if found else None
        if master is None:
            raise UnexpectedAnswerError(f"{label(self._wanted.name)} shows no node of the layer {layer!r}")
        return master

    @contextmanager
    def _patience(self, step: Step) -> Iterator[None]:
        """Let an operation answer within ``wait_timeout``, as its own answer tells more than looking later does."""
        usual = self._client.timeout
        if self._wanted.wait and _is_long(step):
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

    # -- lost answers -----------------------------------------------------------------------------------------------

    def _settle(self, step: Step, error: AnswerLostError, started: float) -> Environment | None:
        """Find out whether a step whose answer was lost is done, not done, or going on."""
        name, aim = self._wanted.name, step.subject
        left = max(0.0, self._wanted.wait_timeout - (self._client.clock.monotonic() - started))
        seen: list[Environment | None] = []
        try:
            found = self._looker.lightly_settled(left, seen.append)
            if not busy(found) and found is not None and self._needs_all(aim):
                found = read_environment(self._client, name)
                found = self._completed(found, aim.after, aim.aspects)
        except WaitTimeoutError as late:
            self._work.done.append(f"{step.summary} (still going on)")
            # The time that the lost answer took counts, too.
            message = f"{late.last} after {self._wanted.wait_timeout:g} seconds; raise wait_timeout or look again later"
            raise WaitTimeoutError(message, last=late.last, method=error.method) from None
        except PaasError as second:
            message = (
                f"{error.clause}; whether the change was made could not be seen: {second.clause}; run the task again"
            )
            raise AnswerLostError(message, method=error.method) from None
        if busy(found) and _is_long(step):
            return found
        if not aim.shows and not any(map(busy, seen)):
            message = (
                f"{error.clause}; whether it was done does not show: {step.summary}; run the task again if it has to be"
            )
            raise AnswerLostError(message, method=error.method)
        if self._missed(found, aim.after, aim.aspects):
            # The platform may still begin with it, where the answer was only too late.
            state = _state_words(name, found)
            message = f"{error.clause}; {state}, so it is not done, or not yet: {step.summary}; run the task again"
            raise AnswerLostError(message, method=error.method)
        return None

    @staticmethod
    def _needs_all(aim: Aim) -> bool:
        return bool(aim.aspects & HEAVY or aim.aspects & {part.name for part in PARTS})

    def _explained(self, step: Step, error: RefusedError) -> RefusedError:
        """A refused region with the regions; a refused deletion with the option that decides about its confirmation."""
        if step.method in (CREATE, MIGRATE):
            return explained(self._client, error, region=self._wanted.region)
        if step.method != DELETE or error.code not in (PARAMETER_INVALID, PASSWORD_WRONG):
            return error
        given = self._wanted.delete_confirm
        message = (
            f"{error.clause}; delete_confirm is {given!r}, set it to what the hoster demands: password, name or none"
        )
        return RefusedError(message, method=error.method, code=error.code)


def remembered(found: tuple[Layer, ...] | None, expected: tuple[Layer, ...] | None) -> tuple[Layer, ...] | None:
    """Layers with the details that were not read, as they were expected to be."""
    if found is None:
        return None
    pairs = match_layers(found, expected or ())
    known = {there.node_group: layer for layer, there in pairs if there is not None}
    layers = []
    for layer in found:
        other = known.get(layer.node_group)
        details = {name: getattr(other, name) for name in DETAILS if other and getattr(layer, name) is None}
        layers.append(replace(layer, env_public=other.env_public, **details) if other else layer)
    return tuple(layers)


def _at_once(step: Step) -> AbstractContextManager[None]:
    return nullcontext()


def _is_long(step: Step) -> bool:
    return step.method in (CREATE, CLONE, DELETE) or any(aspect in step.subject.aspects for aspect in _LONG)
