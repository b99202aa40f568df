# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read answers: the JSON object, its members without regard to case, and their values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Callable

from .errors import UnexpectedAnswerError

LARGEST_CODE = 2**31
LARGEST_EXACT_FLOAT = 2**53
SMALLEST_IDENTIFIER, LARGEST_IDENTIFIER = -(2**63), 2**63 - 1
DEEPEST = 100
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)
_DIGITS = re.compile(r"[+-]?[0-9]+", re.ASCII)
# The beginning of a surrogate pair, or of half a pair, as JSON writes it.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def read_object(text: str) -> dict[str, Any]:
    """Return the JSON object of an answer.

    Halves of surrogate pairs, which JSON can write and UTF-8 cannot, become U+FFFD.

    Raises:
        ValueError: the text is not JSON or not an object, holds a number that JSON does not have or that is too large
            for a float, or is nested so deep that code which walks the answer could fail.
    """
    try:
        answer = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(answer, dict):
        raise ValueError("not an object")
    level: list[Any] = [answer]
    for _depth in range(DEEPEST):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return _encodable(answer) if _SURROGATE.search(text) else answer
    raise ValueError("nested too deep")


def _finite(digits: str) -> float:
    found = float(digits)
    if found in (float("inf"), float("-inf")):
        raise ValueError("a number too large for a float")
    return found


def _encodable(value: Any) -> Any:
    """Return a copy of nested data whose texts can all be encoded."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_encodable(name): _encodable(item) for name, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list) else value


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON")


def member(answer: Any, *names: str) -> Any:
    """Return the first of these members that is not null, None without one.

    Names are compared without regard to case, because the documentation and the answers differ.
    """
    if not isinstance(answer, (dict, Mapping)):  # isinstance(x, dict) is fast, the check for Mapping is slow
        return None
    for name in names:
        found = answer.get(name)
        if found is not None:
            return found
    for name in names:
        found = _in_any_case(answer, name)
        if found is not None:
            return found
    return None


def _in_any_case(answer: Mapping[Any, Any], name: str) -> Any:
    """Return the last member whose name is equal without regard to case.

    Most names are absent, so lengths are compared first, which is fast.
    """
    length, folded, found = len(name), name.casefold(), None
    for key, value in answer.items():
        if value is not None and isinstance(key, str) and len(key) == length and key.casefold() == folded:
            found = value
    return found


def items(answer: Any, *names: str) -> list[Any]:
    """Return a list member. A missing member is an empty list, a single object is a list of one."""
    found = member(answer, *names)
    return found if isinstance(found, list) else [] if found is None else [found]


def required_member(method: str, answer: Any, *names: str) -> Any:
    """Return a required member. A missing member is an error, never an empty list.

    Raises:
        UnexpectedAnswerError: the answer has no member of any of these names.
    """
    found = member(answer, *names)
    if found is None:
        raise UnexpectedAnswerError(
            f"{method} answered success without {names[0]}, so what is there is not known; run the task again, or ask "
            "the hoster",
            method=method,
        )
    return found


def required_items(method: str, answer: Any, *names: str) -> list[Any]:
    """Return a required list member, see :func:`required_member`; a single object is a list of one."""
    found = required_member(method, answer, *names)
    return found if isinstance(found, list) else [found]


def text(value: object) -> str | None:
    """Return a scalar as text; None for null, for an empty text and for a value that is not a scalar."""
    if value is None or isinstance(value, (dict, list)):
        return None
    return str(value).strip() or None


def number(value: object) -> int | None:
    """Return a whole number, also from text, without the digits behind a decimal point; None for anything else."""
    if isinstance(value, int):
        return None if isinstance(value, bool) else value
    try:
        digits = str(value).strip()
        # A float has 53 bits, so a large whole number must not pass through it.
        return int(digits) if _DIGITS.fullmatch(digits) else int(float(digits))
    except (ValueError, OverflowError):
        return None


def identifier(value: object) -> int | None:
    """Return the number that names an object, exactly; None for anything but a whole number of 64 bits.

    A number that was rounded would name another object, so nothing is rounded here.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) <= LARGEST_EXACT_FLOAT:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    if isinstance(value, str) and not _WHOLE.fullmatch(value.strip()):
        return None
    found = int(value)
    return found if SMALLEST_IDENTIFIER <= found <= LARGEST_IDENTIFIER else None


