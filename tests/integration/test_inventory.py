# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin in the programs of Ansible; tests/unit/inventory has its options."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.integration.inventories import GET_ALL, IMAGE, NGINX, create, create_shop, with_cache, write
from tests.integration.ssh_gate import serving
from tests.integration.support import Emulator, Player
from tests.secrets_search import found_in
from tests.unit.documented_blocks import blocks_of

GUIDE = Path("docs/docsite/rst/guide_inventory.rst")
PROGRAM = str(Path(sys.executable).parent / "ansible-inventory")


def listed(player: Player, path: Path, output: str) -> subprocess.CompletedProcess[str]:
    """Run ansible-inventory at the highest verbosity, and write what it lists into a file of the folder."""
    return subprocess.run(
        [PROGRAM, "-i", str(path), "--list", "-vvvvv", "--output", output, "--vault-password-file", "vault-password"],
        cwd=player.folder,
        env=player.full_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


@pytest.fixture
def player(emulator: Emulator, tmp_path: Path) -> Player:
    environment = {"PAAS_TOKEN": emulator.account.token}
    return Player(tmp_path, emulator.url, None, verbosity=0, environment=environment)


def test_cold_and_cached_are_equal_to_the_byte(emulator: Emulator, player: Player) -> None:
    """Two accounts and all features; the second run makes no call. No token is shown or kept.

    Hosts get the template of the first token, and the encrypted text of the second one.
    """
    create_shop(emulator)
    secret = secrets.token_hex(12)
    (player.folder / "vault-password").write_text(secret, encoding="utf-8")
    encrypted = VaultLib([("default", VaultSecret(secret.encode()))]).encrypt(emulator.other.token).decode()
    path = write(
        player.folder,
        **with_cache(player.folder),
        accounts=[
            {"name": "first", "session": "{{ lookup('ansible.builtin.env', 'PAAS_TOKEN') }}"},
            {"name": "second", "session": "ENCRYPTED"},
        ],
        compose={"address": "paas_internal_ip"},
        keyed_groups=[{"key": "paas_node_id", "prefix": "id"}],
    )
    block = textwrap.indent(encrypted, " " * 6)
    path.write_text(path.read_text("utf-8").replace("ENCRYPTED", f"!vault |\n{block}"), encoding="utf-8")
    cold = listed(player, path, "cold.json")
    assert emulator.methods == [GET_ALL, GET_ALL]
    emulator.forget()
    cached = listed(player, path, "cached.json")
    assert emulator.methods == []
    assert (player.folder / "cached.json").read_bytes() == (player.folder / "cold.json").read_bytes()
    found = json.loads((player.folder / "cold.json").read_text(encoding="utf-8"))["_meta"]["hostvars"]
    assert sorted(variables["paas_account"] for variables in found.values()) == ["first"] * 4 + ["second"]
    assert [variables["ansible_paas_token"] for _host, variables in sorted(found.items())] == [
        *["{{ lookup('ansible.builtin.env', 'PAAS_TOKEN') }}"] * 4,
        {"__ansible_vault": encrypted},
    ]
    texts = {str(file): file.read_text(encoding="utf-8") for file in player.folder.rglob("*") if file.is_file()}
    output = {"output": cold.stdout + cold.stderr + cached.stdout + cached.stderr}
    assert found_in({**texts, **output}, [emulator.account.token, emulator.other.token]) == []


def test_a_new_environment_is_there_after_a_refresh(emulator: Emulator, player: Player) -> None:
    """The playbook of the guide. The cache is on; --flush-cache calls again as well."""
    path = write(player.folder, **with_cache(player.folder))
    (playbook,) = (block.text for block in blocks_of(GUIDE) if "refresh_inventory" in block.text)
    (player.folder / "create.yml").write_text(playbook, encoding="utf-8")
    for number, arguments in enumerate(((), ("--flush-cache",))):
        emulator.forget()
        run = player.run(player.folder / "create.yml", "-i", str(path), *arguments)
        assert run.code == 0, run.output
        shown = sorted(result["msg"] for name, result in run.results if name == "Show the node")
        assert [text.partition("-")[2] for text in shown] == ["shop-first.paas.example.com is in the layer vds"] * 2
        assert run.result("Create the environment")["changed"] is (number == 0)
        assert emulator.methods.count(GET_ALL) == 2


def test_a_source_that_cannot_be_read_is_named(emulator: Emulator, player: Player) -> None:
    player.environment |= {"PAAS_TOKEN": "0" * 40, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
    player.environment["ANSIBLE_INVENTORY_ENABLED"] = "inet.elastic.paas"
    run = player.play([], "-i", str(write(player.folder)))
    assert run.code != 0
    text = " ".join(run.output.split())
    assert f"the account at {emulator.url}: {GET_ALL} was refused: " in text
    assert "0" * 40 not in text
    assert emulator.methods == [GET_ALL]


def test_nodes_through_the_ssh_gate(emulator: Emulator, player: Player, capsys: pytest.CaptureFixture[str]) -> None:
    """By a real OpenSSH: a module with a file to copy, and become on a certified stack, which has none."""

    def say(text: str) -> None:
        with capsys.disabled():
            print(f"\n!!! {text} !!!", file=sys.stderr)

    create(emulator, "shop-two", [NGINX, IMAGE])
    nodes = emulator.call("environment.control.GetEnvs")["infos"][0]["nodes"]
    users = [f"{node['id']}-1001" for node in nodes]
    with serving(player.folder, users, say) as gate:
        path = write(player.folder, connection="ssh", compose={"ansible_port": str(gate.port)})
        player.environment |= {**gate.settings, "ANSIBLE_PIPELINING": "true"}
        tasks: list[dict[str, Any]] = [
            {"name": "user", "ansible.builtin.raw": "echo $LOGNAME"},
            {
                "name": "file",
                "when": "paas_image is none",
                "ansible.builtin.copy": {
                    "content": "{{ ansible_user }}",
                    "dest": f"{gate.home}/{{{{ paas_node_group }}}}",
                },
            },
        ]
        run = player.play(tasks, "-i", str(path), hosts="environment_shop_two", become="{{ paas_image is none }}")
    assert run.code == 0, run.output
    assert sorted(result["stdout"].strip() for name, result in run.results if name == "user") == users
    assert {path.name: path.read_text(encoding="utf-8") for path in gate.home.iterdir()} == {"bl": users[0]}
    assert not [command for command in gate.commands if "sudo" in command or "~" in command]
    assert any("/tmp/.ansible/" in command for command in gate.commands)
