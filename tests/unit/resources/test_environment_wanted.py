# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of layers: units and spellings come into one form, both ways, and what cannot be is refused in one line."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.desired import desired_environment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.layer_fields import disk_text
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.layers import new_entry
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.model import Layer, Mount, Registry
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.result import layer_to_result
from tests.unit.resources.environment_platform import with_defaults


def wanted(**options: Any) -> Any:
    """What a task with these options wants."""
    return desired_environment(with_defaults(OneEnvironment.spec, {"name": "shop1", **options}))


def layer(**entry: Any) -> Layer:
    """One entry of nodes."""
    (found,) = wanted(nodes=[{"node_type": "nginx", **entry}]).layers
    return found  # type: ignore[no-any-return]  # one layer


def test_a_name_that_is_too_short_for_a_new_environment() -> None:
    """Before the first call, as far as the task may create one; anything else may be asked of any name."""
    said = (
        "name: 'shop' is too short for an environment; the platform asks for at least 5 characters (letters, digits "
        "and hyphens)"
    )
    cases: list[dict[str, Any]] = [{"nodes": [{"node_type": "nginx"}]}, {"clone_from": "shop-one"}]
    for more in cases:
        with pytest.raises(InputError) as caught:
            wanted(name="shop", **more)
        assert str(caught.value) == said
        assert wanted(name="shop", **more, state="absent").name == "shop"
        assert wanted(name="shops", **more).name == "shops"
    assert wanted(name="shop", state="stopped").name == "shop"


@pytest.mark.parametrize(
    ("given", "megabytes", "wire", "shown"),
    [
        ("50", 50000, 50, "50G"),
        ("50G", 50000, 50, "50G"),
        (" 50 gb ", 50000, 50, "50G"),
        ("500M", 500, "500M", "500M"),
        ("1.5G", 1500, "1500M", "1500M"),
        ("1T", 1_000_000, 1000, "1000G"),
    ],
)
def test_disk_limits(given: str, megabytes: int, wire: Any, shown: str) -> None:
    """GB in the task and in requests, MB in answers; what is shown can be given again."""
    found = layer(disk_limit=given)
    assert found.disk_limit == megabytes
    assert new_entry(found)["diskLimit"] == wire
    assert disk_text(megabytes) == shown
    assert layer(disk_limit=shown).disk_limit == megabytes


def test_variables_become_text() -> None:
    found = layer(env={"A": True, "B": 80, "C": 1.5, "D": "", "E": None})
    assert found.env == {"A": "true", "B": "80", "C": "1.5", "D": "", "E": None}
    assert found.variables == {"A": "true", "B": "80", "C": "1.5", "D": ""}
    assert new_entry(found)["env"] == found.variables


def test_a_new_layer_on_the_wire() -> None:
    """Every option, by its wire name; what is not given is not there."""
    found = layer(
        node_group=" app ",
        image="host.example.test:5000/app:1.0",
        node_type=None,
        registry={"url": "host.example.test", "user": "puller", "password": "pw"},
        scaling_mode="STATEFUL",
        ext_ips=1,
        ext_ips_v6=0,
        slb_access=False,
        restart_delay=5,
        links=["sqldb:DB"],
        addons=["one"],
        volumes=["/b", "/a"],
        volume_mounts={"/m": {"source_node_group": "storage", "read_only": True}},
        cluster={"enabled": True, "settings": {"scheme": "master"}},
        cmd="run",
        entrypoint="/entry",
        volumes_from=["x"],
        start_on_creation=False,
        engine="php8.3",
        distribution={"mode": "SOFT"},
        node_group_data={"x": 1},
    )
    assert new_entry(found) == {
        "nodeGroup": "app",
        "nodeType": "docker",
        "image": "host.example.test:5000/app:1.0",
        "registry": {"url": "host.example.test", "user": "puller", "password": "pw"},
        "scalingMode": "STATEFUL",
        "extip": 1,
        "extipv6": 0,
        "isSLBAccessEnabled": False,
        "restartDelay": 5,
        "links": ["sqldb:DB"],
        "addons": ["one"],
        "volumes": ["/a", "/b"],
        "volumeMounts": {"/m": {"sourceNodeGroup": "storage", "readOnly": True}},
        "cluster": {"scheme": "master"},
        "cmd": "run",
        "entrypoint": "/entry",
        "volumesFrom": ["x"],
        "startServiceOnCreation": False,
        "engine": "php8.3",
        "distribution": {"mode": "SOFT"},
        "nodeGroupData": {"x": 1},
    }


