# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning the changes of an environment that exists: the exact calls, what they send, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.model import Layer, Mount, Registry
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.base import LayerAnswer
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.storage import Storage
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.plan import plan_environment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.plan_builder import Progress
from tests.unit.resources.environment_parts import wants
from tests.unit.resources.test_environment_planning import APP, STACK, current_state, environment, methods, planned

CHANGE, ATTACH = "ChangeTopology", "AttachEnvGroup"
REDEPLOY, NAME = "RedeployContainersByGroup", "SetNodeGroupDisplayName"
SLB, EDIT = "SetSLBAccessEnabled", "EditNodeGroup"


@pytest.mark.parametrize(
    ("desired", "expected"),
    [
        ({}, []),
        ({"region": "Region-A"}, []),
        ({"region": "region-b"}, ["Migrate"]),
        ({"ssl": True, "ha": False}, [CHANGE]),
        ({"engine": "php8.1"}, [CHANGE]),
        ({"env_groups": ("a /b",)}, []),
        ({"env_groups": ("c", "d")}, [ATTACH, ATTACH]),
        ({"env_groups": ("c",), "purge": {"env_groups"}}, [ATTACH, "DetachEnvGroup"]),
        ({"layers": (APP, STACK)}, []),
        ({"layers": (STACK,)}, []),
        ({"layers": (Layer(node_type="docker", image="docker.io/library/app"),)}, []),
        ({"layers": (Layer(node_type="PostgreSQL"),)}, []),
        ({"layers": (replace(APP, count=3),)}, [CHANGE]),
        ({"layers": (replace(APP, count=3, display_name="X"), replace(STACK, count=2))}, [CHANGE]),
        ({"layers": (replace(APP, count=3, tag="2.0"),)}, [CHANGE, REDEPLOY]),
        ({"layers": (replace(APP, image="other"),)}, [CHANGE]),
        ({"layers": (replace(STACK, display_name="Base"),)}, [NAME]),
        ({"layers": (replace(APP, slb_access=False),)}, [SLB]),
        ({"layers": (replace(APP, restart_delay=5),)}, [EDIT]),
        # Two light changes are one of the topology.
        ({"layers": (replace(APP, restart_delay=5, slb_access=False),)}, [CHANGE]),
        ({"layers": (Layer(node_type="redis"),)}, [CHANGE]),
        ({"layers": (Layer(node_group="cache", node_type="docker"),)}, [CHANGE]),
        ({"layers": (APP,), "purge": {"nodes"}}, [CHANGE]),
        ({"layers": (replace(APP, count=1),), "allow_shrink": True}, [CHANGE]),
    ],
)
def test_changes(desired: dict[str, Any], expected: list[str]) -> None:
    """The exact calls; and what they lead to needs none."""
    current = environment(env_groups=("a/b",))
    asked = wants(**{**desired, "purge": frozenset(desired.get("purge", ()))})
    plan = planned(current, asked)
    assert [str(step.method).rpartition(".")[2] for step in plan.steps] == expected
    assert planned(plan.after, asked).steps == ()
    assert plan.warnings == ()


def test_topology_parameters() -> None:
    """A layer that changes is sent in full, one that stays by its name, a new one as declared, one that goes not."""
    desired = wants(
        layers=(Layer(node_group="cp", count=3), Layer(node_group="cache", node_type="redis", disk_limit=500)),
        ssl=True,
    )
    (step,) = planned(environment(), desired).steps
    assert step.params == {
        "envName": "shop1",
        "env": {"region": "region-a", "sslstate": True, "ishaenabled": False},
        "nodes": [
            {
                "nodeGroup": "cp",
                "nodeType": "docker",
                "count": 3,
                "fixedCloudlets": 1,
                "flexibleCloudlets": 8,
                "diskLimit": 50,
                "image": "app:1.0",
                "displayName": "",
                "isSLBAccessEnabled": True,
                "scalingMode": "STATELESS",
                "restartDelay": 30,
            },
            {"nodeGroup": "sqldb"},
            {"nodeGroup": "cache", "nodeType": "redis", "diskLimit": "500M"},
        ],
    }
    assert step.summary == "change environment 'shop1': ssl true; layer cp: count 2 -> 3; add layer cache"
    (step,) = planned(environment(), replace(desired, layers=(STACK,), ssl=None, purge=frozenset({"nodes"}))).steps
    assert step.params["nodes"] == [{"nodeGroup": "sqldb"}]


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (replace(APP, node_type="nginx"), "layer cp: node_type is 'docker', not 'nginx'; a layer keeps its kind"),
        (replace(APP, count=1), "layer cp: count is 2, not 1; lowering a limit can lose data.*allow_shrink: true"),
        (replace(STACK, disk_limit=20000), "layer sqldb: disk_limit is '50G', not '20G'; lowering"),
        (
            Layer(node_group="new"),
            r"^nodes\[0\]: layer new does not exist in environment shop1; layers: cp, sqldb; "
            r"to add this layer, give node_type or image$",
        ),
    ],
)
def test_refused_changes(layer: Layer, said: str) -> None:
    """Before anything is sent, with what to do."""
    with pytest.raises(InputError, match=said):
        planned(environment(), wants(layers=(layer,)))


