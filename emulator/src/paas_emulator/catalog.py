# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every method the platform is known to have, read from data/methods.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

# Documented: a token reaches neither the Authentication service nor passwords nor two-factor settings.
NOT_GRANTABLE_SERVICES = ("users.authentication.",)
NOT_GRANTABLE = frozenset(
    f"users.account.{name}"
    for name in (
        "ChangePassword",
        "RecoverPassword",
        "SetPassword",
        "Enable2FA",
        "Disable2FA",
        "Get2FAConfig",
        "Get2FABackupCodes",
        "Regenerate2FABackupCodes",
    )
)
# Documented: sent by POST only.
POST_ONLY = frozenset({"users.authentication.signin", "users.account.signup", "users.account.changepassword"})
# Inferred: what belongs to the account itself is not open to collaborators.
OWNER_ONLY = ("users.", "billing.", "management.")
NAMESPACE_ALIASES = {"env": "environment"}


@dataclass(frozen=True)
class Parameter:
    """One parameter: `kind` is text, int, bool or json."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True)
class MethodFacts:
    """What is known of a method, emulated or not. `name` like environment.control.StopEnv."""

    id: int
    name: str
    private: bool
    write: bool
    session: bool
    parameters: tuple[Parameter, ...]

    @property
    def key(self) -> str:
        """Lower-case name, for look-ups."""
        return self.name.lower()

    @property
    def grantable(self) -> bool:
        """Whether a personal access token may hold it."""
        return not self.name.startswith(NOT_GRANTABLE_SERVICES) and self.name not in NOT_GRANTABLE

    @property
    def for_collaborators(self) -> bool:
        """Whether somebody that an environment is shared with may call it."""
        return not self.name.startswith(OWNER_ONLY)

    def to_api(self, short_names: bool = False) -> dict[str, Any]:
        """A permission as token answers show it."""
        name = self.name
        if short_names and name.startswith("environment."):
            name = "env." + name.removeprefix("environment.")
        return {
            "id": self.id,
            "method": name,
            "isSafe": not self.write,
            "isCollaborationAccessible": self.for_collaborators,
        }


def normalise(name: str) -> str:
    """Lower case, `env.` spelled out: `Env.Control.StopEnv` -> `environment.control.stopenv`."""
    head, dot, tail = name.strip().lower().partition(".")
    return NAMESPACE_ALIASES.get(head, head) + dot + tail


def _parameter(text: str) -> Parameter:
    name, _, kind = text.partition(":")
    return Parameter(name.rstrip("?"), kind or "text", not name.endswith("?"))


@cache
def methods() -> dict[str, MethodFacts]:
    """All methods by lower-case name."""
    text = files("paas_emulator").joinpath("data/methods.json").read_text(encoding="utf-8")
    rows = json.loads(text)["methods"]
    facts = [
        MethodFacts(
            id=row["id"],
            name=row["name"],
            private=row.get("private", False),
            write=row.get("write", False),
            session=row.get("session", True),
            parameters=tuple(_parameter(item) for item in row.get("params", ())),
        )
        for row in rows
    ]
    return {fact.key: fact for fact in facts}


@cache
def services() -> frozenset[str]:
    """`environment.control` and so on."""
    return frozenset(key.rpartition(".")[0] for key in methods())


def find(name: str) -> MethodFacts | None:
    """The method of that name in any spelling."""
    return methods().get(normalise(name))


def grantable() -> list[MethodFacts]:
    """Methods a token may hold, in the order of their ids."""
    return [fact for fact in methods().values() if fact.grantable]
