# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mistyped environment: every message that says it does not exist names the one that is similar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource
from ansible_collections.inet.elastic.plugins.module_utils._resources.deployment.resource import Deployment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from ansible_collections.inet.elastic.plugins.module_utils._resources.exec import Exec
from ansible_collections.inet.elastic.plugins.module_utils._resources.file.resource import File
from ansible_collections.inet.elastic.plugins.module_utils._resources.log import LogInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.package import Package
from tests.unit.resources.watched_platform import WatchedPlatform

MISSING = "environment 'shop-tset' does not exist (did you mean shop-test?)"
NOT_SEEN = f"{MISSING}, or this account cannot see it"
NOT_MADE = (
    f"{MISSING}; correct the name, or give nodes (one entry for each layer) or clone_from, from which the task creates "
    "the environment"
)
CLONE = f"clone_from: {MISSING}, so environment 'other' cannot be created from it"
WHERE: dict[str, Any] = {"environment": "shop-tset", "node_group": "cp"}
NODE: dict[str, Any] = {"environment": "shop-tset", "node_id": 1}
ARCHIVE = {"archive": {"url": "https://ci.example.com/shop.zip"}, "context": "ROOT"}
MANIFEST = "type: update\nname: Agent\n"


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    watched = WatchedPlatform()
    watched.run(OneEnvironment(), name="shop-test", nodes=[{"node_group": "cp", "node_type": "nginx"}])
    watched.writes()
    yield watched
    watched.end()


CASES: list[tuple[Resource[Any, Any], dict[str, Any], str]] = [
    (OneEnvironment(), {"name": "shop-tset", "state": "stopped"}, NOT_MADE),
    (OneEnvironment(), {"name": "shop-tset", "state": "restarted"}, NOT_MADE),
    (OneEnvironment(), {"name": "other", "clone_from": "shop-tset"}, CLONE),
    (EnvironmentSet(), {"environments": [{"name": "shop-tset", "state": "stopped"}]}, NOT_MADE),
    (EnvironmentSet(), {"environments": [{"name": "other", "clone_from": "shop-tset"}]}, CLONE),
    (Exec(), {**WHERE, "command": "date"}, NOT_SEEN),
    (Exec(), {**NODE, "command": "date"}, NOT_SEEN),
    (Exec(), {**WHERE, "command": "date", "creates": "/tmp/done"}, NOT_SEEN),
    (File(), {**WHERE, "path": "/tmp/x", "content": "x"}, NOT_SEEN),
    (File(), {**NODE, "path": "/tmp/x", "state": "directory"}, NOT_SEEN),
    (LogInfo(), WHERE, NOT_SEEN),
    (Deployment(), {**WHERE, **ARCHIVE}, NOT_SEEN),
    (Package(), {"environment": "shop-tset", "manifest": MANIFEST}, NOT_SEEN),
]


@pytest.mark.parametrize(("resource", "options", "says"), CASES)
def test_a_mistyped_environment(
    platform: WatchedPlatform, resource: Resource[Any, Any], options: dict[str, Any], says: str
) -> None:
    result = platform.fails(resource, **options)
    assert result["msg"].endswith(says)
    assert platform.methods.count("getenvs") == 1


def test_check_mode_warns_of_it(platform: WatchedPlatform) -> None:
    platform.run(OneEnvironment(), check=True, name="shop-tset", state="stopped")
    assert platform.warnings[0].startswith(f"{MISSING}; check mode assumes")


def test_without_the_permission_to_list_environments(platform: WatchedPlatform) -> None:
    platform.answers["getenvs"] = {"result": 8202, "error": "no"}
    result = platform.fails(OneEnvironment(), name="shop-tset", state="stopped")
    assert result["msg"].startswith("environment 'shop-tset' does not exist; correct the name")


def test_a_new_environment_costs_no_further_call(platform: WatchedPlatform) -> None:
    platform.run(OneEnvironment(), name="shop-tset", nodes=[{"node_group": "cp", "node_type": "nginx"}])
    assert "getenvs" not in platform.methods
