# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repositories of an account, and the members of requests that name one and say what to do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from paas_emulator.calls import Call
from paas_emulator.errors import GENERIC_FAILURE, NOT_FOUND, PLATFORM, ApiError, invalid_parameter
from paas_emulator.parameters import flag, read_json

TYPES = ("GIT", "SVN")
BRANCH = "master"  # inferred default
MEMBERS = ("name", "url", "branch", "type", "login", "password", "keyId", "description")
HOOKS = ("preBuild", "postBuild", "preDeploy", "postDeploy")  # the last two seen in a client, the others inferred
# Member of `settings` (documented): how it is read (None is refused), and what a project of version control calls it.
SETTINGS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "autoUpdate": (flag, "autoupdate"),
    "autoResolveConflict": (flag, "autoResolveConflict"),
    "autoUpdateInterval": (lambda value: value if type(value) is int else None, "interval"),
    "workDir": (lambda value: value if isinstance(value, str) else None, "workDir"),
    "zdt": (flag, "zdt"),
}
Repository = dict[str, Any]


def own(call: Call) -> list[Repository]:
    """Return the repositories of the caller."""
    return [row for row in call.platform.store.repositories.values() if row["uid"] == call.account.uid]


def by_id(call: Call, number: int) -> Repository:
    """Raises ApiError 5 for a number that is not the caller's (inferred)."""
    for row in own(call):
        if row["id"] == number:
            return row
    raise ApiError(NOT_FOUND, f"repository [{number}] not found", source=PLATFORM)


def store_repository(call: Call, before: Repository) -> Repository:
    """Keep the repository that the call describes, in place of `before`."""
    row = {"type": TYPES[0], "branch": BRANCH, **before}
    row |= {name: call.values[name] for name in MEMBERS if call.values.get(name) not in (None, "")}
    row["type"] = str(row["type"]).upper()
    if row["type"] not in TYPES:
        raise invalid_parameter("type")
    if any(other["name"] == row["name"] and other["id"] != row.get("id") for other in own(call)):
        raise ApiError(GENERIC_FAILURE, f"repository [{row['name']}] already exists", source=PLATFORM)
    store = call.platform.store
    row = {**row, "uid": call.account.uid, "id": row.get("id") or store.next_id("repository")}
    store.repositories[row["id"]] = row
    return row


def to_api(row: Repository) -> dict[str, Any]:
    """A repository as answers show it, without its password (inferred)."""
    return {name: value for name, value in row.items() if name not in ("uid", "password")}


def chosen(call: Call) -> dict[str, Any]:
    """Return what a project takes from the repository in `repo`.

    It is an object with `id` and, for another one than the repository's own, `branch` (seen in a client); a number or
    the name will do (inferred). So will the URL of one that is not kept, as text or as `url` (published packages).
    """
    text = (call.text("repo") or "").strip()
    given = read_json("repo", text) if text.startswith("{") else {"id": text}
    if not isinstance(given, dict):
        raise invalid_parameter("repo")
    wanted = str(given.get("id", ""))
    found = next((row for row in own(call) if wanted in (str(row["id"]), row["name"])), None)
    if found is None and ("://" in wanted or given.get("url")):
        found = {
            "type": TYPES[0],
            "branch": BRANCH,
            "url": wanted,
            **{name: given[name] for name in MEMBERS if given.get(name)},
        }
    if found is None:
        raise ApiError(NOT_FOUND, f"repository [{wanted}] not found", source=PLATFORM)
    members = ("url", "branch", "type", "login", "password", "keyId")
    taken = {name: found[name] for name in members if found.get(name) is not None}
    return {**taken, **({"branch": str(given["branch"])} if given.get("branch") else {})}


def settings(call: Call) -> dict[str, Any]:
    """Return the members of `settings` by their names in a project. Raises ApiError 3 for others."""
    given = call.values.get("settings") or {}
    if not isinstance(given, dict) or set(given) - set(SETTINGS):
        raise invalid_parameter("settings")
    found = {SETTINGS[name][1]: SETTINGS[name][0](value) for name, value in given.items()}
    if None in found.values():
        raise invalid_parameter("settings")
    return found


def settings_to_api(project: dict[str, Any]) -> dict[str, Any]:
    """The reverse."""
    return {name: project.get(kept) for name, (_, kept) in SETTINGS.items()}


def hooks(call: Call) -> dict[str, str]:
    """Return the member `hooks` of a project: scripts by name. Empty if none was sent. Raises ApiError 3."""
    text = call.text("hooks")
    if not text:
        return {}
    given = read_json("hooks", text)
    if not isinstance(given, dict) or not all(
        name in HOOKS and isinstance(script, str) for name, script in given.items()
    ):
        raise invalid_parameter("hooks")
    return {"hooks": text}


def hooks_to_api(project: dict[str, Any]) -> dict[str, Any]:
    """Scripts by name; all names, so that one that is not set shows (inferred)."""
    try:
        kept = read_json("hooks", project.get("hooks") or "{}")
    except ApiError:  # CreateProject keeps any text
        kept = {}
    return {name: kept.get(name, "") if isinstance(kept, dict) else "" for name in HOOKS}
