# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What these tests share with those of playbooks and of processes that are killed."""

from __future__ import annotations

from tests.faults.conftest import task_processes
from tests.integration.conftest import _pools, cold_player, player, wait

__all__ = ["_pools", "cold_player", "player", "task_processes", "wait"]
