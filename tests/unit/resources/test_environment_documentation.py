# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the environment modules: examples are valid tasks, and results are what RETURN describes."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.info import EnvironmentInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.statuses import WORDS
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec
from ansible_collections.inet.elastic.plugins.modules import paas_environment, paas_environment_info
from tests.unit.documented_tasks import stand_in
from tests.unit.resources.environment_platform import Platform, run

MODULES: list[tuple[ModuleType, Any, dict[str, Any]]] = [
    (paas_environment, OneEnvironment(), {"name": "shop1"}),
    (paas_environment_info, EnvironmentInfo(), {}),
]


@pytest.mark.parametrize(("module", "resource", "_given"), MODULES)
def test_examples(module: ModuleType, resource: Any, _given: dict[str, Any]) -> None:
    """Each example passes the argument specification and the checks that need no platform."""
    for task in yaml.safe_load(module.EXAMPLES):
        (arguments,) = [value for name, value in task.items() if name.startswith("inet.elastic.")]
        checked = ArgumentSpecValidator(argument_spec(resource.spec.options), **resource.spec.rules).validate(
            {
                name: stand_in(value, resource.spec.options.get(name, {}), name)
                for name, value in {"api_url": "https://app.example.com", **arguments}.items()
            }
        )
        assert checked.error_messages == []
        resource.desired(checked.validated_parameters)


@pytest.mark.parametrize(("module", "resource", "given"), MODULES)
def test_returned_members_are_documented(module: ModuleType, resource: Any, given: dict[str, Any]) -> None:
    """At every depth, and none is documented that is not there."""
    platform = Platform()
    platform.add("shop1")
    result = run(resource, platform, **given)
    documented = yaml.safe_load(module.RETURN)
    (name,) = set(result) & {"environment", "environments"}
    shown = result[name] if name == "environment" else result[name][0]
    contains = documented[name]["contains"]
    assert set(contains) == set(shown)
    for part in ("nodes", "node_list"):
        assert set(contains[part]["contains"]) == set(shown[part][0])


def test_statuses_are_documented() -> None:
    """Every word that a status can have."""
    text = " ".join(yaml.safe_load(paas_environment.RETURN)["environment"]["contains"]["status"]["description"])
    assert {word for word in WORDS if f"V({word})" not in text} == set()
