# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every manifest becomes an environment by one call, needs nothing more on the second run, and can be read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.info import EnvironmentInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.plugin_utils._manifest.convert import convert
from tests.integration.scenario import differences
from tests.property.emulated import EmulatedPlatform

OWN: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "manifests.yml").read_text(encoding="utf-8"))
# Real topologies, where they lie beside the checkout; new ones are picked up.
FOLDER = Path(__file__).resolve().parents[3] / "shared" / "topologies"
MANIFESTS = [
    *(pytest.param(manifest, id=name) for name, manifest in OWN.items()),
    *(
        pytest.param(json.loads(path.read_text(encoding="utf-8")), id=path.stem)
        for path in sorted(FOLDER.glob("*.json"))
    ),
]
ENTRIES = [
    entry
    for case in MANIFESTS
    for nodes in [cast("dict[str, Any]", case.values[0]).get("nodes")]
    for entry in ([nodes] if isinstance(nodes, dict) else nodes or [])
]
NAME = "my-project"
GET = "environment.control.GetEnvInfo"
CREATE = "environment.control.CreateEnvironment"


@pytest.fixture
def emulated() -> Iterator[EmulatedPlatform]:
    """A platform without environments."""
    platform = EmulatedPlatform()
    yield platform
    platform.end()


def run(platform: EmulatedPlatform, **options: Any) -> tuple[dict[str, Any], list[str]]:
    """A task's result, and its writes."""
    platform.writes()
    result = platform.perform(OneEnvironment(), **options)
    return result, platform.writes()


def details_of(nodes: list[dict[str, Any]]) -> dict[str, int]:
    """The calls that show what GetEnvInfo does not: one for each kind of detail that a layer declares."""
    counted = {
        "environment.control.GetContainerEnvVarsByGroup": sum("env" in node for node in nodes),
        "environment.file.GetMountPoints": sum("volume_mounts" in node for node in nodes),
        "environment.control.GetContainerVolumesByGroup": sum(
            "volumes" in node and "image" not in node for node in nodes
        ),
    }
    return {method: number for method, number in counted.items() if number}


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_manifest(emulated: EmulatedPlatform, manifest: dict[str, Any]) -> None:
    task = {"name": NAME, **convert(manifest).options}
    predicted, writes = run(emulated, check=True, **task)
    assert (predicted["changed"], writes) == (True, [])
    real, writes = run(emulated, **task)
    assert (real["changed"], writes) == (True, [CREATE])
    assert differences(predicted["environment"], real["environment"]) == []
    assert predicted["diff"] == real["diff"]
    again, writes = run(emulated, **task)
    assert (again["changed"], writes) == (False, [])
    assert again["api_calls"] == {GET: 1, **details_of(task["nodes"])}
    light, writes = run(emulated, **task, check_details=False)
    assert (light["changed"], light["api_calls"], writes) == (False, {GET: 1}, [])
    read_back(emulated, real["environment"])


def read_back(emulated: EmulatedPlatform, environment: dict[str, Any]) -> None:
    """What is listed, and what the task returned, can be declared and changes nothing."""
    (listed,) = emulated.perform(EnvironmentInfo())["environments"]
    for shown in (listed, environment):
        options = {name: shown[name] for name in OneEnvironment.spec.options if shown.get(name) is not None}
        result, writes = run(emulated, **options)
        assert (result["changed"], writes) == (False, [])


@st.composite
def mixed(draw: st.DrawFn) -> dict[str, Any]:
    """A manifest whose entries are those of all manifests, each with settings of others."""
    nodes = []
    for _number in range(draw(st.integers(1, 5))):
        entry = dict(draw(st.sampled_from(ENTRIES)))
        for other in draw(st.lists(st.sampled_from(ENTRIES), max_size=3)):
            word = draw(st.sampled_from(sorted(other)))
            if word not in ("nodeType", "image", "docker"):
                entry[word] = other[word]
        if draw(st.booleans()):
            entry.pop("nodeGroup", None)
        nodes.append(entry)
    return {"nodes": nodes}


@given(mixed())
def test_any_mix_of_entries(manifest: dict[str, Any]) -> None:
    """No two settings that manifests have get into each other's way."""
    nodes = convert(manifest).options["nodes"]
    mounts = [mount for node in nodes for mount in node.get("volume_mounts", {}).values()]
    # A mount from a layer of another manifest is refused.
    assume({mount.get("source_node_group") for mount in mounts} <= {None, *(node.get("node_group") for node in nodes)})
    platform = EmulatedPlatform()
    # The tag of one entry may come to the stack of another one.
    platform.platform.stacks.replace({name: [] for name in platform.platform.stacks.tags()})
    try:
        test_manifest(platform, manifest)
    finally:
        platform.end()


def test_every_form_is_among_the_own_cases() -> None:
    """What the conversion of these manifests gives, in full for the one that has most of it."""
    (app, database, cache) = convert(OWN["containers"]).options["nodes"]
    assert app == {
        "node_group": "app",
        "image": "host.example.test:5000/team/app:1.2",
        "registry": {"url": "host.example.test", "user": "puller", "password": "example-password-1"},
        "env": {"MODE": "production", "DEBUG": "false", "PORT": "8080", "RATIO": "1.5"},
        "links": ["sqldb:DB", "cache:REDIS"],
        "volumes": ["/data"],
        "entrypoint": "/start",
        "start_on_creation": False,
        "scaling_mode": "stateful",
        "slb_access": False,
        "restart_delay": 20,
    }
    assert database["tag"] == "10.5"
    assert database["volume_mounts"]["/share"] == {
        "source_path": "/data",
        "source_node_group": "app",
        "read_only": True,
    }
    assert cache["env"] == {"A": "1", "B": "x=y"}
    plain = convert(OWN["plain list"]).options
    assert {name: plain[name] for name in plain if name != "nodes"} == {
        "ssl": True,
        "display_name": "Two layers",
        "region": "region-b",
        "env_groups": ["clients/acme", "prod"],
    }
    slips = convert(OWN["slips of authors"])
    assert slips.options == {"nodes": [{"node_type": "nginx"}]}
    assert slips.left_out == [
        "nodes[0].volumesMounts: is not a key of a node; did you mean volume_mounts?",
        "nodes[0].2image: is not a key of a node; did you mean image?",
        "nodes[0].password: a password for the node is set by the platform, which mails it",
        "nodes[0]./var/lib: is not a key of a node",
    ]
