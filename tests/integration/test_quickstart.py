# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook of the quick start, called by its full name: every state, again, in check mode, and what may leak."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import StoreEntry
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import TokenStore
from tests.integration.inventories import write
from tests.integration.leak_scan import leaks
from tests.integration.nodes import EXEC
from tests.integration.support import Account, Emulator, Player, Run, running, short

PLAYBOOK = "inet.elastic.quickstart"
STOPPED = ("-e", "quickstart_state=stopped")
ABSENT = ("-e", "quickstart_state=absent")
TOKEN = "Create or renew the token"
REFUSED = "Check that the old value is refused"


@pytest.fixture
def user(player: Player, tmp_path: Path) -> Player:
    """A person with an account and a vault password, and a store that does not exist yet."""
    return dataclasses.replace(player, environment={"PAAS_TOKEN_STORE": str(tmp_path / "store" / "tokens.yml")})


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()


def ran(user: Player, emulator: Emulator, *arguments: str) -> Run:
    """One run that must succeed, with a journal of its own."""
    emulator.forget()
    run = user.run(PLAYBOOK, *arguments)
    assert run.code == 0, [result.get("msg") for _, result in run.results if result["failed"]]
    return run


def entries(user: Player) -> dict[str, StoreEntry]:
    """What the store holds."""
    vault = VaultLib([("default", VaultSecret(user.vault_password.encode()))])
    return TokenStore(user.environment["PAAS_TOKEN_STORE"], vault=vault).read()


def value(user: Player) -> str:
    """The stored value of the token."""
    stored = entries(user)["quickstart"].value
    assert stored
    return stored


def changed(run: Run) -> list[str]:
    """Names of the tasks that changed something."""
    return [task for task, result in run.results if result.get("changed")]


def holdings(emulator: Emulator) -> tuple[list[Any], list[Any]]:
    """The account's tokens and environments, without when they were last used."""
    session = emulator.signin()
    tokens = emulator.call("users.authentication.GetTokens", session=session)["apiTokens"]
    environments = emulator.call("environment.control.GetEnvs", session=session)["infos"]
    emulator.call("users.authentication.Signout", session=session)
    return [{name: item for name, item in token.items() if name != "lastUsed"} for token in tokens], environments


def end_in(emulator: Emulator, left: datetime.timedelta) -> None:
    """Set the end of the token of the quick start."""
    session, end = emulator.signin(), datetime.datetime.now(datetime.timezone.utc) + left
    listed = emulator.call("users.authentication.GetTokens", session=session)["apiTokens"]
    (number,) = (str(token["id"]) for token in listed if token["description"] == "quickstart")
    emulator.call("users.authentication.EditToken", session=session, id=number, expiresAt=f"{end:%Y-%m-%d %H:%M:%S}")
    emulator.call("users.authentication.Signout", session=session)


def test_the_whole_life(user: Player, emulator: Emulator) -> None:
    """Created, stopped, started, renewed, removed: each by its writes alone, each without a write when asked again."""
    before = holdings(emulator)
    secrets = {user.vault_password, emulator.account.password, emulator.account.token}
    life: list[tuple[tuple[str, ...], bool, list[str]]] = [
        ((), False, ["CreateToken", "CreateEnvironment"]),
        (STOPPED, False, ["StopEnv"]),
        ((), False, ["StartEnv"]),
        ((), True, ["EditToken", "RegenerateToken"]),
        (ABSENT, False, ["DeleteEnv", "DeleteTokens"]),
    ]
    outputs = []
    for arguments, due, writes in life:
        if due:
            end_in(emulator, datetime.timedelta(days=10))
        run = ran(user, emulator, *arguments)
        assert short(emulator.writes) == writes
        again = ran(user, emulator, *arguments)
        assert (emulator.writes, changed(again)) == ([], [])
        secrets |= {entry.value for entry in entries(user).values() if entry.value}
        outputs += [run, again]
    assert holdings(emulator) == before
    assert entries(user) == {}
    assert len(secrets) == 5  # with the token's first and second value
    for run in outputs:
        assert not [secret for secret in secrets if secret in run.output or secret in str(run.results)]


def test_the_token_has_the_permissions_it_needs_and_no_more(user: Player, emulator: Emulator) -> None:
    """The task that stops the environment has no other credential than the stored token."""
    ran(user, emulator)
    run = ran(user, emulator, *STOPPED)
    result = run.result("Set the environment state to stopped")
    assert short(result["api_calls"]) == ["GetEnvInfo", "StopEnv"]
    assert result["environment"]["status"] == "stopped"
    assert emulator.call("environment.control.GetEnvs", session=value(user))["result"] == 8202
    assert run.result(TOKEN)["token"]["api_methods"] == [
        "environment.control.GetEnvInfo",
        "environment.control.StartEnv",
        "environment.control.StopEnv",
    ]


