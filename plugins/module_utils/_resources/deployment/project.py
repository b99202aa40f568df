# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Repositories that contexts are bound to: from options, from answers, to requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..._client.addresses import split_address
from ..._client.answers import member_flag, member_text
from ..._client.errors import require

# Interval in minutes of a project whose change is not finished. EditProject comes before Update, and nothing else shows
# that a run ended between them. Automatic updates are a year apart meanwhile.
UNFINISHED = "525600"
USUAL_INTERVAL = "1"


@dataclass(frozen=True)
class Project:
    """A repository that a context is bound to. None in a member means: leave alone, or not known.

    Attributes:
        revision: the commit that is deployed.
        interval: minutes between automatic updates.
    """

    type: str
    url: str
    branch: str | None = None
    login: str | None = None
    auto_update: bool | None = None
    interval: str | None = None
    resolve_conflicts: bool | None = None
    zero_downtime: bool | None = None
    revision: str | None = None

    @property
    def label(self) -> str:
        """Repository and branch for messages."""
        return f"{self.url} at {self.branch or 'its default branch'}"

    @property
    def source(self) -> tuple[str, str, str | None]:
        """What is deployed by an update."""
        return (self.type, self.url, self.branch)

    @property
    def unfinished(self) -> bool:
        """Whether a change of it was begun and not finished."""
        return self.interval == UNFINISHED


def project_of(given: Mapping[str, Any], zero_downtime: bool | None) -> Project:
    url, branch = given["url"].strip(), (given.get("branch") or "").strip() or None
    require(url, "repository.url is empty; give the repository's address")
    parts = split_address(url)
    require(any(parts), "repository.url is not an address; correct it")
    require(
        "@" not in parts.netloc or not parts.scheme.startswith("http"),
        "repository.url holds credentials; give them as repository.login and repository.password",
    )
    interval = given.get("interval")
    require(interval is None or 0 < interval < int(UNFINISHED), f"repository.interval is 1 to {int(UNFINISHED) - 1}")
    revision = (given.get("revision") or "").strip().lower() or None
    require(revision is None or len(revision) >= 7, "repository.revision must have at least 7 characters of the commit")
    return Project(
        type=given["type"],
        url=url,
        branch=branch,
        login=given.get("login"),
        auto_update=given.get("auto_update"),
        interval=None if interval is None else str(interval),
        resolve_conflicts=given.get("resolve_conflicts"),
        zero_downtime=zero_downtime,
        revision=revision,
    )


def merged(desired: Project, current: Project | None) -> Project:
    """Return the project after a task: what is declared, else what it has, else the default."""
    usual = Project(desired.type, desired.url, None, None, False, USUAL_INTERVAL, False, False)
    kept = {} if current is None else {name: value for name, value in vars(current).items() if value is not None}
    if current is not None and current.unfinished:
        kept.pop("interval")
    declared = {name: value for name, value in vars(desired).items() if value is not None}
    if current is not None and desired.source[:2] != current.source[:2]:
        # Another repository has another default branch, and other commits.
        kept = {name: value for name, value in kept.items() if name not in ("branch", "login", "revision")}
    return replace(usual, **{**kept, **declared})


def settings(project: Project) -> tuple[Any, ...]:
    """Return what an edit sets beside the source."""
    flags = (project.auto_update, project.resolve_conflicts, project.zero_downtime)
    return (project.login, project.interval, *(bool(flag) for flag in flags))


def is_revision(project: Project | None, revision: str | None) -> bool:
    """Return whether a project has this commit, which may be written shorter; None is any."""
    return revision is None or (project is not None and (project.revision or "").startswith(revision))


def to_request(project: Project) -> dict[str, Any]:
    """Return the parameters of CreateProject and EditProject."""
    return {
        "type": project.type,
        "url": project.url,
        "branch": project.branch,
        "login": project.login,
        "autoupdate": bool(project.auto_update),
        "interval": project.interval,
        "autoResolveConflict": bool(project.resolve_conflicts),
        "zdt": bool(project.zero_downtime),
    }


def from_answer(answer: Any) -> Project | None:
    """Return the project of an answer of GetProject; None if it names no repository."""
    url = member_text(answer, "url")
    if url is None:
        return None
    return Project(
        type=(member_text(answer, "type") or "git").lower(),
        url=url,
        branch=member_text(answer, "branch"),
        login=member_text(answer, "login"),
        auto_update=member_flag(answer, "autoupdate", "autoUpdate"),
        interval=member_text(answer, "interval", "autoUpdateInterval"),
        resolve_conflicts=member_flag(answer, "autoResolveConflict"),
        zero_downtime=member_flag(answer, "zdt", "atomicDeploy"),
        revision=(member_text(answer, "hash") or "").lower() or None,
    )
