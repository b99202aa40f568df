# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations that take time: passing statuses, busy environments, callers that hang up."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from emulator_client import NODES, PASSWORD, TOKEN, Client, wait_until

C = "environment.control."


def fresh(client: Client) -> Client:
    """A client with a connection of its own."""
    return client.with_session(client.session)


def busy(status: str) -> dict[str, Any]:
    return {
        "result": 2212,
        "source": "JEL",
        "error": "Not allowed to execute this service for current Environment status "
        f"[ENV_STATUS_TYPE_{status}]. Required statuses [ENV_STATUS_TYPE_RUNNING]",
    }


def exists(client: Client) -> Callable[[], bool]:
    return lambda: client.call(C + "GetEnvInfo", envName="hello-world")["result"] == 0


@pytest.mark.parametrize(
    ("name", "before", "number", "status", "after"),
    [
        ("StopEnv", (), 13, "STOPPING", 2),
        ("SleepEnv", (), 14, "GOING_TO_SLEEP", 4),
        ("StartEnv", ("StopEnv",), 3, "LAUNCHING", 1),
    ],
)
def test_passing_status(bot: Client, name: str, before: tuple[str, ...], number: int, status: str, after: int) -> None:
    bot.create("hello-world")
    for step in before:
        bot.call(C + step, envName="hello-world")
    bot.control("PUT", "times", {name: 1.0})
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(fresh(bot).call, C + name, envName="hello-world", actionkey="my-key")
        wait_until(lambda: bot.status("hello-world") == number)
        assert [call["result"] for call in bot.journal() if call["method"] == C + name] == [None]
        assert bot.call(C + "StopEnv", envName="hello-world") == busy(status)
        assert bot.call(C + "DeleteEnv", envName="hello-world", password=PASSWORD)["result"] == 2212
        actions = bot.call("environment.tracking.GetCurrentActions")["array"]
        assert [(row["envName"], row["service"], row["status"]) for row in actions] == [("hello-world", name, number)]
        assert bot.call(C + "SetEnvDisplayName", envName="hello-world", displayName="x") == {"result": 0}
        assert running.result() == {"result": 0}
    assert bot.status("hello-world") == after
    assert bot.call("environment.tracking.GetCurrentActions") == {"result": 0, "array": []}


def test_creating_and_deleting(bot: Client) -> None:
    bot.control("PUT", "times", {"*": 1.0})
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(fresh(bot).create, "hello-world")
        wait_until(exists(bot))
        assert bot.status("hello-world") == 6
        assert bot.create("hello-world")["result"] == 2314
        assert bot.call(C + "StopEnv", envName="hello-world") == busy("CREATING")
        assert running.result()["env"]["status"] == 1
        running_delete = pool.submit(fresh(bot).call, C + "DeleteEnv", envName="hello-world", password=PASSWORD)
        wait_until(lambda: bot.status("hello-world") == 1001)
        assert bot.call(C + "StopEnv", envName="hello-world") == busy("DELETING")
        assert running_delete.result() == {"result": 0}
    assert bot.call(C + "GetEnvInfo", envName="hello-world")["result"] == 11


def test_action_key_is_shown(bot: Client) -> None:
    bot.control("PUT", "times", {"CreateEnvironment": 1.0})
    with ThreadPoolExecutor(1) as pool:
        env = json.dumps({"shortdomain": "hello-world"})
        call = fresh(bot).call
        running = pool.submit(call, C + "CreateEnvironment", env=env, nodes=json.dumps(NODES), actionKey="my-key")
        wait_until(exists(bot))
        row = bot.call("environment.tracking.GetCurrentActions")["array"][0]
        assert (row["actionkey"], row["method"]) == ("my-key", C + "CreateEnvironment")
        running.result()


def test_work_goes_on_when_the_caller_hangs_up(bot: Client) -> None:
    bot.create("hello-world")
    bot.control("PUT", "times", {"StopEnv": 0.3})
    host, port = bot.url.removeprefix("http://").split(":")
    body = f"session={TOKEN}&envName=hello-world"
    head = (
        "POST /1.0/environment/control/rest/stopenv HTTP/1.1\r\nHost: x\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall((head + body).encode())
        wait_until(lambda: bot.status("hello-world") == 13)
    wait_until(lambda: bot.status("hello-world") == 2)


def test_gateway_timeout_leaves_the_work_running(bot: Client) -> None:
    bot.create("hello-world")
    bot.control("PUT", "times", {"StopEnv": 1.0})
    bot.control("PUT", "switches", {"gateway_timeout": 0.1})
    response = bot.response(C + "StopEnv", envName="hello-world")
    assert (response.status_code, response.headers["Content-Type"]) == (504, "text/html; charset=utf-8")
    assert bot.status("hello-world") == 13
    assert [call["result"] for call in bot.journal() if call["method"] == C + "StopEnv"] == [None]
    wait_until(lambda: bot.status("hello-world") == 2)


def test_times_by_name_go_before_the_star(bot: Client) -> None:
    answer = bot.control("PUT", "times", {"env.control.stopenv": 1.5, "StartEnv": 2, "*": 0})
    assert answer == {C + "StopEnv": 1.5, C + "StartEnv": 2.0, "*": 0.0}
    assert bot.control("GET", "times") == answer
    assert bot.control("PUT", "times", {}) == {}


def test_reset_in_the_middle_of_an_operation(bot: Client) -> None:
    bot.create("hello-world")
    bot.control("PUT", "times", {"DeleteEnv": 0.3})
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(fresh(bot).call, C + "DeleteEnv", envName="hello-world", password=PASSWORD)
        wait_until(lambda: bot.status("hello-world") == 1001)
        bot.control("POST", "reset")
        bot.create("hello-world")
        assert running.result() == {"result": 0}
    assert bot.status("hello-world") == 1


def test_delayed_calls_are_checked_when_their_work_begins(bot: Client) -> None:
    bot.create("hello-world")
    bot.control("PUT", "faults", [{"method": "StopEnv", "kind": "delay", "seconds": 0.3, "times": 2}])
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(fresh(bot).call, C + "StopEnv", envName="hello-world") for _ in range(2)]
        assert sorted(call.result()["result"] for call in both) == [0, 2212]


def test_delayed_call_outlives_its_session(client: Client) -> None:
    client.create("hello-world")
    client.control("PUT", "faults", [{"method": "StopEnv", "kind": "delay", "seconds": 0.3}])
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(fresh(client).call, C + "StopEnv", envName="hello-world")
        wait_until(lambda: client.journal()[-1]["method"] == C + "StopEnv")
        assert client.call("users.authentication.Signout") == {"result": 0}
        assert running.result() == {"result": 0}
    assert client.signed_in().status("hello-world") == 2
