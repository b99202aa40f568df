# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flow of many environments against a platform in memory: exact calls, results, and failures among others."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from tests.unit.resources.environment_platform import (
    BROKEN,
    DOWN,
    NODES,
    RUNNING,
    SLEEP,
    Platform,
    run,
)
from tests.unit.resources.environments_tasks import brief, failure, named, task

ALL = "environment.control.GetEnvs"


# -- reading --------------------------------------------------------------------------------------------------------


def test_a_hundred_unchanged_ones_are_one_call(platform: Platform) -> None:
    """Those that are to be absent, and are, among them."""
    names = [f"shop-{number:03}" for number in range(100)]
    for name in names:
        platform.add(name, DOWN, displayName="Shop")
    entries = [*named(*names, state="stopped", display_name="Shop", nodes=NODES), *named("gone1", state="absent")]
    result = task(platform, *entries)
    assert platform.calls == [("getenvs", {})]
    assert result["api_calls"] == {ALL: 1}
    assert (result["changed"], result["pruned"], result["diff"]) == (False, [], {"before": {}, "after": {}})
    assert brief(result) == [*((name, False, None) for name in names), ("gone1", False, None)]
    assert result["environments"][100] == {"name": "gone1", "changed": False, "steps": [], "environment": None}


def test_nothing_declared_is_no_call(platform: Platform) -> None:
    """An empty list is a list."""
    platform.add("shop1")
    result = task(platform)
    assert (result["changed"], result["environments"], platform.calls) == (False, [], [])


def test_what_is_returned_of_each_is_what_one_task_returns(platform: Platform) -> None:
    """Member by member."""
    platform.add("shop1", displayName="Shop", engine="php8.1")
    (entry,) = task(platform, {"name": "SHOP1", "nodes": NODES})["environments"]
    assert entry["environment"] == run(OneEnvironment(), platform, name="shop1", nodes=NODES)["environment"]


def test_a_listed_one_that_does_not_exist(platform: Platform) -> None:
    """Status 8 says so; and what has no name is left out with a warning."""
    platform.add("shop1", 8)
    platform.add("shop2")["env"]["envName"] = None
    result = task(platform, *named("shop1", state="absent"))
    assert (result["changed"], result["environments"][0]["environment"]) == (False, None)
    assert result["warnings"] == ["the platform lists an environment without a name; it is left out"]


# -- changing -------------------------------------------------------------------------------------------------------


MIXED: list[dict[str, Any]] = [
    {"name": "shop-a", "nodes": NODES},
    {"name": "shop-b", "state": "stopped", "display_name": "B"},
    {"name": "shop-c", "state": "absent"},
    {"name": "shop-d", "state": "absent"},
    {"name": "shop-e", "state": "started"},
]


@pytest.fixture
def mixed(platform: Platform) -> Platform:
    """What MIXED has to change, in part."""
    for name, status in (("shop-b", RUNNING), ("shop-d", SLEEP), ("shop-e", RUNNING)):
        platform.add(name, status)
    return platform


def test_each_by_its_own_calls(mixed: Platform) -> None:
    """In the order declared; what changed is read back by itself; the second run is one call."""
    result = task(mixed, *MIXED)
    created = {
        "env": '{"shortdomain":"shop-a"}',
        "nodes": '[{"nodeGroup":"cp","nodeType":"docker","count":2,"flexibleCloudlets":8,"image":"app:1.0"}]',
    }
    assert mixed.calls == [
        ("getenvs", {}),
        ("createenvironment", created),
        ("getenvinfo", {"envName": "shop-a"}),
        ("setenvdisplayname", {"envName": "shop-b", "displayName": "B"}),
        ("stopenv", {"envName": "shop-b"}),
        ("getenvinfo", {"envName": "shop-b"}),
        ("deleteenv", {"envName": "shop-d"}),
        ("getenvinfo", {"envName": "shop-d"}),
    ]
    assert result["changed"] is True
    states = [(item["environment"] or {}).get("state") for item in result["environments"]]
    assert states == ["started", "stopped", None, None, "started"]
    again = task(mixed, *MIXED)
    assert (again["changed"], again["api_calls"]) == (False, {ALL: 1})
    assert [item["environment"] for item in again["environments"]] == [
        item["environment"] for item in result["environments"]
    ]


