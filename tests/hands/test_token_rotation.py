# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two rotations with one store at the same time: one rotates, the other waits for it, also if the first is killed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken
from ansible_collections.inet.elastic.plugins.module_utils._resources.token_rotation.resource import TokenRotation
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store import store as store_module
from tests.faults.task_processes import TaskProcesses, job_of
from tests.hands.between import Other, Waits, perform
from tests.integration.direct import open_store, options_of
from tests.integration.support import SIGN_CALLS, Emulator, short

SERVICE = "users.authentication"
CREATE, EDIT, REGENERATE = (f"{SERVICE}.{name}" for name in ("CreateToken", "EditToken", "RegenerateToken"))
GET = f"{SERVICE}.GetTokens"
NAMES = ("bot", "other")
# What a rotation of one token writes.
WRITES = {
    "overlapping": ["CreateToken", "EditToken", "EditToken"],
    "in_place": ["RegenerateToken", "EditToken"],
}
# Where the first of two runs is killed: the method, how many calls of it come before, and the point beside that call.
POINTS = {
    "overlapping": [
        (GET, 0, "after"),
        (CREATE, 0, "before"),
        (CREATE, 0, "after"),
        (CREATE, 0, "renamed"),
        (EDIT, 0, "before"),
        (EDIT, 0, "after"),
        (EDIT, 1, "before"),
        (EDIT, 1, "after"),
        (EDIT, 1, "renamed"),
    ],
    "in_place": [
        (GET, 0, "after"),
        (REGENERATE, 0, "before"),
        (REGENERATE, 0, "after"),
        (REGENERATE, 0, "renamed"),
        (EDIT, 0, "before"),
        (EDIT, 0, "after"),
    ],
}


class TwoTokens:
    """An account with two tokens that are due, and the store that both runs have."""

    def __init__(self, emulator: Emulator, store: Path, mode: str) -> None:
        self.emulator = emulator
        self.store = store
        self.mode = mode
        emulator.reset()
        store.unlink(missing_ok=True)
        for name in NAMES:
            given: dict[str, Any] = {
                "description": name,
                "api_methods": ["users.account.GetUserInfo"],
                "expires_in": "30d",
            }
            perform(OneToken(), emulator, store=store, **given)
        self.first = self.values()
        emulator.forget()

    @property
    def options(self) -> dict[str, Any]:
        """The task of both runs."""
        tokens = [{"description": name} for name in NAMES]
        return {"tokens": tokens, "mode": self.mode, "expires_in": "90d", "due_within": "40d"}

    def job(self, method: str = GET, stop: str = "", skip: int = 0) -> dict[str, Any]:
        """The task for a process."""
        given = options_of(TokenRotation(), self.emulator, **self.options, store=str(self.store))
        return job_of(method, "rotation", given, self.store, stop, skip)

    def rotate(self) -> dict[str, Any]:
        """The task in this process."""
        return perform(TokenRotation(), self.emulator, store=self.store, **self.options)

    def values(self) -> dict[str, str | None]:
        """What the store has, by its keys; None for a mark."""
        entries = open_store(self.store).read()
        return {key: None if entry.pending else entry.value for key, entry in entries.items()}

    def writes(self) -> list[str]:
        """The calls that change a token, of all runs."""
        return short([method for method in self.emulator.writes if method not in SIGN_CALLS])

    def alive(self, value: str | None) -> bool:
        """Whether the platform accepts a value."""
        return value is not None and self.emulator.call("users.account.GetUserInfo", session=value)["result"] == 0

    def tokens(self) -> list[str]:
        """Descriptions of all tokens that came of the two."""
        listed = self.emulator.call(GET, session=self.emulator.signin())["apiTokens"]
        return sorted(token["description"] for token in listed if token["description"].startswith(NAMES))

    def check_rotated(self) -> None:
        """Each token has one new value, which is in the store and lives; nothing is left to do."""
        values = self.values()
        assert sorted(values) == sorted(NAMES)
        assert all(values[name] != self.first[name] and self.alive(values[name]) for name in NAMES)
        overlapping = self.mode == "overlapping"
        assert self.tokens() == sorted([*NAMES, *(f"{name}.old" for name in NAMES if overlapping)])
        assert [self.alive(value) for value in self.first.values()] == [overlapping] * len(NAMES)
        self.emulator.forget()
        assert (self.rotate()["changed"], self.emulator.writes) == (False, [])
        assert self.values() == values


@pytest.fixture(params=WRITES)
def account(request: pytest.FixtureRequest, emulator: Emulator, tmp_path: Path) -> TwoTokens:
    """One for each mode."""
    return TwoTokens(emulator, tmp_path / "tokens.yml", request.param)


def test_two_processes(account: TwoTokens, task_processes: Callable[[], TaskProcesses]) -> None:
    """Neither fails, and each token is rotated once."""
    assert task_processes().together([account.job(), account.job()]) == []
    assert sorted(account.writes()) == sorted(WRITES[account.mode] * len(NAMES))
    account.check_rotated()


def test_the_first_of_two_is_killed(
    account: TwoTokens, task_processes: Callable[[], TaskProcesses], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it is, the other run waits for it by then, goes on from there, and both tokens have one new value."""
    for method, skip, stop in POINTS[account.mode]:
        point = f"{stop} {method} {skip}"
        fresh = TwoTokens(account.emulator, account.store, account.mode)
        waits = Waits()
        other = Other(fresh.rotate)

        def begin(other: Other = other, waits: Waits = waits) -> None:
            monkeypatch.setattr(store_module, "Display", lambda: SimpleNamespace(v=waits.tell))
            other.start()
            waits.come()

        assert task_processes().killed_at(fresh.job(method, stop, skip), begin) is None, point
        assert [token["problem"] for token in other.ended()["tokens"]] == [None] * len(NAMES), point
        (said,) = waits.said
        assert f"waits for the lock of the token store {fresh.store}, up to " in said
        fresh.check_rotated()
