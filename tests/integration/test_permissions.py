# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens of exactly the listed API methods suffice for every task, and each listed method is missed when it lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from paas_emulator import catalog

from ansible_collections.inet.elastic.plugins.module_utils._engine.permissions import Permission
from ansible_collections.inet.elastic.plugins.module_utils._resources.permissions_for import TABLES, Use
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.preflight import (
    NotReadyError,
    requirement_of,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.reader import read_templates, read_tokens
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken, TokenSet
from tests.certificates import pem_pair
from tests.integration.direct import Failed, perform
from tests.integration.permission_cases import EXPLAINING, LOOKED_UP, PermissionCase, all_cases
from tests.integration.permission_rig import Outcome, Rig
from tests.integration.support import Emulator

CASES = all_cases()
# Some platforms refuse it to every token, so that the module leaves the money out and says so.
TOLD_BY_WARNING = "billing.account.GetAccount"
# A token needs one method at least; no task calls this one.
UNRELATED = "environment.tracking.GetCurrentActions"


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """An emulated platform in this process."""
    certificate, key = pem_pair()
    rig = Rig()
    with pytest.MonkeyPatch.context() as patch:
        secrets = {"APP_SECRET": "the secret/of+an application", "APP_CERTIFICATE": certificate, "APP_KEY": key}
        for name, value in {**secrets, "OTHER_TOKEN": "not used"}.items():
            patch.setenv(name, value)
        yield rig
    rig.end()


def cases_of(module: str) -> list[PermissionCase]:
    """The cases of a module."""
    return [case for case in CASES if case.module == module]


@cache
def uses() -> dict[str, tuple[Use, set[str]]]:
    """Of each case by its name: the states and options that it has, and what these options stand for."""
    return {case.name: (case.use, TABLES[case.module].given(case.use.options or ())) for case in CASES}


def says_what_lacks(outcome: Outcome, method: str) -> bool:
    """Whether a user learns from it that the token lacks a method."""
    told = method == TOLD_BY_WARNING or outcome.result["failed"]
    return told and any(method in text and "(result 8202)" in text for text in outcome.texts)


def missed(rig: Rig, cases: list[PermissionCase], methods: Collection[str], method: str) -> bool:
    """Whether one of the cases, all of which pass with the methods, fails without this one, and says so."""
    rest = [other for other in methods if other != method] or [UNRELATED]
    calling = (case for case in cases if method in rig.run(case).calls)
    return any(says_what_lacks(rig.run(case, rest), method) for case in calling)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.module}: {case.name}")
def test_a_task_passes_with_what_is_listed(rig: Rig, case: PermissionCase) -> None:
    """With what the module can call, and with what its states and options ask for, it ends as with full rights."""
    full = rig.run(case)
    if case.message is None:
        assert not full.result["failed"], full.result
    else:
        assert case.message in full.result["msg"]
    explaining = EXPLAINING.get(case.module, frozenset()) & set(full.calls) if case.message else set()
    on_request = {row.method for row in TABLES[case.module].permissions if row.on_request}
    for methods in ({*Use(case.module).methods, *on_request, *explaining}, {*case.use.methods, *explaining}):
        exact = rig.run(case, methods)
        assert exact.refused == (), methods
        assert exact.gist == full.gist, methods
        assert set(exact.calls) <= methods
    if explaining - set(case.use.methods):
        bare = rig.run(case, case.use.methods)
        assert set(bare.refused) == explaining - set(case.use.methods)
        assert bare.gist[:2] == full.gist[:2]
    foreseen = rig.run(case, case.use.methods, check=True)
    assert set(foreseen.refused) <= {LOOKED_UP}
    assert foreseen.result["changed"] == full.result["changed"] or case.message


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name.startswith("running: ")], ids=lambda case: case.name
)
def test_an_environment_that_runs_needs_no_start(rig: Rig, case: PermissionCase) -> None:
    """With always_running a task ends as with full rights."""
    exact = rig.run(case, replace(case.use, always_running=True).methods)
    assert (exact.refused, exact.gist) == ((), rig.run(case).gist)


