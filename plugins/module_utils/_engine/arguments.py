# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the types of a task's arguments before Ansible converts them.

Ansible converts any value to text if an option is a text: a list becomes its Python representation, 1.10 becomes "1.1".
This check runs first, over every specification and at any depth, and refuses such values with the path of the option.
Values with one clear meaning are converted.
"""

from __future__ import annotations

import contextlib
import json
import re
import shlex
from collections.abc import Mapping
from typing import Any, Callable

from .._client.errors import InputError
from .._client.parameters import NOT_UNICODE
from .._client.refusals import truncated
from .exact_text import exact_text, inexact_number
from .spec import Options, aliases_of
from .suggestions import did_you_mean

# Words that other tools use for a choice.
SYNONYMS = {
    "running": "started",
    "up": "started",
    "down": "stopped",
    "deleted": "absent",
    "removed": "absent",
    "created": "present",
    "exists": "present",
}
_KINDS = {
    bool: "a boolean",
    int: "a number",
    float: "a number with a fraction",
    list: "a list",
    str: "text",
    type(None): "null",
}
_BELOW = 2**63
_SURROGATE = re.compile("[\ud800-\udfff]")
_EXPECTED = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "dict": "a mapping",
    "list": "a list",
}


def _commas(value: Any) -> str | None:
    return ",".join(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else None


def _argv(value: Any) -> str | None:
    plain = isinstance(value, list) and value and all(isinstance(item, (str, int)) for item in value)
    return shlex.join(str(item) for item in value) if plain and True not in value and False not in value else None


# Conversions of a list or mapping to text, by the option's ``structure``.
CONVERSIONS: dict[str, Callable[[Any], str | None]] = {"commas": _commas, "argv": _argv, "json": json.dumps}


def kind_of(value: Any) -> str:
    """Return the type of a value in the words of YAML, such as "a list"."""
    return "a mapping" if isinstance(value, Mapping) else _KINDS.get(type(value), type(value).__name__)


def checked(arguments: Mapping[str, Any], options: Options) -> tuple[dict[str, Any], list[str]]:
    """Return the arguments, with lists and mappings of text options converted, and the warnings to show.

    Null is left out, because the rules of Ansible, such as "one of", take an option that is null for given.

    Args:
        arguments: plain data, before Ansible converts them; names may be aliases.
        options: the specification.

    Raises:
        InputError: the message lists every value that is not valid, with the option's path and what is expected.
    """
    check = _Check()
    result = check.mapping(arguments, options, "")
    if check.problems:
        raise InputError(truncated("; ".join(check.problems)))
    return result, check.warnings


class _Check:
    """Collects the problems and warnings of all arguments."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.warnings: list[str] = []

    def mapping(self, values: Mapping[str, Any], options: Options, path: str) -> dict[str, Any]:
        """Check a mapping; return its members that are options and not null."""
        known = {**aliases_of(options), **options}
        result = {}
        start = f"{path}." if path else ""
        for name, value in values.items():
            where = f"{start}{name}"
            if name in known:
                result.update({} if value is None else {name: self.value(value, known[name], where)})
            else:
                self.problems.append(_unknown(str(name), where, known, options))
        for name, option in options.items():
            given = any(result.get(one) is not None for one in (name, *option.get("aliases", ())))
            if option.get("required") and not given:
                variable = option.get("env")
                self.problems.append(f"{start}{name} is missing{f': give it, or set {variable}' if variable else ''}")
        return result

    def value(self, value: Any, option: Mapping[str, Any], path: str) -> Any:
        """Check the value of one option; return it, converted if needed."""
        if value is None or not self._is_unicode(value, path):
            return value
        kind = option.get("type", "str")
        if kind in ("str", "path"):
            return self._choice(self._text(value, option, path), option, path)
        if kind == "list":
            return self._list(value, option, path)
        if kind == "dict":
            return self._dict(value, option, path)
        if kind == "raw":
            return self._free(value, path)
        structured = isinstance(value, (list, Mapping)) or (isinstance(value, bool) and kind != "bool")
        written = isinstance(value, (str, float)) and kind in _WRITTEN
        mistyped = written and not _WRITTEN[kind](str(value).strip())
        if kind in _EXPECTED and (structured or mistyped):
            self._wrong(value, option, path)
        elif kind in ("int", "float") and not _in_range(value):
            self.problems.append(f"{path} is out of range; give a finite number below 2^63")
        return value

    def _text(self, value: Any, option: Mapping[str, Any], path: str) -> Any:
        if isinstance(value, (list, Mapping)):
            text = CONVERSIONS.get(option.get("structure", ""), lambda structure: None)(value)
            if text is None:
                self._wrong(value, option, path)
            return value if text is None else text
        if isinstance(value, float) and option.get("fraction"):
            return value
        try:
            exact_text(value, path)
        except InputError as error:
            self.problems.append(str(error))
        warning = inexact_number(value, path) if option.get("exact") else None
        self.warnings += [warning] if warning else []
        return value

    def _choice(self, value: Any, option: Mapping[str, Any], path: str) -> Any:
        choices = option.get("choices")
        if not choices or not isinstance(value, (str, int)) or str(value) in choices:
            return value
        folded = {choice.casefold(): choice for choice in choices}
        word = str(value).strip().casefold()
        if option.get("any_case") and word in folded:
            return folded[word]
        meant = SYNONYMS.get(word, "")
        question = f"did you mean {meant}?" if meant in choices else did_you_mean(word, choices)
        hint = f"; {question}" if question else ""
        self.problems.append(f"{path} must be one of {', '.join(choices)}, not {value!r}{hint}")
        return value

    def _list(self, value: Any, option: Mapping[str, Any], path: str) -> Any:
        element = {**option, "type": option.get("elements", "raw")}
        if isinstance(value, list):
            for index, item in enumerate(value):
                if item is None and element["type"] != "raw":
                    self.problems.append(f"{path}[{index}] is empty (null): leave the entry out, or give a value")
            return [self.value(item, element, f"{path}[{index}]") for index, item in enumerate(value)]
        # Ansible splits a text at its commas, and makes a list of a number.
        if isinstance(value, (Mapping, bool)) or (element["type"] == "dict" and not _key_value(value)):
            self._wrong(value, option, path)
        elif element["type"] in ("int", "float"):
            for part in value.split(",") if isinstance(value, str) else [value]:
                self.value(part, element, path)
        return value

    def _dict(self, value: Any, option: Mapping[str, Any], path: str) -> Any:
        if not isinstance(value, Mapping):
            if not _key_value(value):
                self._wrong(value, {**option, "type": "dict"}, path)
            return value
        if "options" in option:
            return self.mapping(value, option["options"], path)
        if "values" in option:
            named = self._names(value, path)
            return {name: self.value(item, option["values"], f"{path}[{name}]") for name, item in named.items()}
        return self._free(value, path)

    def _free(self, value: Any, path: str) -> Any:
        """Return free data in which every name is a text, at any depth."""
        if isinstance(value, list):
            return [self._free(item, f"{path}[{index}]") for index, item in enumerate(value)]
        if isinstance(value, Mapping):
            return {name: self._free(item, f"{path}[{name}]") for name, item in self._names(value, path).items()}
        self._is_unicode(value, path)
        return value

    def _names(self, value: Mapping[Any, Any], path: str) -> dict[str, Any]:
        """Return a mapping with its names as texts."""
        named = {}
        for name, item in value.items():
            try:
                text = exact_text(name, f"the name {name!r} in {path}")
            except InputError as error:
                self.problems.append(str(error))
            else:
                self._is_unicode(text, f"a name in {path}")
                named[text] = item
        return named

    def _is_unicode(self, value: Any, path: str) -> bool:
        """Return whether a text can be sent. Half a surrogate pair comes from JSON, or stands for any other byte."""
        is_valid = not isinstance(value, str) or value.isascii() or not _SURROGATE.search(value)
        if not is_valid:
            self.problems.append(f"{path} {NOT_UNICODE}")
        return is_valid

    def _wrong(self, value: Any, option: Mapping[str, Any], path: str) -> None:
        kind = option.get("type", "str")
        element = re.search(r"\[\d+\]$", path) and kind == "dict"
        example = option.get("example")
        name = path.rpartition(".")[2]
        such = f", such as {example[1:-1] if element else f'{name}: {example}'}" if example else ""
        self.problems.append(f"{path} must be {_EXPECTED.get(kind, 'text')}, not {kind_of(value)}{such}")


