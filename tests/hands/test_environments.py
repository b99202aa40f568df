# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An environment that others change while a task works on it: nothing of theirs is lost, and the task does its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._engine.runner import FRESH_SECONDS
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from tests.hands.between import Hands, Other, Time, perform
from tests.integration.support import SIGN_CALLS, Emulator, short

NAME = "my-shop"
CP: dict[str, Any] = {"node_group": "cp", "image": "app:1.0", "flexible_cloudlets": 4}
READ, CHANGE = "GetEnvInfo", "ChangeTopology"
FULL_CHANGE = f"environment.control.{CHANGE}"
CACHE, QUEUE = {"node_group": "cache", "image": "redis"}, {"node_group": "queue", "image": "rabbitmq"}


@pytest.fixture(autouse=True)
def shop(emulator: Emulator) -> None:
    """An environment of one layer."""
    perform(OneEnvironment(), emulator, name=NAME, nodes=[CP])
    emulator.forget()


def task(emulator: Emulator, hands: Hands | None = None, **options: Any) -> dict[str, Any]:
    """A task about the environment."""
    return perform(OneEnvironment(), emulator, hands, name=NAME, **options)


def layers(emulator: Emulator) -> list[str]:
    """Names of the layers that are there."""
    return sorted(layer["name"] for layer in emulator.call(f"environment.control.{READ}", envName=NAME)["nodeGroups"])


def calls(emulator: Emulator) -> list[str]:
    """The calls so far, without those to sign in and out."""
    return short([method for method in emulator.methods if method not in SIGN_CALLS])


def colleague_adds(emulator: Emulator, name: str = "queue") -> Callable[[], None]:
    """What somebody does in the dashboard."""

    def add() -> None:
        there = [{"nodeGroup": layer} for layer in layers(emulator)]
        nodes = [*there, {"nodeGroup": name, "nodeType": "docker", "image": "rabbitmq"}]
        answer = emulator.call(FULL_CHANGE, envName=NAME, env="{}", nodes=json.dumps(nodes))
        assert answer["result"] == 0, answer
        emulator.forget()

    return add


def in_turn(*moments: Callable[[], object]) -> Callable[[], None]:
    """Several things, one after the other."""

    def all_of_them() -> None:
        for moment in moments:
            moment()

    return all_of_them


def faulty(emulator: Emulator, method: str, **fault: Any) -> Callable[[], object]:
    """A fault for the next call of a method."""
    return lambda: emulator.control("PUT", "faults", [{"method": method, "times": 1, **fault}])


@pytest.mark.parametrize(
    "fault", [{"kind": "429"}, {"kind": "429", "retry_after": 20}, {"kind": "session_lost"}], ids=str
)
def test_a_topology_is_not_sent_again_unread(emulator: Emulator, fault: dict[str, Any]) -> None:
    """A layer that somebody added before the call was put off is still there after it was sent again."""
    hands = Hands(before={CHANGE.lower(): in_turn(colleague_adds(emulator), faulty(emulator, CHANGE, **fault))})
    result = task(emulator, hands, nodes=[CACHE])
    assert layers(emulator) == ["cache", "cp", "queue"]
    # After the colleague's calls: one that is put off, a read, one that is taken, and the read back.
    assert calls(emulator)[:4] == [CHANGE, READ, CHANGE, READ]
    assert (result["changed"], result["api_retries"]) == (True, {FULL_CHANGE: 1})
    assert {layer["node_group"] for layer in result["environment"]["nodes"]} == {"cache", "cp", "queue"}
    # What others did is no change of this task.
    assert result["diff"]["before"] == {}
    assert {key.partition(":")[0] for key in result["diff"]["after"]} == {"layer cache"}


def test_a_platform_that_puts_off_for_ever(emulator: Emulator) -> None:
    """As often as any call; then the failure is the one that the client gives."""
    emulator.control("PUT", "faults", [{"method": CHANGE, "kind": "429", "times": -1}])
    with pytest.raises(Failed) as caught:
        task(emulator, nodes=[CACHE])
    assert (caught.value.result["failure"]["kind"], caught.value.result["changed"]) == ("busy", False)
    assert caught.value.result["failure"]["method"] == FULL_CHANGE
    assert calls(emulator) == [READ, CHANGE] * 5


