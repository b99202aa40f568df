# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rotation that is ended anywhere: nobody is without a value, and the next run ends it as if nothing had happened."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from tests.unit.resources.rotation_runs import RotatingAccount
from tests.unit.resources.token_platform import cut, refusal

Phases = Sequence[dict[str, Any]]
OVERLAPPING: Phases = ({}, {"state": "finished", "grace": "0"})
IN_PLACE: Phases = ({"mode": "in_place"},)
# As a job whose files are lost at its end: the role extends the validity when the value is delivered.
EPHEMERAL: Phases = tuple(
    {"mode": "in_place", "store_ephemeral": True, "expires_in": "90d", "state": state}
    for state in ("rotated", "finished")
)


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Callable[[], RotatingAccount]]:
    """Makes accounts with a token ``a`` that is due in 3 days and was made for 90."""
    made: list[RotatingAccount] = []

    def make() -> RotatingAccount:
        made.append(RotatingAccount(tmp_path / str(len(made))))
        made[-1].make("a")
        made[-1].near()
        return made[-1]

    yield make
    for account in made:
        account.end()


def _check_rotated(account: RotatingAccount, first: str | None, phases: Phases) -> None:
    """The tasks end the rotation, and then change nothing: one token, its full validity, the first value dead."""
    for options in phases:
        account.rotate(**options)
    assert [account.rotate(**options)["changed"] for options in phases] == [False] * len(phases)
    assert account.days() == {"a": 90}
    assert list(account.store.preview()) == ["a"]
    assert account.value() != first
    assert (account.alive(account.value()), account.alive(first)) == (True, False)


@pytest.mark.parametrize(
    ("phases", "killed", "least"),
    [(OVERLAPPING, 0, 28), (OVERLAPPING, 1, 10), (IN_PLACE, 0, 20)],
    ids=["overlapping", "its end", "in place"],
)
def test_killed_anywhere(accounts: Callable[[], RotatingAccount], phases: Phases, killed: int, least: int) -> None:
    """At each call and each write. Overlapping, the store gives a value that lives at any time."""
    for moment in itertools.count():
        account = accounts()
        first = account.value()
        for options in phases[:killed]:
            account.rotate(**options)
        if not account.killed(moment, **phases[killed]):
            break
        assert phases is IN_PLACE or account.alive(account.value())
        _check_rotated(account, first, phases)
    assert moment >= least


@pytest.mark.parametrize("killed", [0, 1])
def test_killed_anywhere_with_a_store_that_is_lost(accounts: Callable[[], RotatingAccount], killed: int) -> None:
    """The platform alone says that the token is still due, until its value is delivered."""
    for moment in itertools.count():
        account = accounts()
        first = account.value()
        account.new_store()
        for options in EPHEMERAL[:killed]:
            account.rotate(**options)
        if not account.killed(moment, **EPHEMERAL[killed]):
            break
        account.new_store()
        results = [account.rotate(**options) for options in EPHEMERAL]
        # A run that is killed after its last write has told nobody, and has done all.
        finished = killed == 1 and not results[1]["changed"]
        assert results[0]["tokens"][0]["rotated"] != finished
        assert account.days() == {"a": 90}
        assert not account.alive(first)
        account.new_store()
        assert [account.rotate(**options)["changed"] for options in EPHEMERAL] == [False, False]
    assert moment >= 10


@pytest.mark.parametrize(
    ("call", "phase", "kind"),
    [
        *itertools.product(
            [("createtoken", "a.next"), ("edittoken", "1"), ("edittoken", "2")],
            [0],
            ["lost after", "lost before", "refused"],
        ),
        *itertools.product([("deletetokens", "1")], [1], ["lost after", "lost before", "refused"]),
        *itertools.product([("getuserinfo", "")], [0, 1], ["refused"]),
    ],
    ids=str,
)
def test_an_answer_that_is_lost_or_a_refusal(
    accounts: Callable[[], RotatingAccount], call: tuple[str, str], phase: int, kind: str
) -> None:
    """The task ends the rotation or says why not; the next run ends it in any case."""
    account = accounts()
    first = account.value()
    for options in OVERLAPPING[:phase]:
        account.rotate(**options)
    hooks = account.after if kind == "lost after" else account.before
    hooks[call] = refusal() if kind == "refused" else cut
    try:
        account.rotate(**OVERLAPPING[phase])
    except Failed as failed:
        message = failed.result["msg"]
        assert message.startswith("the rotation of token a stopped: ")
        assert failed.result["tokens"][0]["problem"] == message
        assert ("\n" in message, "regenerate:" in message) == (False, False)
    hooks.clear()
    assert account.alive(account.value())
    _check_rotated(account, first, OVERLAPPING)
