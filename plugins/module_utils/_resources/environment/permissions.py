# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API methods that the modules for environments call, and for which states and options."""

from __future__ import annotations

from dataclasses import replace

from ..._engine.permissions import Permission, Table, each, rows
from ..environments.desired import SET_SPEC
from .desired import PURGED_WITH, SPEC
from .info import EnvironmentInfo
from .layer_fields import LAYER_FIELDS, TOPOLOGY_FIELDS, By
from .layers import CHANGE_TOPOLOGY
from .parts.table import LAYER_PARTS, PARTS
from .parts.variables import GET_VARIABLES
from .plan_builder import CLONE, CREATE, DELETE, PUT_TO_SLEEP, REDEPLOY, RESTART, START, STOP
from .reader import GET, GET_ALL
from .settings import SETTINGS
from .statuses import STATES

THERE = frozenset(STATES) - {"absent"}
# What ``present`` and options say beside ``state``; the other states start and stop in any case.
AS_IT_IS = frozenset({"present"})

MAKES_LAYERS = frozenset({"nodes.node_type", "nodes.image"})
TOPOLOGY = MAKES_LAYERS.union(
    {"purge.nodes"}, (row.name for row in SETTINGS), (f"nodes.{row.name}" for row in TOPOLOGY_FIELDS)
)
# An image may be written with its tag.
TAGS = {"nodes.image", *(f"nodes.{row.name}" for row in LAYER_FIELDS if row.changed_by is By.REDEPLOY)}
# Changes for which a stopped environment is started, and stopped again.
RUNNING = frozenset(TAGS).union(*(part.starts for part in LAYER_PARTS))
# Changes for which a sleeping one is woken, and put to sleep again.
AWAKE = RUNNING.union(TOPOLOGY, (part.name for part in PARTS if part.wakes), *(part.wakes for part in LAYER_PARTS))

_STATUS = rows(
    Permission(DELETE, frozenset({"absent"})),
    # From whatever status it is in.
    Permission(START, THERE - AS_IT_IS, waking=True),
    Permission(START, AS_IT_IS, AWAKE, waking=True),
    Permission(STOP, frozenset({"stopped"})),
    Permission(STOP, AS_IT_IS, RUNNING, waking=True),
    Permission(PUT_TO_SLEEP, frozenset({"sleeping"})),
    Permission(PUT_TO_SLEEP, AS_IT_IS, AWAKE, waking=True),
    Permission(RESTART, frozenset({"restarted"})),
    Permission(REDEPLOY, frozenset({"redeployed"})),
)
_ITSELF = rows(
    Permission(CREATE, THERE, MAKES_LAYERS),
    Permission(CLONE, THERE, frozenset({"clone_from"})),
    Permission(CHANGE_TOPOLOGY, THERE, TOPOLOGY),
    each((REDEPLOY,), THERE, TAGS),
    *(each((row.own_method,), THERE, {f"nodes.{row.name}"}) for row in LAYER_FIELDS if row.own_method),
)
_OF_PARTS = rows(*(part.permissions for part in LAYER_PARTS), *(part.permissions for part in PARTS))
_PARTS = tuple(replace(permission, states=THERE) for permission in _OF_PARTS)
# What a kind of ``purge`` is about, without which it has no effect.
_NEEDS = {f"purge.{kind}": option for kind, option in PURGED_WITH.items()}
ONE = Table(spec=SPEC, permissions=rows(Permission(GET), _STATUS, _ITSELF, _PARTS), needs=_NEEDS)
MANY = Table(
    spec=SET_SPEC,
    permissions=rows(Permission(GET_ALL), ONE.permissions, Permission(DELETE, options=frozenset({"prune"}))),
    needs=_NEEDS,
    entries="environments",
)
INFO = Table(
    spec=EnvironmentInfo.spec,
    permissions=rows(
        Permission(GET_ALL),
        Permission(GET, options=frozenset({"name"})),
        Permission(GET_VARIABLES, options=frozenset({"encrypted_env"}), on_request=True),
    ),
)
