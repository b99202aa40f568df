# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals during a task: at once, or held back until an answer is stored, and never lost."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.interruption import (
    SIGNALS,
    Interrupted,
    Interruption,
)


@pytest.fixture
def received() -> Iterator[list[int]]:
    """The signals that take their usual effect."""
    numbers: list[int] = []
    before = {number: signal.signal(number, lambda came, _frame: numbers.append(came)) for number in SIGNALS}
    yield numbers
    for number, handler in before.items():
        signal.signal(number, handler)


def test_the_signals() -> None:
    assert [number.name for number in SIGNALS] == ["SIGINT", "SIGTERM", "SIGHUP", "SIGALRM"]


@pytest.mark.parametrize("number", SIGNALS)
def test_work_ends_at_once_and_the_signal_takes_effect_after_it(received: list[int], number: signal.Signals) -> None:
    interruption = Interruption()
    with pytest.raises(Interrupted, match=f"^interrupted by {number.name}$"), interruption.watched():
        try:
            signal.raise_signal(number)
            pytest.fail("the work went on")
        finally:
            assert received == []
    assert received == [number]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_held_signal_interrupts_at_the_release(received: list[int], number: signal.Signals) -> None:
    interruption = Interruption()
    with pytest.raises(Interrupted), interruption.watched():
        interruption.hold()
        assert not interruption.requested
        signal.raise_signal(number)
        assert interruption.requested
        interruption.hold()
        assert received == []
        interruption.release()
        pytest.fail("the work went on")
    assert received == [number]


def test_a_release_without_a_signal_changes_nothing(received: list[int]) -> None:
    interruption = Interruption()
    with interruption.watched():
        interruption.hold()
        interruption.release()
        with pytest.raises(Interrupted):
            signal.raise_signal(signal.SIGINT)
    assert received == [signal.SIGINT]


def test_a_signal_takes_effect_although_its_exception_was_lost(received: list[int]) -> None:
    """And core's second signal does not disturb the work that is left."""
    interruption = Interruption()
    with interruption.watched():
        with pytest.raises(Interrupted):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert received == []
    assert received == [signal.SIGTERM]


def test_a_held_signal_does_not_stop_a_module_that_has_printed_its_result(received: list[int]) -> None:
    interruption = Interruption()
    with pytest.raises(SystemExit), interruption.watched():
        interruption.hold()
        signal.raise_signal(signal.SIGTERM)
        raise SystemExit(0)
    assert received == []


def test_an_ignored_signal_stays_ignored(received: list[int]) -> None:
    """Such as SIGHUP below nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with Interruption().watched():
        signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    assert received == []


def test_outside_of_a_task_nothing_is_handled(received: list[int]) -> None:
    with Interruption().watched():
        pass
    signal.raise_signal(signal.SIGINT)
    assert received == [signal.SIGINT]
