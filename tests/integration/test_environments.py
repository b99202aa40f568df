# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many environments over real HTTP: failures among others, busy ones, cut connections, interruption, and speed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply, Transport
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed, execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Task
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from ansible_collections.inet.elastic.plugins.module_utils._run import make_client
from tests.integration.direct import options_of
from tests.integration.support import Emulator, short

Wait = Callable[[Callable[[], bool]], None]
NODES = [{"node_type": "nginx"}]


class Recorder:
    """A transport that notes what is under way.

    Attributes:
        begun: the calls so far, as method and environment, in the order in which they were begun.
        overlaps: environments that two calls were about at once.
        most: how many calls were under way at once.
    """

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self._guard = threading.Lock()
        self._under_way: Counter[str] = Counter()
        self.begun: list[tuple[str, str]] = []
        self.overlaps: list[str] = []
        self.most = 0

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See ``Transport``."""
        names = [fields[member] for member in ("envName", "srcEnvName", "dstEnvName") if member in fields]
        with self._guard:
            self.overlaps += [name for name in names if self._under_way[name]]
            self._under_way.update([*names, ""])
            self.most = max(self.most, self._under_way[""])
            self.begun.append((url.rpartition("/")[2], names[-1] if names else ""))
        try:
            return self._inner.post(url, fields, timeout)
        finally:
            with self._guard:
                self._under_way.subtract([*names, ""])

    def close(self) -> None:
        """See ``Transport``."""
        self._inner.close()


class SetHarness:
    """An emulator, tasks against it, and what they sent."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.recorder: Recorder

    def run(self, *entries: dict[str, Any], check: bool = False, **options: Any) -> dict[str, Any]:
        """Run one task; Failed where it fails."""
        validated = options_of(EnvironmentSet(), self.emulator, environments=list(entries), **options)
        client = make_client(validated)
        self.recorder = Recorder(client.transport)
        client.transport = self.recorder
        return execute(EnvironmentSet(), Task(options=validated, client=client, check_mode=check))

    def fails(self, *entries: dict[str, Any], **options: Any) -> dict[str, Any]:
        """Run one task that fails, and give what the user gets."""
        with pytest.raises(Failed) as caught:
            self.run(*entries, **options)
        result = caught.value.result
        assert "\n" not in result["msg"]
        return result

    def make(self, *names: str, **options: Any) -> None:
        """Environments of these names; the journal is empty after it."""
        self.run(*named(*names, nodes=NODES, **options), concurrency=4)
        self.emulator.forget()

    def sent(self, method: str) -> int:
        """How often a method was called."""
        return short(self.emulator.methods).count(method)

    def statuses(self) -> dict[str, int]:
        """Of all environments."""
        infos = self.emulator.call("environment.control.GetEnvs", session=self.emulator.signin())["infos"]
        return {info["env"]["envName"]: info["env"]["status"] for info in infos}


def named(*names: str, **options: Any) -> list[dict[str, Any]]:
    """Entries of these names with the same options."""
    return [{"name": name, **options} for name in names]


def brief(result: dict[str, Any]) -> list[tuple[str, bool, str | None]]:
    """Of each entry the name, whether it changed, and the kind of failure."""
    return [(item["name"], item["changed"], item.get("failure", {}).get("kind")) for item in result["environments"]]


def _id(fault: dict[str, Any]) -> str:
    return "-".join(str(value) for value in fault.values())


@pytest.fixture
def harness(emulator: Emulator) -> SetHarness:
    """Without environments."""
    return SetHarness(emulator)


NAMES = tuple(f"shop-{number}" for number in range(6))


# -- failures among others ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("fault", [{"kind": "cut_before"}, {"kind": "inner_error", "code": 99}], ids=_id)
def test_one_of_many_fails(harness: SetHarness, fault: dict[str, Any], concurrency: int) -> None:
    """The others are done, all are reported, and the second run does what is left, once."""
    harness.make(*NAMES)
    harness.emulator.control("PUT", "faults", [{"method": "StopEnv", "after": 2, **fault}])
    result = harness.fails(*named(*NAMES, state="stopped"), concurrency=concurrency)
    failed = [name for name, _changed, kind in brief(result) if kind]
    assert len(failed) == 1
    assert [name for name, changed, _kind in brief(result) if changed] == [name for name in NAMES if name not in failed]
    assert result["msg"].startswith(f"1 of 6 environments failed ({failed[0]}), 5 in order; {failed[0]}: ")
    assert {name for name, status in harness.statuses().items() if status == 1} == set(failed)
    assert (harness.sent("StopEnv"), len(result["steps_done"]), result["changed"]) == (6, 5, True)
    again = harness.run(*named(*NAMES, state="stopped"), concurrency=concurrency)
    assert [name for name, changed, _kind in brief(again) if changed] == failed
    assert set(harness.statuses().values()) == {2}


