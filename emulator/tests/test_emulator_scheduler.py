# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of the scheduler: when triggers fire, and what tasks do."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from emulator_client import NODES, OTHER_TOKEN, Client, wait_until
from paas_emulator.platform import Platform
from paas_emulator.services.scheduler import schedule
from paas_emulator.store import Store

S, C = "utils.scheduler.", "environment.control."
ENV = "hello-world"
START = "2026-11-27 21:30:15"  # a Friday


def moment(text: str) -> datetime:
    """A time in UTC."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("trigger", "due"),
    [
        ("once_delay:10000", "2026-11-27 21:30:25"),
        ('{"once_delay": 10000}', "2026-11-27 21:30:25"),
        ("cron:0 0 22 * * ?", "2026-11-27 22:00:00"),
        ("cron:15 30 21 * * ?", "2026-11-28 21:30:15"),
        ("cron:0 0/10 * ? * *", "2026-11-27 21:40:00"),
        ("cron:0 0 8 ? * MON-FRI", "2026-11-30 08:00:00"),
        ("cron:0 0 8 ? * 1", "2026-11-29 08:00:00"),
        ("cron:0 0 8 ? * SAT-SUN 2027", "2027-01-02 08:00:00"),
        ("cron:30,45 5 0 29 FEB ?", "2028-02-29 00:05:30"),
        ('{"cron": "* * * * *"}', "2026-11-27 21:31:00"),
        ("cron:0 8 * * 0", "2026-11-29 08:00:00"),
        ("cron:0 8 * * 7", "2026-11-29 08:00:00"),
        ("cron:0 8 1 * mon", "2026-11-30 08:00:00"),
        ("cron:0 8 1 * *", "2026-12-01 08:00:00"),
        ("cron:*/20 22-2/2 * * *", "2026-11-27 22:00:00"),
        ("cron:5 0 21 31 1 ? 2099", "2099-01-31 21:00:05"),
        ("cron:0 0 0 1 1 ? 2020", None),
    ],
)
def test_when_a_trigger_fires(trigger: str, due: str | None) -> None:
    assert schedule.next_time(trigger, moment(START)) == (moment(due) if due else None)


@pytest.mark.parametrize(
    "trigger",
    [
        *(
            "y",
            "",
            "cron:",
            "cron:* * *",
            "cron:0 0 22 * * *",
            "cron:0 0 22 ? * ?",
            "cron:0 0 24 * * ?",
            "cron:60 * * * *",
        ),
        *("cron:0 0 0 L * ?", "cron:0 0 0 ? * 2#1", "cron:0 0/0 * * * ?", "cron:0 0 0 1 1 ? 2020", "once_delay:-1"),
        *(
            "once_delay:soon",
            "repeat:5",
            "{",
            "[]",
            "{}",
            '{"cron": "* * * * *", "once_delay": 1}',
            "once_delay:9" + "9" * 20,
        ),
    ],
)
def test_triggers_that_are_refused(bot: Client, trigger: str) -> None:
    refused = {"result": 3, "error": "invalid parameter [trigger]"}
    assert bot.call(S + "CreateAccountTask", script="x", trigger=trigger or " ") == refused
    assert bot.call(S + "GetTasks")["objects"] == []


def fired(bot: Client) -> list[tuple[Any, ...]]:
    """Calls that tasks have made: task, method, whether it wrote, result, whether it was carried out."""
    calls = [call for call in bot.journal() if call["http"] == "TASK"]
    return [
        (call["task"], call["method"].rpartition(".")[2], call["write"], call["result"], call.get("emulated", True))
        for call in calls
    ]


def add(bot: Client, script: str, trigger: str, **more: Any) -> int:
    """Create a task of the environment; its id."""
    number: int = bot.call(S + "CreateEnvTask", envName=ENV, script=script, trigger=trigger, **more)["object"]["id"]
    return number


def test_a_moved_clock_fires_what_is_due_once(bot: Client) -> None:
    bot.create(ENV)
    stop = add(bot, "env.control.StopEnv", "cron:0 0 22 * * ?")
    start = add(bot, "environment.control.StartEnv", "once_delay:604800000")
    bot.control("PUT", "clock", {"shift": 3600 * 25})
    assert (fired(bot), bot.status(ENV)) == ([(stop, "StopEnv", True, 0, True)], 2)
    bot.control("PUT", "clock", {"shift": 3600 * 26})
    assert len(fired(bot)) <= 2  # 22:00 may lie in the hour
    # A task that was due several times fires once, in the order of what was due first.
    bot.control("DELETE", "journal")
    bot.control("PUT", "clock", {"shift": "+12d"})
    assert fired(bot) == [(stop, "StopEnv", True, 2212, True), (start, "StartEnv", True, 0, True)]
    assert bot.status(ENV) == 1
    assert [row["id"] for row in bot.call(S + "GetTasks")["objects"]] == [stop]


def test_a_task_fires_in_real_time_and_after_a_restart(bot: Client, platform: Platform) -> None:
    bot.create(ENV)
    add(bot, "environment.control.SleepEnv", "once_delay:1")
    wait_until(lambda: bot.status(ENV) == 4)
    late = add(bot, "environment.control.StartEnv", "once_delay:3600000")
    platform.store = Store.from_plain(json.loads(json.dumps(platform.store.to_plain())))
    edited: dict[str, Any] = {"id": late, "script": "environment.control.StartEnv", "trigger": "once_delay:1800000"}
    assert bot.call(S + "EditTask", **edited)["result"] == 0
    bot.control("PUT", "clock", {"shift": 1801})
    assert bot.status(ENV) == 1 and bot.call(S + "GetTasks")["objects"] == []


def test_what_tasks_do(bot: Client) -> None:
    """A package is installed, a script that no one knows is noted, and the parameters are those of the task."""
    bot.create(ENV)
    manifest = json.dumps({"type": "install", "name": "shop", "nodes": NODES})
    install = bot.call(
        S + "CreateAccountTask",
        script="InstallApp",
        trigger="once_delay:1000",
        params=json.dumps({"manifest": manifest, "envName": "by-a-task"}),
    )["object"]["id"]
    unknown = add(bot, "nightly-backup", "once_delay:2000", params='{"action": "backup"}')
    named = add(bot, C + "SetEnvDisplayName", "once_delay:3000", params='{"displayName": "Night"}')
    bot.control("PUT", "clock", {"shift": 60})
    assert fired(bot) == [
        (install, "Eval", True, 0, True),
        (unknown, "Eval", True, 1702, False),
        (named, "SetEnvDisplayName", True, 0, True),
    ]
    assert bot.status("by-a-task") == 1
    assert bot.call(C + "GetEnvInfo", envName=ENV)["env"]["displayName"] == "Night"


def hours(number: float) -> str:
    """A trigger that is not due before the clock is moved, however slow the machine is."""
    return f"once_delay:{round(number * 3_600_000)}"


def test_tasks_that_do_nothing(bot: Client) -> None:
    """Tasks of an environment that is gone, about one of another account, or while nothing may be written."""
    other = bot.with_session(OTHER_TOKEN)
    other.create("not-yours")
    bot.create(ENV)
    gone = add(bot, C + "StopEnv", hours(1))
    bot.call(C + "DeleteEnv", envName=ENV, password="first-password")
    theft = {"script": C + "StopEnv", "trigger": hours(1), "params": '{"envName": "not-yours"}'}
    stolen = bot.call(S + "CreateAccountTask", **theft)["object"]["id"]
    bot.create(ENV)
    blocked = add(bot, C + "StopEnv", hours(3))
    late = add(bot, C + "StopEnv", hours(5), params="[1]")
    bot.control("PUT", "clock", {"shift": "2h"})
    assert (bot.status(ENV), other.status("not-yours")) == (1, 1)
    bot.control("PUT", "switches", {"no_writes": True})
    bot.control("PUT", "clock", {"shift": "4h"})
    bot.control("PUT", "switches", {"no_writes": False})
    assert [row["id"] for row in bot.call(S + "GetTasks")["objects"]] == [late]
    bot.control("PUT", "clock", {"shift": "6h"})
    assert [(task, result) for task, _, _, result, _ in fired(bot)] == [(stolen, 11), (blocked, 8), (late, 0)]
    assert (bot.status(ENV), gone in {task for task, *_ in fired(bot)}) == (2, False)


def test_a_task_that_takes_time_holds_up_no_one(bot: Client) -> None:
    bot.create(ENV)
    add(bot, C + "StopEnv", hours(1))
    bot.control("PUT", "times", {"StopEnv": 600})
    bot.control("PUT", "clock", {"shift": "2h"})
    assert (bot.status(ENV), fired(bot)) == (13, [(1, "StopEnv", True, None, True)])
