# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments as records, and records as hosts, groups and variables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.reader import environment_from_answer
from ansible_collections.inet.elastic.plugins.module_utils._resources.inventory import (
    INVENTORY,
    Connection,
    Groups,
    InventoryHost,
    Record,
    Selection,
    environment_record,
    gate_host,
    host_name,
    inventory_hosts,
)

URL = "https://app.example.com"
ALL = ("environment", "layer", "type", "status", "region", "env_group")
NODE = {"id": 7, "nodeGroup": "cp", "nodeType": "nginx", "ismaster": True, "status": 1, "intIP": "10.0.0.7"}
IMAGE = {**NODE, "id": 8, "nodeType": "docker", "customitem": {"dockerName": "alpine", "dockerTag": "3"}}
ENV = {"envName": "shop", "domain": "shop.example.com", "status": 1, "uid": 1001, "hardwareNodeGroup": "eu-1"}


def answer(*nodes: dict[str, Any], **members: Any) -> dict[str, Any]:
    """An item of GetEnvs; members of the environment, and ``envGroups`` beside it."""
    groups = members.pop("envGroups", [])
    return {"env": {**ENV, **members}, "nodes": list(nodes), "nodeGroups": [], "envGroups": groups}


def record(*nodes: dict[str, Any], warnings: list[str] | None = None, **members: Any) -> Record:
    found = [] if warnings is None else warnings
    return environment_record(environment_from_answer(answer(*nodes, **members)), found.append)


def hosts(*records: Record, kind: str = "none", group_by: tuple[str, ...] = ALL) -> list[InventoryHost]:
    groups = Groups(group_by, pytest.fail)
    return list(inventory_hosts(records, groups, Connection(kind, URL, {"ansible_paas_api_url": URL}), "shops"))


def test_a_node_is_a_host_with_the_words_of_the_modules() -> None:
    (host,) = hosts(record(NODE, envGroups=["dev/team-a"]))
    assert (host.name, host.label) == ("node7-shop.example.com", "node 7 of environment 'shop'")
    assert host.variables == {
        "paas_api_url": URL,
        "paas_account": "shops",
        "paas_environment": "shop",
        "paas_environment_status": "running",
        "paas_domain": "shop.example.com",
        "paas_region": "eu-1",
        "paas_env_groups": ["dev/team-a"],
        "paas_owner_uid": 1001,
        "paas_node_id": 7,
        "paas_node_group": "cp",
        "paas_node_type": "nginx",
        "paas_image": None,
        "paas_tag": None,
        "paas_display_name": None,
        "paas_fixed_cloudlets": None,
        "paas_flexible_cloudlets": None,
        "paas_status": "running",
        "paas_is_master": True,
        "paas_internal_ip": "10.0.0.7",
        "paas_external_ips": [],
        "paas_url": None,
    }


def test_a_record_is_plain_data_without_variables_of_the_container() -> None:
    """The cache writes it as JSON and reads an equal one."""
    container = {"dockerName": "alpine", "dockerManifest": {"env": ["TOKEN=s3cret-value"]}}
    found = record({**IMAGE, "customitem": container, "extIPs": ["192.0.2.1"]}, envGroups=["a"])
    text = json.dumps(found)
    assert json.loads(text) == found
    assert "s3cret-value" not in text


def test_groups() -> None:
    groups = Groups(ALL, pytest.fail)
    records = [record(NODE, {**IMAGE, "nodeGroup": "sql.db"}, envGroups=["dev / team-a", "prod"])]
    first, second = inventory_hosts(records, groups, Connection("none", URL, {}))
    common = ("environment_shop", "region_eu_1", "env_group_dev_team_a", "env_group_prod")
    assert first.groups == (*common, "layer_cp", "type_nginx", "status_running")
    assert second.groups == (*common, "layer_sql_db", "type_docker", "status_running")
    parents = {name: parent for name, parent in groups.parents.items() if parent}
    assert parents == {"env_group_dev_team_a": "env_group_dev"}
    assert "env_group_dev" in groups.parents


@pytest.mark.parametrize("grouping", ALL)
def test_each_grouping_alone(grouping: str) -> None:
    (host,) = hosts(record(NODE, envGroups=["dev"]), group_by=(grouping,))
    value = {"environment": "shop", "layer": "cp", "type": "nginx", "status": "running", "region": "eu_1"}
    assert host.groups == (f"{grouping}_{value.get(grouping, 'dev')}",)


