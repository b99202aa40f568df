# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse or report text that YAML has changed: ``16.10`` becomes 16.1, ``0123456`` becomes 42798."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from .._client.errors import InputError

# A number with more digits than these may have been a commit, a date or an octal number.
_SAFE_DIGITS = 3


def exact_text(value: Any, path: str) -> str:
    """Return a text, or a whole number as text.

    Args:
        path: path of the option, such as ``nodes[0].tag``. The value may be a secret and is never shown.

    Raises:
        InputError: the value is of a type whose written form is lost.
    """
    if isinstance(value, str):
        return value
    # A bool is an int, and a datetime is a date. A date without a time has only one written form.
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    kind = next((words for types, words in _KINDS if isinstance(value, types)), f"a {type(value).__name__}")
    if isinstance(value, (bool, float, datetime.datetime)):
        raise InputError(f"{path} is {kind}, and YAML may have changed what was written: put the value in quotes")
    raise InputError(f"{path} is {kind}, but must be a text")


def inexact_number(value: Any, path: str) -> str | None:
    """Return a warning for a whole number of more than three digits, which may have been written in another way."""
    if isinstance(value, bool) or not isinstance(value, int) or len(str(abs(value))) <= _SAFE_DIGITS:
        return None
    return (
        f"{path} is the number {value}; if something else was written, such as 0123456, YAML has changed it: "
        "put the value in quotes"
    )


# Types in the words of YAML.
_KINDS: tuple[tuple[Any, str], ...] = (
    (type(None), "empty"),
    (bool, "a boolean"),
    (float, "a number with a fraction"),
    (datetime.datetime, "a date with a time"),
    (Mapping, "a mapping"),
    ((list, tuple, set, frozenset), "a list"),
)
