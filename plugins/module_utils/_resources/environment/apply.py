# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out the plan of an environment: what the runner asks, and whether a change has taken effect."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Callable

from ..._client.codes import PARAMETER_INVALID, PASSWORD_WRONG
from ..._client.concurrency import READS_AT_A_TIME
from ..._client.errors import PaasError, RefusedError, UnexpectedAnswerError
from ..._engine.plan import Plan, Step
from ..._engine.resource import Work
from ..._engine.runner import FRESH_SECONDS, Look, StepRunner, Target, has_any
from .layer_fields import By, differences
from .layers import CHANGE_TOPOLOGY
from .model import CurrentState, DesiredEnvironment, Environment, LayerPair, is_busy, label
from .offered import explained as explained_by_a_read
from .parts.base import MasterOf, Shown
from .parts.region import MIGRATE
from .parts.table import DETAIL_READS, PARTS
from .plan_builder import CLONE, CREATE, DELETE, REDEPLOY, Expected, Progress
from .reader import DETAILS, EnvironmentReader, pair_layers, read_environment, with_unread_details
from .settings import SETTINGS

# Steps whose work takes long enough that the platform may still be at it when the connection is cut.
_LONG = ("status", "layers", "region")
Planner = Callable[[CurrentState, DesiredEnvironment, Progress], Plan[CurrentState]]
EXISTS = "existence"
STATUS = "status"
# Aspects that are judged by the fields of layers, with what changes those.
_LAYER_ASPECTS = {"layers": (By.TOPOLOGY, By.OWN_METHOD, By.NEVER), "tags": (By.REDEPLOY,)}
# Aspects that GetEnvInfo with ``lazy`` does not show.
_NOT_LAZY = frozenset({*_LAYER_ASPECTS, *DETAILS, *(part.name for part in PARTS if part.shown is not Shown.ALWAYS)})


def _state_words(name: str, environment: Environment | None) -> str:
    return f"{label(name)} {f'is {environment.status.label}' if environment else 'does not exist'}"


