# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints: by layer and name, on master nodes; of the same name on several nodes one is meant."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.base import MasterOf
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.endpoints import (
    Endpoint,
    Endpoints,
    public_endpoints,
)
from tests.unit.resources.environment_parts import SHOP, after, declared, environment, from_answer, node, steps

PART = Endpoints()
SSH = Endpoint("ssh", "cp", 22, "tcp", id=7, public_port=11001, domain="node3.example.com")
WEB = Endpoint("web", "bl", 80, "udp", id=8, public_port=11002)
GIVEN = {"name": "ssh", "node_group": "cp", "private_port": 22}


def on_wire(number: int, name: str, port: object, **members: Any) -> dict[str, Any]:
    """An endpoint as answers have it."""
    return {"id": number, "name": name, "privatePort": port, "protocol": "TCP", "publicPort": 11000 + number, **members}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([{**GIVEN, "private_port": 0}], "endpoints: private_port of 'ssh' must be from 1 to 65535"),
        ([{**GIVEN, "private_port": 65536}], "endpoints: private_port of 'ssh' must be from 1 to 65535"),
        ([{**GIVEN, "name": " "}], "endpoints: an entry has an empty name"),
        ([{**GIVEN, "node_group": ""}], "endpoints: 'ssh' has an empty node_group"),
        ([GIVEN, {**GIVEN, "private_port": 2222}], "endpoints: 'ssh' is declared twice for the layer 'cp'"),
    ],
)
def test_bad_input(given: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(InputError) as caught:
        declared(PART, given)
    assert str(caught.value) == message


def test_an_unknown_layer_is_refused_unless_one_has_no_name_yet() -> None:
    desired = declared(PART, [{**GIVEN, "node_group": "db"}])
    with pytest.raises(InputError) as caught:
        PART.plan_changes((), desired, SHOP, purge=False)
    assert str(caught.value) == "endpoints: 'ssh': layer db does not exist in environment shop1; layers: bl, cp"
    (change,) = PART.plan_changes((), desired, environment("cp", None), purge=False)
    assert change.params["nodeId"] == MasterOf("db")


def test_what_is_declared() -> None:
    entry = {"name": " ssh ", "node_group": " cp ", "private_port": "22", "protocol": "udp"}
    assert declared(PART, [entry, entry, GIVEN | {"node_group": "bl"}]) == (
        Endpoint("ssh", "cp", 22, "udp"),
        Endpoint("ssh", "bl", 22),
    )


def test_reading_takes_masters_first_and_odd_members() -> None:
    found = (
        node(2, "cp", on_wire(1, "ssh", 22)),
        node(3, "cp", on_wire(2, "ssh", "2222"), {"ID": "9", "NAME": "x", "domain": "x.example.com"}, master=True),
    )
    assert from_answer(PART, {}, found) == (
        Endpoint("ssh", "cp", 2222, "tcp", 2, 11002),
        Endpoint("x", "cp", id=9, domain="x.example.com"),
        Endpoint("ssh", "cp", 22, "tcp", 1, 11001),
    )
    assert from_answer(PART, {}, ()) == ()
    assert from_answer(PART, {}) is None


@pytest.mark.parametrize(
    ("given", "purge", "calls"),
    [
        ([], False, []),
        ([GIVEN], False, []),
        ([{**GIVEN, "protocol": "tcp"}, {**GIVEN, "node_group": "bl", "name": "web", "private_port": 80}], True, []),
        (
            [{**GIVEN, "name": "x"}],
            False,
            [("AddEndpoint", {"nodeId": 3, "name": "x", "privatePort": 22, "protocol": "TCP"})],
        ),
        (
            [{**GIVEN, "private_port": 2222}],
            False,
            [("EditEndpoint", {"id": 7, "name": "ssh", "privatePort": 2222, "protocol": "TCP"})],
        ),
        (
            [{**GIVEN, "protocol": "udp"}, {"name": "a", "node_group": "bl", "private_port": 1, "protocol": "udp"}],
            True,
            [
                ("AddEndpoint", {"nodeId": 1, "name": "a", "privatePort": 1, "protocol": "UDP"}),
                ("EditEndpoint", {"id": 7, "name": "ssh", "privatePort": 22, "protocol": "UDP"}),
                ("RemoveEndpoint", {"id": 8}),
            ],
        ),
    ],
)
def test_calls(given: list[dict[str, Any]], purge: bool, calls: list[Any]) -> None:
    assert steps(PART, (SSH, WEB), given, purge=purge) == calls
    assert steps(PART, after(PART, (SSH, WEB), given, purge=purge), given, purge=purge) == []


def test_a_new_layer_has_no_master_yet() -> None:
    assert steps(PART, (), [GIVEN], environment("cp")) == [
        ("AddEndpoint", {"nodeId": MasterOf("cp"), "name": "ssh", "privatePort": 22, "protocol": "TCP"})
    ]


@pytest.mark.parametrize(("port", "changed"), [(22, []), (2222, []), (1, [7])])
def test_of_several_of_one_name_the_one_that_is_as_declared_is_meant_else_the_first(
    port: int, changed: list[int]
) -> None:
    twin = Endpoint("ssh", "cp", 2222, "tcp", id=9)
    given = [{**GIVEN, "private_port": port}]
    assert [params["id"] for _method, params in steps(PART, (SSH, twin), given)] == changed
    gone = [params["id"] for method, params in steps(PART, (SSH, twin), given, purge=True) if method[:3] == "Rem"]
    assert gone == [7 if port == 2222 else 9]


def test_shown_can_be_declared_even_with_several_of_one_name() -> None:
    found = (SSH, Endpoint("ssh", "cp", 22, "tcp", id=9), WEB)
    shown = PART.to_result(found)
    assert shown == [
        {"name": "web", "node_group": "bl", "private_port": 80, "protocol": "udp"},
        {"name": "ssh", "node_group": "cp", "private_port": 22, "protocol": "tcp"},
        {"name": "ssh", "node_group": "cp", "private_port": 22, "protocol": "tcp"},
    ]
    assert steps(PART, found, shown) == []


def test_layers_take_theirs_with_them() -> None:
    assert PART.after_layer_removal((SSH, WEB), ["cp", "db"]) == (WEB,)
    assert PART.initial_state() == ()


def test_reached_leaves_open_what_the_platform_chooses() -> None:
    new = Endpoint("x", "cp", 1, "tcp")
    assert PART.matches((SSH, Endpoint("x", "cp", 1, "tcp", 9, 11009, "x")), (new, SSH))
    assert not PART.matches((SSH,), (new, SSH))
    assert not PART.matches((SSH, WEB), (SSH,))
    assert not PART.matches((Endpoint("x", "cp", 2, "tcp", 9),), (new,))
    assert not PART.matches((SSH,), (SSH, SSH))


def test_public_side_of_a_node() -> None:
    """What is there is on its node; what is planned is on the master, without a port."""
    slave = node(2, "cp", on_wire(1, "ssh", 22, domain="node2.example.com"))
    master = node(3, "cp", master=True)
    there = from_answer(PART, {}, (slave, master))
    found = environment("cp", nodes=(slave, master), parts={"endpoints": there})
    planned = found.with_part("endpoints", (*there, Endpoint("x", "cp", 1, "tcp")))
    ssh = {"name": "ssh", "private_port": 22, "protocol": "tcp", "public_port": 11001, "domain": "node2.example.com"}
    new = {"name": "x", "private_port": 1, "protocol": "tcp", "public_port": None, "domain": None}
    assert (public_endpoints(found, slave), public_endpoints(found, master)) == ([ssh], [])
    assert (public_endpoints(planned, slave), public_endpoints(planned, master)) == ([ssh], [new])
