# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebooks of the collection, run by ansible-rulebook: source, rule, playbook."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import TokenStore
from tests.integration.support import PROJECT, Emulator, Player, short
from tests.secrets_search import found_in

RULEBOOKS = PROJECT / "extensions" / "eda" / "rulebooks"
PROGRAM = str(Path(sys.executable).parent / "ansible-rulebook")
SECONDS = 60.0
SHOP = {"name": "shop-one", "nodes": [{"node_type": "nginxphp", "cloudlets": 4}], "env_groups": ["keep-running"]}


@pytest.fixture
def player(emulator: Emulator, tmp_path: Path) -> Player:
    """A person with a token store."""
    given = {"PAAS_TOKEN_STORE": str(tmp_path / "tokens.yml")}
    return Player(tmp_path, emulator.url, emulator.account, vault_password="made-up-word", environment=given)


class Webhook:
    """What a webhook was sent."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []


@contextmanager
def webhook() -> Iterator[tuple[str, Webhook]]:
    """A server that keeps what it is sent, with its address."""
    kept = Webhook()

    class WebhookHandler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), WebhookHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", kept
        finally:
            server.shutdown()


def rulebook_of(folder: Path, pattern: str) -> Path:
    """Rulebooks of the collection in one file, as each program takes a while to start; polls are frequent here."""
    rulesets = [item for path in sorted(RULEBOOKS.glob(pattern)) for item in yaml.safe_load(path.read_text("utf-8"))]
    for number, ruleset in enumerate(rulesets):
        for entry in ruleset["sources"]:
            for name in entry.keys() - {"name"}:
                entry[name] = {"interval": 0.5, "state_file": str(folder / f"{number}-{name}.json")}
    path = folder / "rulebook.yml"
    path.write_text(yaml.safe_dump(rulesets, sort_keys=False), encoding="utf-8")
    return path


@contextmanager
def started(player: Player, pattern: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """ansible-rulebook with the rulebooks; its output is in the file ``output``."""
    inventory = player.folder / "localhost.yml"
    hosts = {"localhost": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}}
    inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")
    password = player.folder / "vault-password"
    password.write_text(player.vault_password, encoding="utf-8")
    given = {**player.full_environment(), "ANSIBLE_VAULT_PASSWORD_FILE": str(password), **environment}
    argv = [PROGRAM, "--rulebook", str(rulebook_of(player.folder, pattern)), "--inventory", str(inventory)]
    with (player.folder / "output").open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [*argv, "--env-vars", "PAAS_WEBHOOK", "--print-events"],
            cwd=player.folder,
            env={**given, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()


def until(condition: Callable[[], Any], process: subprocess.Popen[str], player: Player) -> None:
    """Wait for a condition while the program runs."""
    never = threading.Event()
    for _turn in range(int(SECONDS / 0.1)):
        if condition():
            return
        assert process.poll() is None, (player.folder / "output").read_text(encoding="utf-8")
        never.wait(0.1)
    raise AssertionError(f"the awaited condition did not come:\n{(player.folder / 'output').read_text('utf-8')}")


def value(player: Player) -> str | None:
    """The stored value of the token."""
    vault = VaultLib([("default", VaultSecret(player.vault_password.encode()))])
    return TokenStore(player.environment["PAAS_TOKEN_STORE"], vault=vault).read()["auto-ci"].value


def end_in_ten_days(emulator: Emulator) -> None:
    """Set the end of the token, as its owner can."""
    session, ends = emulator.signin(), datetime.now(timezone.utc) + timedelta(days=10)
    listed = emulator.call("users.authentication.GetTokens", session=session)["apiTokens"]
    (number,) = (str(token["id"]) for token in listed if token["description"] == "auto-ci")
    given = {"id": number, "expiresAt": f"{ends:%Y-%m-%d %H:%M:%S}"}
    assert emulator.call("users.authentication.EditToken", session=session, **given)["result"] == 0
    emulator.call("users.authentication.Signout", session=session)


def test_a_stopped_environment_and_a_due_token_are_repaired(emulator: Emulator, player: Player) -> None:
    """And the webhook gets the event of the token. No secret is in output, state files, or what the webhook gets."""
    token = {"description": "auto-ci", "api_methods": ["environment.control.GetEnvs"], "expires_in": "90d"}
    setup = player.play(
        [
            {"name": "token", "inet.elastic.paas_token": {**token, "store": "tokens.yml"}},
            {"name": "environment", "inet.elastic.paas_environment": SHOP},
        ]
    )
    assert setup.code == 0, setup.output
    old = value(player)
    end_in_ten_days(emulator)
    emulator.forget()
    with ExitStack() as running:
        address, sent = running.enter_context(webhook())
        process = running.enter_context(started(player, "*.yml", PAAS_WEBHOOK=address))
        # The second poll of both sources of environments: the first one is what it is compared to.
        until(lambda: emulator.methods.count("environment.control.GetEnvs") > 3, process, player)
        emulator.call("environment.control.StopEnv", envName="shop-one")
        until(lambda: {"StartEnv", "RegenerateToken"} <= set(short(emulator.methods)), process, player)
        until(lambda: sent.bodies and value(player) != old, process, player)
    writes = short(emulator.writes)
    assert (writes.count("StartEnv"), writes.count("RegenerateToken")) == (1, 1)
    info = emulator.call("environment.control.GetEnvInfo", envName="shop-one")
    assert info["env"]["status"] == 1
    assert [(body["change"], body["token"]["description"], body["threshold"]) for body in sent.bodies] == [
        ("expiring", "auto-ci", "14d")
    ]
    kept = [path for path in player.folder.rglob("*") if path.suffix == ".json" or path.name == "output"]
    texts = {path.name: path.read_text(encoding="utf-8") for path in kept} | {"webhook": json.dumps(sent.bodies)}
    assert len(texts) == 6
    secrets = [
        emulator.account.password,
        emulator.account.token,
        player.vault_password,
        *filter(None, [old, value(player)]),
    ]
    assert found_in(texts, secrets) == []


def test_wrong_credentials_end_the_program(emulator: Emulator, player: Player) -> None:
    """At once, and the reason is there."""
    wrong = "a-wrong-password"
    with started(player, "restart*.yml", PAAS_PASSWORD=wrong, PAAS_WEBHOOK="unused") as process:
        assert process.wait(SECONDS) != 0
    output = (player.folder / "output").read_text(encoding="utf-8")
    assert "SourceError: Source plugin failed with error message: 'users.authentication.Signin" in output
    assert "(result 701)" in output and wrong not in output
    assert emulator.methods == ["users.authentication.Signin"]
