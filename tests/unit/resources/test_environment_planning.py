# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning: from each current status to each wanted state, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._engine.plan import Plan
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.layer_fields import (
    SHOWN_FIELDS,
    differences,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.model import (
    CurrentState,
    DesiredEnvironment,
    Environment,
    Layer,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.plan import plan_environment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.reader import pair_layers
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.result import environment_to_result
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.statuses import StatusError, status_of
from tests.unit.resources.environment_parts import wants

APP = Layer("cp", "docker", 2, 1, 8, 50000, "1.0", "app", slb_access=True, restart_delay=30, scaling_mode="stateless")
STACK = Layer("sqldb", "postgresql", 1, 1, 16, 50000, "16.4", None, "Data", ext_ips=0)


def environment(status: int = 1, **more: Any) -> Environment:
    """One environment with two layers."""
    parts = {
        "region": "region-a",
        "display_name": more.pop("display_name", None) or "",
        "env_groups": more.pop("env_groups", ()),
    }
    return Environment(name="shop1", status=status_of(status), parts=parts, **{"layers": (APP, STACK), **more})


def current_state(
    found: Environment | None, desired: DesiredEnvironment, source: Environment | None = None
) -> CurrentState:
    """What a task finds, with the declared layers paired."""
    present = found or source
    return CurrentState(found, source, pair_layers((present and present.layers) or (), desired.layers or ()))


def planned(current: Environment | None, desired: DesiredEnvironment) -> Plan[Any]:
    """The plan, with environments in place of situations."""
    plan: Plan[Any] = plan_environment(current_state(current, desired), desired)
    return replace(plan, before=plan.before.environment, after=plan.after.environment)


def methods(current: Environment | None, **desired: Any) -> list[str]:
    """Bare method names of the plan."""
    plan = planned(current, wants(**desired))
    return [str(step.method).rpartition(".")[2] for step in plan.steps]


ROUTES = [
    (1, "present", []),
    (1, "started", []),
    (1, "stopped", ["StopEnv"]),
    (1, "sleeping", ["SleepEnv"]),
    (1, "absent", ["DeleteEnv"]),
    (2, "present", []),
    (2, "started", ["StartEnv"]),
    (2, "stopped", []),
    (2, "sleeping", ["StartEnv", "SleepEnv"]),
    (2, "absent", ["DeleteEnv"]),
    (4, "present", []),
    (4, "started", ["StartEnv"]),
    (4, "stopped", ["StartEnv", "StopEnv"]),
    (4, "sleeping", []),
    (4, "absent", ["DeleteEnv"]),
    (11, "present", []),
    (11, "absent", ["DeleteEnv"]),
    (5, "absent", ["DeleteEnv"]),
    (77, "absent", ["DeleteEnv"]),
    (8, "absent", []),
    # An operation is running and the task does not wait:
    (3, "started", []),
    (6, "started", []),
    (13, "stopped", []),
    (14, "sleeping", []),
    (12, "present", []),
    (1001, "absent", []),
]


@pytest.mark.parametrize(("status", "state", "expected"), ROUTES)
def test_routes(status: int, state: str, expected: list[str]) -> None:
    """The exact calls, and a prediction that a second plan finds nothing to do about."""
    desired = wants(state=state)
    plan = planned(environment(status), desired)
    assert [str(step.method).rpartition(".")[2] for step in plan.steps] == expected
    assert plan.changed is bool(expected)
    assert planned(plan.after, desired).steps == ()
    for step in plan.steps:
        assert step.params == {"envName": "shop1"}
    if expected:
        assert plan.steps[-1].subject.after == plan.after


@pytest.mark.parametrize("state", ["started", "stopped", "sleeping"])
@pytest.mark.parametrize(
    ("status", "said"), [(11, "broken"), (5, "suspended"), (0, "unknown (status 0)"), (77, "unknown (status 77)")]
)
def test_unusable(status: int, said: str, state: str) -> None:
    """A broken environment is an error that says so; with state present it is a warning."""
    with pytest.raises(StatusError) as caught:
        methods(environment(status), state=state)
    assert f"environment 'shop1' is {said}" in str(caught.value)
    assert repr(state) in str(caught.value)
    reported = planned(environment(status), wants())
    assert reported.steps == ()
    assert said in reported.warnings[0]


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [(3, "stopped", "launching"), (13, "started", "stopping"), (9, "started", "exporting"), (12, "absent", "updating")],
)
def test_busy(status: int, state: str, said: str) -> None:
    """Without waiting, a running operation that leads elsewhere is an error."""
    with pytest.raises(StatusError, match=f"is {said}, so it cannot be brought to state '{state}' now; set wait: true"):
        methods(environment(status), state=state)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("present", ["CreateEnvironment"]),
        ("started", ["CreateEnvironment"]),
        ("stopped", ["CreateEnvironment", "StopEnv"]),
        ("sleeping", ["CreateEnvironment", "SleepEnv"]),
        ("absent", []),
    ],
)
@pytest.mark.parametrize("current", [None, environment(8)])
def test_creating(current: Environment | None, state: str, expected: list[str]) -> None:
    """What does not exist is created running, then brought to its state."""
    assert methods(current, state=state, layers=(APP,)) == expected


