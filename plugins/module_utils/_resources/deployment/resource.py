# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_deployment``: what a context of a layer runs, from an archive or from a repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ..._client.answers import member_text, required_items
from ..._client.client import PlatformClient
from ..._client.concurrency import Job, gather
from ..._client.errors import RefusedError, UnexpectedAnswerError, require
from ..._client.parameters import LocalFile
from ..._engine.plan import Plan, Step
from ..._engine.resource import Work
from ..._engine.runner import Look
from ..._engine.spec import with_connection
from ..._engine.stepwise import Stepwise, StepwiseTarget
from ..environment.idle import WaitingTarget
from ..nodes import Place, can_come, explained_at, is_gone, place_of
from .archive import Archive, archive_of
from .project import (
    UNFINISHED,
    Project,
    from_answer,
    is_revision,
    merged,
    project_of,
    settings,
    to_request,
)

GET = "environment.deployment.GetDeployments"
UPLOAD = "storage.uploader.Upload"
DEPLOY = "environment.deployment.DeployArchive"
UNDEPLOY = "environment.deployment.Undeploy"
GET_PROJECT = "environment.vcs.GetProject"
CREATE = "environment.vcs.CreateProject"
EDIT = "environment.vcs.EditProject"
UPDATE = "environment.vcs.Update"
DELETE = "environment.vcs.DeleteProject"
# No project in the context: seen in a published client, and the general code for what does not exist.
NO_PROJECT_CODES = frozenset({2500, 5})


@dataclass(frozen=True)
class Deployed:
    """What a context has.

    Attributes:
        name: that of the archive, or what the platform writes for a repository.
        digest: of the archive to deploy, see :meth:`Archive.found_digest`.
    """

    name: str | None = None
    project: Project | None = None
    digest: str | None = field(default=None, compare=False)

    def to_result(self) -> dict[str, Any]:
        """Return it for diffs and results; empty if the context has nothing."""
        if self.project is not None:
            shown = {name: value for name, value in vars(self.project).items() if name != "login"}
            return {"source": "repository", "archive": None, **shown}
        if self.name is None:
            return {}
        return {"source": "archive", "archive": self.name, **dict.fromkeys(_SHOWN)}


_SHOWN = [name for name in Project.__dataclass_fields__ if name != "login"]


@dataclass(frozen=True)
class DesiredDeployment:
    """The desired state of one context.

    Attributes:
        secrets: parameters of the project's calls that no answer shows.
        extra: parameters of deploying and updating: ``delay`` and ``hooks``.
        always: whether to deploy or update what has not changed, too.
        updated: whether this run has deployed or updated it already.
        uploaded: whether this run has uploaded the archive already.
    """

    place: Place
    context: str
    state: str
    archive: Archive | None
    project: Project | None
    secrets: Mapping[str, Any]
    extra: Mapping[str, Any]
    always: bool
    timeout: float
    updated: bool = False
    uploaded: bool = False

    @property
    def where(self) -> dict[str, Any]:
        """The parameters that name the layer."""
        return {"envName": self.place.environment, "nodeGroup": self.place.node_group}

    @property
    def where_context(self) -> dict[str, Any]:
        """The parameters that name the context."""
        return {**self.where, "context": self.context}

    @property
    def label(self) -> str:
        """The context for messages."""
        return f"context {self.context} of {self.place.label}"


