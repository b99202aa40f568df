# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What resources that change nothing have in common."""

from __future__ import annotations

from typing import Generic, TypeVar

from .plan import Plan
from .resource import Work

D = TypeVar("D")
S = TypeVar("S")


class ReadOnly(Generic[D, S]):
    """A resource whose plan is always empty."""

    manages_tokens = False

    def plan(self, current: S, desired: D) -> Plan[S]:
        """Nothing to change."""
        return Plan(before=current, after=current)

    def apply(self, work: Work, plan: Plan[S], desired: D) -> S:
        """Never called, as the plan is always empty."""
        return plan.after
