# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the placeholders of a manifest stand for. One that is unknown stays as it is (documented)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import string
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from paas_emulator import wire
from paas_emulator.store import Environment, Node
from paas_emulator.topology import as_text

HIDDEN = "********"
PASSWORD_LENGTH = 10  # documented
MAX_LENGTH = 1000
RANDOM = (1_000_000, 9_999_999)  # seven digits (documented)
_PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")
_FUNCTION = re.compile(r"fn\.(\w+)(?:\((.*)\))?", re.DOTALL)
_INNER = re.compile(r"\[([\w.]+)\]")
_NODE = re.compile(r"nodes\.([\w-]+)(?:\[(\d+)\]|\.(first|last|master))?\.(\w+)")
# Other names of what an answer shows (documented).
_ENV_NAMES = {"name": "envName", "region": "hardwareNodeGroup", "ssl": "sslstate", "ha": "ishaenabled"}


def plain(value: Any) -> str:
    """A value as text; lists and mappings as JSON."""
    return json.dumps(value) if isinstance(value, (list, Mapping)) else as_text(value)


@dataclass
class Values:
    """`known`: values by name, such as `settings.title`. `secret`: settings whose values no message may show."""

    known: dict[str, str] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()
    environment: Environment | None = None

    def add(self, scope: str, values: Mapping[str, Any]) -> None:
        """Add or replace values, such as `globals`."""
        self.known.update({f"{scope}.{name}": plain(value) for name, value in values.items()})

    def scope(self, scope: str) -> dict[str, str]:
        """The values of one scope, without its name."""
        start = scope + "."
        return {name.removeprefix(start): value for name, value in self.known.items() if name.startswith(start)}

    def filled(self, value: Any, this: Mapping[str, str] | None = None) -> Any:
        """The value with its placeholders replaced, at any depth.

        `this`: arguments of the package's own action;
        one without a name is under the empty name.
        """
        if isinstance(value, Mapping):
            return {key: self.filled(item, this) for key, item in value.items()}
        if isinstance(value, list):
            return [self.filled(item, this) for item in value]
        if not isinstance(value, str):
            return value
        return _PLACEHOLDER.sub(lambda found: self._value(found[1].strip(), this or {}, found[0]), value)

    def hidden(self, text: str) -> str:
        """The text without the values of secret settings."""
        values = {self.known.get(f"settings.{name}") or "" for name in self.secret} - {""}
        for value in sorted(values, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return text

    def _value(self, name: str, this: Mapping[str, str], otherwise: str) -> str:
        scope, _, member = name.partition(".")
        found = this.get(member) if scope == "this" else self.known.get(name)
        for read in (self._function, self._of_environment, self._of_node):
            if found is None:
                found = read(name)
        return otherwise if found is None else found

    def _function(self, name: str) -> str | None:
        found = _FUNCTION.fullmatch(name)
        function = FUNCTIONS.get(found[1]) if found else None
        if not found or not function:
            return None
        given = _INNER.sub(lambda inner: self._value(inner[1], {}, inner[0]), found[2] or "")
        return function(given.strip())

    def _of_environment(self, name: str) -> str | None:
        environment, (scope, _, member) = self.environment, name.partition(".")
        if environment is None or scope != "env":
            return None
        scheme = "https" if environment.ssl else "http"
        shown = {**wire.env(environment), "protocol": scheme, "url": f"{scheme}://{wire.domain(environment)}/"}
        return _scalar(shown.get(_ENV_NAMES.get(member, member)))

    def _of_node(self, name: str) -> str | None:
        found = _NODE.fullmatch(name)
        if found is None or self.environment is None:
            return None
        nodes = [node for node in self.environment.nodes if found[1] in (node.layer, node.node_type)]
        node = _pick(nodes, int(found[2] or 0), found[3] or "")
        return _scalar(wire.node(self.environment, node).get(found[4])) if node else None


def _pick(nodes: list[Node], index: int, which: str) -> Node | None:
    if which == "master":
        nodes = [node for node in nodes if node.is_master]
    if which == "last":
        nodes = nodes[-1:]
    return nodes[index] if index < len(nodes) else None


def _scalar(value: Any) -> str | None:
    return None if value is None or isinstance(value, (list, Mapping)) else as_text(value)


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else default


def _password(text: str) -> str:
    length = min(_number(text, PASSWORD_LENGTH), MAX_LENGTH)
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


def _random(text: str) -> str:
    low, comma, high = text.partition(",")
    least, most = (_number(low.strip(), RANDOM[0]), _number(high.strip(), RANDOM[1])) if comma else (0, 0)
    if not comma:
        least, most = (0, _number(text, RANDOM[1])) if text else RANDOM
    return str(least + secrets.randbelow(max(most - least, 0) + 1))


# Documented: `${fn.password(12)}`.
FUNCTIONS: dict[str, Callable[[str], str]] = {
    "password": _password,
    "random": _random,
    "uuid": lambda _: str(uuid.uuid4()),
    "md5": lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
}
