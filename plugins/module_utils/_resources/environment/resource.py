# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment resource of ``paas_environment``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._engine.plan import Plan
from ..._engine.resource import Work
from ..._engine.spec import with_connection
from .apply import Applier, Looker
from .assumed import with_assumed
from .desired import wanted_environment
from .model import Situation, Wanted
from .options import ENVIRONMENT_OPTIONS
from .plan import plan_environment
from .result import shown


class OneEnvironment:
    """``paas_environment``: one environment as declared state."""

    manages_tokens = False
    spec = with_connection(ENVIRONMENT_OPTIONS)

    def desired(self, options: Mapping[str, Any]) -> Wanted:
        """See :func:`wanted_environment`."""
        return wanted_environment(options)

    def read(self, work: Work, desired: Wanted) -> Situation:
        """One GetEnvInfo, and one call for each kind of detail that the task declares and this call does not show."""
        work.stack.enter_context(work.lock(desired.name, desired.lock_timeout))
        return with_assumed(work, desired, Looker(work.client, desired).situation())

    def plan(self, current: Situation, desired: Wanted) -> Plan[Situation]:
        """See :func:`plan_environment`."""
        return plan_environment(current, desired)

    def apply(self, work: Work, plan: Plan[Situation], desired: Wanted) -> Situation:
        """Carry out the plan and make sure that the platform took it over."""
        work.carried_out = Applier(work, desired).run(plan)
        return work.carried_out.after

    def report(self, work: Work, plan: Plan[Situation], state: Situation, desired: Wanted) -> dict[str, Any]:
        """``environment``, null when there is none."""
        return {"environment": shown(state.environment)}
