# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloneEnv: a copy of an environment under a new name."""

from __future__ import annotations

import copy

from paas_emulator import secrets_at_rest
from paas_emulator.calls import Call
from paas_emulator.errors import application_not_exist
from paas_emulator.services.billing import model as quotas
from paas_emulator.services.control import creation
from paas_emulator.services.control.furnishing import furnish
from paas_emulator.statuses import Status
from paas_emulator.store import Environment


def source_of(call: Call) -> Environment:
    """The environment that `srcEnvName` names. Raises ApiError 11."""
    name = call.text("srcEnvName") or ""
    found = call.platform.store.environments.get(name.strip().lower())
    if found is None or found.uid != call.account.uid:
        raise application_not_exist(name)
    return found


def clone(call: Call, source: Environment) -> Environment:
    """Add the copy: new numbers and addresses; domains and the certificate stay with the source (inferred)."""
    store = call.platform.store
    environment = copy.deepcopy(source)
    environment.name = creation.free_name(store, call.text("dstEnvName") or "")
    quotas.check(store, environment)
    environment.appid = secrets_at_rest.new_appid()
    environment.created_on = call.platform.clock.text()
    environment.status = Status.CLONING
    environment.running = None
    environment.ext_domains = {}
    environment.domains = []
    environment.certificate = None
    numbers = {node.id: store.next_id("node") for node in environment.nodes}
    for node in environment.nodes:
        node.id = numbers[node.id]
        node.endpoints = []
        ipv4 = sum(":" not in address for address in node.ext_ips)
        node.ext_ips = creation.new_addresses(store, ipv4, len(node.ext_ips) - ipv4)
        for mount in node.mounts:
            mount["sourceNodeId"] = numbers.get(mount["sourceNodeId"], mount["sourceNodeId"])
    for kind, rows in (("rule", environment.firewall), ("trigger", environment.triggers)):
        for row in rows:
            row["id"] = store.next_id(kind)
    store.environments[environment.name] = environment
    furnish(store, environment)
    return environment
