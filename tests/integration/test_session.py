# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions for several tasks: one code for a whole block, kept out of everything that a run leaves."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.integration.documented_runs import TABLE, ExampleRunner, examples
from tests.integration.leak_scan import leaks
from tests.integration.parity import Comparison
from tests.integration.proxy import witness
from tests.integration.scenario import HERE, MODULE, WAYS
from tests.integration.support import Account, Emulator, Player, short

SESSION = "inet.elastic.paas_session"
ACCOUNT = "inet.elastic.paas_account_info"
TOKEN = "inet.elastic.paas_token"
GROUP = "group/inet.elastic.paas"
# Recovery codes, each of which serves once; while one is left, each sign-in needs a code.
CODES = ["7031-5582", "9914-0276"]
CODE = CODES[0]
SIGN_IN = {"login": "{{ login }}", "password": "{{ password }}", "otp": "{{ code }}"}
SIGN_OUT = {"name": "sign out", SESSION: {"state": "absent", "session": "{{ signed_in.session }}"}}
OPENED, ENDED = ["Signin", "Verify2FACode"], ["Signout", "GetUserInfo"]
# What a code that was used is refused with.
USED_UP = (
    "the one-time code was not accepted (result 701); give the current code as otp, or an unused recovery code; "
    "for several tasks or a loop sign in once with inet.elastic.paas_session"
)


@pytest.fixture
def careful(emulator: Emulator) -> Account:
    """An account with two-factor authentication and recovery codes."""
    account = Account.made_up("careful")
    given = {"login": account.login, "password": account.password, "recovery_codes": CODES}
    emulator.control("PUT", "accounts", [given])
    emulator.forget()
    return account


@pytest.fixture
def player(player: Player) -> Player:
    """A player without credentials of its own."""
    player.account = None
    return player


def variables(account: Account, **more: Any) -> dict[str, Any]:
    """What the tasks of this file take from variables."""
    return {"login": account.login, "password": account.password, "code": CODE, **more}


def block(*tasks: dict[str, Any]) -> dict[str, Any]:
    """Tasks that use the session, which is signed out at their end."""
    defaults = {"session": "{{ signed_in.session }}", "password": "{{ password }}"}
    return {"name": "work", "module_defaults": {GROUP: defaults}, "block": list(tasks), "always": [SIGN_OUT]}


def signed_in(**more: Any) -> dict[str, Any]:
    """A task that signs in."""
    return {"name": "sign in", SESSION: SIGN_IN, "register": "signed_in", **more}


def ended(emulator: Emulator) -> bool:
    """Whether as many sessions were signed out as were opened."""
    methods = short(emulator.methods)
    return methods.count("Signin") == methods.count("Signout") == 1


WORK: list[dict[str, Any]] = [
    {"name": "account", ACCOUNT: {}},
    {"name": "token", TOKEN: {"description": "nightly", "template": "Marketplace", "store": "tokens.yml"}},
    {"name": "loop", ACCOUNT: {"quotas": "{{ item }}"}, "loop": [[], []]},
    {
        "name": "role",
        "ansible.builtin.include_role": {"name": "inet.elastic.tokens"},
        "vars": {
            "tokens_store": "tokens.yml",
            "tokens_tokens": [{"description": "pipeline", "template": "Marketplace"}],
        },
    },
]


@pytest.mark.parametrize("arguments", [(), ("--check",)], ids=["for real", "check mode"])
@pytest.mark.parametrize("way", WAYS)
def test_one_code_serves_a_block(
    emulator: Emulator, player: Player, careful: Account, way: str, arguments: tuple[str, ...]
) -> None:
    """Single tasks, token tasks that have to be confirmed, loops and roles; a login of the environment does no harm."""
    emulator.control("PUT", "switches", {"require_password": True})
    player.environment |= {"PAAS_LOGIN": careful.login, "PAAS_PASSWORD": careful.password}
    run = player.play([signed_in(), block(*WORK)], *arguments, vars=variables(careful, **WAYS[way]))
    assert run.code == 0, run.output[-2000:]
    methods = short(emulator.methods)
    assert (methods[:2], methods[-2:]) == (OPENED, ENDED)
    assert ended(emulator)
    assert run.result("account")["account"]["email"] == careful.login
    assert run.result("token")["changed"] is True
    assert run.result("sign out")["changed"] is True
    assert emulator.methods.count("users.authentication.CreateToken") == (0 if arguments else 2)


