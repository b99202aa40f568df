# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An environment that was read can be declared, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.inet.elastic.plugins.filter.declarable import FilterModule, declarable
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.info import EnvironmentInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from tests.property.recorded_tasks import PARTS, SHARED, SHOP
from tests.unit.resources.watched_platform import WatchedPlatform


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform with an environment that has something of everything."""
    watched = WatchedPlatform()
    watched.run(OneEnvironment(), **SHOP, **PARTS)
    watched.run(OneEnvironment(), name=SHOP["name"], nodes=[{"node_group": "cp", "volume_mounts": SHARED}])
    yield watched
    watched.end()


@pytest.mark.parametrize("details", [True, False])
def test_what_is_read_can_be_declared(platform: WatchedPlatform, details: bool) -> None:
    """All of it, without a change; what is not an option is left out."""
    (read,) = platform.run(EnvironmentInfo())["environments"]
    if details:
        options = {name: value for name, value in PARTS.items() if name != "ssl_certificate"}
        read = platform.run(OneEnvironment(), **SHOP, **options)["environment"]
    options = declarable(read)
    assert {"name", "state", "nodes", "domains", "endpoints", "env_groups", "region"} <= set(options)
    assert ("firewall" in options, "triggers" in options) == (details, details)
    assert {"appid", "url", "status", "node_list", "created_on"} & set(options) == set()
    again = platform.run(OneEnvironment(), **options)
    assert (again["changed"], again["diff"]["before"] == again["diff"]["after"]) == (False, True)


def test_nothing_without_a_value() -> None:
    """A null would be an option without a value; a hidden value would be declared as it is shown."""
    nodes = [{"node_group": "cp", "tag": None, "env": {"A": "********", "B": "1"}, "nothing": 1}]
    given = {"name": "my-shop", "engine": None, "session": "x", "nodes": nodes}
    assert declarable(given) == {"name": "my-shop", "nodes": [{"node_group": "cp", "env": {"B": "1"}}]}
    assert FilterModule().filters() == {"declarable": declarable}


@pytest.mark.parametrize("given", [None, [], "my-shop", {}, {"environments": []}])
def test_anything_else(given: Any) -> None:
    """Such as the whole result."""
    with pytest.raises(AnsibleFilterError, match="the input must be one environment, such as an item of environments"):
        declarable(given)
