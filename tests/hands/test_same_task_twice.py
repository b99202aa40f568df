# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every writing module, twice at a time: on one machine one waits for the other, on two machines both end well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.locks import Locks
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource
from ansible_collections.inet.elastic.plugins.module_utils._resources.env_group import EnvGroup
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from ansible_collections.inet.elastic.plugins.module_utils._resources.file.resource import File
from ansible_collections.inet.elastic.plugins.module_utils._resources.scheduled_task import Scheduler
from ansible_collections.inet.elastic.plugins.module_utils._resources.ssh_key import SshKey
from tests.hands.between import Hands, Other, Waits, perform
from tests.integration.support import Emulator

NAME, SOURCE = "my-shop", "my-source"
CP: dict[str, Any] = {"node_group": "cp"}
NODES: list[dict[str, Any]] = [
    {**CP, "image": "app:1.0", "count": 2, "env": {"MODE": "a", "OLD": "x"}, "volumes": ["/data"]},
    {"node_group": "sqldb", "node_type": "postgresql"},
]
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGhlbGxvIHRoaXMgaXMgbm90IGEga2V5IGF0IGFsbCE= b@example.test"
FULL: dict[str, Any] = {
    "name": NAME,
    "nodes": NODES,
    "env_groups": ["clients"],
    "domains": ["a.example.com"],
    "firewall": [{"name": "db", "node_group": "sqldb", "ports": "5432"}],
}

# By the method during which the other run does all of its work: what there is before, and the task of both.
ENVIRONMENTS: dict[str, tuple[dict[str, Any] | None, dict[str, Any]]] = {
    "CreateEnvironment": (None, {"nodes": NODES}),
    "ChangeTopology": (FULL, {"nodes": [{**CP, "count": 3}]}),
    "DeleteEnv": (FULL, {"state": "absent", "delete_confirm": "password"}),
    "StopEnv": (FULL, {"state": "stopped"}),
    "Migrate": (FULL, {"region": "region-b"}),
    "RedeployContainersByGroup": (FULL, {"nodes": [{**CP, "tag": "2.0"}]}),
    "SetNodeGroupDisplayName": (FULL, {"nodes": [{**CP, "display_name": "Front"}]}),
    "AddContainerEnvVars": (FULL, {"nodes": [{**CP, "env": {"MODE": "b"}}]}),
    "RemoveContainerEnvVars": (FULL, {"nodes": [{**CP, "env": {"OLD": None}}]}),
    "AddContainerVolumes": (FULL, {"nodes": [{**CP, "volumes": ["/data", "/more"]}]}),
    "AddMountPointByGroup": (FULL, {"nodes": [{**CP, "volume_mounts": {"/mnt": {"source_node_group": "sqldb"}}}]}),
    "AttachEnvGroup": (FULL, {"env_groups": ["clients", "new"]}),
    "DetachEnvGroup": (FULL, {"env_groups": [], "purge": {"env_groups": True}}),
    "SetEnvDisplayName": (FULL, {"display_name": "Shop"}),
    "BindExtDomain": (FULL, {"domains": ["b.example.com"]}),
    "RemoveExtDomain": (FULL, {"domains": [], "purge": {"domains": True}}),
    "EditRule": (FULL, {"firewall": [{"name": "db", "node_group": "sqldb", "ports": "5433"}]}),
    "RemoveRules": (FULL, {"firewall": [], "purge": {"firewall": True}}),
}
# Of these the platform makes one more each time: only a lock keeps two runs from that.
DOUBLES: dict[str, tuple[dict[str, Any] | None, dict[str, Any]]] = {
    "AddRule": (FULL, {"firewall": [{"name": "web", "node_group": "cp", "ports": "80"}]}),
    "AddEndpoint": (FULL, {"endpoints": [{"name": "db", "node_group": "sqldb", "private_port": 5432}]}),
    "AddTrigger": (
        FULL,
        {"triggers": [{**CP, "name": "up", "condition": "above", "value": 70, "action": "add_node", "limit": 5}]},
    ),
}
PLACE = {"environment": NAME, "node_group": "cp", "master_only": True}
TASK = {"name": "nightly", "method": "environment.control.StopEnv", "cron": "0 0 22 * * ?"}
OTHERS: dict[str, tuple[Resource[Any, Any], dict[str, Any] | None, dict[str, Any]]] = {
    "CreateGroup": (EnvGroup(), None, {"name": "clients", "color": "#112233", "isolated": True}),
    "EditGroup": (EnvGroup(), {"name": "clients/a"}, {"name": "clients/a", "color": "#112233"}),
    "RemoveGroup": (EnvGroup(), {"name": "clients/a"}, {"name": "clients/a", "state": "absent"}),
    "AddSSHKey": (SshKey(), None, {"title": "laptop", "public_key": KEY}),
    "DeleteSSHKey": (SshKey(), {"title": "laptop", "public_key": KEY}, {"title": "laptop", "state": "absent"}),
    "CreateAccountTask": (Scheduler(), None, TASK),
    "EditTask": (Scheduler(), TASK, {**TASK, "cron": "0 0 23 * * ?"}),
    "DeleteTasks": (Scheduler(), TASK, {"name": "nightly", "state": "absent"}),
    "Write": (File(), None, {**PLACE, "path": "/etc/app.conf", "content": "a"}),
    "Create": (File(), None, {**PLACE, "path": "/srv/new", "state": "directory"}),
    "Delete": (
        File(),
        {**PLACE, "path": "/etc/app.conf", "content": "a"},
        {**PLACE, "path": "/etc/app.conf", "state": "absent"},
    ),
}


