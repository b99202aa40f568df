# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Triggers of all three families."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import Client
from paas_emulator.platform import Platform

C, T = "environment.control.", "environment.trigger."
ENV = "hello-world"
NODES = [{"image": "example/app:1", "nodeGroup": "cp"}, {"nodeType": "mysql8", "nodeGroup": "sqldb"}]
# As packages of the platform send it.
SCALING: dict[str, Any] = {
    "isEnabled": True,
    "name": "scale-up",
    "nodeGroup": "cp",
    "period": 1,
    "condition": {"type": "GREATER", "value": 70, "resourceType": "CPU", "valueType": "PERCENTAGES"},
    "actions": [{"type": "ADD_NODE", "customData": {"limit": 10, "count": 1, "notify": True}}],
}
ALERT: dict[str, Any] = {**SCALING, "name": "alert", "actions": [{"type": "NOTIFY", "customData": {"notify": True}}]}


@pytest.fixture
def bot(bot: Client) -> Client:
    bot.create(ENV, NODES)
    return bot


def call(client: Client, method: str, **parameters: Any) -> dict[str, Any]:
    given = {
        name: json.dumps(value) if isinstance(value, (dict, list)) else value for name, value in parameters.items()
    }
    return client.call(T + method, **{"envName": ENV, **given})


def triggers(client: Client, family: str = "Trigger", **parameters: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = call(client, f"Get{family}s", **parameters)["array"]
    return rows


def test_add_edit_and_delete(bot: Client) -> None:
    row = {"id": 1, **SCALING}
    assert call(bot, "AddTrigger", data={**SCALING, "id": 77}) == {"result": 0, "object": row}
    assert triggers(bot) == [row]
    changed = {**SCALING, "name": "other", "nodeGroup": "sqldb", "isEnabled": False, "more": "kept"}
    assert call(bot, "EditTrigger", id=1, data=changed) == {"result": 0, "object": {"id": 1, **changed}}
    assert triggers(bot) == [{"id": 1, **changed}]
    assert call(bot, "SetTriggerEnabled", id=1, enabled="true") == {"result": 0}
    assert triggers(bot) == [{"id": 1, **changed, "isEnabled": True}]
    assert call(bot, "DeleteTrigger", id=1) == {"result": 0}
    assert triggers(bot) == []


def test_defaults_and_spellings(bot: Client) -> None:
    given = {
        "name": "x",
        "nodeGroup": "cp",
        "condition": {"type": "less", "value": 0.5, "resourceType": "mem"},
        "actions": [{"type": "remove_node"}],
    }
    assert call(bot, "AddTrigger", data=given)["object"] == {
        "id": 1,
        "isEnabled": True,
        "name": "x",
        "nodeGroup": "cp",
        "period": 1,
        "condition": {"type": "LESS", "value": 0.5, "resourceType": "MEM", "valueType": "PERCENTAGES"},
        "actions": [{"type": "REMOVE_NODE"}],
    }


def test_families_see_their_own(bot: Client) -> None:
    scaling, alert = {"id": 1, **SCALING}, {"id": 2, **ALERT}
    assert call(bot, "AddAutoScalingTrigger", data=SCALING)["object"] == scaling
    assert call(bot, "AddLoadAlertTrigger", data=ALERT)["object"] == alert
    assert triggers(bot) == [scaling, alert]
    assert triggers(bot, "AutoScalingTrigger") == [scaling]
    assert triggers(bot, "LoadAlertTrigger") == [alert]
    assert triggers(bot, actionTypes="notify") == [alert]
    assert triggers(bot, actionTypes='["ADD_NODE", "REMOVE_NODE"]') == [scaling]
    refused = {"result": 3, "error": "invalid parameter [data]"}
    assert call(bot, "AddAutoScalingTrigger", data=ALERT) == refused
    assert call(bot, "EditLoadAlertTrigger", id=2, data=SCALING) == refused
    for method in ("DeleteAutoScalingTrigger", "SetAutoScalingTriggerEnabled", "EditAutoScalingTrigger"):
        answer = call(bot, method, id=2, enabled="false", data=SCALING)
        assert answer == {"result": 5, "source": "JEL", "error": "trigger [2] not found"}
    assert call(bot, "SetLoadAlertTriggerEnabled", id=2, enabled="false") == {"result": 0}
    assert call(bot, "EditAutoScalingTrigger", id=1, data={**SCALING, "period": 5})["object"]["period"] == 5
    assert triggers(bot) == [{**scaling, "period": 5}, {**alert, "isEnabled": False}]
    assert call(bot, "DeleteLoadAlertTrigger", id=2) == {"result": 0}
    assert call(bot, "DeleteAutoScalingTrigger", id=1) == {"result": 0}
    assert triggers(bot) == []


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"name": ""}, "data"),
        ({"nodeGroup": None}, "nodeGroup"),
        ({"period": 0}, "data"),
        ({"period": "soon"}, "data"),
        ({"actions": []}, "data"),
        ({"actions": [{"type": "REBOOT"}]}, "actions"),
        ({"actions": ["ADD_NODE"]}, "actions"),
        ({"actions": [{"type": "ADD_NODE", "customData": 1}]}, "actions"),
        ({"condition": None}, "condition"),
        ({"condition": {**SCALING["condition"], "type": "ABOVE"}}, "condition"),
        ({"condition": {**SCALING["condition"], "value": "70"}}, "condition"),
        ({"condition": {**SCALING["condition"], "resourceType": "HEAT"}}, "condition"),
        ({"condition": {**SCALING["condition"], "valueType": "MILES"}}, "condition"),
    ],
)
def test_bad_data(bot: Client, changed: dict[str, Any], parameter: str) -> None:
    expected = {"result": 3, "error": f"invalid parameter [{parameter}]"}
    call(bot, "AddTrigger", data=SCALING)
    assert call(bot, "AddTrigger", data={**SCALING, **changed}) == expected
    assert call(bot, "EditTrigger", id=1, data={**SCALING, **changed}) == expected
    assert triggers(bot) == [{"id": 1, **SCALING}]


