# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``controller`` against the double: what it refuses, and what it makes. Its molecule scenario has more."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.support import WORKSPACE, Player, Run
from tests.runner.awx import PLAYBOOKS, PREFIX, ROOT
from tests.runner.double.server import Server, serving
from tests.runner.double.store import Store, User

INSIDE = Path("ansible_collections")
SECRET = secrets.token_hex(12)
ACCOUNT = {"paas_api_url": "https://app.example.com", "paas_login": "ops@example.com", "paas_password": SECRET}
GIT = "https://git.example.com/ops/inet.elastic.git"


def _play(tmp_path: Path, collections: Path, *arguments: str, **variables: Any) -> Run:
    role = {"ansible.builtin.include_role": {"name": "inet.elastic.controller"}, "vars": variables}
    player = Player(tmp_path, "", None, verbosity=0, environment={"ANSIBLE_COLLECTIONS_PATH": str(collections)})
    return player.play([{"name": "The role", **role}], *arguments)


def _message(ended: Run) -> str:
    """The message that the role fails with."""
    assert ended.code == 2
    failed = [result for _, result in ended.results if result["failed"]][-1]
    items = [str(each["msg"]) for each in failed.get("results", []) if each.get("failed")]
    return items[0] if items else str(failed["msg"])


def test_without_awx_awx_it_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / INSIDE).mkdir()
    (tmp_path / INSIDE / "inet").symlink_to(WORKSPACE / INSIDE / "inet")
    assert _message(_play(tmp_path, tmp_path)) == (
        "the role inet.elastic.controller needs the collection awx.awx: "
        'install it with "ansible-galaxy collection install awx.awx"'
    )


class Organization:
    """Runs the role for one organization of a double."""

    def __init__(self, folder: Path, server: Server, store: Store) -> None:
        self.folder = folder
        self.server = server
        self.store = store

    def run(self, *arguments: str, token: str = "root", **variables: Any) -> Run:
        """Run the role with one job template, unless told otherwise."""
        own = {
            "controller_host": self.server.url,
            "controller_oauthtoken": token,
            "controller_credential_inputs": ACCOUNT,
            "controller_token_description": "nightly",
            "controller_delivery_credential_inputs": {"host": self.server.url, "oauth_token": SECRET},
            "controller_project_scm_url": GIT,
            "controller_job_templates": ["stop_environments"],
        }
        self.server.calls.clear()
        return _play(self.folder, WORKSPACE, *arguments, **{**own, **variables})

    def changed(self, *arguments: str, **variables: Any) -> list[str]:
        """Tasks that changed something in a run that ends well."""
        ended = self.run(*arguments, **variables)
        assert ended.code == 0, _message(ended)
        return [task.rpartition(" : ")[2] for task, result in ended.results if result.get("changed")]


@pytest.fixture
def store() -> Store:
    return Store(PLAYBOOKS)


@pytest.fixture
def organization(tmp_path: Path, store: Store) -> Iterator[Organization]:
    users = {"root": ROOT, "org": User("org", organization=store.organization)}
    with serving(store, users) as server:
        yield Organization(tmp_path, server, store)


def test_first(organization: Organization) -> None:
    print(organization.changed())
    import json
    print(json.dumps(organization.store.overview(), indent=1)[-3000:])
    print(organization.changed())
    assert 0
