# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flow against a platform in memory: exact calls, results, lost answers, waiting on a clock that does not wait."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from tests.integration.scenario import differences
from tests.unit.resources.environment_platform import (
    BROKEN,
    CREATING,
    DELETING,
    DOWN,
    LAUNCHING,
    NODES,
    RUNNING,
    SLEEP,
    Platform,
    busy,
    run,
)

GET = "environment.control.GetEnvInfo"


def task(platform: Platform, **given: Any) -> dict[str, Any]:
    """Run a task about shop1."""
    return run(OneEnvironment(), platform, name="shop1", **given)


def failure(platform: Platform, **given: Any) -> dict[str, Any]:
    """Run a task that fails, and give what the user gets."""
    with pytest.raises(Failed) as caught:
        task(platform, **given)
    assert "\n" not in caught.value.result["msg"]
    return caught.value.result


def test_unchanged_is_one_call(platform: Platform) -> None:
    """With a token as session."""
    platform.add("shop1", displayName="Shop")
    result = task(platform, state="started", display_name="Shop", nodes=NODES, region="region-a")
    assert result["api_calls"] == {GET: 1}
    assert result["changed"] is False
    assert result["warnings"] == []
    assert platform.calls == [("getenvinfo", {"envName": "shop1"})]


def test_create_stopped(platform: Platform) -> None:
    """Created, then stopped, then read back once; the second run only reads."""
    given = {"state": "stopped", "display_name": "Shop", "env_groups": ["a/b"], "nodes": NODES, "ssl": True}
    result = task(platform, **given)
    assert platform.calls == [
        ("getenvinfo", {"envName": "shop1"}),
        (
            "createenvironment",
            {
                "env": '{"shortdomain":"shop1","displayName":"Shop","sslstate":true}',
                "nodes": '[{"nodeGroup":"cp","nodeType":"docker","count":2,"flexibleCloudlets":8,"image":"app:1.0"}]',
                "envGroups": '["a/b"]',
            },
        ),
        ("stopenv", {"envName": "shop1"}),
        ("getenvinfo", {"envName": "shop1"}),
    ]
    assert result["changed"] is True
    assert result["environment"]["state"] == "stopped"
    assert result["environment"]["url"] == "https://shop1.paas.example.com"
    again = task(platform, **given)
    assert again["changed"] is False
    assert again["environment"] == result["environment"]
    assert len(platform.calls) == 5


def test_result_is_input(platform: Platform) -> None:
    """What a task returns can be declared, and changes nothing."""
    platform.add("shop1", SLEEP, displayName="Shop", engine="php8.1")
    shown = task(platform)["environment"]
    options = {name: shown[name] for name in OneEnvironment.spec.options if name in shown and name != "name"}
    settings = {"state", "display_name", "region", "ssl", "ha", "engine", "env_groups", "nodes"}
    assert set(options) == settings | {"domains", "endpoints", "firewall", "triggers"}
    result = task(platform, **options)
    assert (result["changed"], result["warnings"], platform.writes) == (False, [], [])


@pytest.mark.parametrize("code", [11, 901])
def test_absent_of_an_unknown_one(platform: Platform, code: int) -> None:
    """Nothing to do, and no error."""
    platform.refusals["getenvinfo"] = {"result": code, "error": "not there"}
    result = task(platform, state="absent")
    assert (result["changed"], result["environment"], result["api_calls"]) == (False, None, {GET: 1})


@pytest.mark.parametrize(
    ("confirm", "sent"),
    [("none", {}), ("name", {"password": "shop1"}), ("password", {"password": "s3cret-word"})],
)
def test_delete(platform: Platform, confirm: str, sent: dict[str, str]) -> None:
    """With the confirmation that is asked for."""
    platform.add("shop1", DOWN)
    result = task(platform, state="absent", delete_confirm=confirm, password="s3cret-word")
    assert platform.calls[1:] == [("deleteenv", {"envName": "shop1", **sent}), ("getenvinfo", {"envName": "shop1"})]
    assert (result["changed"], result["environment"]) == (True, None)


