# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of answers."""

from __future__ import annotations

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.answers import number, read_first, text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, 7),
        ("7", 7),
        (" -7 ", -7),
        ("7.9", 7),
        (7.9, 7),
        (True, None),
        (None, None),
        ("seven", None),
        ("", None),
        ([7], None),
        (float("inf"), None),
        # Above 2**53 not every whole number is a float.
        (2**53 + 1, 2**53 + 1),
        (str(2**63 + 1), 2**63 + 1),
    ],
)
def test_whole_numbers_are_exact(value: object, expected: int | None) -> None:
    assert number(value) == expected


def test_the_first_place_with_a_readable_value_counts() -> None:
    sources = {"group": {"Name": "", "count": "many"}, "node": {"name": "web", "count": 2}, "custom": None}
    table = {
        "name": (text, (("custom", "name"), ("group", "name"), ("node", "name"))),
        "count": (number, (("node", "count"), ("group", "count"))),
        "missing": (text, (("node", "missing"),)),
    }
    assert read_first(sources, table) == {"name": "web", "count": 2, "missing": None}
    assert read_first({**sources, "group": {"name": "db", "count": 3}}, table)["name"] == "db"
