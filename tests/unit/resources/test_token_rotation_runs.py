# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotations against the emulator: what they report, several at once, and what the store knows of a token's validity."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import NotSentError
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken
from tests.unit.resources.rotation_runs import MortalStore, RotatingAccount
from tests.unit.resources.token_platform import plain_store, refusal

DAYS = 86400


@pytest.fixture
def account(tmp_path: Path) -> Iterator[RotatingAccount]:
    """An account with two tokens that are due in 3 days and were made for 90."""
    found = RotatingAccount(tmp_path)
    found.make("a", "b")
    found.near("a", "b")
    yield found
    found.end()


def _failure(account: RotatingAccount, *names: str, **options: Any) -> dict[str, Any]:
    with pytest.raises(Failed) as caught:
        account.rotate(*names, **options)
    return caught.value.result


def _without_time(value: Any) -> str:
    """Two runs may be a second apart."""
    return re.sub(r"T[0-9:]+Z", "", json.dumps(value))


def test_what_a_rotation_reports(account: RotatingAccount) -> None:
    """Check mode predicts it, up to numbers; the steps are those of all tokens."""
    names = ("a", "b")
    predicted, result = (account.rotate(*names, check=check) for check in (True, False))
    tokens = [{**token, "id": None} for token in result["tokens"]]
    assert predicted["steps"] == result["steps"]
    assert _without_time((predicted["tokens"], predicted["diff"])) == _without_time((tokens, result["diff"]))
    assert [token["steps"] for token in tokens] == [result["steps"][:5], result["steps"][5:]]
    first = result["tokens"][0]
    assert {name: first[name] for name in ("description", "selected_by", "id", "rotated", "stored", "problem")} == {
        **{"description": "a", "selected_by": "a", "id": 3, "rotated": True, "stored": True, "problem": None}
    }
    assert (first["old"]["id"], first["old"]["description"]) == (1, "a.old")
    assert {name: token["value"] for name, token in result["diff"]["before"].items()} == {"a": "(old)", "b": "(old)"}
    assert {name: token["value"] for name, token in result["diff"]["after"].items()} == {
        **{"a": "(new)", "a.old": "(old)", "b": "(new)", "b.old": "(old)"}
    }
    assert not any(str(account.value(name)) in str(result) for name in names)


def test_one_token_that_fails_keeps_no_other_from_its_value(account: RotatingAccount) -> None:
    account.before[("createtoken", "a.next")] = refusal()
    first = account.value("a")
    result = _failure(account, "a", "b")
    problem = result["tokens"][0]["problem"]
    assert problem.startswith("the rotation of token a stopped: users.authentication.CreateToken was refused: no")
    assert result["msg"] == f"1 of 2 tokens failed: {problem}"
    assert (result["failure"]["kind"], result["failure"]["code"], result["changed"]) == ("refused", 99, True)
    assert [(token["rotated"], bool(token["problem"])) for token in result["tokens"]] == [(False, True), (True, False)]
    assert account.value("a") == first
    # Several failures are told together.
    account.before[("createtoken", "a.next")] = refusal()
    result = _failure(account, "nosuch", "a")
    assert result["msg"] == "2 of 2 tokens failed: " + "; ".join(token["problem"] for token in result["tokens"])


def test_nothing_is_begun_when_the_platform_is_gone(account: RotatingAccount) -> None:
    """The next token would fail by the same cause."""

    def gone() -> None:
        raise NotSentError("the platform cannot be reached")

    account.before[("createtoken", "a.next")] = gone
    result = _failure(account, "a", "b")
    assert [token["problem"] for token in result["tokens"]] == [
        "the rotation of token a stopped: the platform cannot be reached",
        "token b was not begun, because of the failure before it",
    ]
    assert account.written == [("createtoken", "a.next")]


def test_a_value_that_is_not_accepted_stops_the_exchange(account: RotatingAccount) -> None:
    """A value that only lacks the method is accepted."""
    account.before[("getuserinfo", "")] = refusal(702)
    result = _failure(account)
    assert result["msg"].startswith(
        "the rotation of token a stopped: the platform does not accept the value of token 'a.next': "
        "users.account.GetUserInfo was refused: no"
    )
    assert sorted(account.tokens()) == ["a", "a.next", "b"]
    account.before[("getuserinfo", "")] = refusal(8202)
    assert account.rotate()["tokens"][0]["rotated"] is True


def test_two_runs_with_stores_of_their_own(account: RotatingAccount, tmp_path: Path) -> None:
    """Another run rotates the token while this one is about to: the successor of this run takes nobody's place."""
    store, other = account.store, plain_store(tmp_path)

    def meanwhile() -> None:
        account.before.clear()
        account.store = MortalStore(other, account.life)
        account.rotate()
        account.store = store

    first = account.value()
    account.before[("createtoken", "a.next")] = meanwhile
    result = _failure(account)
    assert result["msg"].startswith(
        "the rotation of token a stopped: there is a token 'a.old' that no rotation with this"
    )
    assert sorted(account.tokens()) == ["a", "a.old", "b"]
    assert (account.alive(first), account.alive(other.preview()["a"].value)) == (True, True)


def test_two_successors_at_the_same_moment(account: RotatingAccount) -> None:
    """The later one gives way, and the value of the other one is not replaced."""
    values = []

    def meanwhile() -> None:
        account.before.clear()
        made = account.call(
            "users.authentication.CreateToken", description="a.next", apiList="users.account.GetUserInfo"
        )
        values.append(made["token"]["key"])

    first = account.value()
    account.before[("createtoken", "a.next")] = meanwhile
    result = _failure(account)
    assert result["msg"].startswith("the rotation of token a stopped: there is a token 'a.next' that no rotation with")
    assert sorted(account.tokens()) == ["a", "a.next", "b"]
    assert (account.alive(first), account.alive(values[0])) == (True, True)
    assert sorted(account.store.preview()) == ["a", "b"]


def test_the_store_knows_for_how_long_a_token_was_made(account: RotatingAccount) -> None:
    """Whatever else happens to the token, and to its value."""

    def valid_for(**options: Any) -> float | None:
        account.run(OneToken(), account.store, description="a", **options)
        seconds = account.store.preview()["a"].valid_for
        return None if seconds is None else round(seconds / DAYS, 3)

    assert valid_for() == 90
    assert valid_for(regenerate="always") == 90
    assert valid_for(template="Marketplace") == 90
    assert valid_for(expires_in="40d", renew_before="5d") == 40
    assert valid_for(expires_at="") is None
    # An end that stays as it is says nothing of how long ago it was set.
    account.near()
    account.new_store()
    assert valid_for(regenerate="always") is None


def test_a_renamed_token_keeps_what_the_store_knows(account: RotatingAccount) -> None:
    account.run(OneToken(), account.store, id=1, description="c")
    assert account.store.preview()["c"].valid_for == 90 * DAYS
