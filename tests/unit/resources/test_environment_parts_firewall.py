# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Firewall rules: by layer, direction and name; the platform's own are not touched."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.firewall import (
    Firewall,
    Rule,
    Rules,
)
from tests.unit.resources.environment_parts import SHOP, after, declared, environment, read, steps

PART = Firewall()
WEB = Rule("web", "bl", "input", "allow", "tcp", "80", "ALL", "ALL", 1000, True, id=7, infra=False)
DNS = Rule("dns", "cp", "output", "deny", "udp", "53", "ALL", "10.0.0.1", 1010, True, id=8, infra=False)
GATE = Rule("gate", "cp", "input", "allow", "tcp", "22", "ALL", "ALL", 900, True, id=1, infra=True)
THERE = Rules((GATE, WEB, DNS), frozenset({"bl", "cp"}))
GIVEN = {"name": "web", "node_group": "bl"}
NEW_ON_WIRE = {"direction": "INPUT", "action": "ALLOW", "protocol": "TCP", "src": "ALL", "isEnabled": True}
WEB_ON_WIRE = {
    **{"id": 7, "name": "web", "direction": "INPUT", "action": "ALLOW", "protocol": "TCP", "ports": "80"},
    **{"src": "ALL", "dst": "ALL", "priority": 1000, "isEnabled": True},
}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([{**GIVEN, "name": ""}], "firewall: an entry has an empty name"),
        ([{**GIVEN, "node_group": " "}], "firewall: 'web' has an empty node_group"),
        ([GIVEN, {**GIVEN, "ports": "80"}], "firewall: 'web' is declared twice for the layer 'bl'"),
        ([{**GIVEN, "priority": -1}], "firewall: 'web': priority must be 0 or more"),
        ([{**GIVEN, "protocol": ""}], "firewall: 'web': protocol is empty; give tcp, udp or all"),
        *(
            (
                [{**GIVEN, "ports": ports}],
                f"firewall: 'web': ports are written as 80, 8000-8010 or 80,443, not {ports!r}",
            )
            for ports in ("http", "0", "65536", "80-", "90-80", "80,,443", "80;443", "-1", "123456", "٣")
        ),
    ],
)
def test_bad_input(given: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(InputError) as caught:
        declared(PART, given)
    assert str(caught.value) == message


def test_an_unknown_layer_is_refused_unless_one_has_no_name_yet() -> None:
    desired = declared(PART, [{**GIVEN, "node_group": "db"}])
    with pytest.raises(InputError) as caught:
        PART.plan_changes(THERE, desired, SHOP, purge=False)
    assert str(caught.value) == "firewall: 'web': layer db does not exist in environment shop1; layers: bl, cp"
    (change,) = PART.plan_changes(Rules(), desired, environment("cp", None), purge=False)
    assert change.params["nodeGroup"] == "db"


def test_what_is_declared_is_written_in_one_way() -> None:
    entry = {
        **GIVEN,
        "protocol": " TCP ",
        "ports": "80, 443",
        "source": "all",
        "destination": "",
        "direction": "output",
    }
    assert declared(PART, [entry, entry]) == (
        Rule("web", "bl", "output", protocol="tcp", ports="80,443", source="ALL", destination="ALL"),
    )
    assert declared(PART, [{**GIVEN, "ports": "ALL", "source": " 10.0.0.0/8 "}]) == (
        Rule("web", "bl", "input", ports="", source="10.0.0.0/8"),
    )
    assert declared(PART, [{**GIVEN, "ports": "1-65535,80-80"}])[0].ports == "1-65535,80-80"


@pytest.mark.parametrize("member", ["array", "rules", "ARRAY"])
def test_answers(member: str) -> None:
    odd = {
        "ID": "9",
        "NAME": "x",
        "nodegroup": "cp",
        "direction": "BIDIRECTIONAL",
        "isenabled": "true",
        "priority": "5",
    }
    answer = [
        {**WEB_ON_WIRE, "softNodeGroup": "bl", "isInfra": False, "relatedEnvName": "other"},
        {**odd, "action": "deny", "ports": 80, "src": "all"},
        {"name": "bare"},
        "no rule",
    ]
    found = read(PART, {member: answer})
    assert found == Rules(
        (
            WEB,
            Rule("x", "cp", "bidirectional", "deny", "", "80", "ALL", "ALL", 5, True, 9, False),
            Rule("bare", None, "", "", "", "", "ALL", "ALL", None, False, None, False),
        ),
        frozenset({"bl", "cp"}),
    )
    assert found.items[0].related == {"relatedEnvName": "other"}


@pytest.mark.parametrize(
    ("given", "purge", "calls"),
    [
        ([], False, []),
        ([GIVEN, {"name": "dns", "node_group": "cp", "direction": "output"}], True, []),
        ([{**GIVEN, "ports": "80", "source": "", "priority": 1000, "enabled": True}], False, []),
        (
            [{**GIVEN, "node_group": "cp"}],
            False,
            [("AddRule", {"nodeGroup": "cp", "rule": {"name": "web", **NEW_ON_WIRE}})],
        ),
        (
            [{**GIVEN, "action": "deny", "ports": "80,443", "enabled": False}],
            False,
            [("EditRule", {"rule": {**WEB_ON_WIRE, "action": "DENY", "ports": "80,443", "isEnabled": False}})],
        ),
        (
            [
                {"name": "a", "node_group": "cp", "ports": "1-2", "priority": 0},
                {"name": "b", "node_group": "bl"},
                {"name": "b", "node_group": "cp", "direction": "output", "destination": "10.0.0.1", "enabled": False},
            ],
            True,
            [
                (
                    "AddRules",
                    {
                        "nodeGroup": "cp",
                        "rules": [
                            {"name": "a", **NEW_ON_WIRE, "ports": "1-2", "priority": 0},
                            {
                                **{"name": "b", **NEW_ON_WIRE, "direction": "OUTPUT"},
                                **{"dst": "10.0.0.1", "isEnabled": False},
                            },
                        ],
                    },
                ),
                ("AddRule", {"nodeGroup": "bl", "rule": {"name": "b", **NEW_ON_WIRE}}),
                ("RemoveRules", {"ids": [7, 8]}),
            ],
        ),
    ],
)
def test_calls(given: list[dict[str, Any]], purge: bool, calls: list[Any]) -> None:
    assert steps(PART, THERE, given, purge=purge) == calls
    reached = after(PART, THERE, given, purge=purge)
    assert steps(PART, reached, given, purge=purge) == []
    assert GATE in reached.items


def test_the_platforms_own_rule_is_no_users_rule() -> None:
    """One of its name is made beside it."""
    given = [{"name": "gate", "node_group": "cp", "ports": "22"}]
    assert [method for method, _params in steps(PART, THERE, given)] == ["AddRule"]
    assert [rule["name"] for rule in PART.to_result(THERE)] == ["web", "dns"]


@pytest.mark.parametrize(
    ("given", "related"),
    [
        ({"ports": "81"}, {"relatedSoftNodeGroup": "bl"}),
        ({"source": "10.0.0.1"}, {}),
        ({"destination": "10.0.0.1"}, {}),
    ],
)
def test_an_edit_hands_on_what_belongs_to_the_addresses_that_stay(
    given: dict[str, str], related: dict[str, str]
) -> None:
    rule = replace(WEB, related={"relatedSoftNodeGroup": "bl"})
    ((_method, params),) = steps(PART, Rules((rule,), frozenset({"bl"})), [{**GIVEN, **given}])
    assert {name: value for name, value in params["rule"].items() if name.startswith("related")} == related


def test_of_several_of_one_name_the_one_that_is_as_declared_is_meant_else_the_first() -> None:
    twin = replace(WEB, ports="443", id=9)
    there = Rules((WEB, twin), frozenset({"bl"}))
    assert steps(PART, there, [{**GIVEN, "ports": "443"}]) == []
    assert steps(PART, there, [{**GIVEN, "ports": "443"}], purge=True) == [("RemoveRules", {"ids": [7]})]
    ((_method, params),) = steps(PART, there, [{**GIVEN, "ports": "1"}])
    assert params["rule"]["id"] == 7


def test_each_call_says_what_is_there_after_it() -> None:
    desired = declared(PART, [{**GIVEN, "ports": "81"}, {**GIVEN, "name": "x"}])
    changes = PART.plan_changes(THERE, desired, SHOP, purge=True)
    assert [change.summary for change in changes] == [
        "add the firewall rule x of environment 'shop1'",
        "change the firewall rule web of environment 'shop1'",
        "remove the firewall rule dns of environment 'shop1'",
    ]
    names = [[(rule.name, rule.ports) for rule in change.after.items] for change in changes]
    assert names == [
        [("gate", "22"), ("web", "80"), ("dns", "53"), ("x", None)],
        [("gate", "22"), ("web", "81"), ("dns", "53"), ("x", None)],
        [("gate", "22"), ("web", "81"), ("x", None)],
    ]


def test_shown_can_be_declared() -> None:
    shown = PART.to_result(THERE)
    assert shown[1] == {
        **{"node_group": "cp", "name": "dns", "direction": "output", "action": "deny", "protocol": "udp"},
        **{"ports": "53", "source": "ALL", "destination": "10.0.0.1", "priority": 1010, "enabled": True},
    }
    assert steps(PART, THERE, shown, purge=True) == []


def test_layers_take_theirs_with_them() -> None:
    assert PART.after_layer_removal(THERE, ["cp"]) == Rules((WEB,), frozenset({"bl"}))


def test_of_a_layer_just_made_more_may_be_there() -> None:
    """The platform may open ports of a new layer by itself; of layers that were read all is known."""
    found = Rules((WEB, DNS), frozenset({"bl", "cp"}))
    new = Rule("web", "bl", "input", "allow", "tcp", source="ALL", enabled=True)
    assert PART.matches(found, replace(PART.initial_state(), items=(new,)))
    assert PART.matches(found, Rules((new,), frozenset({"bl"})))
    assert not PART.matches(found, Rules((new,), frozenset({"bl", "cp"})))
    assert not PART.matches(Rules((DNS,)), Rules((new,)))
    assert not PART.matches(Rules((replace(WEB, enabled=False),)), Rules((new,)))


def test_reached_looks_past_the_platforms_own() -> None:
    assert PART.matches(THERE, Rules((WEB, DNS), frozenset({"bl", "cp"})))
    assert PART.matches(Rules((WEB, DNS)), THERE)
