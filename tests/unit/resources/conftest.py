# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform of tests that need no other one."""

from __future__ import annotations

import pytest

from tests.unit.resources.environment_platform import Platform


@pytest.fixture
def platform() -> Platform:
    """Without environments."""
    return Platform()
