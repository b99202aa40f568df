# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task over many environments does what one task for each would do, in fewer calls, whatever the order declared."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from tests.integration.scenario import differences
from tests.profiles import examples
from tests.property.test_environment_changes import READ, STATES, environments, reads_of, tasks
from tests.unit.resources.threaded_platform import ThreadedPlatform

SETS = 40
LIST = "environment.control.GetEnvs"
NAMES = ["shop-a", "shop-b", "shop-c"]
# What the platform makes up, by the order of its calls or by chance.
MADE_UP = frozenset(
    {"id", "ctid", "appid", "nodeId", "source_node_id", "sourceNodeId", "created_on", "createdOn", "domain", "url"}
    | {"internal_ip", "external_ips", "intIP", "extIPs", "address", "adminUrl", "public_port", "publicPort"}
    | {"sourceHost"}
)


@pytest.fixture(scope="module")
def emulated() -> Iterator[ThreadedPlatform]:
    """One platform for all examples; each begins without environments."""
    platform = ThreadedPlatform()
    yield platform
    platform.end()


def _of(name: str, task: dict[str, Any]) -> dict[str, Any]:
    """A declaration for the environment of a name; a domain can be bound to one alone."""
    own = {"domains": [f"{name}.{domain}" for domain in task["domains"]]} if "domains" in task else {}
    return {**task, **own, "name": name}


@st.composite
def sets(draw: st.DrawFn) -> tuple[list[tuple[dict[str, Any], str]], list[dict[str, Any]]]:
    """What is there, each with its state, and what a task declares: changes, new ones, deletions and a clone."""
    there = draw(st.lists(st.sampled_from(NAMES), unique=True))
    before = [(_of(name, draw(environments())), draw(STATES)) for name in there]
    declared = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    entries = [_of(name, draw(tasks())) for name in declared]
    gone = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=1))
    entries += [{"name": name, "state": "absent"} for name in gone if name not in declared]
    sources = [name for name in {*there, *declared} if name not in gone or name in declared]
    if draw(st.booleans()) and sources:
        name = draw(st.sampled_from(sorted(sources)))
        entries.append({"name": "a-copy", "clone_from": name, "state": "stopped", "display_name": "Copy"})
    return before, draw(st.permutations(entries))


def begin(platform: ThreadedPlatform, before: list[tuple[dict[str, Any], str]]) -> Any:
    """Make what is there before the task, and give it for a second start."""
    platform.platform.store.environments.clear()
    for task, state in before:
        platform.perform(OneEnvironment(), **task, state=state)
    platform.writes()
    return copy.deepcopy(platform.platform.store)


def one_by_one(platform: ThreadedPlatform, entries: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """A task for each entry, clones last: what each gives."""
    results: dict[str, tuple[Any, ...]] = {}
    for entry in sorted(entries, key=lambda entry: "clone_from" in entry):
        source = results.get(entry.get("clone_from", ""))
        if source is not None and source[1] is not None:
            results[entry["name"]] = (False, "interrupted", None)
            continue
        try:
            result = platform.perform(OneEnvironment(), **entry)
            results[entry["name"]] = (result["changed"], None, lasting(result["environment"]))
        except Failed as failed:
            results[entry["name"]] = (failed.result["changed"], failed.result["failure"]["kind"], None)
    return results


def together(platform: ThreadedPlatform, entries: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
    """One task for all; its result, be it a failure."""
    try:
        return platform.perform(EnvironmentSet(), environments=entries, **options)
    except Failed as failed:
        return failed.result


def outcomes(result: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """What a task over many gives of each."""
    return {
        item["name"]: (item["changed"], item.get("failure", {}).get("kind"), lasting(item.get("environment")))
        for item in result["environments"]
    }


def lasting(value: Any) -> Any:
    """A value without what the platform makes up."""
    if isinstance(value, dict):
        return {key: lasting(item) for key, item in value.items() if key not in MADE_UP}
    return [lasting(item) for item in value] if isinstance(value, list) else value


def everything(platform: ThreadedPlatform) -> dict[str, Any]:
    """All that the platform has of all environments, by the API."""
    found = {}
    for item in platform.call(LIST)["infos"]:
        name = item["env"]["envName"]
        info = platform.call(READ, envName=name)
        layers = [layer["name"] for layer in info["nodeGroups"]]
        variables = "environment.control.GetContainerEnvVarsByGroup"
        info["vars"] = {layer: platform.call(variables, envName=name, nodeGroup=layer)["object"] for layer in layers}
        mounts = "environment.file.GetMountPoints"
        info["mounts"] = {layer: platform.call(mounts, envName=name, nodeGroup=layer)["array"] for layer in layers}
        info["rules"] = platform.call("environment.security.GetRules", envName=name)["array"]
        info["triggers"] = platform.call("environment.trigger.GetTriggers", envName=name)["array"]
        found[name] = lasting(info)
    return found


def fewest_reads(entries: list[dict[str, Any]]) -> dict[str, int]:
    """One for all, and the details of each."""
    total: Counter[str] = Counter({LIST: 1})
    for entry in entries:
        if "nodes" in entry:
            total.update({method: number for method, number in reads_of(entry).items() if method != READ})
    return dict(sorted(total.items()))


@examples(SETS)
@given(declared=sets(), concurrency=st.integers(1, 4))
def test_it_is_one_task_for_each(
    emulated: ThreadedPlatform,
    declared: tuple[list[tuple[dict[str, Any], str]], list[dict[str, Any]]],
    concurrency: int,
) -> None:
    before, entries = declared
    start = begin(emulated, before)
    expected = one_by_one(emulated, entries)
    writes = Counter(emulated.writes())
    end = everything(emulated)
    emulated.platform.store = start
    emulated.writes()
    predicted = together(emulated, entries, check=True, concurrency=concurrency)
    assert emulated.writes() == []
    emulated.overlaps.clear()
    real = together(emulated, entries, concurrency=concurrency)
    note(f"{real.get('msg')}")
    assert Counter(emulated.writes()) == writes
    assert outcomes(real) == expected
    assert everything(emulated) == end
    assert emulated.overlaps == []
    assert list(outcomes(real)) == [entry["name"] for entry in entries]
    if "failed" not in str(real["environments"]):
        assert differences(predicted["environments"], real["environments"]) == []
        assert differences(predicted["diff"], real["diff"]) == []
        again = together(emulated, entries, concurrency=concurrency)
        assert (again["changed"], emulated.writes()) == (False, [])
        assert again["api_calls"] == fewest_reads(entries)