@pytest.mark.parametrize(
    ("names", "links"),
    [
        (("app", "sqldb"), ("sqldb:DB",)),
        (("app", "cache"), ()),  # the platform drops a link without a source
        (("app", None), None),  # whose name the platform chooses
    ],
)
def test_links_of_a_new_entry(names: tuple[str | None, ...], links: tuple[str, ...] | None) -> None:
    """They are predicted where it is known that their source is there."""
    app = Layer(node_group="app", node_type="docker", image="app", links=("sqldb:DB",))
    layers = (app, *(Layer(node_group=name, node_type="postgresql") for name in names[1:]))
    after = planned(None, wants(layers=layers)).after
    assert after.layers[0].links == links


def test_what_is_set_at_creation_only() -> None:
    """A warning names it, and it is left as it is."""
    current = environment(layers=(replace(APP, links=("sqldb:DB",)),))
    plan = planned(current, wants(layers=(replace(APP, links=("cache:C",)),)))
    assert plan.steps == ()
    assert "links is ['sqldb:DB'], not ['cache:C']; this is set when the layer is made" in plan.warnings[0]


def test_variables() -> None:
    """Added and removed by one call each, never set; and those of the image stay."""
    layer = replace(APP, env={"PATH": "/bin", "OLD": "1", "KEPT": "2"})
    desired = replace(APP, env={"KEPT": "2", "NEW": "3", "GONE": None})
    plan = planned(environment(layers=(layer,)), wants(layers=(desired,)))
    assert [(step.method, step.params) for step in plan.steps] == [
        (
            "environment.control.AddContainerEnvVars",
            {"envName": "shop1", "nodeGroup": "cp", "vars": {"NEW": "3"}},
        )
    ]
    purging = wants(layers=(replace(desired, env={"NEW": "3"}),), purge=frozenset({"env"}))
    plan = planned(environment(layers=(layer,)), purging)
    assert [step.params["vars"] for step in plan.steps] == [{"NEW": "3"}, ["KEPT", "OLD"]]
    removing = wants(layers=(replace(desired, env={"OLD": None}),))
    (step,) = planned(environment(layers=(layer,)), removing).steps
    assert (step.method, step.params["vars"]) == ("environment.control.RemoveContainerEnvVars", ["OLD"])


def test_mounts_are_replaced_where_they_differ() -> None:
    """The platform cannot change one, so it is taken off first."""
    mount = Mount("/mnt", "/data", "sqldb", 20003, read_only=False)
    layer = replace(APP, volume_mounts=(mount,))
    desired = wants(layers=(replace(APP, volume_mounts=(replace(mount, read_only=True),)),))
    plan = planned(environment(layers=(layer, STACK)), desired)
    assert [str(step.method).rpartition(".")[2] for step in plan.steps] == [
        "RemoveMountPointByGroup",
        "AddMountPointByGroup",
    ]