@pytest.mark.parametrize("real", [True, False], ids=["for real", "check mode"])
def test_the_example_of_the_guide(
    emulator: Emulator, player: Player, monkeypatch: pytest.MonkeyPatch, real: bool
) -> None:
    """With a code that serves once."""
    group = "second factor"
    monkeypatch.setitem(TABLE["groups"], group, {**TABLE["groups"][group], "real": real})
    monkeypatch.setitem(TABLE["extra_variables"], "one_time_code", CODE)
    player.account = emulator.account
    stage = ExampleRunner(player, emulator, group)
    stage.set_up()
    account = {"login": emulator.account.login, "password": emulator.account.password}
    emulator.control("PUT", "accounts", [{**account, "otp_secret": None, "recovery_codes": CODES}])
    (example,) = [one for one in examples() if one.meets([r"guide_authentication"]) and f"{SESSION}:" in one.text]
    assert stage.complaints([example]) == []
    methods = short(emulator.methods)
    assert (methods[:2], methods[-2:]) == (OPENED, ENDED)
    assert ended(emulator)
    assert ("EditToken" in methods) is real


@pytest.mark.parametrize("way", WAYS)
def test_a_task_that_fails_leaves_no_session(emulator: Emulator, player: Player, careful: Account, way: str) -> None:
    """Signed out in ``always``; the failure is that of the task."""
    failing = {"name": "stop", "inet.elastic.paas_environment": {"name": "no-such-shop", "state": "stopped"}}
    run = player.play([signed_in(), block(failing)], vars=variables(careful, **WAYS[way]))
    assert run.code != 0
    assert run.result("stop")["failed"] is True
    assert run.result("sign out")["changed"] is True
    assert ended(emulator)


@pytest.mark.parametrize("way", WAYS)
def test_the_session_is_in_the_registered_variable_alone(
    emulator: Emulator, player: Player, careful: Account, way: str
) -> None:
    """At the highest verbosity in output, results, callbacks and log; also that of the platform's first answer."""
    player.environment["ANSIBLE_LOG_PATH"] = str(player.folder / "ansible.log")
    given = yaml.safe_dump(variables(careful), allow_unicode=True)
    (player.folder / "secrets.yml").write_text(given, encoding="utf-8")
    with witness(player.url) as seen:
        player.url = seen.url
        run = player.play(
            [
                signed_in(),
                {"name": "kept", "ansible.builtin.debug": {"msg": "{{ signed_in.session | length }}"}},
                {"name": "used", ACCOUNT: {"session": "{{ signed_in.session }}"}},
                {"name": "refused", ACCOUNT: {"session": "{{ signed_in.session }}x"}, "ignore_errors": True},
                SIGN_OUT,
                {**SIGN_OUT, "name": "again"},
                {**signed_in(), "name": "no code", "ignore_errors": True},
            ],
            vars=WAYS[way],
            vars_files=["secrets.yml"],
        )
    assert run.code == 0, run.output[-2000:]
    assert "censored" in run.result("sign in")
    assert int(run.result("kept")["msg"]) > 30
    assert run.result("again")["changed"] is False
    assert (run.processes["sign in"] > 0) is (way == MODULE)
    assert len(seen.secrets) > 2
    assert leaks(run, player.folder, seen.secrets | {careful.password}) == []
    # The reason of a failure is shown.
    assert run.result("no code")["msg"] == USED_UP
    assert "ansible.log" in {path.name for path in player.folder.iterdir()}