def flag(value: object) -> bool:
    """Return whether a value is true, also as text or number."""
    return value is True or str(value).strip().lower() in ("true", "1")


def member_text(source: Any, *names: str) -> str | None:
    """Return a member as :func:`text`."""
    return text(member(source, *names))


def member_number(source: Any, *names: str) -> int | None:
    """Return a member as :func:`number`."""
    return number(member(source, *names))


def read_members(source: Any, table: Mapping[str, tuple[Callable[[object], Any], tuple[str, ...]]]) -> dict[str, Any]:
    """Return members by the names of a table, which holds for each what reads it and the names it can have."""
    return {name: read(member(source, *names)) for name, (read, names) in table.items()}


def read_first(
    sources: Mapping[str, Any], table: Mapping[str, tuple[Callable[[Any], Any], tuple[tuple[str, str], ...]]]
) -> dict[str, Any]:
    """Return members of several sources by the names of a table.

    The table holds for each name what reads it, and the places it can have as pairs of a source and a member. The first
    place with a readable value counts.
    """
    found = dict.fromkeys(table)
    for name, (read, places) in table.items():
        for source, sent in places:
            value = member(sources[source], sent)
            if value is not None and (value := read(value)) is not None:
                found[name] = value
                break
    return found


def member_flag(source: Any, *names: str) -> bool | None:
    """Return a member as :func:`flag`; None if it is missing."""
    value = member(source, *names)
    return None if value is None else flag(value)


def text_in(value: Any, names: tuple[str, ...]) -> str | None:
    """Return a value as :func:`text`; of an object its member of one of these names."""
    return text(member(value, *names) if isinstance(value, Mapping) else value)


def texts(values: list[Any], *names: str) -> tuple[str, ...]:
    """Return the texts of a list of texts, or of objects with a text member of one of these names."""
    found = (text_in(value, names) for value in values)
    return tuple(item for item in found if item)


def texts_in(value: Any, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the :func:`texts` of a member that is a list or a single item; None if the member is missing."""
    return None if value is None else texts(value if isinstance(value, list) else [value], *names)


def member_texts(source: Any, name: str, *names: str) -> tuple[str, ...] | None:
    """Return the :func:`texts_in` of a member."""
    return texts_in(member(source, name), names)


def objects(value: Any) -> tuple[Mapping[str, Any], ...] | None:
    """Return the objects of a member that is a list or a single item; None if the member is missing."""
    found = value if isinstance(value, list) else [value]
    return None if value is None else tuple(item for item in found if isinstance(item, Mapping))


def _result_code(answer: Mapping[str, Any]) -> int | None:
    """Return ``result`` as a number, also from text; None if it is missing or not a whole number."""
    code = member(answer, "result")
    if isinstance(code, bool) or not isinstance(code, (int, float, str)):
        return None
    if isinstance(code, str) and not code.isascii():
        return None
    try:
        number = int(code)
    except (ValueError, OverflowError):
        return None
    # 0.5 is not a success.
    whole = not isinstance(code, float) or number == code
    return number if whole and abs(number) < LARGEST_CODE else None


def find_error(answer: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]] | None:
    """Return the failure of an answer: its own ``result``, or the ``result`` of its ``response`` (recorded).

    The ``response`` is the answer of a scripted method. A script may return the answer of another script, so every
    ``response`` inside a ``response`` is checked.

    Returns:
        The code and the object that holds the error; None for success.

    Raises:
        ValueError: the answer has no ``result`` that is a number.
    """
    code = _result_code(answer)
    if code is None:
        raise ValueError("no result")
    part: Any = answer
    while code == 0:
        part = member(part, "response")
        if not isinstance(part, Mapping) or (member(part, "result") is None and member(part, "response") is None):
            return None
        inner = _result_code(part)
        if inner is None and member(part, "result") is not None:
            raise ValueError("no readable result in response")
        code = inner or 0
    return code, part


def payload(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the payload of an answer: the ``response`` of a scripted method, else the answer itself."""
    inner = member(answer, "response")
    return inner if isinstance(inner, dict) else answer
