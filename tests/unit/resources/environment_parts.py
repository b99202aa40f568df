# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of an environment's parts share: an environment, checked options, answers, and plans as plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.inet.elastic.plugins.module_utils._client.client import PlatformClient
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.model import (
    DesiredEnvironment,
    Environment,
    Layer,
    Node,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.base import EnvAnswer, Part
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.region import DesiredRegion
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.statuses import STATUS_OF_STATE
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec
from tests.certificates import pem_pair

CERTIFICATES = [pem_pair(), pem_pair()]  # each with its key
RUNNING = STATUS_OF_STATE["started"]
NAME = "shop1"


def node(number: int | None, layer: str, *endpoints: dict[str, Any], master: bool = False) -> Node:
    """One node, with endpoints as an answer has them."""
    return Node(number, layer, None, (), None, RUNNING, is_master=master, endpoints=endpoints)


def environment(*layers: str | None, nodes: tuple[Node, ...] | None = None, **members: Any) -> Environment:
    """An environment with layers of these names."""
    made = tuple(Layer(node_group=name) for name in layers)
    return Environment(name=NAME, status=RUNNING, layers=made, nodes=nodes, **members)


def wants(**members: Any) -> DesiredEnvironment:
    """What a task declares: attributes of a desired environment, and parts by their names."""
    parts: dict[str, Any] = {name: members.pop(name) for name in ("display_name", "env_groups") if name in members}
    parts = {name: part for name, part in parts.items() if part is not None}
    region = members.pop("region", None)
    if region:
        parts["region"] = DesiredRegion(region, members.pop("live_migration", None))
    return DesiredEnvironment(**{"name": "shop1", **members}, parts=parts)


def from_answer(part: Part[Any, Any, Any], env: Mapping[str, Any], nodes: tuple[Node, ...] | None = None) -> Any:
    """What a part reads from the answer of GetEnvInfo."""
    return part.from_answer(EnvAnswer({"env": env}, env, nodes))


SHOP = environment("bl", "cp", nodes=(node(1, "bl", master=True), node(2, "cp"), node(3, "cp", master=True)))


def declared(part: Part[Any, Any, Any], given: Any) -> Any:
    """What a part makes of its option's value, once that passed the specification."""
    checked = ArgumentSpecValidator(argument_spec(part.options)).validate(json.loads(json.dumps({part.name: given})))
    assert not checked.error_messages, checked.error_messages
    return part.desired(checked.validated_parameters)


@dataclass
class Answering:
    """A transport that gives one answer to all calls, and keeps the calls."""

    answer: Mapping[str, Any]
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See ``Transport``."""
        self.calls.append((url.partition("/1.0/")[2], dict(fields)))
        return Reply(status=200, headers={}, body=json.dumps({"result": 0, **self.answer}))

    def close(self) -> None:
        """Nothing is open."""


def read(part: Part[Any, Any, Any], answer: Mapping[str, Any], of: Environment = SHOP) -> Any:
    """What a part reads from an answer, by exactly one call with the environment's name."""
    transport = Answering(answer)
    state = part.read_state(PlatformClient(url="https://app.example.com", transport=transport), of)
    assert [fields for _method, fields in transport.calls] == [{"envName": NAME}]
    return state


def steps(
    part: Part[Any, Any, Any], current: Any, given: Any, of: Environment = SHOP, *, purge: bool = False
) -> list[tuple[str, dict[str, Any]]]:
    """The calls that a part plans: method without its service, and parameters without those that are secret."""
    changes = part.plan_changes(current, declared(part, given), of, purge=purge)
    return [(change.method.rpartition(".")[2], dict(change.params)) for change in changes]


def after(part: Part[Any, Any, Any], current: Any, given: Any, of: Environment = SHOP, *, purge: bool = False) -> Any:
    """The state that a part's plan leads to."""
    changes = part.plan_changes(current, declared(part, given), of, purge=purge)
    return changes[-1].after if changes else current


def given_certificate(number: int | None, chain: int | None) -> dict[str, str]:
    """What a task declares; without a number: none."""
    if number is None:
        return {}
    certificate, key = CERTIFICATES[number]
    return {
        "certificate": certificate,
        "key": key,
        **({} if chain is None else {"intermediate": CERTIFICATES[chain][0]}),
    }
