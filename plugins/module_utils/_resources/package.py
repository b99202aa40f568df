# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_package``: manifests that are installed into an environment, or create one."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from .._client.answers import member, payload, required_items, text
from .._client.client import PlatformClient
from .._client.codes import ENVIRONMENT_UNKNOWN_CODES
from .._client.errors import InputError, RefusedError, UnexpectedAnswerError, require
from .._engine.permissions import Permission, Table, rows
from .._engine.plan import Plan, Step
from .._engine.resource import Work
from .._engine.runner import Look
from .._engine.spec import with_connection
from .._engine.stepwise import Stepwise, StepwiseTarget
from .environment.idle import WaitingTarget
from .environment.missing import missing_place
from .environment.model import label
from .environment.names import environment_name, group_key
from .environment.offered import explained
from .environment.reader import GET as GET_ENVIRONMENT

GET_LIST = "marketplace.installation.GetList"
INSTALL = "marketplace.jps.Install"
UNINSTALL = "marketplace.jps.Uninstall"
# ``id`` and ``name`` in the text of a manifest, written on one line: at its top, and below ``application``, where old
# manifests have them.
_APPLICATION = re.compile(
    r"^application[ \t]*:[ \t]*(?:#.*)?\n(?:[ \t]*\n)*(?P<block>([ \t]+).*\n?(?:\2.*\n?|[ \t]*\n)*)", re.MULTILINE
)
_NAMING = re.compile(r"""^(id|name)[ \t]*:[ \t]*(["']?)([^\s"'{\[|>&*!#].*?)\2[ \t]*(?:[ \t]#.*)?$""", re.MULTILINE)

# Options about the environment that a package makes or works on, and the parameters of the installation.
_OF_AN_ENVIRONMENT = {
    "node_group": "nodeGroup",
    "region": "region",
    "display_name": "displayName",
    "env_groups": "envGroups",
    "skip_node_emails": "skipNodeEmails",
}


@dataclass(frozen=True)
class InstalledPackage:
    """One installation. ``id`` is the identifier in the manifest."""

    unique_name: str | None
    id: str | None
    name: str | None
    environment: str | None
    success_text: str | None = None

    def is_called(self, names: tuple[str, ...]) -> bool:
        """Return whether one of these names is the identifier or name of the package."""
        own = {known.casefold() for known in (self.id, self.name) if known}
        return any(name.casefold() in own for name in names)

    def to_result(self) -> dict[str, Any]:
        """Return the member ``package`` of results."""
        return dict(vars(self))


@dataclass(frozen=True)
class DesiredPackage:
    """One package in one environment.

    Attributes:
        names: identifier and name that the installed package may have.
        environment: None: the package needs no environment.
        jps: text or address of the manifest.
        extra: further parameters of the installation, by the API's names.
    """

    names: tuple[str, ...]
    environment: str | None
    state: str
    jps: str | None = field(repr=False, default=None)
    settings: Mapping[str, Any] | None = field(repr=False, default=None)
    extra: Mapping[str, Any] = field(default_factory=dict)
    force: bool = False
    timeout: float = 1800
    lock_timeout: float = 600

    @property
    def label(self) -> str:
        """The package and its environment, for messages."""
        return f"{self.names[0]} in {label(self.environment)}" if self.environment else f"package {self.names[0]}"

    @property
    def lock(self) -> str:
        """The name of the lock; no environment has a name with spaces."""
        return self.environment or f"none (package {self.names[0]})"


Found = tuple[InstalledPackage, ...]


