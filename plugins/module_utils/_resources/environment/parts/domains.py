# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""External domains bound to an environment."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ...._client.client import PlatformClient
from ...._client.errors import require
from ..model import Environment
from .base import PartChange

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


class Domains:
    """``domains``: shown by GetEnvInfo, so read without a call."""

    name = "domains"
    shown_as = "domains"
    free = True
    options: dict[str, dict[str, Any]] = {"domains": {"type": "list", "elements": "str"}}
    purgeable = True

    def desired(self, options: Mapping[str, Any]) -> Names | None:
        """See :class:`Part`."""
        given = options.get("domains")
        return None if given is None else tuple(dict.fromkeys(map(domain_name, given)))

    def read(self, client: PlatformClient | None, environment: Environment) -> Names:
        """See :class:`Part`."""
        return tuple(dict.fromkeys(_plain(name) for name in environment.domains or ()))

    def fresh(self, environment: Environment) -> Names:
        """See :class:`Part`."""
        return ()

    def without(self, current: Names, layers: Collection[str | None]) -> Names:
        """See :class:`Part`."""
        return current

    def plan(self, current: Names, desired: Names, environment: Environment, *, purge: bool) -> list[PartChange[Names]]:
        """One call for all that are missing, one for each that goes, as the platform has none for several."""
        changes: list[PartChange[Names]] = []
        now = current
        missing = tuple(name for name in desired if name not in current)
        if missing:
            now = (*now, *missing)
            one = len(missing) == 1
            params = {"extdomain": missing[0]} if one else {"extDomains": ",".join(missing)}
            changes.append(PartChange(BIND if one else BIND_ALL, params, f"bind {', '.join(missing)}", now))
        for name in (name for name in current if purge and name not in desired):
            now = tuple(other for other in now if other != name)
            changes.append(PartChange(REMOVE, {"extdomain": name}, f"unbind {name}", now))
        return changes

    def to_result(self, current: Names) -> list[str]:
        """See :class:`Part`."""
        return list(current)

    def reached(self, found: Names, expected: Names) -> bool:
        """See :class:`Part`."""
        return set(found) == set(expected)
