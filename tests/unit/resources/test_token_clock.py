# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform whose clock is far from this machine's: nothing is written that a clock decides, and the rest warns."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paas_emulator.clock import Clock

from ansible_collections.inet.elastic.plugins.module_utils._engine import resource as _flow
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.info import TokenInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken, TokenSet
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import TokenStore
from tests.unit.resources.token_platform import TokenPlatform, plain_store

UTC = datetime.timezone.utc
OWN = datetime.datetime(2026, 11, 29, 12, 0, 0, tzinfo=UTC)
DAY = datetime.timedelta(days=1)
BOT: dict[str, Any] = {"description": "bot", "template": "Marketplace"}
TERM: dict[str, Any] = {**BOT, "expires_in": "90d", "renew_before": "14d", "regenerate": "due"}
FAR = [
    datetime.datetime(1970, 1, 2, tzinfo=UTC),
    OWN - DAY - datetime.timedelta(seconds=1),
    OWN + DAY + datetime.timedelta(seconds=1),
    datetime.datetime(2090, 1, 1, tzinfo=UTC),
    datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
]
Set = Callable[[datetime.datetime], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Set:
    """Set the clock of the platform; that of this machine stands at ``OWN``."""
    monkeypatch.setattr(_flow, "utc_now", lambda: OWN)

    def set_to(moment: datetime.datetime) -> None:
        monkeypatch.setattr(Clock, "now", lambda _self: moment)

    set_to(OWN)
    return set_to


@pytest.fixture
def platform(set_clock: Set) -> Iterator[TokenPlatform]:
    found = TokenPlatform()
    yield found
    found.end()


@pytest.fixture
def store(tmp_path: Path) -> TokenStore:
    return plain_store(tmp_path)


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Those of all tasks."""
    found: list[str] = []
    original = _flow.Task.__init__
    monkeypatch.setattr(
        _flow.Task, "__init__", lambda self, **members: original(self, **{**members, "warn": found.append})
    )
    return found


def both(moment: datetime.datetime) -> str:
    return (
        f"the platform's clock says {moment:%Y-%m-%dT%H:%M:%S}Z and the clock of this machine says "
        "2026-11-29T12:00:00Z, more than a day apart: check the time of this machine, and if it is right, ask the "
        "hoster"
    )


def end(platform: TokenPlatform) -> Any:
    return platform.tokens()["bot"].get("expiresAt")


@pytest.mark.parametrize("moment", FAR, ids=str)
@pytest.mark.parametrize("check", [False, True])
def test_no_end_is_computed_for_a_new_token(
    platform: TokenPlatform, store: TokenStore, set_clock: Set, moment: datetime.datetime, check: bool
) -> None:
    set_clock(moment)
    with pytest.raises(Failed) as caught:
        platform.run(OneToken(), store, **TERM, check=check)
    assert caught.value.result["msg"] == (
        f"token 'bot': no end of validity is computed from expires_in, as {both(moment)}; expires_at works meanwhile"
    )
    assert caught.value.result["failure"]["kind"] == "input"
    assert platform.written == []
    assert store.read() == {}


@pytest.mark.parametrize("moment", FAR, ids=str)
def test_a_living_token_is_neither_ended_nor_renewed(
    platform: TokenPlatform, store: TokenStore, set_clock: Set, moment: datetime.datetime
) -> None:
    platform.run(OneToken(), store, **TERM)
    before, entries = platform.tokens(), store.read()
    set_clock(moment)
    with pytest.raises(Failed, match="no end of validity is computed from expires_in"):
        platform.run(TokenSet(), store, tokens=[{**TERM, "expires_in": "60d"}])
    assert platform.written == []
    assert platform.tokens() == before
    assert store.read() == entries


@pytest.mark.parametrize(("moment", "refused"), [(FAR[0], True), (FAR[1], False), (FAR[2], False), (FAR[3], True)])
def test_what_both_clocks_leave_alone_is_left_alone_with_a_warning(
    platform: TokenPlatform,
    store: TokenStore,
    set_clock: Set,
    warnings: list[str],
    moment: datetime.datetime,
    refused: bool,
) -> None:
    platform.run(OneToken(), store, **BOT, expires_at="2027-01-31")
    set_clock(moment)
    warnings.clear()
    if refused:
        with pytest.raises(Failed, match="no end of validity is computed"):
            platform.run(OneToken(), store, **TERM)
        return
    result = platform.run(OneToken(), store, **TERM)
    assert (result["changed"], platform.written) == (False, [])
    assert warnings == [f"whether a token has expired is judged by this machine alone, as {both(moment)}"]


@pytest.mark.parametrize("moment", FAR, ids=str)
def test_an_end_that_the_user_gives_is_written_with_a_warning(
    platform: TokenPlatform, store: TokenStore, set_clock: Set, warnings: list[str], moment: datetime.datetime
) -> None:
    set_clock(moment)
    result = platform.run(OneToken(), store, **BOT, expires_at="2027-06-30")
    assert result["token"]["expires_at"] == "2027-06-30T00:00:00Z"
    assert result["token"]["expired"] is False
    assert warnings == [f"whether a token has expired is judged by this machine alone, as {both(moment)}"]
    with pytest.raises(Failed, match="would expire at 2026-11-28T00:00:00Z, which is past"):
        platform.run(OneToken(), store, **BOT, expires_at="2026-11-28")


def test_a_value_is_not_replaced_because_of_a_clock_that_may_be_wrong(
    platform: TokenPlatform, store: TokenStore, set_clock: Set
) -> None:
    platform.run(OneToken(), store, **BOT, expires_at="2027-01-31")
    set_clock(FAR[3])
    for end_at in ("2099-01-31", ""):
        with pytest.raises(Failed) as caught:
            platform.run(OneToken(), store, **BOT, expires_at=end_at, regenerate="due")
        assert caught.value.result["msg"] == (
            f"token 'bot': whether the token is due cannot be told, as {both(FAR[3])}; regenerate: never or always "
            "works meanwhile"
        )
        assert platform.written == []
    assert platform.run(OneToken(), store, **BOT, expires_at="2099-01-31")["changed"]
    assert platform.written == [("edittoken", platform.sent[2][1])]


@pytest.mark.parametrize("moment", [OWN - DAY, OWN + DAY, OWN], ids=str)
def test_a_day_apart_is_believed(
    platform: TokenPlatform, store: TokenStore, set_clock: Set, warnings: list[str], moment: datetime.datetime
) -> None:
    set_clock(moment)
    result = platform.run(OneToken(), store, **TERM)
    assert result["token"]["expires_at"] == f"{moment + 90 * DAY:%Y-%m-%dT%H:%M:%S}Z"
    assert warnings == []


@pytest.mark.parametrize("moment", FAR, ids=str)
def test_reading_warns_and_judges_by_this_machine(
    platform: TokenPlatform, store: TokenStore, set_clock: Set, warnings: list[str], moment: datetime.datetime
) -> None:
    platform.run(OneToken(), store, **BOT, expires_at="2027-01-31")
    set_clock(moment)
    warnings.clear()
    result = platform.run(TokenInfo(), description=["bot"], require_validity="30d")
    assert [token["expired"] for token in result["tokens"]] == [False]
    assert warnings == [f"whether a token has expired is judged by this machine alone, as {both(moment)}"]
    with pytest.raises(Failed, match="is valid until 2027-01-31T00:00:00Z, which is too soon"):
        platform.run(TokenInfo(), description=["bot"], require_validity="90d")
    warnings.clear()
    platform.run(TokenInfo(), gather=["templates"])
    assert warnings == []


def test_lengths_that_no_calendar_holds_are_one_line(platform: TokenPlatform, store: TokenStore) -> None:
    with pytest.raises(Failed) as caught:
        platform.run(OneToken(), store, **{**TERM, "expires_in": "999999w"})
    assert caught.value.result["msg"] == (
        "expires_in: this length of time from 2026-11-29T12:00:00Z ends after the year 9999; give a shorter one"
    )
    assert platform.written == []
    result = platform.run(OneToken(), store, **{**TERM, "expires_in": "99999w"})
    assert result["token"]["expires_at"].startswith("3943-")
    platform.run(OneToken(), store, **BOT, expires_at="9999-12-31 23:59:59")
    longest = datetime.datetime(9999, 12, 31, tzinfo=UTC) - OWN
    assert platform.run(OneToken(), store, **{**TERM, "expires_in": f"{longest.days}d"})["changed"]
    assert end(platform).startswith("9999-12-3")
