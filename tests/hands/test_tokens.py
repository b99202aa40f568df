# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens that others make, change and remove while a task works on them; no value of theirs is replaced unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._engine.runner import FRESH_SECONDS
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken, TokenSet
from tests.hands.between import Hands, Moment, Time, perform
from tests.integration.direct import open_store
from tests.integration.support import SIGN_CALLS, Emulator, short

SERVICE = "users.authentication"
BOT: dict[str, Any] = {"description": "bot", "api_methods": ["users.account.GetUserInfo"]}
OTHER: dict[str, Any] = {"description": "other", "api_methods": ["users.account.GetUserInfo"]}
CREATE, EDIT, REGENERATE, DELETE = "CreateToken", "EditToken", "RegenerateToken", "DeleteTokens"
LOST_VALUE = (
    "the value of token 'bot' is not in the store and cannot be read from the platform; regenerate: lost replaces it"
)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """The store of the task."""
    return tmp_path / "mine.yml"


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """The store of another run, on another machine."""
    return tmp_path / "theirs.yml"


def tokens(emulator: Emulator) -> dict[int, str]:
    """Descriptions by id, without the account's own token."""
    listed = emulator.call(f"{SERVICE}.GetTokens", session=emulator.signin())["apiTokens"]
    return {token["id"]: token["description"] for token in listed if token["description"] in ("bot", "other", "third")}


def state(emulator: Emulator, store: Path) -> str:
    """Whether the stored value of the bot is alive."""
    entry = open_store(store).read().get("bot") if store.exists() else None
    if entry is None or entry.value is None:
        return f"pending {entry.pending}" if entry else "none"
    return "alive" if emulator.call("users.account.GetUserInfo", session=entry.value)["result"] == 0 else "dead"


def calls(emulator: Emulator) -> list[str]:
    """The calls so far, without those to sign in and out."""
    return short([method for method in emulator.methods if method not in SIGN_CALLS])


def they_make(emulator: Emulator, store: Path) -> Moment:
    """Another run makes the bot, whole."""
    return lambda: perform(OneToken(), emulator, store=store, **BOT)


def outage(emulator: Emulator, method: str, *, done: bool = True) -> None:
    """The answer to a method is lost, and from then on the gateway answers for the platform."""
    lost = {"method": f"{SERVICE}.{method}", "kind": "cut_after" if done else "cut_before"}
    down = {"kind": "5xx", "status": 503, "times": -1}
    reads = [{"method": f"{SERVICE}.{name}", **down, "after": 1} for name in ("GetTokens",)]
    emulator.control("PUT", "faults", [lost, *reads, {"method": "users.account.GetUserInfo", **down}])


def failure(emulator: Emulator, hands: Hands | None = None, **options: Any) -> dict[str, Any]:
    """Run a task that fails."""
    with pytest.raises(Failed) as caught:
        perform(OneToken(), emulator, hands, **options)
    assert "\n" not in caught.value.result["msg"]
    return caught.value.result


# -- two creators --------------------------------------------------------------------------------------------------


def test_the_later_one_gives_way(emulator: Emulator, mine: Path, theirs: Path) -> None:
    """Its token goes again; what is there is reported as it is for any task that finds the token there."""
    said: list[str] = []
    result = perform(
        OneToken(),
        emulator,
        Hands(before={"createtoken": they_make(emulator, theirs)}),
        store=mine,
        warnings=said,
        **BOT,
    )
    (number,) = tokens(emulator)
    assert (result["changed"], result["token"]["id"], result["token"]["stored"]) == (False, number, False)
    assert result["diff"]["before"] == result["diff"]["after"]
    assert said == [LOST_VALUE]
    assert (state(emulator, mine), state(emulator, theirs)) == ("none", "alive")
    emulator.forget()
    assert perform(OneToken(), emulator, store=theirs, **BOT)["changed"] is False
    assert emulator.writes == []


