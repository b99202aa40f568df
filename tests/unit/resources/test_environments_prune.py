# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prune of environments: what matches and is not declared goes, last, and only where all that is declared is there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.resources.environment_platform import DELETING, LAUNCHING, RUNNING, Platform
from tests.unit.resources.environments_tasks import brief, failure, named, task

ALL = "environment.control.GetEnvs"


@pytest.fixture
def crowd() -> Platform:
    """Environments in groups."""
    platform = Platform()
    for name, groups in (
        ("test-a", ["clients/acme"]),
        ("test-b", ["clients"]),
        ("test-c", []),
        ("shop-a", ["clients/acme/live"]),
        ("shop-b", ["client"]),
        ("SHOP-C", []),
    ):
        platform.add(name)["envGroups"] = groups
    return platform


@pytest.mark.parametrize(
    ("given", "pruned"),
    [
        ({"prune_pattern": "test-*"}, ["test-b", "test-c"]),
        ({"prune_pattern": "TEST-B"}, ["test-b"]),
        ({"prune_pattern": "*"}, ["shop-a", "shop-b", "shop-c", "test-b", "test-c"]),
        ({"prune_group": "clients"}, ["shop-a", "test-b"]),
        ({"prune_group": "clients / acme"}, ["shop-a"]),
        ({"prune_group": "clients", "prune_pattern": "test-*"}, ["test-b"]),
        ({"prune_group": "nothing"}, []),
    ],
)
def test_prune(crowd: Platform, given: dict[str, Any], pruned: list[str]) -> None:
    """Only what matches and is not declared, after all else; in check mode the same is predicted."""
    entries = named("test-a", state="stopped")
    predicted = task(crowd, *entries, prune=True, check_mode=True, **given)
    assert (predicted["pruned"], crowd.writes) == (pruned, [])
    result = task(crowd, *entries, prune=True, **given)
    assert result["pruned"] == pruned
    assert result["diff"] == predicted["diff"]
    assert list(result["diff"]["after"]) == ["test-a", *pruned]
    assert crowd.writes == ["stopenv", *["deleteenv"] * len(pruned)]
    assert [name for name in pruned if name in crowd.environments] == []
    assert brief(result) == [("test-a", True, None)]
    again = task(crowd, *entries, prune=True, **given)
    assert (again["changed"], again["pruned"], again["api_calls"]) == (False, [], {ALL: 1})


def test_prune_keeps_sources(crowd: Platform) -> None:
    """What clone_from names is wanted, though it is not declared."""
    entries = named("test-a", clone_from="test-b")
    assert task(crowd, *entries, prune=True, prune_pattern="test-*")["pruned"] == ["test-c"]


def test_prune_of_everything(crowd: Platform) -> None:
    """On request."""
    result = task(crowd, prune=True, prune_pattern="test-*", prune_all=True)
    assert (result["changed"], result["environments"]) == (True, [])
    assert result["pruned"] == ["test-a", "test-b", "test-c"]


@pytest.mark.parametrize(
    ("confirm", "sent"),
    [("none", None), ("name", "test-b"), ("password", "s3cret-word")],
)
def test_prune_is_confirmed_as_the_defaults_say(crowd: Platform, confirm: str, sent: str | None) -> None:
    """What else the defaults hold is not about deletions."""
    defaults = {"delete_confirm": confirm, "state": "started", "purge": {"nodes": True}, "wait_timeout": 77}
    entries = named("shop-a", nodes=[{"node_group": "cp"}])
    task(crowd, *entries, defaults=defaults, password="s3cret-word", prune=True, prune_pattern="test-b")
    assert [fields.get("password") for method, fields in crowd.calls if method == "deleteenv"] == [sent]
    assert [seconds for method, seconds in crowd.timeouts if method == "deleteenv"] == [77]


@pytest.mark.parametrize("check_mode", [True, False])
def test_prune_waits_for_everything_declared(crowd: Platform, check_mode: bool) -> None:
    """Where an entry cannot be planned nothing is deleted, and that is told of each."""
    entries = named("shop-a", nodes=[{"node_group": "nope"}])
    result = failure(crowd, *entries, prune=True, prune_pattern="test-*", check_mode=check_mode)
    assert result["msg"].startswith("1 of 4 environments failed (shop-a), 3 left out because of that, 0 in order; ")
    assert result["pruned"] == []
    left = [(item["name"], item["changed"], item["failure"]["kind"]) for item in result["not_pruned"]]
    assert left == [(name, False, "interrupted") for name in ("test-a", "test-b", "test-c")]
    assert {item["msg"] for item in result["not_pruned"]} == {
        "not deleted, as prune waits until every declared environment is as declared"
    }
    assert crowd.writes == []


def test_prune_waits_for_everything_declared_that_fails_on_the_way(crowd: Platform) -> None:
    """Also where the failure could not be foreseen."""
    crowd.refusals["stopenv"] = {"result": 99, "error": "no"}
    result = failure(crowd, *named("shop-a", state="stopped"), prune=True, prune_pattern="test-a")
    assert (crowd.writes, result["pruned"], len(result["not_pruned"])) == (["stopenv"], [], 1)


def test_a_deletion_that_fails(crowd: Platform) -> None:
    """The others go; what did not is told apart."""
    crowd.faults["deleteenv"] = "before"
    result = failure(crowd, *named("shop-a"), prune=True, prune_pattern="test-*")
    assert result["msg"].startswith("1 of 4 environments failed (test-a), 3 in order; test-a: ")
    assert (result["pruned"], brief(result)) == (["test-b", "test-c"], [("shop-a", False, None)])
    assert [(item["name"], item["failure"]["kind"]) for item in result["not_pruned"]] == [("test-a", "answer_lost")]


def test_prune_of_a_busy_one(crowd: Platform) -> None:
    """Waited for; and what somebody else deletes is none of this task's."""
    crowd.environments["test-b"]["env"]["status"] = LAUNCHING
    crowd.environments["test-c"]["env"]["status"] = DELETING

    def settle() -> None:
        crowd.environments["test-b"]["env"]["status"] = RUNNING
        del crowd.environments["test-c"]

    crowd.time.after[20.0] = settle
    result = task(crowd, *named("test-a"), prune=True, prune_pattern="test-*")
    assert (result["pruned"], crowd.writes) == (["test-b"], ["deleteenv"])
