# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller whose jobs call the emulator."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.conftest import _theatre
from tests.integration.support import Emulator
from tests.runner.awx import Controller

__all__ = ["_theatre"]


@pytest.fixture
def controller(emulator: Emulator, tmp_path: Path) -> Controller:
    """A controller with an account credential, whose store outlives the jobs, and a token credential."""
    return Controller(tmp_path, emulator)
