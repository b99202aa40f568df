# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that ends while the platform makes a value: the value is stored, handed back, or its token is removed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import TokenStore
from tests.integration.support import Emulator, Player, short

TOKEN = "inet.elastic.paas_token"
BOT: dict[str, Any] = {"description": "bot", "api_methods": ["users.account.GetUserInfo"]}
STORED = {**BOT, "store": "tokens.yml", "store_format": "plain"}
VALUES = {"CreateToken": {}, "RegenerateToken": {"regenerate": "always"}}
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Runs a module as ansible-core does, with the arguments of a file.
MODULE = """
import runpy, sys
from ansible.module_utils import basic
basic._ANSIBLE_PROFILE = "legacy"
runpy.run_module("ansible_collections.inet.elastic.plugins.modules.paas_token", run_name="__main__", alter_sys=False)
"""
Until = Callable[[Callable[[], bool]], None]


def delay(emulator: Emulator, method: str, seconds: float = 3) -> None:
    """Let the next answer take long, and forget the calls so far."""
    emulator.forget()
    emulator.control("PUT", "faults", [{"method": f"*.{method}", "kind": "delay", "seconds": seconds}])


def bots(emulator: Emulator) -> list[dict[str, Any]]:
    answer = emulator.call("users.authentication.GetTokens", session=emulator.signin())
    return [token for token in answer["apiTokens"] if token["description"] == "bot"]


def is_alive(emulator: Emulator, value: str | None) -> bool:
    return bool(emulator.call("users.account.GetUserInfo", session=str(value))["result"] == 0)


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("method", VALUES)
def test_a_value_is_stored_although_the_run_is_interrupted(
    emulator: Emulator, player: Player, wait: Until, method: str, number: signal.Signals
) -> None:
    """One token alone; the whole process group gets the signal, as from a terminal."""
    store = TokenStore(player.folder / "tokens.yml", fmt="plain")
    if method != "CreateToken":
        assert player.play([{"name": "made", TOKEN: STORED}]).code == 0
    delay(emulator, method)
    with player.started([{"name": "changed", TOKEN: {**STORED, **VALUES[method]}}]) as process:
        wait(lambda: method in short(emulator.methods))
        os.killpg(process.pid, number)
        output = process.communicate(timeout=30)[0]
        wait(lambda: short(emulator.methods)[-1:] == ["Signout"])
    assert process.returncode != 0
    assert "Traceback" not in output
    entry = store.read()["bot"]
    assert (entry.pending, entry.id) == (None, bots(emulator)[0]["id"])
    assert is_alive(emulator, entry.value)
    assert short(emulator.writes).count(method) == 1


@pytest.mark.parametrize("method", VALUES)
def test_a_value_is_stored_although_the_task_exceeds_its_time(emulator: Emulator, player: Player, method: str) -> None:
    """The keyword timeout, after which the task counts as failed."""
    store = TokenStore(player.folder / "tokens.yml", fmt="plain")
    if method != "CreateToken":
        assert player.play([{"name": "made", TOKEN: STORED}]).code == 0
    delay(emulator, method)
    run = player.play([{"name": "changed", TOKEN: {**STORED, **VALUES[method]}, "timeout": 2}])
    assert run.code != 0
    assert store.read()["bot"].pending is None
    assert is_alive(emulator, store.read()["bot"].value)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("connection", ["local", "elsewhere"])
def test_a_token_whose_value_nobody_gets_is_removed(
    emulator: Emulator, cold_player: Player, wait: Until, connection: str, number: signal.Signals
) -> None:
    """Without a store, in process and as a module, which has to start within the process group of the run."""
    # The signal goes through the processes of ansible-core until it reaches a module.
    delay(emulator, "CreateToken", 3 if connection == "local" else 10)
    task = {"name": "made", TOKEN: {**BOT, "return_value": True}, "vars": {"ansible_connection": connection}}
    with cold_player.started([task]) as process:
        wait(lambda: "Signin" in short(emulator.methods))
        wait(lambda: "CreateToken" in short(emulator.methods))
        os.killpg(process.pid, number)
        process.communicate(timeout=30)
        wait(lambda: short(emulator.methods)[-1:] == ["Signout"])
    assert short(emulator.writes) == ["CreateToken", "DeleteTokens"]
    assert bots(emulator) == []


@contextmanager
def module(emulator: Emulator, folder: Path, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """The module as a process, without ansible-playbook around it."""
    account = {"api_url": emulator.url, "login": emulator.account.login, "password": emulator.account.password}
    arguments = {**BOT, **account, "return_value": True, **options, "_ansible_remote_tmp": str(folder)}
    path = folder / "arguments.json"
    path.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", MODULE, str(path)],
        env={**os.environ, "PYTHONPATH": os.environ["ANSIBLE_COLLECTIONS_PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_module_that_is_interrupted_removes_the_token_that_it_makes(
    emulator: Emulator, tmp_path: Path, wait: Until, number: signal.Signals
) -> None:
    delay(emulator, "CreateToken")
    with module(emulator, tmp_path) as process:
        wait(lambda: "Signin" in short(emulator.methods))
        wait(lambda: "CreateToken" in short(emulator.methods))
        process.send_signal(number)
        output, _errors = process.communicate(timeout=30)
    assert process.returncode == -number
    assert output == ""
    assert short(emulator.methods)[-3:] == ["GetTokens", "DeleteTokens", "Signout"]
    assert bots(emulator) == []


@pytest.mark.parametrize("number", SIGNALS)
def test_a_module_that_is_interrupted_hands_back_the_value_that_it_replaces(
    emulator: Emulator, tmp_path: Path, wait: Until, number: signal.Signals
) -> None:
    """The old value is dead, and cannot be made alive again."""
    with module(emulator, tmp_path) as process:
        first = json.loads(process.communicate(timeout=60)[0])
        assert first["changed"] is True, first
    delay(emulator, "RegenerateToken")
    with module(emulator, tmp_path, regenerate="always") as process:
        wait(lambda: "RegenerateToken" in short(emulator.methods))
        process.send_signal(number)
        output, _errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert short(emulator.methods)[-1] == "Signout"
    assert is_alive(emulator, json.loads(output)["value"])