def test_the_earlier_one_stays(emulator: Emulator, mine: Path) -> None:
    """It sees that somebody made another one, who sees it, too; a warning says so."""
    said: list[str] = []

    def they_begin() -> None:
        params = {"description": "bot", "apiList": "users.account.GetUserInfo"}
        assert emulator.call(f"{SERVICE}.{CREATE}", session=emulator.signin(), **params)["result"] == 0

    result = perform(OneToken(), emulator, Hands(after={"createtoken": they_begin}), store=mine, warnings=said, **BOT)
    first, second = sorted(tokens(emulator))
    assert (result["changed"], result["token"]["id"], state(emulator, mine)) == (True, first, "alive")
    assert said == [
        f"somebody else made a token 'bot' (id {second}) at the same moment; a run of this collection removes it "
        "again, otherwise remove it by its id"
    ]


def test_twins_are_looked_at_again(emulator: Emulator, theirs: Path) -> None:
    """A third run that comes between the later creation and its removal waits for the removal."""
    perform(OneToken(), emulator, store=theirs, **BOT)
    params = {"description": "bot", "apiList": "users.account.GetUserInfo"}
    emulator.call(f"{SERVICE}.{CREATE}", session=emulator.signin(), **params)
    first, second = sorted(tokens(emulator))

    def the_later_one_goes() -> None:
        emulator.call(f"{SERVICE}.{DELETE}", session=emulator.signin(), ids=str(second))

    hands = Hands(after={"gettokens": the_later_one_goes})
    result = perform(OneToken(), emulator, hands, store=theirs, **BOT)
    assert (result["changed"], result["token"]["id"], result["api_calls"][f"{SERVICE}.GetTokens"]) == (False, first, 2)


def test_twins_that_stay_are_an_error(emulator: Emulator, mine: Path) -> None:
    params = {"description": "bot", "apiList": "users.account.GetUserInfo"}
    for _number in range(2):
        emulator.call(f"{SERVICE}.{CREATE}", session=emulator.signin(), **params)
    result = failure(emulator, store=mine, **BOT)
    first, second = sorted(tokens(emulator))
    assert result["msg"].startswith(f"2 tokens have the description 'bot' (ids {first}, {second}); ")


def test_one_of_a_set_gives_way(emulator: Emulator, mine: Path, theirs: Path) -> None:
    """The others of the set are made, and only those count as changed."""
    hands = Hands(before={"createtoken bot": they_make(emulator, theirs)})
    result = perform(TokenSet(), emulator, hands, store=mine, tokens=[OTHER, BOT, {**OTHER, "description": "third"}])
    assert sorted(tokens(emulator).values()) == ["bot", "other", "third"]
    assert (result["changed"], result["removed"]) == (True, [])
    assert [token["stored"] for token in result["tokens"]] == [True, False, True]
    assert set(open_store(mine).read()) == {"other", "third"}
    assert {name for name in result["diff"]["after"] if name not in result["diff"]["before"]} == {"other", "third"}
    assert state(emulator, theirs) == "alive"


def test_the_later_one_replaces_the_value_if_asked(emulator: Emulator, mine: Path, theirs: Path) -> None:
    """The token is there and its value is not in the store: that is what regenerate: lost is for."""
    hands = Hands(before={"createtoken": they_make(emulator, theirs)})
    result = perform(OneToken(), emulator, hands, store=mine, **BOT, regenerate="lost")
    assert list(tokens(emulator).values()) == ["bot"]
    assert (result["changed"], result["token"]["regenerated"], state(emulator, mine)) == (True, True, "alive")


def test_a_twin_that_cannot_be_removed(emulator: Emulator, mine: Path, theirs: Path) -> None:
    """One line names it."""
    emulator.control("PUT", "faults", [{"method": f"{SERVICE}.{DELETE}", "kind": "inner_error", "code": 99}])
    result = failure(emulator, Hands(before={"createtoken": they_make(emulator, theirs)}), store=mine, **BOT)
    assert result["msg"].endswith(
        f"somebody else made a token 'bot' at the same moment, and the one of this task (id {max(tokens(emulator))}) "
        "could not be removed: remove it by its id, then run the task again"
    )


