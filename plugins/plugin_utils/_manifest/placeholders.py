# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Placeholders of manifests, such as ``${settings.domain}``: filled in by a table, never evaluated. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError

PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")


def scalar_text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def filled(value: Any, replace: Mapping[str, Any]) -> Any:
    """A copy of plain data with the placeholders that there are values for replaced."""
    if isinstance(value, Mapping):
        return {_filled_text(str(key), replace): filled(item, replace) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [filled(item, replace) for item in value]
    if not isinstance(value, str):
        return value
    whole = PLACEHOLDER.fullmatch(value)
    if whole and whole[1].strip() in replace:
        return replace[whole[1].strip()]
    return _filled_text(value, replace)


def _filled_text(text: str, replace: Mapping[str, Any]) -> str:
    def found(match: re.Match[str]) -> str:
        name = match[1].strip()
        value = replace.get(name, match[0])
        if isinstance(value, (Mapping, list)):
            raise InputError(f"replace: the value of {name} is a structure, which cannot stand inside a text")
        return "" if value is None else scalar_text(value)

    return PLACEHOLDER.sub(found, text)


def placeholders(value: Any, path: str) -> Iterator[str]:
    """Paths of the texts and names in a value that hold placeholders."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            if PLACEHOLDER.search(name):
                yield f"{path}.{name}"
            yield from placeholders(item, f"{path}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from placeholders(item, f"{path}[{index}]")
    elif isinstance(value, str) and PLACEHOLDER.search(value):
        yield path
