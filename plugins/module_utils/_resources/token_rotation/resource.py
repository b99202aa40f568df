# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resource of ``paas_token_rotation``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._client.errors import PaasError
from ..._engine.dates import to_text
from ..._engine.plan import Plan
from ..._engine.resource import Work, failure_of
from .apply import RotationApplier
from .desired import ROTATION_SPEC, DesiredRotation, desired_rotation
from .model import RotationOutcome, RotationState, rotations_of
from .plan import plan_rotation
from .reader import read_state
from .stages import missing


class TokenRotation:
    """``paas_token_rotation``: new values for tokens that are due, and the end of old ones."""

    manages_tokens = True
    spec = ROTATION_SPEC
    desired = staticmethod(desired_rotation)
    plan = staticmethod(plan_rotation)

    def read(self, work: Work, desired: DesiredRotation) -> RotationState:
        """One GetTokens, and the store."""
        tokens = read_state(work)
        known = {token.description for token in tokens.tokens}
        names = [rotation.name for rotation in rotations_of(tokens, desired)]
        # In check mode only: a successor without its token is the plan's business.
        assumed = [name for name in names if name not in known and name + ".next" not in known]
        return RotationState(tokens, assumed=frozenset(name for name in assumed if work.assume(missing(name))))

    def apply(self, work: Work, plan: Plan[RotationState], desired: DesiredRotation) -> RotationState:
        """Carry out the plan; what fails is an outcome, for the report."""
        work.carried_out = RotationApplier(work, plan, desired).run()
        return work.carried_out.after

    def report(
        self, work: Work, plan: Plan[RotationState], state: RotationState, desired: DesiredRotation
    ) -> dict[str, Any]:
        """``tokens``.

        Raises:
            PaasError: the rotation of a token failed, with the results of all tokens in its details.
        """
        results = {"tokens": [_to_result(work, outcome, state) for outcome in state.outcomes]}
        errors = [outcome.error for outcome in state.outcomes if outcome.error is not None]
        if errors:
            error = _failure(errors, len(state.outcomes))
            error.details = results
            raise error
        return results


def _to_result(work: Work, outcome: RotationOutcome, state: RotationState) -> dict[str, Any]:
    token, old = outcome.token, outcome.old
    # A negative number stands for a token that is only planned.
    number = token.id if token is not None and token.id is not None and token.id >= 0 else None
    return {
        "description": outcome.rotation.name,
        "selected_by": outcome.rotation.entry.description,
        "id": number,
        "expires_at": to_text(token.expires_at) if token else None,
        "rotated": outcome.rotated,
        "stored": outcome.stored,
        "steps": list(outcome.steps),
        "old": old.to_result(state.tokens.now) if old else None,
        "problem": failure_of(work.client, outcome.error)["msg"] if outcome.error else None,
    }


def _failure(errors: Sequence[PaasError], count: int) -> PaasError:
    """Return one error for all: the first one, and how many failed."""
    first = errors[0]
    text = str(first) if len(errors) == 1 else "; ".join(error.clause for error in errors)
    return first.saying(text if count == 1 else f"{len(errors)} of {count} tokens failed: {text}")