# -- lost answers --------------------------------------------------------------------------------------------------


def test_a_token_that_may_be_somebody_elses_keeps_its_value(emulator: Emulator, mine: Path, theirs: Path) -> None:
    """The call was not carried out, and the token that is there was made by another run meanwhile."""

    def they_make_it_and_the_call_is_cut() -> None:
        perform(OneToken(), emulator, store=theirs, **BOT)
        emulator.control("PUT", "faults", [{"method": f"{SERVICE}.{CREATE}", "kind": "cut_before"}])

    result = failure(emulator, Hands(before={"createtoken": they_make_it_and_the_call_is_cut}), store=mine, **BOT)
    assert (result["failure"]["kind"], result["failure"]["method"]) == ("answer_lost", f"{SERVICE}.{CREATE}")
    (number,) = tokens(emulator)
    assert result["msg"].endswith(
        f"there is a token 'bot' (id {number}) now, made by this call or by somebody else at the same moment, and its "
        "value is not known: run again with regenerate: lost (with a store) or always if the value may be replaced, or "
        "remove the token by its id"
    )
    assert (state(emulator, theirs), state(emulator, mine)) == ("alive", "pending create")
    # What the message says repairs it.
    assert perform(OneToken(), emulator, store=mine, **BOT, regenerate="lost")["changed"] is True
    assert state(emulator, mine) == "alive"


@pytest.mark.parametrize(
    ("method", "options", "words"),
    [
        (
            CREATE,
            BOT,
            "run the task again, and with regenerate: lost if the token is there without a value in the store",
        ),
        (EDIT, {**BOT, "expires_at": "2099-01-31"}, "run the task again"),
        (DELETE, {"description": "bot", "state": "absent"}, "run the task again"),
    ],
    ids=[CREATE, EDIT, DELETE],
)
@pytest.mark.parametrize("many", [False, True])
def test_an_outage_that_goes_on(
    emulator: Emulator, mine: Path, method: str, options: dict[str, Any], words: str, many: bool
) -> None:
    """The message is about the change that may have been made, not about the read that failed after it."""
    if method != CREATE:
        perform(OneToken(), emulator, store=mine, **BOT)
    outage(emulator, method)
    resource, given = (TokenSet(), {"tokens": [options]}) if many else (OneToken(), options)
    with pytest.raises(Failed) as caught:
        perform(resource, emulator, store=mine, **given)
    result = caught.value.result
    assert result["failure"] == {"kind": "answer_lost", "code": None, "method": f"{SERVICE}.{method}"}
    assert (
        "; whether the change was made could not be seen: users.authentication.GetTokens got no answer" in result["msg"]
    )
    assert result["msg"].endswith(f"; {words}")
    emulator.control("PUT", "faults", [])
    perform(resource, emulator, store=mine, **given)
    if method == CREATE:
        perform(OneToken(), emulator, store=mine, **BOT, regenerate="lost")
        assert state(emulator, mine) == "alive"


@pytest.mark.parametrize("many", [False, True])
def test_an_outage_that_goes_on_after_a_regeneration(emulator: Emulator, mine: Path, many: bool) -> None:
    """Neither the value nor whether it was replaced can be known."""
    perform(OneToken(), emulator, store=mine, **BOT)
    outage(emulator, REGENERATE)
    options = {**BOT, "regenerate": "always"}
    resource, given = (TokenSet(), {"tokens": [options]}) if many else (OneToken(), options)
    with pytest.raises(Failed) as caught:
        perform(resource, emulator, store=mine, **given)
    result = caught.value.result
    assert result["failure"] == {"kind": "answer_lost", "code": None, "method": f"{SERVICE}.{REGENERATE}"}
    assert result["msg"].endswith(
        "; whether 'bot' has a new value cannot be seen, and a stored old one may be dead: run again with regenerate: "
        "lost (with a store) or always"
    )
    emulator.control("PUT", "faults", [])
    perform(OneToken(), emulator, store=mine, **BOT, regenerate="lost")
    assert state(emulator, mine) == "alive"


