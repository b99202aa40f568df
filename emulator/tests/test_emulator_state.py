# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state file: what survives a restart, what it never holds, what it does when broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator_client import LOGIN, PASSWORD, TOKEN, Client
from emulator_process import ACCOUNT, started
from paas_emulator.persistence import StateError, StateFile
from paas_emulator.store import Store

Refused = Callable[..., str]

A = "users.authentication."
C = "environment.control."
NODE_SECRET = "secret-of-a-node"


def fill(client: Client) -> dict[str, Any]:
    """An environment, a token, a session; returns what must be the same after a restart."""
    signed_in = client.signed_in()
    token = signed_in.call(A + "CreateToken", description="ci", apiList="env.control.GetEnvs")["token"]["key"]
    nodes = [{"image": "app:1", "count": 2, "extip": True, "env": {"PASSWORD": NODE_SECRET}}, {"nodeType": "mysql8"}]
    client.create("hello-world", nodes, displayName="Hello")
    client.call(C + "StopEnv", envName="hello-world")
    return {"session": signed_in.session, "token": token, "envs": client.call(C + "GetEnvs")}


@pytest.mark.parametrize("clean", [True, False])
def test_restart(tmp_path: Path, clean: bool) -> None:
    state = tmp_path / "state.json"
    with started("--state", str(state), "--account", ACCOUNT) as (process, url):
        before = fill(Client(url, TOKEN))
        if clean:
            process.terminate()
            assert process.wait(timeout=20) == 0
        else:
            process.kill()
            process.wait()
    with started("--state", str(state), "--account", ACCOUNT) as (_, url):
        client = Client(url, TOKEN)
        assert client.call(C + "GetEnvs") == before["envs"]
        assert client.with_session(before["token"]).call(C + "GetEnvs") == before["envs"]
        session = client.with_session(before["session"])
        assert [row["id"] for row in session.call(A + "GetTokens")["apiTokens"]] == [1, 2]
        assert client.create("other-world")["nodes"][0]["id"] == 20004
        assert client.journal()[0]["method"] == C + "GetEnvs"


def test_what_the_file_holds(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with started("--state", str(state), "--account", ACCOUNT) as (_, url):
        before = fill(Client(url, TOKEN))
        text = state.read_text(encoding="utf-8")
    assert state.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]
    for secret in (PASSWORD, TOKEN, before["session"], before["token"]):
        assert secret not in text
    assert NODE_SECRET in text  # nodes need their variables in the clear


def test_removed_start_token_stays_removed(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with started("--state", str(state), "--account", ACCOUNT) as (_, url):
        assert Client(url).signed_in().call(A + "DeleteTokens", ids="*") == {"result": 0}
    with started("--state", str(state), "--account", ACCOUNT) as (_, url):
        assert Client(url, TOKEN).call(C + "GetEnvs")["result"] == 702


def test_accounts_of_the_file_need_not_be_given_again(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with started("--state", str(state), "--account", ACCOUNT):
        pass
    with started("--state", str(state)) as (_, url):
        assert [row["login"] for row in Client(url).control("GET", "accounts")["accounts"]] == [LOGIN]
        Client(url).signed_in()


@pytest.mark.parametrize(("operation", "status"), [("StopEnv", 2), ("DeleteEnv", None)])
def test_interrupted_operations_are_settled(tmp_path: Path, operation: str, status: int | None) -> None:
    state = tmp_path / "state.json"
    with started("--state", str(state), "--account", ACCOUNT) as (process, url):
        client = Client(url, TOKEN)
        client.create("hello-world")
        client.control("PUT", "times", {operation: 600})
        client.control("PUT", "switches", {"gateway_timeout": 0.05})
        assert client.response(C + operation, envName="hello-world", password=PASSWORD).status_code == 504
        process.kill()
        process.wait()
    with started("--state", str(state)) as (_, url):
        answer = Client(url, TOKEN).call(C + "GetEnvInfo", envName="hello-world")
        assert answer.get("env", {}).get("status") == status
        assert (answer["result"] == 11) is (status is None)


def test_the_state_of_an_older_emulator(tmp_path: Path) -> None:
    """Members that environments did not have then are not needed."""
    state = tmp_path / "state.json"
    with started("--state", str(state), "--account", ACCOUNT) as (_, url):
        Client(url, TOKEN).create("hello-world")
    old = json.loads(state.read_text())
    for name in ("domain", "region_name"):
        del old["environments"]["hello-world"][name]
    state.write_text(json.dumps(old))
    with started("--state", str(state)) as (_, url):
        shown = Client(url, TOKEN).call(C + "GetEnvInfo", envName="hello-world")["env"]
        assert (shown["domain"], shown["hostGroup"]["uniqueName"]) == ("hello-world.paas.example.com", "region-a")


def test_reset_is_kept_too(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with started("--state", str(state), "--account", ACCOUNT) as (_, url):
        client = Client(url, TOKEN)
        client.create("hello-world")
        client.control("POST", "reset")
    with started("--state", str(state), "--account", ACCOUNT) as (_, url):
        assert Client(url, TOKEN).call(C + "GetEnvs") == {"result": 0, "infos": []}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 2}', '{"format": 1, "accounts": []}', "null"])
def test_broken_file(tmp_path: Path, text: str, refused: Refused) -> None:
    state = tmp_path / "state.json"
    state.write_text(text)
    line = refused("--port", "0", "--state", str(state))
    assert line == f"the state file {state} is not a state of this emulator; move it away to start afresh"
    assert state.read_text() == text


def test_file_that_is_no_text(tmp_path: Path, refused: Refused) -> None:
    state = tmp_path / "state.json"
    state.write_bytes(b"\xff\xfe\x00")
    assert refused("--port", "0", "--state", str(state)) == f"cannot read the state file {state}: not UTF-8 text"


def test_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")
    file.save(Store())
    before = file.path.read_text()
    (tmp_path / ".state.json.new").mkdir()
    with pytest.raises(StateError, match="^cannot write the state file .*state.json: Is a directory$"):
        file.save(Store())
    assert file.path.read_text() == before


def test_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "state.json")
    StateFile(tmp_path / "link").save(Store())
    assert (tmp_path / "link").is_symlink()
    assert json.loads((tmp_path / "state.json").read_text())["format"] == 1
    assert StateFile(tmp_path / "link").load() == Store()
    assert StateFile(tmp_path / "missing").load() is None


def test_lost_directory_is_reported_and_nothing_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with started("--state", str(folder / "state.json"), "--account", ACCOUNT) as (_, url):
        client = Client(url, TOKEN)
        client.create("hello-world")
        folder.rename(tmp_path / "away")
        assert client.response(C + "StopEnv", envName="hello-world").status_code == 500
        (tmp_path / "away").rename(folder)
        assert client.status("hello-world") == 2
    with started("--state", str(folder / "state.json")) as (_, url):
        assert Client(url, TOKEN).status("hello-world") == 2
