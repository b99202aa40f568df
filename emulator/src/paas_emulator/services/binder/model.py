# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains: names of users bound to environments, and additional names below the platform's own."""

from __future__ import annotations

import re
from typing import Any

from paas_emulator.errors import DOMAIN_BUSY, NOT_FOUND, PLATFORM, ApiError, invalid_parameter
from paas_emulator.services.control import serializers
from paas_emulator.store import Environment, Store

_DOMAIN = re.compile(r"(\*\.)?([a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def read(text: str | None, parameter: str) -> str:
    """A domain in lower case, without a dot at the end. Raises ApiError 3."""
    domain = (text or "").strip().lower().rstrip(".")
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise invalid_parameter(parameter)
    return domain


def check_free(store: Store, domain: str, own: Environment | None) -> None:
    """Raises ApiError 2330 where it is bound to another environment than `own`, of whatever account."""
    for other in store.environments.values():
        if other is not own and domain in other.ext_domains:
            raise ApiError(DOMAIN_BUSY, f"domain [{domain}] is bound to another environment", source=PLATFORM)


def check_bound(environment: Environment, domain: str) -> None:
    """Raises ApiError 5 where it is not bound to the environment; wording inferred."""
    if domain not in environment.ext_domains:
        raise ApiError(NOT_FOUND, f"domain [{domain}] not found", source=PLATFORM)


def label(text: str, parameter: str) -> str:
    """The first part of an additional domain; a whole one of this platform will do. Raises ApiError 3."""
    name = text.strip().lower()
    if not _LABEL.fullmatch(name):
        raise invalid_parameter(parameter)
    return name


def base(environment: Environment, row: dict[str, Any]) -> str:
    """What an additional domain of the environment, a layer or a node stands before (inferred for layers)."""
    domain = serializers.domain(environment)
    if row.get("nodeId"):
        return f"node{row['nodeId']}-{domain}"
    return f"{row['nodeGroup']}.{domain}" if row.get("nodeGroup") else domain


def shown(environment: Environment, row: dict[str, Any], short: bool) -> str:
    """An additional domain: `name.my-env.<domain of the platform>`, or without that domain."""
    long = f"{row['name']}{row['separator']}{base(environment, row)}"
    return long.removesuffix(f".{environment.domain}") if short else long


def taken(store: Store, domain: str) -> bool:
    """Whether an environment or an additional domain has that name."""
    return any(
        domain == serializers.domain(item) or any(domain == shown(item, row, short=False) for row in item.domains)
        for item in store.environments.values()
    )