def test_check_mode_predicts_each(mixed: Platform) -> None:
    """By the one reading; steps and differences are those of the run."""
    predicted = task(mixed, *MIXED, check_mode=True)
    assert mixed.calls == [("getenvs", {})]
    result = task(mixed, *MIXED)
    steps = [
        ["create environment 'shop-a'"],
        ["set the display name of environment 'shop-b'", "stop environment 'shop-b'"],
        [],
        ["delete environment 'shop-d'"],
        [],
    ]
    for outcome in (predicted, result):
        assert outcome["changed"] is True
        assert [item["steps"] for item in outcome["environments"]] == steps
        assert [item["changed"] for item in outcome["environments"]] == [True, True, False, True, False]
    assert predicted["diff"] == result["diff"]
    assert list(result["diff"]["before"]) == list(result["diff"]["after"]) == ["shop-a", "shop-b", "shop-d"]
    assert (result["diff"]["before"]["shop-a"], result["diff"]["after"]["shop-d"]) == ({}, {})
    assert result["diff"]["before"]["shop-b"]["state"] == "started"
    assert result["diff"]["after"]["shop-b"]["state"] == "stopped"


def test_a_lost_answer_is_settled_by_itself(platform: Platform) -> None:
    """As with one environment; nothing is sent twice."""
    for name in ("shop1", "shop2"):
        platform.add(name)
    platform.faults["stopenv"] = "after"
    result = task(platform, *named("shop1", "shop2", state="stopped"))
    assert brief(result) == [("shop1", True, None), ("shop2", True, None)]
    assert platform.methods == ["getenvs", "stopenv", *["getenvinfo"] * 2, "stopenv", "getenvinfo"]


# -- failures -------------------------------------------------------------------------------------------------------


def test_a_refusal_of_one_among_others(platform: Platform) -> None:
    """All others are done, and all are reported; one line says how many, which and why."""
    for name in ("shop1", "shop3", "shop4"):
        platform.add(name)
    platform.refusals["createenvironment"] = {"result": 0, "response": {"result": 2314, "error": "name taken"}}
    entries = named("shop1", "shop2", "shop3", "shop4", state="stopped", nodes=NODES)
    result = failure(platform, *entries)
    stopped = ("shop1", "shop3", "shop4")
    assert platform.writes == ["stopenv", "createenvironment", "stopenv", "stopenv"]
    assert [platform.environments[name]["env"]["status"] for name in stopped] == [DOWN] * 3
    assert brief(result) == [
        ("shop1", True, None),
        ("shop2", False, "refused"),
        ("shop3", True, None),
        ("shop4", True, None),
    ]
    assert result["msg"].startswith("1 of 4 environments failed (shop2), 3 in order; shop2: ")
    assert "name taken" in result["msg"]
    assert result["environments"][1]["msg"] in result["msg"]
    assert result["environments"][1]["failed"] is True
    assert "environment" not in result["environments"][1]
    assert result["environments"][0]["environment"]["state"] == "stopped"
    assert {key: result["failure"][key] for key in ("kind", "code", "method")} == {
        "kind": "refused",
        "code": 2314,
        "method": "environment.control.CreateEnvironment",
    }
    assert result["steps_done"] == [f"stop environment {name!r}" for name in stopped]
    assert (result["changed"], result["api_calls"][ALL], result["pruned"], result["not_pruned"]) == (True, 1, [], [])
    platform.refusals.clear()
    again = task(platform, *entries)
    assert [item["changed"] for item in again["environments"]] == [False, True, False, False]


