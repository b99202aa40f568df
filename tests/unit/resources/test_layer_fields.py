# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every field of a layer is followed on its whole way; if it is lost, the message names the place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from ansible_collections.inet.elastic.plugins.doc_fragments._environment_nodes import ModuleDocFragment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.layer_fields import (
    LAYER_FIELDS,
    By,
    LayerField,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.layers import (
    CHANGE_TOPOLOGY,
    new_entry,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.model import Layer
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.permissions import ONE
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.plan_builder import REDEPLOY
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.reader import read_environment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.modules import paas_environment, paas_environment_info
from ansible_collections.inet.elastic.plugins.plugin_utils._manifest.convert import convert
from tests.property.emulated import EmulatedPlatform
from tests.unit.resources.environment_platform import with_defaults

NAME = "my-shop"
OTHER = {"node_group": "sqldb", "node_type": "postgresql"}
# Values that an option of a type can have; the second one is a change of the first.
BY_TYPE: dict[str, tuple[Any, Any]] = {"int": (4, 5), "bool": (False, True), "str": ("one", "two")}
# Fields whose values have a form of their own.
VALUES: dict[str, tuple[Any, Any]] = {
    "node_group": ("cp", "cp"),
    "node_type": ("docker", "docker"),
    "image": ("app", "other"),
    "engine": ("java17", "java21"),
    "disk_limit": ("50G", "60G"),
    "scaling_mode": ("stateless", "stateful"),
    "cluster": ({"enabled": True}, {"enabled": True}),
    "links": (["sqldb:DB"], ["sqldb:DB"]),
    "addons": (["one"], ["one"]),
    "volumes_from": (["sqldb"], ["sqldb"]),
    "distribution": ({"mode": "SOFT"}, {"mode": "SOFT"}),
    "node_group_data": ({"mine": 1}, {"mine": 1}),
}
METHODS = {By.TOPOLOGY: CHANGE_TOPOLOGY, By.REDEPLOY: REDEPLOY}


@dataclass
class Way:
    """One field on its way, on a platform of its own."""

    row: LayerField
    platform: EmulatedPlatform

    @property
    def values(self) -> tuple[Any, Any]:
        """A value, and another one."""
        return VALUES.get(self.row.name) or BY_TYPE[str(self.row.option["type"])]

    def task(self, value: Any) -> dict[str, Any]:
        """A task that declares the field in one of two layers."""
        return {"name": NAME, "nodes": [{"node_group": "cp", "image": "app", self.row.name: value}, OTHER]}

    def layer(self, value: Any) -> Layer:
        """What the task declares."""
        desired = OneEnvironment().desired(with_defaults(OneEnvironment.spec, self.task(value)))
        return (desired.layers or ())[0]

    def run(self, value: Any, **more: Any) -> tuple[dict[str, Any], list[str]]:
        """The layer in the result of the task, and the writes of the task."""
        self.platform.writes()
        result = self.platform.perform(OneEnvironment(), **self.task(value), **more)
        return result["environment"]["nodes"][0], self.platform.writes()

    def found(self) -> Layer:
        """What is read of the layer."""
        environment = read_environment(self.platform.client(session=self.platform.session), NAME)
        return next(layer for layer in (environment and environment.layers) or () if layer.node_group == "cp")


@pytest.fixture(params=LAYER_FIELDS, ids=lambda row: row.name)
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    """The way of each field."""
    platform = EmulatedPlatform()
    yield Way(request.param, platform)
    platform.end()


def test_from_the_option_to_the_result(way: Way) -> None:
    """A value that is declared is parsed, sent, kept, read and shown, and the second run changes nothing."""
    row, (value, _other) = way.row, way.values
    assert ONE.options.get(f"nodes.{row.name}") == f"nodes.{row.name}", "lost at the options of nodes"
    entry = new_entry(way.layer(value))
    in_image = row.name == "tag" and entry["image"].endswith(f":{value}")  # as all recorded manifests have it
    assert row.member in entry or in_image, "lost between the option and the request: LayerField.parse or new_entry"
    shown, _writes = way.run(value)
    if row.from_answer is None:
        assert row.name not in shown
        return
    declared = getattr(way.layer(value), row.name)
    assert declared is not None, "lost at the attribute of Layer: LayerField.parse"
    read = getattr(way.found(), row.name)
    assert read is not None, "lost between the emulator and the reading: the emulator, or LayerField.from_answer"
    assert row.same(read, declared), f"the emulator keeps, or from_answer reads, {read!r} in place of {declared!r}"
    again = way.layer(shown.get(row.name))
    assert getattr(again, row.name) == declared, "what the result shows cannot be declared: LayerField.to_result"
    assert way.run(value)[1] == [], "the second run changes it again: LayerField.same"


def test_a_change(way: Way) -> None:
    """Another value is sent by the method of the row, and the permission for the option has that method."""
    row, (value, other) = way.row, way.values
    if value == other:
        assert row.changed_by in (By.NOTHING, By.NEVER), "give another value in VALUES"
        return
    way.run(value)
    shown, writes = way.run(other)
    if row.changed_by is By.NOTHING:
        assert writes == []
        return
    assert writes == [METHODS.get(row.changed_by, row.own_method)], "lost at the plan: LayerField.changed_by"
    assert shown[row.name] == row.result_value(getattr(way.layer(other), row.name)), (
        "the change is not kept, or not read"
    )
    assert set(writes) <= set(ONE.needed(options=[f"nodes.{row.name}"])), "lost at the permissions"
    assert way.run(other)[1] == []


@pytest.mark.parametrize("row", LAYER_FIELDS, ids=lambda row: row.name)
def test_documentation_and_manifests(row: LayerField) -> None:
    documented = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]["nodes"]["suboptions"]
    assert documented.get(row.name, {}).get("type") == row.option["type"], "missing in doc_fragments/_environment_nodes"
    for module in (paas_environment, paas_environment_info):
        returned = yaml.safe_load(module.RETURN)
        (members,) = [value["contains"] for value in returned.values() if "nodes" in value.get("contains", ())]
        layers = members["nodes"]["contains"]
        assert (row.name in layers) is (row.from_answer is not None), f"wrong in RETURN of {module.__name__}"
    value = (VALUES.get(row.name) or BY_TYPE[str(row.option["type"])])[0]
    (node,) = convert({"nodes": [{"nodeType": "docker", row.member: value}]}).options["nodes"]
    assert row.name in node, "lost at the words of manifests: LayerField.kind"
