# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API methods that the module for packages calls, and for which states."""

from __future__ import annotations

from ..._engine.permissions import Permission, Table, rows
from ..environment.reader import GET
from .resource import GET_LIST, INSTALL, UNINSTALL, Package

PACKAGE = Table(
    spec=Package.spec,
    permissions=rows(
        Permission(GET_LIST),
        # After a lost answer: whether the work is still going on.
        Permission(GET),
        Permission(INSTALL, frozenset({"present"})),
        Permission(UNINSTALL, frozenset({"absent"})),
    ),
)
