# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning of rotations without a platform: the exact steps from each state, and each refusal."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import UTC, ClockDoubt
from ansible_collections.inet.elastic.plugins.module_utils._engine.plan import Plan
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import StoreEntry
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.model import Token, TokenState
from ansible_collections.inet.elastic.plugins.module_utils._resources.token_rotation.desired import desired_rotation
from ansible_collections.inet.elastic.plugins.module_utils._resources.token_rotation.model import RotationState
from ansible_collections.inet.elastic.plugins.module_utils._resources.token_rotation.plan import plan_rotation
from tests.unit.resources.test_token_planning import CATALOGUE, NOW, URL, entry, token

DAY = datetime.timedelta(days=1)
OPTIONS: dict[str, Any] = {
    **{"api_url": URL, "store": "tokens.yml", "store_ephemeral": False, "state": "rotated", "mode": "overlapping"},
    **{"which": "due", "due_within": "14d", "grace": "1d"},
}
DAYS = 86400
CREATE = "create token 'a.next'"
REPAIR = "regenerate token 'a.next'"
EXCHANGE = [
    "rename token 'a' to 'a.old'",
    "update the store entry 'a'",
    "rename token 'a.next' to 'a'",
    "put the value of 'a.next' in the place of 'a' in the store",
]
FOREIGN_NEXT = (
    "there is a token 'a.next' that no rotation with this store has made; rename it, or remove it by its id (2) if it "
    "is not in use"
)


def rotation(
    found: list[Token], stored: list[StoreEntry], *names: str, doubt: ClockDoubt | None = None, **options: Any
) -> Plan[RotationState]:
    """Plan a rotation, by default of the token ``a``."""
    entries = [{"description": name} for name in names or ("a",)]
    state = TokenState(
        tokens=tuple(found),
        now=NOW,
        doubt=doubt,
        account="user@example.com",
        entries={item.key: item for item in stored},
        catalogue=CATALOGUE,
    )
    return plan_rotation(RotationState(state), desired_rotation({**OPTIONS, "tokens": entries, **options}))


def words(found: Plan[RotationState]) -> list[str]:
    """The steps; no token has failed."""
    assert [outcome.error for outcome in found.after.outcomes if outcome.error] == []
    return [step.summary for step in found.steps]


def problem(found: Plan[RotationState]) -> str:
    """Why the only token has failed; it has no steps then."""
    assert found.steps == ()
    return str(found.after.outcomes[0].error)


def named(number: int, name: str, days: float | None = 3, **members: Any) -> Token:
    """A token that ends in so many days."""
    return token(number, name, expires_at=None if days is None else NOW + days * DAY, **members)


def kept(name: str, number: int | None, **members: Any) -> StoreEntry:
    """The entry of a token that was made for 90 days."""
    return entry(name, id=number, **{"valid_for": 90 * DAYS, **members})


# -- overlapping: each point at which a run can have ended ------------------------------------------------------------

A, NEXT, OLD = named(1, "a"), named(2, "a.next", 90), named(1, "a.old")
MADE = kept("a.next", 2, expires_at="2030-08-30T12:00:00Z", replaced=1)
MARK = kept("a.next", None, value=None, pending="create", replaced=1)
LOST = kept("a.next", 2, value=None, pending="regenerate", replaced=1)


@pytest.mark.parametrize(
    ("tokens", "stored", "steps"),
    [
        ([A], [kept("a", 1)], [CREATE, *EXCHANGE]),
        ([A], [kept("a", 1), MARK], ["remove the store entry 'a.next'", CREATE, *EXCHANGE]),
        ([A, NEXT], [kept("a", 1), MARK], [REPAIR, *EXCHANGE]),
        ([A, NEXT], [kept("a", 1), LOST], [REPAIR, *EXCHANGE]),
        ([A, NEXT], [kept("a", 1), MADE], EXCHANGE),
        ([OLD, NEXT], [kept("a", 1), MADE], EXCHANGE[2:]),
        ([NEXT], [kept("a", 1), MADE], EXCHANGE[2:]),
        ([OLD, named(2, "a", 90)], [kept("a", 1), MADE], EXCHANGE[3:]),
        ([OLD, named(2, "a", 90)], [kept("a", 2, replaced=1), MADE], ["remove the store entry 'a.next'"]),
        ([OLD, named(2, "a", 90)], [kept("a", 2, replaced=1)], []),
    ],
    ids=[
        "begin",
        "marked",
        "created",
        "lost",
        "stored",
        "renamed",
        "old gone",
        "exchanged",
        "moved",
        "done",
    ],
)
def test_overlapping_goes_on_from_each_point(tokens: list[Token], stored: list[StoreEntry], steps: list[str]) -> None:
    found = rotation(tokens, stored)
    assert words(found) == steps
    after = found.after.tokens
    by_name = {item.description: item for item in after.tokens}
    value = after.entries["a"]
    assert ("a.next" in by_name, value.id == by_name["a"].id, "a.next" in after.entries) == (False, True, False)
    assert {name: value.replaced for name in by_name if name == "a.old"} == {
        name: 1 for name in by_name if name == "a.old"
    }
    # What it leads to is the end: nothing is left to do.
    assert rotation(list(after.tokens), list(after.entries.values())).steps == ()