@pytest.mark.parametrize("check_mode", [True, False])
def test_what_cannot_be_planned_stops_no_other(platform: Platform, check_mode: bool) -> None:
    """A limit that shrinks, and a status that nothing can be made of."""
    platform.add("shop1")
    platform.add("shop2", BROKEN)
    platform.add("shop3")
    entries: list[dict[str, Any]] = [
        {"name": "shop3", "nodes": [{"node_group": "cp", "flexible_cloudlets": 1}]},
        *named("shop1", "shop2", state="stopped"),
    ]
    result = failure(platform, *entries, check_mode=check_mode)
    assert brief(result) == [("shop3", False, "input"), ("shop1", True, None), ("shop2", False, "status")]
    assert result["msg"] == (
        "2 of 3 environments failed (shop3, shop2), 1 in order; shop3: environment 'shop3': layer cp: "
        "flexible_cloudlets is 8, not 1; lowering a limit can lose data or stop the application, so it needs "
        "allow_shrink: true"
    )
    assert platform.writes == ([] if check_mode else ["stopenv"])
    assert result["changed"] is not check_mode
    assert result["environments"][1]["steps"] == ["stop environment 'shop1'"]


def test_a_lost_answer_of_one_among_others(platform: Platform) -> None:
    """Not done, as seen from the state, and not sent again."""
    for name in ("shop1", "shop2"):
        platform.add(name)
    platform.faults["stopenv"] = "before"
    result = failure(platform, *named("shop1", "shop2", state="stopped"))
    assert brief(result) == [("shop1", False, "answer_lost"), ("shop2", True, None)]
    assert (platform.writes, result["failure"]["kind"]) == (["stopenv", "stopenv"], "answer_lost")


def test_half_of_one(platform: Platform) -> None:
    """What was done of the one that failed is told."""
    platform.refusals["stopenv"] = {"result": 2212, "error": "Not allowed"}
    result = failure(platform, *named("shop1", state="stopped", nodes=NODES))
    assert brief(result) == [("shop1", True, "refused")]
    assert result["environments"][0]["steps"] == result["steps_done"] == ["create environment 'shop1'"]
    assert result["changed"] is True


def test_many_failures_are_still_one_line(platform: Platform) -> None:
    """The first ten are named."""
    names = [f"shop-{number:02}" for number in range(12)]
    result = failure(platform, *named(*names))
    assert result["msg"].startswith(
        f"12 of 12 environments failed ({', '.join(names[:10])} and 2 more), 0 in order; shop-00: environment "
        "'shop-00' does not exist"
    )


def test_a_listing_that_fails(platform: Platform) -> None:
    """There is nothing to say about single environments then."""
    platform.refusals["getenvs"] = {"result": 8, "error": "no"}
    result = failure(platform, *named("shop1", state="absent"))
    assert "environments" not in result
    assert (result["failure"]["method"], result["api_calls"]) == (ALL, {ALL: 1})


def test_a_secret_that_is_echoed(platform: Platform) -> None:
    """It is masked in the entry as in the line."""
    secret = "a secret of the variables"
    platform.refusals["createenvironment"] = {"result": 0, "response": {"result": 99, "error": f"bad {secret}"}}
    nodes = [{"node_group": "cp", "image": "app:1", "env": {"TOKEN": secret}}]
    result = failure(platform, *named("shop1", "shop2", nodes=nodes))
    assert secret not in str(result)
    assert "bad ********" in result["environments"][0]["msg"]
    assert "bad ********" in result["msg"]


def test_a_secret_of_another_entry_that_is_echoed(platform: Platform) -> None:
    """It is masked although it was not known yet when the echo came."""
    secret = "a secret of the second"
    platform.refusals["createenvironment"] = {"result": 0, "response": {"result": 99, "error": f"bad {secret}"}}
    nodes = [{"node_group": "cp", "image": "app:1", "env": {"TOKEN": secret}}]
    result = failure(platform, {"name": "shop1", "nodes": NODES}, {"name": "shop2", "nodes": nodes})
    assert secret not in str(result)
    assert "bad ********" in result["environments"][0]["msg"]
