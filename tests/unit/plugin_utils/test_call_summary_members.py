# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of other collections may have members of the same names."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.plugin_utils._call_summary import Summary

OURS = {"api_calls": {"a.b.C": 2}, "api_retries": {}, "api_seconds": {"a.b.C": 0.5}}


@pytest.mark.parametrize(
    "other",
    [
        {"api_calls": 5},
        {"api_calls": {"a.b.C": "many"}},
        {"api_calls": {"a.b.C": 1}, "api_retries": [1]},
        {"api_calls": {"a.b.C": 1}, "api_seconds": {"a.b.C": None}},
    ],
)
def test_what_is_not_ours_does_not_count(other: dict[str, Any]) -> None:
    summary = Summary()
    for result in (other, OURS, other):
        summary.add(result)
    assert [line.split() for line in summary.lines()[1:3]] == [["a.b.C", "2", "0.50", "0"], ["total", "2", "0.50", "0"]]
