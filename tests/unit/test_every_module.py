# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module must have. The test names what is missing for a module, and how to add it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.permissions_for import (
    ANY_METHOD,
    TABLES,
    WITHOUT_TOKEN,
)
from tests.integration.scenario import load
from tests.property.recorded_tasks import SUBJECTS
from tests.unit.documented_blocks import PROJECT
from tests.unit.documented_tasks import MODULES, PREFIX, resource

SCENARIOS = PROJECT / "tests" / "integration" / "scenarios"


def text(path: str) -> str:
    return (PROJECT / path).read_text(encoding="utf-8")


def has_scenario(name: str) -> bool:
    """Scenarios are played in process and as modules, searched for secrets, and run with tokens of the permissions."""
    return any(scenario.module == name for path in SCENARIOS.glob("*.yml") for scenario in load(path))


def has_permissions(name: str) -> bool:
    heading = name in WITHOUT_TOKEN or f"\n## {PREFIX}{name}\n" in text("docs/permissions.md")
    return name in {*TABLES, *WITHOUT_TOKEN, ANY_METHOD} and heading


# What a module must have, in the words of a message: how it is added.
DUTIES: dict[str, Callable[[str], bool]] = {
    "an action plugin of the same name in plugins/action": lambda name: (
        PROJECT / "plugins" / "action" / f"{name}.py"
    ).exists(),
    "a table of permissions in TABLES of _resources/permissions_for.py, and its section: run "
    "tools/documents.py": has_permissions,
    "its name in the action group of meta/runtime.yml": lambda name: f"    - {name}\n" in text("meta/runtime.yml"),
    "a row in the table of README.md": lambda name: bool(
        re.search(rf"^\| `{PREFIX}{name}` \| \S.*\|$", text("README.md"), re.MULTILINE)
    ),
    "a scenario in tests/integration/scenarios": has_scenario,
    "a task in tests/property/recorded_tasks.py, whose answers are fuzzed": lambda name: any(
        type(subject.resource) is type(resource(name)) for subject in SUBJECTS
    ),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_all_that_it_must_have(name: str) -> None:
    """Options, results and examples of the documentation are compared with the code by other tests, for all modules."""
    assert [duty for duty, fulfilled in DUTIES.items() if not fulfilled(name)] == []


def test_each_duty_is_seen_to_be_missing() -> None:
    """For a name that nothing has, every duty is named, but the last, which needs a resource."""
    duties = [duty for duty in DUTIES if "recorded_tasks" not in duty]
    assert [duty for duty in duties if not DUTIES[duty]("paas_nothing_info")] == duties
