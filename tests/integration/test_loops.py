# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A loop in the controller process: one connection and one sign-in, signed out at its end whatever that end is."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pyotp
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
def test_one_sign_in_and_one_connection_for_all_items(emulator: Emulator, player: Player, keyword: str) -> None:
    """Each item counts the calls that it made; the sign-out is after the last, so it is in none of them."""
    with witness(player.url) as seen:
        player.url = seen.url
        run = player.play([{"name": "listed", INFO: {"name": "{{ item }}"}, keyword: SEVERAL}])
        assert run.code == 0, run.output[-2000:]
        assert seen.connections == 1
    assert short(emulator.methods) == ["Signin", *["GetEnvInfo"] * 4, "Signout"]
    calls = [short(item["api_calls"]) for item in _items(run, "listed")]
    assert calls == [["GetEnvInfo", "Signin"], *[["GetEnvInfo"]] * 3]


def test_a_task_without_a_loop_signs_out_within_itself(emulator: Emulator, player: Player) -> None:
    """As the module does; its result tells of it."""
    run = player.play([{"name": "one", INFO: {"name": "one"}}, {"name": "two", INFO: {"name": "two"}}])
    assert run.code == 0
    assert short(emulator.methods) == ["Signin", "GetEnvInfo", "Signout"] * 2
    assert short(run.result("one")["api_calls"]) == ["GetEnvInfo", "Signin", "Signout"]


def test_a_failed_item_keeps_the_session_for_the_others(emulator: Emulator, player: Player) -> None:
    """Refused by the options, and by what the platform has: signed out once at the end."""
    names = ["has blanks in it", "none", "one"]
    task = {"name": "mixed", ENVIRONMENT: {"name": "{{ item }}", "state": "stopped"}, "loop": names}
    run = player.play([task])
    assert run.code != 0
    assert [item["failure"]["kind"] for item in _items(run, "mixed")] == ["input"] * 3
    assert short(emulator.methods) == ["Signin", *["GetEnvInfo"] * 2, "Signout"]


def test_items_of_two_accounts_have_a_session_each(emulator: Emulator, player: Player) -> None:
    """Items that take turns do not sign in again; both sessions are signed out."""
    accounts = [
        {"login": account.login, "password": account.password} for account in (emulator.account, emulator.other)
    ]
    player.account = None
    task = {"name": "listed", "inet.elastic.paas_token_info": "{{ item }}", "loop": accounts * 2, "no_log": True}
    run = player.play([task])
    assert run.code == 0
    assert short(emulator.methods) == ["Signin", "GetTokens"] * 2 + ["GetTokens"] * 2 + ["Signout"] * 2


def test_tasks_of_an_included_file_have_no_loop_of_their_own(emulator: Emulator, player: Player) -> None:
    """The loop is that of the include; each of its tasks signs in and out."""
    (player.folder / "one.yml").write_text(f"- name: listed\n  {INFO}:\n    name: '{{{{ item }}}}'\n")
    run = player.play([{"name": "all", "ansible.builtin.include_tasks": "one.yml", "loop": ["one", "two"]}])
    assert run.code == 0
    assert short(emulator.methods) == ["Signin", "GetEnvInfo", "Signout"] * 2


def test_one_code_serves_a_whole_loop(emulator: Emulator, player: Player) -> None:
    """The platform takes a one-time code once."""
    secret = pyotp.random_base32()
    account = emulator.account
    emulator.control("PUT", "accounts", [{"login": account.login, "password": account.password, "otp_secret": secret}])
    player.environment["PAAS_OTP"] = pyotp.TOTP(secret).now()
    run = player.play([{"name": "listed", INFO: {"name": "{{ item }}"}, "loop": SEVERAL}])
    assert run.code == 0, run.output[-2000:]
    assert short(emulator.methods) == ["Signin", "Verify2FACode", *["GetEnvInfo"] * 4, "Signout"]


def test_a_session_that_ends_in_mid_loop_is_opened_anew(emulator: Emulator, player: Player) -> None:
    """Only the refused call is sent again, and each later item has a renewal of its own."""
    emulator.control("PUT", "faults", [{"method": "GetEnvInfo", "kind": "session_lost", "after": 1, "times": 1}])
    run = player.play([{"name": "listed", INFO: {"name": "{{ item }}"}, "loop": SEVERAL}])
    assert run.code == 0, run.output[-2000:]
    calls = ["Signin", "GetEnvInfo", "GetEnvInfo", "Signin", *["GetEnvInfo"] * 3, "Signout"]
    assert short(emulator.methods) == calls


def test_a_refused_sign_in_leaves_nothing_open(emulator: Emulator, player: Player) -> None:
    """Each item fails by itself, as the module would."""
    player.environment["PAAS_PASSWORD"] = "not-the-password"
    run = player.play([{"name": "listed", INFO: {"name": "{{ item }}"}, "loop": ["one", "two"]}])
    assert run.code != 0
    assert short(emulator.methods) == ["Signin"] * 2


def test_the_store_is_written_by_each_item(emulator: Emulator, player: Player) -> None:
    """One sign-in, and every value kept."""
    options = {"description": "{{ item }}", "template": "Marketplace", "store": "tokens.yml"}
    shown = "{{ query('inet.elastic.paas_token', 'one', 'two', store='tokens.yml') | map('length') | list }}"
    run = player.play(
        [
            {"name": "made", TOKEN: options, "loop": ["one", "two"]},
            {"name": "shown", "ansible.builtin.debug": {"msg": shown}},
        ]
    )
    assert run.code == 0, run.output[-2000:]
    assert short(emulator.methods).count("Signin") == 1
    assert short(emulator.methods)[-1] == "Signout"
    assert run.result("shown")["msg"] == [40, 40]


def test_items_that_run_elsewhere_do_not_disturb(emulator: Emulator, player: Player) -> None:
    """A last item that runs as a module closes what the others kept."""
    task: dict[str, Any] = {
        "name": "listed",
        INFO: {"name": "{{ item }}"},
        "loop": ["one", "two"],
        "vars": {"ansible_connection": "{{ 'local' if item == 'one' else 'elsewhere' }}"},
    }
    run = player.play([task])
    assert run.code == 0, run.output[-2000:]
    methods = short(emulator.methods)
    assert (methods[:2], methods[-1]) == (["Signin", "GetEnvInfo"], "Signout")
    assert sorted(methods) == sorted(["Signin", "GetEnvInfo", "Signout"] * 2)


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


def test_signed_out_when_interrupted_between_items(emulator: Emulator, player: Player, wait: Until) -> None:
    """While core waits between two items, nothing of ours is at work."""
    pause = {"loop_control": {"pause": 60}}
    with player.started([{"name": "listed", INFO: {"name": "{{ item }}"}, "loop": SEVERAL, **pause}]) as process:
        wait(lambda: [call["result"] for call in emulator.journal] == [0, 11])
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)
        wait(lambda: short(emulator.methods)[-1:] == ["Signout"])
    assert short(emulator.methods) == ["Signin", "GetEnvInfo", "Signout"]


def test_a_platform_that_cannot_be_asked_at_the_end_is_a_warning(emulator: Emulator, player: Player) -> None:
    """The work is done, and the session ends by itself in time."""
    emulator.control("PUT", "faults", [{"method": "Signout", "kind": "inner_error"}])
    run = player.play([{"name": "listed", INFO: {"name": "{{ item }}"}, "loop": SEVERAL}])
    assert run.code == 0
    assert "the session could not be signed out" in run.output