def _is_number(text: str) -> bool:
    with contextlib.suppress(ValueError):
        float(text)
        return True
    return False


def _is_whole(text: str) -> bool:
    # What is not finite is out of range, which is another message.
    return _is_number(text) and not float(text) % 1 > 0


# Whether a text can be a value of a type. The messages of Ansible do not say in which entry of a list a value is.
_WRITTEN: dict[str, Callable[[str], object]] = {
    "bool": re.compile(r"y|yes|on|1|true|t|1\.0|n|no|off|0|false|f|0\.0", re.IGNORECASE).fullmatch,
    "int": _is_whole,
    "float": _is_number,
}


def _in_range(value: Any) -> bool:
    """Return whether a number is finite and has at most 64 bits; true for what Ansible refuses as not a number."""
    try:
        return abs(float(value)) <= _BELOW
    except OverflowError:
        return False
    except (TypeError, ValueError):
        return True


def _key_value(value: Any) -> bool:
    """Return whether Ansible can read a mapping from a text: JSON, or key=value."""
    return isinstance(value, str) and (value.lstrip().startswith("{") or "=" in value)


def _unknown(name: str, path: str, known: Mapping[str, Any], options: Options) -> str:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    advice = did_you_mean(snake, known) or f"available: {', '.join(sorted(options))}"
    return f"{path} is not an option; {advice}"
