# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of `onInstall` and `actions`: the actions in them, where each works, and which branch is entered."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from paas_emulator.services.marketplace.package_values import plain

# Members beside an action, or among its own, that say where it works; further ones that change nothing here.
# `nodeMission` is the older name of a layer (public manifests).
TARGETS = ("nodeId", "nodeGroup", "nodeMission", "nodeType")
BESIDE = (*TARGETS, "sayYes", "isSequential", "user")
# `jps` stands for it in a published package.
INSTALL = ("install", "jps")
ACTION = re.compile(r"\s*([A-Za-z][\w.-]*)\s*(?:\[(.*)\])?\s*(?::\s*(\S+))?\s*")
METHOD = re.compile(r"(?:api\.|jelastic\.)?(\w+\.\w+\.\w+)", re.IGNORECASE)
CONTROL = re.compile(r"\s*(if|elif|else)\b\s*(?:\((.*)\))?\s*", re.IGNORECASE | re.DOTALL)
FOR_EACH = re.compile(r"\s*forEach\s*\((.*)\)\s*", re.IGNORECASE | re.DOTALL)


def texts(value: list[Any]) -> bool:
    return not any(isinstance(item, (Mapping, list)) for item in value)


def split(text: str | None) -> list[str]:
    return [item.strip() for item in (text or "").split(",") if item.strip()]


def named_targets(members: Mapping[str, Any]) -> list[str]:
    """Where the members of an entry say that it works; one may be a list (published packages)."""
    given = [members[name] for name in TARGETS if name in members]
    return [plain(item) for value in given for item in (value if isinstance(value, list) else [value])]


def actions_of(members: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The actions of one entry. What stands beside `api`, the name of a method or `install` are its parameters."""
    name = next((name for name in members if _takes_neighbours(name, members[name])), None)
    if name is not None:
        value, word = members[name], _word(name)
        beside = {key: item for key, item in members.items() if key != name and key not in BESIDE}
        if word in INSTALL:
            yield name, {"jps": value, **{key: item for key, item in members.items() if key != name}}
        elif word == "api":
            yield name, {"method": value, "params": {**beside, **(beside.pop("params", None) or {})}}
        else:
            yield name, beside
        return
    message = members.get("message")
    for given, value in members.items():
        if given == "assert" and message is not None:  # documented as an object of its own
            yield given, {"condition": value, "message": message}
        elif given not in BESIDE and not (given == "message" and "assert" in members):
            yield given, value


def called(value: Any) -> list[Any]:
    """The entries of `call`: names of actions, with their parameters or as `procedure` and `params` (old manifests)."""
    items = value if isinstance(value, list) else [value]
    return [
        {plain(item["procedure"]): item.get("params")} if isinstance(item, Mapping) and "procedure" in item else item
        for item in items
    ]


def _word(name: str) -> str:
    return name.split("[")[0].strip().lower()


def _takes_neighbours(name: str, value: Any) -> bool:
    """Whether an action has no parameters of its own, so that those beside it are meant (published packages)."""
    word = _word(name)
    if word in ("install", "api"):
        return isinstance(value, str)
    return word == "jps" or (value is None and bool(METHOD.fullmatch(word)))


class Chain:
    """`if`, `elif` and `else` that follow each other: the first that holds is carried out (documented)."""

    def __init__(self) -> None:
        self._open = self._done = False

    def end(self) -> None:
        """Another action came between."""
        self._open = False

    async def enters(self, word: str, holds: Callable[[], Awaitable[bool]]) -> bool:
        """Whether the branch is carried out."""
        if word == "if":
            self._open, self._done = True, False
        elif not self._open or self._done:
            return False
        self._open = word != "else"
        self._done = word == "else" or await holds()
        return self._done
