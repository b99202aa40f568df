# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments that are busy, among many others: waited for when their turn comes, each by its own time."""

from __future__ import annotations

import threading
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.client import PlatformClient
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Task
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from tests.unit.resources.environment_platform import (
    BROKEN,
    DELETING,
    LAUNCHING,
    NODES,
    RUNNING,
    Platform,
    busy,
    with_defaults,
)
from tests.unit.resources.environments_tasks import brief, failure, named, task

FULL, LIGHT = {"envName": "shop1"}, {"envName": "shop1", "lazy": "true"}


def test_a_busy_one_is_waited_for_when_its_turn_comes(platform: Platform) -> None:
    """By light looks, then one full look, and planned then; the listing was the first look."""
    busy(platform, LAUNCHING, then=RUNNING, seconds=100)
    platform.add("shop2")
    result = task(platform, *named("shop2", "shop1", state="stopped"))
    assert brief(result) == [("shop2", True, None), ("shop1", True, None)]
    assert platform.calls[:3] == [
        ("getenvs", {}),
        ("stopenv", {"envName": "shop2"}),
        ("getenvinfo", {"envName": "shop2"}),
    ]
    rest = platform.calls[3:]
    assert rest[-3:] == [("getenvinfo", FULL), ("stopenv", FULL), ("getenvinfo", FULL)]
    assert set(map(str, rest[:-3])) == {str(("getenvinfo", LIGHT))}
    assert result["diff"]["before"]["shop1"]["state"] == "started"
    assert 100 <= platform.time.now < 112


def test_a_busy_one_in_check_mode(platform: Platform) -> None:
    """Waited for as well, as nothing can be predicted before."""
    busy(platform, LAUNCHING, then=RUNNING, seconds=100)
    result = task(platform, *named("shop1", state="stopped"), check_mode=True)
    assert (result["changed"], platform.writes) == (True, [])
    assert result["environments"][0]["steps"] == ["stop environment 'shop1'"]
    assert platform.time.now >= 100


def test_a_busy_one_that_needs_nothing(platform: Platform) -> None:
    """Known only after waiting; then nothing has changed."""
    busy(platform, LAUNCHING, then=RUNNING, seconds=10)
    result = task(platform, *named("shop1", state="started"))
    assert (result["changed"], platform.writes, result["diff"]["after"]) == (False, [], {})
    assert result["environments"][0]["environment"]["status"] == "running"


def test_a_busy_one_that_stays_busy(platform: Platform) -> None:
    """Fails by itself after its own time."""
    busy(platform, LAUNCHING, then=RUNNING, seconds=1000)
    platform.add("shop2")
    result = failure(platform, *named("shop1", "shop2", state="stopped"), defaults={"wait_timeout": 50})
    assert brief(result) == [("shop1", False, "wait_timeout"), ("shop2", True, None)]
    assert platform.time.now == 50


def test_a_busy_one_that_goes(platform: Platform) -> None:
    """Deleted by somebody else meanwhile: it is made anew."""
    busy(platform, DELETING, then=None, seconds=30)
    result = task(platform, *named("shop1", nodes=NODES))
    assert (brief(result), platform.writes) == ([("shop1", True, None)], ["createenvironment"])


def test_without_waiting(platform: Platform) -> None:
    """What leads to the wanted state is left alone, all else is refused; the warnings name the environment."""
    busy(platform, LAUNCHING, then=RUNNING, seconds=1000)
    result = task(platform, *named("shop1", state="started", wait=False))
    assert (result["changed"], platform.calls, platform.time.now) == (False, [("getenvs", {})], 0)
    assert result["warnings"] == [
        "environment 'shop1' is launching and the task does not wait, so its settings were not looked at"
    ]
    assert brief(failure(platform, *named("shop1", state="stopped", wait=False))) == [("shop1", False, "status")]


def test_warnings_come_in_order_and_from_the_thread_of_the_task(platform: Platform) -> None:
    """Those known before the work, then those of plans that had to wait; each once."""
    busy(platform, LAUNCHING, then=BROKEN, seconds=5)
    platform.add("shop2", BROKEN)
    platform.add("shop3")
    guard = threading.Lock()
    original = platform.post

    def post(url: str, fields: Any, timeout: Any) -> Any:
        with guard:  # the platform in memory is for one thread
            return original(url, fields, timeout)

    platform.post = post  # type: ignore[method-assign] # several threads ask it
    warned: list[tuple[str, bool]] = []
    given = {"environments": [*named("shop1", "shop2"), *named("shop3", state="stopped")], "concurrency": 3}
    options = with_defaults(EnvironmentSet.spec, given)
    client = PlatformClient(url=options["api_url"], transport=platform, clock=platform.time.clock)
    main = threading.current_thread()
    execute(
        EnvironmentSet(),
        Task(options, client, warn=lambda text: warned.append((text, threading.current_thread() is main))),
    )
    text = "is broken; state: present leaves it as it is"
    assert warned == [(f"environment 'shop2' {text}", True), (f"environment 'shop1' {text}", True)]
