# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which steps of a plan for tokens wait for each other, and what becomes of entries that change hands."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._engine.plan import Plan, Step
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.model import TokenState
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.stages import Subject, independent_batches
from tests.unit.resources.test_token_planning import STOP, entry, plan, token


def staged(found: Plan[TokenState]) -> list[list[list[str]]]:
    """The summaries of the steps, by stage and piece."""
    return [
        [[found.steps[index].summary for index in piece] for piece in stage]
        for stage in independent_batches(found.steps)
    ]


def step(*touches: str) -> Step:
    return Step("users.authentication.EditToken", {}, "", Subject(touches=frozenset(touches)))


EVERYTHING = Step("users.authentication.DeleteTokens", {}, "", Subject(touches=None))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], []),
        ([step("a"), step("b"), step("c")], [[(0,), (1,), (2,)]]),
        ([step("a"), step("b"), step("a"), step("b")], [[(0, 2), (1, 3)]]),
        ([step("a"), step("b"), step("c"), step("a", "b")], [[(0, 1, 3), (2,)]]),
        ([EVERYTHING, step("a"), step("b")], [[(0,)], [(1,), (2,)]]),
        ([step("a"), EVERYTHING, step("a")], [[(0,)], [(1,)], [(2,)]]),
    ],
)
def test_stages(steps: list[Step], expected: list[list[tuple[int, ...]]]) -> None:
    assert independent_batches(steps) == expected


def test_different_tokens_do_not_wait_for_each_other() -> None:
    found = plan(
        [token(1, "a"), token(2, "b"), token(3, "c")],
        {"description": "a", "expires_at": "2031-01-01"},
        {"description": "b", "regenerate": "always"},
        {"description": "new", "api_methods": [STOP]},
        {"description": "copy", "copy_from": "c"},
        {"description": "other copy", "copy_from": "c"},
    )
    assert staged(found) == [
        [
            ["edit token 'a'"],
            ["regenerate token 'b'"],
            ["create token 'new'"],
            ["create token 'copy'"],
            ["create token 'other copy'"],
        ]
    ]


def test_the_steps_of_one_token_keep_their_order() -> None:
    stored = {"a": entry("a")}
    found = plan(
        [token(1, "a")],
        {"description": "a", "store_key": "k", "expires_at": "2031-01-01", "regenerate": "always"},
        stored={},
    )
    assert staged(found) == [[["edit token 'a'", "regenerate token 'a'"]]]
    found = plan([token(1, "a")], {"id": 1, "description": "b", "expires_at": "2031-01-01"}, stored=stored)
    assert staged(found) == [[["edit token 'b'", "update the store entry 'b'"]]]


def test_a_description_is_free_before_another_token_takes_it() -> None:
    """And so is the name of its value in the store."""
    stored = {"a": entry("a", id=1), "b": entry("b", id=2)}
    found = plan(
        [token(1, "a"), token(2, "b"), token(3, "c")],
        {"id": 2, "description": "z"},
        {"id": 1, "description": "b"},
        {"description": "a", "api_methods": [STOP]},
        {"description": "c", "regenerate": "always"},
        stored=stored,
    )
    assert staged(found) == [
        [
            [
                "edit token 'z'",
                "update the store entry 'z'",
                "edit token 'b'",
                "update the store entry 'b'",
                "create token 'a'",
            ],
            ["regenerate token 'c'"],
        ]
    ]


def test_a_copy_follows_the_change_of_what_it_copies() -> None:
    found = plan(
        [token(1, "a")],
        {"description": "a", "expires_at": "2031-01-01"},
        {"description": "copy", "copy_from": "a"},
        {"description": "apart", "api_methods": [STOP]},
    )
    assert staged(found) == [[["edit token 'a'", "create token 'copy'"], ["create token 'apart'"]]]


def test_removals_are_alone() -> None:
    """After the rest where there is room, before it where there is none; their entries go last."""
    gone, new = {"description": "gone", "state": "absent"}, {"description": "new", "api_methods": [STOP]}
    stored = {"gone": entry("gone")}
    assert staged(plan([token(1, "gone")], gone, new, stored=stored)) == [
        [["create token 'new'"]],
        [["remove 1 token(s): 'gone'"]],
        [["remove the store entry 'gone'"]],
    ]
    full = [token(1, "gone"), *(token(number, f"t{number}") for number in range(2, 101))]
    assert staged(plan(full, gone, new, stored=stored)) == [
        [["remove 1 token(s): 'gone'"]],
        [["create token 'new'"], ["remove the store entry 'gone'"]],
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_an_entry_that_changes_hands_is_not_removed_with_its_former_token(order: int) -> None:
    """The new value stands there by then."""
    entries: list[dict[str, Any]] = [
        {"description": "gone", "state": "absent", "store_key": "k"},
        {"description": "new", "api_methods": [STOP], "store_key": "k"},
    ]
    found = plan([token(1, "gone")], *entries[::order], stored={"k": entry("k", id=1)})
    assert [step.summary for step in found.steps] == ["create token 'new'", "remove 1 token(s): 'gone'"]
    assert found.after.entries["k"].description == "new"


def test_an_entry_that_a_renamed_token_leaves_and_another_takes_stays() -> None:
    stored = {"a": entry("a", id=1), "b": entry("b", id=2), "gone": entry("gone", id=3)}
    found = plan(
        [token(1, "a"), token(2, "b"), token(3, "gone")],
        {"id": 2, "description": "c", "regenerate": "always"},
        {"id": 1, "description": "b"},
        {"description": "gone", "state": "absent"},
        stored=stored,
    )
    summaries = [step.summary for step in found.steps]
    assert summaries.index("remove the store entry 'b'") < summaries.index("update the store entry 'b'")
    assert summaries[-1] == "remove the store entry 'gone'"
    assert sorted(found.after.entries) == ["b", "c"]


def test_two_new_values_under_one_key_are_refused() -> None:
    """The second would take the place of the first."""
    entries = [{"description": name, "api_methods": [STOP], "store_key": "k"} for name in ("x", "y")]
    with pytest.raises(InputError, match="two tokens of this task would be stored under 'k'; give one of them"):
        plan([], *entries, stored={})


def test_a_new_value_takes_the_place_of_no_living_one() -> None:
    new = {"description": "new", "api_methods": [STOP], "store_key": "a"}
    with pytest.raises(InputError, match="already holds another value under 'a'; give a store_key"):
        plan([token(1, "a")], new, stored={"a": entry("a", id=1)})
    # Nor is anything lost where the token is gone, or its value unknown.
    for held in (entry("a", id=7), entry("a", id=1, value=None), entry("a", id=1, pending="create")):
        assert plan([token(1, "a")], new, stored={"a": held}).steps[0].summary == "create token 'new'"
