# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From modules, states and options to API methods: what is left out, what goes together, and slips."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._resources.permissions_for import (
    ALL_TABLES,
    TABLES,
    methods_for,
    uses_of,
)

ONE, MANY = "paas_environment", "paas_environments"


def short(entries: Any) -> list[str]:
    """The methods without their services."""
    return [method.rpartition(".")[2] for method in methods_for(entries)]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"states": ["started", "stopped"]}, ["GetEnvInfo", "StartEnv", "StopEnv"]),
        ({"states": "stopped"}, ["GetEnvInfo", "StartEnv", "StopEnv"]),
        ({"states": ["sleeping"]}, ["GetEnvInfo", "SleepEnv", "StartEnv"]),
        ({"states": ["present"]}, ["GetEnvInfo"]),
        ({"options": []}, ["GetEnvInfo"]),
        ({"states": ["absent"]}, ["DeleteEnv", "GetEnvInfo"]),
        # No option matters to what goes.
        ({"states": ["absent"], "options": ["nodes", "domains", "purge"]}, ["DeleteEnv", "GetEnvInfo"]),
        ({"states": ["restarted"]}, ["GetEnvInfo", "RestartNodes", "StartEnv"]),
        ({"options": ["domains"]}, ["BindExtDomain", "BindExtDomains", "GetEnvInfo"]),
        ({"options": ["domains", "purge"]}, ["BindExtDomain", "BindExtDomains", "RemoveExtDomain", "GetEnvInfo"]),
        ({"options": ["purge.domains"]}, ["BindExtDomain", "BindExtDomains", "RemoveExtDomain", "GetEnvInfo"]),
        ({"options": ["domains", "purge.firewall"]}, None),
        ({"options": ["endpoints.name"]}, ["AddEndpoint", "EditEndpoint", "GetEnvInfo"]),
        (
            {"options": ["nodes.env", "nodes.node_group"]},
            ["AddContainerEnvVars", "GetContainerEnvVarsByGroup", "GetEnvInfo", "RemoveContainerEnvVars"],
        ),
        ({"options": ["nodes.cloudlets"]}, ["ChangeTopology", "GetEnvInfo", "SleepEnv", "StartEnv"]),
        ({"states": ["started"], "options": ["nodes.tag"]}, ["GetEnvInfo", "RedeployContainersByGroup", "StartEnv"]),
        ({"options": ["session", "wait", "name"]}, ["GetEnvInfo"]),
    ],
)
def test_environment(entry: dict[str, Any], expected: list[str] | None) -> None:
    """States and options of one environment, and the same for many, which are listed by one call more."""
    if expected is None:  # what purge is about is given with it
        expected = short([{"module": ONE, "options": ["domains", "firewall", "purge.firewall"]}])
        assert {"RemoveRules", "AddRule", "BindExtDomain"} <= set(expected)
        assert "RemoveExtDomain" not in expected
    assert short({"module": ONE, **entry}) == expected
    assert sorted([*methods_for({"module": ONE, **entry}), "environment.control.GetEnvs"]) == list(
        methods_for({"module": MANY, **entry})
    )


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"module": "paas_exec"}, ["ExecCmdByGroup", "ExecCmdById", "GetEnvInfo", "GetList"]),
        ({"module": "paas_exec", "options": []}, ["ExecCmdByGroup", "ExecCmdById", "GetEnvInfo"]),
        ({"module": "paas_exec", "options": ["node_id"]}, ["ExecCmdById", "GetEnvInfo"]),
        ({"module": "paas_exec", "options": ["node_group", "creates"]}, ["ExecCmdByGroup", "GetEnvInfo", "GetList"]),
        ({"module": "paas_file", "states": ["absent"]}, ["GetEnvInfo", "Delete", "GetList"]),
        ({"module": "paas_file", "options": ["node_id"]}, ["GetEnvInfo", "GetList", "Read", "Write"]),
        (
            {"module": "paas_file", "states": ["directory"], "options": ["node_id", "mode"]},
            ["ExecCmdById", "GetEnvInfo", "Create", "GetList"],
        ),
        (
            {"module": "paas_file", "options": ["node_id", "src", "backup"]},
            ["ExecCmdById", "GetEnvInfo", "Append", "Copy", "GetList", "Read", "Write"],
        ),
        ({"module": "paas_account_info", "options": ["billing"]}, ["GetAccount", "GetUserInfo"]),
        ({"module": "paas_environment_info", "options": ["status"]}, ["GetEnvs"]),
        ({"module": "paas_environment_info"}, ["GetEnvInfo", "GetEnvs"]),
        (
            {"module": "paas_environment_info", "options": ["encrypted_env"]},
            ["GetContainerEnvVarsByGroup", "GetEnvs"],
        ),
        ({"module": "paas_env_group", "states": ["present"]}, ["CreateGroup", "GetGroups"]),
        (
            {"module": MANY, "options": ["prune", "display_name"]},
            ["DeleteEnv", "GetEnvInfo", "GetEnvs", "SetEnvDisplayName"],
        ),
    ],
)
def test_other_modules(entry: dict[str, Any], expected: list[str]) -> None:
    """What no task can do without counts as given; one of several that are as good as each other, where it is named."""
    assert short(entry) == expected


