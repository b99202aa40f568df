# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resource of ``paas_environments``: many environments as declared state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..._client.client import PlatformClient
from ..._client.errors import PaasError
from ..._engine.plan import Plan
from ..._engine.resource import Work, failure_of
from ..environment.result import environment_to_result
from .apply import SetApplier
from .desired import SET_SPEC, desired_set
from .model import AccountState, DesiredSet, Outcome
from .plan import plan_set, read_account

# How many names of environments that failed a message has.
MOST_NAMES = 10


class EnvironmentSet:
    """``paas_environments``: each entry by the same planning and applying as ``paas_environment``."""

    manages_tokens = False
    spec = SET_SPEC

    def desired(self, options: Mapping[str, Any]) -> DesiredSet:
        """Return what the options declare."""
        return desired_set(options)

    def read(self, work: Work, desired: DesiredSet) -> AccountState:
        """One GetEnvs, and what that does not show."""
        return read_account(work, desired)

    def plan(self, current: AccountState, desired: DesiredSet) -> Plan[AccountState]:
        """Return a plan for each environment."""
        return plan_set(current, desired)

    def apply(self, work: Work, plan: Plan[AccountState], desired: DesiredSet) -> AccountState:
        """Carry out the plans; what fails is an outcome, for the report."""
        state = SetApplier(work, plan, desired).run()
        warned = set(plan.warnings)
        for outcome in _in_order(state, desired):
            work.done.extend(outcome.steps)
            # Those of plans that were made in between.
            for warning in outcome.plan.warnings if outcome.plan else ():
                if warning not in warned:
                    work.task.warn(warning)
        return state

    def report(self, work: Work, plan: Plan[AccountState], state: AccountState, desired: DesiredSet) -> dict[str, Any]:
        """``environments`` and ``pruned``, and what the flow cannot tell by itself: ``changed`` and ``diff``.

        Raises:
            PaasError: where any environment is not as declared, with the results of all in its details.
        """
        outcomes = _in_order(state, desired)
        declared, pruned = outcomes[: len(desired.entries)], outcomes[len(desired.entries) :]
        results = {
            "environments": [_to_result(outcome, work.client) for outcome in declared],
            "pruned": [outcome.name for outcome in pruned if outcome.steps and outcome.error is None],
        }
        if any(outcome.error for outcome in outcomes):
            error = _failure(outcomes)
            error.details = {
                **results,
                "not_pruned": [_to_result(outcome, work.client) for outcome in pruned if outcome.error],
            }
            raise error
        steps = [step for outcome in outcomes for step in outcome.steps]
        return {**results, "changed": bool(steps), "steps": steps, "diff": _diff(outcomes)}


def _in_order(state: AccountState, desired: DesiredSet) -> list[Outcome]:
    """Return the outcomes as declared, then those of what is pruned."""
    return [state.outcomes[entry.name] for entry in (*desired.entries, *state.pruned)]


def _to_result(outcome: Outcome, client: PlatformClient) -> dict[str, Any]:
    """Return one entry of the result."""
    common = {"name": outcome.name, "changed": bool(outcome.steps), "steps": list(outcome.steps)}
    if outcome.error is not None:
        return {**common, "failed": True, **failure_of(client, outcome.error)}
    return {**common, "environment": environment_to_result(outcome.environment)}


def _diff(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return both sides of the diff by name, of the environments that change."""
    plans = {outcome.name: outcome.plan for outcome in outcomes if outcome.plan is not None and outcome.plan.changed}
    return {
        "before": {name: plan.diff_before for name, plan in plans.items()},
        "after": {name: plan.diff_after for name, plan in plans.items()},
    }


def _failure(outcomes: Sequence[Outcome]) -> PaasError:
    """Return one error for all: how many failed, which, and why the first one did."""
    errors = {outcome.name: outcome.error for outcome in outcomes if outcome.error is not None}
    failed = [outcome.name for outcome in outcomes if outcome.name in errors and outcome.begun] or list(errors)
    first = errors[failed[0]]
    more = f" and {len(failed) - MOST_NAMES} more" if len(failed) > MOST_NAMES else ""
    left_out = f"{len(errors) - len(failed)} left out because of that, " if len(errors) > len(failed) else ""
    error = PaasError(
        f"{len(failed)} of {len(outcomes)} environments failed ({', '.join(failed[:MOST_NAMES])}{more}), {left_out}"
        f"{len(outcomes) - len(errors)} in order; {failed[0]}: {first}",
        method=first.method,
        code=first.code,
    )
    error.kind = first.kind
    return error