def test_two_new_tokens_after_a_lost_answer(emulator: Emulator, mine: Path, theirs: Path) -> None:
    """One is of this call and one of somebody else, and nobody can tell which; no value is replaced."""

    def they_make_it_and_the_answer_is_cut() -> None:
        perform(OneToken(), emulator, store=theirs, **BOT)
        emulator.control("PUT", "faults", [{"method": f"{SERVICE}.{CREATE}", "kind": "cut_after"}])

    hands = Hands(before={"createtoken": they_make_it_and_the_answer_is_cut})
    result = failure(emulator, hands, store=mine, **BOT, regenerate="lost")
    first, second = sorted(tokens(emulator))
    assert result["msg"].endswith(
        f"; there are 2 tokens 'bot' now (ids {first}, {second}), made by this call or by somebody else at the same "
        "moment: remove those that nobody uses by their ids, then run the task again"
    )
    assert (state(emulator, theirs), state(emulator, mine)) == ("alive", "pending create")


def test_a_regeneration_whose_answer_is_lost_twice(emulator: Emulator, mine: Path) -> None:
    """The old value is dead, and the message says what to do."""
    perform(OneToken(), emulator, store=mine, **BOT)
    emulator.control("PUT", "faults", [{"method": f"{SERVICE}.{REGENERATE}", "kind": "cut_after", "times": 2}])
    result = failure(emulator, store=mine, **BOT, regenerate="always")
    assert result["msg"].endswith(
        "; the old value of 'bot' is dead: run again with regenerate: lost (with a store) or always"
    )
    assert perform(OneToken(), emulator, store=mine, **BOT, regenerate="lost")["changed"] is True
    assert state(emulator, mine) == "alive"


def test_a_creation_and_the_replacement_are_lost(emulator: Emulator, mine: Path) -> None:
    """Two answers in a row."""
    cut = {"kind": "cut_after"}
    emulator.control("PUT", "faults", [{"method": f"{SERVICE}.{name}", **cut} for name in (CREATE, REGENERATE)])
    result = failure(emulator, store=mine, **BOT, regenerate="lost")
    (number,) = tokens(emulator)
    assert result["msg"].endswith(
        f"; the token 'bot' (id {number}) was made, and its value is lost: run again with regenerate: lost (with a "
        "store) or always"
    )
    assert perform(OneToken(), emulator, store=mine, **BOT, regenerate="lost")["changed"] is True
    assert state(emulator, mine) == "alive"


# -- changed and removed meanwhile ----------------------------------------------------------------------------------


@pytest.fixture
def made(emulator: Emulator, mine: Path) -> None:
    """Two tokens that are there."""
    perform(TokenSet(), emulator, store=mine, tokens=[BOT, OTHER])
    emulator.forget()


@pytest.mark.usefixtures("made")
def test_one_of_two_is_removed_by_somebody_else(emulator: Emulator, mine: Path, theirs: Path) -> None:
    """The call is refused as a whole, so what is left is removed by another one."""
    gone: dict[str, Any] = {"descriptions": ["bot", "other"], "state": "absent"}
    hands = Hands(
        before={"deletetokens": lambda: perform(OneToken(), emulator, store=theirs, description="bot", state="absent")}
    )
    result = perform(OneToken(), emulator, hands, store=mine, **gone)
    assert (result["changed"], tokens(emulator), open_store(mine).read()) == (True, {}, {})


