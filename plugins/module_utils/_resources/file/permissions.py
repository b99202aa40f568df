# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API methods that ``paas_file`` calls, and for what."""

from __future__ import annotations

from ..._engine.permissions import Permission, Table, each, rows
from ..commands import BY_NODE
from ..environment.reader import GET as GET_ENVIRONMENT
from ..nodes import GET_LIST
from .model import ATTRIBUTES
from .resource import File
from .steps import APPEND, COPY, CREATE, DELETE, READ, WRITE

PERMISSIONS = Table(
    spec=File.spec,
    permissions=rows(
        # The nodes of a layer, and the operation that a task waits for.
        Permission(GET_ENVIRONMENT),
        # If there is no file, the task has to know whether there is a directory.
        Permission(GET_LIST),
        Permission(READ, frozenset({"file", "read"})),
        Permission(WRITE, frozenset({"file"})),
        Permission(CREATE, frozenset({"directory"})),
        Permission(DELETE, frozenset({"absent"})),
        Permission(COPY, frozenset({"file"}), frozenset({"backup"})),
        # Commands for what the File methods do not have: attributes, and contents that are not text.
        each((BY_NODE,), {"file", "directory"}, ATTRIBUTES),
        each((APPEND, BY_NODE), {"file"}, ("src", "encoding")),
        Permission(BY_NODE, frozenset({"read"})),
    ),
)
