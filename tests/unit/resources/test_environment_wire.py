# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire: answers in every odd form are read, and options become what is sent."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError, UnexpectedAnswerError
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.desired import desired_environment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.model import Kind, Layer
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.names import joined_image, split_image
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.reader import environment_from_answer
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.result import (
    environment_to_result,
    layer_to_result,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.statuses import (
    STATUS_OF_STATE,
    WORDS,
    status_of,
)
from tests.unit.resources.environment_platform import with_defaults

RECORDED: dict[str, Any] = {
    "result": 0,
    "env": {
        "appid": "0123456789abcdef0123456789abcdef",
        "createdOn": "2026-08-19 14:51:37",
        "domain": "shop1.paas.example.com",
        "envName": "shop1",
        "shortdomain": "shop1",
        "hardwareNodeGroup": "region-a",
        "hostGroup": {"displayName": "Region A", "uniqueName": "region-a"},
        "ishaenabled": False,
        "sslstate": True,
        "status": 1,
        "uid": 1001,
    },
    "envGroups": ["clients/acme", "prod"],
    "nodeGroups": [{"name": "sqldb", "displayName": "Data"}, {"name": "docker"}, {"name": "empty"}],
    "nodes": [
        {
            "id": 20001,
            "nodeGroup": "docker",
            "nodeType": "docker",
            "intIP": "10.0.0.11",
            "extIPs": ["198.18.0.10"],
            "url": "http://node20001-shop1.paas.example.com",
            "status": 1,
            "fixedCloudlets": 0,
            "flexibleCloudlets": 4,
            "version": "latest",
            "customitem": {"dockerName": "alpine", "dockerTag": "3.20"},
        },
        {
            "id": 20002,
            "nodeGroup": "docker",
            "nodeType": "docker",
            "ismaster": True,
            "status": 2,
            "fixedCloudlets": 0,
            "flexibleCloudlets": 6,
            "customitem": {"dockerName": "alpine", "dockerTag": "3.21"},
        },
        {
            "id": 20003,
            "nodeGroup": "sqldb",
            "nodeType": "postgresql",
            "ismaster": True,
            "maxchanks": 8,
            "version": 16.4,
        },
    ],
}


def test_recorded_form() -> None:
    """The whole result of a recorded answer."""
    assert environment_to_result(environment_from_answer(RECORDED)) == {
        "name": "shop1",
        "state": "started",
        "display_name": None,
        "region": "region-a",
        "ssl": True,
        "ha": False,
        "engine": None,
        "env_groups": ["clients/acme", "prod"],
        "nodes": [
            _layer("sqldb", "postgresql", 1, None, 8, tag="16.4", display_name="Data"),
            _layer("docker", "docker", 2, 0, 6, tag="3.21", image="alpine", links=()),
            layer_to_result(Layer("empty", None, 0)),
        ],
        "domains": None,
        "certificate": None,
        "endpoints": None,
        "firewall": None,
        "triggers": None,
        "status": "running",
        "domain": "shop1.paas.example.com",
        "url": "https://shop1.paas.example.com",
        "appid": "0123456789abcdef0123456789abcdef",
        "owner_uid": 1001,
        "created_on": "2026-08-19T14:51:37Z",
        "node_list": [
            {
                "id": 20001,
                "node_group": "docker",
                "internal_ip": "10.0.0.11",
                "external_ips": ["198.18.0.10"],
                "url": "http://node20001-shop1.paas.example.com",
                "status": "running",
                "is_master": False,
                "endpoints": [],
            },
            _node(20002, "docker", "stopped"),
            _node(20003, "sqldb", "unknown"),
        ],
    }


def _layer(*values: Any, **members: Any) -> dict[str, Any]:
    return layer_to_result(Layer(*values, **{"ext_ips": 0, "ext_ips_v6": 0, **members}))


def _node(number: int, layer: str, status: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"internal_ip": None, "external_ips": [], "url": None, "endpoints": []}
    return {"id": number, "node_group": layer, "status": status, "is_master": True, **nothing}


def test_specification_form() -> None:
    """Names and shapes of the specification instead of those of the wire."""
    environment = environment_from_answer(
        {
            "env": {
                "shortdomain": "shop1",
                "domain": {"domain": "shop1.example.net"},
                "isHAEnabled": True,
                "sslState": "true",
                "status": "ENV_STATUS_TYPE_SLEEP",
                "hardwareNodeGroup": {"uniqueName": "region-b"},
                "createdOn": 1629384697000,
                "ownerUid": "7",
            },
            "softNodeGroups": [{"name": "cp"}],
        }
    )
    assert (environment.domain, environment.ha, environment.ssl, environment.region) == (
        *("shop1.example.net", True, True, "region-b"),
    )
    assert (environment.status.word, environment.owner_uid) == ("sleeping", 7)
    assert environment.created_on == datetime.datetime(2021, 8, 19, 14, 51, 37, tzinfo=datetime.timezone.utc)
    assert environment.layers == (Layer("cp"),)
    assert environment.nodes is None


@pytest.mark.parametrize(
    "answer",
    [
        {"env": {"envName": "shop1"}},
        {"env": {"envName": "shop1", "status": None, "domain": None, "uid": None, "createdOn": "soon"}},
        {"envName": "shop1", "status": "?"},
        {"env": {"ENVNAME": "shop1", "status": [1]}, "nodes": None, "nodeGroups": None, "envGroups": None},
    ],
)
def test_missing_members(answer: dict[str, Any]) -> None:
    """Nothing but the name is needed."""
    environment = environment_from_answer(answer)
    assert (environment.name, environment.status.word, environment.state) == ("shop1", "unknown", "present")
    assert (environment.layers, environment.nodes, environment.url, environment.created_on) == (None, None, None, None)


def test_odd_nodes() -> None:
    """Nodes without a layer, of an unknown layer, as a single object, and what is no node at all."""
    answer = {"env": {"envName": "shop1"}, "nodes": [{}, None, {"nodeGroup": "mine", "flexibleCloudlets": "4"}, "x"]}
    layers = environment_from_answer(answer).layers
    plain = Layer(None, count=1, ext_ips=0, ext_ips_v6=0)
    assert layers == (plain, replace(plain, node_group="mine", flexible_cloudlets=4))
    single = environment_from_answer(
        {"env": {"envName": "shop1"}, "nodes": {"nodeGroup": "cp", "extIPs": "198.18.0.1"}}
    )
    assert single.nodes is not None
    assert [node.external_ips for node in single.nodes] == [("198.18.0.1",)]
    groups = environment_from_answer({"env": {"envName": "shop1"}, "envGroups": [{"name": "a"}, None, "b"]})
    assert groups.parts["env_groups"] == ("a", "b")


@pytest.mark.parametrize("answer", [{}, {"env": {}}, {"env": {"envName": " "}}, {"env": "shop1"}])
def test_no_name(answer: dict[str, Any]) -> None:
    """An answer that names no environment is none."""
    with pytest.raises(UnexpectedAnswerError, match="named no environment"):
        environment_from_answer(answer)


@pytest.mark.parametrize(
    ("value", "word", "kind"),
    [
        (1, "running", Kind.STABLE),
        ("2", "stopped", Kind.STABLE),
        (4.0, "sleeping", Kind.STABLE),
        (1001, "deleting", Kind.TRANSITIONAL),
        ("ENV_STATUS_TYPE_BROKEN", "broken", Kind.UNUSABLE),
        ("creating", "creating", Kind.TRANSITIONAL),
        (5, "suspended", Kind.UNUSABLE),
        (999, "unknown", Kind.UNUSABLE),
        (True, "unknown", Kind.UNUSABLE),
        (None, "unknown", Kind.UNUSABLE),
        ("nan", "unknown", Kind.UNUSABLE),
    ],
)
def test_statuses(value: object, word: str, kind: Kind) -> None:
    """Numbers, texts and constants."""
    status = status_of(value)
    assert (status.word, status.kind) == (word, kind)


def test_status_table() -> None:
    """Words are unique, and each state has its stable status."""
    assert len(set(WORDS)) == len(WORDS) == 18
    assert {state: status.number for state, status in STATUS_OF_STATE.items()} == {
        "started": 1,
        "stopped": 2,
        "sleeping": 4,
    }


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("alpine", ("alpine", None)),
        ("alpine:3.20", ("alpine", "3.20")),
        ("host:5000/team/app", ("host:5000/team/app", None)),
        ("host:5000/team/app:1.2", ("host:5000/team/app", "1.2")),
        (
            "app@sha256:00000000000000000000000000000000000000000000000000000000000000ff",
            ("app", "sha256:00000000000000000000000000000000000000000000000000000000000000ff"),
        ),
    ],
)
def test_images(text: str, parts: tuple[str, str | None]) -> None:
    """Taken apart and put together again."""
    assert split_image(text) == parts
    assert joined_image(*parts) == text