def test_lost_answers_to_work_done_are_settled(harness: SetHarness) -> None:
    """Of several at once, each by itself; nothing is sent twice."""
    harness.make(*NAMES)
    harness.emulator.control("PUT", "faults", [{"method": "StopEnv", "times": 3, "kind": "cut_after"}])
    result = harness.run(*named(*NAMES, state="stopped"), concurrency=4)
    assert brief(result) == [(name, True, None) for name in NAMES]
    assert harness.sent("StopEnv") == 6
    assert harness.recorder.overlaps == []


def test_a_session_that_ends_is_renewed_once_for_all(harness: SetHarness) -> None:
    """Several threads lose it, one signs in again."""
    harness.make(*NAMES)
    harness.emulator.control("PUT", "faults", [{"method": "StopEnv", "kind": "session_lost"}])
    result = harness.run(*named(*NAMES, state="stopped"), concurrency=4)
    assert brief(result) == [(name, True, None) for name in NAMES]
    assert harness.sent("Signin") == 2


def test_an_operation_that_takes_too_long_for_one(harness: SetHarness) -> None:
    """It goes on, which the result says; the others are done."""
    harness.make(*NAMES[:3])
    harness.emulator.control("PUT", "times", {"StopEnv": 1.5})
    harness.emulator.control("PUT", "switches", {"gateway_timeout": 0.1})
    entries = [{"name": NAMES[0], "wait_timeout": 0}, *named(*NAMES[1:3], wait_timeout=30)]
    result = harness.fails(*entries, defaults={"state": "stopped"})
    assert brief(result) == [(NAMES[0], True, "wait_timeout"), (NAMES[1], True, None), (NAMES[2], True, None)]
    assert result["environments"][0]["steps"] == ["stop environment 'shop-0' (still going on)"]
    harness.emulator.control("PUT", "switches", {"gateway_timeout": None})
    again = harness.run(*entries[1:], {"name": NAMES[0]}, defaults={"state": "stopped", "wait_timeout": 30})
    assert (again["changed"], harness.sent("StopEnv")) == (False, 3)


def test_a_listing_that_is_repeated(harness: SetHarness) -> None:
    """A fault of the way before any work is no failure."""
    harness.make(*NAMES[:2])
    harness.emulator.control("PUT", "faults", [{"method": "GetEnvs", "kind": "cut_before"}])
    result = harness.run(*named(*NAMES[:2]))
    assert (result["changed"], result["api_calls"]["environment.control.GetEnvs"]) == (False, 2)


# -- at a time ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concurrency", [1, 2, 5])
def test_never_more_at_a_time_than_allowed(harness: SetHarness, concurrency: int) -> None:
    """With operations that last; and no environment has two calls at once, be it as the source of a clone."""
    harness.emulator.control("PUT", "times", {"*": 0.05})
    entries = [
        *named(*NAMES, nodes=NODES, display_name="Shop", state="stopped"),
        *named("copy-0", "copy-1", "copy-2", clone_from=NAMES[0], display_name="Copy"),
        *named("copy-of-copy", clone_from="copy-1"),
    ]
    result = harness.run(*entries, concurrency=concurrency)
    assert [changed for _name, changed, _kind in brief(result)] == [True] * 10
    assert harness.recorder.most == concurrency
    assert harness.recorder.overlaps == []
    clones = [name for method, name in harness.recorder.begun if method == "cloneenv"]
    assert sorted(clones) == ["copy-0", "copy-1", "copy-2", "copy-of-copy"]
    assert clones.index("copy-1") < clones.index("copy-of-copy")
    assert harness.recorder.begun.index(("stopenv", NAMES[0])) < harness.recorder.begun.index(("cloneenv", clones[0]))
    harness.emulator.forget()
    again = harness.run(*entries, concurrency=concurrency)
    assert again["changed"] is False
    assert short(harness.emulator.methods) == ["Signin", "GetEnvs", "Signout"]


