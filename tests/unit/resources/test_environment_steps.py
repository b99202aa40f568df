# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task says it does: each step names the layer and the consequence, each line of the diff layer and field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from tests.unit.resources.watched_platform import WatchedPlatform

NODES = [
    {"node_group": "bl", "node_type": "nginx", "cloudlets": 4},
    {"node_group": "cp", "image": "registry.example.com/app", "tag": "1.0", "count": 2, "cloudlets": 8},
]


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform with an environment of two layers."""
    watched = WatchedPlatform()
    watched.run(OneEnvironment(), name="my-shop", nodes=NODES)
    yield watched
    watched.end()


@pytest.mark.parametrize(
    ("options", "steps", "before", "after"),
    [
        (
            {"nodes": [{"node_group": "cp", "tag": "1.1"}]},
            ["redeploy layer cp of environment 'my-shop': tag 1.0 -> 1.1 (restarts 2 nodes)"],
            {"layer cp: tag": "1.0"},
            {"layer cp: tag": "1.1"},
        ),
        (
            {"nodes": [{"node_group": "bl", "count": 2}, {"node_group": "cp", "cloudlets": 9}], "ssl": True},
            [
                "change environment 'my-shop': ssl true; layer bl: count 1 -> 2; layer cp: flexible_cloudlets 8 -> 9",
            ],
            {"ssl": False, "layer bl: count": 1, "layer cp: flexible_cloudlets": 8},
            {"ssl": True, "layer bl: count": 2, "layer cp: flexible_cloudlets": 9},
        ),
        (
            {"nodes": [{"node_group": "bl", "slb_access": False}]},
            ["change environment 'my-shop': layer bl: slb_access true -> false"],
            {"layer bl: slb_access": True},
            {"layer bl: slb_access": False},
        ),
        (
            {"nodes": [{"node_group": "cp"}], "purge": {"nodes": True}},
            ["change environment 'my-shop': remove layer bl"],
            None,
            {},
        ),
        (
            {"region": "region-b"},
            ["migrate environment 'my-shop': region region-a -> region-b (interrupts it)"],
            {"region": "region-a"},
            {"region": "region-b"},
        ),
        (
            {"region": "region-b", "live_migration": True},
            ["migrate environment 'my-shop': region region-a -> region-b (while it runs)"],
            {"region": "region-a"},
            {"region": "region-b"},
        ),
        (
            {"state": "restarted", "nodes": [{"node_group": "bl"}]},
            ["restart layer bl of environment 'my-shop' (restarts 1 node)"],
            {},
            {},
        ),
        (
            {"state": "redeployed", "nodes": [{"node_group": "cp"}]},
            ["redeploy layer cp of environment 'my-shop' (restarts 2 nodes)"],
            {},
            {},
        ),
        ({}, [], {}, {}),
    ],
)
def test_a_change(
    platform: WatchedPlatform, options: dict[str, Any], steps: list[str], before: Any, after: Any
) -> None:
    """The same in check mode and in the run."""
    predicted = platform.run(OneEnvironment(), check=True, name="my-shop", **options)
    real = platform.run(OneEnvironment(), name="my-shop", **options)
    assert predicted["steps"] == real["steps"] == steps
    assert predicted["diff"] == real["diff"]
    if before is not None:
        assert real["diff"] == {"before": before, "after": after}
    else:  # of a layer that goes, everything is shown
        assert real["diff"]["after"] == after
        assert {key.partition(":")[0] for key in real["diff"]["before"]} == {"layer bl"}


def test_a_creation(platform: WatchedPlatform) -> None:
    """The diff has what is asked for, and nothing that is unset."""
    result = platform.run(OneEnvironment(), name="other-shop", nodes=NODES[:1], env_groups=["dev"])
    assert result["steps"] == ["create environment 'other-shop'"]
    assert result["diff"] == {
        "before": {},
        "after": {
            "name": "other-shop",
            "state": "started",
            "env_groups": ["dev"],
            "layer bl: node_type": "nginx",
            "layer bl: count": 1,
            "layer bl: flexible_cloudlets": 4,
        },
    }
