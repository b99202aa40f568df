"""Waiting: when it looks, how long it pauses, and what it says when the time is up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import WaitTimeoutError
from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Waiter
from tests.unit.client.fakes import FakeClock


def wait(waiter: Waiter, *states: str) -> str:
    left: Iterator[str] = iter(states)
    return waiter.until(lambda: next(left), lambda state: state == "running", lambda state: f"web is {state}")


def test_a_state_that_is_there_needs_no_pause() -> None:
    clock = FakeClock()
    assert wait(Waiter(60, clock=clock), "running") == "running"
    assert clock.pauses == []


def test_pauses_grow_by_half_up_to_their_bound() -> None:
    clock = FakeClock()
    assert wait(Waiter(60, first=1.0, longest=2.0, clock=clock), *["launching"] * 4, "running") == "running"
    assert clock.pauses == [1.0, 1.5, 2.0, 2.0]


def test_the_last_look_is_at_the_very_end() -> None:
    clock = FakeClock()
    assert wait(Waiter(4, first=2.0, longest=10.0, clock=clock), "launching", "launching", "running") == "running"
    assert clock.pauses == [2.0, 2.0]


def test_the_time_is_up() -> None:
    clock = FakeClock()
    with pytest.raises(WaitTimeoutError) as caught:
        wait(Waiter(3, first=2.0, clock=clock), *["launching"] * 3)
    assert clock.pauses == [2.0, 1.0]
    assert str(caught.value) == "web is launching after waiting 3 seconds; raise wait_timeout or look again later"
    assert caught.value.last == "web is launching"
    assert caught.value.failure()["kind"] == "wait_timeout"


@pytest.mark.parametrize("budget", [0, -1])
def test_without_a_budget_there_is_one_look(budget: float) -> None:
    clock = FakeClock()
    with pytest.raises(WaitTimeoutError):
        wait(Waiter(budget, clock=clock), "launching")
    assert clock.pauses == []


def test_time_that_a_look_takes_counts() -> None:
    clock = FakeClock()

    def look() -> str:
        clock.now += 5
        return "launching"

    with pytest.raises(WaitTimeoutError):
        Waiter(9, first=1.0, clock=clock).until(look, lambda _state: False, str)
    assert clock.now == 1000 + 5 + 1 + 5
