# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Deployment: repositories of the account, and projects in contexts that are made from them."""

from __future__ import annotations

from typing import Any

from paas_emulator.calls import Call
from paas_emulator.registry import emulates
from paas_emulator.selection import layer
from paas_emulator.services.deployment import build_methods as build
from paas_emulator.services.deployment import model as repositories
from paas_emulator.services.vcs import methods as vcs
from paas_emulator.services.vcs.methods import LAYER
from paas_emulator.statuses import ANY_STATUS, RUNNING

D = "environment.deployment."


@emulates(D + "AddRepo")
def add_repo(call: Call) -> dict[str, Any]:
    """Keep a repository; the form of `object` is inferred."""
    return {"object": repositories.to_api(repositories.store_repository(call, {}))}


@emulates(D + "EditRepo")
def edit_repo(call: Call) -> dict[str, Any]:
    """Change it by what is sent; projects keep what they took from it (inferred)."""
    return {
        "object": repositories.to_api(repositories.store_repository(call, repositories.by_id(call, call.values["id"])))
    }


@emulates(D + "GetRepos")
def get_repos(call: Call) -> dict[str, Any]:
    """One, or all of the account."""
    number = call.values.get("id")
    rows = repositories.own(call) if number is None else [repositories.by_id(call, number)]
    return {"array": [repositories.to_api(row) for row in rows]}


@emulates(D + "RemoveRepo")
def remove_repo(call: Call) -> dict[str, Any]:
    """Forget it; projects stay (inferred)."""
    del call.platform.store.repositories[repositories.by_id(call, call.values["id"])["id"]]
    return {}


@emulates(D + "Deploy", needs=RUNNING)
def deploy(call: Call) -> dict[str, Any]:
    """Make a project of a context, in place of the one there (inferred), and deploy it."""
    group, context = layer(call, call.text("nodeGroup") or LAYER).name, call.text("context") or ""
    if call.values.get("buildNodeId") is not None:
        build.node(call, "buildNodeId")
    taken = {**repositories.chosen(call), **repositories.settings(call), **repositories.hooks(call)}
    project = {"nodeGroup": group, "project": context, "context": context, **taken}
    environment = call.environment
    place = (group, context)
    environment.projects = [old for old in environment.projects if (old["nodeGroup"], old["context"]) != place]
    environment.projects.append(project)
    vcs.deploy(call, project)
    return {}


def _to_api(project: vcs.Project) -> dict[str, Any]:
    names = ("branch", "context", "hash", "login", "repoHash", "type", "url")
    return {**{name: project.get(name) for name in names}, **repositories.settings_to_api(project)}


@emulates(D + "EditProject", needs=RUNNING)
def edit_project(call: Call) -> dict[str, Any]:
    """Change a project; what runs stays until an update, under the new context if there is one."""
    project = vcs.find(call, call.text("context"))
    taken = repositories.chosen(call) if call.text("repo") else {}
    project |= {**taken, **repositories.settings(call), **repositories.hooks(call)}
    name = call.text("newContext") or project["context"]
    for row in [*call.environment.deployments, project]:
        if (row["context"], row["nodeGroup"]) == (call.text("context"), project["nodeGroup"]):
            row["context"] = name
    return _to_api(project)


@emulates(D + "GetProjectInfo", needs=ANY_STATUS)
def get_project_info(call: Call) -> dict[str, Any]:
    """The project of a context (members documented)."""
    return _to_api(vcs.find(call, call.text("context")))


@emulates(D + "Update", needs=RUNNING)
def update(call: Call) -> dict[str, Any]:
    """Deploy the newest revision, or fetch it for the project of a build node."""
    project = build.find(call) if call.text("project") else vcs.find(call, call.text("context"))
    if call.text("project"):
        build.fetch(project)
    else:
        vcs.deploy(call, project)
    return {"message": f"updated to {project['hash']}", "log": ""}


@emulates(D + "GetHooks", needs=ANY_STATUS)
def get_hooks(call: Call) -> dict[str, Any]:
    """Scripts around the build and the deployment; the form of `object` is inferred."""
    project = build.find(call) if call.text("project") else vcs.find(call, call.text("context"))
    return {"object": repositories.hooks_to_api(project)}
