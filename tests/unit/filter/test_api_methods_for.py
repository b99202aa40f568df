# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter gives what the option grants, for every form of its input, and one line for what is none."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.inet.elastic.plugins.filter.api_methods_for import FilterModule, api_methods_for
from ansible_collections.inet.elastic.plugins.module_utils._resources.permissions_for import TABLES, methods_for

ONE = "inet.elastic.paas_environment"
STATES = ["environment.control.GetEnvInfo", "environment.control.StartEnv", "environment.control.StopEnv"]


@pytest.mark.parametrize("name", TABLES)
def test_a_name_alone(name: str) -> None:
    """Short or whole, by itself or in a list; what reads secrets has to be asked for by its option."""
    on_request = {row.method for row in TABLES[name].permissions if row.on_request}
    expected = [method for method in TABLES[name].methods if method not in on_request]
    assert on_request == (
        {"environment.control.GetContainerEnvVarsByGroup"} if name == "paas_environment_info" else set()
    )
    for given in (name, f"inet.elastic.{name}", [name], (name,), {"module": name}):
        assert api_methods_for(given) == expected


@pytest.mark.parametrize(
    ("given", "more", "expected"),
    [
        (ONE, {"states": ["started", "stopped"]}, STATES),
        (ONE, {"states": "stopped"}, STATES),
        ({"module": ONE, "states": ["started"]}, {}, STATES[:2]),
        # What an entry says itself counts.
        ({"module": ONE, "states": ["started"]}, {"states": ["stopped"]}, STATES[:2]),
        (
            ["paas_environment", {"module": "paas_exec", "options": ["node_id"]}],
            {"options": []},
            ["environment.control.ExecCmdById", STATES[0]],
        ),
    ],
)
def test_states_and_options(given: Any, more: dict[str, Any], expected: list[str]) -> None:
    """For all modules, or each for itself."""
    assert api_methods_for(given, **more) == expected


def test_it_gives_what_the_option_grants() -> None:
    """Both are the same table."""
    uses = ["paas_region_info", {"module": ONE, "states": ["stopped"], "options": ["domains"]}]
    assert api_methods_for(uses) == list(methods_for(uses))
    assert FilterModule().filters() == {"api_methods_for": api_methods_for}


@pytest.mark.parametrize(
    ("given", "more", "message"),
    [
        ("paas_enviroment", {}, "api_methods_for[0]: 'paas_enviroment' is not a module of this collection that calls"),
        ("paas_token", {}, "api_methods_for[0]: paas_token manages tokens, which no token may do"),
        ([], {}, "api_methods_for is empty; leave it out, or name modules"),
        (5, {}, "api_methods_for[0] must be the name of a module, or a mapping with module, states, options"),
        (5, {"states": ["started"]}, "api_methods_for[0] must be the name of a module"),
        (ONE, {"states": ["start"]}, "'start' is not a state of paas_environment; did you mean started?"),
        (ONE, {"options": 5}, "api_methods_for[0]: options must be a list of names"),
    ],
)
def test_what_is_no_such_thing(given: Any, more: dict[str, Any], message: str) -> None:
    """One line."""
    with pytest.raises(AnsibleFilterError) as caught:
        api_methods_for(given, **more)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
