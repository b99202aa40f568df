# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes that run real commands, and playbooks for them by the connection ``inet.elastic.paas_exec``."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.integration.support import Emulator, Player, Run

EXEC = "environment.control.ExecCmdById"
PYTHON = "/usr/bin/python3"  # of this machine, which a node sees
VARIABLES = {
    "ansible_connection": "inet.elastic.paas_exec",
    "ansible_python_interpreter": PYTHON,
    "ansible_user": "root",
}


@dataclass
class Nodes:
    """An environment with nodes of its own.

    Attributes:
        token: grants nothing but the connection's method.
        ids: of the nodes.
    """

    emulator: Emulator
    player: Player
    name: str
    token: str = field(repr=False)
    ids: list[int]
    variables: dict[str, Any] = field(default_factory=lambda: dict(VARIABLES))

    @property
    def hosts(self) -> list[str]:
        """Names of the hosts in the inventory."""
        return [f"node{number}" for number in self.ids]

    def inventory(self, hosts: Mapping[str, Mapping[str, Any]] | None = None) -> Path:
        """Write an inventory: by default all nodes."""
        all_nodes = {f"node{number}": {"ansible_paas_node_id": number} for number in self.ids}
        content = {
            "all": {
                "hosts": {name: dict(values) for name, values in (hosts or all_nodes).items()},
                "vars": {"ansible_paas_env_name": self.name, **self.variables},
            }
        }
        path = self.player.folder / "hosts.yml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return path

    def play(
        self,
        tasks: list[dict[str, Any]],
        *arguments: str,
        hosts: Mapping[str, Mapping[str, Any]] | None = None,
        **play: Any,
    ) -> Run:
        """Run tasks on nodes."""
        self.player.environment["PAAS_TOKEN"] = self.token
        return self.player.play(tasks, "-i", str(self.inventory(hosts)), *arguments, **{"hosts": "all", **play})

    def sh(self, command: str, node: int = 0) -> str:
        """Output of a command in a node, as another client would run it."""
        listed = json.dumps([{"command": command}])
        answer = self.emulator.call(
            EXEC, envName=self.name, nodeId=str(self.ids[node]), commandList=listed, sayYes="false", userName="root"
        )
        assert answer["result"] == 0, answer
        return str(answer["responses"][0]["out"])


def created_nodes(emulator: Emulator, player: Player, count: int = 1) -> Nodes:
    """Create an environment with nodes, and a token for the connection."""
    name = f"shop-{secrets.token_hex(4)}"
    layers = json.dumps([{"image": "example/app:1", "nodeGroup": "cp", "count": count}])
    made = emulator.call("environment.control.CreateEnvironment", env=json.dumps({"shortdomain": name}), nodes=layers)
    assert made["response"]["result"] == 0, made
    session = emulator.signin()
    answer = emulator.call("users.authentication.CreateToken", session=session, description=name, apiList=EXEC)
    numbers = [node["id"] for node in made["response"]["nodes"]]
    return Nodes(emulator, player, name, str(answer["token"]["key"]), numbers)
