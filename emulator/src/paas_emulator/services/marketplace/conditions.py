# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions of `if` and `assert` in manifests: the documented part of JavaScript, without any execution of it.

Comparison, logic, `+` and `-`, members and elements, `.length`, `.test()` of a pattern, `.indexOf()` and `.includes()`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from paas_emulator.services.file import patterns

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<name>[A-Za-z_$@][\w$@]*)|(?P<sign>===|!==|==|!=|<=|>=|&&|\|\||[<>!()\[\].,+-])"
    r"|(?P<pattern>/(?:[^/\\\n]|\\.)+/[a-z]*))"
)
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
MAX_DEPTH = 50


class ConditionError(ValueError):
    """A condition that cannot be read or names what is not known."""


class Pattern(str):
    """A regular expression."""


def evaluate(text: str, scopes: Mapping[str, Any]) -> bool:
    """Whether a condition holds. Raises ConditionError, and patterns.PatternError for a regular expression."""
    return truth(_Evaluation(text, scopes).whole())


def truth(value: Any) -> bool:
    """As JavaScript has it: objects and lists are true, be they empty."""
    return value is not None and (isinstance(value, (list, Mapping)) or bool(value))


def _number(value: Any) -> float | None:
    if isinstance(value, (bool, int, float)):
        return float(value)
    try:
        return float(value) if isinstance(value, str) and value.strip() else 0.0 if value == "" else None
    except ValueError:
        return None


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, str) == isinstance(right, str) or left is None or right is None:
        return bool(left == right)
    return _number(left) is not None and _number(left) == _number(right)


def _same(left: Any, right: Any) -> bool:
    kinds = [str if isinstance(item, str) else bool if isinstance(item, bool) else float for item in (left, right)]
    return bool(left == right) and kinds[0] is kinds[1]


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def check(left: Any, right: Any) -> bool:
        if isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
        numbers = _number(left), _number(right)
        return None not in numbers and compare(*numbers)

    return check


def _sum(left: Any, right: Any) -> Any:
    if isinstance(left, str) or isinstance(right, str):
        return f"{left}{right}"
    return (_number(left) or 0) + (_number(right) or 0)


_LEVELS: tuple[dict[str, Callable[[Any, Any], Any]], ...] = (
    {"||": lambda left, right: left if truth(left) else right},
    {"&&": lambda left, right: right if truth(left) else left},
    {
        "===": _same,
        "!==": lambda left, right: not _same(left, right),
        "==": _equal,
        "!=": lambda left, right: not _equal(left, right),
    },
    {
        "<=": _ordered(lambda left, right: left <= right),
        ">=": _ordered(lambda left, right: left >= right),
        "<": _ordered(lambda left, right: left < right),
        ">": _ordered(lambda left, right: left > right),
    },
    {"+": _sum, "-": lambda left, right: (_number(left) or 0) - (_number(right) or 0)},
)


class _Evaluation:
    """Reads and evaluates a condition in one go; nothing in a condition has an effect."""

    def __init__(self, text: str, scopes: Mapping[str, Any]) -> None:
        self._scopes = scopes
        self._tokens: list[tuple[str, str]] = []
        self._at = 0
        self._depth = 0
        place = 0
        text = text.strip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            if not found or not found.lastgroup:
                raise ConditionError(text)
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()

    def whole(self) -> Any:
        """The value of all of it."""
        value = self._level(0)
        if self._at < len(self._tokens):
            raise ConditionError(self._tokens[self._at][1])
        return value

    def _take(self, *signs: str) -> str | None:
        if self._at < len(self._tokens) and self._tokens[self._at] in [("sign", sign) for sign in signs]:
            self._at += 1
            return self._tokens[self._at - 1][1]
        return None

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise ConditionError(f"{sign} is missing")

    def _level(self, number: int) -> Any:
        if number == len(_LEVELS):
            return self._unary()
        value = self._level(number + 1)
        while sign := self._take(*_LEVELS[number]):
            value = _LEVELS[number][sign](value, self._level(number + 1))
        return value

    def _unary(self) -> Any:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ConditionError("too deep")
        if self._take("!"):
            value: Any = not truth(self._unary())
        elif self._take("-"):
            value = -(_number(self._unary()) or 0)
        else:
            value = self._primary()
            while sign := self._take(".", "["):
                value = self._member(value) if sign == "." else self._element(value)
        self._depth -= 1
        return value

    def _primary(self) -> Any:
        if self._take("("):
            value = self._level(0)
            self._need(")")
            return value
        if self._at >= len(self._tokens):
            raise ConditionError("it ends too early")
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            return float(text)
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if kind == "pattern":
            body, _, flags = text[1:].rpartition("/")
            return Pattern(f"(?i){body}" if "i" in flags else body)
        if kind == "name" and text in _WORDS:
            return _WORDS[text]
        if kind == "name" and text in self._scopes:
            return self._scopes[text]
        raise ConditionError(text)

    def _element(self, value: Any) -> Any:
        index = self._level(0)
        self._need("]")
        number = _number(index)
        if isinstance(value, list) and number is not None:
            return value[int(number)] if 0 <= number < len(value) else None
        return value.get(index) if isinstance(value, Mapping) else None

    def _member(self, value: Any) -> Any:
        if self._at >= len(self._tokens) or self._tokens[self._at][0] != "name":
            raise ConditionError("a name is missing")
        name = self._tokens[self._at][1]
        self._at += 1
        if self._take("("):
            argument = self._level(0)
            self._need(")")
            return _call(value, name, argument)
        if name == "length" and isinstance(value, (str, list)):
            return len(value)
        return value.get(name) if isinstance(value, Mapping) else None


def _call(value: Any, name: str, argument: Any) -> Any:
    if name == "test" and isinstance(value, Pattern):
        return bool(patterns.search_now(["" if argument is None else str(argument)], [value]))
    if name in ("indexOf", "includes") and isinstance(value, (str, list)):
        inside = str(argument) in value if isinstance(value, str) else argument in value
        found = value.index(str(argument) if isinstance(value, str) else argument) if inside else -1
        return inside if name == "includes" else found
    raise ConditionError(name)
