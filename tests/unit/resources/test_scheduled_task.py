# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of the scheduler: exact calls, what is left alone, tasks of one name, lost answers, and when they run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.scheduled_task import Scheduler
from tests.unit.resources.watched_platform import WatchedPlatform

LIST: tuple[str, dict[str, str]] = ("gettasks", {})
SECRET = "a secret of a task"
STOP: dict[str, Any] = {"name": "evening", "environment": "my-shop", "action": "stop", "cron": "0 0 22 * * ?"}
SENT = {"script": "environment.control.StopEnv", "trigger": "cron:0 0 22 * * ?", "description": "evening"}
RESTART: dict[str, Any] = {
    "name": "restart",
    "method": "environment.control.RestartNodes",
    "parameters": {"nodeGroup": SECRET, "envName": "my-shop"},
    "at": "2099-01-31T22:00:05+01:00",
}
GONE: dict[str, Any] = {"name": "evening", "environment": "my-shop", "state": "absent"}


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform with one environment."""
    watched = WatchedPlatform()
    watched.run(OneEnvironment(), name="my-shop", nodes=[{"node_group": "cp", "node_type": "tomcat"}])
    watched.writes()
    yield watched
    watched.end()


def options(given: dict[str, Any], **other: Any) -> dict[str, Any]:
    """The options of a task with others in their place; None leaves one out."""
    return {name: value for name, value in {**given, **other}.items() if value is not None}


def stored(platform: WatchedPlatform) -> dict[int, tuple[str | None, str]]:
    """The environments and triggers of all tasks."""
    return {number: (task["envName"], task["trigger"]) for number, task in platform.platform.store.tasks.items()}


def twice(platform: WatchedPlatform, **other: Any) -> None:
    """Another run creates a task of the same name at the same moment, a little earlier."""
    first = dict(platform.platform.store.tasks[1])
    platform.platform.store.tasks[2] = {**first, "id": 2}
    platform.platform.store.tasks[1] = {**first, **other}


def test_create(platform: WatchedPlatform) -> None:
    result = platform.predicts(Scheduler(), **{**STOP, "environment": " My-Shop", "cron": " 0 0 22 *  * ? "})
    assert platform.sent == [
        LIST,
        ("getenvinfo", {"envName": "my-shop", "lazy": "true"}),
        ("createenvtask", {"envName": "my-shop", **SENT}),
        LIST,
    ]
    assert result["scheduled_task"] == {
        **{"id": 1, "name": "evening", "environment": "my-shop", "method": "environment.control.StopEnv"},
        **{"cron": "0 0 22 * * ?", "at": None, "parameters": []},
    }
    assert result["steps"] == ["create the scheduled task 'evening' of environment 'my-shop'"]


def test_a_task_of_the_account_that_runs_once(platform: WatchedPlatform) -> None:
    """The moment is one that can be compared later, and no value of a parameter is shown."""
    result = platform.predicts(Scheduler(), **RESTART)
    params = json.dumps(RESTART["parameters"], sort_keys=True)
    sent = {"script": RESTART["method"], "trigger": "cron:5 0 21 31 1 ? 2099", "description": "restart"}
    assert platform.sent == [LIST, ("createaccounttask", {**sent, "params": params}), LIST]
    task = {"environment": None, "at": "2099-01-31T21:00:05Z", "cron": None, "parameters": ["envName", "nodeGroup"]}
    assert {name: result["scheduled_task"][name] for name in task} == task
    assert SECRET not in json.dumps(result)


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({"cron": "0 0 23 * * ?"}, {"trigger": "cron:0 0 23 * * ?"}),
        ({"action": "sleep"}, {"script": "environment.control.SleepEnv"}),
        ({"parameters": {"a": 2}}, {"params": '{"a": 2}'}),
        ({"parameters": {}}, {"params": "{}"}),
    ],
)
def test_change(platform: WatchedPlatform, given: dict[str, Any], changed: dict[str, str]) -> None:
    """All that is known goes along, as it is not documented what becomes of what is left out."""
    platform.run(Scheduler(), **STOP, parameters={"a": 1})
    result = platform.predicts(Scheduler(), **{**STOP, **given})
    assert platform.sent == [LIST, ("edittask", {"id": "1", **SENT, "params": '{"a": 1}', **changed}), LIST]
    assert result["diff"]["before"] != result["diff"]["after"]


def test_the_same_name_elsewhere_is_another_task(platform: WatchedPlatform) -> None:
    platform.run(Scheduler(), **options(STOP, environment=None, action=None, method="users.account.getuserinfo"))
    platform.predicts(Scheduler(), **STOP)
    platform.predicts(Scheduler(), **GONE)
    assert list(stored(platform)) == [1]


@pytest.mark.parametrize(
    "row",
    [
        {"trigger": '{"cron": "0 0 22 * * ?"}'},
        {"trigger": " cron: 0 0  22 * * ? "},
        {"script": "environment.control.stopenv"},
        {"params": '{"left": "alone"}'},
        {"params": {"left": "alone"}},
        {"envName": "MY-SHOP"},
        {"id": "7"},
    ],
)
def test_answers_in_other_forms(platform: WatchedPlatform, row: dict[str, Any]) -> None:
    task = {"id": 7, "envName": "my-shop", **SENT, "params": None}
    platform.answers["gettasks"] = {"result": 0, "objects": [{**task, **row}]}
    result = platform.run(Scheduler(), **STOP)
    assert (result["changed"], result["scheduled_task"]["id"], platform.sent) == (False, 7, [LIST])


def test_remove(platform: WatchedPlatform) -> None:
    """All of the name go by one call."""
    platform.run(Scheduler(), **STOP)
    twice(platform, trigger="cron:0 0 23 * * ?")
    result = platform.predicts(Scheduler(), **GONE)
    assert platform.sent == [LIST, ("deletetasks", {"ids": "1,2"}), LIST]
    assert (result["scheduled_task"], result["diff"]["after"], stored(platform)) == (None, {}, {})


# -- several hands ----------------------------------------------------------------------------------------------------


def test_two_runs_at_one_moment(platform: WatchedPlatform) -> None:
    """The later task goes; both steps are shown."""
    platform.after["createenvtask"] = lambda: twice(platform)
    result = platform.run(Scheduler(), **STOP)
    assert platform.sent[3:] == [LIST, ("deletetasks", {"ids": "2"}), LIST]
    assert result["steps"] == [
        "create the scheduled task 'evening' of environment 'my-shop'",
        "remove what does the same as the scheduled task 'evening' of environment 'my-shop'",
    ]
    assert (result["scheduled_task"]["id"], list(stored(platform))) == (1, [1])


def test_tasks_of_one_name_that_differ(platform: WatchedPlatform) -> None:
    """Nobody can know which of them is meant, so none is touched."""
    platform.run(Scheduler(), **STOP)
    twice(platform, trigger="cron:0 0 23 * * ?")
    result = platform.fails(Scheduler(), **STOP)
    assert result["msg"] == (
        "2 different tasks are the scheduled task 'evening' of environment 'my-shop' (ids 1, 2); remove all but one in "
        "the dashboard, or all with state: absent"
    )
    assert platform.sent == [LIST]


TASKS = [
    ("createenvtask", STOP | {"name": "new"}),
    ("createaccounttask", RESTART),
    ("edittask", {**STOP, "cron": "0 0 23 * * ?"}),
    ("edittask", {**STOP, "parameters": {"a": 2}}),
    ("deletetasks", GONE),
]


@pytest.mark.parametrize("cut", ["before", "after"])
@pytest.mark.parametrize(("method", "given"), TASKS)
def test_a_lost_answer(platform: WatchedPlatform, method: str, given: dict[str, Any], cut: str) -> None:
    """The tasks are read, and the change is not sent again."""
    platform.run(Scheduler(), **STOP)
    platform.cuts[method] = cut
    if cut == "after":
        assert platform.run(Scheduler(), **given)["changed"] is True
    else:
        result = platform.fails(Scheduler(), **given)
        assert (result["failure"]["kind"], result["changed"]) == ("answer_lost", False)
        assert "it is not done, or not yet: " in result["msg"]
    assert platform.methods.count(method) == 1


@pytest.mark.parametrize(("method", "given"), TASKS)
def test_success_that_is_none(platform: WatchedPlatform, method: str, given: dict[str, Any]) -> None:
    platform.run(Scheduler(), **STOP)
    platform.answers[method] = {"result": 0}
    assert platform.fails(Scheduler(), **given)["failure"]["kind"] == "unexpected_answer"


# -- environments and moments ------------------------------------------------------------------------------------------


def test_an_environment_that_does_not_exist(platform: WatchedPlatform) -> None:
    """In check mode an earlier task may be the one that creates it."""
    given = {**STOP, "environment": "no-shop"}
    message = "environment 'no-shop' does not exist, or this account cannot see it"
    assert platform.fails(Scheduler(), **given)["msg"] == message
    assert platform.run(Scheduler(), check=True, **given)["changed"] is True
    assert platform.run(Scheduler(), **options(given, action=None, cron=None, state="absent"))["changed"] is False


def test_a_moment_that_is_over(platform: WatchedPlatform) -> None:
    """A task that ran is not created again, one that is there as declared stays, and another one is not changed."""
    past = options(STOP, cron=None, at="2020-01-31")
    result = platform.run(Scheduler(), **past)
    assert (result["changed"], result["scheduled_task"], platform.sent[0]) == (False, None, LIST)
    platform.run(Scheduler(), **STOP)
    assert "at: 2020-01-31T00:00:00Z is over; give a later time" in platform.fails(Scheduler(), **past)["msg"]
    platform.platform.store.tasks[1]["trigger"] = "cron:0 0 0 31 1 ? 2020"
    assert platform.run(Scheduler(), **past)["scheduled_task"]["at"] == "2020-01-31T00:00:00Z"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": " "}, "name is empty; give the description"),
        ({"environment": "a_b"}, "environment: 'a_b' is not a valid environment name"),
        ({"environment": None}, "action works on an environment; give environment"),
        ({"action": None, "method": "StopEn"}, "'StopEn' is not a known method of the API; did you mean environment."),
        ({"action": None, "method": "nightly-backup"}, "not a known method of the API; such as environment.control."),
        ({"cron": "0 22 * * *"}, "cron: '0 22 * * *' is not a Quartz expression: give second, minute"),
        ({"cron": "0 0 22 * * *"}, "with ? for one of the two days, such as 0 30 22 ? * MON-FRI"),
        ({"cron": "0 0 22 ? * ?"}, "is not a Quartz expression"),
        ({"cron": ""}, "is not a Quartz expression"),
        ({"cron": None, "at": "tomorrow"}, "at: 'tomorrow' is not a date; write it as 2027-01-31"),
    ],
)
def test_bad_input(platform: WatchedPlatform, given: dict[str, Any], says: str) -> None:
    """Refused before any call."""
    result = platform.fails(Scheduler(), **options(STOP, **given))
    assert says in result["msg"]
    assert (result["failure"]["kind"], platform.sent) == ("input", [])


@pytest.mark.parametrize("given", [STOP, GONE])
def test_a_task_without_its_id(platform: WatchedPlatform, given: dict[str, Any]) -> None:
    row = {"envName": "my-shop", **SENT, "trigger": "cron:0 0 1 * * ?"}
    platform.answers["gettasks"] = {"result": 0, "objects": [row]}
    message = "the platform lists the task without its id; change it in the dashboard"
    assert platform.fails(Scheduler(), **given)["msg"] == message
