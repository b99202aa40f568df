# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what the role hands over: results of tasks, variables, the last report, and the records of API calls."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.answers import member, objects
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError, require
from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import parse_duration, parse_moment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.certificate import (
    certificate_from_answer,
)

from .model import AuditFacts, AuditSettings, RecordedCalls
from .report import COMPARED, VERSION

_NOT_A_REPORT = (
    "audit_previous: the file is not a report of the role inet.elastic.audit of this version; "
    "remove the file, or name another one"
)
# The lists of a report that are compared, and the members that identify their entries.
_COMPARED = {"findings": ("rule", "kind", "subject"), **{name: (key,) for name, key in COMPARED.items()}}


def read_settings(given: Mapping[str, Any]) -> AuditSettings:
    """Read the variables of the role. Raises InputError."""
    lengths = {}
    for name in ("within", "unused_since"):
        try:
            lengths[name] = parse_duration(given[name])
        except ValueError as error:
            raise InputError(f"audit_{name}: {error}") from None
    return AuditSettings(
        now=parse_moment(given["now"]),
        prices={name: float(price) for name, price in (given["prices"] or {}).items() if price is not None},
        auto_stop_groups=tuple(given["auto_stop_groups"] or ()),
        **lengths,
    )


def read_facts(given: Mapping[str, Any], recorded: Mapping[str, RecordedCalls]) -> AuditFacts:
    """Read the registered results of the role's tasks."""
    unknown: list[str] = []
    firewall = _answers(given["firewall"], "firewall", unknown)
    certificates = _answers(given["certificates"], "certificate", unknown)
    tasks, stats = given["tasks"], given["stats"]
    for what, result in (("scheduled tasks", tasks), ("use of environments", stats)):
        if result.get("failure"):
            unknown.append(f"{what}: {result['msg']}")
    for environment in given["environments"]["environments"]:
        if any(layer["count"] is None for layer in environment["nodes"] or ({"count": None},)):
            unknown.append(f"nodes of environment {environment['name']}: the platform does not list them")
    rows = objects(member(tasks.get("answer"), "objects", "array"))
    return AuditFacts(
        tokens=tuple(given["tokens"]["tokens"]),
        environments=tuple(given["environments"]["environments"]),
        stats={item["environment"]: item for item in stats.get("stats") or ()},
        firewall={name: objects(member(answer, "array")) or () for name, answer in firewall.items()},
        certificates={name: bool(certificate_from_answer(answer).enabled) for name, answer in certificates.items()},
        tasks=rows,
        recorded=recorded,
        unknown=tuple(unknown),
    )


def _answers(looped: Mapping[str, Any], what: str, unknown: list[str]) -> dict[str, Any]:
    """Return the answers of a loop over environments by their names, and add a line for each that failed."""
    found = {}
    for result in looped.get("results") or ():
        if result.get("failure"):
            unknown.append(f"{what} of environment {result['item']}: {result['msg']}")
        elif "answer" in result:
            found[str(result["item"])] = result["answer"]
    return found


def read_records(text: str) -> dict[str, RecordedCalls]:
    """Add up the lines of the callback paas_calls by the token that they name. Raises InputError."""
    by_token: dict[str, list[Mapping[str, Any]]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = _record(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise InputError(
                f"audit_calls: line {number} is not a record of the callback inet.elastic.paas_calls; remove the line"
            ) from None
        by_token.setdefault(record["token"], []).append(record)
    return {token: _added_up(records) for token, records in by_token.items()}


def _record(line: Any) -> Mapping[str, Any]:
    """Return what a line recorded; an error of Python for another line."""
    parse_moment(line["ended_at"])
    if not isinstance(line["token"], str) or not isinstance(line["calls"], Mapping):
        raise TypeError
    return {name: line[name] for name in ("token", "ended_at", "calls", "hidden_tasks")}


def _added_up(rows: Sequence[Mapping[str, Any]]) -> RecordedCalls:
    return RecordedCalls(
        runs=len(rows),
        since=min(row["ended_at"] for row in rows),
        methods=frozenset(method for row in rows for method in row["calls"]),
        complete=not any(row["hidden_tasks"] for row in rows),
    )


def read_previous(text: str, account: str) -> Mapping[str, Any] | None:
    """Read the last report; None for an empty text. Raises InputError for another file, or another account's report."""
    if not text.strip():
        return None
    try:
        report = json.loads(text)
    except (ValueError, RecursionError):
        report = None
    is_report = isinstance(report, dict) and report.get("version") == VERSION and isinstance(report.get("account"), str)
    require(is_report, _NOT_A_REPORT)
    require(
        report["account"] == account,
        f"audit_previous: the report is of the account {report['account']}, not of {account}; "
        "give each account an audit_directory of its own",
    )
    require(_is_whole(report), _NOT_A_REPORT)
    return dict(report)


def _is_whole(report: Mapping[str, Any]) -> bool:
    """Return whether a report has what the next report is compared with."""
    return "generated_at" in report and all(
        isinstance(report.get(name), list)
        and all(
            isinstance(item, Mapping) and all(isinstance(item.get(key), str) for key in keys) for item in report[name]
        )
        for name, keys in _COMPARED.items()
    )
