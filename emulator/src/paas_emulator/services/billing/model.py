# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of an account: names as public scripts ask for them, values inferred."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from paas_emulator.control_values import number
from paas_emulator.errors import (
    LIMIT_EXCEEDED,
    PLATFORM,
    TOO_MANY_CLOUDLETS,
    TOO_MANY_ENVIRONMENTS,
    TOO_MANY_LAYER_NODES,
    TOO_MANY_NODES,
    ApiError,
    ResultCode,
)
from paas_emulator.store import Account, Environment, Store

ENVIRONMENTS = "environment.maxcount"
NODES = "environment.maxnodescount"
LAYER_NODES = "environment.maxsamenodescount"
CLOUDLETS = "environment.maxcloudletsperrec"
# Public addresses by whether they are IPv6: of an environment, and of a node (names and what they count read in public
# scripts of the platform; that there are limits of both is documented).
PUBLIC_ADDRESSES = {False: "environment.externalip.maxcount", True: "environment.externalipv6.maxcount"}
NODE_ADDRESSES = {kind: f"{name}.per.node" for kind, name in PUBLIC_ADDRESSES.items()}
DEFAULTS: dict[str, float] = {
    # Above what hosters allow, as tests of many environments are common.
    ENVIRONMENTS: 2000,
    # Of the size of a paid account; the documentation gives the names and leaves the values to the hoster.
    NODES: 100,
    LAYER_NODES: 50,
    CLOUDLETS: 256,
    "environment.delete.confirm.type": 0,
    # The values are the hoster's, and no environment that has been seen comes near these.
    **dict.fromkeys((*PUBLIC_ADDRESSES.values(), *NODE_ADDRESSES.values()), 100),
    # These are met in public scripts, which read their values. Nothing is enforced by them.
    "environment.jelasticssl.enabled": 1,
    "environment.externalip.enabled": 1,
    "environment.externalipv6.enabled": 1,
    "environment.endpoint.enabled": 1,
}


def value(account: Account, name: str) -> float | None:
    """An account's limit; None for a name that there is none of."""
    return account.quotas.get(name, DEFAULTS.get(name))


def replace(store: Store, wanted: Mapping[str, Any]) -> None:
    """Set the named limits of all accounts, all or none; null is the default again. Raises SettingError."""
    limits = {name: None if value is None else number(value, f"quota {name}") for name, value in wanted.items()}
    for account in store.accounts.values():
        account.quotas = {name: limit for name, limit in {**account.quotas, **limits}.items() if limit is not None}


def to_api(store: Store) -> dict[str, Any]:
    """Return the limits of each account by its login."""
    return {"quotas": {account.login: {**DEFAULTS, **account.quotas} for account in store.accounts.values()}}


def check(store: Store, environment: Environment, *, new: bool = True) -> None:
    """Raises ApiError where the environment goes beyond a limit of its owner; codes documented, wording inferred.

    new: it is not in the store yet and counts as one more of the account.
    """
    per_layer = Counter(node.layer for node in environment.nodes)
    account = store.accounts[environment.uid]
    own = len(store.environments_of(account.uid))
    found = (
        (ENVIRONMENTS, TOO_MANY_ENVIRONMENTS, own + 1 if new else 0, "environments of the account"),
        (NODES, TOO_MANY_NODES, len(environment.nodes), "nodes of the environment"),
        (LAYER_NODES, TOO_MANY_LAYER_NODES, max(per_layer.values(), default=0), "nodes of one layer"),
    )
    for name, code, count, what in found:
        _check(account, name, code, count, what)
    for ipv6 in PUBLIC_ADDRESSES:
        check_addresses(
            account, [sum((":" in one) is ipv6 for one in node.ext_ips) for node in environment.nodes], ipv6
        )
    check_cloudlets(account, max((node.flexible_cloudlets for node in environment.nodes), default=0))


def check_cloudlets(account: Account, cloudlets: int) -> None:
    """Raise ApiError for a node of more cloudlets than the account may have."""
    _check(account, CLOUDLETS, TOO_MANY_CLOUDLETS, cloudlets, "cloudlets of a node")


def check_addresses(account: Account, counts: Collection[int], ipv6: bool) -> None:
    """Raise ApiError for more public addresses of a kind than an environment or a node may have; counts: by node."""
    kind = "IPv6" if ipv6 else "IPv4"
    _check(account, PUBLIC_ADDRESSES[ipv6], LIMIT_EXCEEDED, sum(counts), f"public {kind} addresses of the environment")
    _check(account, NODE_ADDRESSES[ipv6], LIMIT_EXCEEDED, max(counts, default=0), f"public {kind} addresses of a node")


def _check(account: Account, name: str, code: ResultCode, count: int, what: str) -> None:
    limit = value(account, name)
    if limit is not None and count > limit:
        raise ApiError(code, f"quota [{name}]: {what}: {count} is more than {limit:g}", source=PLATFORM)