def test_two_values_of_one_group_bring_a_warning() -> None:
    warnings: list[str] = []
    groups = Groups(("env_group",), warnings.append)
    list(inventory_hosts([record(NODE, envGroups=["a-b", "a_b"])], groups, Connection("none", URL, {})))
    assert warnings == ["env group 'a-b' and 'a_b' are both the group env_group_a_b"]


@pytest.mark.parametrize(("status", "word"), [(6, "creating"), (2, "stopped"), (11, "broken"), (None, "unknown")])
def test_an_environment_without_nodes_has_its_groups(status: int | None, word: str) -> None:
    groups = Groups(ALL, pytest.fail)
    half_made = environment_record(environment_from_answer({"envName": "shop", "status": status}), pytest.fail)
    assert list(inventory_hosts([half_made], groups, Connection("api", URL, {}))) == []
    assert set(groups.parents) == {"environment_shop", f"status_{word}"}


@pytest.mark.parametrize(
    ("environment", "node", "expected"),
    [(1, 1, "running"), (1, 2, "stopped"), (1, None, "running"), (2, 1, "stopped"), (11, 1, "broken")],
)
def test_the_status_of_a_node(environment: int, node: int | None, expected: str) -> None:
    """The environment's, unless the environment runs and the answer has another one for the node."""
    (host,) = hosts(record({**NODE, "status": node}, status=environment))
    assert host.variables["paas_status"] == expected
    assert f"status_{expected}" in host.groups


def test_a_node_without_a_number_is_left_out() -> None:
    warnings: list[str] = []
    found = record({**NODE, "id": None}, IMAGE, warnings=warnings)
    assert [host.name for host in hosts(found)] == ["node8-shop.example.com"]
    assert warnings == ["environment 'shop' has a node without a number; the node is left out"]


def test_the_connection_through_the_api() -> None:
    (host,) = hosts(record(NODE), kind="api")
    found = {name: value for name, value in host.variables.items() if name.startswith("ansible_")}
    assert found == {
        "ansible_connection": "inet.elastic.paas_exec",
        "ansible_paas_api_url": URL,
        "ansible_paas_env_name": "shop",
        "ansible_paas_node_id": 7,
    }


@pytest.mark.parametrize(
    ("node", "become"), [(NODE, {"ansible_become": False}), (IMAGE, {}), ({**NODE, "nodeType": "ubuntu-vps"}, {})]
)
def test_the_connection_through_ssh(node: dict[str, Any], become: dict[str, Any]) -> None:
    """Certified stacks have no root there."""
    (host,) = hosts(record(node), kind="ssh")
    found = {name: value for name, value in host.variables.items() if name.startswith("ansible_")}
    assert found == {
        "ansible_connection": "ssh",
        "ansible_host": "gate.example.com",
        "ansible_port": 3022,
        "ansible_user": f"{node['id']}-1001",
        "ansible_remote_tmp": "/tmp/.ansible",
        **become,
    }


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (URL, "gate.example.com"),
        ("https://app.eu.example.com:8443/api", "gate.eu.example.com"),
        ("http://127.0.0.1:8080", "127.0.0.1"),
        ("http://[::1]:80", "::1"),
        ("http://localhost", "localhost"),
    ],
)
def test_the_host_of_the_gate(url: str, host: str) -> None:
    assert gate_host(url) == host


def test_a_host_name_has_no_sign_of_a_template_or_pattern() -> None:
    assert host_name("a{{ b }}:c,d[1]*!é.x-y@z") == "a___b____c_d_1___é.x-y@z"


@pytest.mark.parametrize(
    ("options", "selected"),
    [
        ({}, ["old-shop", "shop-1", "shop-2"]),
        ({"include": ["Shop-*"]}, ["shop-1", "shop-2"]),
        ({"include": ["shop-1", "old-shop"]}, ["old-shop", "shop-1"]),
        ({"include": ["shop-*"], "exclude": ["*-2"]}, ["shop-1"]),
        ({"exclude": ["old-shop"]}, ["shop-1", "shop-2"]),
    ],
)
def test_include_and_exclude(options: dict[str, Any], selected: list[str]) -> None:
    selection = INVENTORY.desired(options)
    assert [name for name in ("old-shop", "shop-1", "shop-2") if selection.selects(name)] == selected
    assert Selection(("a",)).selects("A")


def test_a_name_that_is_not_valid_is_refused_with_its_place() -> None:
    with pytest.raises(InputError, match=r"^exclude\[1\]: 'my shop' is not a valid environment name"):
        INVENTORY.desired({"exclude": ["shop", "my shop"]})
