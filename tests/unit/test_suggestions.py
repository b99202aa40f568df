# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suggestions for mistyped names, and that nothing else in the plugins makes any."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.suggestions import close_names, did_you_mean

PLUGINS = Path(__file__).parents[2] / "plugins"


@pytest.mark.parametrize(
    ("name", "known", "question"),
    [
        ("stoped", ["started", "stopped"], "did you mean stopped?"),
        ("STOPPED", ["started", "Stopped"], "did you mean Stopped?"),
        # Three of four letters are enough, fewer are not.
        ("abcx", ["abcd"], "did you mean abcd?"),
        ("abxx", ["abcd"], ""),
        ("moon", [], ""),
    ],
)
def test_question(name: str, known: list[str], question: str) -> None:
    """The question names the known name in its own case, or is empty."""
    assert did_you_mean(name, known) == question


def test_several() -> None:
    """Several names come in order of similarity."""
    known = ["cp33", "cp3", "bl"]
    assert close_names("cp3", known, 2) == ["cp3", "cp33"]
    assert did_you_mean("cp3", known, 2) == "did you mean cp3 or cp33?"


def test_one_search() -> None:
    """Every plugin uses this search, so all messages agree on what is similar."""
    users = [path.name for path in PLUGINS.rglob("*.py") if "difflib" in path.read_text(encoding="utf-8")]
    assert users == ["suggestions.py"]
