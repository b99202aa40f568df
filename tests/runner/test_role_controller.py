# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role ``controller`` says before it can do anything; its scenario of molecule has the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.support import WORKSPACE, Player

INSIDE = Path("ansible_collections")


def _said(tmp_path: Path, collections: Path, **variables: Any) -> str:
    """The message that the role fails with."""
    role = {"ansible.builtin.include_role": {"name": "inet.elastic.controller"}, "vars": variables}
    player = Player(tmp_path, "", None, verbosity=0, environment={"ANSIBLE_COLLECTIONS_PATH": str(collections)})
    ended = player.play([{"name": "The role", **role}])
    assert ended.code == 2
    failed = [result for _, result in ended.results if result["failed"]]
    return str(failed[-1]["msg"])


def test_without_awx_awx_it_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / INSIDE).mkdir()
    (tmp_path / INSIDE / "inet").symlink_to(WORKSPACE / INSIDE / "inet")
    assert _said(tmp_path, tmp_path) == (
        "the role inet.elastic.controller needs the collection awx.awx: "
        'install it with "ansible-galaxy collection install awx.awx"'
    )


@pytest.mark.parametrize(
    "variables",
    [
        {"controller_job_template_variables": {"rotate": {}}},
        {
            "controller_job_templates": ["audit_tokens"],
            "controller_schedules": [{"name": "a", "job_template": "rotate_tokens", "time": "1", "rule": "x"}],
        },
    ],
    ids=["variables of no job template", "a schedule of one that is not made"],
)
def test_names_that_are_not_known(tmp_path: Path, variables: dict[str, Any]) -> None:
    said = _said(tmp_path, WORKSPACE, **variables)
    assert said.startswith("controller_job_templates and controller_job_template_variables may name rotate_tokens, ")
