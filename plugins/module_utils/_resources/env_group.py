# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_env_group``: groups of environments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._client.answers import flag, member, number, required_items
from .._client.errors import require
from .._engine.permissions import Permission, Table, rows
from .._engine.plan import Plan, Step
from .._engine.resource import Work
from .._engine.spec import with_connection
from .._engine.stepwise import Stepwise
from .environment.names import group_key

GET = "environment.group.GetGroups"
CREATE = "environment.group.CreateGroup"
EDIT = "environment.group.EditGroup"
REMOVE = "environment.group.RemoveGroup"
ISOLATE = "environment.group.SetIsolationEnabled"
# Numbers in answers, names in requests (documented).
VISIBILITY = {"show": 0, "hide": 1, "show_if_not_empty": 2}
_WORDS = {number: word for word, number in VISIBILITY.items()}
_COLOR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Group:
    """A group. None in a member means: leave alone, or not known."""

    name: str
    color: str | None = None
    isolated: bool | None = None
    visibility: str | None = None
    id: int | None = None

    def to_result(self) -> dict[str, Any]:
        """Return the group for diffs and results."""
        names = ("name", "color", "isolated", "visibility")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class DesiredGroup:
    """One group, and its name before a renaming."""

    group: Group
    state: str
    old_name: str | None


Found = tuple[Group, ...]


class EnvGroup(Stepwise[DesiredGroup, Found]):
    """The resource of ``paas_env_group``, identified by its whole path."""

    spec = with_connection(
        {
            "name": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "old_name": {"type": "str"},
            "color": {"type": "str"},
            "isolated": {"type": "bool"},
            "visibility": {"type": "str", "choices": list(VISIBILITY)},
        }
    )

    def desired(self, options: Mapping[str, Any]) -> DesiredGroup:
        name = group_key(options["name"])
        old = None if options.get("old_name") is None else group_key(options["old_name"])
        for option, path in (("name", name), ("old_name", old)):
            require(
                path is None or all(path.split("/")),
                f"{option}: a group is written as name or parent/child, without empty parts",
            )
        require(old is None or options["state"] == "present", "old_name is for state: present; give name alone")
        require(old != name, "old_name is the same as name; leave it out")
        require(  # documented
            not (options.get("isolated") and "/" in name and options["state"] == "present"),
            f"isolated: {name} is inside another group, and the platform isolates groups of the top level only; "
            f"isolate {name.partition('/')[0]}",
        )
        color = None if options.get("color") is None else options["color"].strip().lower()
        require(color is None or _COLOR.fullmatch(color), "color is written as #rrggbb, such as #5fa2dd")
        group = Group(name, color, options.get("isolated"), options.get("visibility"))
        return DesiredGroup(group, options["state"], old)

    def read(self, work: Work, desired: DesiredGroup) -> Found:
        """Read all groups by one GetGroups; return the group named ``name``, else the group named ``old_name``."""
        found = [
            Group(
                name=group_key(str(member(item, "name") or "")),
                color=str(member(item, "color") or "").lower() or None,
                isolated=flag(member(item, "isIsolated")),
                visibility=_visibility(member(item, "visibility")),
                id=number(member(item, "id")),
            )
            for item in required_items(GET, work.client.call(GET), "array")
        ]
        there = {group.name: group for group in found}
        return tuple(there[name] for name in (desired.group.name, desired.old_name) if name in there)[:1]

    def plan(self, current: Found, desired: DesiredGroup) -> Plan[Found]:
        """Create the group, or rename and edit it by one call. Isolation needs a separate call."""
        now = current[0] if current else None
        if desired.state == "absent":
            name = desired.group.name
            steps = (Step(REMOVE, {"envGroup": name}, f"remove the group {name}"),) if now else ()
            return Plan(current, (), steps, now.to_result() if now else {}, {})
        return self._changed(now, desired) if now else self._created(desired)

    def _created(self, desired: DesiredGroup) -> Plan[Found]:
        group = desired.group
        params = {"envGroup": group.name, "data": _data(group) or None}
        steps = [Step(CREATE, params, f"create the group {group.name}")]
        steps += _isolation(group, None)
        return Plan((), (group,), tuple(steps), {}, group.to_result())

    def _changed(self, current: Group, desired: DesiredGroup) -> Plan[Found]:
        declared = {name: value for name, value in vars(desired.group).items() if value is not None}
        after = replace(current, **declared)
        steps: list[Step] = []
        edited = replace(after, isolated=current.isolated)
        if edited != current:
            renamed = after.name != current.name
            params = {
                "srcGroupName": current.name,
                "dstGroupName": after.name if renamed else None,
                "data": _data(after) or None,
            }
            summary = f"rename the group {current.name} to {after.name}" if renamed else f"edit the group {after.name}"
            steps.append(Step(EDIT, params, summary))
        steps += _isolation(after, current.isolated)
        return Plan((current,), (after,), tuple(steps), current.to_result(), after.to_result())

    def report(self, work: Work, plan: Plan[Found], state: Found, desired: DesiredGroup) -> dict[str, Any]:
        """Return ``env_group``, null if the group does not exist."""
        found = next((group for group in state if group.name == desired.group.name), None)
        return {"env_group": {**found.to_result(), "id": found.id} if found else None}


def _visibility(value: Any) -> str | None:
    known = number(value)
    return _WORDS.get(known) if known is not None else str(value or "").lower() or None


def _data(group: Group) -> dict[str, Any]:
    visibility = None if group.visibility is None else group.visibility.upper()
    data = {"color": group.color, "visibility": visibility}
    return {name: value for name, value in data.items() if value is not None}


def _isolation(group: Group, before: bool | None) -> list[Step]:
    if group.isolated is None or group.isolated == bool(before):
        return []
    params = {"groupName": group.name, "enabled": group.isolated}
    verb = "isolate" if group.isolated else "open"
    return [Step(ISOLATE, params, f"{verb} the group {group.name}")]


_PRESENT = frozenset({"present"})

PERMISSIONS = Table(
    spec=EnvGroup.spec,
    permissions=rows(
        Permission(GET),
        Permission(CREATE, _PRESENT),
        Permission(EDIT, _PRESENT, frozenset({"old_name", "color", "visibility"})),
        Permission(ISOLATE, _PRESENT, frozenset({"isolated"})),
        Permission(REMOVE, frozenset({"absent"})),
    ),
)
