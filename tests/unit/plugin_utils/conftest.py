# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The place of the store that a test works with, and nodes for tests of the connection."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.plugin_utils.node_shell import SHELLS, ShellNode


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.yml"


@pytest.fixture(params=SHELLS)
def node(request: pytest.FixtureRequest, tmp_path: Path) -> ShellNode:
    """A node, for each shell of this machine. No process that removes old files starts in it."""
    return _node(tmp_path, request.param)


@pytest.fixture
def one(tmp_path: Path) -> ShellNode:
    """A node in the machine's usual shell."""
    return _node(tmp_path, "sh")


def _node(folder: Path, shell: str) -> ShellNode:
    (folder / f".paas_exec-{os.getuid()}").mkdir(mode=0o700)
    (folder / f".paas_exec-{os.getuid()}" / "z").mkdir()
    return ShellNode(folder, shell)