DEPLOYS: dict[str, Any] = {"module": ONE, "states": ["present"], "options": ["nodes.tag"]}


@pytest.mark.parametrize(
    ("entry", "left_out"),
    [
        (DEPLOYS, ["SleepEnv", "StartEnv", "StopEnv"]),
        ({**DEPLOYS, "module": MANY}, ["SleepEnv", "StartEnv", "StopEnv"]),
        ({**DEPLOYS, "states": ["started", "restarted"]}, ["StartEnv"]),
        ({"module": ONE, "states": ["stopped"]}, ["StartEnv"]),
        ({"module": ONE, "options": ["display_name"]}, []),
    ],
)
def test_environments_that_always_run(entry: dict[str, Any], left_out: list[str]) -> None:
    """Nothing is started for a change, nor brought back; what a state asks for stays."""
    before, after = short(entry), short({**entry, "always_running": True})
    assert sorted(set(before) - set(after)) == left_out
    assert set(after) <= set(before)
    assert short({**entry, "always_running": False}) == before
    assert short({"module": ONE, "always_running": True}) == [name for name in short(ONE) if name != "StartEnv"]


def test_a_name_alone_means_everything() -> None:
    """In either spelling; several entries are one list, sorted, each method once."""
    assert methods_for("inet.elastic.paas_environment") == methods_for([ONE]) == TABLES[ONE].methods
    both = methods_for([ONE, {"module": "paas_file", "states": ["absent"]}, ONE])
    assert list(both) == sorted({*TABLES[ONE].methods, "environment.file.Delete", "environment.file.GetList"})


@pytest.mark.parametrize("module", ALL_TABLES)
def test_more_is_never_less(module: str) -> None:
    """An option more takes no method away, but where it says which of several is meant; all of them are the whole."""
    table = ALL_TABLES[module]
    groups = [
        *table.spec.rules.get("required_one_of", ()),
        *(rule[2] for rule in table.spec.rules.get("required_if", ())),
    ]
    roots = {name for group in groups for name in group}
    choosing = {name for name in table.options.values() if name.partition(".")[0] in roots}
    options = sorted(set(table.options.values()) - choosing)
    for states in [None, *([state] for state in table.states)]:
        base = set(table.needed(states, ()))
        assert [name for name in options if not base <= set(table.needed(states, [name]))] == []
    assert table.needed(table.states, [*options, *choosing]) == table.methods
    assert table.needed(table.states, options) == table.methods


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([], "permissions_for is empty; leave it out, or name modules, such as inet.elastic.paas_environment"),
        ([5], "permissions_for[0] must be the name of a module, or a mapping with module, states, options"),
        (
            [ONE, "paas_enviroment"],
            "permissions_for[1]: 'paas_enviroment' is not a module of this collection that calls ",
        ),
        (["paas_enviroment"], "did you mean paas_environment?"),
        (["inet.elastic.paas_tokens"], "permissions_for[0]: paas_tokens manages tokens, which no token may do, so it "),
        (
            ["community.dns.zone"],
            "known are paas_api, paas_account_info, paas_deployment, paas_env_group, paas_environment, ",
        ),
        ([{}], "permissions_for[0]: the name of a module is missing; give one, such as inet.elastic.paas_environment"),
        ([{"module": ONE, "state": ["started"]}], "'state' is not a member of such a mapping; did you mean states?"),
        ([{"module": ONE, "states": ["running"]}], "'running' is not a state of paas_environment; "),
        ([{"module": ONE, "states": ["start"]}], "did you mean started?"),
        ([{"module": ONE, "states": []}], "states is empty; leave it out, or name some of present, started, stopped,"),
        ([{"module": ONE, "options": ["node"]}], "'node' is not an option of paas_environment; did you mean nodes?"),
        ([{"module": ONE, "options": ["cloudlets"]}], "did you mean nodes.cloudlets?"),
        ([{"module": MANY, "options": ["environments"]}], "; see ansible-doc inet.elastic.paas_environments"),
        ([{"module": ONE, "always_running": "x"}], "permissions_for[0]: always_running must be true or false"),
        (
            [{"module": "paas_exec", "always_running": True}],
            "permissions_for[0]: always_running is for paas_environment and paas_environments; leave it out",
        ),
        ([{"module": ONE, "options": [1]}], "permissions_for[0]: options must be a list of names"),
        (
            [{"module": "paas_region_info", "states": ["x"]}],
            "paas_region_info has no option state, so states says nothing",
        ),
    ],
)
def test_slips_are_met_with_what_was_meant(entries: Any, message: str) -> None:
    """One line each, that begins with the place."""
    with pytest.raises(InputError) as caught:
        methods_for(entries)
    text = str(caught.value)
    assert message in text
    assert text.startswith("permissions_for")
    assert "\n" not in text


def test_what_a_user_names_is_normalised() -> None:
    """Blanks and repetitions go, aliases are the names that they stand for."""
    (use,) = uses_of(
        {"module": " inet.elastic.paas_environment ", "states": [" started", "started"], "options": "token"}
    )
    assert (use.module, use.states, use.options) == (ONE, ("started",), ("session",))