@pytest.mark.parametrize("code", [3, 801])
def test_delete_wants_confirmation(platform: Platform, code: int) -> None:
    """The refusal names the option."""
    platform.add("shop1")
    platform.refusals["deleteenv"] = {"result": code, "error": "no"}
    result = failure(platform, state="absent", password="s3cret-word")
    assert "or set delete_confirm, which is 'none', to what the hoster demands: password, name or none" in result["msg"]
    assert (result["failure"]["code"], result["changed"]) == (code, False)
    assert "s3cret-word" not in str(result)


def test_delete_by_someone_else_meanwhile(platform: Platform) -> None:
    """Gone is gone."""
    platform.add("shop1")
    platform.refusals["deleteenv"] = {"result": 11, "error": "not there"}
    # The other's deletion is complete by the time of our last look.
    platform.time.after[0.0] = lambda: None
    original = platform.post

    def post(url: str, fields: Any, timeout: Any) -> Any:
        if url.endswith("/deleteenv"):
            platform.environments.clear()
        return original(url, fields, timeout)

    platform.post = post  # type: ignore[method-assign] # the other client acts between two calls of this one
    assert task(platform, state="absent")["environment"] is None


def test_refused_in_mid_run(platform: Platform) -> None:
    """What was done before is told; no read-back hides the error."""
    platform.refusals["stopenv"] = {"result": 2212, "error": "Not allowed to execute this service"}
    result = failure(platform, state="stopped", nodes=NODES)
    assert result["steps_done"] == ["create environment 'shop1'"]
    assert (result["changed"], result["failure"]["code"]) == (True, 2212)
    assert "wait for the running operation" in result["msg"]


def test_refused_inside_success(platform: Platform) -> None:
    """The inner result counts: the name is taken by another account."""
    platform.refusals["createenvironment"] = {"result": 0, "response": {"result": 2314, "error": "name taken"}}
    result = failure(platform, nodes=NODES)
    assert "name taken" in result["msg"]
    assert (result["changed"], result["failure"]["code"], platform.writes) == (False, 2314, ["createenvironment"])


def test_success_that_is_none(platform: Platform) -> None:
    """The platform says yes and does nothing."""
    platform.add("shop1")
    platform.refusals["stopenv"] = {"result": 0}
    result = failure(platform, state="stopped")
    assert result["failure"]["kind"] == "unexpected_answer"
    assert "environment 'shop1' is running and not as asked for" in result["msg"]


# -- waiting -------------------------------------------------------------------------------------------------------


def test_waits_before_planning(platform: Platform) -> None:
    """First fully, then lightly until it is stable, then fully again; then the plan."""
    busy(platform, LAUNCHING, then=RUNNING, seconds=100)
    result = task(platform, state="stopped")
    full, light = ("getenvinfo", {"envName": "shop1"}), ("getenvinfo", {"envName": "shop1", "lazy": "true"})
    before = platform.calls.index(("stopenv", {"envName": "shop1"}))
    assert platform.calls[0] == platform.calls[before - 1] == full
    assert set(map(str, platform.calls[1 : before - 1])) == {str(light)}
    assert result["environment"]["state"] == "stopped"
    assert 100 <= platform.time.now < 112


def test_waits_for_a_deletion(platform: Platform) -> None:
    """Someone else deletes it: nothing is left to do."""
    busy(platform, DELETING, then=None, seconds=30)
    result = task(platform, state="absent")
    assert (result["changed"], result["environment"], platform.writes) == (False, None, [])


def test_wait_timeout(platform: Platform) -> None:
    """The error carries the last status; nothing was written."""
    busy(platform, CREATING, then=RUNNING, seconds=1000)
    result = failure(platform, state="stopped", wait_timeout=50)
    assert result["failure"]["kind"] == "wait_timeout"
    assert result["msg"].startswith("environment 'shop1' is still creating after waiting 50 seconds")
    assert (platform.time.now, platform.writes, result["changed"]) == (50, [], False)