def test_both_ways_give_equal_results(emulator: Emulator, player: Player) -> None:
    """Of tasks that sign in, whose results callbacks do not get: without the session, which no two have in common."""
    account = emulator.account
    shown = "{{ dict(signed_in, session=signed_in.session is string, api_seconds={}) }}"
    tasks: list[dict[str, Any]] = []
    for way, more in WAYS.items():
        opened = {SESSION: {"login": "{{ login }}", "password": "{{ password }}"}, "register": "signed_in"}
        tasks += [
            {"name": "sign in", **opened, "vars": more, "check_mode": True},
            {"name": f"predicted, {way}", "ansible.builtin.debug": {"msg": shown}},
            {**SIGN_OUT, "check_mode": True},
            {"name": "sign in", **opened, "vars": more},
            {"name": f"opened, {way}", "ansible.builtin.debug": {"msg": shown}},
            {**SIGN_OUT, "name": f"ended, {way}", "vars": more},
        ]
    run = player.play(tasks, vars=variables(account))
    assert run.code == 0, run.output[-2000:]
    for name in ("predicted", "opened", "ended"):
        assert Comparison().unequal(run.result(f"{name}, {HERE}"), run.result(f"{name}, {MODULE}")) == []
    opened_result = run.result(f"opened, {HERE}")["msg"]
    assert opened_result["changed"] is opened_result["session"] is True
    assert opened_result["account"] == account.login
    assert run.result(f"predicted, {HERE}")["msg"] == opened_result
    assert short(emulator.methods) == ["Signin", *ENDED] * 4


def test_a_loop_over_accounts(emulator: Emulator, player: Player) -> None:
    """Each item has a session of its own, also two of one account; the loop's end signs out none, and shows none."""
    accounts = [emulator.account, emulator.other, emulator.account]
    items = [{"login": account.login, "password": account.password} for account in accounts]
    given = yaml.safe_dump({"accounts": items}, allow_unicode=True)
    (player.folder / "secrets.yml").write_text(given, encoding="utf-8")
    sign_in = {"login": "{{ item.login }}", "password": "{{ item.password }}"}
    session = {"session": "{{ signed_in.results[number].session }}"}
    distinct = "{{ signed_in.results | map(attribute='session') | unique | length }}"
    loop: dict[str, Any] = {"loop": [0, 1, 2], "loop_control": {"loop_var": "number"}}
    tasks: list[dict[str, Any]] = [
        {
            "name": "sign in",
            SESSION: sign_in,
            "loop": "{{ accounts }}",
            "loop_control": {"label": "{{ item.login }}"},
            "register": "signed_in",
        },
        {"name": "distinct", "ansible.builtin.debug": {"msg": distinct}},
        {"name": "used", ACCOUNT: session, **loop},
        {"name": "signed out", SESSION: {**session, "state": "absent"}, **loop},
    ]
    with witness(player.url) as seen:
        player.url = seen.url
        run = player.play(tasks, vars_files=["secrets.yml"])
    assert run.code == 0, run.output[-2000:]
    assert int(run.result("distinct")["msg"]) == 3
    used = [item["account"]["email"] for item in run.result("used")["results"]]
    assert used == [account.login for account in accounts]
    assert [item["changed"] for item in run.result("signed out")["results"]] == [True] * 3
    assert short(emulator.methods) == ["Signin"] * 3 + ["GetUserInfo"] * 3 + ENDED * 3
    # The items of the loop are the user's own.
    passwords = {account.password for account in accounts}
    assert leaks(run, player.folder, seen.secrets - passwords) == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_job_of_its_own_is_refused(emulator: Emulator, player: Player, state: str) -> None:
    """Its result would stand in a file."""
    task = {SESSION: {"state": state}, "async": 60, "poll": 1}
    run = player.play([{"name": "refused", **task}])
    assert run.code != 0
    assert "async" in run.result("refused")["msg"]
    assert emulator.methods == []
