# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What images bring along: files, variables, ports and volumes, as told through the control path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from paas_emulator.control_values import SettingError
from paas_emulator.store import Node

_MEMBERS = ("files", "env", "ports", "volumes")


class Images:
    """The images in force, by name or by `name:tag`."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Any]] = {}

    def replace(self, body: Any) -> None:
        """Put these in force, instead of all others. Raises SettingError."""
        if not isinstance(body, Mapping):
            raise SettingError('images must be an object such as {"example/app": {"files": {"/app/motd": "hello"}}}')
        for name, row in body.items():
            _check(f"image {name!r}", row)
        self._rows = {str(name): dict(row) for name, row in body.items()}

    def plain(self) -> dict[str, Any]:
        """For the control path."""
        return {"images": dict(self._rows)}

    def furnish(self, nodes: Iterable[Node]) -> None:
        """Give new nodes what their images bring."""
        for node in nodes:
            row = self._rows.get(f"{node.image}:{node.tag}") or self._rows.get(node.image or "")
            if row:
                node.files.update(row.get("files", {}))
                node.config["image"] = {name: row[name] for name in ("env", "ports", "volumes") if name in row}


def _check(where: str, row: Any) -> None:
    if not isinstance(row, Mapping) or set(row) - set(_MEMBERS):
        raise SettingError(f"{where} must be an object with {', '.join(_MEMBERS)}")
    for name in ("files", "env"):
        texts = row.get(name, {})
        if not isinstance(texts, Mapping) or not all(isinstance(text, str) for text in texts.values()):
            raise SettingError(f"{where}: {name} must be an object of texts")
    paths = [*row.get("files", {}), *_list(where, row, "volumes", str)]
    if not all(str(path).startswith("/") for path in paths):
        raise SettingError(f"{where}: paths must be absolute")
    _list(where, row, "ports", int)


def _list(where: str, row: Mapping[str, Any], name: str, kind: type) -> list[Any]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
        raise SettingError(f"{where}: {name} must be a list of {'numbers' if kind is int else 'texts'}")
    return value
