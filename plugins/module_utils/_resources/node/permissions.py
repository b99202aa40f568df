# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API methods that the modules for nodes call, and for which states and options."""

from __future__ import annotations

from ..._engine.permissions import Permission, Table, each, rows
from ..environment.reader import GET
from .execution import BY_LAYER, BY_NODE, Exec
from .file import CREATE, DELETE, READ, WRITE, File
from .places import GET_LIST

LAYER = frozenset({"node_group"})

EXEC = Table(
    spec=Exec.spec,
    permissions=rows(
        Permission(BY_LAYER, options=LAYER),
        Permission(BY_NODE, options=frozenset({"node_id"})),
        Permission(GET_LIST, options=frozenset({"creates", "removes"})),
    ),
)
FILE = Table(
    spec=File.spec,
    permissions=rows(
        Permission(GET, options=LAYER),
        # Where there is no file, it has to be known whether there is a directory.
        Permission(GET_LIST),
        each((READ, WRITE), {"file"}),
        Permission(CREATE, frozenset({"directory"})),
        Permission(DELETE, frozenset({"absent"})),
    ),
)
