# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an audit is made from, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class AuditRule:
    """What can be wrong, and what to do.

    Attributes:
        severity: one of SEVERITIES.
    """

    name: str
    severity: str
    remedy: str


# The most serious first.
SEVERITIES = ("high", "medium", "low")


@dataclass(frozen=True)
class RecordedCalls:
    """The recorded API calls of the runs that used one token.

    Attributes:
        since: when the first of these runs ended.
        complete: whether no run had tasks whose calls are hidden.
    """

    runs: int
    since: str
    methods: frozenset[str]
    complete: bool


@dataclass(frozen=True)
class AuditSettings:
    """The variables of the role."""

    now: datetime
    within: timedelta
    unused_since: timedelta
    prices: Mapping[str, float] = field(default_factory=dict)
    auto_stop_groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class AuditFacts:
    """What was read.

    Attributes:
        stats, firewall, certificates: by environment. An environment that could not be read is missing, and has a line
            in unknown.
        tasks: the scheduled tasks of the account.
        recorded: by the description of the token.
    """

    tokens: tuple[Entry, ...]
    environments: tuple[Entry, ...]
    stats: Mapping[str, Entry] = field(default_factory=dict)
    firewall: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    certificates: Mapping[str, bool] = field(default_factory=dict)
    tasks: tuple[Entry, ...] | None = None
    recorded: Mapping[str, RecordedCalls] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something that needs attention."""

    rule: AuditRule
    kind: str
    subject: str
    text: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same from one report to the next."""
        return self.rule.name, self.kind, self.subject

    def to_result(self) -> dict[str, str]:
        """Return the finding for the report."""
        return {
            "rule": self.rule.name,
            "severity": self.rule.severity,
            "kind": self.kind,
            "subject": self.subject,
            "text": self.text,
            "remedy": self.rule.remedy,
        }
