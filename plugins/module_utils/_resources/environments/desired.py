# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of ``paas_environments``, and the set of environments that they declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..._client.errors import require
from ..._engine.entries import about, given, options_of_entry, without_defaults
from ..._engine.spec import CONNECTION, with_connection
from ..environment.desired import ENVIRONMENT_OPTIONS, desired_environment
from ..environment.model import DesiredEnvironment
from ..environment.names import group_key, name_or_pattern
from ..environment.query import EnvironmentQuery
from .model import DesiredSet, Prune

MOST_AT_A_TIME = 16

ENTRY_OPTIONS = without_defaults(ENVIRONMENT_OPTIONS)
DEFAULTS_OPTIONS = {name: option for name, option in ENTRY_OPTIONS.items() if name != "name"}

SET_OPTIONS: dict[str, dict[str, Any]] = {
    "environments": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": ENTRY_OPTIONS,
        "example": "[{name: shop-one, state: started}]",
    },
    "defaults": {"type": "dict", "options": DEFAULTS_OPTIONS, "example": "{region: eu-1}"},
    "concurrency": {"type": "int", "default": 3},
    "prune": {"type": "bool", "default": False},
    "prune_pattern": {"type": "str"},
    "prune_group": {"type": "str"},
    "prune_all": {"type": "bool", "default": False},
}
SET_SPEC = with_connection(SET_OPTIONS)
# What ``defaults`` say of deletions by ``prune``; all else of them is about what an environment is made of.
PRUNE_DEFAULTS = ("wait", "wait_timeout", "lock_timeout", "delete_confirm")


def desired_set(options: Mapping[str, Any]) -> DesiredSet:
    """Return what a task declares; InputError with the entry that it is about."""
    concurrency = options["concurrency"]
    require(
        1 <= concurrency <= MOST_AT_A_TIME,
        f"concurrency is {concurrency}; give how many environments may be worked on at a time, 1 to {MOST_AT_A_TIME}",
    )
    entries = []
    for index, entry in enumerate(options["environments"]):
        with about(f"environments[{index}] ({entry.get('name')})"):
            entries.append(desired_environment(options_of_one(options, entry)))
    _check_names(entries)
    return DesiredSet(
        entries=tuple(entries),
        depths=_clone_order(entries),
        prune=_prune(options, entries) if options.get("prune") else None,
        concurrency=concurrency,
    )


def _check_names(entries: Iterable[DesiredEnvironment]) -> None:
    seen: set[str] = set()
    for entry in entries:
        require(
            entry.name not in seen,
            f"environments: {entry.name!r} is declared twice, as upper and lower case are the same; declare it once",
        )
        seen.add(entry.name)


def _clone_order(entries: Iterable[DesiredEnvironment]) -> dict[str, int]:
    """Return how many other entries have to come before each, as clones come after their sources."""
    present = {entry.name: entry for entry in entries if entry.state != "absent"}
    depths = {entry.name: 0 for entry in entries}
    for entry in present.values():
        line = [entry.name]
        source = entry.clone_from
        while source is not None and source in depths:
            shown = " <- ".join([*line, source])
            require(source not in line, f"environments: clone_from goes round in a circle, {shown}; leave one out")
            require(
                source in present,
                f"environments: {line[-1]!r} is to be cloned from {source!r}, which the task deletes; use two tasks",
            )
            line.append(source)
            source = present[source].clone_from
        depths[entry.name] = len(line) - 1
    return depths


def _prune(options: Mapping[str, Any], entries: Iterable[DesiredEnvironment]) -> Prune:
    pattern, group = options.get("prune_pattern"), options.get("prune_group")
    require(
        pattern is not None or group is not None,
        "prune needs prune_pattern or prune_group, which say among which environments it may delete; "
        "prune_pattern: '*' means all of the account",
    )
    for name, value in (("prune_pattern", pattern), ("prune_group", group)):
        require(value is None or value.strip(), f"{name} is empty; leave it out, or give a value")
    require(
        options.get("prune_all") or any(entry.state != "absent" for entry in entries),
        "prune with no environment declared present would delete every environment that matches; "
        "set prune_all: true if that is meant",
    )
    names = None if pattern is None else (name_or_pattern(pattern, "prune_pattern"),)
    groups = None if group is None else (group_key(group),)
    defaults = options.get("defaults") or {}
    chosen = {**options, "defaults": {name: defaults.get(name) for name in PRUNE_DEFAULTS}}
    with about("prune"):
        how = desired_environment(options_of_one(chosen, {"name": "any", "state": "absent"}))
    return Prune(EnvironmentQuery(names=names, statuses=None, groups=groups, regions=None, lazy=False), how)


def options_of_one(options: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that ``paas_environment`` would be given for an entry, with those of the connection."""
    defaults = given(options.get("defaults") or {})
    if _same_name(defaults.get("clone_from"), entry.get("name")):
        del defaults["clone_from"]  # the original among its copies
    connection = {name: options.get(name) for name in CONNECTION}
    return {**options_of_entry(ENVIRONMENT_OPTIONS, defaults, entry), **connection}


def _same_name(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.strip().lower() == other.strip().lower()
