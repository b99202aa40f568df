# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan a rotation of any number of tokens, and say what it leads to for each of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..._client.errors import InputError, PaasError
from ..._engine.plan import Plan, Step
from ..token.model import TokenState
from ..token.plan import plan_tokens
from ..token.store_plan import holds_value_of
from .desired import DesiredRotation
from .model import NEXT, OLD, Rotation, RotationOutcome, RotationState, rotations_of, with_numbers
from .stages import RotationPlanner


def plan_rotation(state: RotationState, desired: DesiredRotation) -> Plan[RotationState]:
    """Plan a task. Pure: the same arguments always give the same plan. What is wrong with one token is its outcome."""
    current = state.tokens
    steps: list[Step] = []
    doubt = state.tokens.doubt
    warnings = [f"whether a token has expired is judged by this machine alone, as {doubt}"] if doubt else []
    outcomes = []
    for rotation in rotations_of(current, desired):
        planned: tuple[Step, ...] = ()
        found = RotationPlanner(rotation, desired)
        error: PaasError | None = None
        try:
            if rotation.name not in state.assumed:
                after, planned = _stages(found, current)
                current, steps = after, [*steps, *planned]
        except InputError as problem:
            error, found.rotated = problem, False
        words = tuple(step.summary for step in planned)
        outcomes.append(outcome_of(rotation, current, words, rotated=found.rotated, error=error))
        warnings += sorted(found.warnings)
    return finished_plan(state, RotationState(current, tuple(outcomes), state.assumed), steps, tuple(warnings))


def _stages(planner: RotationPlanner, state: TokenState) -> tuple[TokenState, tuple[Step, ...]]:
    """Return the state after all stages of one token, and their steps."""
    steps: list[Step] = []
    stage = planner.next_stage(state)
    while stage is not None:
        plan = plan_tokens(state, stage.desired)
        if not plan.steps:
            break
        steps += plan.steps
        state = with_numbers(plan.after)
        planner.rotated |= stage.brings_value
        stage = planner.next_stage(state)
    return state, tuple(steps)


def outcome_of(
    rotation: Rotation, state: TokenState, steps: tuple[str, ...], *, rotated: bool, error: PaasError | None
) -> RotationOutcome:
    """Return the outcome for a token, with what there is of it in a state."""
    named = {token.description: token for token in state.tokens}
    token, old, entry = named.get(rotation.name), named.get(rotation.name + OLD), state.entries.get(rotation.name)
    own = old if old is not None and entry is not None and entry.replaced == old.id else None
    return RotationOutcome(
        rotation=rotation,
        steps=steps,
        rotated=rotated,
        token=token,
        old=own,
        stored=token is not None and holds_value_of(entry, token),
        error=error,
    )


def finished_plan(
    before: RotationState, after: RotationState, steps: Iterable[Step], warnings: tuple[str, ...] = ()
) -> Plan[RotationState]:
    """Return a plan with its diff: the tokens that change."""
    old = _settings(before.tokens, after, new=False)
    new = _settings(after.tokens, after, new=True)
    return Plan(
        before=before,
        after=after,
        steps=tuple(steps),
        diff_before={name: item for name, item in old.items() if new.get(name) != item},
        diff_after={name: item for name, item in new.items() if old.get(name) != item},
        warnings=warnings,
    )


def _settings(state: TokenState, after: RotationState, *, new: bool) -> dict[str, dict[str, Any]]:
    """Return the settings of all tokens of the rotations, and which value they have if they are rotated."""
    shown = {}
    for outcome in after.outcomes:
        name = outcome.rotation.name
        for token in (token for token in state.tokens if token.description in (name, name + NEXT, name + OLD)):
            brought = new and token.description == name
            value = {"value": "(new)" if brought else "(old)"} if outcome.rotated else {}
            shown[token.description] = {**token.settings(), **value}
    return shown