@pytest.mark.parametrize("defined", [["/var/lib/db"], {"/var/lib/db": {}}])
def test_volumes_of_the_image_are_not_removed(defined: Any) -> None:
    """The platform refuses that."""
    custom = {"dockerVolumes": ["/data", "/old", "/var/lib/db"], "dockerManifest": {"volumes": defined}}
    shown = Storage().from_answer(LayerAnswer("cp", None, None, None, custom, 1, None))
    layer = replace(APP, **shown, volume_mounts=())
    desired = wants(layers=(replace(APP, volumes=("/data",)),), purge=frozenset({"volumes"}))
    (step,) = planned(environment(layers=(layer,)), desired).steps
    assert (str(step.method).rpartition(".")[2], step.params["volumes"]) == ("RemoveContainerVolumes", ["/old"])


@pytest.mark.parametrize(
    ("mounts", "volumes"),
    [
        (None, None),  # which of the volumes are mounted from there is not known
        ((), ("/data", "/mnt")),
        ((Mount("/mnt", "/data", "sqldb", 20003),), ("/data",)),
    ],
)
def test_what_is_mounted_from_a_removed_layer_goes_too(
    mounts: tuple[Mount, ...] | None, volumes: tuple[str, ...] | None
) -> None:
    layer = replace(APP, volumes=("/data", "/mnt"), volume_mounts=mounts)
    keep = wants(layers=(Layer(node_group="cp"),), purge=frozenset({"nodes"}))
    (after,) = planned(environment(layers=(layer, STACK)), keep).after.layers
    assert (after.volumes, after.volume_mounts) == (volumes, mounts and ())
    (bare,) = planned(environment(layers=(replace(layer, volumes=()), STACK)), keep).after.layers
    assert bare.volumes == ()


def test_a_sleeping_one_goes_back_to_sleep() -> None:
    """A change needs it awake; state present leaves the status as it was."""
    desired = wants(layers=(replace(APP, tag="2.0"),))
    assert methods(environment(4), layers=desired.layers) == ["StartEnv", REDEPLOY, "SleepEnv"]
    assert methods(environment(2), layers=desired.layers) == ["StartEnv", REDEPLOY, "StopEnv"]
    assert methods(environment(2), layers=desired.layers, state="started") == ["StartEnv", REDEPLOY]


@pytest.mark.parametrize(
    ("status", "state", "expected"),
    [
        (1, "restarted", ["RestartNodes", "RestartNodes"]),
        (2, "restarted", ["StartEnv"]),
        (1, "redeployed", [REDEPLOY, REDEPLOY]),
        (2, "redeployed", ["StartEnv", REDEPLOY, REDEPLOY]),
    ],
)
def test_on_request(status: int, state: str, expected: list[str]) -> None:
    """Each layer; what was just started is not restarted."""
    assert methods(environment(status), state=state) == expected
    assert methods(environment(status), state=state, layers=(STACK,)) == expected[: len(expected) - (len(expected) > 1)]


def test_a_restart_means_the_layers_that_the_task_adds_too() -> None:
    """They are paired with what was made of them."""
    added = Layer(node_group="cache", node_type="redis")
    plan = planned(environment(1), wants(state="restarted", layers=(STACK, added)))
    assert [step.params.get("nodeGroup") for step in plan.steps[1:]] == ["sqldb", "cache"]


def test_how_a_layer_is_redeployed_and_an_environment_migrated() -> None:
    """What the task says of it, and the credentials of a private image; nothing that it leaves open."""
    registry = Registry("host.example.test", "puller", "example-password-1")
    private = Layer(node_group="cp", tag="2.0", registry=registry)
    desired = wants(
        layers=(private,),
        region="region-b",
        keep_volumes=False,
        sequential=True,
        sequential_delay=30,
        live_migration=True,
    )
    current = environment(nodes=())
    moved, redeployed = planned(current, desired).steps
    assert moved.params == {"envName": "shop1", "hardwareNodeGroup": "region-b", "isOnline": True}
    # An operation, after which the nodes are others.
    assert moved.subject.aspects == {"region", "status"}
    assert (current.nodes, moved.subject.after.nodes) == ((), None)
    assert redeployed.params == {
        "envName": "shop1",
        "nodeGroup": "cp",
        "tag": "2.0",
        "isSequential": True,
        "delay": 30,
        "useExistingVolumes": False,
        "login": "puller",
        "password": "example-password-1",
    }
    (plain,) = planned(environment(), wants(layers=(replace(private, registry=None),))).steps
    assert {name for name, value in plain.params.items() if value is None} == {
        *("isSequential", "delay", "login", "password"),
    }
    assert plain.params["useExistingVolumes"] is True


