# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For any environment and any other one declared: the run ends there, as predicted, and no call can be spared."""

from __future__ import annotations

import contextlib
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import PaasError
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.apply import EnvironmentApplier
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.desired import (
    PURGED_WITH as PURGE_KINDS,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.plan import plan_environment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from tests.integration.scenario import differences
from tests.profiles import examples
from tests.property.emulated import EmulatedPlatform

NAME = "my-shop"
READ = "environment.control.GetEnvInfo"
# What each layer of these environments is made of, as a layer keeps its kind.
KINDS: dict[str, dict[str, str]] = {
    "bl": {"node_type": "haproxy"},
    "cp": {"image": "example/app"},
    "sqldb": {"node_type": "postgresql"},
    "worker": {"image": "host.example.test:5000/worker"},
}
# Versions of the stacks, of those that the platform offers.
TAGS = {"bl": ["2.8.14", "3.0.8"], "sqldb": ["16.4", "17.4"]}
NAMES = sorted(KINDS)
words = st.sampled_from(["one", "two words", "ünï", "true", "80", "a=b", "$x"])
paths = st.sampled_from(["/data", "/var/log", "/srv/x y"])
variables = st.dictionaries(st.sampled_from(["A", "B", "PASSWORD", "DEBUG"]), words, max_size=3)


@st.composite
def layers(draw: st.DrawFn, name: str, names: list[str]) -> dict[str, Any]:
    """One entry of ``nodes``, with anything in it."""
    sources = [other for other in names if other > name]  # two layers must not mount from each other
    mounts = st.dictionaries(
        st.sampled_from(["/mnt/a", "/mnt/b"]),
        st.fixed_dictionaries({"source_node_group": st.sampled_from(sources)}, optional={"read_only": st.booleans()}),
        max_size=2,
    )
    optional: dict[str, st.SearchStrategy[Any]] = {
        "count": st.integers(1, 4),
        "fixed_cloudlets": st.integers(0, 4),
        "flexible_cloudlets": st.integers(4, 32),
        "disk_limit": st.sampled_from(["10", "20G", "500M"]),
        "tag": st.sampled_from(TAGS.get(name, ["1.0", "2.0"])),
        "display_name": st.sampled_from(["", "Front", "Back"]),
        "ext_ips": st.integers(0, 2),
        "slb_access": st.booleans(),
        "scaling_mode": st.sampled_from(["stateless", "stateful"]),
        "restart_delay": st.integers(0, 60),
        "env": variables,
        "volumes": st.lists(paths, unique=True, max_size=2),
        **({"volume_mounts": mounts} if sources else {}),
    }
    return {"node_group": name, **KINDS[name], **draw(st.fixed_dictionaries({}, optional=optional))}


def _parts(names: list[str]) -> dict[str, st.SearchStrategy[Any]]:
    layer = st.sampled_from(names)
    rule = {"name": st.sampled_from(["web", "db"]), "node_group": layer, "ports": st.sampled_from(["80", "5432"])}
    port = {"name": st.sampled_from(["ssh", "x"]), "node_group": layer, "private_port": st.integers(1, 9)}
    scale = {"name": st.sampled_from(["up", "down"]), "node_group": layer, "value": st.integers(1, 99)}
    fixed = {"condition": st.just("above"), "action": st.just("add_node")}
    return {
        "domains": st.lists(st.sampled_from(["a.example.com", "b.example.com"]), unique=True, max_size=2),
        "firewall": _unique(st.fixed_dictionaries(rule, optional={"enabled": st.booleans()}), "name", "node_group"),
        "endpoints": _unique(st.fixed_dictionaries(port), "name", "node_group"),
        "triggers": _unique(st.fixed_dictionaries({**scale, **fixed}), "name"),
    }


def _unique(items: st.SearchStrategy[Any], *keys: str) -> st.SearchStrategy[Any]:
    return st.lists(items, max_size=2, unique_by=lambda item: tuple(item[key] for key in keys))


@st.composite
def environments(draw: st.DrawFn, names: list[str] | None = None) -> dict[str, Any]:
    """What one task declares of an environment."""
    chosen = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    optional: dict[str, st.SearchStrategy[Any]] = {
        "display_name": st.sampled_from(["", "Shop"]),
        "ssl": st.booleans(),
        "ha": st.booleans(),
        "engine": st.sampled_from(["php8.2", "php8.3"]),
        "region": st.sampled_from(["region-a", "region-b"]),
        "env_groups": st.lists(st.sampled_from(["a", "a/b", "c"]), unique=True, max_size=2),
        **_parts(chosen),
    }
    return {
        "name": NAME,
        "nodes": [draw(layers(name, chosen)) for name in chosen],
        **draw(st.fixed_dictionaries({}, optional=optional)),
    }


@st.composite
def tasks(draw: st.DrawFn) -> dict[str, Any]:
    """Another declaration, with a state and what may go."""
    task = draw(environments())
    possible = [kind for kind in PURGE_KINDS if kind in ("nodes", "env", "volumes", "volume_mounts") or kind in task]
    purge = draw(st.lists(st.sampled_from(possible), unique=True, max_size=3))
    state = draw(st.sampled_from(["present", "started", "stopped", "sleeping"]))
    return {**task, "state": state, "purge": dict.fromkeys(purge, True), "allow_shrink": True}


# Generated pairs of what is there and what is declared, for each property.
PAIRS = 200
STATES = st.sampled_from(["started", "started", "stopped", "sleeping"])


@pytest.fixture(scope="module")
def emulated() -> Iterator[EmulatedPlatform]:
    """One platform for all examples; each begins without environments."""
    platform = EmulatedPlatform()
    yield platform
    platform.end()


def begin(platform: EmulatedPlatform, current: dict[str, Any], state: str) -> None:
    """Make the environment as it is before the task."""
    platform.platform.store.environments.clear()
    platform.perform(OneEnvironment(), **current, state=state)
    platform.writes()


def shown(platform: EmulatedPlatform) -> dict[str, Any]:
    """All that the platform has of the environment, by the API."""
    info = platform.call(READ, envName=NAME)
    layers = [layer["name"] for layer in info["nodeGroups"]]
    for kind, method, member in (
        ("vars", "environment.control.GetContainerEnvVarsByGroup", "object"),
        ("mounts", "environment.file.GetMountPoints", "array"),
    ):
        info[kind] = {name: platform.call(method, envName=NAME, nodeGroup=name)[member] for name in layers}
    info["rules"] = platform.call("environment.security.GetRules", envName=NAME)["array"]
    info["triggers"] = platform.call("environment.trigger.GetTriggers", envName=NAME)["array"]
    return info


def purged_away(task: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether a mount of the task comes from a layer that goes, or something names a layer that is not there."""
    there = {layer["name"] for layer in before["nodeGroups"]} | {node["node_group"] for node in task["nodes"]}
    return bool(task["purge"].get("nodes")) and there != {node["node_group"] for node in task["nodes"]}


@examples(PAIRS)
@given(current=environments(), state=STATES, task=tasks())
def test_the_run_is_as_predicted_and_the_second_is_empty(
    emulated: EmulatedPlatform, current: dict[str, Any], state: str, task: dict[str, Any]
) -> None:
    begin(emulated, current, state)
    predicted = emulated.perform(OneEnvironment(), check=True, **task)
    assert emulated.writes() == []
    real = emulated.perform(OneEnvironment(), **task)
    writes = emulated.writes()
    note(f"{writes}")
    assert (predicted["changed"], predicted["diff"]) == (real["changed"], real["diff"])
    assert real["changed"] is bool(writes)
    assert differences(predicted["environment"], real["environment"]) == []
    second = emulated.perform(OneEnvironment(), **task)
    assert (second["changed"], emulated.writes()) == (False, [])
    assert second["api_calls"] == reads_of(task)


def reads_of(task: dict[str, Any]) -> dict[str, int]:
    """The fewest reads that can tell whether an environment is as declared: one, and one for each detail it hides."""
    nodes = task["nodes"]
    details = {
        "environment.control.GetContainerEnvVarsByGroup": sum("env" in node for node in nodes),
        # Which volumes are mounts has to be known before others are removed.
        "environment.file.GetMountPoints": sum(
            "volume_mounts" in node or ("volumes" in node and "volumes" in task["purge"]) for node in nodes
        ),
        # Of containers the environment's own answer shows the volumes.
        "environment.control.GetContainerVolumesByGroup": sum(
            "volumes" in node and "image" not in node for node in nodes
        ),
        "environment.security.GetRules": int("firewall" in task),
        "environment.trigger.GetTriggers": int("triggers" in task),
    }
    return {READ: 1, **{method: number for method, number in sorted(details.items()) if number}}


@examples(PAIRS)
@given(current=environments(), state=STATES, task=tasks())
def test_what_is_not_declared_is_left_alone(
    emulated: EmulatedPlatform, current: dict[str, Any], state: str, task: dict[str, Any]
) -> None:
    begin(emulated, current, state)
    before = shown(emulated)
    emulated.perform(OneEnvironment(), **task)
    after = shown(emulated)
    declared = {node["node_group"]: node for node in task["nodes"]}
    purge = task["purge"]
    moved = before["env"]["hardwareNodeGroup"] != after["env"]["hardwareNodeGroup"]  # to another data center
    ignored = {*(("endpoints",) if purge.get("endpoints") else ()), *(("address", "extIPs") if moved else ())}
    for layer in before["nodeGroups"]:
        name = layer["name"]
        if name in declared:
            continue
        if purge.get("nodes"):
            assert name not in {item["name"] for item in after["nodeGroups"]}
            continue
        assert layer in after["nodeGroups"]
        assert _nodes(before, name, ignored) == _nodes(after, name, ignored)
        assert (before["vars"][name], before["mounts"][name]) == (after["vars"][name], after["mounts"][name])
    for member, option in (("displayName", "display_name"), ("engine", "engine"), ("sslstate", "ssl")):
        if option not in task:
            assert before["env"].get(member) == after["env"].get(member)
    if not purge.get("env"):
        for name, values in before["vars"].items():
            asked = declared.get(name, {}).get("env", {})
            assert {**values, **asked}.items() <= after["vars"].get(name, {**values, **asked}).items()
    for member, option in (("extdomains", "domains"),):
        if not purge.get(option):
            assert set(before["env"][member]) <= set(after["env"][member])
    kept = {layer["name"] for layer in after["nodeGroups"]}
    if not purge.get("firewall"):
        ids = {rule["id"] for rule in after["rules"]}
        assert {rule["id"] for rule in before["rules"] if rule["softNodeGroup"] in kept} <= ids
    assert all(rule in after["rules"] for rule in before["rules"] if rule["isInfra"] and rule["softNodeGroup"] in kept)


def _nodes(info: dict[str, Any], layer: str, ignored: set[str]) -> list[dict[str, Any]]:
    """The nodes of a layer without what follows from the environment as a whole."""
    return [
        {key: value for key, value in node.items() if key not in {"status", "url", "adminUrl", *ignored}}
        for node in info["nodes"]
        if node["nodeGroup"] == layer
    ]


@examples(PAIRS)
@given(current=environments(), state=STATES, task=tasks(), data=st.data())
def test_no_call_can_be_spared(
    emulated: EmulatedPlatform, current: dict[str, Any], state: str, task: dict[str, Any], data: st.DataObject
) -> None:
    """Without any one of its calls the environment is not as declared; and what one call can do is not done by two."""
    begin(emulated, current, state)
    kept = copy.deepcopy(emulated.platform.store)
    emulated.perform(OneEnvironment(), **task)
    writes = Counter(method.rpartition(".")[2] for method in emulated.writes())
    assert writes["ChangeTopology"] <= 1
    assert writes["BindExtDomain"] + writes["BindExtDomains"] <= 1
    assert writes["RemoveRules"] <= 1
    for method in ("AddContainerEnvVars", "RemoveContainerEnvVars", "AddContainerVolumes", "RedeployContainersByGroup"):
        assert writes[method] <= len(task["nodes"])
    if writes["ChangeTopology"]:
        assert not writes["SetNodeGroupDisplayName"] + writes["SetSLBAccessEnabled"] + writes["EditNodeGroup"]
    total = sum(writes.values())
    if total:
        status = emulated.call(READ, envName=NAME)["env"]["status"]
        emulated.platform.store = kept
        run_without(emulated, task, data.draw(st.integers(0, total - 1)))
        # A task that does not care for the status still leaves it as it was.
        found = emulated.call(READ, envName=NAME)["env"]["status"]
        assert emulated.perform(OneEnvironment(), check=True, **task)["changed"] or found != status


def run_without(platform: EmulatedPlatform, task: dict[str, Any], left_out: int) -> None:
    """Carry out all steps of the plan but one, and do not plan again for want of it."""

    class Stubborn(EnvironmentApplier):
        def plan_again(self) -> Any:
            raise PaasError("not planned again")

    class CarelessEnvironment(OneEnvironment):
        def apply(self, work: Any, plan: Any, desired: Any) -> Any:
            steps = tuple(step for number, step in enumerate(plan.steps) if number != left_out)
            with contextlib.suppress(PaasError):
                Stubborn(work, desired, plan_environment).run(replace(plan, steps=steps))
            return plan.after

    with contextlib.suppress(Failed):
        platform.perform(CarelessEnvironment(), **task)


def test_a_volume_is_added_where_a_layer_goes_that_others_mount_from(emulated: EmulatedPlatform) -> None:
    """The mounts are not declared, so nothing reads which volumes are mounts; a path that is none of them is new."""
    mounting: dict[str, Any] = {
        "node_group": "bl",
        **KINDS["bl"],
        "volume_mounts": {"/mnt/a": {"source_node_group": "cp"}},
    }
    begin(emulated, {"name": NAME, "nodes": [mounting, {"node_group": "cp", **KINDS["cp"]}]}, "started")
    left = {"node_group": "bl", **KINDS["bl"], "volumes": ["/srv/x y"]}
    task: dict[str, Any] = {"name": NAME, "nodes": [left], "purge": {"nodes": True}, "allow_shrink": True}
    emulated.perform(OneEnvironment(), **task)
    assert emulated.writes() == ["environment.control.ChangeTopology", "environment.control.AddContainerVolumes"]
    assert emulated.perform(OneEnvironment(), **task)["changed"] is False
    assert emulated.writes() == []