@pytest.mark.parametrize(("module", "method"), [(name, method) for name in TABLES for method in TABLES[name].methods])
def test_each_method_is_missed(rig: Rig, module: str, method: str) -> None:
    """Without any one of them some task of the module fails, with the result 8202 and the method's name."""
    assert missed(rig, cases_of(module), TABLES[module].methods, method)


@pytest.mark.parametrize(("module", "state"), [(name, state) for name in TABLES for state in TABLES[name].states])
def test_each_state_has_its_own_list(rig: Rig, module: str, state: str) -> None:
    """It suffices for tasks of that state without other options, and each of its methods is missed when it lacks."""
    methods = Use(module, (state,)).methods
    fitting = [
        case for case in cases_of(module) if case.use.states == (state,) and set(case.use.methods) <= set(methods)
    ]
    assert fitting
    for case in fitting:
        assert rig.run(case, methods).gist == rig.run(case).gist, case.name
    assert [method for method in methods if not missed(rig, fitting, methods, method)] == []


@cache
def conditions(module: str) -> list[tuple[Permission, str | None, str | None]]:
    """Each row of a table with each of its options, or, where it has none, with each of its states."""
    rows: list[tuple[Permission, str | None, str | None]] = []
    for row in TABLES[module].permissions:
        rows += [(row, None, option) for option in sorted(row.options)]
        if not row.options:
            rows += [(row, state, None) for state in sorted(row.states)] or [(row, None, None)]
    return rows


@pytest.mark.parametrize("module", TABLES)
def test_each_condition_has_a_case(rig: Rig, module: str) -> None:
    """No state and no option brings a method in vain: some task calls it for that state, or that option alone."""

    def shows(case: PermissionCase, row: Permission, state: str | None, option: str | None) -> bool:
        use, given = uses()[case.name]
        return (
            row.method in rig.run(case).calls
            and row.serves(use.states or (), given)
            and (state is None or use.states == (state,))
            and (option is None or given & row.options == {option})
        )

    unproved = [
        (row.method, state or option)
        for row, state, option in conditions(module)
        if not any(shows(case, row, state, option) for case in cases_of(module))
    ]
    assert unproved == []


def test_a_token_holds_exactly_what_is_listed(rig: Rig) -> None:
    """What the proof relies on: the platform grants what it is asked for, and nothing else."""
    methods = TABLES["paas_exec"].methods
    assert rig.granted(methods) == set(methods)


def test_a_wrong_table_would_be_noticed(rig: Rig) -> None:
    """A list that lacks a method makes a task fail, and a method without a use is not missed."""
    case = next(case for case in CASES if case.name == "stopped from started")
    lacking = rig.run(case, ["environment.control.GetEnvInfo"])
    assert lacking.refused == ("environment.control.StopEnv",)
    assert says_what_lacks(lacking, "environment.control.StopEnv")
    assert lacking.gist != rig.run(case).gist
    assert not missed(rig, cases_of("paas_exec"), [*TABLES["paas_exec"].methods, UNRELATED], UNRELATED)


# -- the option of the token modules --------------------------------------------------------------------------------

STATES = {"module": "inet.elastic.paas_environment", "states": ["started", "stopped"]}
STATE_METHODS = [f"environment.control.{name}" for name in ("GetEnvInfo", "StartEnv", "StopEnv")]


def declared(emulator: Emulator, **options: Any) -> dict[str, Any]:
    """A token of this declaration."""
    return perform(OneToken(), emulator, description="small", return_value=True, **options)


def test_permissions_for_resolves_to_methods(emulator: Emulator) -> None:
    """They are granted as if they had been named, so that a second run changes nothing, and either way is the same."""
    made = declared(emulator, permissions_for=[STATES])
    assert made["token"]["api_methods"] == STATE_METHODS
    assert emulator.writes.count("users.authentication.CreateToken") == 1
    emulator.forget()
    for again in ({"permissions_for": [STATES]}, {"api_methods": [*STATE_METHODS]}):
        assert declared(emulator, **again)["changed"] is False
    assert [name for name in emulator.writes if name.endswith("Token")] == []
    session = made["value"]
    assert emulator.call("environment.control.GetEnvInfo", session=session, envName="none")["result"] == 11
    assert emulator.call("environment.control.DeleteEnv", session=session, envName="none")["result"] == 8202


