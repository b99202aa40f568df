# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""External domains bound to an environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...._client.answers import member_texts
from ...._client.errors import require
from ...._engine.permissions import Permission, each, rows
from ..model import Environment
from .base import EnvAnswer, Part, PartChange, Shown

BIND = "environment.binder.BindExtDomain"
BIND_ALL = "environment.binder.BindExtDomains"
REMOVE = "environment.binder.RemoveExtDomain"

_DOMAIN = re.compile(r"(\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
LONGEST = 253  # of a domain name, in the DNS
Names = tuple[str, ...]


def domain_name(given: str) -> str:
    """Return a domain in lower case, without a dot at the end, in IDNA form; InputError if it is not a domain."""
    name = _plain(given)
    require(
        len(name) <= LONGEST and _DOMAIN.fullmatch(name),
        f"domains: {given!r} is not a domain name; give one such as www.example.com, without scheme, port or path",
    )
    return name


def _plain(given: str) -> str:
    """For comparing; what cannot be encoded stays as it is."""
    name = given.strip().rstrip(".").lower()
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


class Domains(Part[Environment, Names, Names]):
    """``domains``."""

    name = "domains"
    shown = Shown.BY_ENV_INFO
    options = {"domains": {"type": "list", "elements": "str"}}
    permissions = rows(
        each((BIND, BIND_ALL), options={"domains"}), Permission(REMOVE, options=frozenset({"purge.domains"}))
    )

    def desired(self, options: Mapping[str, Any]) -> Names | None:
        return tuple(dict.fromkeys(map(domain_name, options["domains"])))

    def from_answer(self, answer: EnvAnswer) -> Names | None:
        found = member_texts(answer.env, "extdomains", "domain", "name")
        return None if found is None else tuple(dict.fromkeys(map(_plain, found)))

    def initial_state(self, desired: Names | None = None) -> Names:
        return ()

    def plan_changes(
        self, current: Names, desired: Names, environment: Environment, *, purge: bool
    ) -> list[PartChange[Names]]:
        """One call for all that are missing, one for each that goes, as the platform has none for several."""
        changes: list[PartChange[Names]] = []
        now = current
        missing = tuple(name for name in desired if name not in current)
        if missing:
            now = (*now, *missing)
            one = len(missing) == 1
            params = {"extdomain": missing[0]} if one else {"extDomains": ",".join(missing)}
            summary = f"bind {', '.join(missing)} of {environment.label}"
            changes.append(PartChange(BIND if one else BIND_ALL, params, summary, now))
        for name in (name for name in current if purge and name not in desired):
            now = tuple(other for other in now if other != name)
            changes.append(PartChange(REMOVE, {"extdomain": name}, f"unbind {name} of {environment.label}", now))
        return changes

    def matches(self, found: Names, expected: Names) -> bool:
        return set(found) == set(expected)