class Package(Stepwise[DesiredPackage, Found]):
    """The resource of ``paas_package``, identified by the package's name and the environment."""

    spec = with_connection(
        {
            "name": {"type": "str"},
            "environment": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "manifest": {"type": "raw"},
            "url": {"type": "str"},
            "settings": {"type": "dict", "hidden": True, "example": "{admin_mail: me@example.com}"},
            "node_group": {"type": "str"},
            "region": {"type": "str"},
            "display_name": {"type": "str"},
            "env_groups": {"type": "list", "elements": "str"},
            "skip_node_emails": {"type": "bool"},
            "force": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 1800},
            "lock_timeout": {"type": "int", "default": 600},
        },
        mutually_exclusive=[("manifest", "url")],
    )

    def desired(self, options: Mapping[str, Any]) -> DesiredPackage:
        manifest, url = options.get("manifest"), options.get("url")
        require(options["wait_timeout"] > 0, "wait_timeout must be above 0 seconds")
        require(options["lock_timeout"] >= 0, "lock_timeout is negative; give seconds, or 0 to try once")
        require(manifest or url or options["state"] == "absent", "state: present needs the package as manifest or url")
        require(
            manifest is None or isinstance(manifest, (str, Mapping)),
            "manifest must be the text of a manifest, or a mapping",
        )
        named = options.get("environment") is not None
        for name in _OF_AN_ENVIRONMENT:
            require(named or options.get(name) is None, f"{name} goes with environment; give the environment")
        given = (options.get("name") or "").strip()
        names = (given,) if given else _own_names(manifest)
        require(
            names,
            "name is missing: give the id or name of the package, because the task has no manifest that contains it",
        )
        extra = {member: options.get(name) for name, member in _OF_AN_ENVIRONMENT.items()}
        groups = options.get("env_groups")
        return DesiredPackage(
            names=names,
            environment=environment_name(options["environment"], "environment") if named else None,
            state=options["state"],
            jps=url or (manifest if isinstance(manifest, str) or manifest is None else json.dumps(manifest)),
            settings=options.get("settings"),
            extra={**extra, "envGroups": [group_key(group) for group in groups] if groups else None},
            force=options["force"],
            timeout=options["wait_timeout"],
            lock_timeout=options["lock_timeout"],
        )

    def read(self, work: Work, desired: DesiredPackage) -> Found:
        """Read the installations of the package in the environment by one GetList."""
        work.client.redactor.add_values(desired.settings)
        work.stack.enter_context(work.lock(desired.lock, desired.lock_timeout))
        return installations(work.client, desired)

    def plan(self, current: Found, desired: DesiredPackage) -> Plan[Found]:
        """Install the package if it is missing, or uninstall every installation."""
        if desired.state == "absent":
            if any(item.unique_name is None for item in current):
                raise UnexpectedAnswerError(
                    f"the platform lists {desired.label} without its unique name; uninstall it in the dashboard"
                )
            steps = tuple(
                Step(
                    UNINSTALL,
                    {"appUniqueName": item.unique_name, "force": desired.force or None},
                    f"uninstall {desired.label}",
                    item,
                )
                for item in current
            )
            return Plan(current, (), steps, {"installed": bool(current)}, {"installed": False})
        if current:
            return Plan(current, current, (), {"installed": True}, {"installed": True})
        planned = InstalledPackage(None, None, None, desired.environment)
        step = Step(INSTALL, {"envName": desired.environment, **desired.extra}, f"install {desired.label}")
        return Plan((), (planned,), (step,), {"installed": False}, {"installed": True})

    def secrets(self, step: Step, desired: DesiredPackage) -> dict[str, Any]:
        """Return manifest and settings for the call that installs."""
        settings = desired.settings and dict(desired.settings)
        return {"jps": desired.jps, "settings": settings} if step.method == INSTALL else {}

    def target(self, work: Work, desired: DesiredPackage) -> StepwiseTarget[DesiredPackage, Found]:
        return _PackageTarget(work, self, desired, environment=desired.environment, timeout=desired.timeout)

    def report(self, work: Work, plan: Plan[Found], state: Found, desired: DesiredPackage) -> dict[str, Any]:
        """Return ``package``, null if it is not installed."""
        return {"package": state[0].to_result() if state else None}