def test_permissions_for_is_added_to_methods(emulator: Emulator) -> None:
    """Together with ``api_methods`` both are granted, each once."""
    made = declared(emulator, permissions_for=[STATES], api_methods=["env.control.GetEnvs", "env.control.StopEnv"])
    assert made["token"]["api_methods"] == [STATE_METHODS[0], "environment.control.GetEnvs", *STATE_METHODS[1:]]


def test_private_methods_are_granted(emulator: Emulator) -> None:
    """Those for SSH keys, which the platform lists only among the private ones."""
    made = declared(emulator, permissions_for=["paas_ssh_key"])
    assert made["token"]["api_methods"] == [
        f"management.account.{name}" for name in ("AddSSHKey", "DeleteSSHKey", "GetSSHKeys")
    ]


def test_entries_of_a_set_take_it(emulator: Emulator) -> None:
    """Each by itself."""
    entries = [{"description": name, "permissions_for": [name]} for name in ("paas_region_info", "paas_exec")]
    made = perform(TokenSet(), emulator, tokens=entries, return_value=True)
    assert [token["api_methods"] for token in made["tokens"]] == [
        list(TABLES[name].methods) for name in ("paas_region_info", "paas_exec")
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"permissions_for": ["paas_enviroment"]}, "'paas_enviroment' is not a module of this collection that"),
        ({"permissions_for": ["paas_token"]}, "permissions_for[0]: paas_token manages tokens, which no token may do"),
        ({"permissions_for": []}, "permissions_for is empty; leave it out, or name modules"),
        ({"permissions_for": ["paas_exec"], "template": "Marketplace"}, "either template or permissions_for, not both"),
    ],
)
def test_what_cannot_be_is_refused_before_any_call(emulator: Emulator, options: dict[str, Any], message: str) -> None:
    """With one line."""
    with pytest.raises(Failed) as caught:
        declared(emulator, **options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert emulator.methods == []


def test_a_method_that_the_platform_does_not_offer_is_named(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's own list decides, as for methods that are given by name."""
    offered = [facts for facts in catalog.grantable() if facts.name != "environment.control.StopEnv"]
    monkeypatch.setattr(catalog, "grantable", lambda: offered)
    with pytest.raises(Failed, match=r"'environment\.control\.StopEnv' is not a method that a token can be granted"):
        rig.perform(OneToken(), description="small", return_value=True, permissions_for=[STATES])


# -- before a play begins -------------------------------------------------------------------------------------------


def test_tokens_are_judged_by_what_the_platform_lists(rig: Rig) -> None:
    """What lacks is what the platform would refuse; of a template, by the methods that the platform lists for it."""
    whole = {"require_permissions_for": ["paas_environment_info"], "require_validity": "1h", "gather": ["tokens"]}
    client = rig.client(rig.session)
    tokens: dict[str, dict[str, Any]] = {
        "small": {"permissions_for": [{"module": "paas_environment_info", "options": []}]},
        "narrow": {"template": "Marketplace"},
        "brief": {"template": "Extended Access", "expires_in": "30m"},
    }
    for description, more in tokens.items():
        rig.perform(OneToken(), description=description, return_value=True, **more)
    rig.platform.journal.clear()

    def complaint(description: str) -> str:
        requirement = requirement_of({**whole, "description": [description]})
        assert requirement is not None
        try:
            requirement.check(read_tokens(client), rig.platform.clock.now(), lambda: read_templates(client))
        except NotReadyError as error:
            return str(error)
        return ""

    assert complaint("small").startswith("token 'small' does not grant environment.control.GetEnvInfo; add them with")
    assert complaint("narrow") == ""
    assert complaint("brief").startswith("token 'brief' is valid until ")
    assert rig.writes() == []
