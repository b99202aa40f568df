# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the report: the findings, the tokens, the environments with their cost, and what changed since the last report.

A member of an answer is in the report only if it is named here, so that no value and no secret gets into it. The report
has dates, and no lengths of time until now, so that unchanged data makes an unchanged report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import to_text

from . import environment_rules, token_rules
from .model import SEVERITIES, AuditFacts, AuditSettings, Entry, Finding

VERSION = 1
# Members that differ from run to run, or say how two reports differ.
OF_THE_RUN = ("generated_at", "previous", "differences", "changed")
# What the differences name: the list of the report, and the member that identifies its entries.
COMPARED = {"tokens": "description", "environments": "name"}
# Members that change by use, which the differences do not name.
BY_USE = ("last_used", "recorded_runs", "unused_methods", "idle")


def make_report(
    account: str, facts: AuditFacts, settings: AuditSettings, previous: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the report as plain data, sorted."""
    found = sorted(_findings(facts, settings), key=lambda item: (SEVERITIES.index(item.rule.severity), *item.key))
    report: dict[str, Any] = {
        "version": VERSION,
        "account": account,
        "generated_at": to_text(settings.now),
        "previous": previous["generated_at"] if previous else None,
        "counts": {name: sum(item.rule.severity == name for item in found) for name in SEVERITIES},
        "findings": [item.to_result() for item in found],
        "tokens": [_token(item, facts, settings) for item in sorted(facts.tokens, key=_description)],
        "environments": [
            _environment(item, facts, settings)
            for item in sorted(facts.environments, key=lambda item: str(item["name"]))
        ],
        "unknown": sorted(facts.unknown),
    }
    report["cost"] = _total_cost(report["environments"])
    report["differences"] = _differences(report, previous) if previous else None
    report["changed"] = previous is None or _lasting(report) != _lasting(previous)
    return report


def _description(token: Entry) -> tuple[str, int]:
    return str(token["description"]), int(token["id"])


def _findings(facts: AuditFacts, settings: AuditSettings) -> Iterable[Finding]:
    for token in facts.tokens:
        for rule, check in () if token["is_system"] else token_rules.RULES:
            text = check(token, facts, settings)
            if text:
                yield Finding(rule, "token", token["description"], text)
    for environment in facts.environments:
        for rule, check in environment_rules.RULES:
            text = check(environment, facts, settings)
            if text:
                yield Finding(rule, "environment", environment["name"], text)


def _token(token: Entry, facts: AuditFacts, settings: AuditSettings) -> dict[str, Any]:
    recorded = facts.recorded.get(token["description"])
    return {
        **{name: token[name] for name in ("id", "description", "template", "expires_at", "last_used")},
        "api_methods": list(token["api_methods"]),
        "unused_methods": token_rules.unused_methods(token, facts),
        "recorded_runs": recorded.runs if recorded else None,
        "state": token_rules.state_of(token, facts, settings),
    }


def _environment(environment: Entry, facts: AuditFacts, settings: AuditSettings) -> dict[str, Any]:
    layers = [layer for layer in environment["nodes"] or () if layer["count"] is not None]
    sums = {
        name: sum((layer[name] or 0) * layer["count"] for layer in layers)
        for name in ("fixed_cloudlets", "flexible_cloudlets", "ext_ips")
    }
    use = facts.stats.get(environment["name"])
    return {
        **{name: environment[name] for name in ("name", "display_name", "status", "region")},
        "env_groups": list(environment["env_groups"] or ()),
        "domains": list(environment["domains"] or ()),
        "node_count": sum(layer["count"] for layer in layers),
        **sums,
        "idle": use["idle"] if use else None,
        "cost": _cost(environment["status"] == "running", sums, settings.prices),
    }


def _cost(runs: bool, sums: Mapping[str, int], prices: Mapping[str, float]) -> dict[str, float] | None:
    """Return the least and the most that the environment can cost as it is; None without prices.

    Reserved cloudlets are charged while the environment runs, other cloudlets as they are used, and addresses always.
    """
    if not prices:
        return None
    least = sums["ext_ips"] * prices.get("ext_ip", 0.0)
    if not runs:
        return {"least": round(least, 2), "most": round(least, 2)}
    least += sums["fixed_cloudlets"] * prices.get("fixed_cloudlet", 0.0)
    flexible = max(sums["flexible_cloudlets"] - sums["fixed_cloudlets"], 0)
    return {"least": round(least, 2), "most": round(least + flexible * prices.get("flexible_cloudlet", 0.0), 2)}


def _total_cost(environments: Iterable[Entry]) -> dict[str, float] | None:
    costs = [item["cost"] for item in environments if item["cost"] is not None]
    return {name: round(sum(cost[name] for cost in costs), 2) for name in ("least", "most")} if costs else None


def _lasting(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report without what differs from run to run."""
    return {name: value for name, value in report.items() if name not in OF_THE_RUN}


def _differences(report: Mapping[str, Any], previous: Mapping[str, Any]) -> dict[str, Any]:
    """Return findings, tokens and environments that are new or gone since the last report, and tokens that changed."""

    def new(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[dict[str, Any]]:
        known = {_key(item) for item in other["findings"]}
        return [item for item in one["findings"] if _key(item) not in known]

    changes = {"new_findings": new(report, previous), "resolved_findings": new(previous, report)}
    for kind, name in COMPARED.items():
        now, before = ({item[name]: item for item in source[kind]} for source in (report, previous))
        changes[f"new_{kind}"] = sorted(now.keys() - before.keys())
        changes[f"removed_{kind}"] = sorted(before.keys() - now.keys())
        members = {key: _changed_members(item, before[key]) for key, item in now.items() if key in before}
        changes[f"changed_{kind}"] = [{"name": key, "members": members[key]} for key in sorted(members) if members[key]]
    return changes


def _changed_members(item: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in item if name not in BY_USE and item[name] != before.get(name))


def _key(finding: Mapping[str, Any]) -> tuple[str, str, str]:
    return finding["rule"], finding["kind"], finding["subject"]
