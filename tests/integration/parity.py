# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Are a scenario's two ways equal? Results member by member, calls one by one.

Only what no two runs have in common may differ: times, and what the platform makes up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.integration.scenario import comparable, moments_apart

# The platform makes them up, or gives them out as calls come in: each value of one way stands for one of the other.
MADE_UP = frozenset({"appid", "id", "value"})
# As MADE_UP, below a member of that name.
MADE_UP_BELOW = frozenset({"token_values"})
# Lists in the order of what the platform made up.
ORDER_MADE_UP = frozenset({"removed"})
# How long things took.
# The name of a backup holds its time.
TIMINGS = frozenset({"api_seconds", "backup_file", "ms"})
# Seconds between the same moment of two ways: all the phases of one lie between them.
WAY_STEP = 120.0


@dataclass
class Comparison:
    """Compares what belongs together, such as all results of one scenario.

    Attributes:
        twins: (kind, value of one way) to the value of the other.
        taken: the same the other way round.
    """

    twins: dict[tuple[str, Any], Any] = field(default_factory=dict, repr=False)
    taken: dict[tuple[str, Any], Any] = field(default_factory=dict, repr=False)

    def unequal(self, one: Any, other: Any, path: str = "") -> list[str]:
        """Where two results differ; values are not named, as there may be secrets among them."""
        name = path.rpartition(".")[2]
        if name in TIMINGS:
            return []
        if type(one) is not type(other):
            return [f"{path}: of different types"]
        if isinstance(one, dict):
            lines = [f"{path}.{key}: in one of them only" for key in sorted(one.keys() ^ other.keys())]
            both = [key for key in one if key in other]
            return lines + [line for key in both for line in self.unequal(one[key], other[key], f"{path}.{key}")]
        if isinstance(one, list) and len(one) == len(other):
            lists = (sorted(one), sorted(other)) if name in ORDER_MADE_UP else (one, other)
            pairs = zip(*lists, strict=True)
            return [line for a, b in pairs for line in self.unequal(a, b, f"{path}[]")]
        return [] if self._same(one, other, path) else [f"{path}: different"]

    def _same(self, one: Any, other: Any, path: str) -> bool:
        names = path.replace("[]", "").split(".")
        if names[-1] in MADE_UP or MADE_UP_BELOW.intersection(names):
            # The same in all phases, whose names come first.
            kind = ".".join(names[1:]) if names[-1] in MADE_UP else "value"
            return bool(
                self.twins.setdefault((kind, one), other) == other and self.taken.setdefault((kind, other), one) == one
            )
        return bool(one == other) or moments_apart(one, other) <= WAY_STEP


def in_order(calls: list[dict[str, Any]], *, free: bool) -> list[dict[str, Any]]:
    """Calls without their times, those that may go at the same time sorted; all of them where the order is free."""
    timeless = [{name: value for name, value in call.items() if name not in TIMINGS} for call in calls]
    names = [str(call["method"]).rpartition(".")[2] for call in calls]
    places = sorted(names) if free else comparable(names)
    waiting: dict[str, list[dict[str, Any]]] = {}
    for name, call in sorted(zip(names, timeless, strict=True), key=lambda pair: repr(sorted(pair[1].items()))):
        waiting.setdefault(name, []).append(call)
    return [waiting[name].pop(0) for name in places]
