# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of resources that only read."""

from __future__ import annotations

from typing import Any, TypeVar

from .plan import Plan
from .resource import Resource, Work

D = TypeVar("D")
S = TypeVar("S")


class ReadOnly(Resource[D, S]):
    """A resource whose plan is always empty.

    Attributes:
        result_member: the member of the result that is the state.
    """

    manages_tokens = False
    result_member: str

    def plan(self, current: S, desired: D) -> Plan[S]:
        """Return an empty plan."""
        return Plan(before=current, after=current)

    def apply(self, work: Work, plan: Plan[S], desired: D) -> S:
        """Return the state; the flow never calls this for an empty plan."""
        return plan.after

    def report(self, work: Work, plan: Plan[S], state: S, desired: D) -> dict[str, Any]:
        """Return the state."""
        return {self.result_member: state}
