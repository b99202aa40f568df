# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Triggers: by name; what no option declares of one survives an edit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.triggers import (
    ACTIONS,
    CONDITIONS,
    RESOURCES,
    UNITS,
    Found,
    Trigger,
    Triggers,
)
from tests.unit.resources.environment_parts import SHOP, after, declared, environment, read, steps

PART = Triggers()
LAYERS = frozenset({"bl", "cp"})
UP = Trigger("up", "cp", "cpu", "above", 70.0, "percent", 5, "add_node", 8, 1, True, None, True, id=7)
MAIL = Trigger("mail", "bl", "memory", "above", 90.0, "percent", 1, "notify", notify=False, enabled=True, id=8)
THERE = Found((UP, MAIL), LAYERS)
GIVEN = {"name": "up", "node_group": "cp"}
NEW = {**GIVEN, "name": "down", "condition": "below", "value": 20.5, "action": "remove_node"}
UP_ON_WIRE: dict[str, Any] = {
    "isEnabled": True,
    "name": "up",
    "nodeGroup": "cp",
    "period": 5,
    "condition": {"type": "GREATER", "value": 70, "resourceType": "CPU", "valueType": "PERCENTAGES"},
    "actions": [{"type": "ADD_NODE", "customData": {"limit": 8, "count": 1, "notify": True}}],
}
NEW_ON_WIRE = {
    "isEnabled": True,
    "name": "down",
    "nodeGroup": "cp",
    "period": 1,
    "condition": {"type": "LESS", "value": 20.5, "resourceType": "CPU", "valueType": "PERCENTAGES"},
    "actions": [{"type": "REMOVE_NODE", "customData": {}}],
}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([{**GIVEN, "name": ""}], "triggers: an entry has an empty name"),
        ([{**GIVEN, "node_group": " "}], "triggers: 'up' has an empty node_group"),
        ([GIVEN, {**GIVEN, "period": 2}], "triggers: 'up' is declared twice for the layer 'cp'"),
        ([{**GIVEN, "value": -1}], "triggers: 'up': value must be 0 or more"),
        ([{**GIVEN, "period": 0}], "triggers: 'up': period is in minutes and must be 1 or more"),
        ([{**GIVEN, "reminder_period": 0}], "triggers: 'up': reminder_period is in minutes and must be 1 or more"),
        ([{**GIVEN, "limit": 0}], "triggers: 'up': limit must be 1 or more"),
        ([{**GIVEN, "count": -1}], "triggers: 'up': count must be 1 or more"),
    ],
)
def test_bad_input(given: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(InputError) as caught:
        declared(PART, given)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({**NEW, "node_group": "db"}, "'down': layer db does not exist in environment shop1; layers: bl, cp"),
        ({**GIVEN, "node_group": "db"}, "'up': layer db does not exist in environment shop1; layers: bl, cp"),
        ({**GIVEN, "name": "down"}, "'down' is to be created, so it needs condition, value, action"),
        ({**NEW, "value": None}, "'down' is to be created, so it needs value"),
    ],
)
def test_what_cannot_be_made(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        PART.plan_changes(THERE, declared(PART, [given]), SHOP, purge=False)
    assert str(caught.value) == f"triggers: {message}"


def test_a_layer_without_a_name_yet_may_be_the_one() -> None:
    desired = declared(PART, [{**NEW, "node_group": "db"}])
    (change,) = PART.plan_changes(Found(), desired, environment("cp", None), purge=False)
    assert change.params["data"]["nodeGroup"] == "db"


def test_what_is_declared() -> None:
    entry = {"name": " up ", "node_group": " cp ", "value": "70", "notify": "yes"}
    assert declared(PART, [entry, entry]) == (Trigger("up", "cp", value=70.0, notify=True),)


@pytest.mark.parametrize("member", ["array", "object", "ARRAY"])
def test_answers(member: str) -> None:
    answer = [
        {"id": 7, **UP_ON_WIRE},
        {
            **{"ID": "9", "NAME": "odd", "NODEGROUP": "bl", "isenabled": "false", "period": "10"},
            "condition": {"type": "greater", "value": "55", "resourcetype": "NET_INT", "valueType": "SPECIFIC"},
            "actions": {"type": "NOTIFY", "customdata": {"Notify": "true", "reminderPeriod": "60"}},
        },
        {"name": "bare"},
        "no trigger",
    ]
    found = read(PART, {member: answer})
    assert found == Found(
        (
            UP,
            Trigger("odd", "bl", "net_int", "above", 55.0, "specific", 10, "notify", None, None, True, 60, False, id=9),
            Trigger("bare", enabled=False),
        ),
        LAYERS,
    )
    assert found.items[0].actions == tuple(UP_ON_WIRE["actions"])


@pytest.mark.parametrize(
    ("given", "purge", "calls"),
    [
        ([], False, []),
        ([GIVEN, {"name": "mail", "node_group": "bl"}], True, []),
        ([{**GIVEN, "value": 70, "period": 5, "limit": 8, "enabled": True}], False, []),
        ([NEW], False, [("AddTrigger", {"data": NEW_ON_WIRE})]),
        (
            [{**GIVEN, "enabled": False, "period": 10}],
            False,
            [("EditTrigger", {"id": 7, "data": {**UP_ON_WIRE, "isEnabled": False, "period": 10}})],
        ),
        (
            [{**GIVEN, "node_group": "bl"}],
            True,
            [
                ("EditTrigger", {"id": 7, "data": {**UP_ON_WIRE, "nodeGroup": "bl"}}),
                ("DeleteTrigger", {"id": 8}),
            ],
        ),
        ([], True, [("DeleteTrigger", {"id": 7}), ("DeleteTrigger", {"id": 8})]),
    ],
)
def test_calls(given: list[dict[str, Any]], purge: bool, calls: list[Any]) -> None:
    assert steps(PART, THERE, given, purge=purge) == calls
    assert steps(PART, after(PART, THERE, given, purge=purge), given, purge=purge) == []


@pytest.mark.parametrize(
    ("option", "table", "member"),
    [("resource", RESOURCES, "resourceType"), ("condition", CONDITIONS, "type"), ("unit", UNITS, "valueType")],
)
def test_words_of_conditions(option: str, table: dict[str, str], member: str) -> None:
    for word, wire in table.items():
        ((_method, params),) = steps(PART, Found(), [{**NEW, option: word}])
        assert params["data"]["condition"][member] == wire
        (found,) = read(PART, {"array": [params["data"]]}).items
        assert getattr(found, option) == word


def test_words_of_actions() -> None:
    custom = {"limit": 3, "count": 2, "notify": False, "reminder_period": 60}
    for word, wire in ACTIONS.items():
        ((_method, params),) = steps(PART, Found(), [{**NEW, "action": word, **custom}])
        assert params["data"]["actions"] == [
            {"type": wire, "customData": {"limit": 3, "count": 2, "notify": False, "reminderPeriod": 60}}
        ]
        (found,) = read(PART, {"array": [params["data"]]}).items
        assert {name: getattr(found, name) for name in ("action", *custom)} == {"action": word, **custom}


def test_an_edit_hands_on_what_no_option_declares() -> None:
    """Words that nobody knows, members of an action that nobody knows, and further actions."""
    wire = {
        **UP_ON_WIRE,
        "condition": {**UP_ON_WIRE["condition"], "resourceType": "NEW_ONE"},
        "actions": [{"type": "ADD_NODE", "customData": {"LIMIT": 8, "more": 1}}, {"type": "NOTIFY", "other": 2}],
    }
    there = read(PART, {"array": [{"id": 7, **wire}]})
    ((_method, params),) = steps(PART, there, [{**GIVEN, "limit": 9}])
    assert params["data"]["condition"] == wire["condition"]
    assert params["data"]["actions"] == [
        {"type": "ADD_NODE", "customData": {"more": 1, "limit": 9}},
        {"type": "NOTIFY", "other": 2},
    ]


def test_of_several_of_one_name_that_of_the_layer_is_meant() -> None:
    twin = replace(UP, node_group="bl", id=9)
    there = Found((twin, UP), LAYERS)
    ((_method, params),) = steps(PART, there, [{**GIVEN, "value": 1}])
    assert (params["id"], params["data"]["nodeGroup"]) == (7, "cp")
    assert steps(PART, there, [GIVEN], purge=True) == [("DeleteTrigger", {"id": 9})]
    assert steps(PART, there, [GIVEN, {**GIVEN, "node_group": "bl"}], purge=True) == []


def test_shown_can_be_declared() -> None:
    shown = PART.to_result(THERE)
    assert shown[1] == {
        **{"name": "up", "node_group": "cp", "resource": "cpu", "condition": "above", "value": 70.0},
        **{"unit": "percent", "period": 5, "action": "add_node", "limit": 8, "count": 1, "notify": True},
        **{"reminder_period": None, "enabled": True},
    }
    assert steps(PART, THERE, shown, purge=True) == []


def test_layers_take_theirs_with_them() -> None:
    assert PART.after_layer_removal(THERE, ["cp"]) == Found((MAIL,), frozenset({"bl"}))


def test_of_a_layer_just_made_more_may_be_there() -> None:
    """The platform may watch a new layer by itself; of layers that were read all is known."""
    new = replace(UP, id=None, limit=None)
    assert PART.matches(THERE, replace(PART.initial_state(), items=(new,)))
    assert not PART.matches(THERE, Found((new,), LAYERS))
    assert not PART.matches(THERE, Found((replace(new, period=6), MAIL), LAYERS))
    assert not PART.matches(Found((UP,), LAYERS), THERE)
