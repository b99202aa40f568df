# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of the steps of a plan for tokens, and what becomes of entries that pass from one token to another."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._engine.plan import Plan
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.model import TokenState
from tests.unit.resources.test_token_planning import STOP, entry, plan, token


def summaries(found: Plan[TokenState]) -> list[str]:
    return [step.summary for step in found.steps]


def test_the_steps_of_one_token_follow_each_other() -> None:
    stored = {"a": entry("a")}
    declared = {"description": "a", "store_key": "k", "expires_at": "2031-01-01", "regenerate": "always"}
    found = plan([token(1, "a")], declared, {"description": "b", "api_methods": [STOP]}, stored={})
    assert summaries(found) == ["edit token 'a'", "regenerate token 'a'", "create token 'b'"]
    found = plan([token(1, "a")], {"id": 1, "description": "b", "expires_at": "2031-01-01"}, stored=stored)
    assert summaries(found) == ["edit token 'b'", "update the store entry 'b'"]


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
    assert summaries(found) == [
        "rename token 'b' to 'z'",
        "update the store entry 'z'",
        "rename token 'a' to 'b'",
        "update the store entry 'b'",
        "create token 'a'",
        "regenerate token 'c'",
    ]


def test_a_copy_follows_the_change_of_what_it_copies() -> None:
    found = plan(
        [token(1, "a")],
        {"description": "a", "expires_at": "2031-01-01"},
        {"description": "copy", "copy_from": "a"},
    )
    assert summaries(found) == ["edit token 'a'", "create token 'copy'"]


def test_removals_are_one_call_and_one_write() -> None:
    """After the rest if there is room for the new tokens beside the old, else before it; their entries go last."""
    gone = [{"description": name, "state": "absent"} for name in ("gone", "old")]
    new = {"description": "new", "api_methods": [STOP]}
    stored = {"gone": entry("gone", id=1), "old": entry("old", id=2)}
    last = "remove the store entries 'gone', 'old'"
    found = plan([token(1, "gone"), token(2, "old")], *gone, new, stored=stored)
    assert summaries(found) == ["create token 'new'", "remove 2 token(s): 'gone', 'old'", last]
    assert found.steps[-1].params == {"put": None, "remove": ("gone", "old")}
    full = [token(1, "gone"), token(2, "old"), *(token(number, f"t{number}") for number in range(3, 101))]
    found = plan(full, *gone, new, stored=stored)
    assert summaries(found) == ["remove 2 token(s): 'gone', 'old'", "create token 'new'", last]


@pytest.mark.parametrize("order", [1, -1])
def test_an_entry_that_changes_hands_is_not_removed_with_its_former_token(order: int) -> None:
    """The new value stands there by then."""
    entries: list[dict[str, Any]] = [
        {"description": "gone", "state": "absent", "store_key": "k"},
        {"description": "new", "api_methods": [STOP], "store_key": "k"},
    ]
    found = plan([token(1, "gone")], *entries[::order], stored={"k": entry("k", id=1)})
    assert summaries(found) == ["create token 'new'", "remove 1 token(s): 'gone'"]
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
    steps = summaries(found)
    assert steps.index("remove the store entry 'b'") < steps.index("update the store entry 'b'")
    assert steps[-1] == "remove the store entry 'gone'"
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