def test_start_of_many(harness: SetHarness) -> None:
    """As long as the platform needs for so many at a time, and little more."""
    names = [f"shop-{number}" for number in range(12)]
    harness.make(*names, state="stopped")
    each, concurrency = 0.5, 6
    harness.emulator.control("PUT", "times", {"StartEnv": each})
    ideal = each * len(names) / concurrency
    begun = time.monotonic()
    result = harness.run(*named(*names, state="started"), concurrency=concurrency)
    took = time.monotonic() - begun
    assert [item["environment"]["status"] for item in result["environments"]] == ["running"] * 12
    # One after the other it would be six times as long.
    assert ideal <= took < 3 * ideal
    assert harness.recorder.most == concurrency


@contextmanager
def working(emulator: Emulator, method: str, name: str) -> Iterator[None]:
    """Somebody else's call is under way for the time of a block, and waited for after it."""
    session = emulator.signin()
    thread = threading.Thread(target=lambda: emulator.call(method, session=session, envName=name))
    thread.start()
    try:
        yield
    finally:
        thread.join()


@pytest.mark.parametrize("check", [True, False])
def test_a_busy_one_is_waited_for(harness: SetHarness, wait: Wait, check: bool) -> None:
    """By looks of its own; the others are done meanwhile."""
    harness.make(*NAMES[:4])
    harness.emulator.control("PUT", "times", {"environment.control.SleepEnv": 1.5})
    with working(harness.emulator, "environment.control.SleepEnv", NAMES[0]):
        wait(lambda: harness.statuses()[NAMES[0]] == 14)
        result = harness.run(*named(*NAMES[:4], state="stopped"), concurrency=2, check=check)
    assert brief(result) == [(name, True, None) for name in NAMES[:4]]
    assert result["environments"][0]["steps"] == ["start environment 'shop-0'", "stop environment 'shop-0'"]
    assert list(result["diff"]["before"]) == list(NAMES[:4])
    writes = [call for call in harness.recorder.begun if call[0] in ("startenv", "stopenv")]
    busy = [("startenv", NAMES[0]), ("stopenv", NAMES[0])]
    assert writes == ([] if check else [*(("stopenv", name) for name in NAMES[1:4]), *busy])
    assert harness.recorder.overlaps == []


# -- interruption ---------------------------------------------------------------------------------------------------


@pytest.fixture
def interruptible() -> Iterator[None]:
    """An interrupt raises KeyboardInterrupt in the main thread, as it does for Ansible."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("signs_in", [True, False])
def test_an_interrupt_begins_nothing_new(harness: SetHarness, wait: Wait, interruptible: None, signs_in: bool) -> None:
    """No other environment, no further step of those begun; the session is signed out."""
    credentials: dict[str, Any] = {} if signs_in else {"session": harness.emulator.account.token}
    harness.make(*NAMES, state="stopped")
    harness.emulator.control("PUT", "times", {"StartEnv": 1})

    def interrupt() -> None:
        wait(lambda: harness.sent("StartEnv") == 2)
        os.kill(os.getpid(), signal.SIGINT)

    watcher = threading.Thread(target=interrupt)
    watcher.start()
    with pytest.raises(KeyboardInterrupt):
        harness.run(*named(*NAMES, state="sleeping"), concurrency=2, **credentials)
    watcher.join()
    wait(lambda: not [thread for thread in threading.enumerate() if thread.name.startswith("paas")])
    work = ["GetEnvs", "StartEnv", "StartEnv"]
    assert short(harness.emulator.methods) == (["Signin", *work, "Signout"] if signs_in else work)
    assert sorted(name for name, status in harness.statuses().items() if status != 2) == list(NAMES[:2])
    harness.emulator.control("PUT", "times", {})
    result = harness.run(*named(*NAMES, state="sleeping"), concurrency=2)
    assert set(harness.statuses().values()) == {4}
    assert [name for name, changed, _kind in brief(result) if changed] == list(NAMES)


def test_an_interrupt_of_one_at_a_time(harness: SetHarness, interruptible: None) -> None:
    """Without threads, too."""
    harness.make(*NAMES, state="stopped")

    class Interrupted(Recorder):
        def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
            reply = super().post(url, fields, timeout)
            if url.endswith("/startenv"):
                os.kill(os.getpid(), signal.SIGINT)
            return reply

    validated = options_of(
        EnvironmentSet(), harness.emulator, environments=named(*NAMES, state="started"), concurrency=1
    )
    client = make_client(validated)
    client.transport = Interrupted(client.transport)
    with pytest.raises(KeyboardInterrupt):
        execute(EnvironmentSet(), Task(options=validated, client=client))
    assert short(harness.emulator.methods) == ["Signin", "GetEnvs", "StartEnv", "Signout"]
