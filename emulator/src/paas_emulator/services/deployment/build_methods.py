# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Deployment: projects of build nodes. Nothing is built; a build notes what would be deployed."""

from __future__ import annotations

import hashlib
from typing import Any

from paas_emulator.calls import Call
from paas_emulator.errors import (
    GENERIC_FAILURE,
    PLATFORM,
    PROJECT_NOT_FOUND,
    ApiError,
    application_not_exist,
    invalid_parameter,
    wrong_status,
)
from paas_emulator.registry import emulates
from paas_emulator.selection import node_unknown
from paas_emulator.services.deployment import contexts
from paas_emulator.services.deployment import model as repositories
from paas_emulator.services.vcs.methods import LAYER
from paas_emulator.statuses import ANY_STATUS, RUNNING
from paas_emulator.store import Environment, Node

D = "environment.deployment."
MISSION = "build"
TARGET = ("envName", "context", "nodeGroup")  # members of `deployment` (documented)
Project = dict[str, Any]


def node(call: Call, parameter: str = "nodeId") -> Node:
    """Return the build node that the call names. Raises ApiError for a node of another layer (inferred)."""
    layers = {layer.name for layer in call.environment.layers if layer.mission == MISSION}
    wanted = call.values.get(parameter)
    for found in call.environment.nodes:
        if found.id == wanted and found.layer in layers:
            return found
    raise node_unknown(wanted)


def of_environment(call: Call) -> list[Project]:
    """Return the projects whose node is still there."""
    there = {found.id for found in call.environment.nodes}
    return [project for project in call.environment.build_projects if project["nodeId"] in there]


def find(call: Call) -> Project:
    """A project of a node by its name or id. Raises ApiError 2500 (inferred)."""
    wanted, number = call.text("project"), node(call).id
    for project in of_environment(call):
        if project["nodeId"] == number and wanted in (project["name"], str(project["id"])):
            return project
    raise ApiError(PROJECT_NOT_FOUND, f"project [{wanted}] not found", source=PLATFORM)


def fetch(project: Project) -> None:
    """Note another revision (invented)."""
    project["updates"] = project.get("updates", 0) + 1
    seed = f"{project['url']} {project['branch']} {project['updates']}"
    project["hash"] = hashlib.sha256(seed.encode()).hexdigest()[:40]


def _to_api(project: Project) -> dict[str, Any]:
    names = ("id", "name", "branch", "hash", "hooks", "login", "repoHash", "type", "url", *TARGET)
    shown = {**{name: project.get(name) for name in names}, **repositories.settings_to_api(project)}
    return {name: value for name, value in shown.items() if name != "zdt"}


def _target(call: Call) -> dict[str, Any]:
    """Where it is deployed to: the members of `deployment`, texts."""
    given = call.values.get("deployment") or {}
    if not isinstance(given, dict) or not all(name in TARGET and isinstance(given[name], str) for name in given):
        raise invalid_parameter("deployment")
    return {"nodeGroup": LAYER, **given} if given else {}


def _given(call: Call) -> dict[str, Any]:
    return {**repositories.settings(call), **repositories.hooks(call), **_target(call)}


def _check_name(call: Call, name: str, number: int) -> None:
    if any((other["name"], other["nodeId"]) == (name, number) for other in of_environment(call)):
        raise ApiError(GENERIC_FAILURE, f"project [{name}] already exists", source=PLATFORM)


@emulates(D + "AddBuildProject", needs=RUNNING)
def add_build_project(call: Call) -> dict[str, Any]:
    """Add a project to a build node; a name that is taken answers 1 (inferred)."""
    number, name = node(call).id, call.text("name") or ""
    _check_name(call, name, number)
    given = {**repositories.chosen(call), **_given(call)}
    project = {"id": call.platform.store.next_id("build_project"), "name": name, "nodeId": number, **given}
    call.environment.build_projects.append(project)
    return _to_api(project)


@emulates(D + "EditBuildProject", needs=RUNNING)
def edit_build_project(call: Call) -> dict[str, Any]:
    """Change it by what is sent; what runs stays until the next deployment."""
    project = find(call)
    name = call.text("name") or project["name"]
    if name != project["name"]:
        _check_name(call, name, project["nodeId"])
    project |= {"name": name, **(repositories.chosen(call) if call.text("repo") else {}), **_given(call)}
    return {}


@emulates(D + "GetBuildProjectInfo", needs=ANY_STATUS)
def get_build_project_info(call: Call) -> dict[str, Any]:
    """One project."""
    return _to_api(find(call))


@emulates(D + "GetBuildProjects", needs=ANY_STATUS)
def get_build_projects(call: Call) -> dict[str, Any]:
    """Projects of the environment, of a layer, or of a node."""
    layers = {found.id: found.layer for found in call.environment.nodes}
    number, group = call.values.get("nodeId"), call.text("nodeGroup")
    rows = [row for row in of_environment(call) if number in (None, row["nodeId"])]
    rows = [row for row in rows if group in (None, "", layers[row["nodeId"]])]
    return {"responses": [{"result": 0, **_to_api(row)} for row in rows]}


@emulates(D + "RemoveBuildProject", needs=RUNNING)
def remove_build_project(call: Call) -> dict[str, Any]:
    """Forget it; what was deployed stays (inferred)."""
    call.environment.build_projects.remove(find(call))
    return {}


def _build(call: Call, project: Project) -> None:
    if not call.flag("skipUpdate") or "hash" not in project:
        fetch(project)
    project["built"] = project["hash"]


def _place(call: Call, project: Project) -> Environment:
    """Where a built project goes. Raises ApiError."""
    name = project.get("envName") or call.environment.name
    target = call.platform.store.environments.get(name.lower())
    if target is None or target.uid != call.account.uid:
        raise application_not_exist(name)
    own = target is call.environment  # its status was checked, or is that of the package that builds
    if not own and (target.running or target.status not in RUNNING):
        raise wrong_status(target.status, RUNNING)
    if not any(layer.name == project.get("nodeGroup") for layer in target.layers):
        raise node_unknown(project.get("nodeGroup"))
    return target


def _deploy(project: Project, target: Environment) -> None:
    archive = f"{project['name']}-{project['built'][:7]}.war"  # the name is invented
    contexts.run(target, project.get("context") or "ROOT", project["nodeGroup"], "ARCHIVE", archive)


@emulates(D + "BuildProject", needs=RUNNING)
def build_project(call: Call) -> dict[str, Any]:
    """Build; the newest revision, unless `skipUpdate`."""
    _build(call, find(call))
    return {}


@emulates(D + "DeployProject", needs=RUNNING)
def deploy_project(call: Call) -> dict[str, Any]:
    """Deploy what was built last; before a first build it answers 1 (inferred)."""
    project = find(call)
    if "built" not in project:
        raise ApiError(GENERIC_FAILURE, f"project [{project['name']}] has not been built", source=PLATFORM)
    _deploy(project, _place(call, project))
    return {}


@emulates(D + "BuildDeployProject", needs=RUNNING, aliases={"projectId": "project"})  # so five public scripts send it
def build_deploy_project(call: Call) -> dict[str, Any]:
    """Build and deploy; without a context to deploy into, do not build either (inferred)."""
    project = find(call)
    target = _place(call, project)
    _build(call, project)
    _deploy(project, target)
    return {}
