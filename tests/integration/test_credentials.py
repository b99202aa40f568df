# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose account a task works on: what the task says beats the environment, in both ways of running."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyotp
import pytest

from tests.integration.scenario import MODULE, WAYS
from tests.integration.support import Account, Emulator, Player, short

ACCOUNT = "inet.elastic.paas_account_info"
TOKENS = "inet.elastic.paas_tokens"
TOKEN_INFO = "inet.elastic.paas_token_info"
# The tokens of each account in these tests.
OTHERS = ["given at the start", "made before"]
ENVIRONMENT = "inet.elastic.paas_environment"


def _both(name: str, task: dict[str, Any]) -> list[dict[str, Any]]:
    """A task in the controller process, and as a module."""
    return [
        {"name": f"{name}, {way}", **task, "ignore_errors": True, "vars": {**more, **task.get("vars", {})}}
        for way, more in WAYS.items()
    ]


def _token_of(emulator: Emulator, account: Account) -> str:
    """A new token of an account, which reaches every method."""
    answer = emulator.call(
        "users.authentication.CreateToken",
        session=emulator.signin(account),
        description="made before",
        tokenTemplate="Extended Access",
    )
    return str(answer["token"]["key"])


def _environment_of(player: Player, account: Account, token: str | None = None) -> None:
    player.account = None
    player.environment |= {"PAAS_LOGIN": account.login, "PAAS_PASSWORD": account.password}
    if token:
        player.environment["PAAS_TOKEN"] = token


def test_login_and_password_of_the_task_beat_the_token_of_the_environment(emulator: Emulator, player: Player) -> None:
    """The account of the task answers, and that of the environment is not called."""
    player.account = None
    player.environment["PAAS_TOKEN"] = _token_of(emulator, emulator.account)
    other = {"login": emulator.other.login, "password": emulator.other.password}
    tasks = _both("option", {ACCOUNT: other})
    tasks += _both("defaults", {ACCOUNT: {}, "module_defaults": {ACCOUNT: other}})
    tasks += _both("group", {ACCOUNT: {}, "module_defaults": {"group/inet.elastic.paas": other}})
    tasks += _both("loop", {ACCOUNT: {**other, "quotas": "{{ item }}"}, "loop": [[], []]})
    run = player.play(tasks)
    assert run.code == 0, run.output[-2000:]
    for name in ("option", "defaults", "group", "loop"):
        for way in WAYS:
            result = run.result(f"{name}, {way}")
            for item in result.get("results", [result]):
                assert item["account"]["email"] == emulator.other.login, (name, way)


def test_the_session_of_the_task_beats_the_login_of_the_environment(emulator: Emulator, player: Player) -> None:
    """Prune removes tokens of the task's account only."""
    _token_of(emulator, emulator.account)
    session = emulator.signin(emulator.other)
    _token_of(emulator, emulator.other)
    _environment_of(player, emulator.account)
    mine = {"session": session, "password": emulator.other.password}
    prune = {**mine, "tokens": [], "prune": True, "prune_all": True}
    run = player.play(
        [*_both("seen", {TOKEN_INFO: mine}), *_both("predicted", {TOKENS: prune, "check_mode": True})]
        + [{"name": "pruned", TOKENS: prune}]
    )
    assert run.code == 0, run.output[-2000:]
    for way in WAYS:
        assert [token["description"] for token in run.result(f"seen, {way}")["tokens"]] == OTHERS
        assert run.result(f"predicted, {way}")["removed"] == OTHERS
    assert run.result("pruned")["removed"] == OTHERS
    left = emulator.call("users.authentication.GetTokens", session=emulator.signin(emulator.account))
    assert [token["description"] for token in left["apiTokens"]] == OTHERS
    assert "users.authentication.Signin" not in run.result("pruned")["api_calls"]


def test_a_half_that_is_missing_is_named_before_any_call(emulator: Emulator, player: Player) -> None:
    """And nothing of the environment's account fills it."""
    player.account = None
    player.environment["PAAS_TOKEN"] = _token_of(emulator, emulator.account)
    emulator.forget()
    run = player.play([*_both("login", {ACCOUNT: {"login": "a@example.com"}}), *_both("none", {ACCOUNT: {}})])
    for way in WAYS:
        assert run.result(f"login, {way}")["msg"] == "login is given, password is missing: password or PAAS_PASSWORD"
        assert run.result(f"login, {way}")["failure"]["kind"] == "input"
        assert run.result(f"none, {way}")["account"]["email"] == emulator.account.login
    assert set(short(emulator.methods)) == {"GetUserInfo"}


def test_empty_options_are_not_given(emulator: Emulator, player: Player) -> None:
    """As roles and controllers hand them over, of every connection option; null, too."""
    names = ("api_url", "session", "login", "password", "otp", "otp_secret", "ca_path", "validate_certs", "timeout")
    tasks = _both("empty", {ACCOUNT: dict.fromkeys(names, "")})
    tasks += _both("null", {ACCOUNT: dict.fromkeys((*names, "allow_http", "connect_timeout"))})
    run = player.play(tasks)
    for way in WAYS:
        for name in ("empty", "null"):
            assert run.result(f"{name}, {way}")["account"]["email"] == emulator.account.login


def test_white_space_at_the_ends_of_a_token_goes(emulator: Emulator, player: Player) -> None:
    """A token out of a file ends in a line end."""
    token = _token_of(emulator, emulator.other)
    tasks = _both("option", {ACCOUNT: {"session": f" {token}\n"}})
    tasks += _both("environment", {ACCOUNT: {}, "environment": {"PAAS_TOKEN": f"{token}\r\n"}})
    run = player.play(tasks)
    for way in WAYS:
        for name in ("option", "environment"):
            assert run.result(f"{name}, {way}")["account"]["email"] == emulator.other.login


