# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A loop in the controller process: one connection for all items, and each item signs in and out."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.proxy import witness
from tests.integration.support import Emulator, Player, short

ENVIRONMENT = "inet.elastic.paas_environment"
INFO = "inet.elastic.paas_environment_info"
TOKEN = "inet.elastic.paas_token"
SEVERAL = ["one", "two", "three", "four"]
Until = Callable[[Callable[[], bool]], None]


def _items(run: Any, name: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = run.result(name)["results"]
    return items


@pytest.mark.parametrize("keyword", ["loop", "with_items"])
def test_one_connection_for_all_items(emulator: Emulator, player: Player, keyword: str) -> None:
    """Each item signs in and out, and counts its own calls, as a task without a loop does."""
    with witness(player.url) as seen:
        player.url = seen.url
        run = player.play([{"name": "listed", INFO: {"name": "{{ item }}"}, keyword: SEVERAL}])
        assert run.code == 0, run.output[-2000:]
        assert seen.connections == 1
    assert short(emulator.methods) == ["Signin", "GetEnvInfo", "Signout"] * 4
    calls = [short(item["api_calls"]) for item in _items(run, "listed")]
    assert calls == [["GetEnvInfo", "Signin", "Signout"]] * 4


def test_tasks_without_a_loop_have_a_connection_each(emulator: Emulator, player: Player) -> None:
    """Also if a loop includes them."""
    (player.folder / "one.yml").write_text(f"- name: listed\n  {INFO}:\n    name: '{{{{ item }}}}'\n")
    with witness(player.url) as seen:
        player.url = seen.url
        run = player.play([{"name": "all", "ansible.builtin.include_tasks": "one.yml", "loop": ["one", "two"]}])
        assert run.code == 0
        assert seen.connections == 2
    assert short(emulator.methods) == ["Signin", "GetEnvInfo", "Signout"] * 2


def test_a_failed_item_leaves_the_connection_usable(emulator: Emulator, player: Player) -> None:
    """Refused by the options, and by what the platform has."""
    names = ["has blanks in it", "none", "one"]
    task = {"name": "mixed", ENVIRONMENT: {"name": "{{ item }}", "state": "stopped"}, "loop": names}
    run = player.play([task])
    assert run.code != 0
    assert [item["failure"]["kind"] for item in _items(run, "mixed")] == ["input"] * 3
    # A name that does not exist takes one more read, which finds the similar names.
    assert short(emulator.methods) == ["Signin", "GetEnvInfo", "GetEnvs", "Signout"] * 2


def test_items_of_two_accounts_share_a_connection_and_no_session(emulator: Emulator, player: Player) -> None:
    """Each item works on the tokens of its own account."""
    accounts = [
        {"login": account.login, "password": account.password} for account in (emulator.account, emulator.other)
    ]
    player.account = None
    task = {"name": "listed", "inet.elastic.paas_token_info": "{{ item }}", "loop": accounts * 2}
    with witness(player.url) as seen:
        player.url = seen.url
        run = player.play([task])
        assert run.code == 0
        assert seen.connections == 1
    ids = [[token["id"] for token in item["tokens"]] for item in _items(run, "listed")]
    assert ids[:2] == ids[2:]
    assert set(ids[0]).isdisjoint(ids[1])


def test_a_code_that_is_used_up_by_the_first_item_is_refused_with_the_way_out(
    emulator: Emulator, player: Player
) -> None:
    """Each item signs in; one code for a whole loop is what paas_session is for."""
    given = {
        "login": emulator.account.login,
        "password": emulator.account.password,
        "recovery_codes": ["7031-5582", "9914-0276"],
    }
    emulator.control("PUT", "accounts", [given])
    player.environment["PAAS_OTP"] = "7031-5582"
    run = player.play([{"name": "listed", INFO: {"name": "{{ item }}"}, "loop": ["one", "two"]}])
    first, second = _items(run, "listed")
    assert "failure" not in first
    assert second["msg"] == (
        "the one-time code was not accepted (result 701); give the current code as otp, or an unused recovery code; "
        "for several tasks or a loop sign in once with inet.elastic.paas_session"
    )


def test_a_session_that_ends_in_mid_loop_is_opened_anew(emulator: Emulator, player: Player) -> None:
    """Only the refused call is sent again."""
    emulator.control("PUT", "faults", [{"method": "GetEnvInfo", "kind": "session_lost", "after": 1, "times": 1}])
    run = player.play([{"name": "listed", INFO: {"name": "{{ item }}"}, "loop": ["one", "two"]}])
    assert run.code == 0, run.output[-2000:]
    calls = ["Signin", "GetEnvInfo", "Signout", "Signin", "GetEnvInfo", "Signin", "GetEnvInfo", "Signout"]
    assert short(emulator.methods) == calls


def test_a_refused_sign_in_leaves_nothing_open(emulator: Emulator, player: Player) -> None:
    """Each item fails by itself, as the module would."""
    player.environment["PAAS_PASSWORD"] = "not-the-password"
    run = player.play([{"name": "listed", INFO: {"name": "{{ item }}"}, "loop": ["one", "two"]}])
    assert run.code != 0
    assert short(emulator.methods) == ["Signin"] * 2


def test_the_store_is_written_by_each_item(emulator: Emulator, player: Player) -> None:
    options = {"description": "{{ item }}", "template": "Marketplace", "store": "tokens.yml"}
    shown = "{{ query('inet.elastic.paas_token', 'one', 'two', store='tokens.yml') | map('length') | list }}"
    run = player.play(
        [
            {"name": "made", TOKEN: options, "loop": ["one", "two"]},
            {"name": "shown", "ansible.builtin.debug": {"msg": shown}},
        ]
    )
    assert run.code == 0, run.output[-2000:]
    assert run.result("shown")["msg"] == [40, 40]


def test_items_that_run_elsewhere_do_not_disturb(emulator: Emulator, player: Player) -> None:
    """An item that runs as a module has a process and a connection of its own."""
    task: dict[str, Any] = {
        "name": "listed",
        INFO: {"name": "{{ item }}"},
        "loop": ["one", "two", "three"],
        "vars": {"ansible_connection": "{{ 'elsewhere' if item == 'two' else 'local' }}"},
    }
    run = player.play([task])
    assert run.code == 0, run.output[-2000:]
    assert short(emulator.methods) == ["Signin", "GetEnvInfo", "Signout"] * 3


@pytest.mark.parametrize("looped", [True, False], ids=["loop", "single"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signed_out_when_the_run_is_interrupted(
    emulator: Emulator, player: Player, wait: Until, number: signal.Signals, looped: bool
) -> None:
    """In the midst of a call that takes long: the session is signed out, and the run says what core says."""
    emulator.control("PUT", "faults", [{"method": "GetEnvInfo", "kind": "delay", "seconds": 60}])
    task: dict[str, Any] = {"name": "listed", INFO: {"name": "{{ item | default('one') }}"}}
    with player.started([{**task, "loop": SEVERAL} if looped else task]) as process:
        wait(lambda: "GetEnvInfo" in short(emulator.methods))
        # As a terminal does, and what ends a job: the whole group.
        os.killpg(process.pid, number)
        output = process.communicate(timeout=30)[0]
        wait(lambda: short(emulator.methods)[-1:] == ["Signout"])
    assert process.returncode not in (0, None)
    assert short(emulator.methods) == ["Signin", "GetEnvInfo", "Signout"]
    assert "Traceback" not in output


def test_signed_out_when_the_task_exceeds_its_time(emulator: Emulator, player: Player) -> None:
    """The keyword timeout of a task, which ansible-core enforces by an alarm."""
    emulator.control("PUT", "faults", [{"method": "GetEnvInfo", "kind": "delay", "seconds": 60}])
    run = player.play([{"name": "listed", INFO: {"name": "one"}, "timeout": 1}])
    assert run.code != 0
    assert re.search("expected time frame|Timed out", run.result("listed")["msg"])
    assert short(emulator.methods) == ["Signin", "GetEnvInfo", "Signout"]