class Deployment(Stepwise[DesiredDeployment, Deployed]):
    """The resource of ``paas_deployment``."""

    spec = with_connection(
        {
            "environment": {"type": "str", "required": True},
            "node_group": {"type": "str", "default": "cp"},
            "context": {"type": "str", "default": "ROOT"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "archive": {
                "type": "dict",
                "example": "{src: shop.war}",
                "options": {
                    "src": {"type": "path"},
                    "url": {"type": "str", "address": True},
                    "name": {"type": "str"},
                    "checksum": {"type": "str"},
                },
                "mutually_exclusive": [("src", "url")],
                "required_one_of": [("src", "url")],
            },
            "repository": {
                "type": "dict",
                "example": "{url: https://git.example.com/shop.git, branch: main}",
                "options": {
                    "url": {"type": "str", "required": True, "address": True},
                    "type": {"type": "str", "choices": ["git", "svn"], "default": "git"},
                    "branch": {"type": "str", "exact": True},
                    "revision": {"type": "str", "exact": True},
                    "login": {"type": "str"},
                    "password": {"type": "str", "no_log": True},
                    "key_id": {"type": "int", "no_log": False},
                    "auto_update": {"type": "bool"},
                    "interval": {"type": "int"},
                    "resolve_conflicts": {"type": "bool"},
                },
            },
            "update": {"type": "str", "choices": ["changed", "always"], "default": "changed"},
            "zero_downtime": {"type": "bool"},
            "delay": {"type": "int"},
            "hooks": {"type": "str", "structure": "json"},
            "wait_timeout": {"type": "int", "default": 1800},
        },
        mutually_exclusive=[("archive", "repository")],
        required_if=[("state", "present", ("archive", "repository"), True)],
    )

    def desired(self, options: Mapping[str, Any]) -> DesiredDeployment:
        state, archive, repository = options["state"], options.get("archive"), options.get("repository")
        context = options["context"].strip()
        require(context, "context is empty; leave it out for ROOT, or name one")
        require(options["wait_timeout"] > 0, "wait_timeout must be above 0 seconds")
        given = repository or {}
        hidden = {"password": given.get("password"), "keyId": given.get("key_id")}
        return DesiredDeployment(
            place=place_of(options),
            context=context,
            state=state,
            archive=archive_of(archive) if archive and state == "present" else None,
            project=project_of(given, options.get("zero_downtime")) if repository and state == "present" else None,
            secrets={name: value for name, value in hidden.items() if value is not None},
            extra={"delay": options.get("delay"), "hooks": options.get("hooks"), "zdt": options.get("zero_downtime")},
            always=options["update"] == "always",
            timeout=options["wait_timeout"],
        )

    def read(self, work: Work, desired: DesiredDeployment) -> Deployed:
        """Read the contexts of the layer, and the project of the context, by one call each, at the same time."""
        digest = desired.archive.found_digest() if desired.archive else None
        reads: list[Job[Any]] = [partial(_deployed_name, desired), partial(_project, desired)]
        try:
            name, project = gather(work.client, reads)
        except RefusedError as error:
            error = explained_at(work.client, error, desired.place)
            if is_gone(error) and desired.state == "absent":
                return Deployed()
            if not (can_come(error, desired.place) and work.assume(str(error))):
                raise error from None
            return Deployed(digest=digest)
        return Deployed(name, project, digest)

    def plan(self, current: Deployed, desired: DesiredDeployment) -> Plan[Deployed]:
        """Deploy an archive whose name differs; bind, change and update a repository."""
        steps: list[Step] = []
        after = Deployed()
        if desired.project is not None:
            project = merged(desired.project, current.project)
            steps += self._repository_steps(current, project, desired)
            if any(step.method == UPDATE for step in steps):
                project = replace(project, revision=desired.project.revision)
            after = Deployed(current.name, project)
        elif desired.archive is not None:
            after = Deployed(desired.archive.deployed_name(current.digest))
            if current != after or (desired.always and not desired.updated):
                steps += _archive_steps(current, desired, desired.archive)
        else:
            # In this order by a published client.
            steps += [_undeploy(current.name, desired)] if current.name is not None else []
            steps += [_unbind(current.project, desired)] if current.project is not None else []
        before = current.to_result()
        return Plan(current, after, tuple(steps), before, after.to_result() if steps else before)

    def _repository_steps(self, current: Deployed, project: Project, desired: DesiredDeployment) -> list[Step]:
        """Return: bind or change, marked as unfinished; update; the final settings, which end the mark."""
        now = current.project
        steps: list[Step] = []
        if now is None:
            if current.name is not None:
                steps.append(_undeploy(current.name, desired))
            unfinished = to_request(replace(project, interval=UNFINISHED))
            params = {**desired.where_context, **unfinished, "hooks": desired.extra["hooks"]}
            steps.append(Step(CREATE, params, f"bind {desired.label} to {project.label}"))
        elif now.source != project.source:
            changed = replace(project, interval=UNFINISHED)
            steps.append(_edit(changed, f"change {desired.label}: {now.label} -> {project.label}", desired))
        other = desired.project is not None and not is_revision(now, desired.project.revision)
        begun = now is not None and now.unfinished
        if steps or other or ((begun or desired.always) and not desired.updated):
            was = f" (now {_short(now)})" if now and now.revision else ""
            params = {**desired.where_context, "delay": desired.extra["delay"]}
            steps.append(Step(UPDATE, params, f"update {desired.label} from {project.label}{was}", now))
        if now is None or now.source != project.source or now.unfinished or settings(now) != settings(project):
            steps.append(_edit(project, f"set how {desired.label} is updated", desired))
        return steps

    def secrets(self, step: Step, desired: DesiredDeployment) -> dict[str, Any]:
        """Return the repository's password and key for the calls that take them."""
        return dict(desired.secrets) if step.method in (CREATE, EDIT) else {}

    def target(self, work: Work, desired: DesiredDeployment) -> StepwiseTarget[DesiredDeployment, Deployed]:
        return _DeploymentTarget(work, self, desired, environment=desired.place.environment, timeout=desired.timeout)

    def report(self, work: Work, plan: Plan[Deployed], state: Deployed, desired: DesiredDeployment) -> dict[str, Any]:
        """Return ``deployment``, null if the context has nothing."""
        shown = state.to_result()
        return {"deployment": {"context": desired.context, **shown} if shown else None}


class _DeploymentTarget(WaitingTarget[DesiredDeployment, Deployed]):
    """A deployment for the runner: the address of an uploaded archive, and the check after an update."""

    _uploaded: str | None = None

    def patience(self, step: Step) -> float | None:
        return self.budget

    def params(self, step: Step) -> dict[str, Any]:
        params = super().params(step)
        if step.method == DEPLOY and self._uploaded is not None:
            return {**params, "fileUrl": self._uploaded}
        return params

    def answered(self, step: Step, answer: dict[str, Any]) -> None:
        if step.method == UPLOAD:
            self._uploaded = member_text(answer, "file")
            if self._uploaded is None:
                raise UnexpectedAnswerError("the platform answered success, but gave no address of the uploaded file")
            self.desired = replace(self.desired, uploaded=True)
        elif step.method == UPDATE:
            self._check(step)
        if step.method in (UPDATE, DEPLOY):
            self.desired = replace(self.desired, updated=True)

    def explained(self, step: Step, error: RefusedError) -> RefusedError:
        return explained_at(self.work.client, error, self.desired.place)

    def look(self, step: Step, budget: float) -> Look:
        """An update whose answer was lost is done if another commit is deployed."""
        if step.method != UPDATE:
            return super().look(step, budget)
        found = _project(self.desired, self.work.client)
        before = step.subject.revision if isinstance(step.subject, Project) else None
        if found is None or found.revision in (None, before):
            return Look("no other commit is deployed, so it may not have been done; run the task again, which updates")
        return Look(answer={})

    def _check(self, step: Step) -> None:
        """Compare what is deployed after an update, because Update reports success whatever it deployed."""
        problem = self._problem(_project(self.desired, self.work.client))
        if problem is not None:
            self.work.done.append(step.summary)
            raise UnexpectedAnswerError(problem)

    def _problem(self, found: Project | None) -> str | None:
        wanted = self.desired.project
        if wanted is None:
            return None
        if found is None or found.source != merged(wanted, found).source:
            bound = found.label if found else "no repository"
            label = f"after the update {self.desired.label}"
            return f"{label} is bound to {bound} and not to {wanted.label}; run the task again"
        if is_revision(found, wanted.revision):
            return None
        return (
            f"the update deployed the commit {_short(found)} and not {_short(wanted)}: it takes the "
            f"newest commit of {found.branch or 'the default branch'}; give a branch or tag that ends at yours"
        )


def _short(project: Project) -> str:
    """Return the beginning of the commit; messages mask texts as long as a whole one."""
    return (project.revision or "(unknown)")[:12]


def _edit(project: Project, summary: str, desired: DesiredDeployment) -> Step:
    names = {"oldcontext": desired.context, "newcontext": desired.context}
    return Step(EDIT, {**desired.where, **names, **to_request(project), "hooks": desired.extra["hooks"]}, summary)


def _undeploy(name: str, desired: DesiredDeployment) -> Step:
    return Step(UNDEPLOY, desired.where_context, f"remove {name} from {desired.label}")


def _unbind(project: Project, desired: DesiredDeployment) -> Step:
    return Step(DELETE, desired.where_context, f"remove {project.url} from {desired.label}")


def _archive_steps(current: Deployed, desired: DesiredDeployment, archive: Archive) -> list[Step]:
    steps = []
    name = archive.deployed_name(current.digest)
    if archive.src is not None and not desired.uploaded:
        steps.append(Step(UPLOAD, {"fid": name, "file": LocalFile(archive.src)}, f"upload {name}"))
    if current.project is not None:
        steps.append(_unbind(current.project, desired))
    instead = f" in place of {current.name}" if current.name and current.project is None else ""
    params = {**desired.where_context, "fileName": name, "fileUrl": archive.url, **desired.extra}
    steps.append(Step(DEPLOY, params, f"deploy {name} to {desired.label}{instead}"))
    return steps


def _deployed_name(desired: DesiredDeployment, client: PlatformClient) -> str | None:
    """Read what the context runs; the members of the answer are inferred, so several names are taken."""
    for row in required_items(GET, client.call(GET, **desired.where), "array", "object"):
        if (member_text(row, "context") or "") == desired.context:
            return member_text(row, "archivename", "fileName", "name") or "(unknown)"
    return None


def _project(desired: DesiredDeployment, client: PlatformClient) -> Project | None:
    try:
        return from_answer(client.call(GET_PROJECT, **desired.where_context))
    except RefusedError as error:
        if error.code in NO_PROJECT_CODES:
            return None
        raise
