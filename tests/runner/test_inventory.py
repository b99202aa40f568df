# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory under ansible-runner, as a controller's job has it: the environment alone says which account."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.integration.inventories import GET_ALL, create_shop, write
from tests.integration.leak_scan import texts_of
from tests.integration.nodes import EXEC, created_nodes
from tests.integration.runner_player import RunnerPlayer
from tests.integration.support import Account, Emulator, Player, running
from tests.secrets_search import found_in


def test_hosts_by_the_environment_alone(emulator: Emulator, tmp_path: Path) -> None:
    create_shop(emulator)
    token = emulator.account.token
    given = {"PAAS_TOKEN": token, "PAAS_INVENTORY_EXCLUDE": "shop-two", "PAAS_INVENTORY_CONNECTION": "ssh"}
    player = RunnerPlayer(tmp_path, emulator.url, None, environment=given)
    (tmp_path / "private" / "inventory").mkdir(parents=True)
    write(tmp_path / "private" / "inventory")
    tasks = [{"name": "host", "ansible.builtin.debug": {"msg": "{{ paas_environment }} {{ paas_node_group }}"}}]
    play = {"hosts": "env_group_dev", "gather_facts": False, "tasks": tasks}
    playbook = tmp_path / "play.yml"
    playbook.write_text(yaml.safe_dump([play]), encoding="utf-8")
    run = player.run(playbook)
    assert run.code == 0, run.output
    assert sorted(result["msg"] for _name, result in run.results) == ["shop-one bl", "shop-one cp", "shop-one cp"]
    assert emulator.methods == [GET_ALL]
    assert found_in(texts_of(run, tmp_path, given), [token]) == []


def test_modules_in_nodes_by_the_environment_alone(tmp_path: Path) -> None:
    """Inventory and connection: neither the source nor the playbook says anything of the platform or the token."""
    with running(Account.made_up("user"), Account.made_up("other"), "--exec", "sandbox") as emulator:
        nodes = created_nodes(emulator, Player(tmp_path, emulator.url, None), count=2)
        session = emulator.signin()
        made = emulator.call(
            "users.authentication.CreateToken", session=session, description="x", apiList=f"{GET_ALL},{EXEC}"
        )
        token = str(made["token"]["key"])
        given = {"PAAS_TOKEN": token, "PAAS_INVENTORY_INCLUDE": nodes.name}
        player = RunnerPlayer(tmp_path, emulator.url, None, environment=given)
        (tmp_path / "private" / "inventory").mkdir(parents=True)
        write(tmp_path / "private" / "inventory")
        tasks = [{"name": "host", "ansible.builtin.command": "hostname"}]
        play = {"hosts": "layer_cp", "gather_facts": False, "remote_user": "root", "tasks": tasks}
        variables = {"vars": {"ansible_python_interpreter": "/usr/bin/python3"}}
        playbook = tmp_path / "play.yml"
        playbook.write_text(yaml.safe_dump([{**play, **variables}]), encoding="utf-8")
        emulator.forget()
        run = player.run(playbook)
        assert run.code == 0, run.output
        names = sorted(result["stdout"].partition(".")[0] for _name, result in run.results)
        assert names == [f"{host}-{nodes.name}" for host in nodes.hosts]
        assert set(emulator.methods) == {GET_ALL, EXEC}
        assert found_in(texts_of(run, tmp_path, given), [token]) == []