def test_time_out_and_verification_of_the_environment(emulator: Emulator, player: Player) -> None:
    """They count where the task gives none, and a value that is none is refused by name."""
    emulator.control("PUT", "faults", [{"method": "*.GetUserInfo", "kind": "delay", "seconds": 30, "times": 0}])
    player.account = None
    player.environment |= {"PAAS_TIMEOUT": "0.2", "PAAS_TOKEN": emulator.account.token}
    run = player.play(
        [
            *_both("timeout", {ACCOUNT: {}}),
            *_both("wrong", {ACCOUNT: {}, "environment": {"PAAS_VALIDATE_CERTS": "maybe"}}),
        ]
    )
    for way in WAYS:
        assert "0.2" in run.result(f"timeout, {way}")["msg"]
        assert "validate_certs" in run.result(f"wrong, {way}")["msg"]


def test_a_missing_address_names_its_variable(player: Player) -> None:
    """In both ways."""
    player.environment["PAAS_API_URL"] = ""
    run = player.play(_both("address", {ACCOUNT: {}}))
    for way in WAYS:
        assert run.result(f"address, {way}")["msg"] == "api_url is missing: give it, or set PAAS_API_URL"
    run = player.play(_both("variable", {ACCOUNT: {}, "vars": {"paas_api_url": "{{ base }}", "base": "ftp://x"}}))
    for way in WAYS:
        assert run.result(f"variable, {way}")["msg"].startswith("api_url is not a web address")


def test_a_failure_on_another_host_names_it(player: Player) -> None:
    """The controller's variables count there, and the failure says where the module ran."""
    inventory = player.folder / "inventory.yml"
    inventory.write_text("all: {hosts: {web-1: {ansible_connection: elsewhere}}}", encoding="utf-8")
    tasks = [
        {"name": "there", ACCOUNT: {}, "delegate_to": "web-1"},
        {"name": "refused", ENVIRONMENT: {"name": "nosuch-one", "state": "started"}, "delegate_to": "web-1"},
    ]
    run = player.play(tasks, "-i", str(inventory))
    assert run.processes["there"] > 0
    assert run.result("there")["failed"] is False
    assert run.result("refused")["msg"].endswith(" (the module ran on web-1)")


def test_secrets_of_the_keyword_environment_stay_out_of_command_lines(player: Player, emulator: Emulator) -> None:
    """They are arguments of the module by the time it runs; other variables are handed on."""
    player.account = None
    del player.environment["WARM_SOCKET"]
    player.environment["COMMANDS_FILE"] = str(player.folder / "commands")
    password = emulator.account.password
    variables = {"PAAS_LOGIN": emulator.account.login, "PAAS_PASSWORD": password, "NO_PROXY": "left.example.com"}
    task = {"name": "there", ACCOUNT: {}, "environment": variables, "vars": WAYS[MODULE]}
    run = player.play([task])
    assert run.result("there")["account"]["email"] == emulator.account.login
    commands = Path(player.environment["COMMANDS_FILE"]).read_text(encoding="utf-8")
    assert "NO_PROXY=left.example.com" in commands
    assert "PAAS_" not in commands
    assert password not in run.output


def test_a_one_time_secret_makes_the_codes(emulator: Emulator, player: Player) -> None:
    """Several tasks sign in with it, and a session that ends is opened anew."""
    secret = pyotp.random_base32()
    emulator.control("PUT", "accounts", [{"login": "2fa@example.com", "password": "pw-2fa", "otp_secret": secret}])
    player.account = None
    player.environment |= {"PAAS_LOGIN": "2fa@example.com", "PAAS_PASSWORD": "pw-2fa"}
    tasks = _both("option", {ACCOUNT: {"otp_secret": secret.lower()}})
    tasks += _both("environment", {ACCOUNT: {}, "environment": {"PAAS_OTP_SECRET": secret}})
    tasks += _both("wrong", {ACCOUNT: {"otp_secret": "not base 32!"}})
    run = player.play(tasks)
    for way in WAYS:
        for name in ("option", "environment"):
            assert run.result(f"{name}, {way}")["account"]["email"] == "2fa@example.com", way
        assert run.result(f"wrong, {way}")["msg"] == (
            "otp_secret is not base32; give the secret that the platform shows beside the QR code"
        )
    assert secret not in run.output


@pytest.mark.parametrize("source", ["variable", "environment", "ini"])
def test_the_store_may_be_set_as_for_the_lookup(emulator: Emulator, player: Player, source: str) -> None:
    """The module and the lookup find the same file."""
    player.vault_password = "store-vault"
    play: dict[str, Any] = {}
    if source == "variable":
        play["vars"] = {"paas_token_store": "{{ folder }}/mine.yml", "folder": "sub"}
    elif source == "environment":
        player.environment["PAAS_TOKEN_STORE"] = "sub/mine.yml"
    else:
        (player.folder / "ansible.cfg").write_text("[inet_elastic]\ntoken_store = sub/mine.yml ; kept\n")
        player.environment["ANSIBLE_CONFIG"] = str(player.folder / "ansible.cfg")
    (player.folder / "sub").mkdir()
    value = "{{ lookup('inet.elastic.paas_token', 'bot') | length }}"
    tasks = [
        {"name": "made", "inet.elastic.paas_token": {"name": "bot", "template": "Extended Access"}},
        {"name": "read", "ansible.builtin.debug": {"msg": value}},
    ]
    run = player.play(tasks, **play)
    assert run.code == 0, run.output[-2000:]
    assert run.result("made")["token"]["stored"] is True
    assert run.result("read")["msg"] in ("40", 40)
    assert (player.folder / "sub" / "mine.yml").is_file()
