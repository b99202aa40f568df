# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The local connection by another name, so that our action plugins do not take the controller for the host."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = r"""
name: own_process
short_description: Run modules on this machine in processes of their own
description:
  - The connection M(ansible.builtin.local) by another name.
author:
  - inet.elastic authors (@inet-elastic)
version_added: 0.1.0
"""


class Connection(Local):
    """See :class:`ansible.plugins.connection.local.Connection`."""

    transport = "own_process"
