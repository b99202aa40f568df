# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For any task: lost answers are settled, what is listed can be declared, and any answer can be read."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.info import EnvironmentInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.reader import environment_from_answer
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.result import environment_to_result
from tests.unit.resources.environment_platform import Platform, run

NAME = "shop1"
words = st.text("abcdefghij-äß\"'\\ /", max_size=8)
STABLE = st.sampled_from([1, 2, 4])
# What every environment of this platform in memory is made of; it knows no changes of the topology.
NODES = [{"node_group": "cp", "image": "app:1.0", "count": 2}]
tasks = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["present", "started", "stopped", "sleeping", "absent"]),
        "nodes": st.just(NODES),
        "wait": st.booleans(),
    },
    optional={"display_name": words},
)


@st.composite
def platforms(draw: st.DrawFn) -> Platform:
    """With the environment in some status, or without it."""
    platform = Platform()
    if draw(st.booleans()):
        platform.add(NAME, draw(STABLE), displayName=draw(st.sampled_from([None, "Shop"])))
    return platform


def play(platform: Platform, task: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Run the task."""
    return run(OneEnvironment(), platform, name=NAME, **task, **more)


@given(platforms(), tasks, st.sampled_from(["before", "after", 30.0]))
def test_lost_answers_are_never_repeated(platform: Platform, task: dict[str, Any], fault: str | float) -> None:
    """Whatever is lost: each write is sent at most once, and the next run ends where an undisturbed one would."""
    undisturbed = copy.deepcopy(platform)
    play(undisturbed, task)
    planned = undisturbed.writes
    if planned:
        platform.faults[planned[0]] = 30.0 if fault == 30.0 and planned[0] != "setenvdisplayname" else str(fault)
    try:
        play(platform, {**task, "wait": True})
    except Failed:
        assert planned
        assert fault == "before"
    assert all(platform.writes.count(method) == 1 for method in platform.writes)
    play(platform, {**task, "wait": True})
    assert platform.environments == undisturbed.environments


@given(platforms(), tasks)
def test_listing_can_be_declared(platform: Platform, task: dict[str, Any]) -> None:
    """What paas_environment_info gives is input that changes nothing and warns of nothing."""
    play(platform, task)
    for found in run(EnvironmentInfo(), platform)["environments"]:
        options = {name: found[name] for name in OneEnvironment.spec.options if name in found}
        writes = len(platform.writes)
        result = run(OneEnvironment(), platform, **options)
        assert (result["changed"], result["warnings"], len(platform.writes)) == (False, [], writes)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = (
    *("status", "displayName", "domain", "appid", "uid", "createdOn", "hardwareNodeGroup", "hostGroup", "sslstate"),
    *("ishaenabled", "engine", "envGroups"),
)
NODE_MEMBERS = (
    *("id", "nodeGroup", "nodeType", "ismaster", "status", "intIP", "extIPs", "url", "fixedCloudlets", "version"),
    *("flexibleCloudlets", "maxchanks", "customitem", "displayName", "endpoints", "addons", "diskLimit"),
)


GROUP_MEMBERS = ("name", "displayName", "isSLBAccessEnabled", "scalingMode", "restartNodeDelay", "cluster")


def some_of(members: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with some of the members, each of any value."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(members, json_values))


@given(
    some_of(MEMBERS),
    st.lists(some_of(NODE_MEMBERS) | json_values, max_size=3) | json_values,
    st.lists(some_of(GROUP_MEMBERS) | json_values, max_size=3) | json_values,
)
def test_any_answer_can_be_read(env: dict[str, Any], nodes: Any, groups: Any) -> None:
    """Server data are data: whatever stands in the members, the environment is listed."""
    answer = {"env": {**env, "envName": NAME}, "nodes": nodes, "nodeGroups": groups}
    given = environment_to_result(environment_from_answer(answer))
    assert given is not None
    assert given["name"] == NAME
    assert given["state"] in ("present", "started", "stopped", "sleeping")
