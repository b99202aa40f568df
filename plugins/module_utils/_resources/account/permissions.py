# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API methods that the module for the account calls, and for which options."""

from __future__ import annotations

from ..._engine.permissions import Permission, Table, rows
from .info import GET_ACCOUNT, GET_QUOTAS, GET_USER, AccountInfo

ACCOUNT = Table(
    spec=AccountInfo.spec,
    permissions=rows(
        Permission(GET_USER),
        Permission(GET_ACCOUNT, options=frozenset({"billing"})),
        Permission(GET_QUOTAS, options=frozenset({"quotas"})),
    ),
)
