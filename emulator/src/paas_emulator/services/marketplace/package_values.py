# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the placeholders of a manifest stand for. One that is unknown stays as it is (documented)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import secrets
import string
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from paas_emulator import secrets_at_rest
from paas_emulator.services.billing import model as quotas
from paas_emulator.services.control import serializers
from paas_emulator.services.control.model import as_text
from paas_emulator.store import Account, Environment

HIDDEN = "********"
PASSWORD_LENGTH = 10  # documented
MAX_LENGTH = 1000
RANDOM = (1_000_000, 9_999_999)  # seven digits (documented)
_PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")
_FUNCTION = re.compile(r"fn\.(\w+)(?:\((.*)\))?", re.DOTALL)
_PROCESSED = re.compile(r"(.+?)\.(toBase64|fromBase64|md5|toJSON|print|join|contains)\((.*)\)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_COMMA = re.compile(r"(?<!\\),")
_INNER = re.compile(r"\[([\w.@-]+(?:\([^()]*\)|\[\d+\])?)\]")
_STEP = re.compile(r"\.?([\w@-]+)|\[(\d+)\]")
# Other names of what an answer shows (documented).
_ENV_NAMES = {"name": "envName", "region": "hardwareNodeGroup", "ssl": "sslstate", "ha": "ishaenabled"}
_NODE_NAMES = {"extips": "extIPs"}


def plain(value: Any) -> str:
    """A value as text; lists and mappings as JSON without blanks (documented)."""
    return json.dumps(value, separators=(",", ":")) if isinstance(value, (list, Mapping)) else as_text(value)


def localised(value: Any) -> Any:
    """A text for people, which may be given by language (documented); English goes first."""
    if not isinstance(value, Mapping):
        return value
    return value.get("en", next(iter(value.values()), None))


@dataclass
class Values:
    """What placeholders and conditions see, by scope, such as `settings`.

    secret: settings whose values no message may show. loops: values of iterators by name, and their numbers.
    base: what relative links stand for. version: of the engine. aliases: further names of layers.
    """

    scopes: dict[str, dict[str, Any]] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()
    environment: Environment | None = None
    account: Account | None = None
    base: str = ""
    version: str = ""
    response: Mapping[str, Any] = field(default_factory=dict)
    loops: dict[str, Any] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def add(self, scope: str, values: Mapping[str, Any]) -> None:
        """Add or replace values, such as `globals`."""
        self.scopes.setdefault(scope, {}).update({str(name): value for name, value in values.items()})

    def scope(self, scope: str) -> dict[str, str]:
        """The values of one scope, as text."""
        return {name: plain(value) for name, value in self.scopes.get(scope, {}).items()}

    def filled(self, value: Any, this: Mapping[str, Any] | None = None) -> Any:
        """The value with its placeholders replaced, at any depth.

        `this`: arguments of the package's own action; one without a name is under the empty name.
        """
        if isinstance(value, Mapping):
            return {key: self.filled(item, this) for key, item in value.items()}
        if isinstance(value, list):
            return [self.filled(item, this) for item in value]
        if not isinstance(value, str):
            return value
        return _PLACEHOLDER.sub(lambda found: self._text(found[1].strip(), this or {}, found[0]), value)

    def hidden(self, text: str) -> str:
        """The text without the values of secret settings."""
        values = {plain(self.scopes.get("settings", {}).get(name)) for name in self.secret} - {""}
        for value in sorted(values, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return text

    @contextmanager
    def loop(self, name: str, item: Any, number: int) -> Iterator[None]:
        """One turn of `forEach`."""
        before = dict(self.loops)
        self.loops.update({f"@{name}": item, f"@@{name}": number, "@": number})
        try:
            yield
        finally:
            self.loops = before

    def all(self, this: Mapping[str, Any], root: str = "env") -> dict[str, Any]:
        """Every scope, for conditions. root: the one that is wanted."""
        mine = this.get("", this) if set(this) <= {""} and this else this
        shown = {**self.scopes, "response": self.response, "this": mine, "env": {}, "nodes": {}, **self.loops}
        wanted = self.environment if root in ("env", "nodes") else None
        return {**shown, **(self._of_environment(wanted) if wanted else {})}

    def value(self, path: str, this: Mapping[str, Any]) -> Any:
        """What a path such as `nodes.cp` stands for, None for nothing."""
        return self._found(path.strip().removeprefix("${").removesuffix("}"), this)

    def _text(self, name: str, this: Mapping[str, Any], otherwise: str) -> str:
        """Return the text of a placeholder; a text after a colon is its default (documented)."""
        found = self._found(name, this)
        if found is None and ":" in name:
            name, _, default = name.partition(":")
            found = self._found(name.strip(), this)
            if found is None:
                found = _INNER.sub(lambda inner: self._text(inner[1], this, inner[0]), default)
        return otherwise if found is None else plain(found)

    def _found(self, name: str, this: Mapping[str, Any]) -> Any:
        function = _FUNCTION.fullmatch(name)
        if function:
            argument = _INNER.sub(lambda inner: self._text(inner[1], this, inner[0]), function[2] or "")
            return self._function(function[1], argument.strip())
        processed = _PROCESSED.fullmatch(name)
        if processed:  # of nothing it is nothing (documented)
            argument = _INNER.sub(lambda inner: self._text(inner[1], this, inner[0]), processed[3])
            return _process(processed[2], self._found(processed[1], this), argument)
        if name.startswith("quota.") and self.account:
            return quotas.value(self.account, name.removeprefix("quota."))
        own = {"baseUrl": self.base or None, "engine": self.version or None, "this": this.get("")}
        return own[name] if name in own else _walk(self.all(this, re.split(r"[.\[]", name)[0]), name)

    def _function(self, name: str, argument: str) -> str | None:
        if name == "compareEngine":
            return _compare(f"{self.version},{argument or self.version}")
        function = FUNCTIONS.get(name)
        return function(argument) if function else None

    def _of_environment(self, environment: Environment) -> dict[str, Any]:
        """`env` and `nodes`: what answers show, with the documented names."""
        scheme = "https" if environment.ssl else "http"
        shown = {
            **serializers.env(environment),
            "protocol": scheme,
            "url": f"{scheme}://{serializers.domain(environment)}/",
        }
        nodes = []
        for item in environment.nodes:
            node = serializers.node(environment, item)
            password = secrets_at_rest.digest(f"{environment.appid}-{item.id}")[:PASSWORD_LENGTH]
            node.update({name: node.get(real) for name, real in _NODE_NAMES.items()}, password=password)
            nodes.append(node)
        groups: dict[str, list[Any]] = {}
        for node in nodes:
            for key in dict.fromkeys((node["nodeGroup"], node["nodeType"])):
                groups.setdefault(key, []).append(node)
        groups.update({alias: groups[layer] for alias, layer in self.aliases.items() if layer in groups})
        env = {**shown, **{name: shown[real] for name, real in _ENV_NAMES.items()}, "nodes": nodes}
        return {"env": env, "nodes": groups}


def _walk(value: Any, path: str) -> Any:
    """`nodes.cp[0].address`, `nodes.cp.length`; of a list itself the first element (documented)."""
    at = 0
    value = value if path else None
    while at < len(path):
        step = _STEP.match(path, at)
        if not step or value is None:
            return None
        at = step.end()
        value = _member(value, step[1]) if step[1] else _element(value, int(step[2]))
    return value


def _element(value: Any, index: int) -> Any:
    return value[index] if isinstance(value, list) and index < len(value) else None


def _member(value: Any, name: str) -> Any:
    if isinstance(value, list):
        if name == "length":
            return len(value)
        if name == "master":
            return next((item for item in value if isinstance(item, Mapping) and item.get("ismaster")), None)
        if name in ("first", "last"):
            return value[0 if name == "first" else -1] if value else None
        value = value[0] if value else None
    return value.get(name) if isinstance(value, Mapping) else None


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


def _compare(text: str) -> str:
    """Two versions with dots: 0, 1 or -1 (documented)."""
    versions = [[int(part) for part in re.findall(r"\d+", half)] for half in (text + ",").split(",")[:2]]
    width = max(map(len, versions))
    left, right = ([*version, *[0] * (width - len(version))] for version in versions)
    return str((left > right) - (left < right))


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def _process(name: str, value: Any, argument: str) -> Any:
    if name == "contains":
        return _contains(value if isinstance(value, list) else [], argument)
    if value is None:
        return ""
    if name == "join":
        return _join(value if isinstance(value, list) else [value], argument)
    if name in ("toJSON", "print"):
        one_digit = argument.isdecimal() and len(argument) == 1
        return json.dumps(value, indent=int(argument)) if one_digit else json.dumps(value, separators=(",", ":"))
    return PROCESSES[name](plain(value))


def _contains(items: list[Any], argument: str) -> bool:
    """Whether an element is the argument, or `name, value` is a member of one (documented)."""
    name, comma, wanted = (part.strip() for part in argument.partition(","))
    if comma:
        return any(isinstance(item, Mapping) and name in item and plain(item[name]) == wanted for item in items)
    return any(plain(item) == name for item in items)


def _join(items: list[Any], argument: str) -> str:
    """The elements with a sign between, or a member of each: `join(;)`, `join(id,;)`.

    After the name of a member, nothing stands for a comma, and blanks before a sign do not count (documented).
    """
    parts = _COMMA.split(argument, maxsplit=1)
    name, sign = (parts[0].strip(), parts[1]) if len(parts) == 2 else ("", argument)
    sign = (sign.lstrip() or sign or ",") if len(parts) == 2 else sign
    sign = _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], sign)
    if not name:
        return sign.join(plain(item) for item in items)
    return sign.join(plain(item.get(name)) if isinstance(item, Mapping) else "" for item in items)


# Documented: `${globals.text.toBase64()}`.
PROCESSES: dict[str, Callable[[Any], str]] = {
    "toBase64": lambda text: base64.b64encode(text.encode()).decode(),
    "fromBase64": _from_base64,
    "md5": lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
}
# Documented: `${fn.password(12)}`.
FUNCTIONS: dict[str, Callable[[str], str]] = {
    "password": _password,
    "random": _random,
    "uuid": lambda _: str(uuid.uuid4()),
    "md5": PROCESSES["md5"],
    "base64": PROCESSES["toBase64"],
    "compare": _compare,
}
