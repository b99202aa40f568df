# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment resource of ``paas_environment``."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..._engine.plan import Plan
from ..._engine.resource import Work
from .apply import EnvironmentApplier
from .desired import SPEC, desired_environment
from .missing import environment_names
from .model import CurrentState, DesiredEnvironment
from .offered import StackCheck
from .plan import plan_environment, with_assumed
from .reader import EnvironmentReader
from .result import environment_to_result


class OneEnvironment:
    """``paas_environment``: one environment as declared state."""

    manages_tokens = False
    spec = SPEC
    desired = staticmethod(desired_environment)
    plan = staticmethod(plan_environment)

    def read(self, work: Work, desired: DesiredEnvironment) -> CurrentState:
        """One GetEnvInfo, and one call for each kind of detail that the task declares and this call does not show.

        In check mode a GetTemplates, too, if the task brings a node type or a tag.
        """
        work.stack.enter_context(work.lock(desired.name, desired.lock_timeout))
        found = EnvironmentReader(work.client, desired).current_state()
        if work.task.check_mode:  # otherwise the platform refuses what it does not offer
            existing = found.environment.layers if found.environment else None
            StackCheck(work.client).check(desired.layers, existing, work.task.warn)
        return with_assumed(work, desired, found, partial(environment_names, work.client))

    def apply(self, work: Work, plan: Plan[CurrentState], desired: DesiredEnvironment) -> CurrentState:
        """Carry out the plan and make sure that the platform took it over."""
        work.carried_out = EnvironmentApplier(work, desired, plan_environment).run(plan)
        return work.carried_out.after

    def report(
        self, work: Work, plan: Plan[CurrentState], state: CurrentState, desired: DesiredEnvironment
    ) -> dict[str, Any]:
        """``environment``, null if there is none."""
        return {"environment": environment_to_result(state.environment)}