def test_without_waiting(platform: Platform) -> None:
    """The status is reported where it leads to the wanted one, and refused where it does not."""
    busy(platform, LAUNCHING, then=RUNNING, seconds=1000)
    result = task(platform, state="started", wait=False)
    assert (result["changed"], result["environment"]["status"]) == (False, "launching")
    assert result["environment"]["state"] == "present"
    refused = failure(platform, state="stopped", wait=False)
    assert (refused["failure"]["kind"], platform.writes, platform.time.now) == ("status", [], 0)


def test_patience(platform: Platform) -> None:
    """An operation may answer within wait_timeout, other calls within timeout."""
    task(platform, state="stopped", nodes=NODES, wait_timeout=300)
    task(platform, state="started", display_name="x", wait=False, wait_timeout=300)
    assert platform.timeouts == [
        ("getenvinfo", 60.0),
        ("createenvironment", 300),
        ("stopenv", 300),
        ("getenvinfo", 60.0),
        ("getenvinfo", 60.0),
        ("setenvdisplayname", 60.0),
        ("startenv", 60.0),
        ("getenvinfo", 60.0),
    ]


# -- lost answers --------------------------------------------------------------------------------------------------

WRITES = [
    (None, {"nodes": NODES}, "createenvironment"),
    (RUNNING, {"state": "stopped"}, "stopenv"),
    (RUNNING, {"state": "sleeping"}, "sleepenv"),
    (SLEEP, {"state": "started"}, "startenv"),
    (DOWN, {"state": "absent"}, "deleteenv"),
    (RUNNING, {"display_name": "Shop"}, "setenvdisplayname"),
]


@pytest.mark.parametrize(("status", "given", "method"), WRITES)
@pytest.mark.parametrize("wait", [True, False])
def test_cut_after_the_work(
    platform: Platform, status: int | None, given: dict[str, Any], method: str, wait: bool
) -> None:
    """Done; sent once; seen by one light look and the usual one."""
    if status:
        platform.add("shop1", status)
    platform.faults[method] = "after"
    result = task(platform, wait=wait, **given)
    assert platform.methods == ["getenvinfo", method, "getenvinfo", "getenvinfo"]
    assert platform.calls[2][1] == {"envName": "shop1", "lazy": "true"}
    assert result["changed"] is True
    assert task(platform, **given)["changed"] is False


@pytest.mark.parametrize(("status", "given", "method"), WRITES)
@pytest.mark.parametrize("wait", [True, False])
def test_cut_before_the_work(
    platform: Platform, status: int | None, given: dict[str, Any], method: str, wait: bool
) -> None:
    """Not done: an error that says so; sent once."""
    if status:
        platform.add("shop1", status)
    platform.faults[method] = "before"
    result = failure(platform, wait=wait, **given)
    assert platform.writes == [method]
    assert (result["failure"]["kind"], result["changed"], result["steps_done"]) == ("answer_lost", False, [])
    assert "so it is not done, or not yet: " in result["msg"]
    assert "run the task again" in result["msg"]


@pytest.mark.parametrize(("status", "given", "method"), WRITES[:5])
def test_cut_while_the_work_goes_on(platform: Platform, status: int | None, given: dict[str, Any], method: str) -> None:
    """Waited for, without sending anything again."""
    if status:
        platform.add("shop1", status)
    platform.faults[method] = 120.0
    result = task(platform, **given)
    assert platform.writes == [method]
    assert result["changed"] is True
    assert 120 <= platform.time.now < 132
    assert task(platform, **given)["changed"] is False