def test_a_replaced_value_is_dead(user: Player, emulator: Emulator) -> None:
    """On demand as well: the old value is refused, the new one starts the environment."""
    ran(user, emulator, *STOPPED)
    old = value(user)
    run = ran(user, emulator, "-e", "quickstart_regenerate=always")
    assert short(emulator.writes) == ["RegenerateToken", "StartEnv"]
    assert run.result(REFUSED)["failure"]["code"] == 702
    new = value(user)
    assert new != old
    name = run.result(REFUSED)["invocation"]["module_args"]["name"]
    assert emulator.call("environment.control.GetEnvInfo", session=old, envName=name)["result"] == 702
    assert emulator.call("environment.control.GetEnvInfo", session=new, envName=name)["result"] == 0


def test_a_value_that_still_lives_is_noticed(user: Player, emulator: Emulator) -> None:
    """The proof that the old value is dead can fail: here another token, alive, stands in for the old value."""
    ran(user, emulator)
    alive = user.folder / "alive.json"
    alive.write_text(json.dumps({"quickstart_old_value": emulator.account.token}), encoding="utf-8")
    run = user.run(PLAYBOOK, "-e", "quickstart_regenerate=always", "-e", f"@{alive}")
    assert run.code != 0
    assert run.result(REFUSED)["failed"]


@pytest.mark.parametrize("arguments", [(), STOPPED, ABSENT], ids=["started", "stopped", "absent"])
def test_check_mode_writes_nothing(user: Player, emulator: Emulator, arguments: tuple[str, ...]) -> None:
    """Neither on an empty account nor on one that has been set up."""
    for setup in (False, True):
        if setup:
            ran(user, emulator)
        predicted = changed(ran(user, emulator, "--check", *arguments))
        assert emulator.writes == []
        assert Path(user.environment["PAAS_TOKEN_STORE"]).exists() is setup
        assert (
            predicted
            == {
                ((), False): [TOKEN, "Create the environment"],
                ((), True): [],
                (STOPPED, False): [TOKEN, "Create the environment"],
                (STOPPED, True): ["Set the environment state to stopped"],
                (ABSENT, False): [],
                (ABSENT, True): ["Remove the environment", "Remove the token and its stored value"],
            }[arguments, setup]
        )


def test_an_expired_token_is_no_obstacle(user: Player, emulator: Emulator) -> None:
    """A stored token that has expired is renewed by the same command."""
    ran(user, emulator)
    # Its end is a fact for the platform alone: the store learns it by the next run.
    emulator.control("PUT", "clock", {"shift": "-20h"})
    end_in(emulator, datetime.timedelta(hours=-10))
    emulator.control("PUT", "clock", {"shift": 0})
    emulator.forget()
    run = ran(user, emulator)
    assert short(emulator.writes) == ["EditToken", "RegenerateToken"]
    assert run.result(TOKEN)["token"]["expired"] is False


def test_unknown_state(user: Player, emulator: Emulator) -> None:
    """One line, and no call."""
    run = user.run(PLAYBOOK, "-e", "quickstart_state=running")
    assert run.code != 0
    message = run.result("Check the state")["msg"]
    assert "quickstart_state is running; it must be started, stopped or absent" in message
    assert emulator.journal == []


def test_without_vault_password_nothing_is_made(user: Player, emulator: Emulator) -> None:
    """The value could not be kept, so the platform is not even asked."""
    run = dataclasses.replace(user, vault_password="").run(PLAYBOOK)
    assert run.code != 0
    assert "--vault-password-file" in run.result(TOKEN)["msg"]
    assert emulator.writes == []


def test_the_second_part_configures_a_node(tmp_path: Path) -> None:
    """Checked on an empty account, run, and run again; ``make demo`` shows the rest. The token only runs commands."""
    with running(Account.made_up("user"), Account.made_up("other"), "--exec", "sandbox") as emulator:
        given = {"PAAS_TOKEN_STORE": str(tmp_path / "store" / "tokens.yml"), "RECORD_CALLS": "1"}
        player = Player(tmp_path, emulator.url, emulator.account, vault_password="made-up-word", environment=given)
        calls = []
        for arguments in (["--check"], [], []):
            run = player.run(f"{PLAYBOOK}_nodes", "-i", str(write(tmp_path)), *arguments)
            assert run.code == 0, run.output
            made = [call for item in run.calls.values() for call in item]
            calls.append([call["method"] for call in made if call["write"] and call["method"] != EXEC])
            secrets = [emulator.account.password, player.vault_password, *filter(None, [stored_value(player)])]
            assert leaks(run, tmp_path, secrets) == []
        assert list(map(short, calls)) == [[], ["CreateToken", "CreateEnvironment"], []]
        assert changed(run) == []
        for method in ("environment.control.GetEnvs", "environment.control.StopEnv"):
            assert emulator.call(method, session=stored_value(player), envName="x")["result"] == 8202
        assert run.result("Read the settings from the node")["content"] == "d29ya2VycyA9IDQK"  # workers = 4


def stored_value(user: Player) -> str:
    """The stored value of the token for nodes; empty before it is there."""
    entry = entries(user).get("quickstart-nodes")
    return (entry.value or "") if entry else ""
