# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API method that the module for regions calls."""

from __future__ import annotations

from ..._engine.permissions import Permission, Table, rows
from .info import GET, RegionInfo

REGION = Table(spec=RegionInfo.spec, permissions=rows(Permission(GET)))