def test_a_successor_gives_way_to_another_run_that_has_rotated_the_token() -> None:
    stored = [kept("a", 3, replaced=1), MADE]
    steps = ["remove 1 token(s): 'a.next'", "remove the store entry 'a.next'"]
    assert words(rotation([OLD, named(3, "a", 90), NEXT], stored)) == steps


def test_tokens_of_others_are_left_alone_while_nothing_is_due() -> None:
    assert words(rotation([named(1, "a", 90), NEXT, named(3, "a.old")], [kept("a", 1), kept("a.next", 2)])) == []


def test_the_successor_has_permissions_and_validity_of_the_token() -> None:
    stop = "environment.control.StopEnv"
    assert rotation([A], [kept("a", 1)]).steps[0].params == {
        "description": "a.next",
        "apiList": stop,
        "expiresAt": "2030-08-30 12:00:00",
    }
    template = rotation([named(1, "a", template="Marketplace")], [kept("a", 1)], expires_in="30d").steps[0].params
    assert (template["tokenTemplate"], template["expiresAt"]) == ("Marketplace", "2030-07-01 12:00:00")


def test_a_successor_of_an_interrupted_run_gets_the_permissions_that_the_token_has_now() -> None:
    other = named(2, "a.next", 90, template="Marketplace")
    stored = [kept("a", 1), MADE]
    found = rotation([A, other], stored)
    assert words(found) == ["edit token 'a.next'", *EXCHANGE]
    assert found.steps[0].params["apiList"] == "environment.control.StopEnv"


def test_a_successor_that_has_expired_gets_its_validity_again() -> None:
    found = rotation([A, named(2, "a.next", -1)], [kept("a", 1), kept("a.next", 2, replaced=1)])
    assert words(found)[0] == "edit token 'a.next'"
    assert found.steps[0].params["expiresAt"] == "2030-08-30 12:00:00"


@pytest.mark.parametrize(
    ("tokens", "stored", "message"),
    [
        ([], [], "there is no token a to rotate; the role inet.elastic.tokens makes tokens"),
        ([A, NEXT], [kept("a", 1)], FOREIGN_NEXT),
        ([A, NEXT], [kept("a", 1), kept("a.next", 2)], FOREIGN_NEXT),
        ([A, NEXT], [kept("a", 1), kept("a.next", 7, replaced=1)], FOREIGN_NEXT),
        (
            [A, named(2, "a.next", template="Marketplace")],
            [kept("a", 1)],
            FOREIGN_NEXT.replace("has made", "has made, with other permissions than 'a'"),
        ),
        (
            [A, named(2, "a.old")],
            [kept("a", 1)],
            FOREIGN_NEXT.replace("a.next", "a.old"),
        ),
        (
            [A, named(2, "a")],
            [kept("a", 1)],
            "2 tokens have the description 'a' (ids 1, 2); say which one by id, or remove the others by id",
        ),
        (
            [named(1, "a", methods=())],
            [kept("a", 1)],
            "the platform does not list what token 'a' may do, so no second token can be made like it; use mode: "
            "in_place",
        ),
        (
            [A],
            [kept("a", 1, account="other@example.com")],
            "the store holds 'a' for another account (other@example.com); use another store file, or a store_key",
        ),
    ],
    ids=["missing", "foreign", "stored", "other id", "permissions", "old", "twice", "unlisted", "account"],
)
def test_what_is_refused(tokens: list[Token], stored: list[StoreEntry], message: str) -> None:
    assert problem(rotation(tokens, stored)) == message


