# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of many environments: entries over defaults over standards, and what is refused before any call."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import CONNECTION
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.desired import ENVIRONMENT_OPTIONS
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.model import DesiredEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.desired import (
    DEFAULTS_OPTIONS,
    ENTRY_OPTIONS,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from tests.unit.resources.environment_platform import Platform, run, with_defaults

NODES = [{"node_type": "nginx"}]


def wanted(**options: Any) -> tuple[DesiredEnvironment, ...]:
    """What is wanted of each entry."""
    return EnvironmentSet().desired(with_defaults(EnvironmentSet.spec, options)).entries


def one(**options: Any) -> DesiredEnvironment:
    """What a task about one environment wants."""
    return OneEnvironment().desired(with_defaults(OneEnvironment.spec, options))


def test_entries_take_what_one_environment_takes() -> None:
    """Names, types, choices, hidden and secret values, at any depth; only what an entry leaves out has to show."""
    assert ENTRY_OPTIONS.keys() == ENVIRONMENT_OPTIONS.keys()
    assert DEFAULTS_OPTIONS.keys() == ENVIRONMENT_OPTIONS.keys() - {"name"}
    for name, option in ENTRY_OPTIONS.items():
        assert "default" not in option
        assert {**option, "default": None} == {**ENVIRONMENT_OPTIONS[name], "default": None}


@pytest.mark.parametrize(
    ("defaults", "entry", "same_as"),
    [
        (None, {}, {}),
        ({}, {"state": "stopped"}, {"state": "stopped"}),
        ({"state": "stopped", "wait": False}, {}, {"state": "stopped", "wait": False}),
        ({"state": "stopped"}, {"state": "started"}, {"state": "started"}),
        ({"state": "stopped"}, {"state": None}, {"state": "stopped"}),
        ({"wait": True, "allow_shrink": True}, {"allow_shrink": False}, {"allow_shrink": False}),
        ({"display_name": "x"}, {"display_name": ""}, {"display_name": ""}),
        ({"domains": ["a.example.com"]}, {"domains": []}, {"domains": []}),
        ({"nodes": NODES}, {}, {"nodes": NODES}),
        # Lists and mappings stand as a whole.
        ({"nodes": [{"node_type": "nginx", "count": 2}]}, {"nodes": NODES}, {"nodes": NODES}),
        ({"clone_from": "other"}, {}, {"clone_from": "other"}),
        ({"clone_from": "SHOP1"}, {}, {}),
        ({"purge": {"nodes": True, "env_groups": True}}, {"purge": {"env": True}}, {"purge": {"env": True}}),
    ],
)
def test_an_entry_over_defaults_over_standards(
    defaults: dict[str, Any] | None, entry: dict[str, Any], same_as: dict[str, Any]
) -> None:
    assert wanted(defaults=defaults, environments=[{"name": "Shop1", **entry}]) == (one(name="shop1", **same_as),)


def test_the_password_of_the_task_confirms_deletions() -> None:
    """It is one of the connection, which entries do not have."""
    entries = [{"name": "shop1", "state": "absent", "delete_confirm": "password"}]
    assert not set(CONNECTION) & set(ENTRY_OPTIONS)
    assert wanted(environments=entries, password="s3cret-word")[0].delete_confirm == "password"


TWO = [{"name": "shop1", "nodes": NODES}, {"name": "shop2", "nodes": NODES}]
GOES = [{"name": "shop1", "state": "absent"}]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"environments": TWO, "concurrency": 0}, "concurrency is 0; give how many environments may be worked on"),
        ({"environments": TWO, "concurrency": 17}, "concurrency is 17; give how many environments may be worked on"),
        (
            {"environments": [*TWO, {"name": "SHOP1"}]},
            "environments: 'shop1' is declared twice, as upper and lower case are the same; declare it once",
        ),
        (
            {"environments": [*TWO, {"name": "no name"}]},
            "environments[2] (no name): name: 'no name' is not a valid environment name",
        ),
        (
            {"environments": [{"name": "shop1"}, {"name": "shop2", "wait_timeout": -1}]},
            "environments[1] (shop2): wait_timeout is negative; give seconds, or 0 to look once",
        ),
        (
            {"environments": TWO, "defaults": {"sequential_delay": -1}},
            "environments[0] (shop1): sequential_delay is negative; give seconds",
        ),
        (
            {"environments": [{"name": "shop1", "state": "absent", "delete_confirm": "password"}]},
            "environments[0] (shop1): delete_confirm: password needs the account's password",
        ),
        (
            {"environments": [{"name": "shopa", "clone_from": "shopb"}, {"name": "shopb", "clone_from": "SHOPA"}]},
            "environments: clone_from goes round in a circle, shopa <- shopb <- shopa; leave one out",
        ),
        (
            {
                "environments": [
                    {"name": "shopa", "clone_from": "shopb"},
                    {"name": "shopb", "clone_from": "shop1"},
                    *GOES,
                ]
            },
            "environments: 'shopb' is to be cloned from 'shop1', which the task deletes; use two tasks",
        ),
        (
            {"environments": [{"name": "shop2", "clone_from": "shop1"}, *GOES]},
            "environments: 'shop2' is to be cloned from 'shop1', which the task deletes; use two tasks",
        ),
        ({"environments": TWO, "prune": True}, "prune needs prune_pattern or prune_group"),
        ({"environments": TWO, "prune": True, "prune_pattern": " "}, "prune_pattern is empty; leave it out"),
        ({"environments": TWO, "prune": True, "prune_group": ""}, "prune_group is empty; leave it out"),
        (
            {"environments": TWO, "prune": True, "prune_pattern": "a b"},
            "prune_pattern: 'a b' is not a valid environment name",
        ),
        (
            {"environments": TWO, "prune": True, "prune_pattern": "*", "defaults": {"delete_confirm": "password"}},
            "prune: delete_confirm: password needs the account's password",
        ),
        (
            {"environments": GOES, "prune": True, "prune_pattern": "*"},
            "prune with no environment declared present would delete every environment that matches; set prune_all",
        ),
        (
            {"environments": [], "prune": True, "prune_group": "clients"},
            "prune with no environment declared present would delete every environment that matches; set prune_all",
        ),
    ],
)
def test_refused_before_any_call(options: dict[str, Any], message: str) -> None:
    """In one line that says which entry it is about."""
    platform = Platform()
    platform.add("shop1")
    with pytest.raises(Failed) as caught:
        run(EnvironmentSet(), platform, **options)
    result = caught.value.result
    assert result["msg"].startswith(message)
    assert "\n" not in result["msg"]
    assert (result["failure"]["kind"], result["changed"], platform.calls) == ("input", False, [])


@pytest.mark.parametrize("prune", [{"prune_pattern": "test-*"}, {"prune_group": "clients"}, {"prune_all": True}])
def test_without_prune_its_options_do_nothing(prune: dict[str, Any]) -> None:
    """So that a variable can switch it."""
    platform = Platform()
    platform.add("test-a")["envGroups"] = ["clients"]
    assert run(EnvironmentSet(), platform, environments=[], **prune)["pruned"] == []
    assert platform.calls == []
