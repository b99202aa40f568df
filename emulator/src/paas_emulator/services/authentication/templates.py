# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Token templates: the four documented names; what the three narrow ones hold is inferred."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from paas_emulator import catalog
from paas_emulator.accounts import FULL_TEMPLATE
from paas_emulator.store import Token

FULL = FULL_TEMPLATE
_CONTROL_READ = ("GetEnvs", "GetEnvInfo", "GetBasicEnvsInfo", "GetRegions", "GetLogs", "GetLogsList", "ReadLog")
_DEPLOY = (
    "environment.deployment.DeployArchive",
    "environment.deployment.Deploy",
    "environment.deployment.Undeploy",
    "environment.deployment.GetDeployments",
    "environment.deployment.GetHooks",
    "storage.uploader.Upload",
)
_WHO = ("users.account.GetUserInfo", "environment.tracking.GetCurrentActions")


def _control(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"environment.control.{name}" for name in names)


# name -> (id, names; a name ending in `.` stands for the whole service)
TEMPLATES: dict[str, tuple[int, tuple[str, ...]]] = {
    "Marketplace": (1, (*_control(_CONTROL_READ), *_WHO, "marketplace.")),
    "Maven Plugin": (2, (*_control(("GetEnvs", "GetEnvInfo", "DeployApp", "RemoveApp")), *_WHO, *_DEPLOY)),
    "IDE Plugins": (
        3,
        (
            *_control(_CONTROL_READ),
            *_control(("StartEnv", "StopEnv", "SleepEnv", "DeployApp", "RemoveApp", "RenameApp")),
            *_control(("RestartNodes", "RestartNodeById", "RestartNodesByGroup", "CloneEnv", "DeleteEnv")),
            *_WHO,
            *_DEPLOY,
        ),
    ),
    FULL: (4, ()),
}


@cache
def methods_of(template: str) -> tuple[catalog.MethodFacts, ...]:
    """The methods a template lists, in the order of their ids. Extended Access lists none and reaches all."""
    names = TEMPLATES[template][1]
    exact = {name for name in names if not name.endswith(".")}
    whole = tuple(name for name in names if name.endswith("."))
    unknown = exact - {fact.name for fact in catalog.grantable()}
    if unknown:
        raise ValueError(f"template {template} names unknown methods: {sorted(unknown)}")
    return tuple(
        fact
        for fact in catalog.grantable()
        if fact.name in exact or (whole and fact.name.startswith(whole) and not fact.private)
    )


def find(name: str) -> str | None:
    """The template's own spelling of its name, without regard to case."""
    return next((template for template in TEMPLATES if template.casefold() == name.strip().casefold()), None)


def reach(token: Token) -> frozenset[str]:
    """Names of the methods a token with a narrow template or a list reaches."""
    if token.template:
        return frozenset(fact.name for fact in methods_of(token.template))
    return frozenset(token.methods)


def to_api(template: str, short_names: bool) -> dict[str, Any]:
    """A template as answers show it."""
    items = [fact.to_api(short_names) for fact in methods_of(template)]
    return {"id": TEMPLATES[template][0], "name": template, "apiListItems": items}
