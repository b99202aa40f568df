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
def platform() -> Platform:
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
def test_prune(platform: Platform, given: dict[str, Any], pruned: list[str]) -> None:
    """Only what matches and is not declared, after all else; in check mode the same is predicted."""
    entries = named("test-a", state="stopped")
    predicted = task(platform, *entries, prune=True, check_mode=True, **given)
    assert (predicted["pruned"], platform.writes) == (pruned, [])
    result = task(platform, *entries, prune=True, **given)
    assert result["pruned"] == pruned
    assert result["diff"] == predicted["diff"]
    assert list(result["diff"]["after"]) == ["test-a", *pruned]
    assert platform.writes == ["stopenv", *["deleteenv"] * len(pruned)]
    assert [name for name in pruned if name in platform.environments] == []
    assert brief(result) == [("test-a", True, None)]
    again = task(platform, *entries, prune=True, **given)
    assert (again["changed"], again["pruned"], again["api_calls"]) == (False, [], {ALL: 1})


def test_prune_keeps_sources(platform: Platform) -> None:
    """What clone_from names is wanted, though it is not declared."""
    entries = named("test-a", clone_from="test-b")
    assert task(platform, *entries, prune=True, prune_pattern="test-*")["pruned"] == ["test-c"]


def test_prune_of_everything(platform: Platform) -> None:
    """On request."""
    result = task(platform, prune=True, prune_pattern="test-*", prune_all=True)
    assert (result["changed"], result["environments"]) == (True, [])
    assert result["pruned"] == ["test-a", "test-b", "test-c"]


@pytest.mark.parametrize(
    ("confirm", "sent"),
    [("none", None), ("name", "test-b"), ("password", "s3cret-word")],
)
def test_prune_is_confirmed_as_the_defaults_say(platform: Platform, confirm: str, sent: str | None) -> None:
    """What else the defaults hold is not about deletions."""
    defaults = {"delete_confirm": confirm, "state": "started", "purge": {"nodes": True}, "wait_timeout": 77}
    entries = named("shop-a", nodes=[{"node_group": "cp"}])
    task(platform, *entries, defaults=defaults, password="s3cret-word", prune=True, prune_pattern="test-b")
    assert [fields.get("password") for method, fields in platform.calls if method == "deleteenv"] == [sent]
    assert [seconds for method, seconds in platform.timeouts if method == "deleteenv"] == [77]


@pytest.mark.parametrize("check_mode", [True, False])
def test_prune_waits_for_everything_declared(platform: Platform, check_mode: bool) -> None:
    """Where an entry cannot be planned nothing is deleted, and that is told of each."""
    entries = named("shop-a", nodes=[{"node_group": "nope"}])
    result = failure(platform, *entries, prune=True, prune_pattern="test-*", check_mode=check_mode)
    assert result["msg"].startswith("1 of 4 environments failed (shop-a), 3 left out because of that, 0 in order; ")
    assert result["pruned"] == []
    left = [(item["name"], item["changed"], item["failure"]["kind"]) for item in result["not_pruned"]]
    assert left == [(name, False, "interrupted") for name in ("test-a", "test-b", "test-c")]
    assert {item["msg"] for item in result["not_pruned"]} == {
        "not deleted, as prune waits until every declared environment is as declared"
    }
    assert platform.writes == []


def test_prune_waits_for_everything_declared_that_fails_on_the_way(platform: Platform) -> None:
    """Also where the failure could not be foreseen."""
    platform.refusals["stopenv"] = {"result": 99, "error": "no"}
    result = failure(platform, *named("shop-a", state="stopped"), prune=True, prune_pattern="test-a")
    assert (platform.writes, result["pruned"], len(result["not_pruned"])) == (["stopenv"], [], 1)


def test_a_deletion_that_fails(platform: Platform) -> None:
    """The others go; what did not is told apart."""
    platform.faults["deleteenv"] = "before"
    result = failure(platform, *named("shop-a"), prune=True, prune_pattern="test-*")
    assert result["msg"].startswith("1 of 4 environments failed (test-a), 3 in order; test-a: ")
    assert (result["pruned"], brief(result)) == (["test-b", "test-c"], [("shop-a", False, None)])
    assert [(item["name"], item["failure"]["kind"]) for item in result["not_pruned"]] == [("test-a", "answer_lost")]


def test_prune_of_a_busy_one(platform: Platform) -> None:
    """Waited for; and what somebody else deletes is none of this task's."""
    platform.environments["test-b"]["env"]["status"] = LAUNCHING
    platform.environments["test-c"]["env"]["status"] = DELETING

    def settle() -> None:
        platform.environments["test-b"]["env"]["status"] = RUNNING
        del platform.environments["test-c"]

    platform.time.after[20.0] = settle
    result = task(platform, *named("test-a"), prune=True, prune_pattern="test-*")
    assert (result["pruned"], platform.writes) == (["test-b"], ["deleteenv"])
