# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of environments: their names, their members, their place in the tree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from paas_emulator.calls import Call
from paas_emulator.errors import (
    GENERIC_FAILURE,
    NOT_FOUND,
    PLATFORM,
    ApiError,
    application_not_exist,
    invalid_parameter,
)
from paas_emulator.parameters import flag, read_json
from paas_emulator.services.control import creation
from paas_emulator.store import Environment, Group, Store

# Documented names and numbers.
VISIBILITY = {"SHOW": 0, "HIDE": 1, "SHOW_IF_NOT_EMPTY": 2}
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def clean(text: Any, parameter: str) -> str:
    """`parent/child`; blanks around a `/` do not count. Raises ApiError 3."""
    parts = [part.strip() for part in text.split("/")] if isinstance(text, str) else [""]
    if "" in parts:
        raise invalid_parameter(parameter)
    return "/".join(parts)


def paths(call: Call, parameter: str = "envGroup") -> list[str]:
    """The groups that a call names: one, or a JSON array of them (documented). Raises ApiError 3."""
    text = (call.text(parameter) or "").strip()
    names = read_json(parameter, text) if text.startswith("[") else [text]
    return list(dict.fromkeys(clean(name, parameter) for name in names))


def of(store: Store, uid: int) -> list[Group]:
    """Those of an account, in the order of creation."""
    return [group for group in store.groups.values() if group.uid == uid]


def find(store: Store, uid: int, path: str) -> Group:
    """The group of that name. Raises ApiError 5."""
    found = next((group for group in of(store, uid) if group.name == path), None)
    if found is None:
        raise ApiError(NOT_FOUND, f"environment group [{path}] not found", source=PLATFORM)
    return found


def to_api(group: Group) -> dict[str, Any]:
    """As GetGroups shows it (members read by a client)."""
    return {
        "id": group.id,
        "name": group.name,
        "isIsolated": group.is_isolated,
        "visibility": group.visibility,
        "color": group.color,
    }


def environment_of(call: Call) -> Environment | None:
    """The environment that the call names by `envName` or `targetAppid`, None where it names none. Raises ApiError."""
    name, appid = (call.text("envName") or "").strip().lower(), (call.text("targetAppid") or "").strip()
    if not name and not appid:
        return None
    for environment in call.platform.store.environments_of(call.account.uid):
        if environment.name == name or (not name and appid == environment.appid):
            return environment
    raise application_not_exist(name or appid)


def attach(call: Call, environment: Environment, names: list[str]) -> None:
    """Put it into groups, which are made where they are missing (documented)."""
    for path in names:
        creation.ensure_group(call.platform.store, call.account.uid, path)
        if path not in environment.groups:
            environment.groups.append(path)


def detach(environment: Environment, names: list[str]) -> None:
    """Take it out; a group that it is not in is not an error (inferred)."""
    environment.groups = [group for group in environment.groups if group not in names]


def below(path: str, parent: str) -> bool:
    """Whether a group is another one, or inside it."""
    return path == parent or path.startswith(f"{parent}/")


def check_free(store: Store, uid: int, path: str) -> None:
    """Raises ApiError where there is one of that name; code and wording inferred."""
    if any(group.name == path for group in of(store, uid)):
        raise ApiError(GENERIC_FAILURE, f"environment group [{path}] already exists", source=PLATFORM)


def rename(store: Store, group: Group, path: str) -> None:
    """Give it another name, with the groups inside it, and the environments in them. Raises ApiError."""
    old = group.name
    if path == old:
        return
    if below(path, old):
        raise invalid_parameter("dstGroupName")
    check_free(store, group.uid, path)
    parent = path.rpartition("/")[0]
    if parent:
        creation.ensure_group(store, group.uid, parent)
    for item in of(store, group.uid):
        if below(item.name, old):
            item.name = path + item.name[len(old) :]
    for environment in store.environments_of(group.uid):
        environment.groups = [path + name[len(old) :] if below(name, old) else name for name in environment.groups]


def remove(store: Store, group: Group) -> None:
    """With the groups inside it; environments leave them (inferred)."""
    gone = [item for item in of(store, group.uid) if below(item.name, group.name)]
    for item in gone:
        del store.groups[item.id]
    for environment in store.environments_of(group.uid):
        detach(environment, [item.name for item in gone])


def read_data(call: Call) -> dict[str, Any]:
    """`data`: members that are given, by our names, checked. Raises ApiError 3."""
    data = call.values.get("data")
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise invalid_parameter("data")
    given = {str(key).lower(): value for key, value in data.items() if value is not None}
    found: dict[str, Any] = {}
    if "color" in given:
        found["color"] = str(given["color"])
        if not _COLOR.fullmatch(found["color"]):
            raise invalid_parameter("data")
    readers = (("visibility", "visibility", _visibility), ("isisolated", "is_isolated", flag))
    for key, name, read in readers:
        if key in given:
            found[name] = read(given[key])
            if found[name] is None:
                raise invalid_parameter("data")
    if given.get("name"):
        parent = given.get("parent")
        found["name"] = clean(f"{parent}/{given['name']}" if parent else given["name"], "data")
    return found


def _visibility(value: Any) -> int | None:
    numbers = {str(spelling).lower(): number for name, number in VISIBILITY.items() for spelling in (name, number)}
    return numbers.get(str(value).lower())


def check_isolation(path: str, data: Mapping[str, Any]) -> None:
    """Raise ApiError where a group inside another one is to be isolated (documented); code and wording inferred."""
    if data.get("is_isolated") and "/" in path:
        text = f"environment group [{path}] is inside another one and cannot be isolated"
        raise ApiError(GENERIC_FAILURE, text, source=PLATFORM)


def change(group: Group, data: Mapping[str, Any]) -> None:
    """Set what `read_data` found, but for the name. Raises ApiError; nothing is changed then."""
    check_isolation(group.name, data)
    for name in ("color", "visibility", "is_isolated"):
        if name in data:
            setattr(group, name, data[name])
