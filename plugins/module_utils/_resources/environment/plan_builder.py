# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan builder: the steps so far, and the state that they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..._engine.plan import Step
from .model import DesiredEnvironment, Environment, LayerPair, label
from .parts.base import Needs
from .statuses import DOWN, RUNNING, SLEEP, status_of

CREATE = "environment.control.CreateEnvironment"
CLONE = "environment.control.CloneEnv"
DELETE = "environment.control.DeleteEnv"
START = "environment.control.StartEnv"
STOP = "environment.control.StopEnv"
PUT_TO_SLEEP = "environment.control.SleepEnv"
RESTART = "environment.control.RestartNodes"
REDEPLOY = "environment.control.RedeployContainersByGroup"

# What to call, in order, and the status that each call leads to. StartEnv wants a stopped or sleeping environment and
# StopEnv a running one (recorded from the official scheduler); that SleepEnv wants a running one, too, is inferred.
ROUTES: dict[tuple[int | None, str], tuple[tuple[str, int, str], ...]] = {
    (RUNNING, "stopped"): ((STOP, DOWN, "stop"),),
    (RUNNING, "sleeping"): ((PUT_TO_SLEEP, SLEEP, "put to sleep"),),
    (DOWN, "started"): ((START, RUNNING, "start"),),
    (SLEEP, "started"): ((START, RUNNING, "start"),),
    (DOWN, "sleeping"): ((START, RUNNING, "start"), (PUT_TO_SLEEP, SLEEP, "put to sleep")),
    (SLEEP, "stopped"): ((START, RUNNING, "start"), (STOP, DOWN, "stop")),
}


@dataclass(frozen=True)
class Expected:
    """What a step leads to.

    Attributes:
        after: the environment after the step; None if there is none any more.
        aspects: what the step sets; see ``unmet`` in ``apply.py``.
        observable: False for a step that leaves everything as it was, such as a restart.
    """

    after: Environment | None
    aspects: frozenset[str] = frozenset()
    observable: bool = True


@dataclass(frozen=True)
class Progress:
    """What a task has done before it plans again.

    Attributes:
        steps: those that were carried out.
        home: the state in which it found the environment, or made it.
    """

    steps: tuple[Step, ...] = ()
    home: str | None = None

    def has(self, *methods: str) -> bool:
        """Return whether a step of one of these methods is done."""
        return any(step.method in methods for step in self.steps)

    def layers_of(self, method: str) -> set[str | None]:
        """Return the names of the layers for which the steps of a method are done."""
        return {step.params.get("nodeGroup") for step in self.steps if step.method == method}


NOTHING_DONE = Progress()


class PlanBuilder:
    """Collects steps.

    Attributes:
        now: the environment after the steps so far.
        pairs: the declared layers with those of the environment; those that are made are added.
        fresh: whether this task creates the environment.
        restarted: whether this task starts the environment, so that a restart has nothing to add.
    """

    def __init__(
        self, now: Environment, desired: DesiredEnvironment, pairs: tuple[LayerPair, ...], progress: Progress
    ) -> None:
        self.now = now
        self.desired = desired
        self.label = label(desired.name)  # how messages name the environment
        self.pairs = pairs
        self.steps: list[Step] = []
        self.warnings: list[str] = []
        self.fresh = progress.has(CREATE, CLONE)
        self.restarted = progress.has(START)
        self.redeployed = progress.layers_of(REDEPLOY)
        self.restarted_layers = progress.layers_of(RESTART)
        self._home = progress.home or now.state  # where it goes back to if it is only woken for a change

    def add(self, method: str, params: Mapping[str, Any], summary: str, after: Environment, *aspects: str) -> None:
        """Add a step."""
        observable = after != self.now or method in (CREATE, CLONE)
        self.steps.append(Step(method, params, summary, Expected(after, frozenset(aspects), observable)))
        self.now = after

    def call(self, method: str, params: Mapping[str, Any], summary: str, after: Environment, *aspects: str) -> None:
        """Add a step whose method takes the environment's name."""
        self.add(method, {"envName": self.now.name, **params}, summary, after, *aspects)

    def change_state(self, state: str) -> None:
        """Bring the environment to a state; nothing if it is in that state."""
        for method, number, verb in ROUTES.get((self.now.status.number, state), ()):
            self.restarted = self.restarted or method == START
            after = self.now.in_status(status_of(number))
            self.call(method, {}, f"{verb} {self.label}", after, "status")

    def ensure(self, needs: Needs | None) -> None:
        """Bring the environment to the status that a change needs (inferred)."""
        if needs is Needs.RUNNING or (needs is Needs.AWAKE and self.now.status.number == SLEEP):
            self.change_state("started")

    def restore_state(self) -> None:
        """Undo a start that only a change needed."""
        self.change_state(self._home)
