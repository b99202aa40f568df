# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A layer or a region that does not exist: the message lists what exists, and is given only if this is the cause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.model import unknown_layer
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from ansible_collections.inet.elastic.plugins.module_utils._resources.exec import Exec
from ansible_collections.inet.elastic.plugins.module_utils._resources.file.resource import File
from ansible_collections.inet.elastic.plugins.module_utils._resources.package import Package
from tests.unit.resources.watched_platform import WatchedPlatform

NAME = "web-store"
NO_LAYER = "layer cpp does not exist in environment web-store; layers: cp, bl, sqldb"
REGIONS = "default_hn_group, region-a, region-b"
MANIFEST = {"type": "update", "name": "pkg", "onInstall": {"cmd[${nodes.main}]": "echo"}}


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform with an environment of three layers."""
    watched = WatchedPlatform()
    watched.call(
        "environment.control.CreateEnvironment",
        env={"shortdomain": NAME},
        nodes=[
            {"nodeGroup": "bl", "nodeType": "nginx", "flexibleCloudlets": 4},
            {"nodeGroup": "cp", "nodeType": "apache2", "flexibleCloudlets": 4},
            {"nodeGroup": "sqldb", "nodeType": "mysql", "flexibleCloudlets": 4},
        ],
    )
    watched.writes()
    yield watched
    watched.end()


@pytest.mark.parametrize(
    ("name", "layers", "listed"),
    [
        ("cpp", ["sqldb", "cp", "bl"], "cp, bl, sqldb"),
        ("sqlbd", ["bl", "cp", "nosqldb", "sqldb"], "sqldb, bl, cp, nosqldb"),
        ("x", ["b", "a", None, "a"], "a, b"),
        ("x", [], "none"),
    ],
)
def test_the_nearest_name_comes_first(name: str, layers: list[str | None], listed: str) -> None:
    assert unknown_layer(name, "e", layers) == f"layer {name} does not exist in environment e; layers: {listed}"


@pytest.mark.parametrize(
    ("resource", "options"),
    [
        (Exec(), {"command": "echo"}),
        (Exec(), {"command": "echo", "creates": "/etc/x"}),
        (File(), {"path": "/etc/x", "content": ""}),
        (File(), {"path": "/etc/x", "state": "directory"}),
        (Package(), {"manifest": MANIFEST}),
    ],
    ids=["exec", "exec creates", "file", "directory", "package"],
)
def test_a_layer_of_an_environment(platform: WatchedPlatform, resource: Any, options: dict[str, Any]) -> None:
    assert platform.fails(resource, environment=NAME, node_group="cpp", **options)["msg"] == NO_LAYER


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"firewall": [{"name": "x", "node_group": "cpp"}]}, "firewall: 'x': {}"),
        ({"endpoints": [{"name": "x", "node_group": "cpp", "private_port": 22}]}, "endpoints: 'x': {}"),
        (
            {"nodes": [{"node_group": "cp"}, {"node_group": "cpp"}]},
            "nodes[1]: {}; to add this layer, give node_type or image",
        ),
        (
            {"nodes": [{"node_group": "bl", "volume_mounts": {"/data": {"source_node_group": "cpp"}}}]},
            "layer bl: volume_mounts[/data].source_node_group: {}",
        ),
    ],
    ids=["firewall", "endpoints", "nodes", "mount"],
)
def test_a_layer_in_a_part_of_an_environment(platform: WatchedPlatform, options: dict[str, Any], path: str) -> None:
    assert platform.fails(OneEnvironment(), name=NAME, **options)["msg"] == path.format(NO_LAYER)
    assert platform.writes() == []


def test_the_source_of_a_mount_in_a_new_entry(platform: WatchedPlatform) -> None:
    mount = {"/data": {"source_node_group": "storag"}}
    nodes = [
        {"node_group": "cp", "node_type": "nginx", "volume_mounts": mount},
        {"node_group": "storage", "node_type": "storage"},
    ]
    assert platform.fails(OneEnvironment(), name="new-store", nodes=nodes)["msg"] == (
        "layer cp: volume_mounts[/data].source_node_group: layer storag does not exist in environment new-store; "
        "layers: storage, cp"
    )
    added = [{"node_group": "cache", "node_type": "memcached", "volume_mounts": mount}]
    assert platform.fails(OneEnvironment(), name=NAME, nodes=added)["msg"] == (
        "layer cache: volume_mounts[/data].source_node_group: layer storag does not exist in environment web-store; "
        "layers: bl, cache, cp, sqldb"
    )
    assert platform.writes() == []


# -- regions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "message"),
    [
        ("moon", f"region moon does not exist on this platform; available: {REGIONS}"),
        (
            "region-c",
            "region region-c does not exist on this platform; available: region-b, region-a, default_hn_group",
        ),
        (
            "region-closed",
            "region region-closed takes no new environments; available: default_hn_group, region-a, region-b",
        ),
    ],
)
@pytest.mark.parametrize("name", [NAME, "new-store"], ids=["migrated", "created"])
def test_a_region(platform: WatchedPlatform, name: str, region: str, message: str) -> None:
    nodes = [] if name == NAME else [{"node_type": "nginx"}]
    result = platform.fails(OneEnvironment(), name=name, region=region, **({"nodes": nodes} if nodes else {}))
    assert result["msg"] == message
    method = "Migrate" if name == NAME else "CreateEnvironment"
    assert result["failure"]["method"] == f"environment.control.{method}"
    assert platform.methods[-1] == "getregions"


def test_a_region_among_many_environments(platform: WatchedPlatform) -> None:
    entries = [{"name": "new-store", "region": "moon", "nodes": [{"node_type": "nginx"}]}]
    result = platform.fails(EnvironmentSet(), environments=entries)
    assert result["environments"][0]["msg"] == f"region moon does not exist on this platform; available: {REGIONS}"


def test_a_region_of_a_package(platform: WatchedPlatform) -> None:
    manifest = {"type": "install", "name": "pkg", "nodes": [{"nodeType": "nginx"}]}
    assert platform.fails(Package(), environment="new-store", region="moon", manifest=manifest)["msg"] == (
        f"region moon does not exist on this platform; available: {REGIONS}"
    )


REFUSED = {"result": 0, "response": {"result": 2314, "error": "the name is taken"}}
SAID = (
    "environment.control.CreateEnvironment was refused: the name is taken (result 2314); the environment was refused, "
    "often because its name is taken or not allowed; choose another name"
)


@pytest.mark.parametrize("region", ["region-b", "REGION-B"])
def test_a_refusal_that_is_not_about_the_region_stays(platform: WatchedPlatform, region: str) -> None:
    platform.refuse_once["createenvironment"] = REFUSED
    options = {"name": "new-store", "region": region, "nodes": [{"node_type": "nginx"}]}
    assert platform.fails(OneEnvironment(), **options)["msg"] == SAID


def test_without_a_region_none_are_read(platform: WatchedPlatform) -> None:
    platform.refuse_once["createenvironment"] = REFUSED
    assert platform.fails(OneEnvironment(), name="new-store", nodes=[{"node_type": "nginx"}])["msg"] == SAID
    assert "getregions" not in platform.methods


@pytest.mark.parametrize("answer", [{"result": 8202, "error": "no"}, {"result": 0, "array": []}])
def test_the_refusal_stays_if_the_regions_cannot_be_read(platform: WatchedPlatform, answer: dict[str, Any]) -> None:
    platform.refuse_once["createenvironment"] = REFUSED
    platform.answers["getregions"] = answer
    options = {"name": "new-store", "region": "moon", "nodes": [{"node_type": "nginx"}]}
    assert platform.fails(OneEnvironment(), **options)["msg"] == SAID


@pytest.mark.parametrize("code", [702, 8202])
def test_a_refusal_that_says_what_it_is_about_is_not_looked_into(platform: WatchedPlatform, code: int) -> None:
    platform.answers["createenvironment"] = {"result": code, "error": "no"}
    options = {"name": "new-store", "region": "moon", "nodes": [{"node_type": "nginx"}]}
    assert platform.fails(OneEnvironment(), **options)["failure"]["code"] == code
    assert "getregions" not in platform.methods