def test_bad_calls(bot: Client) -> None:
    for text in ("nonsense", "[]", '"x"'):
        assert call(bot, "AddTrigger", data=text)["error"] == "invalid parameter [data]"
    assert call(bot, "AddTrigger", data={**SCALING, "nodeGroup": "none"})["error"] == "node or layer [none] not found"
    assert call(bot, "DeleteTrigger", id=9)["error"] == "trigger [9] not found"
    assert bot.call(T + "GetTriggers") == {"result": 3, "error": "invalid parameter [envName]"}
    assert bot.call(T + "GetTriggers", envName=" ") == {"result": 3, "error": "invalid parameter [envName]"}
    assert bot.call(T + "AddTrigger", data=json.dumps(SCALING))["error"] == "invalid parameter [envName]"


def test_triggers_go_with_their_layer_and_are_cloned(bot: Client) -> None:
    call(bot, "AddTrigger", data=SCALING)
    call(bot, "AddTrigger", data={**SCALING, "nodeGroup": "sqldb"})
    assert bot.call(C + "CloneEnv", srcEnvName=ENV, dstEnvName="second-env")["result"] == 0
    assert [(row["id"], row["nodeGroup"]) for row in triggers(bot, envName="second-env")] == [(3, "cp"), (4, "sqldb")]
    nodes = json.dumps([{"nodeGroup": "cp"}])
    assert bot.call(C + "ChangeTopology", envName=ENV, env="{}", nodes=nodes)["response"]["result"] == 0
    assert triggers(bot) == [{"id": 1, **SCALING}]


def test_writes_are_refused_during_an_operation(bot: Client, platform: Platform) -> None:
    call(bot, "AddTrigger", data=SCALING)
    platform.store.environments[ENV].status = 12
    for method in ("AddTrigger", "EditTrigger", "DeleteTrigger", "SetTriggerEnabled"):
        assert call(bot, method, id=1, enabled="false", data=ALERT)["result"] == 2212
    assert triggers(bot) == [{"id": 1, **SCALING}]
