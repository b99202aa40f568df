# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A signal in the middle of an item is taken over, and let go when all is closed; nothing can lose it on the way."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from ansible_collections.inet.elastic.plugins.plugin_utils._loop_session import SIGNALS, Interrupted, SessionCache


@pytest.fixture
def came() -> Iterator[list[int]]:
    """The signals that came to whom they would have come without a keeper."""
    numbers: list[int] = []
    before = {number: signal.signal(number, lambda came, _frame: numbers.append(came)) for number in SIGNALS}
    yield numbers
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_work_ends_at_once(came: list[int], number: signal.Signals) -> None:
    keeper = SessionCache(loop=True, warn=pytest.fail)
    with pytest.raises(Interrupted), keeper.working({}):
        signal.raise_signal(number)
        pytest.fail("the work went on")
    assert came == [number]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_lost_exception_does_not_lose_the_signal(came: list[int], number: signal.Signals) -> None:
    keeper = SessionCache(loop=True, warn=pytest.fail)
    with keeper.working({}):
        with pytest.raises(Interrupted):
            signal.raise_signal(number)
        signal.raise_signal(number)  # core sends each twice; the second does not disturb the way out
        assert came == []
    assert came == [number]


def test_between_items_it_goes_on_at_once(came: list[int]) -> None:
    keeper = SessionCache(loop=True, warn=pytest.fail)
    with keeper.working({}):
        pass
    signal.raise_signal(signal.SIGTERM)
    assert came == [signal.SIGTERM]
    signal.raise_signal(signal.SIGINT)  # the keeper has stepped back
    assert came == [signal.SIGTERM, signal.SIGINT]
