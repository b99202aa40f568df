# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account that is exported is declared by the export: no change, the differences later, and the same again."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import yaml

from tests.integration.leak_scan import leaks
from tests.integration.support import Emulator, Player, Run, short

PLAYBOOK = "inet.elastic.export_account"
ENVIRONMENTS: list[dict[str, Any]] = [
    {
        "name": "acme-shop",
        "env_groups": ["clients/acme"],
        "nodes": [
            {"node_group": "cp", "node_type": "nginxphp", "count": 2, "cloudlets": 8},
            {"node_group": "sqldb", "node_type": "postgresql", "disk_limit": "50G"},
        ],
        "domains": ["www.example.com"],
        "endpoints": [{"name": "admin", "node_group": "cp", "private_port": 8081}],
    },
    {"name": "acme-wiki", "nodes": [{"node_group": "app", "image": "registry.example.com/wiki:2.4"}]},
]
TOKENS: list[dict[str, Any]] = [
    {"description": "nightly", "api_methods": ["environment.control.StopEnv"], "expires_at": "2030-01-01"},
    {"description": "support", "template": "Marketplace"},
]


VARIABLES = {
    "DB_PASSWORD": secrets.token_hex(12),
    "LINES": f"{secrets.token_hex(6)}\n  - {secrets.token_hex(6)} é",
    "TEMPLATE": f"{{{{ 6 * 7 }}}}{{% {secrets.token_hex(6)} %}}",
    "SWITCH": "yes",
    "NUMBER": "0123",
}
FILES = ("account.yml", "site.yml", "variables.yml")


def ran(player: Player, playbook: str | Path, *arguments: str) -> Run:
    """One run that must succeed."""
    run = player.run(playbook, *arguments)
    assert run.code == 0, [result.get("msg") for _, result in run.results if result["failed"]]
    return run


def created(player: Player, emulator: Emulator) -> tuple[dict[str, str], dict[str, str]]:
    """Create environments and tokens; return the place of container variables, and the variables."""
    player.environment["PAAS_TOKEN_STORE"] = str(player.folder / "store.yml")
    made = player.play(
        [
            {"name": "e", "inet.elastic.paas_environments": {"environments": ENVIRONMENTS}},
            {"name": "t", "inet.elastic.paas_tokens": {"tokens": TOKENS, "prune": True, "store": "store.yml"}},
        ]
    )
    assert made.code == 0, made.output
    # The password of the run is a value like any other.
    values = {**VARIABLES, "OWN": emulator.account.password}
    place = {"envName": "acme-shop", "nodeGroup": "cp", "session": emulator.signin()}
    assert emulator.call("environment.control.AddContainerEnvVars", **place, vars=json.dumps(values))["result"] == 0
    return place, values


def test_the_export_is_the_account(player: Player, emulator: Emulator) -> None:
    """It changes nothing, names what somebody changed, and creates the same environments and tokens."""
    place, values = created(player, emulator)
    variables_before = emulator.call("environment.control.GetContainerEnvVarsByGroup", **place)["object"]
    assert values.items() < variables_before.items()
    folder = player.folder / "account"
    export = (PLAYBOOK, "-e", f"export_account_directory={folder}")
    emulator.forget()
    runs = [ran(player, *export)]
    assert emulator.writes == []
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == dict.fromkeys(FILES, 0o600)
    content = {name: (folder / name).read_bytes() for name in FILES}
    assert content["variables.yml"].startswith(b"$ANSIBLE_VAULT;1.1;AES256\n")
    exported = (folder / "account.yml").read_text(encoding="utf-8")
    variables = yaml.safe_load(exported)
    assert [item["name"] for item in variables["account_environments"]] == ["acme-shop", "acme-wiki"]
    assert [layer.get("env") for item in variables["account_environments"] for layer in item["nodes"]] == [
        "{{ container_variables['acme-shop']['cp'] }}",
        None,
        None,
    ]
    assert variables["account_tokens"] == [
        {**TOKENS[0], "expires_at": "2030-01-01T00:00:00Z"},
        TOKENS[1],
    ]
    again = ran(player, folder / "site.yml")
    runs.append(again)
    assert (emulator.writes, [task for task, result in again.results if result.get("changed")]) == ([], [])

    changed = player.play([{"name": "c", "inet.elastic.paas_environment": {"name": "acme-wiki", "state": "stopped"}}])
    assert changed.code == 0
    different = ran(player, folder / "site.yml", "--check")
    assert different.result("Create or change the environments")["steps"] == ["start environment 'acme-wiki'"]

    names = [item["name"] for item in ENVIRONMENTS]
    absent = [{"name": name, "state": "absent", "delete_confirm": "password"} for name in names]
    gone = player.play([{"name": "d", "inet.elastic.paas_environments": {"environments": absent}}])
    assert gone.code == 0, gone.output
    runs += [ran(player, folder / "site.yml"), ran(player, *export)]
    assert emulator.call("environment.control.GetContainerEnvVarsByGroup", **place)["object"] == variables_before
    assert {name: (folder / name).read_bytes() for name in FILES} == content
    assert [task for task, result in runs[-1].results if result.get("changed")] == []
    hidden = [value for name, value in values.items() if name not in ("SWITCH", "NUMBER")]
    assert [leaks(run, player.folder, hidden) for run in runs] == [[], [], [], []]


def test_a_part_of_the_account(player: Player, emulator: Emulator) -> None:
    """Some environments, without tokens and values, and what is refused before the first call."""
    made = player.play([{"name": "e", "inet.elastic.paas_environments": {"environments": ENVIRONMENTS}}])
    assert made.code == 0, made.output
    folder = player.folder / "part"
    arguments = {
        "export_account_directory": str(folder),
        "export_account_names": ["*-wiki"],
        "export_account_tokens": False,
        "export_account_variables": False,
    }
    player.vault_password = ""
    (player.folder / "extra.yml").write_text(yaml.safe_dump(arguments), encoding="utf-8")
    emulator.forget()
    ran(player, PLAYBOOK, "-e", f"@{player.folder / 'extra.yml'}")
    assert "GetTokens" not in short(emulator.methods)
    variables = yaml.safe_load((folder / "account.yml").read_text(encoding="utf-8"))
    assert ([item["name"] for item in variables["account_environments"]], list(variables)) == (
        ["acme-wiki"],
        ["account_environments"],
    )
    emulator.forget()
    ran(player, folder / "site.yml")
    assert emulator.writes == []
    emulator.forget()
    refused = player.run(PLAYBOOK, "-e", f"export_account_directory={folder}")
    assert (refused.code != 0, emulator.methods) == (True, [])
    assert refused.result("Read the environments")["msg"] == (
        "encrypted_env: this run has no vault password; give one with --vault-password-file, --vault-id or "
        "--ask-vault-pass, or leave the container variables out"
    )
    refused = player.run(PLAYBOOK, "-e", "export_account_directory=account")
    assert (refused.code != 0, emulator.methods) == (True, [])
    assert "export_account_directory must be an absolute path" in refused.output