class _PackageTarget(WaitingTarget[DesiredPackage, Found]):
    """One package in one environment for the runner. After a lost answer no call is sent again."""

    # The text that the installation ended with.
    _success: str | None = None

    def patience(self, step: Step) -> float | None:
        return self.budget

    def answered(self, step: Step, answer: dict[str, Any]) -> None:
        self._success = text(member(payload(answer), "successText")) or self._success

    def explained(self, step: Step, error: RefusedError) -> RefusedError:
        """Add the existing names to the refusal of an unknown environment, layer or region."""
        layer, region = (self.desired.extra.get(name) for name in ("nodeGroup", "region"))
        client, environment = self.work.client, self.desired.environment
        if environment and (layer or error.code in ENVIRONMENT_UNKNOWN_CODES):
            return explained(client, error, region=region, other=partial(missing_place, client, environment, layer))
        return explained(client, error, region=region)

    def look(self, step: Step, budget: float) -> Look:
        self.wait_until_idle(budget)
        found = installations(self.work.client, self.desired)
        there = any(item.unique_name == step.subject.unique_name for item in found) if step.subject else bool(found)
        if there is (step.method == UNINSTALL):
            return Look(
                f"it is not done, or still going on: {step.summary}; look at the environment before you run the task "
                "again"
            )
        return Look()

    def plan_again(self) -> Plan[Found]:
        return self._resource.plan(installations(self.work.client, self.desired), self.desired)

    def new_state(self) -> Found:
        """Read the installations, and add the text that the installation ended with."""
        client, desired = self.work.client, self.desired
        found = installations(client, desired)
        if bool(found) is (desired.state == "absent"):
            # The package calls itself by another name than the task, so every run would install it again.
            raise InputError(
                f"{self.done[0].summary}: done, but the platform lists "
                f"{'it still' if found else f'no package named {desired.names[0]!r}'} in that environment; "
                "set name to the id or name in the manifest of the package"
            )
        # The text may show the values of settings.
        shown = None if self._success is None else client.redactor.known(self._success)
        return tuple(replace(item, success_text=shown) for item in found)


def _own_names(manifest: Any) -> tuple[str, ...]:
    """Return identifier and name in a manifest, as far as they can be found without parsing YAML.

    What stands at the top of the manifest counts before what stands in ``application``.
    """
    if isinstance(manifest, str):
        try:
            manifest = json.loads(manifest)
        except ValueError:
            manifest = _named_in_text(manifest)
    if not isinstance(manifest, Mapping):
        return ()
    application = manifest.get("application")
    found = {**(application if isinstance(application, Mapping) else {}), **manifest}
    names = (found.get(member) for member in ("id", "name"))
    return tuple(str(name).strip() for name in names if isinstance(name, (str, int)) and str(name).strip())


def _named_in_text(manifest: str) -> dict[str, Any]:
    """Return the members of a YAML text that name the package."""
    inner = _APPLICATION.search(manifest)
    block = textwrap.dedent(inner["block"]) if inner else ""
    application, outer = ({match[1]: match[3] for match in _NAMING.finditer(text)} for text in (block, manifest))
    return {"application": application, **outer}


def installations(client: PlatformClient, desired: DesiredPackage) -> Found:
    """Read the installations of a package in an environment. The members of the answer are inferred."""
    answer = payload(client.call(GET_LIST, search=desired.environment))
    found = [
        InstalledPackage(
            unique_name=text(member(item, "uniqueName", "appUniqueName")),
            id=text(member(item, "app_id", "id")),
            name=text(member(item, "name", "displayName")),
            environment=(text(member(item, "envName", "environment")) or "").lower() or None,
        )
        for item in required_items(GET_LIST, answer, "apps", "array", "installations")
    ]
    return tuple(item for item in found if item.environment == desired.environment and item.is_called(desired.names))


PERMISSIONS = Table(
    spec=Package.spec,
    permissions=rows(
        Permission(GET_LIST),
        # To see after a lost answer whether the operation is still running.
        Permission(GET_ENVIRONMENT),
        Permission(INSTALL, frozenset({"present"})),
        Permission(UNINSTALL, frozenset({"absent"})),
    ),
)
