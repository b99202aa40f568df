# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals while tokens change: each value is stored, handed back, or its token is removed."""

from __future__ import annotations

import datetime
import signal
from collections.abc import Callable, Iterator

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import to_text, utc_now
from ansible_collections.inet.elastic.plugins.module_utils._engine.interruption import SIGNALS, Interrupted
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import StoreEntry
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken, TokenSet
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import TokenStore
from tests.unit.resources.test_token_sets import (
    AGAIN,
    CREATE,
    DELETE,
    EDIT,
    NAMES,
    NEW,
    REGENERATE,
    failure,
    ids,
    platform,
    states,
    store,
)
from tests.unit.resources.token_platform import TokenPlatform, refusal

__all__ = ["platform", "store"]


@pytest.fixture
def received() -> Iterator[list[int]]:
    """The signals that take their usual effect."""
    numbers: list[int] = []
    before = {number: signal.signal(number, lambda came, _frame: numbers.append(came)) for number in SIGNALS}
    yield numbers
    for number, handler in before.items():
        signal.signal(number, handler)


def interrupt(number: int) -> Callable[[], None]:
    """What happens to a call in whose midst a signal comes, twice, as ansible-core sends it."""

    def send() -> None:
        signal.raise_signal(number)
        signal.raise_signal(number)

    return send


@pytest.mark.parametrize("number", SIGNALS)
def test_an_interrupted_task_stores_the_value_under_way_and_begins_nothing_else(
    platform: TokenPlatform, store: TokenStore, received: list[int], number: int
) -> None:
    platform.before = {(CREATE, "b"): interrupt(number)}
    with pytest.raises(Interrupted):
        platform.run(TokenSet(), store, tokens=NEW)
    assert platform.written == [(CREATE, name) for name in "ab"]
    assert platform.sent[-1][0] == "signout"
    assert states(store.read(), platform) == dict.fromkeys("ab", "alive")
    assert received == [number]
    assert platform.run(TokenSet(), store, tokens=NEW)["changed"] is True
    assert states(store.read(), platform) == dict.fromkeys(NAMES, "alive")


def test_an_interrupted_rename_renames_the_entry(
    platform: TokenPlatform, store: TokenStore, received: list[int]
) -> None:
    platform.run(TokenSet(), store, tokens=NEW[:2])
    numbers = ids(platform)
    platform.before = {(EDIT, numbers["a"]): interrupt(signal.SIGINT)}
    with pytest.raises(Interrupted):
        platform.run(TokenSet(), store, tokens=[{"id": int(numbers[n]), "description": f"new-{n}"} for n in "ab"])
    assert states(store.read(), platform) == {"b": "alive", "new-a": "alive"}
    assert received == [signal.SIGINT]


def test_a_read_is_interrupted_at_once(platform: TokenPlatform, store: TokenStore, received: list[int]) -> None:
    platform.before = {("gettokens", ""): interrupt(signal.SIGTERM)}
    with pytest.raises(Interrupted):
        platform.run(TokenSet(), store, tokens=NEW)
    assert [method for method, _token in platform.sent] == ["signin", "gettokens", "signout"]
    assert received == [signal.SIGTERM]


@pytest.mark.parametrize("number", SIGNALS)
def test_an_interrupted_creation_without_a_store_is_undone(
    platform: TokenPlatform, received: list[int], number: int
) -> None:
    """Nobody gets the result, so the values would be lost."""
    platform.before = {(CREATE, "b"): interrupt(number)}
    with pytest.raises(Interrupted):
        platform.run(TokenSet(), tokens=NEW, return_value=True)
    assert platform.tokens() == {}
    assert [method for method, _token in platform.written] == [CREATE, CREATE, DELETE, DELETE]
    assert received == [number]


def test_an_interrupted_creation_that_cannot_be_undone_is_named(platform: TokenPlatform, received: list[int]) -> None:
    def outage() -> None:
        platform.before[DELETE, ids(platform)["a"]] = refusal()

    platform.before = {(CREATE, "a"): interrupt(signal.SIGINT)}
    platform.after = {(CREATE, "a"): outage}
    result = failure(platform, None, NEW[:1], return_value=True)
    assert result["failure"]["kind"] == "interrupted"
    assert result["msg"].startswith("the task was interrupted; the new token 'a' could not be removed: ")
    assert received == [signal.SIGINT]


def test_an_interrupted_regeneration_without_a_store_hands_its_value_back(
    platform: TokenPlatform, received: list[int]
) -> None:
    """The old value is dead, so the task goes on to its end, and the signal takes effect after that."""
    platform.run(TokenSet(), tokens=NEW[:1], return_value=True)
    platform.before = {(REGENERATE, ids(platform)["a"]): interrupt(signal.SIGTERM)}
    result = platform.run(OneToken(), **AGAIN[0], return_value=True)
    assert platform.alive(result["value"])
    assert received == [signal.SIGTERM]


class Pauses(Clock):
    """A clock that only pauses move."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(monotonic=lambda: self.now, pause=self._pause)

    def _pause(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(
    ("arrives", "age", "waited", "pending"),
    [(3, 0, (1, 2), "create"), (None, 0, (14, 16), "create"), (None, 60, (0, 0), "create"), (None, 0, (0, 0), None)],
    ids=["the token comes", "it does not come", "the mark is old", "no mark"],
)
def test_a_removal_waits_for_a_creation_that_was_killed(
    platform: TokenPlatform,
    store: TokenStore,
    monkeypatch: pytest.MonkeyPatch,
    arrives: int | None,
    age: int,
    waited: tuple[float, float],
    pending: str | None,
) -> None:
    """A run that was killed while it created the token leaves the mark alone; CreateToken may come later."""
    clock, looks, real = Pauses(), list[float](), platform.client
    marked = utc_now() - datetime.timedelta(seconds=age)
    with store.transaction() as writer:
        writer.put(StoreEntry(key="a", description="a", pending=pending, value=None, updated_at=to_text(marked)))

    def arrive() -> None:
        looks.append(clock.now)
        if len(looks) == arrives:
            platform.call("users.authentication.CreateToken", description="a", apiList="users.account.GetUserInfo")

    platform.before = {("gettokens", ""): arrive}
    monkeypatch.setattr(platform, "client", lambda session=None: real(session, clock=clock))
    platform.run(OneToken(), store, description="a", state="absent")
    monkeypatch.undo()
    assert platform.tokens() == {}
    assert store.read() == {}
    assert waited[0] <= clock.now <= waited[1]
    missed = pending is not None and arrives is None
    assert [text.partition(";")[0] for text in platform.warnings] == missed * [
        "token 'a' does not exist, but an earlier run was killed while it created the token"
    ]
