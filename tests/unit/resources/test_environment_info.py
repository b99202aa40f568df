# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listing environments: calls, patterns, filters, and answers that hold oddities."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.info import EnvironmentInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.model import Layer
from tests.unit.resources.environment_platform import BROKEN, DOWN, Platform, run

GET, GET_ALL = "environment.control.GetEnvInfo", "environment.control.GetEnvs"


@pytest.fixture
def platform() -> Platform:
    """Four environments."""
    found = Platform()
    for name, status, region, groups in (
        ("test-b", DOWN, "region-a", ["clients/acme"]),
        ("test-a", 1, "region-a", ["clients", "prod"]),
        ("shop1", BROKEN, "region-b", ["clients/acme/live"]),
        ("other", 42, "region-b", []),
    ):
        found.add(name, status, hardwareNodeGroup=region)["envGroups"] = groups
    return found


def names(platform: Platform, **given: Any) -> list[str]:
    """What is listed."""
    result = run(EnvironmentInfo(), platform, **given)
    assert result["changed"] is False
    return [environment["name"] for environment in result["environments"]]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["other", "shop1", "test-a", "test-b"]),
        ({"name": ["test-*"]}, ["test-a", "test-b"]),
        ({"name": ["TEST-?"]}, ["test-a", "test-b"]),
        ({"name": ["shop1", "Test-A", "nothing"]}, ["shop1", "test-a"]),
        ({"status": ["running", "broken"]}, ["shop1", "test-a"]),
        ({"status": ["unknown"]}, ["other"]),
        ({"group": ["clients"]}, ["shop1", "test-a", "test-b"]),
        ({"group": ["clients / acme"]}, ["shop1", "test-b"]),
        ({"group": ["*/live", "prod"]}, ["shop1", "test-a"]),
        ({"group": ["acme"]}, []),
        ({"region": ["Region-B"]}, ["other", "shop1"]),
        ({"region": ["region-a"], "status": ["stopped"], "name": ["*"]}, ["test-b"]),
    ],
)
def test_filters(platform: Platform, given: dict[str, Any], expected: list[str]) -> None:
    """Always one GetEnvs."""
    assert names(platform, **given) == expected
    assert platform.methods == ["getenvs"]


@pytest.mark.parametrize(("name", "expected"), [("shop1", ["shop1"]), (" SHOP1", ["shop1"]), ("nothing", [])])
def test_one_name(platform: Platform, name: str, expected: list[str]) -> None:
    """One GetEnvInfo."""
    assert names(platform, name=[name]) == expected
    assert platform.calls == [("getenvinfo", {"envName": name.strip().lower()})]


@pytest.mark.parametrize(
    ("given", "warnings"),
    [
        ({"group": ["clients", "clients / acme", "no*", "*/live"], "status": ["stopped"]}, []),
        (
            {"group": ["Clients", "xyz"]},
            ["no environment is in group 'Clients' (did you mean clients?)", "no environment is in group 'xyz'"],
        ),
        (
            {"name": ["test-c", "Shop1", "none-*", "xyz"]},
            [
                "environment 'test-c' does not exist (did you mean test-b or test-a?)",
                "environment 'xyz' does not exist",
            ],
        ),
        ({"name": ["shop2"]}, []),
    ],
)
def test_names_and_groups_that_match_nothing(platform: Platform, given: dict[str, Any], warnings: list[str]) -> None:
    """Warned of in a list, without a further call; a single name asks whether the environment exists."""
    assert run(EnvironmentInfo(), platform, **given)["warnings"] == warnings
    assert len(platform.calls) == 1


def test_variables_need_layers(platform: Platform) -> None:
    """Refused before any call."""
    with pytest.raises(Failed) as caught:
        run(EnvironmentInfo(), platform, lazy=True, encrypted_env=True)
    assert caught.value.result["msg"] == (
        "encrypted_env: lazy leaves out the layers, and container variables are theirs; leave one of both out"
    )
    assert platform.calls == []


def test_variables_of_the_layer_and_of_its_image() -> None:
    """A variable that is as the image brings it is none of the layer's own; an overridden one is."""
    env = {"PATH": "/bin", "LANG": "C", "MODE": "test", "KEY": "k"}
    assert Layer(env=env).own_variables == {"LANG": "C", "MODE": "test", "KEY": "k"}
    image = {"PATH": "/usr/bin", "LANG": "C", "MODE": "live"}
    assert Layer(env=env, image_env=image).own_variables == {"PATH": "/bin", "MODE": "test", "KEY": "k"}
    assert Layer().own_variables == {}


def test_one_name_that_a_filter_drops(platform: Platform) -> None:
    """Filters hold for it, too."""
    assert names(platform, name=["shop1"], status=["running"]) == []


def test_no_names(platform: Platform) -> None:
    """An empty list asks for nothing."""
    assert names(platform, name=[]) == []
    assert platform.calls == []


def test_lazy(platform: Platform) -> None:
    """Neither layers nor nodes."""
    result = run(EnvironmentInfo(), platform, lazy=True)
    assert platform.calls == [("getenvs", {"lazy": "true"})]
    assert {environment["nodes"] for environment in result["environments"]} == {None}
    assert {environment["node_list"] for environment in result["environments"]} == {None}
    result = run(EnvironmentInfo(), platform, lazy=True, name=["shop1"])
    assert platform.calls[1] == ("getenvinfo", {"envName": "shop1", "lazy": "true"})
    assert result["environments"][0]["nodes"] is None


def test_odd_items(platform: Platform) -> None:
    """One item that is no environment does not hide the others."""
    infos = [{"result": 99}, None, {"env": {"envName": "fine"}}]
    platform.refusals["getenvs"] = {"result": 0, "infos": infos}
    result = run(EnvironmentInfo(), platform)
    assert [environment["name"] for environment in result["environments"]] == ["fine"]
    assert result["warnings"] == ["the platform lists an environment without a name; it is left out"] * 2
    platform.refusals["getenvs"] = {"result": 0, "infos": []}
    assert names(platform) == []


def test_bad_name(platform: Platform) -> None:
    """Refused before any call."""
    with pytest.raises(Failed, match="is not a valid environment name"):
        run(EnvironmentInfo(), platform, name=["a_b"])
    assert platform.calls == []