def test_a_diff_shows_that_a_variable_changed_and_not_to_what() -> None:
    """Unless its value is declared harmless."""
    before = replace(APP, env={"MODE": "a", "SECRET": "one", "SAME": "x"}, env_public=frozenset({"MODE"}))
    after = replace(before, env={"MODE": "b", "SECRET": "two", "SAME": "x", "NEW": "y"})
    plan = planned(environment(layers=(before,)), wants(layers=(after,)))
    assert plan.diff_before == {"layer cp: env.MODE": "a", "layer cp: env.SECRET": "********"}
    assert plan.diff_after == {
        "layer cp: env.MODE": "b",
        "layer cp: env.NEW": "********",  # that it is new shows by itself
        "layer cp: env.SECRET": "******** (changed)",
    }


def test_a_diff_shows_a_changed_variable_if_no_value_is_declared_harmless() -> None:
    """The names of variables are known, also where none of the values may be shown."""
    before = replace(APP, env={"SECRET": "one"})
    plan = planned(environment(layers=(before,)), wants(layers=(replace(before, env={"SECRET": "two"}),)))
    assert plan.diff_before == {"layer cp: env.SECRET": "********"}
    assert plan.diff_after == {"layer cp: env.SECRET": "******** (changed)"}


def test_a_diff_leaves_out_what_is_not_known_afterwards() -> None:
    """Which volumes are mounted from a layer that goes is not known if the mounts were not read."""
    app = replace(APP, volumes=("/data",), volume_mounts=None)
    plan = planned(environment(layers=(app, STACK)), wants(layers=(app,), purge=frozenset({"nodes"})))
    (after,) = plan.after.layers
    assert after.volumes is None
    assert [name for name in {**plan.diff_before, **plan.diff_after} if "volumes" in name] == []


def test_clone() -> None:
    """A copy, then changed like any other."""
    desired = wants(name="shop2", clone_from="shop1", layers=(replace(APP, count=3),), display_name="Copy")
    plan = plan_environment(current_state(None, desired, environment()), desired)
    assert [(step.method, step.params.get("dstEnvName")) for step in plan.steps] == [
        ("environment.control.CloneEnv", "shop2"),
        ("environment.control.ChangeTopology", None),
        ("environment.control.SetEnvDisplayName", None),
    ]
    with pytest.raises(InputError, match="clone_from: environment 'shop1' does not exist"):
        plan_environment(current_state(None, desired), desired)


@pytest.mark.parametrize(
    ("declared", "calls", "groups"),
    [
        (None, [], ("dev", "team/a")),
        ((), [("DetachEnvGroup", "dev"), ("DetachEnvGroup", "team/a")], ()),
        (("stage", "dev"), [("AttachEnvGroup", "stage"), ("DetachEnvGroup", "team/a")], ("dev", "stage")),
    ],
)
def test_groups_of_a_clone(
    declared: tuple[str, ...] | None, calls: list[tuple[str, str]], groups: tuple[str, ...]
) -> None:
    """Those that are declared and no others; without a declaration those of the source, which the step says.

    Planned again after the clone was made, it is the same; a clone that was there before stays in its groups.
    """
    source = environment(env_groups=("dev", "team/a"))
    desired = wants(name="shop2", clone_from="shop1", env_groups=declared)
    plan = plan_environment(current_state(None, desired, source), desired)
    clone, *rest = plan.steps
    words = "clone environment 'shop1' as environment 'shop2'"
    also = ", which is in the groups of the original as well: dev, team/a"
    assert clone.summary == (words + also if declared is None else words)
    assert [(str(step.method).rpartition(".")[2], step.params["envGroup"]) for step in rest] == calls
    assert plan.after.environment and plan.after.environment.parts["env_groups"] == groups
    made = current_state(replace(source, name="shop2"), desired)
    again = plan_environment(made, desired, Progress((clone,), "started"))
    assert [step.summary for step in again.steps] == [step.summary for step in rest]
    later = plan_environment(made, desired)
    assert [str(step.method).rpartition(".")[2] for step in later.steps] == ["AttachEnvGroup"] * ("stage" in groups)
