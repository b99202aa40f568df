# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clones among many environments: after their sources, from what those are then, and never from one in work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from paas_emulator.statuses import Status

from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from tests.integration.scenario import differences
from tests.unit.resources.threaded_platform import ThreadedPlatform

CP: dict[str, Any] = {"node_group": "cp", "image": "app:1.0", "count": 2, "env": {"MODE": "a"}}
NODES = [CP, {"node_group": "sqldb", "node_type": "postgresql"}]
# A clone of a clone of a new environment, each declared before its source.
LINE: list[dict[str, Any]] = [
    {"name": "third", "clone_from": "second"},
    {"name": "second", "clone_from": "FIRST", "display_name": "Copy", "nodes": [{**CP, "env": {"MODE": "b"}}]},
    {"name": "first", "nodes": NODES},
]
MADE = ("createenvironment", "cloneenv")


@pytest.fixture
def platform() -> Iterator[ThreadedPlatform]:
    """Without environments."""
    made = ThreadedPlatform()
    yield made
    made.end()


def run(platform: ThreadedPlatform, *entries: dict[str, Any], check: bool = False, **given: Any) -> dict[str, Any]:
    """Run a task about the entries."""
    return platform.run(EnvironmentSet(), check=check, environments=list(entries), **given)


def fails(platform: ThreadedPlatform, *entries: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Run a task that fails, and give what the user gets."""
    return platform.fails(EnvironmentSet(), environments=list(entries), **given)


def brief(result: dict[str, Any]) -> list[tuple[str, bool, str | None]]:
    """Of each entry the name, whether it changed, and the kind of failure."""
    return [(item["name"], item["changed"], item.get("failure", {}).get("kind")) for item in result["environments"]]


def made(platform: ThreadedPlatform) -> list[str]:
    """What was created and cloned, in order."""
    fields = [fields for method, fields in platform.sent if method in MADE]
    return [item.get("dstEnvName") or item["env"].split('"')[3] for item in fields]


@pytest.mark.parametrize("concurrency", [1, 2, 3])
def test_the_source_comes_first(platform: ThreadedPlatform, concurrency: int) -> None:
    """Whatever the order declared; check mode predicts it, and the second run is one reading and the details."""
    predicted = run(platform, *LINE, check=True, concurrency=concurrency)
    assert platform.methods == ["getenvs", "gettemplates"]
    result = run(platform, *LINE, concurrency=concurrency)
    assert made(platform) == ["first", "second", "third"]
    assert brief(result) == [("third", True, None), ("second", True, None), ("first", True, None)]
    assert differences(predicted["environments"], result["environments"]) == []
    assert differences(predicted["diff"], result["diff"]) == []
    assert result["environments"][1]["steps"] == [
        "clone environment 'first' as environment 'second'",
        "set MODE in cp of environment 'second'",
        "set the display name of environment 'second'",
    ]
    assert platform.overlaps == []
    again = run(platform, *LINE, concurrency=concurrency)
    assert again["changed"] is False
    assert again["api_calls"] == {
        "environment.control.GetContainerEnvVarsByGroup": 2,
        "environment.control.GetEnvs": 1,
    }


def test_a_clone_of_what_the_task_changes(platform: ThreadedPlatform) -> None:
    """It is a copy of what the source is then."""
    run(platform, {"name": "first", "nodes": NODES})
    entries: list[dict[str, Any]] = [
        {"name": "second", "clone_from": "first"},
        {"name": "first", "nodes": [{**CP, "count": 3}]},
    ]
    predicted = run(platform, *entries, check=True)
    result = run(platform, *entries)
    assert [method for method in platform.methods if not method.startswith("get")] == ["changetopology", "cloneenv"]
    assert result["environments"][0]["environment"]["nodes"][0]["count"] == 3
    assert differences(predicted["environments"], result["environments"]) == []
    assert differences(predicted["diff"], result["diff"]) == []


def test_a_clone_of_what_the_task_finds_in_order(platform: ThreadedPlatform) -> None:
    """There is nothing to wait for; the details that the clone declares are read from its source."""
    run(platform, {"name": "first", "nodes": NODES})
    entries: list[dict[str, Any]] = [{"name": "second", "clone_from": "first", "nodes": [CP]}, {"name": "first"}]
    result = run(platform, *entries)
    assert platform.methods == ["getenvs", "getcontainerenvvarsbygroup", "cloneenv", "getenvinfo"]
    assert platform.sent[1][1] == {"envName": "first", "nodeGroup": "cp"}
    assert brief(result) == [("second", True, None), ("first", False, None)]


def test_a_clone_of_what_the_task_does_not_name(platform: ThreadedPlatform) -> None:
    """It is known from the one reading."""
    run(platform, {"name": "first", "nodes": NODES})
    predicted = run(platform, {"name": "second", "clone_from": "first"}, check=True)
    result = run(platform, {"name": "second", "clone_from": "first"})
    assert platform.methods == ["getenvs", "cloneenv", "getenvinfo"]
    assert differences(predicted["environments"], result["environments"]) == []
    none = fails(platform, {"name": "third", "clone_from": "nothing"})
    assert "clone_from: environment 'nothing' does not exist, so environment 'third' cannot be created" in none["msg"]


def test_a_clone_that_exists_waits_for_nothing(platform: ThreadedPlatform) -> None:
    """Also where its source fails."""
    run(platform, *LINE)
    entries: list[dict[str, Any]] = [
        {"name": "second", "clone_from": "first", "state": "stopped"},
        {"name": "first", "owner": 77},
    ]
    result = fails(platform, *entries)
    assert brief(result) == [("second", True, None), ("first", False, "input")]


@pytest.mark.parametrize("concurrency", [1, 3])
def test_a_source_that_fails(platform: ThreadedPlatform, concurrency: int) -> None:
    """What would be cloned from it is left out, down the line; others go on."""
    platform.answers["createenvironment"] = {"result": 99, "error": "no"}
    result = fails(platform, *LINE, concurrency=concurrency)
    assert brief(result) == [
        ("third", False, "interrupted"),
        ("second", False, "interrupted"),
        ("first", False, "refused"),
    ]
    assert result["msg"].startswith(
        "1 of 3 environments failed (first), 2 left out because of that, 0 in order; first: "
    )
    assert result["environments"][0]["msg"] == (
        "not begun, as environment 'second', which clone_from names, is not as declared"
    )
    assert platform.methods == ["getenvs", "createenvironment"]


@pytest.mark.parametrize("check", [True, False])
def test_a_source_that_cannot_be_planned(platform: ThreadedPlatform, check: bool) -> None:
    """The same before any work, and in check mode."""
    unknown = {"node_group": "nope", "name": "ssh", "private_port": 22}
    first = {"name": "first", "nodes": NODES, "endpoints": [unknown]}
    entries = [{"name": "second", "clone_from": "first"}, first]
    result = platform.fails(EnvironmentSet(), check=check, environments=entries)
    assert brief(result) == [("second", False, "interrupted"), ("first", False, "input")]
    assert platform.methods == ["getenvs", *(["gettemplates"] if check else [])]


def test_clones_of_one_source_take_turns(platform: ThreadedPlatform) -> None:
    """A clone is a request to its source, too; others are made meanwhile."""
    run(platform, {"name": "first", "nodes": NODES})
    # Each clone declares a detail, which is read from the source.
    copies = [{"name": f"copy-{number}", "clone_from": "first", "nodes": [CP]} for number in range(6)]
    result = run(platform, *copies, concurrency=6)
    assert [item["changed"] for item in result["environments"]] == [True] * 6
    assert platform.overlaps == []
    assert sorted(made(platform)) == [f"copy-{number}" for number in range(6)]


def test_the_original_among_its_copies(platform: ThreadedPlatform) -> None:
    """What defaults say of clone_from does not hold for the one that it names."""
    entries: list[dict[str, Any]] = [{"name": "copy-1"}, {"name": "first", "nodes": NODES}, {"name": "copy-2"}]
    result = run(platform, *entries, defaults={"clone_from": "first"}, concurrency=2)
    assert made(platform)[0] == "first"
    assert [item["changed"] for item in result["environments"]] == [True] * 3
    assert platform.overlaps == []


def test_a_clone_of_a_busy_source(platform: ThreadedPlatform) -> None:
    """The source is waited for, and the clone for it."""
    run(platform, {"name": "first", "nodes": NODES})
    environment = platform.platform.store.environments["first"]
    environment.status = Status.UPDATING
    ticks: list[float] = []

    def pause(seconds: float) -> None:
        ticks.append(seconds)
        if seconds:
            environment.status = Status.RUNNING

    platform.time.pause = pause
    result = run(platform, {"name": "second", "clone_from": "first"}, {"name": "first"}, concurrency=1)
    assert brief(result) == [("second", True, None), ("first", False, None)]
    assert platform.methods == ["getenvs", "getenvinfo", "getenvinfo", "cloneenv", "getenvinfo"]


# -- at a time ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concurrency", [1, 2, 5])
def test_as_many_at_a_time_as_allowed(platform: ThreadedPlatform, concurrency: int) -> None:
    """That many are under way at once, and never more; each environment has one call at a time."""
    names = [f"shop-{number}" for number in range(5)]
    run(platform, *({"name": name, "nodes": NODES, "state": "stopped"} for name in names), concurrency=1)
    platform.most, platform.gated, platform.gate = 0, "startenv", concurrency
    result = run(platform, *({"name": name, "state": "started"} for name in names), concurrency=concurrency)
    assert [item["environment"]["status"] for item in result["environments"]] == ["running"] * 5
    assert (platform.most, platform.gated, platform.overlaps) == (concurrency, "", [])


def test_details_are_read_at_a_time(platform: ThreadedPlatform) -> None:
    """Those of several environments at once, those of one by one."""
    names = [f"shop-{number}" for number in range(4)]
    entries: list[dict[str, Any]] = [
        {"name": name, "nodes": NODES, "firewall": [{"name": "web", "node_group": "cp", "ports": "80"}]}
        for name in names
    ]
    run(platform, *entries, concurrency=1)
    platform.most, platform.gated, platform.gate = 0, "getcontainerenvvarsbygroup", 2
    again = run(platform, *entries, concurrency=2)
    assert again["changed"] is False
    assert again["api_calls"] == {
        "environment.control.GetContainerEnvVarsByGroup": 4,
        "environment.control.GetEnvs": 1,
        "environment.security.GetRules": 4,
    }
    assert (platform.most, platform.gated, platform.overlaps) == (2, "", [])


def test_a_detail_that_cannot_be_read(platform: ThreadedPlatform) -> None:
    """Fails its environment alone."""
    run(platform, *({"name": f"shop-{number}", "nodes": NODES} for number in range(2)))
    platform.refuse_once["getcontainerenvvarsbygroup"] = {"result": 8, "error": "no"}
    result = fails(platform, *({"name": f"shop-{number}", "nodes": NODES} for number in range(2)), concurrency=1)
    assert brief(result) == [("shop-0", False, "refused"), ("shop-1", False, None)]
