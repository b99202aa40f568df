# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API methods that the module for SSH keys calls, and for which states."""

from __future__ import annotations

from ..._engine.permissions import Permission, Table, rows
from .resource import ADD, DELETE, GET, SshKey

KEY = Table(
    spec=SshKey.spec,
    permissions=rows(
        Permission(GET),
        Permission(ADD, frozenset({"present"}), private=True),
        # A key of the same title that differs is replaced.
        Permission(DELETE, private=True),
    ),
)
