# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A call on its way through the platform, as handlers see it: who calls, what method, what with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from paas_emulator import catalog
from paas_emulator.errors import PERMISSION_DENIED, ApiError, invalid_parameter
from paas_emulator.parameters import Parameters, split_list
from paas_emulator.platform import Platform
from paas_emulator.statuses import Status
from paas_emulator.store import Account, Environment, Session, Token, Upload


@dataclass(frozen=True)
class Caller:
    """Exactly one of `session` and `token` is set. `key`: digest of what was sent."""

    account: Account
    key: str
    session: Session | None = None
    token: Token | None = None


@dataclass(frozen=True)
class Operation:
    """A started operation; `finish` completes it and gives the answer."""

    finish: Callable[[], dict[str, Any]]


Handler = Callable[["Call"], "dict[str, Any] | Operation | Awaitable[dict[str, Any] | Operation]"]


@dataclass(frozen=True)
class Emulated:
    """An emulated method.

    scripted: the answer comes nested under `response`.
    needs: None = no environment; ANY_STATUS = `envName` must exist; statuses = and be idle in one of them.
    operation: takes time (`/_emulator/times`).
    aliases: other spelling of a parameter -> its name. optional: required by the facts, left out by real callers.
    restricted: open to a session that still owes its one-time code. by_token: open to every token.
    """

    facts: catalog.MethodFacts
    handler: Handler
    scripted: bool = False
    needs: tuple[Status, ...] | None = None
    operation: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    restricted: bool = False
    by_token: bool = False


@dataclass
class Call:
    """`values`: typed parameters by documented name. `environment`: set where the method names one.

    uploads: files that came with it. address: of the emulator, as the caller knows it.
    """

    platform: Platform
    method: Emulated
    parameters: Parameters
    values: dict[str, Any]
    host: str
    user_agent: str
    session_value: str = ""
    who: Caller | None = None
    target: Environment | None = None
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    address: str = ""

    @property
    def caller(self) -> Caller:
        """The authenticated caller; only methods without a session have none."""
        if self.who is None:
            raise RuntimeError(f"{self.method.facts.name} is open to everyone and has no caller")
        return self.who

    @property
    def account(self) -> Account:
        """The caller's account."""
        return self.caller.account

    @property
    def environment(self) -> Environment:
        """The environment the call names."""
        if self.target is None:
            raise RuntimeError(f"{self.method.facts.name} names no environment")
        return self.target

    def text(self, name: str) -> str | None:
        """A text parameter, None when it was not sent."""
        value = self.values.get(name)
        return None if value is None else str(value)

    def sent(self, name: str) -> bool:
        """Whether the parameter came at all, be it empty."""
        return self.parameters.raw(name) is not None

    def flag(self, name: str) -> bool:
        """A boolean parameter, false when it was not sent."""
        return bool(self.values.get(name))

    def items(self, name: str) -> list[str] | None:
        """A list parameter in any dialect, None when it was not sent."""
        values = self.parameters.raw(name)
        return None if values is None else split_list(name, values)

    def own_uid(self) -> int:
        """The caller's uid; `ownerUid`, where sent, must be the same. Raises ApiError 8."""
        owner = self.values.get("ownerUid")
        if owner is not None and owner != self.account.uid:
            raise ApiError(PERMISSION_DENIED, "permission denied")
        return self.account.uid

    def ids(self, name: str) -> list[int] | None:
        """A list of numbers; None for `*`. Raises ApiError 3 for anything else or an empty list."""
        items = self.items(name)
        if items == ["*"]:
            return None
        if not items or not all(item.isdecimal() and len(item) < 19 for item in items):
            raise invalid_parameter(name)
        return [int(item) for item in items]
