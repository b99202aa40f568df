# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Examples of documents that set up AWX, or deliver to it, run in check mode against a double of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.documented_runs import TABLE, ExampleRunner
from tests.integration.scenario import CODE
from tests.integration.support import PROJECT, Emulator, Player
from tests.integration.warm import warm
from tests.runner.double.server import serving
from tests.runner.double.store import Store, User

GROUPS = [name for name, group in TABLE["groups"].items() if group.get("controller")]


@pytest.fixture
def double() -> Iterator[dict[str, str]]:
    """Address and token of a double of AWX that has what examples presuppose."""
    token, admin = secrets.token_hex(16), User("admin")
    store = Store([f"playbooks/{path.name}" for path in (PROJECT / "playbooks").glob("*.yml")])
    number = store.add("organizations", {"name": "Operations"}, admin)["id"]
    for kind, name in (("notification_templates", "Operations by mail"), ("teams", "Developers")):
        store.add(kind, {"name": name, "organization": number}, admin)
    with serving(store, {token: admin}) as server:
        yield {"awx": server.url, "awx_token": token}


@pytest.mark.parametrize("group", GROUPS)
def test_examples_run(group: str, emulator: Emulator, double: dict[str, str], tmp_path: Path) -> None:
    """No task fails, each one is reached, and check mode changes nothing on the platform."""
    quick = {"ANSIBLE_PIPELINING": "true", "ANSIBLE_MODULE_COMPRESSION": "ZIP_STORED"}
    password = secrets.token_hex(12)
    player = Player(tmp_path, emulator.url, emulator.account, vault_password=password, environment=quick)
    runner = ExampleRunner(player, emulator, group, double, connection="elsewhere")
    with warm(player.full_environment(), tmp_path, CODE) as address:
        player.environment["WARM_SOCKET"] = address
        found = runner.run()
    assert found == [], "\n".join(found)
