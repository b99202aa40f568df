# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for environments, and what the runner has to know to carry out a plan for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, Callable

from ..._client.client import PlatformClient
from ..._client.codes import PARAMETER_INVALID, PASSWORD_WRONG
from ..._client.concurrency import READS_AT_A_TIME
from ..._client.errors import PaasError, RefusedError, UnexpectedAnswerError
from ..._client.waiting import Waiter
from ..._engine.plan import Plan, Step
from ..._engine.resource import Work
from ..._engine.runner import FRESH_SECONDS, Look, StepRunner, Target, has_any
from .compare import EXISTS, HEAVY, STATUS, match_layers, unmet
from .explaining import explained as explained_by_a_read
from .layer import SHORTEST_SECRET, Layer
from .model import CurrentState, DesiredEnvironment, Environment, label
from .parts.base import MasterOf
from .parts.table import PARTS
from .plan import MIGRATE, plan_environment
from .plan_builder import CLONE, CREATE, DELETE, REDEPLOY, Expected, Progress
from .plan_layers import CHANGE_TOPOLOGY
from .reader import DETAILS, DetailReader, read_environment, require_members

__all__ = ["EnvironmentApplier", "EnvironmentReader", "busy", "read_environment", "with_unread_details"]

# Steps whose work takes long enough that the platform may still be at it when the connection is cut.
_LONG = ("status", "layers", "region")


def busy(environment: Environment | None) -> bool:
    """Whether an operation is running."""
    return environment is not None and environment.status.transitional


def _state_words(name: str, environment: Environment | None) -> str:
    return f"{label(name)} {f'is {environment.status.label}' if environment else 'does not exist'}"


class EnvironmentReader:
    """Reads one environment, and waits for the end of a running operation where the task wants that."""

    def __init__(self, client: PlatformClient, desired: DesiredEnvironment, at_a_time: int = READS_AT_A_TIME) -> None:
        self._client = client
        self._desired = desired
        self._detail_reader = DetailReader(client, desired, at_a_time)
        # When the call was sent that shows the layers, on the monotonic clock.
        self.read_at = client.clock.monotonic()

    def _read(self) -> Environment | None:
        self.read_at = self._client.clock.monotonic()
        return read_environment(self._client, self._desired.name)

    def current_state(self) -> CurrentState:
        """What the task finds: the environment with the details that it declares, or the source of a clone.

        Raises:
            WaitTimeoutError: when a running operation has not ended within ``wait_timeout``.
        """
        found = self.wait_idle()
        cloned = found is None and self._desired.state != "absent" and self._desired.clone_from
        return self.detailed(found, read_environment(self._client, cloned) if cloned else None)

    def detailed(self, found: Environment | None, source: Environment | None) -> CurrentState:
        """The same from what one call said of the environment, or of the source where there is none."""
        if self._desired.state == "absent" or busy(found):
            return CurrentState(found, read_at=self.read_at)
        if found is not None:
            require_members(found, self._desired)
            detailed = self._detail_reader.with_details(found, None if self._desired.check_details else ())
            return CurrentState(detailed, read_at=self.read_at)
        return CurrentState(None, source and self._detail_reader.with_details(source, DETAILS), self.read_at)

    def wait_idle(self) -> Environment | None:
        """All that one call says of the environment, without a running operation unless the task does not wait.

        Raises:
            WaitTimeoutError: when it has not ended within ``wait_timeout``.
        """
        return self.wait_idle_from(self._read())

    def wait_idle_from(self, found: Environment | None) -> Environment | None:
        """The same from what one call said of it; no further call where no operation was running."""
        if not (busy(found) and self._desired.wait):
            return found
        settled = self._wait(self._desired.wait_timeout, found)
        return settled and self._read()

    def wait_idle_lazily(
        self, budget: float, note: Callable[[Environment | None], None] = lambda first: None
    ) -> Environment | None:
        """The same without layers and nodes, within a budget of seconds; ``note`` is told what was seen first."""
        found = read_environment(self._client, self._desired.name, lazy=True)
        note(found)
        return self._wait(budget, found) if busy(found) and self._desired.wait else found

    def _wait(self, budget: float, first: Environment | None) -> Environment | None:
        """Look again, without layers and nodes, until the operation that was seen first has ended."""
        name = self._desired.name
        seen = [first]
        return Waiter(budget=budget, clock=self._client.clock).until(
            lambda: seen.pop() if seen else read_environment(self._client, name, lazy=True),
            lambda found: not busy(found),
            lambda found: f"{label(name)} is still {found.status.label if found else 'there'}",
        )


