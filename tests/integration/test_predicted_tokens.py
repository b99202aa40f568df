# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays in check mode whose token does not exist yet: they run to their end, and no task calls with a made-up value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import PREDICTED_TOKEN
from tests.integration.parity import Comparison
from tests.integration.scenario import HERE, MODULE, WAYS
from tests.integration.support import Emulator, Player, short
from tests.unit.documented_blocks import blocks_of

ENVIRONMENT = "inet.elastic.paas_environment"
SKIPPED = (
    "session is the placeholder of a token that an earlier task has only predicted, so this task is skipped in check "
    "mode and makes no call"
)
GUIDE = Path("docs/docsite/rst/guide_tokens.rst")
REFUSED = (
    "session is the placeholder that the lookup inet.elastic.paas_token answers in check mode; look the token up in "
    "the run that uses it, and do not set check_mode: false on a task whose token is only predicted"
)


def token(description: str, **options: Any) -> str:
    """The template of a lookup."""
    given = "".join(f", {name}={value!r}" for name, value in {"store": "tokens.yml", **options}.items())
    return f"{{{{ lookup('inet.elastic.paas_token', {description!r}{given}) }}}}"


def pair_of_the_guide() -> list[dict[str, Any]]:
    """Its token, and the task that uses the token."""
    (block,) = [item for item in blocks_of(GUIDE) if "Create the nightly token" in item.text]
    tasks: list[dict[str, Any]] = yaml.safe_load(block.text)
    assert [set(task) - {"name"} for task in tasks] == [{"inet.elastic.paas_token"}, {ENVIRONMENT}]
    return tasks


@pytest.mark.parametrize("way", WAYS)
def test_the_pair_of_the_guide_on_an_account_where_nothing_exists(emulator: Emulator, player: Player, way: str) -> None:
    first, second = pair_of_the_guide()
    run = player.play([first, {**second, "vars": WAYS[way]}], "--check")
    assert run.code == 0, run.output[-2000:]
    (_, created), (_, used) = run.results
    assert created["changed"]
    assert (used["changed"], used["msg"], used["api_calls"]) == (False, SKIPPED, {})
    assert "skipped=1 " in run.output
    assert SKIPPED in used["warnings"]
    assert "Check mode: the token store " in run.output
    assert sorted(short(emulator.methods)) == ["GetTokenApiList", "GetTokens", "Signin", "Signout"]
    assert not (player.folder / "tokens.yml").exists()
    assert PREDICTED_TOKEN not in run.output


def test_a_store_whose_directory_the_play_has_yet_to_make(emulator: Emulator, player: Player) -> None:
    tasks = [
        {"name": "directory", "ansible.builtin.file": {"path": "new", "state": "directory", "mode": "0700"}},
        {
            "name": "token",
            "inet.elastic.paas_token": {"description": "bot", "template": "Marketplace", "store": "new/tokens.yml"},
        },
        {"name": "used", ENVIRONMENT: {"session": token("bot", store="new/tokens.yml"), "name": "my-project"}},
    ]
    run = player.play(tasks, "--check")
    assert run.code == 0, run.output[-2000:]
    assert run.result("token")["changed"]
    assert run.result("used")["msg"] == SKIPPED
    assert "skipped=1 " in run.output
    assert "The directory of the token store" in run.output
    assert not (player.folder / "new").exists()
    again = player.play(tasks[:2])
    assert again.code == 0
    assert (player.folder / "new" / "tokens.yml").exists()


@pytest.mark.parametrize("way", WAYS)
def test_every_item_of_a_loop_is_skipped(emulator: Emulator, player: Player, way: str) -> None:
    task = {"name": "used", ENVIRONMENT: {"session": f" {token('bot')}\n", "name": "{{ item }}"}, "vars": WAYS[way]}
    run = player.play([{**task, "loop": ["one-project", "two-projects"]}], "--check")
    assert run.code == 0, run.output[-2000:]
    items = run.result("used")["results"]
    assert [item["msg"] for item in items] == [SKIPPED] * 2
    assert "skipped=1 " in run.output
    assert emulator.methods == []


def test_both_ways_give_equal_results(emulator: Emulator, player: Player) -> None:
    """Skipped in check mode; refused outside of it, and where a task leaves check mode; bad options are found first."""
    player.verbosity = 0
    good = {ENVIRONMENT: {"session": token("bot"), "name": "my-project"}}
    subjects: dict[str, dict[str, Any]] = {
        "skipped": good,
        "check mode left": {**good, "check_mode": False},
        "bad option": {ENVIRONMENT: {"session": token("bot"), "name": "has blanks in it"}},
    }
    tasks = [
        {"name": f"{name}, {way}", **subject, "ignore_errors": True, "vars": variables}
        for name, subject in subjects.items()
        for way, variables in WAYS.items()
    ]
    run = player.play(tasks, "--check")
    assert run.code == 0, run.output[-2000:]
    for name in subjects:
        here, module = run.result(f"{name}, {HERE}"), run.result(f"{name}, {MODULE}")
        assert Comparison().unequal(here, module, name) == []
    assert run.result(f"check mode left, {HERE}")["failure"] == {
        "kind": "input",
        "code": None,
        "method": None,
    }
    assert run.result(f"check mode left, {HERE}")["msg"] == REFUSED
    assert run.result(f"bad option, {HERE}")["failed"]
    assert emulator.methods == []


def test_the_placeholder_is_no_session_outside_of_check_mode(emulator: Emulator, player: Player) -> None:
    run = player.play([{"name": "used", ENVIRONMENT: {"session": PREDICTED_TOKEN, "name": "my-project"}}])
    assert run.code != 0
    assert run.result("used")["msg"] == REFUSED
    assert emulator.methods == []


def test_login_and_password_of_a_task_that_manages_tokens_count_in_place_of_the_placeholder(
    emulator: Emulator, player: Player
) -> None:
    options = {"session": token("bot"), "login": emulator.account.login, "password": emulator.account.password}
    run = player.play([{"name": "listed", "inet.elastic.paas_token_info": options}], "--check")
    assert run.code == 0, run.output[-2000:]
    assert short(emulator.methods) == ["Signin", "GetTokens", "Signout"]