@pytest.mark.usefixtures("made")
def test_all_are_removed_by_somebody_else(emulator: Emulator, mine: Path, theirs: Path) -> None:
    gone: dict[str, Any] = {"descriptions": ["bot", "other"], "state": "absent"}
    hands = Hands(before={"deletetokens": lambda: perform(OneToken(), emulator, store=theirs, **gone)})
    perform(OneToken(), emulator, hands, store=mine, **gone)
    assert (tokens(emulator), open_store(mine).read()) == ({}, {})


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("options", [{"expires_at": "2099-01-31"}, {"regenerate": "always"}], ids=[EDIT, REGENERATE])
def test_a_token_that_is_removed_before_it_is_changed(emulator: Emulator, mine: Path, options: dict[str, Any]) -> None:
    """The new plan makes it anew."""
    number = next(number for number, name in tokens(emulator).items() if name == "bot")

    def remove() -> None:
        assert emulator.call(f"{SERVICE}.{DELETE}", session=emulator.signin(), ids=str(number))["result"] == 0

    method = "edittoken" if "expires_at" in options else "regeneratetoken"
    result = perform(OneToken(), emulator, Hands(before={method: remove}), store=mine, **BOT, **options)
    assert (result["changed"], state(emulator, mine)) == (True, "alive")
    assert sorted(tokens(emulator).values()) == ["bot", "other"]


def they_allow_more(emulator: Emulator, theirs: Path) -> Moment:
    """Another run gives the bot one more method."""
    more = ["users.account.GetUserInfo", "environment.control.GetEnvs"]
    return lambda: perform(OneToken(), emulator, store=theirs, description="bot", api_methods=more)


@pytest.mark.usefixtures("made")
def test_a_new_value_is_not_replaced_again_by_a_new_plan(emulator: Emulator, mine: Path) -> None:
    """One token has its new value when the edit of the other is put off, and the plan is made again."""
    hands = Hands(
        before={
            "edittoken other": lambda: emulator.control(
                "PUT", "faults", [{"method": f"{SERVICE}.{EDIT}", "kind": "429", "times": 1}]
            )
        }
    )
    both = [{**BOT, "regenerate": "always"}, {"description": "other", "expires_at": "2099-01-31"}]
    result = perform(TokenSet(), emulator, hands, store=mine, tokens=both)
    assert [token["regenerated"] for token in result["tokens"]] == [True, False]
    assert (short(emulator.writes).count(REGENERATE), state(emulator, mine)) == (1, "alive")


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("fault", ["429", "session_lost"])
def test_an_edit_is_not_sent_again_unread(emulator: Emulator, mine: Path, theirs: Path, fault: str) -> None:
    """The methods that another run added meanwhile are not taken away with the old ones."""
    change = they_allow_more(emulator, theirs)

    def in_between() -> None:
        change()
        emulator.control("PUT", "faults", [{"method": f"{SERVICE}.{EDIT}", "kind": fault, "times": 1}])

    late: dict[str, Any] = {"description": "bot", "expires_at": "2099-01-31"}
    result = perform(OneToken(), emulator, Hands(before={"edittoken": in_between}), store=mine, **late)
    assert len(result["token"]["api_methods"]) == 2
    assert (result["changed"], result["api_retries"]) == (True, {f"{SERVICE}.{EDIT}": 1})


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(("seconds", "changed"), [(FRESH_SECONDS + 1, True), (FRESH_SECONDS + 1, False), (0, False)])
def test_an_edit_after_a_while(emulator: Emulator, mine: Path, theirs: Path, seconds: float, changed: bool) -> None:
    """Before an edit the tokens are read again if the plan is old, and if its token changed, it is planned again."""
    time = Time()
    moments = [time.jump(seconds), *([they_allow_more(emulator, theirs)] if changed else [])]

    def in_between() -> None:
        for moment in moments:
            moment()
        emulator.forget()

    both = [{"description": "other", "expires_at": "2099-01-31"}, {"description": "bot", "expires_at": "2099-01-31"}]
    hands = Hands(after={"gettokens": in_between})
    result = perform(TokenSet(), emulator, hands, clock=time.clock, store=mine, tokens=both)
    assert [len(token["api_methods"]) for token in result["tokens"]] == [1, 2 if changed else 1]
    assert [token["expires_at"] for token in result["tokens"]] == ["2099-01-31T00:00:00Z"] * 2
