# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""The environment resource of ``paas_environment``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._flow import Work
from ..._options import with_connection
from ..._plan import Plan
from .applying import Applier, Looker
from .model import Environment, Wanted
from .planning import plan_environment
from .wanted import ENVIRONMENT_OPTIONS, wanted_environment


class OneEnvironment:
    """``paas_environment``: one environment as declared state."""

    manages_tokens = False
    spec = with_connection(ENVIRONMENT_OPTIONS)

    def desired(self, options: Mapping[str, Any]) -> Wanted:
        """See :func:`wanted_environment`."""
        return wanted_environment(options)

    def read(self, work: Work, desired: Wanted) -> Environment | None:
        """One GetEnvInfo; more only while an operation is running that the task waits for."""
        return Looker(work.client, desired).settled()

    def plan(self, current: Environment | None, desired: Wanted) -> Plan[Environment | None]:
        """See :func:`plan_environment`."""
        return plan_environment(current, desired)

    def apply(self, work: Work, plan: Plan[Environment | None], desired: Wanted) -> Environment | None:
        """Carry out the plan and make sure that the platform took it over."""
        return Applier(work, desired).run(plan)

    def report(
        self, work: Work, plan: Plan[Environment | None], state: Environment | None, desired: Wanted
    ) -> dict[str, Any]:
        """``environment``, null when there is none."""
        return {"environment": state.shown() if state else None}
