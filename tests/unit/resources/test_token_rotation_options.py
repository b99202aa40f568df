# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a rotation that are refused, each with its words, and what counts as not given."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from tests.unit.resources.test_token_rotation_plan import CREATE, A, kept, problem, rotation, words


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"store": None},
            "store is missing, and the platform shows a value only once; name a file in store or PAAS_TOKEN_STORE",
        ),
        (
            {"store_ephemeral": True},
            "mode: overlapping needs a store that outlives the run, as the next run goes on from it; use mode: "
            "in_place, or a lasting store without store_ephemeral",
        ),
        ({"tokens": [{"description": "a"}, {"description": "a"}]}, "tokens: description 'a' is declared twice"),
        ({"tokens": [{"description": " "}]}, "tokens[0] ( ): description is empty; name a token or a pattern of names"),
        (
            {"tokens": [{"description": "a"}, {"description": "b", "expires_in": "10"}]},
            "tokens[1] (b): expires_in: '10' has no unit; write 10d, 10h or 10s",
        ),
        (
            {"tokens": [{"description": "a", "due_within": "soon"}]},
            "tokens[0] (a): due_within: 'soon' is not a length of time; write a number with a unit, such as 90d, 12h "
            "or 1h30m",
        ),
        ({"expires_in": "0d"}, "tokens[0] (a): expires_in must be longer than nothing"),
        (
            {"expires_in": "10d"},
            "tokens[0] (a): due_within must be shorter than expires_in, or the token would be due on every run",
        ),
        ({"grace": "2"}, "grace: '2' has no unit; write 2d, 2h or 2s"),
        ({"store_lock_timeout": -1.0}, "store_lock_timeout must be a number of seconds from 0 to 86400"),
    ],
    ids=lambda value: None if isinstance(value, str) else str(list(value)),
)
def test_options_that_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        rotation([A], [], **options)
    assert str(caught.value) == message


def test_empty_texts_are_not_set() -> None:
    """As roles and surveys hand them over."""
    tokens = [{"description": "a", "expires_in": "", "due_within": ""}]
    assert words(rotation([A], [kept("a", 1)], tokens=tokens, expires_in=""))[0] == CREATE


def test_an_end_that_cannot_be_written() -> None:
    message = "expires_in: this length of time from 2030-06-01T12:00:00Z ends after the year 9999; give a shorter one"
    assert problem(rotation([A], [kept("a", 1)], expires_in="9999999d")) == message