def test_a_token_whose_old_value_lives_waits() -> None:
    """Also if all are to be rotated."""
    tokens, stored = [OLD, named(2, "a", 3)], [kept("a", 2, replaced=1)]
    assert words(rotation(tokens, stored, which="all")) == []
    assert words(rotation([named(2, "a", 3)], stored)) != []


# -- what is due ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "valid_for", "options", "due"),
    [
        (14, 90, {}, True),
        (14.01, 90, {}, False),
        (20, 90, {"due_within": "21d"}, True),
        (None, None, {}, False),
        (None, None, {"which": "all"}, True),
        # A margin that is not shorter than the validity would make it due on every run.
        (4, 10, {}, True),
        (6, 10, {}, False),
        (6, 10, {"which": "all"}, True),
        (13, None, {}, True),
    ],
)
def test_what_is_due(days: float | None, valid_for: int | None, options: dict[str, Any], due: bool) -> None:
    stored = [kept("a", 1, valid_for=valid_for and valid_for * DAYS)]
    for mode in ("overlapping", "in_place"):
        assert bool(words(rotation([named(1, "a", days)], stored, mode=mode, **options))) is due


def test_a_token_without_an_end_stays_without_one() -> None:
    found = rotation([named(1, "a", None)], [kept("a", 1, valid_for=None)], which="all")
    assert found.steps[0].params["expiresAt"] is None
    told = rotation([named(1, "a", None)], [kept("a", 1, valid_for=None)], which="all", expires_in="30d")
    assert told.steps[0].params["expiresAt"] == "2030-07-01 12:00:00"


def test_a_lost_value_is_due() -> None:
    """Only in a store that lasts, as another one cannot know."""
    assert words(rotation([named(1, "a", 80)], []))[:1] == [CREATE]
    assert words(rotation([named(1, "a", 80)], [], mode="in_place"))[:1] == ["regenerate token 'a'"]
    assert words(rotation([named(1, "a", 80)], [], mode="in_place", store_ephemeral=True)) == []


def test_a_validity_that_nobody_knows() -> None:
    found = rotation([A], [kept("a", 1, valid_for=None)])
    assert found.steps[0].params["expiresAt"] == "2030-08-30 12:00:00"
    assert found.warnings == (
        "the store does not say for how long token 'a' was valid; a rotation makes it valid for 90 days, unless "
        "expires_in says otherwise",
    )
    assert rotation([A], [kept("a", 1, valid_for=None)], expires_in="90d").warnings == ()


def test_nothing_is_computed_by_a_clock_that_is_not_believed() -> None:
    doubt = ClockDoubt(platform=datetime.datetime(1970, 1, 1, tzinfo=UTC), own=NOW)
    found = rotation([A], [kept("a", 1)], doubt=doubt)
    assert problem(found) == f"whether token 'a' is due cannot be told, as {doubt}; which: all works meanwhile"
    assert found.warnings == (f"whether a token has expired is judged by this machine alone, as {doubt}",)
    found = rotation([A], [kept("a", 1)], doubt=doubt, which="all")
    assert problem(found) == f"no end of validity is computed for token 'a', as {doubt}"


# -- in place ---------------------------------------------------------------------------------------------------------


def test_in_place_the_new_end_follows_the_new_value() -> None:
    """So a token whose run was interrupted in between is still due."""
    found = rotation([A], [kept("a", 1)], mode="in_place")
    assert words(found) == ["regenerate token 'a'", "edit token 'a'", "update the store entry 'a'"]
    assert found.steps[1].params["expiresAt"] == "2030-08-30 12:00:00"
    assert found.after.outcomes[0].rotated


