# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a resource's planning gives: steps in order, and the state they lead to. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

S = TypeVar("S")


@dataclass(frozen=True)
class Step:
    """One change.

    Attributes:
        method: the API method that makes it, or None for a change on this machine alone.
        params: the method's parameters by their wire names; they can hold secrets and are never shown.
        summary: the change in words, for reports and failures.
        subject: what it is done to, in the resource's own terms.
    """

    method: str | None
    params: Mapping[str, Any] = field(repr=False)
    summary: str
    subject: Any = None


@dataclass(frozen=True)
class Plan(Generic[S]):
    """The steps from ``before`` to ``after``; ``changed``, the diff and the check-mode result all come from it.

    Attributes:
        before: the state read.
        after: the state predicted, with None for what the platform alone knows.
        diff_before, diff_after: both in the user's words, without secrets.
        warnings: what the user should know, whether or not anything changes.
    """

    before: S
    after: S
    steps: tuple[Step, ...] = ()
    diff_before: Any = None
    diff_after: Any = None
    warnings: tuple[str, ...] = field(default=())

    @property
    def changed(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.steps)