def test_cut_while_the_work_goes_on_too_long(platform: Platform) -> None:
    """The error says what is still going on, and that something was begun."""
    platform.add("shop1")
    platform.faults["stopenv"] = 1000.0
    original = platform.post

    def post(url: str, fields: Any, timeout: Any) -> Any:
        if url.endswith("/stopenv"):
            platform.time.pause(45)
        return original(url, fields, timeout)

    platform.post = post  # type: ignore[method-assign] # the answer is awaited for a while before it is lost
    result = failure(platform, state="stopped", wait_timeout=60)
    assert result["failure"]["kind"] == "wait_timeout"
    assert result["msg"].startswith("environment 'shop1' is still stopping after 60 seconds")
    assert platform.time.now == 60
    assert result["steps_done"] == ["stop environment 'shop1' (still going on)"]
    assert result["changed"] is True
    assert platform.writes == ["stopenv"]


def test_cut_without_waiting(platform: Platform) -> None:
    """The running operation is reported; nobody polls."""
    platform.add("shop1")
    platform.faults["stopenv"] = 1000.0
    result = task(platform, state="stopped", wait=False)
    assert (result["changed"], result["environment"]["status"]) == (True, "stopping")
    assert platform.methods == ["getenvinfo", "stopenv", "getenvinfo", "getenvinfo"]
    assert platform.time.now == 0


def test_cut_without_waiting_before_more_steps(platform: Platform) -> None:
    """What could not be begun is an error that names it."""
    platform.faults["createenvironment"] = 1000.0
    result = failure(platform, state="stopped", nodes=NODES, wait=False)
    assert "is creating and the task does not wait, so this is still to do: stop environment 'shop1'" in result["msg"]
    assert result["steps_done"] == ["create environment 'shop1'"]
    assert platform.writes == ["createenvironment"]


def test_creation_ends_broken(platform: Platform) -> None:
    """After a lost answer, a broken environment is not what was asked for."""
    platform.faults["createenvironment"] = "after"
    original = platform.post

    def post(url: str, fields: Any, timeout: Any) -> Any:
        for info in platform.environments.values():
            info["env"]["status"] = BROKEN
        return original(url, fields, timeout)

    platform.post = post  # type: ignore[method-assign] # the environment breaks between two calls
    result = failure(platform, nodes=NODES)
    assert "environment 'shop1' is broken, so it is not done, or not yet: create environment 'shop1'" in result["msg"]


def test_lost_and_then_unreadable(platform: Platform) -> None:
    """Where the look fails, too, both failures are told."""
    platform.add("shop1")
    platform.faults["stopenv"] = "before"
    original = platform.post

    def post(url: str, fields: Any, timeout: Any) -> Any:
        if platform.writes:
            platform.refusals["getenvinfo"] = {"result": 702, "error": "session ended"}
        return original(url, fields, timeout)

    platform.post = post  # type: ignore[method-assign] # the session ends after the write
    result = failure(platform, state="stopped")
    assert result["failure"]["kind"] == "answer_lost"
    assert "the connection was cut; whether the change was made could not be seen" in result["msg"]
    assert "session ended" in result["msg"]


# -- check mode ----------------------------------------------------------------------------------------------------

ALONE = ("domain", "url", "appid", "owner_uid", "created_on", "node_list", "region")


@pytest.mark.parametrize(("status", "given", "_method"), WRITES)
def test_check_mode(platform: Platform, status: int | None, given: dict[str, Any], _method: str) -> None:
    """Writes nothing and tells the result, but for what the platform alone knows of a new environment."""
    if status:
        platform.add("shop1", status)
    predicted = task(platform, check_mode=True, **given)
    assert platform.writes == []
    real = task(platform, **given)
    assert predicted.keys() == real.keys()
    assert (predicted["changed"], predicted["diff"]) == (real["changed"], real["diff"])
    assert differences(predicted["environment"], real["environment"]) == []
    if status is None:
        assert [predicted["environment"][name] for name in ALONE] == [None] * len(ALONE)
        assert None not in [real["environment"][name] for name in ALONE]