class EnvironmentApplier(Target[CurrentState]):
    """An environment as a task works on it; the runner carries out its plan.

    Args:
        planner: plans the rest of the work if it has to be planned again.
        turn: what each step is carried out within, where other environments are worked on at the same time.
        at_a_time: how many details are read at a time.
    """

    def __init__(
        self,
        work: Work,
        desired: DesiredEnvironment,
        planner: Planner,
        turn: Callable[[Step], AbstractContextManager[None]] | None = None,
        at_a_time: int = READS_AT_A_TIME,
    ) -> None:
        super().__init__(work)
        self.budget = desired.wait_timeout
        self.waits = desired.wait
        self._turn = turn or super().turn
        self._client = work.client
        self._desired = desired
        self._planner = planner
        self._reader = EnvironmentReader(work.client, desired, at_a_time)
        self._home: str | None = None
        self._read_at = 0.0
        for layer in desired.layers or ():
            work.client.redactor.add_values(*layer.secrets)
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
        if is_busy(found):
            return found  # only a task that does not wait gets here
        found, pairs = self._completed(found, expected, aspects)
        wrong = unmet(found, expected, aspects, pairs)
        if wrong and self._is_due_to_steps(wrong, plan.steps):
            raise UnexpectedAnswerError(
                f"the platform answered success, but {_state_words(self._desired.name, found)} and not as asked for "
                f"({', '.join(wrong)}); look at it with inet.elastic.paas_environment_info"
            )
        return found

    def _is_due_to_steps(self, wrong: Sequence[str], steps: Sequence[Step]) -> bool:
        """Return whether steps have not taken effect; otherwise others changed lists after the steps.

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
        """Read the environment, and plan with the steps that are done as progress."""
        found = self._reader.current_state()
        self._read_at = found.read_at
        if not self.done:
            self._home = _home_of(found)
        return self._planner(found, self._desired, Progress(tuple(self.done), self._home))

    def is_fresh(self) -> bool:
        """Judge by the time of the call that showed the layers."""
        return self._client.clock.monotonic() - self._read_at <= FRESH_SECONDS

    def wait_until_idle(self, budget: float) -> bool:
        """Look without layers and nodes."""
        seen: list[Environment | None] = []
        self._reader.wait_idle_lazily(budget, seen.append)
        return any(map(is_busy, seen))

    def _completed(
        self, found: Environment | None, expected: Environment | None, aspects: frozenset[str]
    ) -> tuple[Environment | None, tuple[LayerPair, ...]]:
        """Return what was found with details, and its layers paired with the expected ones.

        Details that steps set are read, of the others what was known stays.
        """
        if found is None or expected is None:
            return found, ()
        found, _declared = self._reader.with_details(found, aspects)
        parts = {**expected.parts, **found.parts}
        pairs = pair_layers(found.layers or (), expected.layers or ())
        known = {layer.node_group: with_unread_details(layer, desired) for desired, layer in pairs if layer is not None}
        layers = found.layers and tuple(known.get(layer.node_group, layer) for layer in found.layers)
        completed = tuple(LayerPair(desired, layer and known[layer.node_group]) for desired, layer in pairs)
        return replace(found, layers=layers, parts=parts), completed

    # -- one step ---------------------------------------------------------------------------------------------------

    def turn(self, step: Step) -> AbstractContextManager[None]:
        """Wait for other environments that the task works on, if the caller wants that."""
        return self._turn(step)

    def patience(self, step: Step) -> float | None:
        """Wait for the answer of an operation as long as the task waits; it tells more than a later read."""
        return self.budget if self.waits and _is_long(step) else None

    def params(self, step: Step) -> dict[str, Any]:
        """Add numbers of master nodes and the confirmation of a deletion, which plans do not have."""
        params = dict(step.params)
        masters = {name: value.layer for name, value in params.items() if isinstance(value, MasterOf)}
        found = read_environment(self._client, self._desired.name) if masters else None
        for name, layer in masters.items():
            params[name] = found.master_of(layer) if found else None
            if params[name] is None:
                raise UnexpectedAnswerError(f"{label(self._desired.name)} shows no node of the layer {layer!r}")
        if step.method == DELETE:  # a password and a name are both sent as ``password`` (documented)
            given = {"password": self.work.task.options.get("password"), "name": self._desired.name}
            params["password"] = given.get(self._desired.delete_confirm)
        return params

    # -- lost answers -----------------------------------------------------------------------------------------------

    def look(self, step: Step, budget: float) -> Look:
        """Read what the step sets."""
        name = self._desired.name
        expected: Expected = step.subject
        seen: list[Environment | None] = []
        found = self._reader.wait_idle_lazily(budget, seen.append)
        pairs: tuple[LayerPair, ...] = ()
        if not is_busy(found) and found is not None and expected.aspects & _NOT_LAZY:
            found = read_environment(self._client, name)
            found, pairs = self._completed(found, expected.after, expected.aspects)
        if is_busy(found) and _is_long(step):
            return Look(running=_state_words(name, found))
        if not expected.observable and not any(map(is_busy, seen)):
            return Look(f"whether it was done does not show: {step.summary}; run the task again if it has to be")
        wrong = unmet(found, expected.after, expected.aspects, pairs)
        if wrong and self._is_due_to_steps(wrong, [step]):
            # The platform may still begin with it, where the answer was only too late.
            state = _state_words(name, found)
            return Look(f"{state}, so it is not done, or not yet: {step.summary}; run the task again")
        return Look()

    def explained(self, step: Step, error: RefusedError) -> RefusedError:
        """Add the names that exist for one that does not, and the option for a deletion."""
        layers = self._desired.layers or ()
        if step.method in (CREATE, MIGRATE):
            return explained_by_a_read(self._client, error, region=self._desired.region, layers=layers)
        if step.method in (CHANGE_TOPOLOGY, REDEPLOY):
            return explained_by_a_read(self._client, error, layers=layers)
        if step.method != DELETE or error.code not in (PARAMETER_INVALID, PASSWORD_WRONG):
            return error
        given = self._desired.delete_confirm
        demands = "to what the hoster demands: password, name or none"
        return error.saying(f"{error.clause}, or set delete_confirm, which is {given!r}, {demands}")


def unmet(
    found: Environment | None, after: Environment | None, aspects: Collection[str], pairs: Collection[LayerPair]
) -> list[str]:
    """Return the aspects in which an environment is not as steps should have left it.

    Args:
        pairs: the expected layers with those found.
    """
    if found is None or after is None:
        return [] if found is after else [EXISTS]
    wrong = [STATUS] if STATUS in aspects and found.status.number != after.status.number else []
    for row in SETTINGS:
        want = getattr(after, row.name)
        if row.name in aspects and want is not None and not row.same(getattr(found, row.name), want):
            wrong.append(row.name)
    for part in PARTS:
        read = part.name in found.parts
        if part.name in aspects and not (read and part.matches(found.parts[part.name], after.parts[part.name])):
            wrong.append(part.name)
    if found.layers is None:
        return wrong
    for aspect, ways in _LAYER_ASPECTS.items():
        if aspect in aspects and not _has_fields(found, after, aspect, ways, pairs):
            wrong.append(aspect)
    known = [(layer, expected) for expected, layer in pairs if layer is not None]
    for detail in (detail for detail in DETAIL_READS if detail.name in aspects):
        both = [pair for pair in known if None not in (getattr(pair[0], detail.name), getattr(pair[1], detail.name))]
        if not all(detail.matches(layer, expected) for layer, expected in both):
            wrong.append(detail.name)
    return wrong


def _has_fields(
    found: Environment, after: Environment, aspect: str, ways: tuple[By, ...], pairs: Collection[LayerPair]
) -> bool:
    if aspect == "layers" and len(found.layers or ()) != len(after.layers or ()):
        return False
    return all(
        layer is not None and not any(item.row.changed_by in ways for item in differences(layer, expected))
        for expected, layer in pairs
    )


def _home_of(found: CurrentState) -> str:
    """Return the state of the environment that a task finds; a new one runs."""
    return found.environment.state if found.environment else "started"


def _is_long(step: Step) -> bool:
    return step.method in (CREATE, CLONE, DELETE) or any(aspect in step.subject.aspects for aspect in _LONG)