class EnvironmentApplier(Target[CurrentState]):
    """An environment as a task works on it; the runner carries out its plan.

    Args:
        turn: what each step is carried out within, where other environments are worked on at the same time.
        at_a_time: how many details are read at a time.
    """

    def __init__(
        self,
        work: Work,
        desired: DesiredEnvironment,
        turn: Callable[[Step], AbstractContextManager[None]] | None = None,
        at_a_time: int = READS_AT_A_TIME,
    ) -> None:
        super().__init__(work)
        self.budget = desired.wait_timeout
        self.waits = desired.wait
        self._turn = turn or _at_once
        self._client = work.client
        self._desired = desired
        self._reader = EnvironmentReader(work.client, desired, at_a_time)
        self._detail_reader = DetailReader(work.client, desired, at_a_time)
        self._home: str | None = None
        self._read_at = 0.0
        for layer in desired.layers or ():
            work.client.redactor.add(*(secret for secret in layer.secrets if len(secret) >= SHORTEST_SECRET))
        for part in desired.parts.values():
            work.client.redactor.add(*getattr(part, "secrets", ()))

    def run(self, plan: Plan[CurrentState], *, outdated: bool = False) -> Plan[CurrentState]:
        """Carry out every step, read back once, and return the plan as it turned out; its ``after`` is what is there.

        Args:
            outdated: whether others may have worked on the environment since the plan was made.

        Raises:
            PaasError: for the first step that fails, with what was done before it in ``work.done``.
        """
        self._home, self._read_at = _home_of(plan.before), plan.before.read_at
        plan = StepRunner(self, plan, outdated=outdated).run()
        if not plan.steps:
            return plan
        return replace(plan, after=CurrentState(self._read_back(plan)))

    def _read_back(self, plan: Plan[CurrentState]) -> Environment | None:
        expected = plan.after.environment
        aspects = frozenset().union(*(step.subject.aspects for step in plan.steps))
        found = self._reader.wait_idle()
        if busy(found):
            return found  # only a task that does not wait gets here
        found = self._completed(found, expected, aspects)
        wrong = self._unmet(found, expected, aspects)
        if wrong and self._is_due_to_steps(wrong, plan.steps):
            raise UnexpectedAnswerError(
                f"the platform answered success, but {_state_words(self._desired.name, found)} and not as asked for "
                f"({', '.join(wrong)}); look at it with inet.elastic.paas_environment_info"
            )
        return found

    def _is_due_to_steps(self, wrong: Sequence[str], steps: Sequence[Step]) -> bool:
        """Whether steps were not taken over, or others are why lists are not as the steps left them.

        In the second case a new plan has none of these steps.
        """
        if STATUS in wrong or EXISTS in wrong:
            return True
        try:
            plan = self.plan_again()
        except PaasError:
            return True
        return has_any(plan, steps)

    # -- planning again ---------------------------------------------------------------------------------------------

    def plan_again(self) -> Plan[CurrentState]:
        """See :class:`Target`."""
        found = self._reader.current_state()
        self._read_at = found.read_at
        if not self.done:
            self._home = _home_of(found)
        return plan_environment(found, self._desired, Progress(tuple(self.done), self._home))

    def is_fresh(self) -> bool:
        """See :class:`Target`."""
        return self._client.clock.monotonic() - self._read_at <= FRESH_SECONDS

    def wait_until_idle(self, budget: float) -> bool:
        """See :class:`Target`."""
        seen: list[Environment | None] = []
        self._reader.wait_idle_lazily(budget, seen.append)
        return any(map(busy, seen))

    def _completed(
        self, found: Environment | None, expected: Environment | None, aspects: frozenset[str]
    ) -> Environment | None:
        """What was found with the details: those that steps set are read, of the others what was known stays."""
        if found is None or expected is None:
            return found
        found = self._detail_reader.with_details(found, aspects)
        return replace(
            found, layers=with_unread_details(found.layers, expected.layers), parts={**expected.parts, **found.parts}
        )

    def _unmet(self, found: Environment | None, expected: Environment | None, aspects: frozenset[str]) -> list[str]:
        wrong = unmet(found, expected, aspects)
        if found is not None and expected is not None:
            wrong += [
                part.name
                for part in PARTS
                if part.name in aspects and not part.reached(found.parts[part.name], expected.parts[part.name])
            ]
        return wrong

    # -- one step ---------------------------------------------------------------------------------------------------

    def turn(self, step: Step) -> AbstractContextManager[None]:
        """See :class:`Target`."""
        return self._turn(step)

    def patience(self, step: Step) -> float | None:
        """See :class:`Target`; the operation's own answer tells more than looking later does."""
        return self.budget if self.waits and _is_long(step) else None

    def params(self, step: Step) -> dict[str, Any]:
        """See :class:`Target`."""
        return {**self._resolved(step.params), **self._confirmation(step)}

    def _resolved(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters with the numbers of nodes that there were none of when the steps were planned."""
        if not any(isinstance(value, MasterOf) for value in params.values()):
            return dict(params)
        found = read_environment(self._client, self._desired.name)
        return {
            name: self._master(found, value.layer) if isinstance(value, MasterOf) else value
            for name, value in params.items()
        }

    def _master(self, found: Environment | None, layer: str) -> int:
        master = found.master_of(layer) if found else None
        if master is None:
            raise UnexpectedAnswerError(f"{label(self._desired.name)} shows no node of the layer {layer!r}")
        return master

    def _confirmation(self, step: Step) -> dict[str, Any]:
        """What DeleteEnv is confirmed by; both travel as ``password`` (documented)."""
        if step.method != DELETE:
            return {}
        given = {"password": self.work.task.options.get("password"), "name": self._desired.name}
        return {"password": given.get(self._desired.delete_confirm)}

    # -- lost answers -----------------------------------------------------------------------------------------------

    def look(self, step: Step, budget: float) -> Look:
        """See :class:`Target`."""
        name, expected = self._desired.name, step.subject
        seen: list[Environment | None] = []
        found = self._reader.wait_idle_lazily(budget, seen.append)
        if not busy(found) and found is not None and self._needs_all(expected):
            found = read_environment(self._client, name)
            found = self._completed(found, expected.after, expected.aspects)
        if busy(found) and _is_long(step):
            return Look(running=_state_words(name, found))
        if not expected.shows and not any(map(busy, seen)):
            return Look(f"whether it was done does not show: {step.summary}; run the task again if it has to be")
        wrong = self._unmet(found, expected.after, expected.aspects)
        if wrong and self._is_due_to_steps(wrong, [step]):
            # The platform may still begin with it, where the answer was only too late.
            state = _state_words(name, found)
            return Look(f"{state}, so it is not done, or not yet: {step.summary}; run the task again")
        return Look()

    @staticmethod
    def _needs_all(expected: Expected) -> bool:
        return bool(expected.aspects & HEAVY or expected.aspects & {part.name for part in PARTS})

    def explained(self, step: Step, error: RefusedError) -> RefusedError:
        """See :class:`Target`; names that exist for one that does not, the option for a deletion."""
        if step.method in (CREATE, MIGRATE):
            layers = self._desired.layers or ()
            return explained_by_a_read(self._client, error, region=self._desired.region, layers=layers)
        if step.method in (CHANGE_TOPOLOGY, REDEPLOY):
            return explained_by_a_read(self._client, error, layers=self._desired.layers or ())
        if step.method != DELETE or error.code not in (PARAMETER_INVALID, PASSWORD_WRONG):
            return error
        given = self._desired.delete_confirm
        message = (
            f"{error.clause}; delete_confirm is {given!r}, set it to what the hoster demands: password, name or none"
        )
        return RefusedError(message, method=error.method, code=error.code)


def with_unread_details(
    found: tuple[Layer, ...] | None, expected: tuple[Layer, ...] | None
) -> tuple[Layer, ...] | None:
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


def _home_of(found: CurrentState) -> str:
    """The state of an environment that a task finds; one that it makes runs."""
    return found.environment.state if found.environment else "started"


def _at_once(step: Step) -> AbstractContextManager[None]:
    return nullcontext()


def _is_long(step: Step) -> bool:
    return step.method in (CREATE, CLONE, DELETE) or any(aspect in step.subject.aspects for aspect in _LONG)
