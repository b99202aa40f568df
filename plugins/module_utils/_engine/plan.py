# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a task: steps in order, and the state that they lead to. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

S = TypeVar("S")


@dataclass(frozen=True)
class Step:
    """One change.

    Attributes:
        method: the API method; None for a change on this machine only.
        params: the method's parameters by the API's names; they can hold secrets and are never shown.
        summary: the change in words, for results and failures.
        subject: the object that is changed, in the resource's own terms.
    """

    method: str | None
    params: Mapping[str, Any] = field(repr=False)
    summary: str
    subject: Any = None


@dataclass(frozen=True)
class Plan(Generic[S]):
    """The steps from ``before`` to ``after``. ``changed``, the diff and the result in check mode come from it.

    Attributes:
        before: the current state.
        after: the predicted state, with None for what only the platform knows.
        diff_before, diff_after: both in the user's words, without secrets.
        diff_header: what the diff is about, if both sides are texts.
        warnings: shown whether or not there are steps.
    """

    before: S
    after: S
    steps: tuple[Step, ...] = ()
    diff_before: Any = None
    diff_after: Any = None
    diff_header: str | None = None
    warnings: tuple[str, ...] = field(default=())

    @property
    def changed(self) -> bool:
        """Whether there are steps."""
        return bool(self.steps)
