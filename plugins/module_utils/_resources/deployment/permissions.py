# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API methods that ``paas_deployment`` calls, and for which states and options."""

from __future__ import annotations

from ..._engine.permissions import Permission, Table, each, rows
from ..environment.reader import GET as GET_ENVIRONMENT
from .resource import CREATE, DELETE, DEPLOY, EDIT, GET, GET_PROJECT, UNDEPLOY, UPDATE, UPLOAD, Deployment

_REPOSITORY, _ARCHIVE = frozenset({"repository"}), frozenset({"archive"})
PERMISSIONS = Table(
    spec=Deployment.spec,
    permissions=rows(
        # To wait for a running operation.
        each((GET, GET_PROJECT, GET_ENVIRONMENT)),
        Permission(UPLOAD, frozenset({"present"}), frozenset({"archive.src"})),
        Permission(DEPLOY, frozenset({"present"}), _ARCHIVE),
        Permission(UNDEPLOY, frozenset({"absent"})),
        Permission(UNDEPLOY, frozenset({"present"}), _REPOSITORY),
        Permission(DELETE, frozenset({"absent"})),
        Permission(DELETE, frozenset({"present"}), _ARCHIVE),
        each((CREATE, EDIT, UPDATE), {"present"}, _REPOSITORY),
    ),
)