@pytest.mark.parametrize(("seconds", "reads"), [(FRESH_SECONDS - 2, 0), (FRESH_SECONDS + 1, 1)])
def test_a_topology_is_not_made_from_an_old_read(emulator: Emulator, seconds: float, reads: int) -> None:
    """Starting the environment took its time, in which somebody added a layer; without that no call is added."""
    task(emulator, state="sleeping")
    emulator.forget()
    time = Time()
    moments = [time.jump(seconds), *([colleague_adds(emulator)] if reads else [])]
    hands = Hands(after={"startenv": in_turn(*moments)})
    perform(OneEnvironment(), emulator, hands, clock=time.clock, name=NAME, nodes=[CACHE])
    begun = [] if reads else [READ, "StartEnv"]  # forgotten with the colleague's calls
    assert calls(emulator) == [*begun, *[READ] * reads, CHANGE, "SleepEnv", READ]
    assert layers(emulator) == sorted(["cache", "cp", *["queue"] * reads])
    # It was woken for the change alone, also by the plan that was made again.
    assert emulator.call(f"environment.control.{READ}", envName=NAME)["env"]["status"] == 4


def test_a_lost_answer_before_a_topology(emulator: Emulator) -> None:
    """To find out what became of the call takes time, so that the topology is read again."""
    task(emulator, state="sleeping")
    emulator.forget()
    emulator.control("PUT", "faults", [{"method": "StartEnv", "kind": "cut_after", "times": 1}])
    hands = Hands(after={"startenv": colleague_adds(emulator)})
    task(emulator, hands, nodes=[CACHE])
    # To see what became of the call, and then to plan again.
    assert calls(emulator) == [READ, READ, CHANGE, "SleepEnv", READ]
    assert layers(emulator) == ["cache", "cp", "queue"]


def test_the_same_was_done_by_somebody_else(emulator: Emulator) -> None:
    """Nothing is left to do, so nothing was changed."""
    add = colleague_adds(emulator)
    hands = Hands(before={CHANGE.lower(): in_turn(add, faulty(emulator, CHANGE, kind="429"))})
    result = task(emulator, hands, nodes=[QUEUE])
    assert (result["changed"], calls(emulator)) == (False, [CHANGE, READ])
    assert result["diff"]["before"] == result["diff"]["after"]


def test_a_limit_that_somebody_raised_is_not_lowered(emulator: Emulator) -> None:
    """The new plan is checked like the first."""
    raised = json.dumps([{"nodeGroup": "cp", "nodeType": "docker", "image": "app:1.0", "flexibleCloudlets": 16}])

    def raise_it() -> None:
        assert emulator.call(FULL_CHANGE, envName=NAME, env="{}", nodes=raised)["result"] == 0

    hands = Hands(before={CHANGE.lower(): in_turn(raise_it, faulty(emulator, CHANGE, kind="429"))})
    with pytest.raises(Failed) as caught:
        task(emulator, hands, nodes=[{"node_group": "cp", "flexible_cloudlets": 8}])
    assert "flexible_cloudlets is 16, not 8" in caught.value.result["msg"]
    assert "allow_shrink: true" in caught.value.result["msg"]


def test_a_layer_that_comes_between_the_change_and_the_last_read(emulator: Emulator) -> None:
    """It is neither lost nor taken for a fault of the platform."""
    hands = Hands(after={CHANGE.lower(): colleague_adds(emulator)})
    result = task(emulator, hands, nodes=[CACHE])
    assert {layer["node_group"] for layer in result["environment"]["nodes"]} == {"cache", "cp", "queue"}


# -- busy ----------------------------------------------------------------------------------------------------------


def restart(
    emulator: Emulator, wait: Callable[[Callable[[], bool]], None], seconds: float
) -> tuple[Other, Callable[[], None]]:
    """Another run that restarts the nodes, and the moment in which that is going on."""
    emulator.control("PUT", "times", {"RestartNodes": seconds})
    other = Other(lambda: task(emulator, state="restarted"))

    def begin() -> None:
        other.start()
        wait(lambda: emulator.call(f"environment.control.{READ}", envName=NAME, lazy="true")["env"]["status"] != 1)

    return other, begin


