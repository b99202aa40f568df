# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API methods that the modules for environments call, and for which states and options."""

from __future__ import annotations

from ..._engine.permissions import Permission, Table, each, rows
from ..environments.resource import EnvironmentSet
from .compare import SETTINGS
from .fields import TOPOLOGY_FIELDS
from .info import EnvironmentInfo
from .options import STATES
from .parts import certificate, domains, endpoints, firewall, triggers
from .plan import ATTACH_GROUP, DETACH_GROUP, MIGRATE
from .plan_builder import CLONE, CREATE, DELETE, PUT_TO_SLEEP, REDEPLOY, RENAME, RESTART, START, STOP
from .plan_layers import (
    ADD_MOUNT,
    ADD_VARIABLES,
    ADD_VOLUMES,
    CHANGE_TOPOLOGY,
    EDIT_LAYER,
    NAME_LAYER,
    REMOVE_MOUNT,
    REMOVE_VARIABLES,
    REMOVE_VOLUMES,
    SET_SLB,
)
from .reader import GET, GET_ALL, GET_MOUNTS, GET_VARIABLES, GET_VOLUMES
from .resource import OneEnvironment

THERE = frozenset(STATES) - {"absent"}
# What ``present`` and options say beside ``state``; the other states start and stop in any case.
AS_IT_IS = frozenset({"present"})

MAKES_LAYERS = frozenset({"nodes.node_type", "nodes.image"})
TOPOLOGY = frozenset({*SETTINGS, *MAKES_LAYERS, "purge.nodes", *(f"nodes.{name}" for name in TOPOLOGY_FIELDS)})
# An image may be written with its tag.
TAGS = frozenset({"nodes.tag", "nodes.image"})
MOUNTS = frozenset({"nodes.volume_mounts"})
VOLUMES = frozenset({"nodes.volumes"})
# Changes for which a stopped environment is started, and stopped again.
RUNNING = TAGS | MOUNTS
# Changes for which a sleeping one is woken, and put to sleep again.
AWAKE = RUNNING | VOLUMES | TOPOLOGY | {"region"}

# What a kind of ``purge`` is about, without which it has no effect.
PURGED_WITH = {
    "purge.nodes": "nodes",
    "purge.env": "nodes.env",
    "purge.volumes": "nodes.volumes",
    "purge.volume_mounts": "nodes.volume_mounts",
    "purge.env_groups": "env_groups",
    "purge.domains": "domains",
    "purge.endpoints": "endpoints",
    "purge.firewall": "firewall",
    "purge.triggers": "triggers",
}

_STATUS = rows(
    Permission(DELETE, frozenset({"absent"})),
    # From whatever status it is in.
    Permission(START, THERE - AS_IT_IS),
    Permission(START, AS_IT_IS, AWAKE),
    Permission(STOP, frozenset({"stopped"})),
    Permission(STOP, AS_IT_IS, RUNNING),
    Permission(PUT_TO_SLEEP, frozenset({"sleeping"})),
    Permission(PUT_TO_SLEEP, AS_IT_IS, AWAKE),
    Permission(RESTART, frozenset({"restarted"})),
    Permission(REDEPLOY, frozenset({"redeployed"})),
)
_ITSELF = rows(
    Permission(CREATE, THERE, MAKES_LAYERS),
    Permission(CLONE, THERE, frozenset({"clone_from"})),
    Permission(CHANGE_TOPOLOGY, THERE, TOPOLOGY),
    Permission(MIGRATE, THERE, frozenset({"region"})),
    Permission(RENAME, THERE, frozenset({"display_name"})),
    Permission(ATTACH_GROUP, THERE, frozenset({"env_groups"})),
    Permission(DETACH_GROUP, THERE, frozenset({"purge.env_groups"})),
)
_LAYERS = rows(
    Permission(NAME_LAYER, THERE, frozenset({"nodes.display_name"})),
    Permission(SET_SLB, THERE, frozenset({"nodes.slb_access"})),
    Permission(EDIT_LAYER, THERE, frozenset({"nodes.restart_delay"})),
    Permission(REDEPLOY, THERE, TAGS),
    each((GET_VARIABLES, ADD_VARIABLES, REMOVE_VARIABLES), THERE, {"nodes.env"}),
    each((GET_VOLUMES, ADD_VOLUMES), THERE, VOLUMES),
    # Before volumes go it has to be known which of them are mounts.
    each((GET_MOUNTS, REMOVE_VOLUMES), THERE, {"purge.volumes"}),
    each((GET_MOUNTS, ADD_MOUNT, REMOVE_MOUNT), THERE, MOUNTS),
)
_PARTS = rows(
    each((domains.BIND, domains.BIND_ALL), THERE, {"domains"}),
    Permission(domains.REMOVE, THERE, frozenset({"purge.domains"})),
    each((certificate.GET, certificate.BIND, certificate.REMOVE), THERE, {"ssl_certificate"}),
    each((endpoints.ADD, endpoints.EDIT), THERE, {"endpoints"}),
    Permission(endpoints.REMOVE, THERE, frozenset({"purge.endpoints"})),
    each((firewall.GET, firewall.ADD, firewall.ADD_ALL, firewall.EDIT), THERE, {"firewall"}),
    Permission(firewall.REMOVE, THERE, frozenset({"purge.firewall"})),
    each((triggers.GET, triggers.ADD, triggers.EDIT), THERE, {"triggers"}),
    Permission(triggers.DELETE, THERE, frozenset({"purge.triggers"})),
)
ONE = Table(
    spec=OneEnvironment.spec,
    permissions=rows(Permission(GET), _STATUS, _ITSELF, _LAYERS, _PARTS),
    needs=PURGED_WITH,
)
MANY = Table(
    spec=EnvironmentSet.spec,
    permissions=rows(Permission(GET_ALL), ONE.permissions, Permission(DELETE, options=frozenset({"prune"}))),
    needs=PURGED_WITH,
    entries="environments",
)
INFO = Table(
    spec=EnvironmentInfo.spec,
    permissions=rows(Permission(GET_ALL), Permission(GET, options=frozenset({"name"}))),
)
