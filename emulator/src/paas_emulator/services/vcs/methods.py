# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Vcs: projects of version control. Nothing is fetched; an update notes what would run."""

from __future__ import annotations

import hashlib
from typing import Any

from paas_emulator.calls import Call
from paas_emulator.errors import GENERIC_FAILURE, PLATFORM, PROJECT_NOT_FOUND, ApiError, invalid_parameter
from paas_emulator.registry import emulates
from paas_emulator.services.deployment import contexts
from paas_emulator.services.deployment.model import BRANCH, TYPES
from paas_emulator.statuses import ANY_STATUS, RUNNING

LAYER = "cp"  # inferred default
_KEPT = ("login", "interval", "repoHash", "autoupdate", "autoResolveConflict", "zdt", "keyId", "hooks")
Project = dict[str, Any]


def to_api(project: Project) -> dict[str, Any]:
    """A project as answers show it, without its password (members documented)."""
    return {name: value for name, value in project.items() if name not in ("password", "updates")}


def find(call: Call, context: str | None) -> Project:
    """A project by its context; without one the first of the layer. Raises ApiError 2500 (seen in a client)."""
    layer = call.text("nodeGroup") or LAYER
    for project in call.environment.projects:
        if project["nodeGroup"] == layer and context in (None, "", project["context"]):
            return project
    raise ApiError(PROJECT_NOT_FOUND, f"project [{context}] not found", source=PLATFORM)


def _read(call: Call, context: str, before: Project) -> Project:
    """The project that the call describes."""
    kind, url = (call.text("type") or "").upper(), (call.text("url") or "").strip()
    if kind not in TYPES:
        raise invalid_parameter("type")
    if not url:
        raise invalid_parameter("url")
    given = {name: call.values[name] for name in _KEPT if call.values.get(name) is not None}
    branch = call.text("branch") or before.get("branch") or BRANCH
    password = call.text("password") or before.get("password")
    if given.get("autoupdate") and not {**before, **given}.get("interval"):  # documented
        raise invalid_parameter("interval")
    return {**before, **given, "context": context, "type": kind, "url": url, "branch": branch, "password": password}


def deploy(call: Call, project: Project) -> None:
    """Note what the context runs; every update brings another revision (invented)."""
    project["updates"] = project.get("updates", 0) + 1
    seed = f"{project['url']} {project['branch']} {project['updates']}"
    project["hash"] = hashlib.sha256(seed.encode()).hexdigest()[:40]
    source = f"{project['url']}#{project['branch']}"
    contexts.run(call.environment, project["context"], project["nodeGroup"], project["type"], source)


@emulates("environment.vcs.CreateProject", needs=RUNNING)
def create_project(call: Call) -> dict[str, Any]:
    """Bind a context of a layer to a repository; a context that is bound already answers 1 (inferred)."""
    layer, context = call.text("nodeGroup") or LAYER, call.text("context") or ""
    if not any(item.name == layer for item in call.environment.layers):
        raise invalid_parameter("nodeGroup")
    project = _read(call, context, {"nodeGroup": layer, "project": context})
    if any((old["nodeGroup"], old["context"]) == (layer, context) for old in call.environment.projects):
        raise ApiError(GENERIC_FAILURE, f"project [{context}] already exists", source=PLATFORM)
    call.environment.projects.append(project)
    if call.flag("updateNow"):
        deploy(call, project)
    return to_api(project)


@emulates("environment.vcs.EditProject", needs=RUNNING, optional=("autoResolveConflict", "autoupdate", "zdt"))
def edit_project(call: Call) -> dict[str, Any]:
    """Change it; what runs stays until an update."""
    project = find(call, call.text("oldcontext"))
    project.update(_read(call, call.text("newcontext") or "", project))
    return to_api(project)


@emulates("environment.vcs.GetProject", needs=ANY_STATUS)
def get_project(call: Call) -> dict[str, Any]:
    """One project."""
    return to_api(find(call, call.text("context")))


@emulates("environment.vcs.GetProjects", needs=ANY_STATUS)
def get_projects(call: Call) -> dict[str, Any]:
    """All projects, or those of a layer; seen in a client, the form is inferred."""
    layer = call.text("nodeGroup")
    return {"array": [to_api(item) for item in call.environment.projects if layer in (None, "", item["nodeGroup"])]}


@emulates("environment.vcs.DeleteProject", needs=RUNNING)
def delete_project(call: Call) -> dict[str, Any]:
    """Forget it, and what it deployed."""
    project = find(call, call.text("context"))
    call.environment.projects.remove(project)
    contexts.forget(call.environment, project["context"], project["nodeGroup"])
    return to_api(project)


@emulates("environment.vcs.Update", needs=RUNNING)
def update(call: Call) -> dict[str, Any]:
    """Deploy the newest revision of the branch; it takes no other (documented)."""
    project = find(call, call.text("context"))
    deploy(call, project)
    return {"message": f"updated to {project['hash']}", "log": ""}
