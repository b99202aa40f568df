# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suggestions for mistyped names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

# Similarity from which a known name is suggested (difflib's ratio): one wrong letter in four.
LIKENESS = 0.75


def close_names(name: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return the known names that are similar to a name, the most similar first. Case does not matter.

    Args:
        most: how many names to return at most.
    """
    folded = {item.casefold(): item for item in known}
    return [folded[item] for item in difflib.get_close_matches(name.casefold(), folded, n=most, cutoff=LIKENESS)]


def did_you_mean(name: str, known: Iterable[str], most: int = 1) -> str:
    """Return "did you mean NAME?" for the known names that are similar to a name; an empty text if there are none."""
    close = close_names(name, known, most)
    return f"did you mean {' or '.join(close)}?" if close else ""


def does_not_exist(label: str, name: str, known: Iterable[str]) -> str:
    """Return "LABEL does not exist", with the known names that are similar to the name."""
    similar = did_you_mean(name, known, most=2)
    return f"{label} does not exist{f' ({similar})' if similar else ''}"


def listed_names(name: str | None, names: Iterable[str | None]) -> str:
    """Return the names in order, those that are like the given one first."""
    there = sorted({str(item) for item in names if item})
    near = close_names(str(name), there, most=3)
    return ", ".join([*near, *(item for item in there if item not in near)]) or "none"
