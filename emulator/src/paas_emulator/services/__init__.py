# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One file per service of the platform. Importing this package fills the registry."""

from __future__ import annotations

from paas_emulator.services import (
    environment_control,
    environment_tracking,
    users_account,
    users_authentication,
)

__all__ = ["environment_control", "environment_tracking", "users_account", "users_authentication"]
