# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account that is exported is declared by the export: no change, the differences later, and the same again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

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


def ran(player: Player, playbook: str | Path, *arguments: str) -> Run:
    """One run that must succeed."""
    run = player.run(playbook, *arguments)
    assert run.code == 0, [result.get("msg") for _, result in run.results if result["failed"]]
    return run


def test_the_export_is_the_account(player: Player, emulator: Emulator) -> None:
    """It changes nothing, names what somebody changed, and creates the same environments and tokens."""
    player.environment["PAAS_TOKEN_STORE"] = str(player.folder / "store.yml")
    made = player.play(
        [
            {"name": "e", "inet.elastic.paas_environments": {"environments": ENVIRONMENTS}},
            {"name": "t", "inet.elastic.paas_tokens": {"tokens": TOKENS, "prune": True, "store": "store.yml"}},
        ]
    )
    assert made.code == 0, made.output
    folder = player.folder / "account"
    export = (PLAYBOOK, "-e", f"export_account_directory={folder}")
    emulator.forget()
    ran(player, *export)
    assert emulator.writes == []
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "account.yml": 0o600,
        "site.yml": 0o600,
    }
    exported = (folder / "account.yml").read_text(encoding="utf-8")
    variables = yaml.safe_load(exported)
    assert [item["name"] for item in variables["account_environments"]] == ["acme-shop", "acme-wiki"]
    assert variables["account_tokens"] == [
        {**TOKENS[0], "expires_at": "2030-01-01T00:00:00Z"},
        TOKENS[1],
    ]
    again = ran(player, folder / "site.yml")
    assert (emulator.writes, [task for task, result in again.results if result.get("changed")]) == ([], [])

    changed = player.play([{"name": "c", "inet.elastic.paas_environment": {"name": "acme-wiki", "state": "stopped"}}])
    assert changed.code == 0
    different = ran(player, folder / "site.yml", "--check")
    assert different.result("Create or change the environments")["steps"] == ["start environment 'acme-wiki'"]

    names = [item["name"] for item in ENVIRONMENTS]
    absent = [{"name": name, "state": "absent", "delete_confirm": "password"} for name in names]
    gone = player.play([{"name": "d", "inet.elastic.paas_environments": {"environments": absent}}])
    assert gone.code == 0, gone.output
    ran(player, folder / "site.yml")
    ran(player, *export)
    assert (folder / "account.yml").read_text(encoding="utf-8") == exported


def test_a_part_of_the_account(player: Player, emulator: Emulator) -> None:
    """Some environments, and no tokens; a relative directory is refused before the first call."""
    made = player.play([{"name": "e", "inet.elastic.paas_environments": {"environments": ENVIRONMENTS}}])
    assert made.code == 0, made.output
    folder = player.folder / "part"
    arguments = {
        "export_account_directory": str(folder),
        "export_account_names": ["*-wiki"],
        "export_account_tokens": False,
    }
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
    refused = player.run(PLAYBOOK, "-e", "export_account_directory=account")
    assert (refused.code != 0, emulator.methods) == (True, [])
    assert "export_account_directory must be an absolute path" in refused.output
