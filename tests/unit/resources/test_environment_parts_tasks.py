# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All parts in one task against the emulator: the order of calls, the second run, and what is shown of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from paas_emulator.services.security import model as firewall
from paas_emulator.store import Environment as StoredEnvironment

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.table import PARTS
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from tests.property.emulated import EmulatedPlatform
from tests.unit.resources.environment_parts import CERTIFICATES, given_certificate

NAME = "my-shop"
NODES = [
    {"node_group": "bl", "node_type": "haproxy"},
    {"node_group": "cp", "node_type": "tomcat", "count": 2},
    {"node_group": "sqldb", "node_type": "postgresql"},
]
DECLARED: dict[str, Any] = {
    "name": NAME,
    "nodes": NODES,
    "domains": ["b.example.com", "A.example.com."],
    "ssl_certificate": given_certificate(0, 1),
    "endpoints": [{"name": "ssh", "node_group": "cp", "private_port": 22}],
    "firewall": [
        {"name": "web", "node_group": "cp", "ports": "80, 443"},
        {"name": "db", "node_group": "cp", "ports": "5432", "action": "deny"},
    ],
    "triggers": [{"name": "up", "node_group": "cp", "condition": "above", "value": 70, "action": "add_node"}],
}
WRITES = ["CreateEnvironment", "BindExtDomains", "BindSSL", "AddEndpoint", "AddRules", "AddTrigger"]


@pytest.fixture
def fresh() -> Iterator[EmulatedPlatform]:
    """A platform without environments."""
    platform = EmulatedPlatform()
    yield platform
    platform.end()


def own_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the platform open a port of each new layer and watch it, by rules and triggers that are the user's."""
    usual = firewall.furnish

    def furnish(store: Any, environment: StoredEnvironment) -> None:
        known = {item["softNodeGroup"] for item in environment.firewall}
        usual(store, environment)
        for layer in environment.layers:
            if layer.name not in known:
                firewall.add(store, environment, layer.name, {"name": "HTTP", "ports": "80"})
                condition = {"type": "GREATER", "value": 90, "resourceType": "MEM", "valueType": "PERCENTAGES"}
                alert = {"name": f"{layer.name} is full", "nodeGroup": layer.name, "isEnabled": True, "period": 5}
                actions = [{"type": "NOTIFY", "customData": {"notify": True}}]
                alert.update(id=store.next_id("trigger"), condition=condition, actions=actions)
                environment.triggers.append(alert)

    monkeypatch.setattr(firewall, "furnish", furnish)


@pytest.mark.parametrize("generous", [False, True])
def test_a_new_environment_with_all_parts(
    fresh: EmulatedPlatform, monkeypatch: pytest.MonkeyPatch, generous: bool
) -> None:
    """Also where a new layer has rules and triggers by the platform's own choice."""
    if generous:
        own_choice(monkeypatch)
    predicted = fresh.perform(OneEnvironment(), check=True, **DECLARED)
    result = fresh.perform(OneEnvironment(), **DECLARED)
    assert [method.rpartition(".")[2] for method in fresh.writes()] == WRITES
    shown = result["environment"]
    assert shown["domains"] == ["b.example.com", "a.example.com"]
    assert {
        "node_group": "cp",
        "name": "web",
        "ports": "80,443",
        "priority": 1010 if generous else 1000,
    }.items() <= next(rule for rule in shown["firewall"] if rule["name"] == "web").items()
    assert len(shown["firewall"]) == (5 if generous else 2)
    assert predicted["environment"]["certificate"] == shown["certificate"]
    again = fresh.perform(OneEnvironment(), **DECLARED)
    assert (again["changed"], fresh.writes()) == (False, [])
    assert again["api_calls"] == {
        "environment.binder.GetSSL": 1,
        "environment.control.GetEnvInfo": 1,
        "environment.security.GetRules": 1,
        "environment.trigger.GetTriggers": 1,
    }


def test_what_is_shown_can_be_declared(fresh: EmulatedPlatform) -> None:
    """Even with ``purge``."""
    shown = fresh.perform(OneEnvironment(), **DECLARED)["environment"]
    fresh.writes()
    names = [part.name for part in PARTS if part.purgeable]
    task = {name: shown[name] for name in names}
    result = fresh.perform(OneEnvironment(), name=NAME, purge=dict.fromkeys(names, True), **task)
    assert (result["changed"], fresh.writes()) == (False, [])


def test_the_key_goes_to_the_platform_and_nowhere_else(fresh: EmulatedPlatform) -> None:
    results = [fresh.perform(OneEnvironment(), check=check, **DECLARED) for check in (True, False, False)]
    key = CERTIFICATES[0][1]
    assert [line for line in key.splitlines()[1:-1] if line in repr(results)] == []
