# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of many environments: options as specified at any depth, results as RETURN describes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from ansible_collections.inet.elastic.plugins.doc_fragments import _environments
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import CONNECTION
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from ansible_collections.inet.elastic.plugins.modules import paas_environments
from tests.unit.resources.environment_platform import Platform, run

SPEC = {name: option for name, option in EnvironmentSet.spec.options.items() if name not in CONNECTION}
OF_THE_FLOW = {"changed", "diff", "warnings"}
OF_FAILURES = {"failure", "msg", "steps_done", "not_pruned"}


def documented() -> dict[str, Any]:
    """The module's options, those of its fragment among them."""
    fragment = yaml.safe_load(_environments.ModuleDocFragment.DOCUMENTATION)["options"]
    return {**yaml.safe_load(paas_environments.DOCUMENTATION)["options"], **fragment}


def plain(options: dict[str, Any], nested: str) -> dict[str, Any]:
    """What a specification and a documentation have in common."""
    members = ("type", "elements", "required", "choices", "default", "aliases")
    return {
        name: {
            **{member: option[member] for member in members if member in option},
            "options": plain(option.get(nested, {}), nested),
        }
        for name, option in options.items()
    }


def descriptions(options: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Of every option, at any depth."""
    for name, option in options.items():
        here = f"{path}{name}"
        yield here, option.get("description")
        yield from descriptions(option.get("suboptions", {}), f"{here}{'[]' if option['type'] == 'list' else ''}.")


def test_options() -> None:
    """Types, choices, defaults and all, at any depth, are those of the specification."""
    assert plain(documented(), "suboptions") == plain(SPEC, "options")
    assert [path for path, text in descriptions(documented()) if not text] == []


def test_references_lead_to_options() -> None:
    """Texts that were written for one environment name the options of an entry."""
    there = dict(descriptions(documented()))
    text = str(documented()) + paas_environments.DOCUMENTATION
    named = set(re.findall(r"\bO\(([^)=]+)", text))
    assert {"environments[].nodes[].env", "environments[].check_details", "defaults.wait"} <= named
    assert {name for name in named if name not in there and name not in CONNECTION} == set()
    assert set(re.findall(r"RV\(([^)]+)\)", text)) == {
        "environments",
        "inet.elastic.paas_environment#module:environment.node_list[].endpoints",
    }


def test_defaults_are_told() -> None:
    """Of an option that has one in the task about one environment."""
    state = documented()["environments"]["suboptions"]["state"]
    assert state["description"][-1] == "V(present) where O(defaults.state) does not say otherwise."
    keep = documented()["environments"]["suboptions"]["keep_volumes"]
    assert keep["description"][-1] == "V(true) where O(defaults.keep_volumes) does not say otherwise."
    assert documented()["defaults"]["suboptions"]["state"]["description"] == ["See O(environments[].state)."]


@pytest.mark.parametrize("check_mode", [True, False])
def test_results(check_mode: bool) -> None:
    """All members are documented, and none is documented that is not there."""
    texts = yaml.safe_load(paas_environments.RETURN)
    platform = Platform()
    platform.add("shop1")
    result = run(EnvironmentSet(), platform, environments=[{"name": "shop1"}], check_mode=check_mode)
    assert set(result) - OF_THE_FLOW == set(texts) - OF_FAILURES
    contains = texts["environments"]["contains"]
    assert set(result["environments"][0]) == {
        name for name, text in contains.items() if text.get("returned") != "when it is not as declared"
    }
    with pytest.raises(Failed) as caught:
        run(
            EnvironmentSet(),
            platform,
            environments=[{"name": "shop1", "nodes": [{"node_group": "nope"}]}],
            check_mode=check_mode,
        )
    failed = caught.value.result
    assert set(failed) - OF_THE_FLOW == set(texts) - {"steps"}
    assert set(failed["environments"][0]) == {
        name for name, text in contains.items() if text.get("returned") != "when it is as declared"
    }
    assert set(failed["environments"][0]["failure"]) == set(texts["failure"]["contains"])
