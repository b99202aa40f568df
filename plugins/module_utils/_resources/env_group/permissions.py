# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API methods that the module for groups calls, and for which states and options."""

from __future__ import annotations

from ..._engine.permissions import Permission, Table, rows
from .resource import CREATE, EDIT, GET, ISOLATE, REMOVE, EnvGroup

PRESENT = frozenset({"present"})

GROUP = Table(
    spec=EnvGroup.spec,
    permissions=rows(
        Permission(GET),
        Permission(CREATE, PRESENT),
        Permission(EDIT, PRESENT, frozenset({"old_name", "color", "visibility"})),
        Permission(ISOLATE, PRESENT, frozenset({"isolated"})),
        Permission(REMOVE, frozenset({"absent"})),
    ),
)
