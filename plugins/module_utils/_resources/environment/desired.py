# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From options to a wanted environment: everything that can be said about it without asking the platform."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..._client.errors import require
from .desired_layers import desired_layers
from .model import DesiredEnvironment, group_key
from .options import PURGE_KINDS
from .parts.table import PARTS

# Rules of the platform for names of new environments; its upper bound differs between sources, so that is left to it.
SHORTEST_NAME = 5
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def wanted_environment(options: Mapping[str, Any]) -> DesiredEnvironment:
    """What a task asks for; InputError for what cannot be."""
    display_name = options.get("display_name")
    require(options["wait_timeout"] >= 0, "wait_timeout is negative; give seconds, or 0 to look once")
    require(options["lock_timeout"] >= 0, "lock_timeout is negative; give seconds, or 0 to try once")
    require(
        options["state"] != "absent" or options["delete_confirm"] != "password" or options.get("password"),
        "delete_confirm: password needs the account's password as password (PAAS_PASSWORD)",
    )
    declared = {part.name: part.desired(options) for part in PARTS}
    purge = options.get("purge") or {}
    desired = DesiredEnvironment(
        name=environment_name(options["name"]),
        state=options["state"],
        display_name=None if display_name is None else display_name.strip(),
        region=_given(options, "region"),
        ssl=options.get("ssl"),
        ha=options.get("ha"),
        engine=_given(options, "engine"),
        env_groups=_groups(options.get("env_groups")),
        owner_uid=options.get("owner"),
        clone_from=None if options.get("clone_from") is None else environment_name(options["clone_from"], "clone_from"),
        layers=desired_layers(options.get("nodes")),
        parts={name: part for name, part in declared.items() if part is not None},
        purge=frozenset(kind for kind in PURGE_KINDS if purge.get(kind)),
        allow_shrink=options.get("allow_shrink", False),
        check_details=options.get("check_details", True),
        keep_volumes=options.get("keep_volumes", True),
        sequential=options.get("sequential"),
        sequential_delay=options.get("sequential_delay"),
        live_migration=options.get("live_migration"),
        wait=options["wait"],
        wait_timeout=options["wait_timeout"],
        lock_timeout=options["lock_timeout"],
        delete_confirm=options["delete_confirm"],
    )
    _check_together(desired, options)
    return desired


def _check_together(desired: DesiredEnvironment, options: Mapping[str, Any]) -> None:
    creates = desired.state != "absent" and (desired.layers is not None or desired.clone_from is not None)
    require(
        not creates or len(desired.name) >= SHORTEST_NAME,
        f"name: {desired.name!r} is too short for an environment; the platform asks for at least {SHORTEST_NAME} "
        "characters (letters, digits and hyphens)",
    )
    require(desired.clone_from != desired.name, "clone_from names the environment itself")
    require(
        desired.sequential_delay is None or desired.sequential_delay >= 0, "sequential_delay is negative; give seconds"
    )
    require(
        "nodes" not in desired.purge or desired.layers,
        "purge.nodes would remove every layer; give nodes, with one entry for each layer that is to stay",
    )
    for kind in sorted(desired.purge & {part.name for part in PARTS}):
        require(
            kind in desired.parts,
            f"purge.{kind} removes what {kind} does not name, so {kind} has to be given; an empty one removes all",
        )
    require(
        "env_groups" not in desired.purge or desired.env_groups is not None,
        "purge.env_groups removes the groups that env_groups does not name, so env_groups has to be given",
    )


def environment_name(given: str, option: str = "name") -> str:
    """The name in lower case, as host names have no case."""
    name = given.strip().lower()
    require(
        _NAME.fullmatch(name),
        f"{option}: {given!r} is not a valid environment name: use letters, digits and hyphens, and begin and end with "
        "a letter or a digit",
    )
    return name


def _given(options: Mapping[str, Any], name: str) -> str | None:
    value = options.get(name)
    require(value is None or value.strip(), f"{name} is empty; leave it out, or give a value")
    return None if value is None else str(value.strip())


def _groups(given: list[str] | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    groups = tuple(dict.fromkeys(group_key(path) for path in given))
    require(
        all(all(group.split("/")) for group in groups),
        "env_groups: a group is written as name or parent/child, without empty parts",
    )
    return groups