def test_busy_after_the_read(emulator: Emulator, wait: Callable[[Callable[[], bool]], None]) -> None:
    """Refused with 2212, it waits, reads again and does its change; so does the other run."""
    other, begin = restart(emulator, wait, 1.0)
    result = task(emulator, Hands(before={CHANGE.lower(): begin}), nodes=[CACHE])
    assert (result["changed"], other.ended()["changed"]) == (True, True)
    assert layers(emulator) == ["cache", "cp"]
    assert [call["result"] for call in emulator.journal if call["method"] == FULL_CHANGE] == [2212, 0]


def test_busy_for_too_long(emulator: Emulator, wait: Callable[[Callable[[], bool]], None]) -> None:
    other, begin = restart(emulator, wait, 3.0)
    with pytest.raises(Failed) as caught:
        task(emulator, Hands(before={CHANGE.lower(): begin}), nodes=[CACHE], wait_timeout=0)
    result = caught.value.result
    assert result["failure"]["kind"] == "wait_timeout"
    assert result["msg"] == (
        "environment 'my-shop' is still launching after waiting 0 seconds; raise wait_timeout or look again later"
    )
    assert (result["changed"], other.ended()["changed"]) == (False, True)


def test_busy_without_waiting(emulator: Emulator, wait: Callable[[Callable[[], bool]], None]) -> None:
    """Then it is a refusal like any other."""
    other, begin = restart(emulator, wait, 1.0)
    with pytest.raises(Failed) as caught:
        task(emulator, Hands(before={CHANGE.lower(): begin}), nodes=[CACHE], wait=False)
    assert (caught.value.result["failure"]["code"], other.ended()["changed"]) == (2212, True)


def test_stopped_by_somebody(emulator: Emulator) -> None:
    """Nothing is running, and the status is another: the new plan starts it, and stops it again afterwards."""
    mount = {"node_group": "cp", "volume_mounts": {"/mnt": {"source_host": "192.0.2.1"}}}

    def stop() -> None:
        assert emulator.call("environment.control.StopEnv", envName=NAME)["result"] == 0

    result = task(emulator, Hands(before={"addmountpointbygroup": stop}), nodes=[mount])
    writes = [method for method in calls(emulator) if not method.startswith("Get")]
    assert writes == ["StopEnv", "AddMountPointByGroup", "StartEnv", "AddMountPointByGroup", "StopEnv"]
    assert result["environment"]["state"] == "stopped"
    assert list(result["environment"]["nodes"][0]["volume_mounts"]) == ["/mnt"]


def test_refused_as_busy_for_good(emulator: Emulator) -> None:
    """Nothing runs, and it is refused twice: what the platform says is the failure."""
    emulator.control("PUT", "faults", [{"method": CHANGE, "kind": "inner_error", "code": 2212, "times": -1}])
    with pytest.raises(Failed) as caught:
        task(emulator, nodes=[CACHE])
    assert caught.value.result["failure"] == {"kind": "refused", "code": 2212, "method": FULL_CHANGE}
    assert calls(emulator) == [READ, CHANGE, READ, READ, CHANGE, READ]


# -- steps that are done already when the plan is made again --------------------------------------------------------


def test_what_is_done_is_not_done_twice(emulator: Emulator) -> None:
    """A restart of one layer is done when that of the other is refused as busy."""
    task(emulator, nodes=[CACHE])
    emulator.forget()
    emulator.control(
        "PUT", "faults", [{"method": "RestartNodes", "kind": "inner_error", "code": 2212, "after": 1, "times": 1}]
    )
    result = task(emulator, state="restarted")
    restarts = [call["result"] for call in emulator.journal if call["method"].endswith(".RestartNodes")]
    assert (result["changed"], restarts) == (True, [0, 2212, 0])
    assert calls(emulator) == [READ, "RestartNodes", "RestartNodes", READ, READ, "RestartNodes", READ]


def test_a_set_plans_again_by_itself(emulator: Emulator) -> None:
    """The entry is planned from the list of all; what comes between is kept as well."""
    hands = Hands(before={CHANGE.lower(): in_turn(colleague_adds(emulator), faulty(emulator, CHANGE, kind="429"))})
    result = perform(EnvironmentSet(), emulator, hands, environments=[{"name": NAME, "nodes": [CACHE]}])
    assert (result["changed"], layers(emulator)) == (True, ["cache", "cp", "queue"])