def test_secrets_are_in_no_representation() -> None:
    """A trace of a failed test, or of a program, does not show them."""
    found = layer(
        image="app",
        env={"A": "a-hidden-value"},
        registry={"user": "u", "password": "a-hidden-value"},
        cmd="a-hidden-value",
    )
    assert "a-hidden-value" not in repr(found)
    assert found.secrets == ["a-hidden-value", "a-hidden-value"]
    assert "a-hidden-value" not in str(layer_to_result(found))
    shown = layer_to_result(layer(env={"A": "1", "B": "2"}, env_public=["A"]))
    assert shown["env"] == {"A": "1"}


def test_mounts() -> None:
    found = layer(
        volume_mounts={
            "/a": {"source_node_group": "storage", "source_path": "/data", "read_only": True, "protocol": "nfs4"},
            "/b": {"source_node_id": 20001},
            "/c": {"source_host": "192.0.2.1"},
        }
    )
    assert found.volume_mounts == (
        Mount("/a", "/data", "storage", None, None, "nfs4", True),
        Mount("/b", None, None, 20001),
        Mount("/c", None, None, None, "192.0.2.1"),
    )


def test_a_registry() -> None:
    assert layer(registry={"url": " host ", "user": "u", "password": " p "}).registry == Registry("host", "u", " p ")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"disk_limit": "much"}, "disk_limit 'much' is not a size; give GB as a number, or a size such as 50G or 500M"),
        ({"disk_limit": "0"}, "disk_limit must be above 0"),
        ({"scaling_mode": "both"}, "scaling_mode must be stateless or stateful"),
        ({"env": {"A B": "x"}}, "env: 'A B' is not a valid name of a variable"),
        ({"env": {"A": ["x"]}}, "the value of the variable A is a structure; give text"),
        ({"links": ["sqldb"]}, "the link 'sqldb' is not written as layer:ALIAS"),
        (
            {"volumes": ["/data/../etc"]},
            r"nodes\[0\].volumes: '/data/../etc' has the segment '..'; write the path without it",
        ),
        (
            {"volumes": ["/ok", "/data "]},
            r"nodes\[0\].volumes: '/data ' has white space at its beginning or end; remove it",
        ),
        (
            {"volume_mounts": {"/./a": {"source_host": "x"}}},
            r"nodes\[0\].volume_mounts: '/./a' has the segment '.'; write the path without it",
        ),
        ({"volumes": ["data"]}, "'data' is not an absolute path; begin it with /"),
        ({"volume_mounts": {"data": {"source_host": "x"}}}, "'data' is not an absolute path; begin it with /"),
        ({"volume_mounts": {"/a": "x"}}, r"volume_mounts\[/a\] must be a mapping with source_path"),
        (
            {"volume_mounts": {"/a": {"sourcePath": "x"}}},
            "nodes\\[0\\].volume_mounts\\[/a\\].sourcePath is not an option; available: source_path, source_node_group",
        ),
        ({"volume_mounts": {"/a": {"source_path": "/x"}}}, "says not where from; give source_node_group"),
        ({"volume_mounts": {"/a": {"source_host": "x", "source_node_group": "y"}}}, "source_host is another server"),
        ({"volume_mounts": {"/a": {"source_host": "x", "read_only": "no"}}}, "read_only must be true or false"),
        ({"volume_mounts": {"/a": {"source_node_id": "x"}}}, "source_node_id must be the number of a node"),
        ({"registry": {"password": "x"}}, "registry.password needs registry.user"),
        ({"ext_ips": -1}, "ext_ips must not be negative"),
    ],
)
def test_refused_layers(entry: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        layer(**entry)
    assert str(caught.value).startswith("nodes[0]")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"clone_from": "shop1"}, "clone_from names the environment itself"),
        ({"clone_from": "a.b"}, "clone_from: 'a.b' is not a valid environment name"),
        ({"sequential_delay": -1}, "sequential_delay is negative; give seconds"),
        ({"purge": {"nodes": True}}, "purge.nodes would remove every layer; give nodes"),
        ({"purge": {"domains": True}}, "purge.domains removes what domains does not name, so domains has to be given"),
        (
            {"purge": {"env_groups": True}},
            "purge.env_groups removes what env_groups does not name, so env_groups has to be given",
        ),
    ],
)
def test_refused_together(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        wanted(**options)
