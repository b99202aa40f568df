# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In the controller process and as a module: equal results, and each where it belongs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.parity import Comparison
from tests.integration.scenario import HERE, MODULE, WAYS
from tests.integration.support import Emulator, Player, short

TOKEN = "inet.elastic.paas_token"
INFO = "inet.elastic.paas_token_info"
ASYNC = {"async": 60, "poll": 1}
NEW = {"description": "bot", "template": "Marketplace", "return_value": True}


@pytest.fixture
def player(cold_player: Player) -> Player:
    """A player whose modules run as they do outside of tests."""
    return cold_player


def _both(subjects: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Each task in the controller process, then as a module; a failure does not end the run."""
    return [
        {"name": f"{name}, {way}", **subject, "ignore_errors": True, "vars": variables}
        for name, subject in subjects.items()
        for way, variables in WAYS.items()
    ]


WRONG = {"login": "user@example.com", "password": "wrong-one"}


def test_both_ways_give_equal_results(emulator: Emulator, player: Player) -> None:
    """Refused by us, by the platform, and options that cannot be: member by member the same, censored where wanted."""
    player.verbosity = 0
    subjects: dict[str, dict[str, Any]] = {
        "checked": {TOKEN: NEW, "check_mode": True, "diff": True},
        "no diff": {TOKEN: NEW, "check_mode": True, "diff": False},
        "censored": {TOKEN: NEW, "check_mode": True, "no_log": True},
        "censored failure": {TOKEN: {**NEW, **WRONG}, "no_log": True},
        "password": {TOKEN: {**NEW, **WRONG}},
        "option": {TOKEN: {**NEW, "descripton": "slip"}},
        "choice": {TOKEN: {**NEW, "regenerate": "sometimes"}},
        "both": {TOKEN: {**NEW, "copy_from": "bot"}},
    }
    run = player.play(_both(subjects))
    assert run.code == 0, run.output[-2000:]
    for name in subjects:
        here, module = f"{name}, {HERE}", f"{name}, {MODULE}"
        assert run.processes[here] == 0
        assert run.processes[module] > 0
        assert Comparison().unequal(run.result(here), run.result(module), name) == []
    assert emulator.writes == []
    assert run.result(f"checked, {HERE}")["diff"]["after"]["bot"]["value"] == "(new)"
    assert "token" not in run.result(f"censored, {HERE}")
    assert "censored" in run.result(f"censored failure, {HERE}")


@pytest.mark.parametrize(
    ("task", "module"),
    [
        ({}, True),
        ({"delegate_to": "localhost"}, False),
        ({"vars": {"ansible_connection": "local"}}, False),
        ({"vars": {"ansible_connection": "local"}, "become": True, "become_method": "same_user"}, True),
        ({"vars": {"ansible_connection": "local"}, "become": False, "become_method": "same_user"}, False),
    ],
    ids=["another host", "delegated", "local", "another user", "no other user"],
)
def test_where_it_runs(emulator: Emulator, player: Player, task: dict[str, Any], module: bool) -> None:
    """In the controller process only where that stands for the host and the user; the result is the same."""
    (player.folder / "hosts").write_text("far ansible_connection=elsewhere\n", encoding="utf-8")
    run = player.play([{"name": "listed", INFO: {}, **task}], "-i", "hosts", hosts="far")
    assert run.code == 0, run.output[-2000:]
    assert (run.processes["listed"] > 0) is module
    assert [token["id"] for token in run.result("listed")["tokens"]] == [1]
    assert short(emulator.methods) == ["Signin", "GetTokens", "Signout"]


def test_a_job_of_its_own_is_a_module(emulator: Emulator, player: Player) -> None:
    """With async, core gives a task a number, and waits for it."""
    run = player.play([{"name": "listed", INFO: {}, **ASYNC}])
    assert run.code == 0, run.output[-2000:]
    assert run.result("listed")["ansible_job_id"]
    assert [token["id"] for token in run.result("listed")["tokens"]] == [1]


@pytest.mark.parametrize("connection", ["local", "elsewhere"])
def test_run_once_is_once(emulator: Emulator, player: Player, connection: str) -> None:
    """One of the hosts makes the calls, and all get the result."""
    hosts = "".join(f"{name} ansible_connection={connection}\n" for name in ("one", "two"))
    (player.folder / "hosts").write_text(hosts, encoding="utf-8")
    tasks: list[dict[str, Any]] = [
        {"name": "listed", INFO: {}, "run_once": True, "register": "found"},
        {"name": "shown", "ansible.builtin.debug": {"msg": "{{ found.tokens | length }} found"}},
    ]
    run = player.play(tasks, "-i", "hosts", hosts="all")
    assert run.code == 0, run.output[-2000:]
    assert [result["msg"] for name, result in run.results if name == "shown"] == ["1 found"] * 2
    assert short(emulator.methods) == ["Signin", "GetTokens", "Signout"]


def test_the_arguments_are_in_the_result_where_core_wants_them(emulator: Emulator, player: Player) -> None:
    """Newer versions of core leave them out of a module's result by default, and so do we."""
    player.environment["ANSIBLE_INJECT_INVOCATION"] = "false"
    run = player.play(_both({"listed": {INFO: {}}}))
    assert run.code == 0
    here, module = run.result(f"listed, {HERE}"), run.result(f"listed, {MODULE}")
    assert Comparison().unequal(here, module) == []


def test_the_tasks_environment_reaches_the_options(emulator: Emulator, player: Player) -> None:
    """Both ways; and it is gone for the next task."""
    account = {"PAAS_LOGIN": emulator.other.login, "PAAS_PASSWORD": emulator.other.password}
    run = player.play(_both({"other": {INFO: {}, "environment": account}, "own": {INFO: {}}}))
    assert run.code == 0
    found = {name: [token["id"] for token in result["tokens"]] for name, result in run.results}
    assert found == {f"{name}, {way}": [id] for name, id in (("other", 2), ("own", 1)) for way in WAYS}


def test_options_of_the_group_reach_every_module(emulator: Emulator, player: Player) -> None:
    """``module_defaults`` with the action group, both ways."""
    account = emulator.account
    player.account = None
    defaults = {"group/inet.elastic.paas": {"login": account.login, "password": account.password}}
    run = player.play(_both({"listed": {INFO: {}}}), module_defaults=defaults)
    assert run.code == 0
    given = [result["invocation"]["module_args"]["password"] for _name, result in run.results]
    assert given == ["VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"] * 2


def test_what_the_platform_says_is_never_a_template(emulator: Emulator, player: Player) -> None:
    """A description with braces comes back as it is, also through a registered variable."""
    trap = "{{ lookup('pipe', 'echo trapped') }}"
    emulator.call(
        "users.authentication.CreateToken",
        session=emulator.signin(),
        description=trap,
        tokenTemplate="Marketplace",
    )
    run = player.play(
        [
            {"name": "listed", INFO: {}, "register": "found"},
            {"name": "shown", "ansible.builtin.debug": {"msg": "{{ found.tokens | map(attribute='description') }}"}},
        ]
    )
    assert run.code == 0
    assert trap in run.result("shown")["msg"]


def test_a_store_together_with_async_is_refused(emulator: Emulator, player: Player) -> None:
    """The value would be kept by a process that nobody waits for."""
    task = {TOKEN: {"description": "bot", "template": "Marketplace", "store": "tokens.yml"}, **ASYNC}
    run = player.play([{"name": "refused", **task}])
    assert run.code != 0
    assert "store cannot be used with async" in run.result("refused")["msg"]
    assert emulator.methods == []
