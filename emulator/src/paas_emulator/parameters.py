# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters of a call: names without regard to case, typed values, the three list dialects."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from paas_emulator.catalog import Parameter
from paas_emulator.errors import invalid_parameter

ALL = "*"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_INTEGER = re.compile(r"[+-]?\d{1,18}")


class Parameters:
    """Raw values by lower-case name; the first of several is the one for scalars."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name.strip().lower(), []).append(value)

    def rename(self, aliases: Mapping[str, str]) -> None:
        """Give values of an alias to its name, unless that was sent too."""
        for alias, name in aliases.items():
            if alias in self._values and name.lower() not in self._values:
                self._values[name.lower()] = self._values[alias]

    def raw(self, name: str) -> list[str] | None:
        """Every value sent under the name, or None."""
        return self._values.get(name.lower())

    def first(self, name: str) -> str | None:
        """The first value, or None when the parameter was not sent."""
        values = self.raw(name)
        return values[0] if values else None

    def typed(self, specification: Iterable[Parameter], optional: frozenset[str]) -> dict[str, Any]:
        """Values of the sent parameters by their documented names.

        Raises ApiError 3 for a missing required or a malformed one. An empty required value counts as missing.
        """
        found: dict[str, Any] = {}
        for parameter in specification:
            text = self.first(parameter.name)
            if not text and parameter.required and parameter.name not in optional:
                raise invalid_parameter(parameter.name)
            if text is not None:
                found[parameter.name] = _convert(parameter, text)
        return found


def flag(value: object) -> bool | None:
    """A boolean as callers write it: true, 1, false, 0 in any case; None for anything else."""
    return _BOOLEANS.get(str(value).strip().lower())


def read_flag(name: str, value: object, default: bool = False) -> bool:
    """A boolean member; null and an empty text are the default. Raises ApiError 3 for anything that is not a flag."""
    known = default if value is None or value == "" else flag(value)
    if known is None:
        raise invalid_parameter(name)
    return known


def _convert(parameter: Parameter, text: str) -> Any:
    if parameter.kind == "text":
        return text
    if not text.strip():
        return None
    if parameter.kind == "bool":
        return read_flag(parameter.name, text)
    if parameter.kind == "int":
        if not _INTEGER.fullmatch(text.strip()):
            raise invalid_parameter(parameter.name)
        return int(text)
    return read_json(parameter.name, text)


def read_json(name: str, text: str) -> Any:
    """JSON, or the single-quoted form that a client sends for Python lists and objects. Raises ApiError 3."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = _read_python(name, text)
    try:
        plain = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (ValueError, TypeError, RecursionError):  # what JSON has no form for, such as NaN or a Python set
        raise invalid_parameter(name) from None
    return json.loads(plain.encode("utf-8", "replace"))  # half characters become question marks


def _read_python(name: str, text: str) -> Any:
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise invalid_parameter(name) from None


def split_list(name: str, values: Iterable[str]) -> list[str]:
    """Items of a list parameter: JSON array, separated by `,` or `;`, repeated, or a mix.

    Raises ApiError 3 for a broken JSON array.
    """
    items: list[str] = []
    for value in values:
        if value.strip().startswith("["):
            parsed = read_json(name, value)
            if not isinstance(parsed, list) or not all(isinstance(item, (str, int)) for item in parsed):
                raise invalid_parameter(name)
            items.extend(str(item).strip() for item in parsed)
        else:
            items.extend(item.strip() for item in re.split("[,;]", value))
    return [item for item in items if item]
