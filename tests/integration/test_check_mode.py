# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole play in check mode on an account where nothing exists yet, then for real, and its clean-up twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.support import Emulator, Player

ENVIRONMENT, FILE = "inet.elastic.paas_environment", "inet.elastic.paas_file"
EXEC, PACKAGE = "inet.elastic.paas_exec", "inet.elastic.paas_package"
WHERE: dict[str, Any] = {"environment": "new-forum", "node_group": "cp"}
MANIFEST = {"type": "update", "name": "mark", "onInstall": {"createFile [cp]": "/srv/mark"}}
PLAY: list[dict[str, Any]] = [
    {"name": "group", "inet.elastic.paas_env_group": {"name": "forums"}},
    {"name": "create", ENVIRONMENT: {"name": "new-forum", "nodes": [{"node_group": "cp", "node_type": "nginx"}]}},
    {"name": "file", FILE: {**WHERE, "path": "/srv/motd", "content": "hello"}},
    {"name": "directory", FILE: {**WHERE, "path": "/srv/uploads", "state": "directory"}},
    {"name": "commands", EXEC: {**WHERE, "commands": ["touch /srv/a", "touch /srv/b"], "creates": "/srv/b"}},
    {"name": "package", PACKAGE: {"environment": "new-forum", "manifest": MANIFEST}},
    {"name": "settings", ENVIRONMENT: {"name": "new-forum", "display_name": "Forum", "env_groups": ["forums"]}},
    {"name": "started", ENVIRONMENT: {"name": "new-forum", "state": "started"}},
    {"name": "copy", ENVIRONMENT: {"name": "staging-forum", "clone_from": "new-forum", "state": "stopped"}},
    {
        "name": "set",
        "inet.elastic.paas_environments": {"environments": [{"name": "new-forum", "state": "sleeping"}]},
    },
]
WARNED = ["file", "directory", "commands", "settings", "started", "copy", "set"]
CLEANUP: list[dict[str, Any]] = [
    {"name": "uninstalled", PACKAGE: {"environment": "new-forum", "name": "mark", "state": "absent"}},
    {"name": "no file", FILE: {**WHERE, "path": "/srv/motd", "state": "absent"}},
    {"name": "no command", EXEC: {**WHERE, "command": "rm -r /srv/uploads", "removes": "/srv/uploads"}},
    {"name": "gone", ENVIRONMENT: {"name": "new-forum", "state": "absent", "delete_confirm": "password"}},
]


@pytest.mark.parametrize("connection", ["local", "elsewhere"])
def test_a_new_account(emulator: Emulator, player: Player, connection: str) -> None:
    """In the controller process and as modules; the prediction is what the run then does."""
    variables = {"ansible_connection": connection}
    predicted = player.play(PLAY, "--check", vars=variables)
    assert predicted.code == 0, predicted.output[-2000:]
    assert emulator.writes == []
    warnings = {task["name"]: predicted.result(task["name"]).get("warnings", []) for task in PLAY}
    assert [name for name, given in warnings.items() if given] == WARNED
    assert all(
        "check mode assumes that an earlier task creates it" in text for name in WARNED for text in warnings[name]
    )
    real = player.play(PLAY, vars=variables)
    assert real.code == 0, real.output[-2000:]
    for name in (task["name"] for task in PLAY):
        before, after = predicted.result(name), real.result(name)
        assert before["changed"] is after["changed"], name
        assert before.keys() - {"warnings"} == after.keys(), name


@pytest.mark.parametrize("arguments", [[], ["--check"]], ids=["run", "check"])
def test_a_clean_up_where_everything_is_gone(emulator: Emulator, player: Player, arguments: list[str]) -> None:
    run = player.play(CLEANUP, *arguments)
    assert run.code == 0, run.output[-2000:]
    assert [run.result(task["name"])["changed"] for task in CLEANUP] == [False] * len(CLEANUP)
    assert emulator.writes == []
