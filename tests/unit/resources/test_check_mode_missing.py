# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode on an account where nothing exists yet: what an earlier task may create is assumed, with a warning."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from ansible_collections.inet.elastic.plugins.module_utils._resources.exec import Exec
from ansible_collections.inet.elastic.plugins.module_utils._resources.file.resource import File
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken, TokenSet
from tests.unit.resources.watched_platform import WatchedPlatform

ASSUMES = "; check mode assumes that an earlier task creates it and predicts the result"
ENV: dict[str, Any] = {"environment": "new-shop"}
CP: dict[str, Any] = {"node_group": "cp", "node_type": "nginx", "flexible_cloudlets": 4}
GONE = "environment 'new-shop' does not exist, or this account cannot see it"
LAYER = "(layer)"
NO_LAYER = "layer bl does not exist in environment old-shop; layers: cp"
NOT_THERE = "environment 'new-shop' does not exist"
RULE = {"node_group": "cp", "name": "web", "ports": "8080"}


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform with one environment, which most tasks are not about."""
    watched = WatchedPlatform()
    watched.run(OneEnvironment(), name="old-shop", nodes=[CP])
    watched.writes()
    yield watched
    watched.end()


def predicted(platform: WatchedPlatform, resource: Resource[Any, Any], says: str, **options: Any) -> dict[str, Any]:
    """The result of check mode, which has one warning and writes nothing; outside it the task fails."""
    result = platform.run(resource, check=True, **options)
    assert platform.warnings == [says + ASSUMES]
    assert platform.writes() == []
    failed = platform.fails(resource, **options)
    assert (failed["changed"], platform.warnings, platform.writes()) == (False, [], [])
    return result


def made_then(platform: WatchedPlatform, resource: Resource[Any, Any], **options: Any) -> dict[str, Any]:
    """The real result of the same task once another one has created the environment."""
    platform.run(OneEnvironment(), name="new-shop", nodes=[CP])
    return platform.run(resource, **options)


# -- files and commands ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "says"),
    [({**ENV, "node_group": "cp"}, GONE), ({"environment": "old-shop", "node_group": "bl"}, NO_LAYER)],
    ids=["environment", "layer"],
)
@pytest.mark.parametrize(
    ("what", "diff"),
    [({"content": "hello"}, ("", "hello")), ({"state": "directory"}, ({LAYER: "absent"}, {LAYER: "directory"}))],
    ids=["file", "directory"],
)
def test_a_file(
    platform: WatchedPlatform, where: dict[str, Any], says: str, what: dict[str, Any], diff: tuple[Any, Any]
) -> None:
    result = predicted(platform, File(), says, path="/srv/motd", **where, **what)
    assert (result["changed"], result["path"], result["node_ids"]) == (True, "/srv/motd", [])
    shown = json.dumps([result["diff"]["before"], result["diff"]["after"]])
    assert shown == json.dumps(diff).replace(LAYER, f"layer {where['node_group']}")
    headers = {name: text for name, text in result["diff"].items() if name.endswith("_header")}
    assert set(headers.values()) == ({f"/srv/motd in layer {where['node_group']}"} if "content" in what else set())
    if says == GONE:
        assert made_then(platform, File(), path="/srv/motd", **where, **what).keys() == result.keys()


def test_a_hidden_content(platform: WatchedPlatform) -> None:
    where = {**ENV, "node_group": "cp", "path": "/srv/key"}
    result = predicted(platform, File(), GONE, **where, content="a secret text", sensitive=True)
    assert "a secret text" not in str(result) and result["diff"]["after"] == {"layer cp": "(hidden)"}


def test_a_file_in_a_node(platform: WatchedPlatform) -> None:
    """Of an environment that does not exist. A node of one that does gets a number nobody knows, so it is an error."""
    platform.run(File(), check=True, **ENV, node_id=77, path="/srv/motd", content="hello")
    assert len(platform.warnings) == 1 and platform.warnings[0].endswith(ASSUMES)
    failed = platform.fails(File(), check=True, environment="old-shop", node_id=77, path="/srv/motd", content="hello")
    assert (failed["failure"]["code"], platform.warnings) == (2300, [])


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        ({**ENV, "node_group": "cp"}, []),
        ({**ENV, "node_id": 77}, [77]),
        ({"environment": "old-shop", "node_group": "bl"}, []),
        ({"environment": "old-shop", "node_id": 77}, [77]),
    ],
    ids=["environment by layer", "environment by node", "layer", "node"],
)
def test_nothing_to_remove_where_everything_is_gone(
    platform: WatchedPlatform, where: dict[str, Any], numbers: list[int], check: bool
) -> None:
    result = platform.run(File(), check=check, path="/tmp/x", state="absent", **where)
    assert (result["changed"], result["node_ids"], platform.warnings) == (False, numbers, [])
    assert platform.writes() == []


@pytest.mark.parametrize("code", [11, 2300], ids=["environment", "node"])
def test_what_goes_while_it_is_removed(platform: WatchedPlatform, code: int) -> None:
    """The platform refuses the removal, as somebody else has removed the environment or the node: nothing changed."""
    where: dict[str, Any] = {"environment": "old-shop", "node_group": "cp", "path": "/tmp/x"}
    platform.run(File(), **where, content="x")
    platform.answers["delete"] = {"result": code, "error": "not found"}
    platform.after["getlist"] = lambda: platform.answers.update(getlist={"result": code, "error": "not found"})
    result = platform.run(File(), **where, state="absent")
    assert (result["changed"], platform.methods.count("delete")) == (False, 1)


def test_other_nodes_are_looked_at_where_one_is_gone(platform: WatchedPlatform) -> None:
    platform.run(OneEnvironment(), name="old-shop", nodes=[{**CP, "count": 2}])
    where: dict[str, Any] = {"environment": "old-shop", "node_group": "cp", "path": "/tmp/x"}
    platform.run(File(), **where, content="x")
    nodes = platform.platform.store.environments["old-shop"].nodes
    platform.after["getenvinfo"] = lambda: nodes.remove(nodes[1])
    result = platform.run(File(), **where, state="absent")
    assert (result["changed"], result["node_ids"]) == (True, [nodes[0].id])
    assert (platform.methods.count("getlist"), platform.methods.count("delete")) == (3, 1)


@pytest.mark.parametrize("where", [{**ENV, "node_group": "cp"}, {**ENV, "node_id": 77}], ids=["layer", "node"])
def test_commands_with_creates(platform: WatchedPlatform, where: dict[str, Any]) -> None:
    result = platform.run(Exec(), check=True, **where, command="make", creates="/srv/made")
    assert (result["changed"], result["skipped_because"], len(platform.warnings)) == (True, None, 1)
    assert platform.warnings[0].endswith(ASSUMES)
    failed = platform.fails(Exec(), **where, command="make", creates="/srv/made")
    assert (failed["failure"]["code"], failed["changed"]) == (11, False)


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("more", [{}, {"creates": "/srv/made"}], ids=str)
@pytest.mark.parametrize(
    ("where", "why"),
    [
        ({**ENV, "node_group": "cp"}, "layer cp of environment 'new-shop' does not exist"),
        ({**ENV, "node_id": 77}, "node 77 of environment 'new-shop' does not exist"),
        ({"environment": "old-shop", "node_group": "bl"}, "layer bl of environment 'old-shop' does not exist"),
        ({"environment": "old-shop", "node_id": 77}, "node 77 of environment 'old-shop' does not exist"),
    ],
    ids=["environment by layer", "environment by node", "layer", "node"],
)
def test_commands_with_removes(
    platform: WatchedPlatform, where: dict[str, Any], why: str, more: dict[str, Any], check: bool
) -> None:
    """There is nothing that they could remove."""
    result = platform.run(Exec(), check=check, **where, command="rm -r /srv/old", removes="/srv/old", **more)
    assert (result["changed"], result["skipped_because"], platform.warnings) == (False, why, [])
    assert platform.writes() == []


def test_a_refusal_of_another_kind_stays_one(platform: WatchedPlatform) -> None:
    """In check mode too."""
    platform.answers["getlist"] = {"result": 8, "error": "permission denied"}
    where: dict[str, Any] = {"environment": "old-shop", "node_group": "cp"}
    for resource, options in (
        (File(), {"path": "/tmp/x", "state": "absent"}),
        (File(), {"path": "/tmp/x", "state": "directory"}),
        (Exec(), {"command": "rm /x", "removes": "/x"}),
        (Exec(), {"command": "touch /x", "creates": "/x"}),
    ):
        failed = platform.fails(resource, check=True, **where, **options)
        assert (failed["failure"]["code"], platform.warnings) == (8, [])


# -- environments ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "state", "changed"),
    [
        ({}, "started", False),
        ({"state": "started"}, "started", False),
        ({"state": "stopped"}, "stopped", True),
        ({"state": "sleeping"}, "sleeping", True),
        ({"state": "restarted"}, "started", True),
        ({"state": "redeployed"}, "started", True),
        ({"display_name": "Shop"}, "started", True),
        ({"env_groups": ["dev"], "state": "stopped"}, "stopped", True),
        ({"domains": ["shop.example.com"]}, "started", True),
        ({"firewall": [RULE]}, "started", True),
        ({"nodes": [{"node_group": "cp", "count": 3}], "firewall": [{**RULE, "node_group": "bl"}]}, "started", True),
    ],
    ids=str,
)
def test_an_environment_without_its_creation(
    platform: WatchedPlatform, options: dict[str, Any], state: str, changed: bool
) -> None:
    result = predicted(platform, OneEnvironment(), NOT_THERE, name="new-shop", **options)
    environment = result["environment"]
    assert (result["changed"], environment["state"], environment["name"]) == (changed, state, "new-shop")
    if "nodes" not in options:
        real = made_then(platform, OneEnvironment(), name="new-shop", **options)
        assert result.keys() == real.keys() and environment.keys() == real["environment"].keys()
        assert (real["changed"], real["environment"]["state"]) == (changed, state)


def test_what_an_assumed_environment_is_made_of(platform: WatchedPlatform) -> None:
    """As declared, which travels with the creation; the layers that are not declared show as one without a name."""
    topology = {"region": "region-b", "ssl": True, "nodes": [{"node_group": "cp", "count": 3}]}
    result = predicted(platform, OneEnvironment(), NOT_THERE, name="new-shop", **topology)
    environment = result["environment"]
    assert (result["changed"], environment["region"], environment["ssl"]) == (False, "region-b", True)
    assert [(layer["node_group"], layer["count"]) for layer in environment["nodes"]] == [("cp", 3), (None, None)]
    purged = platform.run(OneEnvironment(), check=True, name="new-shop", **topology, purge={"nodes": True})
    assert [layer["node_group"] for layer in purged["environment"]["nodes"]] == ["cp"]


def test_an_environment_that_is_removed(platform: WatchedPlatform) -> None:
    result = platform.run(OneEnvironment(), check=True, name="new-shop", state="absent")
    assert (result["changed"], platform.warnings) == (False, [])


def test_an_environment_that_the_task_creates(platform: WatchedPlatform) -> None:
    """It is no assumption."""
    result = platform.run(OneEnvironment(), check=True, name="new-shop", nodes=[CP])
    assert (result["changed"], platform.warnings) == (True, [])


@pytest.mark.parametrize("more", [{}, {"state": "stopped", "nodes": [{"node_group": "cp", "count": 2}]}], ids=str)
def test_a_clone(platform: WatchedPlatform, more: dict[str, Any]) -> None:
    says = "clone_from: environment 'new-shop' does not exist"
    options = {"name": "the-copy", "clone_from": "new-shop", **more}
    result = predicted(platform, OneEnvironment(), says, **options)
    assert (result["changed"], result["environment"]["name"]) == (True, "the-copy")
    assert result["environment"]["state"] == more.get("state", "started")
    real = made_then(platform, OneEnvironment(), **options)
    assert result["environment"].keys() == real["environment"].keys()


def test_a_set(platform: WatchedPlatform) -> None:
    """Each entry by itself; one that is cloned from another entry needs no assumption."""
    entries = [
        {"name": "old-shop"},
        {"name": "new-shop", "state": "stopped"},
        {"name": "a-copy", "clone_from": "elsewhere"},
        {"name": "second", "clone_from": "first-one"},
        {"name": "first-one", "nodes": [CP]},
        {"name": "gone-one", "state": "absent"},
    ]
    result = platform.run(EnvironmentSet(), check=True, environments=entries)
    assert [item["changed"] for item in result["environments"]] == [False, True, True, True, True, False]
    assert platform.warnings == [
        NOT_THERE + ASSUMES,
        "clone_from: environment 'elsewhere' does not exist" + ASSUMES,
    ]
    failed = platform.fails(EnvironmentSet(), environments=entries)
    kinds = [item.get("failure", {}).get("kind") for item in failed["environments"]]
    assert kinds == [None, "input", "input", None, None, None]


# -- tokens ---------------------------------------------------------------------------------------------------------

COPY: dict[str, Any] = {"description": "copy", "copy_from": "template-bot", "return_value": True}
NO_TOKEN = "copy_from: there is no token with the description or id 'template-bot'"


def test_a_copy_of_a_token(platform: WatchedPlatform) -> None:
    result = predicted(platform, OneToken(), NO_TOKEN, **COPY, expires_in="30d")
    assert (result["changed"], result["token"]["description"], result["value"]) == (True, "copy", None)
    assert result["token"]["expires_at"] is not None
    platform.run(OneToken(), description="template-bot", template="Marketplace", return_value=True)
    real = platform.run(OneToken(), **COPY, expires_in="30d")
    assert result.keys() == real.keys() and result["token"].keys() == real["token"].keys()


def test_a_copy_that_says_what_it_may_do(platform: WatchedPlatform) -> None:
    result = predicted(platform, OneToken(), NO_TOKEN, **COPY, template="Marketplace")
    assert (result["changed"], result["token"]["template"]) == (True, "Marketplace")


def test_a_copy_that_exists_needs_no_source(platform: WatchedPlatform) -> None:
    platform.run(OneToken(), description="copy", template="Marketplace", return_value=True)
    result = platform.run(OneToken(), check=True, **COPY)
    assert (result["changed"], platform.warnings) == (False, [])


def test_a_copy_within_a_set(platform: WatchedPlatform) -> None:
    """Of a token that the task declares, in the right order and in the wrong one, and of another."""
    first = {"description": "first", "template": "Marketplace"}
    second = {"description": "second", "copy_from": "first"}
    third = {"description": "third", "copy_from": "template-bot"}
    platform.run(TokenSet(), check=True, tokens=[first, second, third], return_value=True)
    assert platform.warnings == [NO_TOKEN + ASSUMES]
    failed = platform.fails(TokenSet(), check=True, tokens=[second, first], return_value=True)
    assert failed["msg"] == "copy_from: there is no token with the description or id 'first'"
