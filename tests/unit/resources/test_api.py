# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calling any method: reads and changes are told apart, and secrets stay out of answers and messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from paas_emulator import catalog

from ansible_collections.inet.elastic.plugins.module_utils._client.catalogue import KNOWN_READS, KNOWN_WRITES
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._client.methods import READS
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._resources.api import Api, DesiredCall
from ansible_collections.inet.elastic.plugins.module_utils._resources.permissions_for import methods_for
from tests.unit.resources.watched_platform import WatchedPlatform

STOP = "environment.control.StopEnv"
SECRET = "made-up-and-long"


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform with one environment."""
    watched = WatchedPlatform()
    watched.run(
        Api(),
        method="environment.control.CreateEnvironment",
        parameters={"env": {"shortdomain": "my-shop"}, "nodes": [{"nodeType": "nginxphp", "nodeGroup": "cp"}]},
    )
    yield watched
    watched.end()


def desired(**options: Any) -> DesiredCall:
    """Return the call that options describe."""
    defaults: dict[str, Any] = {"parameters": {}, "changes": None, "sensitive": [], "wait_timeout": 600}
    return Api().desired({**defaults, **options})


def test_the_catalogue_is_that_of_the_emulator() -> None:
    """Every method, and whether it changes something; what the client repeats is among the methods that read."""
    facts = catalog.methods().values()
    assert {method.name for method in facts if method.write} == KNOWN_WRITES
    assert {method.name for method in facts if not method.write} == KNOWN_READS
    assert READS <= KNOWN_READS


def test_a_change(platform: WatchedPlatform) -> None:
    """It is sent once, with a long time for the answer, and is a change."""
    result = platform.run(Api(), method=STOP, parameters={"envName": "my-shop", "unset": None})
    assert platform.sent == [("stopenv", {"envName": "my-shop"})]
    assert platform.timeouts == [600]
    assert (result["changed"], result["method"], result["answer"]["result"]) == (True, STOP, 0)
    assert "diff" not in result


def test_a_change_in_check_mode(platform: WatchedPlatform) -> None:
    """Nothing is sent, and the result has the same keys."""
    result = platform.run(Api(), check=True, method=STOP, parameters={"envName": "my-shop"})
    assert platform.sent == []
    assert (result["changed"], result["method"], result["answer"]) == (True, STOP, None)


@pytest.mark.parametrize("check", [True, False])
def test_a_read(platform: WatchedPlatform, check: bool) -> None:
    """It is sent in check mode, too, by any spelling, and changes nothing."""
    result = platform.run(
        Api(), check=check, method="/1.0/env/control/rest/getenvinfo", parameters={"envName": "my-shop"}
    )
    assert platform.methods == ["getenvinfo"]
    assert (result["changed"], result["method"]) == (False, "environment.control.GetEnvInfo")
    assert result["answer"]["env"]["envName"] == "my-shop"


def test_structures_become_json(platform: WatchedPlatform) -> None:
    """As the platform wants them; booleans and numbers become text."""
    platform.run(
        Api(), check=True, method="environment.control.GetEnvs", parameters={"a": [1, {"b": None}], "c": True, "d": 1.5}
    )
    assert platform.sent == [("getenvs", {"a": '[1,{"b":null}]', "c": "true", "d": "1.5"})]


def test_a_read_is_repeated_and_a_change_is_not(platform: WatchedPlatform) -> None:
    """A lost answer to a change says what to do."""
    platform.cuts["getnodegroups"] = "after"
    platform.run(Api(), method="environment.control.GetNodeGroups", parameters={"envName": "my-shop"})
    assert platform.methods == ["getnodegroups", "getnodegroups"]
    platform.cuts["stopenv"] = "after"
    with pytest.raises(Failed) as caught:
        platform.run(Api(), method=STOP, parameters={"envName": "my-shop"})
    assert platform.methods == ["stopenv"]
    assert caught.value.result["failure"]["kind"] == "answer_lost"
    assert caught.value.result["msg"].endswith("; check whether the call was carried out before you run the task again")


def test_a_refusal_names_the_method(platform: WatchedPlatform) -> None:
    """With the code of the platform, and nothing done."""
    with pytest.raises(Failed) as caught:
        platform.run(Api(), method=STOP, parameters={"envName": "nowhere"})
    result = caught.value.result
    assert (result["failure"]["kind"], result["failure"]["method"], result["steps_done"]) == ("refused", STOP, [])


def test_what_the_task_says_counts(platform: WatchedPlatform) -> None:
    """More than what is known of the method."""
    parameters = {"envName": "my-shop"}
    assert platform.run(Api(), check=True, method=STOP, parameters=parameters, changes=False)["changed"] is False
    assert platform.methods == ["stopenv"]
    result = platform.run(Api(), check=True, method="environment.control.GetEnvInfo", changes=True)
    assert (result["changed"], platform.methods) == (True, [])


def test_secrets_are_in_no_answer(platform: WatchedPlatform) -> None:
    """Those of the task, and texts that look like a session, whatever their names are."""
    platform.answers["getenvs"] = {
        "result": 0,
        "infos": [{"echo": f"it was {SECRET}", SECRET: platform.session, "number": 987654321, "plain": "kept\ntext"}],
        "other": "0123456789abcdef0123456789abcdef01234567",
    }
    result = platform.run(
        Api(),
        method="environment.control.GetEnvs",
        parameters={"key": {"deep": [SECRET, 987654321, True]}},
        sensitive=["key"],
    )
    assert result["answer"] == {
        "result": 0,
        "infos": [{"echo": "it was ********", "********": "********", "number": "********", "plain": "kept\ntext"}],
        "other": "********",
    }


def test_secrets_are_in_no_message(platform: WatchedPlatform) -> None:
    """Also if the platform repeats them."""
    platform.answers["stopenv"] = {"result": 3, "error": f"what is {SECRET}"}
    with pytest.raises(Failed) as caught:
        platform.run(Api(), method=STOP, parameters={"envName": SECRET}, sensitive=["envName"])
    assert SECRET not in str(caught.value.result)
    assert "what is ********" in caught.value.result["msg"]


def test_nothing_is_shown_of_parameters() -> None:
    """A call is not shown by its representation."""
    assert SECRET not in repr(desired(method=STOP, parameters={"envName": SECRET}, sensitive=["envName"]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"method": "environment.file.GetLists"},
            "method: environment.file.GetLists is not known; did you mean environment.export.GetList or "
            "environment.file.GetList or marketplace.app.GetList?; "
            "to call it all the same, set changes to whether it changes something",
        ),
        (
            {"method": "environment.control.Vanish"},
            "method: environment.control.Vanish is not known; "
            "to call it all the same, set changes to whether it changes something",
        ),
        (
            {"method": "env.control.StopEnvs"},
            "method: environment.control.StopEnvs is not known; did you mean environment.control.StopEnv?; "
            "to call it all the same, set changes to whether it changes something",
        ),
        (
            {"method": "StopEnv", "changes": True},
            "method: 'StopEnv' is not written as NAMESPACE.SERVICE.METHOD; did you mean environment.control.StopEnv?",
        ),
        (
            {"method": "environment.control.?", "changes": True},
            "method: 'environment.control.?' is not written as NAMESPACE.SERVICE.METHOD; "
            "such as environment.control.StopEnv",
        ),
        (
            {"method": "users.authentication.signin"},
            "method: users.authentication.Signin answers with a secret or ends the session of the task; "
            "use inet.elastic.paas_session",
        ),
        (
            {"method": "users.authentication.RegenerateToken"},
            "method: users.authentication.RegenerateToken answers with a secret or ends the session of the task; "
            "use inet.elastic.paas_token",
        ),
        ({"parameters": {"Session": "x"}}, "parameters: give the session as the option session"),
        (
            {"parameters": {"password": "x"}, "sensitive": ["pasword"]},
            "sensitive: 'pasword' is not in parameters; did you mean password?",
        ),
        ({"wait_timeout": 0}, "wait_timeout must be above 0 seconds"),
    ],
)
def test_slips(options: dict[str, Any], message: str) -> None:
    """One line says what is wrong and what to do."""
    with pytest.raises(InputError) as caught:
        desired(**{"method": STOP, **options})
    assert str(caught.value) == message


@pytest.mark.parametrize("changes", [True, False])
def test_a_method_that_is_not_known(changes: bool) -> None:
    """The task has to say what it is, and then it is called as it is written."""
    call = desired(method="env.Control.BrandNew", changes=changes)
    assert (call.method, call.changes) == ("environment.control.BrandNew", changes)


def test_permissions() -> None:
    """A token for such a task needs the methods that the task names."""
    entry = {"module": "inet.elastic.paas_api", "methods": ["env.control.stopenv", "environment.control.GetEnvInfo"]}
    assert methods_for([entry]) == ("environment.control.GetEnvInfo", STOP)
    assert methods_for([entry, "paas_region_info"])[1] == "environment.control.GetRegions"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "paas_api",
            "permissions_for[0]: paas_api calls any method, so name the methods: "
            "{module: paas_api, methods: [environment.control.StopEnv]}",
        ),
        (
            {"module": "paas_api", "states": ["present"]},
            "permissions_for[0]: name methods for paas_api, not states or options",
        ),
        (
            {"module": "paas_api", "methods": ["environment.control.StopEnvs"]},
            "permissions_for[0]: 'environment.control.StopEnvs' is not a known method; did you mean "
            "environment.control.StopEnv?",
        ),
        (
            {"module": "paas_api", "methods": ["x.y.Z"]},
            "permissions_for[0]: 'x.y.Z' is not a known method; give a method without documentation in api_methods",
        ),
        (
            {"module": "paas_api", "methods": ["users.authentication.GetTokens"]},
            "permissions_for[0]: no token may call users.authentication.GetTokens, so it needs login and password; "
            "leave it out",
        ),
        (
            {"module": "paas_exec", "methods": [STOP]},
            "permissions_for[0]: methods is for paas_api; name states or options of paas_exec",
        ),
    ],
)
def test_slips_of_permissions(entry: Any, message: str) -> None:
    """Before any call."""
    with pytest.raises(InputError) as caught:
        methods_for([entry])
    assert str(caught.value) == message
