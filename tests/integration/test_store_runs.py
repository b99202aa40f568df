# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token store in runs of ansible-playbook: its lock, its path and its vault password, before any call is made."""

from __future__ import annotations

import dataclasses
import os
import platform
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.lock import hold_lock
from tests.integration.support import Emulator, Player

TOKEN = "inet.elastic.paas_token"
TOKENS = "inet.elastic.paas_tokens"
BOT = {"description": "bot", "template": "Marketplace"}


def tasks(**store: Any) -> list[dict[str, Any]]:
    """One of each module that writes to a store."""
    return [
        {"name": "one", TOKEN: {**BOT, **store}, "ignore_errors": True},
        {"name": "set", TOKENS: {"tokens": [BOT], **store}, "ignore_errors": True},
    ]


def test_a_task_waits_as_long_as_it_is_told_and_says_for_whom(emulator: Emulator, player: Player) -> None:
    player.verbosity = 1
    store = player.folder / "tokens.yml"
    with hold_lock(store, 0, print):
        run = player.play(tasks(store="tokens.yml", store_lock_timeout=0.2))
    assert run.code == 0
    for name in ("one", "set"):
        message = run.result(name)["msg"]
        assert message.startswith(
            f"The token store {store} is in use: process {os.getpid()} on {platform.node()} (since "
        )
        assert message.endswith(
            f"holds its lock {store.parent}/.tokens.yml.lock, and this run has waited 0.2 s for it. Let that run end "
            "or raise store_lock_timeout, then start this one again."
        )
    # Once for each task.
    assert (
        run.output.count(f"waits for the lock of the token store {store}, up to 0.2 s: process {os.getpid()} on") == 2
    )
    assert emulator.methods == []


@pytest.mark.parametrize(
    ("seconds", "problem"),
    [
        (-1, "must be a number of seconds from 0 to 86400"),
        (86401, "must be a number of seconds from 0 to 86400"),
        ("nan", "is out of range; give a finite number below 2^63"),
        ("inf", "is out of range; give a finite number below 2^63"),
    ],
)
def test_a_time_that_is_none_is_refused(emulator: Emulator, player: Player, seconds: Any, problem: str) -> None:
    run = player.play(tasks(store="tokens.yml", store_lock_timeout=seconds))
    said = f"store_lock_timeout {problem}"
    assert [result["msg"] for _name, result in run.results] == [said] * 2
    assert emulator.methods == []


@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_the_text_of_a_password_script_encrypts_nothing(
    emulator: Emulator, player: Player, arguments: tuple[str, ...]
) -> None:
    player = dataclasses.replace(player, vault_password="#!/bin/sh\necho hidden-word\n")
    run = player.play(tasks(store="tokens.yml"), *arguments)
    for name in ("one", "set"):
        assert f"make the script executable (chmod +x {player.folder}/vault-password)" in run.result(name)["msg"]
    assert not (player.folder / "tokens.yml").exists()
    assert not [
        call for call in emulator.journal if call["write"] and not call["method"].endswith(("Signin", "Signout"))
    ]
    assert arguments or emulator.methods == []
    assert "hidden-word" not in run.output


@pytest.mark.parametrize("text", ["$PLACE/tokens.yml", "${PLACE}/tokens.yml", "~/tokens.yml", "sub/tokens.yml"])
def test_one_path_is_one_file_for_module_and_lookup(
    emulator: Emulator, player: Player, tmp_path: Path, text: str
) -> None:
    places = {"$PLACE/tokens.yml": "elsewhere", "${PLACE}/tokens.yml": "elsewhere", "~/tokens.yml": "home"}
    folder = player.folder / places.get(text, "sub")
    folder.mkdir()
    player.environment |= {"PLACE": str(player.folder / "elsewhere"), "HOME": str(player.folder / "home")}
    length = f"{{{{ lookup('inet.elastic.paas_token', 'bot', store='{text}') | length }}}}"
    run = player.play([tasks(store=text)[0], {"name": "read", "ansible.builtin.debug": {"msg": length}}])
    assert run.code == 0, run.output[-2000:]
    assert int(run.result("read")["msg"]) == 40
    assert (folder / "tokens.yml").exists()
