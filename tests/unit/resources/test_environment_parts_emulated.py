# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts against the emulator: for any that are there and any others declared, the fewest calls lead exactly there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from paas_emulator.store import Environment as StoredEnvironment

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.model import Environment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.base import (
    MasterOf,
    Part,
    Shown,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.table import PARTS
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.reader import read_environment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from tests.property.emulated import EmulatedPlatform
from tests.unit.resources.environment_parts import CERTIFICATES, declared, given_certificate

BY_NAME: dict[str, Part[Any, Any, Any]] = {part.name: part for part in PARTS}
NAME = "my-shop"
NODES: list[dict[str, Any]] = [
    {"node_group": "bl", "node_type": "haproxy"},
    {"node_group": "cp", "node_type": "tomcat", "count": 2},
    {"node_group": "sqldb", "node_type": "postgresql"},
]
layers = st.sampled_from([node["node_group"] for node in NODES])
Option = dict[str, Any]


@pytest.fixture(scope="module")
def emulated() -> Iterator[EmulatedPlatform]:
    """One platform with one environment, whose parts each example sets anew."""
    platform = EmulatedPlatform()
    platform.perform(OneEnvironment(), name=NAME, nodes=NODES)
    yield platform
    platform.end()


def stored(emulated: EmulatedPlatform) -> StoredEnvironment:
    """The environment as the emulator keeps it."""
    (environment,) = emulated.platform.store.environments.values()
    return environment


def cleared(emulated: EmulatedPlatform) -> None:
    """Nothing hangs on the environment but the platform's own rules."""
    environment = stored(emulated)
    environment.ext_domains, environment.certificate, environment.triggers = {}, None, []
    environment.firewall = [rule for rule in environment.firewall if rule["isInfra"]]
    for node in environment.nodes:
        node.endpoints = []


def seen(emulated: EmulatedPlatform) -> Environment:
    """The environment as one call shows it."""
    found = read_environment(emulated.client(session=emulated.session), NAME)
    assert found is not None
    return found


def state_of(emulated: EmulatedPlatform, part: Part[Any, Any, Any]) -> Any:
    """What the part reads."""
    found = seen(emulated)
    if part.shown is Shown.BY_OWN_CALL:
        return part.read_state(emulated.client(session=emulated.session), found)
    return found.parts[part.name]


# -- what may be there, and what may be declared --------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """One part in these tests.

    Attributes:
        there: one thing, with all that an option can say of it; ``asked``: the same with any members left out.
        put: makes one thing by a call of the platform.
        key: what makes it the same thing.
        raw: things as the platform keeps them.
        added: the fewest calls that add things.
        removed: the fewest calls that remove so many things.
    """

    there: st.SearchStrategy[Option]
    asked: st.SearchStrategy[Option]
    put: Callable[[EmulatedPlatform, Option], Any]
    key: Callable[[Option], Any]
    raw: Callable[[StoredEnvironment], list[Option]]
    added: Callable[[list[Option]], int]
    removed: Callable[[int], int]


def kinds(
    needed: dict[str, st.SearchStrategy[Any]], others: dict[str, st.SearchStrategy[Any]]
) -> tuple[st.SearchStrategy[Option], st.SearchStrategy[Option]]:
    """Things with all members, and things with at least the needed ones."""
    return st.fixed_dictionaries({**needed, **others}), st.fixed_dictionaries(needed, optional=others)


def put_endpoint(emulated: EmulatedPlatform, item: Option) -> None:
    """On the layer's master, or on another node of it."""
    nodes = [node.id for node in stored(emulated).nodes if node.layer == item["node_group"]]
    asked = {"name": item["name"], "privatePort": item["private_port"], "protocol": item["protocol"]}
    emulated.call(
        "environment.control.AddEndpoint", envName=NAME, nodeId=nodes[item["private_port"] % len(nodes)], **asked
    )


def put_rule(emulated: EmulatedPlatform, item: Option) -> None:
    """As a package would."""
    rule = {
        **{"name": item["name"], "direction": item["direction"].upper(), "action": item["action"].upper()},
        **{"protocol": item["protocol"].upper(), "ports": item["ports"], "src": item["source"]},
        **{"dst": item["destination"], "priority": item["priority"], "isEnabled": item["enabled"]},
    }
    emulated.call("environment.security.AddRule", envName=NAME, nodeGroup=item["node_group"], rule=rule)


WORDS = {"above": "GREATER", "below": "LESS", "percent": "PERCENTAGES", "specific": "SPECIFIC", "memory": "MEM"}


def put_trigger(emulated: EmulatedPlatform, item: Option) -> None:
    """As a package would, with more than an option can say."""
    wire = {name: WORDS.get(str(value), str(value).upper()) for name, value in item.items()}
    condition = {"type": wire["condition"], "resourceType": wire["resource"], "valueType": wire["unit"]}
    custom = {"limit": item["limit"], "count": item["count"], "notify": item["notify"]}
    data = {
        **{"name": item["name"], "nodeGroup": item["node_group"], "period": item["period"]},
        **{"isEnabled": item["enabled"], "condition": {**condition, "value": item["value"]}},
        "actions": [{"type": wire["action"], "customData": {**custom, "more": "kept"}}],
    }
    emulated.call("environment.trigger.AddTrigger", envName=NAME, data=data)


endpoint = kinds(
    {"name": st.sampled_from(["ssh", "web"]), "node_group": layers, "private_port": st.integers(1, 3)},
    {"protocol": st.sampled_from(["tcp", "udp"])},
)
rule = kinds(
    {"name": st.sampled_from(["web", "ssh"]), "node_group": layers, "direction": st.sampled_from(["input", "output"])},
    {
        "action": st.sampled_from(["allow", "deny"]),
        "protocol": st.sampled_from(["tcp", "udp", "all"]),
        "ports": st.sampled_from(["", "80", "8000-8010", "80,443"]),
        "source": st.sampled_from(["ALL", "10.0.0.0/8"]),
        "destination": st.sampled_from(["ALL", "10.0.0.1"]),
        "priority": st.integers(0, 2),
        "enabled": st.booleans(),
    },
)
trigger = kinds(
    {
        "name": st.sampled_from(["up", "down"]),
        "node_group": layers,
        "condition": st.sampled_from(["above", "below"]),
        "value": st.sampled_from([0, 20.5, 70]),
        "action": st.sampled_from(["add_node", "remove_node", "notify"]),
    },
    {
        "resource": st.sampled_from(["cpu", "memory", "disk_io"]),
        "unit": st.sampled_from(["percent", "specific"]),
        "period": st.sampled_from([1, 5]),
        "limit": st.integers(1, 2),
        "count": st.integers(1, 2),
        "notify": st.booleans(),
        "enabled": st.booleans(),
    },
)
domain = st.sampled_from([f"{name}.example.com" for name in "abcd"]).map(lambda name: {"name": name})

KINDS = {
    "domains": Kind(
        domain,
        domain,
        lambda emulated, item: emulated.call("environment.binder.BindExtDomain", envName=NAME, extdomain=item["name"]),
        lambda item: item["name"],
        lambda environment: [{"name": name} for name in environment.ext_domains],
        lambda items: min(1, len(items)),
        lambda number: number,
    ),
    "endpoints": Kind(
        *endpoint,
        put_endpoint,
        lambda item: (item["node_group"], item["name"]),
        lambda environment: [dict(item) for node in environment.nodes for item in node.endpoints],
        len,
        lambda number: number,
    ),
    "firewall": Kind(
        *rule,
        put_rule,
        lambda item: (item["node_group"], item["direction"], item["name"]),
        lambda environment: [dict(item) for item in environment.firewall if not item["isInfra"]],
        lambda items: len({item["node_group"] for item in items}),
        lambda number: min(1, number),
    ),
    "triggers": Kind(
        *trigger,
        put_trigger,
        lambda item: item["name"],
        lambda environment: [dict(item) for item in environment.triggers],
        len,
        lambda number: number,
    ),
}


def compared(there: list[Option], asked: list[Option], key: Callable[[Option], Any]) -> tuple[list[Option], int, int]:
    """What is missing, how many things are not as asked for, and how many are not asked for: said another way."""
    left, missing, changed = list(there), [], 0
    # Those that are as asked for first, as two of them can have one name.
    order = sorted(
        asked, key=lambda item: not any(key(item) == key(other) and item.items() <= other.items() for other in there)
    )
    for item in order:
        twins = [other for other in left if key(other) == key(item)]
        same = [other for other in twins if item.items() <= other.items()]
        near = [other for other in twins if other.get("node_group") == item.get("node_group")]
        if not twins:
            missing.append(item)
            continue
        left.remove((same or near or twins)[0])
        changed += not same
    return missing, changed, len(left)


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data(), purge=st.booleans())
def test_the_fewest_calls_lead_exactly_there(
    emulated: EmulatedPlatform, name: str, data: st.DataObject, purge: bool
) -> None:
    kind, part = KINDS[name], BY_NAME[name]
    cleared(emulated)
    unique = kind.key if name == "domains" else None
    there = data.draw(st.lists(kind.there, max_size=4, unique_by=unique))
    asked = data.draw(st.lists(kind.asked, max_size=3, unique_by=kind.key))
    for item in there:
        kind.put(emulated, item)
    before = kind.raw(stored(emulated))
    infra = [dict(rule) for rule in stored(emulated).firewall if rule["isInfra"]]
    assert len(infra) == 2 * len(NODES)
    desired = declared(part, [item["name"] for item in asked] if name == "domains" else asked)
    changes = part.plan_changes(state_of(emulated, part), desired, seen(emulated), purge=purge)
    note(f"{[(change.method, change.params) for change in changes]}")

    missing, changed, extra = compared(there, asked, kind.key)
    assert len(changes) == kind.added(missing) + changed + (kind.removed(extra) if purge else 0)
    for change in changes:
        assert not any(isinstance(value, MasterOf) for value in change.params.values())
        emulated.call(change.method, envName=NAME, **change.params)
        assert part.matches(state_of(emulated, part), change.after)
    found = state_of(emulated, part)
    assert part.plan_changes(found, desired, seen(emulated), purge=purge) == []
    predicted = part.to_result(changes[-1].after) if changes else part.to_result(found)
    assert part.to_result(found) == [
        _known(one, other) for one, other in zip(predicted, part.to_result(found), strict=True)
    ]
    assert all(any(_agrees(one, other) for other in part.to_result(found)) for one in asked)

    after = kind.raw(stored(emulated))
    untouched = [item for item in before if item in after]
    assert len(after) == (len(asked) if purge else len(there) + len(missing))
    assert len(before) - len(untouched) == changed + (extra if purge else 0)
    assert [rule for rule in stored(emulated).firewall if rule["isInfra"]] == infra


