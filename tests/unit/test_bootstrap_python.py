# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ``bootstrap_python``: the commands that its raw tasks run, with package managers that only note how."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

PLAYBOOK = Path(__file__).resolve().parents[2] / "playbooks" / "bootstrap_python.yml"
RAW = "ansible.builtin.raw"


@pytest.fixture(scope="module")
def tasks() -> dict[str, dict[str, Any]]:
    """By name."""
    (play,) = yaml.safe_load(PLAYBOOK.read_text(encoding="utf-8"))
    return {task["name"]: task for task in play["tasks"]}


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command with no programs but those of a folder."""
    return subprocess.run(
        ["/bin/sh", "-c", command], env={"PATH": str(folder)}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("manager", "lines"),
    [
        ("apt-get", ["update -q", "install -y -q python3 noninteractive"]),
        ("dnf", ["install -y -q python3"]),
        ("microdnf", ["install -y python3"]),
        ("yum", ["install -y -q python3"]),
        ("apk", ["add -q python3"]),
        ("zypper", ["-q install -y python3"]),
    ],
)
def test_each_package_manager(tasks: dict[str, Any], tmp_path: Path, manager: str, lines: list[str]) -> None:
    program = tmp_path / manager
    program.write_text(f'#!/bin/sh\necho "$@" $DEBIAN_FRONTEND >>{tmp_path}/log\n')
    program.chmod(0o755)
    assert run(tasks["Install Python"][RAW], tmp_path).returncode == 0
    assert (tmp_path / "log").read_text().splitlines() == lines


def test_no_package_manager(tasks: dict[str, Any], tmp_path: Path) -> None:
    done = run(tasks["Install Python"][RAW], tmp_path)
    assert (done.returncode, done.stderr) == (1, "no package manager was found; use an image with Python\n")


def test_only_where_python_is_missing(tasks: dict[str, Any], tmp_path: Path) -> None:
    assert not run(tasks["Look for Python"][RAW], tmp_path).stdout
    (tmp_path / "python3").touch(mode=0o755)
    assert run(tasks["Look for Python"][RAW], tmp_path).stdout
    assert tasks["Install Python"]["when"] == "not bootstrap_python__found.stdout"
