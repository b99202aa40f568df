# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of an account: names as the platform's scripts ask for them, values invented."""

from __future__ import annotations

from collections import Counter

from paas_emulator.errors import (
    PLATFORM,
    TOO_MANY_CLOUDLETS,
    TOO_MANY_ENVIRONMENTS,
    TOO_MANY_LAYER_NODES,
    TOO_MANY_NODES,
    ApiError,
)
from paas_emulator.store import Account, Environment, Store

ENVIRONMENTS = "environment.maxcount"
NODES = "environment.maxnodescount"
LAYER_NODES = "environment.maxsamenodescount"
CLOUDLETS = "environment.maxcloudletsperrec"
DEFAULTS: dict[str, float] = {
    ENVIRONMENTS: 2000,
    NODES: 1000,
    LAYER_NODES: 500,
    CLOUDLETS: 1024,
    "environment.delete.confirm.type": 0,
    # Met in public scripts, which read their values; nothing is enforced by them.
    "environment.jelasticssl.enabled": 1,
    "environment.externalip.enabled": 1,
    "environment.externalip.maxcount": 10,
    "environment.endpoint.enabled": 1,
}


def value(account: Account, name: str) -> float | None:
    """An account's limit; None for a name that there is none of."""
    return account.quotas.get(name, DEFAULTS.get(name))


def check(account: Account, store: Store, environment: Environment, *, new: bool = True) -> None:
    """Raises ApiError where the environment goes beyond a limit; codes documented, wording inferred.

    new: it is not in the store yet and counts as one more of the account.
    """
    per_layer = Counter(node.layer for node in environment.nodes)
    cloudlets = [node.flexible_cloudlets for node in environment.nodes]
    own = len(store.environments_of(account.uid))
    found = (
        (ENVIRONMENTS, TOO_MANY_ENVIRONMENTS, own + 1 if new else 0, "environments of the account"),
        (NODES, TOO_MANY_NODES, len(environment.nodes), "nodes of the environment"),
        (LAYER_NODES, TOO_MANY_LAYER_NODES, max(per_layer.values(), default=0), "nodes of one layer"),
        (CLOUDLETS, TOO_MANY_CLOUDLETS, max(cloudlets, default=0), "cloudlets of a node"),
    )
    for name, code, count, what in found:
        limit = value(account, name)
        if limit is not None and count > limit:
            raise ApiError(code, f"quota [{name}]: {what}: {count} is more than {limit:g}", source=PLATFORM)