def _known(predicted: Any, found: Any) -> Any:
    """A prediction, completed where it leaves something open."""
    if not isinstance(predicted, dict):
        return predicted
    return {name: found[name] if value is None else value for name, value in predicted.items()}


def _agrees(asked: Option, shown: Any) -> bool:
    return bool(asked["name"] == shown if isinstance(shown, str) else asked.items() <= shown.items())


choices = st.sampled_from([None, 0, 1])


@given(there=st.tuples(choices, choices), enabled=st.booleans(), asked=st.tuples(choices, choices))
def test_a_certificate_takes_one_call_at_most(
    emulated: EmulatedPlatform,
    there: tuple[int | None, int | None],
    enabled: bool,
    asked: tuple[int | None, int | None],
) -> None:
    part = BY_NAME["ssl_certificate"]
    cleared(emulated)
    for change in part.plan_changes(
        state_of(emulated, part), declared(part, given_certificate(*there)), seen(emulated), purge=False
    ):
        emulated.call(change.method, envName=NAME, **change.params, **(change.secrets or {}))
    if there[0] is not None and not enabled:
        emulated.call("environment.binder.DisableSSL", envName=NAME)
    desired = declared(part, given_certificate(*asked))
    changes = part.plan_changes(state_of(emulated, part), desired, seen(emulated), purge=False)
    same = there[0] == asked[0] and (asked[0] is None or (enabled and asked[1] in (None, there[1])))
    assert len(changes) == int(not same)
    for change in changes:
        emulated.call(change.method, envName=NAME, **change.params, **(change.secrets or {}))
        assert part.matches(state_of(emulated, part), change.after)
    assert part.plan_changes(state_of(emulated, part), desired, seen(emulated), purge=False) == []
    certificate = stored(emulated).certificate
    assert (certificate and certificate["cert"]) == (None if asked[0] is None else CERTIFICATES[asked[0]][0].strip())