def test_creation_parameters() -> None:
    """Wire names, and nothing for what is not declared."""
    desired = wants(
        display_name="Shop",
        region="region-b",
        ssl=True,
        ha=False,
        engine="php8.1",
        env_groups=("a/b", "c"),
        layers=(Layer(node_group="cp", node_type="docker", image="app", tag="1.0", count=2), STACK),
    )
    (step,) = planned(None, desired).steps
    assert step.method == "environment.control.CreateEnvironment"
    assert step.params == {
        "env": {
            "shortdomain": "shop1",
            "displayName": "Shop",
            "region": "region-b",
            "engine": "php8.1",
            "sslstate": True,
            "ishaenabled": False,
        },
        "nodes": [
            {"nodeGroup": "cp", "nodeType": "docker", "count": 2, "image": "app:1.0"},
            {
                "nodeGroup": "sqldb",
                "nodeType": "postgresql",
                "count": 1,
                "fixedCloudlets": 1,
                "flexibleCloudlets": 16,
                "diskLimit": 50,
                "tag": "16.4",
                "displayName": "Data",
                "extip": 0,
            },
        ],
        "envGroups": ["a/b", "c"],
        "ownerUid": None,
    }
    (bare,) = planned(None, wants(layers=(Layer(node_type="ubuntu-vps"),))).steps
    nothing = {"envGroups": None, "ownerUid": None}
    assert bare.params == {"env": {"shortdomain": "shop1"}, "nodes": [{"nodeType": "ubuntu-vps"}], **nothing}


def test_creation_prediction() -> None:
    """What the platform decides is None; everything else is told."""
    after = planned(None, wants(layers=(Layer(node_type="ubuntu-vps"),))).after
    assert after is not None
    given = environment_to_result(after) or {}
    assert given["nodes"] == [
        {
            **dict.fromkeys(given["nodes"][0]),
            "node_type": "ubuntu-vps",
            "count": 1,
        }
    ]
    assert (given["status"], given["state"], given["ssl"], given["ha"]) == ("running", "started", False, False)
    assert {name for name in given if given[name] is None} == {
        *("display_name", "region", "engine", "certificate", "firewall", "triggers"),
        *("domain", "url", "appid", "owner_uid", "created_on", "node_list"),
    }


@pytest.mark.parametrize(
    ("desired", "said"),
    [
        ({"layers": None}, "environment 'shop1' does not exist; correct the name, or give nodes"),
        ({"layers": ()}, "give nodes"),
        ({"layers": (Layer(node_group="cp"),)}, r"nodes\[0\] is to be created, so it needs node_type or image"),
    ],
)
def test_creation_refused(desired: dict[str, Any], said: str) -> None:
    """Before anything is sent."""
    with pytest.raises(InputError, match=said):
        planned(None, wants(**desired))


@pytest.mark.parametrize(
    ("current", "desired", "params"),
    [
        (None, None, None),
        ("Shop", None, None),
        ("Shop", "Shop", None),
        (None, "", None),
        ("Shop", "", {"envName": "shop1", "displayName": None}),
        ("Shop", "shop", {"envName": "shop1", "displayName": "shop"}),
        (None, "Shop", {"envName": "shop1", "displayName": "Shop"}),
    ],
)
def test_display_name(current: str | None, desired: str | None, params: dict[str, Any] | None) -> None:
    """Omitted leaves it alone, empty clears it."""
    plan = planned(environment(display_name=current), wants(display_name=desired))
    assert [step.params for step in plan.steps] == ([params] if params else [])
    assert plan.after is not None
    assert (plan.after.parts["display_name"] or None) == (current if desired is None else desired or None)


def test_order_and_diff() -> None:
    """The display name comes before the state; the diff tells both in the words of the options."""
    plan = planned(environment(1), wants(display_name="Shop", state="stopped"))
    assert [step.summary for step in plan.steps] == [
        "set the display name of environment 'shop1'",
        "stop environment 'shop1'",
    ]
    assert plan.diff_before == {"state": "started"}
    assert plan.diff_after == {"display_name": "Shop", "state": "stopped"}
    assert planned(environment(1), wants(state="absent")).diff_after == {}
    assert planned(None, wants(layers=(APP,))).diff_before == {}


def test_every_field_is_compared() -> None:
    """A new field of a layer cannot be forgotten."""
    apart = {
        "node_group",
        "env",
        "env_public",
        "image_env",
        "volumes",
        "image_volumes",
        "possible_volumes",
        "volume_mounts",
        "registry",
        "creation",
    }
    assert apart | {row.name for row in SHOWN_FIELDS} == set(Layer.__dataclass_fields__)


def test_layers_without_names_are_matched_once() -> None:
    """Two entries of one kind mean two layers, and none that is named elsewhere."""
    first, second, third = (replace(APP, node_group=name) for name in ("one", "two", "three"))
    unnamed = Layer(node_type="docker")
    pairs = pair_layers((first, second, third), (unnamed, Layer(node_group="one"), unnamed, unnamed))
    assert [found.node_group if found else None for _desired, found in pairs] == ["two", "one", "three", None]


def test_unknown_layers_are_not_compared() -> None:
    """An answer without layers says nothing about them."""
    assert methods(environment(layers=None), layers=(replace(APP, count=3),)) == []
    assert differences(Layer("cp"), APP) == []
