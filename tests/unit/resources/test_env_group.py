# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of environments: exact calls, what is left alone, renaming, and answers that get lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.env_group import EnvGroup
from tests.unit.resources.watched_platform import WatchedPlatform

LIST: tuple[str, dict[str, str]] = ("getgroups", {})
GROUP: dict[str, Any] = {"name": "acme", "color": "#112233", "isolated": True, "visibility": "hide"}


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform with one group."""
    watched = WatchedPlatform()
    watched.run(EnvGroup(), **GROUP)
    watched.writes()
    yield watched
    watched.end()


def stored(platform: WatchedPlatform) -> dict[str, tuple[str, bool, int]]:
    """Color, isolation and visibility of the groups by name."""
    groups = platform.platform.store.groups.values()
    return {group.name: (group.color, group.is_isolated, group.visibility) for group in groups}


def test_create(platform: WatchedPlatform) -> None:
    result = platform.predicts(EnvGroup(), name=" a ", color=" #AABBCC ", isolated=True, visibility="hide")
    assert platform.sent == [
        LIST,
        ("creategroup", {"envGroup": "a", "data": '{"color":"#aabbcc","visibility":"HIDE"}'}),
        ("setisolationenabled", {"groupName": "a", "enabled": "true"}),
        LIST,
    ]
    assert result["env_group"] == {"id": 2, "name": "a", "color": "#aabbcc", "isolated": True, "visibility": "hide"}
    assert stored(platform)["a"] == ("#aabbcc", True, 1)


def test_create_inside_another_group(platform: WatchedPlatform) -> None:
    """It cannot be isolated, and does not have to be opened."""
    result = platform.predicts(EnvGroup(), name=" acme / test", isolated=False)
    assert platform.sent == [LIST, ("creategroup", {"envGroup": "acme/test"}), LIST]
    assert (result["env_group"]["name"], result["env_group"]["isolated"]) == ("acme/test", False)


@pytest.mark.parametrize("isolated", [None, False])
def test_create_with_nothing_else(platform: WatchedPlatform, isolated: bool | None) -> None:
    """A new group is not isolated, so that nothing is to be done for it."""
    platform.predicts(EnvGroup(), name="plain", isolated=isolated)
    assert platform.sent == [LIST, ("creategroup", {"envGroup": "plain"}), LIST]


@pytest.mark.parametrize(
    ("given", "data"),
    [
        ({"color": "#445566"}, '{"color":"#445566","visibility":"HIDE"}'),
        ({"visibility": "show_if_not_empty"}, '{"color":"#112233","visibility":"SHOW_IF_NOT_EMPTY"}'),
        ({"visibility": "show", "color": "#445566"}, '{"color":"#445566","visibility":"SHOW"}'),
    ],
)
def test_edit(platform: WatchedPlatform, given: dict[str, Any], data: str) -> None:
    """All that is known goes along, as it is not documented what becomes of what is left out."""
    result = platform.predicts(EnvGroup(), name="acme", **given)
    assert platform.sent == [LIST, ("editgroup", {"srcGroupName": "acme", "data": data}), LIST]
    desired = {**GROUP, **given}
    assert {name: result["env_group"][name] for name in desired} == desired


def test_open(platform: WatchedPlatform) -> None:
    platform.predicts(EnvGroup(), name="acme", isolated=False)
    assert platform.sent == [LIST, ("setisolationenabled", {"groupName": "acme", "enabled": "false"}), LIST]


@pytest.mark.parametrize("given", [{}, GROUP, {**GROUP, "color": "#112233".upper()}, {"old_name": "gone"}], ids=str)
def test_nothing_to_do(platform: WatchedPlatform, given: dict[str, Any]) -> None:
    result = platform.run(EnvGroup(), **{"name": "acme", **given})
    assert (result["changed"], platform.sent) == (False, [LIST])


def test_rename(platform: WatchedPlatform) -> None:
    result = platform.predicts(EnvGroup(), name="apex", old_name=" acme ", isolated=False)
    data = '{"color":"#112233","visibility":"HIDE"}'
    assert platform.sent == [
        LIST,
        ("editgroup", {"srcGroupName": "acme", "dstGroupName": "apex", "data": data}),
        ("setisolationenabled", {"groupName": "apex", "enabled": "false"}),
        LIST,
    ]
    assert result["diff"]["before"]["name"] == "acme"
    assert stored(platform) == {"apex": ("#112233", False, 1)}


def test_an_old_group_beside_the_new_one(platform: WatchedPlatform) -> None:
    """Both are there, so there is nothing to rename, and the old one is left alone."""
    platform.run(EnvGroup(), name="apex", color="#000000")
    before = stored(platform)["acme"]
    platform.predicts(EnvGroup(), name="apex", old_name="acme", color="#ffffff")
    assert platform.methods == ["getgroups", "editgroup", "getgroups"]
    assert stored(platform)["acme"] == before


def test_neither_of_two_names(platform: WatchedPlatform) -> None:
    platform.predicts(EnvGroup(), name="new", old_name="old")
    assert platform.methods == ["getgroups", "creategroup", "getgroups"]


def test_remove(platform: WatchedPlatform) -> None:
    result = platform.predicts(EnvGroup(), name="acme", state="absent")
    assert platform.sent == [LIST, ("removegroup", {"envGroup": "acme"}), LIST]
    assert (result["env_group"], result["diff"]["after"]) == (None, {})
    assert list(stored(platform)) == []


TASKS = [
    ("creategroup", {"name": "new", "visibility": "hide"}),
    ("creategroup", {"name": "new", "color": "#000000"}),
    ("editgroup", {"name": "acme", "color": "#000000"}),
    ("editgroup", {"name": "apex", "old_name": "acme"}),
    ("setisolationenabled", {"name": "acme", "isolated": False}),
    ("removegroup", {"name": "acme", "state": "absent"}),
]


@pytest.mark.parametrize("cut", ["before", "after"])
@pytest.mark.parametrize(("method", "given"), TASKS)
def test_a_lost_answer(platform: WatchedPlatform, method: str, given: dict[str, Any], cut: str) -> None:
    """The groups are read, and the change is not sent again."""
    platform.cuts[method] = cut
    if cut == "after":
        assert platform.run(EnvGroup(), **given)["changed"] is True
        assert platform.methods == ["getgroups", method, "getgroups", "getgroups"]
    else:
        result = platform.fails(EnvGroup(), **given)
        assert (result["failure"]["kind"], result["changed"]) == ("answer_lost", False)
        assert "it is not done, or not yet: " in result["msg"]
        assert platform.methods == ["getgroups", method, "getgroups"]


def test_a_lost_answer_before_the_last_step(platform: WatchedPlatform) -> None:
    """What a later step brings is not looked for."""
    platform.cuts["creategroup"] = "after"
    result = platform.run(EnvGroup(), name="new", isolated=True)
    assert platform.methods == ["getgroups", "creategroup", "getgroups", "setisolationenabled", "getgroups"]
    assert result["env_group"]["isolated"] is True


def test_a_lost_answer_and_no_way_to_look(platform: WatchedPlatform) -> None:
    platform.cuts["removegroup"] = "after"

    def then_refuse() -> None:
        platform.answers["getgroups"] = {"result": 8, "error": "permission denied"}

    platform.after["removegroup"] = then_refuse
    result = platform.fails(EnvGroup(), name="acme", state="absent")
    assert "whether the change was made could not be seen: environment.group.GetGroups was refused" in result["msg"]


@pytest.mark.parametrize(("method", "given"), TASKS[:5])
def test_success_that_is_none(platform: WatchedPlatform, method: str, given: dict[str, Any]) -> None:
    platform.answers[method] = {"result": 0}
    result = platform.fails(EnvGroup(), **given)
    assert result["failure"]["kind"] == "unexpected_answer"
    assert len(result["steps_done"]) == 1


def test_a_group_inside_another_one_that_is_removed(platform: WatchedPlatform) -> None:
    """Options of the group have no effect then, for instance those of ``module_defaults``."""
    platform.run(EnvGroup(), name="acme/test")
    platform.run(EnvGroup(), name="acme/test", state="absent", isolated=True)
    assert list(stored(platform)) == ["acme"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": "clients//acme"}, "name: a group is written as name or parent/child"),
        ({"name": ""}, "name: a group is written as name or parent/child"),
        ({"name": "a", "old_name": "/b"}, "old_name: a group is written as"),
        ({"name": "a", "old_name": " a"}, "old_name is the same as name"),
        ({"name": "a", "old_name": "b", "state": "absent"}, "old_name is for state: present"),
        (
            {"name": "clients / acme", "isolated": True},
            "isolated: clients/acme is inside another group, and the platform isolates groups of the top level only; "
            "isolate clients",
        ),
        ({"name": "a", "color": "red"}, "color is written as #rrggbb, such as #5fa2dd"),
        ({"name": "a", "color": ""}, "color is written as #rrggbb"),
        ({"name": "a", "color": "#fff"}, "color is written as #rrggbb"),
    ],
)
def test_bad_input(platform: WatchedPlatform, given: dict[str, Any], says: str) -> None:
    """Refused before any call."""
    result = platform.fails(EnvGroup(), **given)
    assert says in result["msg"]
    assert (result["failure"]["kind"], platform.sent) == ("input", [])