def test_in_place_with_a_store_that_is_lost_the_new_end_follows_the_delivery() -> None:
    options: dict[str, Any] = {"mode": "in_place", "store_ephemeral": True, "expires_in": "90d"}
    assert words(rotation([A], [], **options)) == ["regenerate token 'a'"]
    stored = [kept("a", 1, valid_for=None, expires_at="2030-06-04T12:00:00Z")]
    found = rotation([A], stored, **options, state="finished")
    assert words(found) == ["edit token 'a'", "update the store entry 'a'"]
    assert rotation([A], [], **options, state="finished").steps == ()
    # The value of an expired token cannot be tried or used; the token stays due.
    found = rotation([named(1, "a", -1)], [], **options)
    assert words(found) == ["edit token 'a'", "regenerate token 'a'"]
    assert found.steps[0].params["expiresAt"] == "2030-06-15 12:00:00"


# -- the end of the old token -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tokens", "replaced", "grace", "steps"),
    [
        ([OLD], 1, "1d", ["edit token 'a.old'"]),
        ([OLD], 1, "0", ["remove 1 token(s): 'a.old'"]),
        ([named(1, "a.old", 0.5)], 1, "1d", []),
        ([named(1, "a.old", -1)], 1, "1d", ["remove 1 token(s): 'a.old'"]),
        # Somebody else's token of that name.
        ([OLD], None, "0", []),
        ([OLD], 7, "0", []),
        ([], 1, "0", []),
        # A rotation that is not yet at its end.
        ([OLD, named(3, "a.next")], 1, "0", []),
    ],
)
def test_the_end_of_the_old_token(tokens: list[Token], replaced: int | None, grace: str, steps: list[str]) -> None:
    found = rotation([named(2, "a", 90), *tokens], [kept("a", 2, replaced=replaced)], state="finished", grace=grace)
    assert words(found) == steps
    if steps == ["edit token 'a.old'"]:
        assert found.steps[0].params["expiresAt"] == "2030-06-02 12:00:00"


def test_the_old_value_lives_on_while_the_store_does_not_have_the_new_one() -> None:
    found = rotation(
        [OLD, named(2, "a", 90)], [kept("a", 2, replaced=1, pending="regenerate")], state="finished", grace="0"
    )
    assert problem(found) == (
        "the store does not have the value of token 'a', so its old value stays valid; run the task with state: "
        "rotated first"
    )


# -- which tokens -----------------------------------------------------------------------------------------------------


def test_a_pattern_selects_the_tokens_of_the_store() -> None:
    """Each rotation under one name, whatever point it is at; not what others have, and not what an entry names."""
    tokens = [
        *(
            named(1, "ci-a"),
            named(2, "ci-b.next", 90),
            named(3, "ci-b.old"),
            named(4, "ci-c", 90),
            named(5, "ci-c.old"),
        ),
        *(named(6, "ci-d"), named(7, "ci-mine.next"), named(8, "other"), named(9, "ci-system", is_system=True)),
        *(named(10, "ci-e"), named(11, "ci-f")),
    ]
    stored = [
        *(kept("ci-a", 1), kept("ci-b", 3), kept("ci-b.next", 2, replaced=3)),
        *(kept("ci-c", 5), kept("ci-c.next", 4, replaced=5)),
        *(kept("ci-mine.next", 7), kept("other", 8), kept("ci-system", 9), kept("ci-e", 10)),
        kept("ci-f", 11, account="other@example.com"),
    ]
    found = rotation(tokens, stored, "ci-*", "ci-e", "ci-?")
    names = [outcome.rotation.name for outcome in found.after.outcomes]
    assert names == ["ci-a", "ci-b", "ci-c", "ci-mine.next", "ci-e", "ci-?"]
    assert str(found.after.outcomes[-1].error) == (
        "there is no token ci-? to rotate; the role inet.elastic.tokens makes tokens; a pattern selects tokens that "
        "the store has"
    )


def test_a_description_that_looks_like_a_pattern_is_a_description() -> None:
    assert words(rotation([named(1, "a*"), named(2, "ab")], [kept("a*", 1), kept("ab", 2)], "a*"))[0] == (
        "create token 'a*.next'"
    )


def test_what_is_wrong_with_one_token_is_its_outcome() -> None:
    """And the tokens after it are planned from a state without its steps."""
    tokens = [A, NEXT, named(3, "b")]
    found = rotation(tokens, [kept("a", 1), kept("b", 3)], "nosuch", "a", "b")
    assert [bool(outcome.error) for outcome in found.after.outcomes] == [True, True, False]
    assert [outcome.rotated for outcome in found.after.outcomes] == [False, False, True]
    assert found.steps[0].summary == "create token 'b.next'"
