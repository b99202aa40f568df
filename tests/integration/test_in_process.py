# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In the controller process and as a module: equal results, and each where it belongs."""

from __future__ import annotations

from typing import Any

from tests.integration.support import Emulator, Player

TOKEN = "inet.elastic.paas_token"
INFO = "inet.elastic.paas_token_info"
AS_MODULE = {"async": 60, "poll": 1}
# What async itself adds to a result.
OF_ASYNC = frozenset({"ansible_job_id", "finished", "started", "results_file", "stdout", "stderr"})
OF_CORE = frozenset({"_ansible_no_log", "_ansible_parsed", "stdout_lines", "stderr_lines", "ansible_facts"})


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key not in OF_ASYNC | OF_CORE}


def test_both_ways_give_equal_results(emulator: Emulator, player: Player) -> None:
    """Created, unchanged, listed, refused by us, refused by the platform, wrong options: key by key the same."""
    player.verbosity = 0
    bot = {"description": "bot", "api_methods": ["env.control.StopEnv"], "return_value": True}
    subjects: dict[str, dict[str, Any]] = {
        "created": {TOKEN: {**bot, "return_value": True}, "check_mode": True, "diff": True},
        "removed": {TOKEN: {"description": "nobody", "state": "absent"}},
        "listed": {INFO: {"gather": ["tokens", "templates"]}},
        "refused": {TOKEN: {**bot, "expires_at": "2001-01-01"}},
        "unknown": {TOKEN: {**bot, "api_methods": ["environment.control.Nope"]}},
        "password": {TOKEN: {**bot, "password": "wrong-one"}},
        "option": {TOKEN: {**bot, "descripton": "slip"}},
        "choice": {TOKEN: {**bot, "regenerate": "sometimes"}},
        "both": {TOKEN: {**bot, "template": "Marketplace"}},
    }
    tasks = []
    for name, subject in subjects.items():
        tasks.append({"name": f"{name} here", **subject, "ignore_errors": True})
        # Check mode and async exclude each other.
        way = {} if "check_mode" in subject else AS_MODULE
        tasks.append({"name": f"{name} as module", **subject, "ignore_errors": True, **way})
    run = player.play(tasks)
    assert run.code == 0, run.output[-2000:]
    for name in subjects:
        here, module = _plain(run.result(f"{name} here")), _plain(run.result(f"{name} as module"))
        assert here.keys() == module.keys(), name
        assert {key for key in here if here[key] != module[key]} == set(), name


def test_the_arguments_are_in_the_result_where_core_wants_them(emulator: Emulator, player: Player) -> None:
    """Newer versions of core leave them out of a module's result by default, and so do we."""
    player.environment["ANSIBLE_INJECT_INVOCATION"] = "false"
    run = player.play([{"name": "here", INFO: {}}, {"name": "as module", INFO: {}, **AS_MODULE}])
    assert run.code == 0
    assert ("invocation" in run.result("here")) is ("invocation" in run.result("as module"))


def test_the_tasks_environment_reaches_the_options(emulator: Emulator, player: Player) -> None:
    """As it would reach a module; and it is gone for the next task."""
    account = {"PAAS_LOGIN": emulator.other.login, "PAAS_PASSWORD": emulator.other.password}
    run = player.play([{"name": "other", INFO: {}, "environment": account}, {"name": "own", INFO: {}}])
    assert run.code == 0
    assert [token["id"] for token in run.result("other")["tokens"]] == [2]
    assert [token["id"] for token in run.result("own")["tokens"]] == [1]


def test_options_of_the_group_reach_every_module(emulator: Emulator, player: Player) -> None:
    """``module_defaults`` with the action group."""
    account = emulator.account
    player.account = None
    defaults = {"group/inet.elastic.paas": {"login": account.login, "password": account.password}}
    run = player.play([{"name": "listed", INFO: {}}], module_defaults=defaults)
    assert run.code == 0
    assert run.result("listed")["invocation"]["module_args"]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


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
    task = {TOKEN: {"description": "bot", "template": "Marketplace", "store": "tokens.yml"}, **AS_MODULE}
    run = player.play([{"name": "refused", **task}])
    assert run.code != 0
    assert "store cannot be used with async" in run.result("refused")["msg"]
    assert emulator.methods == []
