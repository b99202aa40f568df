# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Details of one environment: those that are declared, each by one call, several at a time, each in its own place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.client import PlatformClient
from ansible_collections.inet.elastic.plugins.module_utils._client.concurrency import READS_AT_A_TIME
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import RefusedError
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.model import Environment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.reader import EnvironmentReader
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from tests.unit.client.fakes import Call, FakeTransport, fake_client
from tests.unit.resources.environment_parts import environment
from tests.unit.resources.environment_platform import with_defaults
from tests.unit.resources.token_platform import Meeting

VARIABLES = "environment.control.getcontainerenvvarsbygroup"
MOUNTS = "environment.file.getmountpoints"
RULES = "environment.security.getrules"
LAYERS = ("bl", "cp", "sqldb")
GIVEN: dict[str, Any] = {
    "name": "shop1",
    "nodes": [{"node_group": name, "env": {"LAYER": name}} for name in LAYERS],
    "firewall": [],
}


def reader(client: PlatformClient, **more: int) -> EnvironmentReader:
    resource = OneEnvironment()
    return EnvironmentReader(client, resource.desired(with_defaults(resource.spec, GIVEN)), **more)


def transport(attend: Callable[[], None] = lambda: None) -> FakeTransport:
    """Each layer has its own name as a variable."""

    def variables(call: Call) -> dict[str, Any]:
        attend()
        return {"result": 0, "object": {"LAYER": call.fields["nodeGroup"]}}

    def rules(_call: Call) -> dict[str, Any]:
        attend()
        return {"result": 0, "array": []}

    return FakeTransport().on(VARIABLES, variables).on(RULES, rules)


def places(found: Environment) -> dict[str | None, Any]:
    return {layer.node_group: layer.env for layer in found.layers or ()}


def test_details_are_read_at_the_same_time_and_each_stands_in_its_own_layer() -> None:
    assert len(LAYERS) + 1 == READS_AT_A_TIME
    sent = transport(Meeting(READS_AT_A_TIME).attend)
    client = fake_client(sent)
    found, _pairs = reader(client).with_details(environment(*LAYERS, "other"))
    assert places(found) == {**{name: {"LAYER": name} for name in LAYERS}, "other": None}
    assert set(found.parts) >= {"firewall"}
    assert sum(client.calls.values()) == READS_AT_A_TIME


def test_one_at_a_time_in_order() -> None:
    """Where the environment is one of several that are worked on."""
    threads: set[threading.Thread] = set()
    sent = transport(lambda: threads.add(threading.current_thread()))
    found, _pairs = reader(fake_client(sent), at_a_time=1).with_details(environment(*LAYERS))
    assert places(found) == {name: {"LAYER": name} for name in LAYERS}
    assert [(call.method, call.fields.get("nodeGroup")) for call in sent.calls] == [
        *((VARIABLES, name) for name in LAYERS),
        (RULES, None),
    ]
    assert threads == {threading.current_thread()}


def test_only_what_is_asked_for_is_read() -> None:
    sent = transport()
    found, _pairs = reader(fake_client(sent)).with_details(environment(*LAYERS), {"firewall"})
    assert sent.methods == [RULES]
    assert places(found) == dict.fromkeys(LAYERS)
    nothing, _pairs = reader(fake_client(sent)).with_details(environment(*LAYERS), ())
    assert sent.methods == [RULES]
    assert "firewall" not in nothing.parts


def test_the_first_refusal_in_order_is_the_error() -> None:
    sent = FakeTransport()
    sent.on(VARIABLES, {"result": 8, "error": "no"}).on(RULES, {"result": 9, "error": "no"})
    with pytest.raises(RefusedError) as caught:
        reader(fake_client(sent)).with_details(environment(*LAYERS))
    assert caught.value.code == 8