def wanted(**given: Any) -> Any:
    """The wanted environment of options."""
    return desired_environment(with_defaults(OneEnvironment.spec, {"name": "shop1", **given}))


def test_options_are_normalised() -> None:
    """Case, blanks, aliases of groups, tags inside images."""
    found = wanted(
        name=" Shop1 ",
        display_name=" ",
        env_groups=["a / b", "a/b"],
        nodes=[{"image": "app:1.0"}, {"node_type": " redis ", "tag": "", "node_group": "x"}],
    )
    assert (found.name, found.parts) == ("shop1", {"display_name": "", "env_groups": ("a/b",)})
    assert found.layers == (Layer(node_type="docker", image="app", tag="1.0"), Layer(node_group="x", node_type="redis"))
    assert wanted().layers is None
    assert wanted().parts == {}
    assert wanted(nodes=[]).layers == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "name: '' is not a valid environment name"),
        ({"name": "shop1.example.net"}, "use letters, digits and hyphens"),
        ({"name": "-shop"}, "letters, digits and hyphens"),
        ({"wait_timeout": -1}, "wait_timeout is negative"),
        ({"region": " "}, "region is empty"),
        ({"engine": ""}, "engine is empty"),
        ({"env_groups": ["a//b"]}, "env_groups: a group is written as name or parent/child"),
        ({"nodes": [{}]}, r"nodes\[0\] says neither what it is nor which layer"),
        ({"nodes": [{"node_type": "x", "count": 0}]}, r"nodes\[0\]: count must be 1 or more"),
        ({"nodes": [{"node_type": "x", "fixed_cloudlets": -1}]}, "fixed_cloudlets must not be negative"),
        (
            {"nodes": [{"node_type": "x"}, {"node_type": "x", "fixed_cloudlets": 5, "flexible_cloudlets": 4}]},
            r"nodes\[1\]: flexible_cloudlets is the upper limit",
        ),
        ({"nodes": [{"image": "app:1", "tag": "2"}]}, "the image has the tag '1' and tag is '2'"),
        ({"nodes": [{"image": ":1"}]}, "image ':1' has no name"),
        ({"nodes": [{"node_group": "cp"}, {"node_group": "cp"}]}, "the layer 'cp' is declared twice"),
        ({"state": "absent", "delete_confirm": "password"}, "needs the account's password as the option password"),
    ],
)
def test_bad_options(given: dict[str, Any], said: str) -> None:
    """One line that says what is wrong and what to do."""
    with pytest.raises(InputError, match=said) as caught:
        wanted(**given)
    assert "\n" not in str(caught.value)
