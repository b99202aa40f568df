# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``src`` of paas_file: found as ansible.builtin.copy finds it, in the controller process and as a module."""

from __future__ import annotations

import base64
import json
from typing import Any

from ansible.constants import DEFAULT_VAULT_IDENTITY
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.integration.support import Emulator, Player

FILE = "inet.elastic.paas_file"
NODE = {"environment": "my-shop", "node_id": 20001}
AS_MODULE = {"vars": {"ansible_connection": "elsewhere"}}
BYTES = bytes(range(256))
SECRET = "the secret of the vaulted file\n"
VAULT_PASSWORD = "a vault password of tests"


def task(name: str, **options: Any) -> dict[str, Any]:
    """One task whose failure does not end the play."""
    return {"name": name, FILE: {**NODE, "path": f"/etc/{name}", **options}, "ignore_errors": True}


def encrypted(text: str) -> bytes:
    """A text as ansible-vault encrypts it."""
    vault = VaultLib([(DEFAULT_VAULT_IDENTITY, VaultSecret(VAULT_PASSWORD.encode()))])
    found: bytes = vault.encrypt(text)
    return found


def prepared(emulator: Emulator, player: Player) -> None:
    """An environment, and files beside the playbook and in a role."""
    emulator.call(
        "environment.control.CreateEnvironment",
        env=json.dumps({"shortdomain": "my-shop"}),
        nodes=json.dumps([{"nodeType": "nginx-dockerized", "nodeGroup": "cp"}]),
    )
    role, files = player.folder / "roles" / "app", player.folder / "files"
    for folder in (role / "files", role / "tasks", files / "folder"):
        folder.mkdir(parents=True)
    in_role = {"name": "role", FILE: {**NODE, "path": "/etc/role", "src": "app.ini"}}
    (role / "tasks" / "main.yml").write_text(json.dumps([in_role]))
    (role / "files" / "app.ini").write_text("of the role\n")
    (files / "app.ini").write_text("of the playbook\n")
    (files / "image").write_bytes(BYTES)
    (files / "vaulted").write_bytes(encrypted(SECRET))
    player.vault_password = VAULT_PASSWORD


def test_sources(emulator: Emulator, player: Player) -> None:
    """Each refusal is one line; no secret of a vaulted file is shown."""
    prepared(emulator, player)
    run = player.play(
        [
            task("playbook", src="app.ini"),
            task("absolute", src=str(player.folder / "files" / "app.ini")),
            {**task("module", src="image", mode="0600"), **AS_MODULE},
            task("image", src="image"),
            task("again", src="image", path="/etc/image"),
            task("vaulted", src="vaulted", sensitive=True),
            task("missing", src="nothing.ini"),
            task("folder", src="folder"),
            task("both", src="app.ini", content="x"),
            task("read", path="/etc/module", state="read"),
        ],
        "--diff",
        roles=["app"],
    )
    new = ("app : role", "playbook", "absolute", "module", "image", "vaulted")
    assert {name: run.result(name)["changed"] for name in new} == dict.fromkeys(new, True)
    assert run.result("again")["changed"] is False
    where = {"envName": "my-shop", "nodeid": "20001"}
    bodies = [
        emulator.call("environment.file.Read", **where, path=f"/etc/{name}")["body"]
        for name in ("role", "playbook", "absolute", "vaulted")
    ]
    assert bodies == ["of the role\n", "of the playbook\n", "of the playbook\n", SECRET]
    shown = run.result("read")
    assert (shown["content"], shown["encoding"]) == (base64.b64encode(BYTES).decode(), "base64")
    message = run.result("missing")["msg"]
    assert message.startswith("src: nothing.ini cannot be read on the controller; files are looked for in the folder")
    assert "\n" not in message
    assert run.result("folder")["msg"] == "src: folder is a directory; give a file"
    assert run.result("both")["msg"] == "parameters are mutually exclusive: content|src"
    assert SECRET.strip() not in run.output