def settled(emulator: Emulator, resource: Resource[Any, Any], options: dict[str, Any]) -> None:
    """Nothing is left to do."""
    emulator.forget()
    assert (perform(resource, emulator, **options)["changed"], emulator.writes) == (False, [])


@pytest.mark.parametrize("method", ENVIRONMENTS)
def test_environments_from_two_machines(emulator: Emulator, method: str) -> None:
    """The other run does the same between the reading and the call; neither fails, and there is no second one."""
    start, options = ENVIRONMENTS[method]
    if start is not None:
        perform(OneEnvironment(), emulator, **start)
    task = {"name": NAME, **options}
    others: list[bool] = []
    hands = Hands(
        before={method.lower(): lambda: others.append(perform(OneEnvironment(), emulator, **task)["changed"])}
    )
    perform(OneEnvironment(), emulator, hands, **task)
    assert others == [True]
    settled(emulator, OneEnvironment(), task)


@pytest.mark.parametrize("method", OTHERS)
def test_other_resources_from_two_machines(emulator: Emulator, method: str) -> None:
    resource, start, task = OTHERS[method]
    if isinstance(resource, File):
        perform(OneEnvironment(), emulator, name=NAME, nodes=NODES)
    if start is not None:
        perform(resource, emulator, **start)
    others: list[bool] = []
    hands = Hands(before={method.lower(): lambda: others.append(perform(resource, emulator, **task)["changed"])})
    perform(resource, emulator, hands, **task)
    assert others == [True]
    settled(emulator, resource, task)


ONE_AND_SET: dict[str, Callable[[dict[str, Any]], tuple[Resource[Any, Any], dict[str, Any]]]] = {
    "paas_environment": lambda task: (OneEnvironment(), task),
    "paas_environments": lambda task: (EnvironmentSet(), {"environments": [task]}),
}


@pytest.mark.parametrize("first", ONE_AND_SET)
@pytest.mark.parametrize("second", ONE_AND_SET)
@pytest.mark.parametrize("method", [*ENVIRONMENTS, *DOUBLES])
def test_environments_on_one_machine(emulator: Emulator, tmp_path: Path, method: str, first: str, second: str) -> None:
    """The second waits for the lock of the first, and then has nothing to do."""
    start, options = {**ENVIRONMENTS, **DOUBLES}[method]
    if start is not None:
        perform(OneEnvironment(), emulator, **start)
    emulator.forget()
    task = {"name": NAME, **options}
    waits = Waits()
    resource, other_options = ONE_AND_SET[second](task)
    other = Other(
        lambda: perform(resource, emulator, locks=Locks(tell=waits.tell, directory=tmp_path / "locks"), **other_options)
    )

    def begin() -> None:
        other.start()
        waits.come()

    one, own_options = ONE_AND_SET[first](task)
    locks = Locks(directory=tmp_path / "locks")
    result = perform(one, emulator, Hands(before={method.lower(): begin}), locks=locks, **own_options)
    assert (result["changed"], other.ended()["changed"]) == (True, False)
    assert len(waits.said) == 1
    assert [call["method"].rpartition(".")[2] for call in emulator.journal].count(method) == 1
    settled(emulator, OneEnvironment(), task)
