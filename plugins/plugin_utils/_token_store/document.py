# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a token store holds, and its text form: a YAML document of version 1.

The reader builds no objects from tags and guesses no types: every plain scalar is text, so a token value that looks
like a number, a date or a boolean stays what it is. Nothing of the document's content but names of entries and line
numbers ever gets into an error.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.inet.elastic.plugins.module_utils._client.answers import (
    LARGEST_IDENTIFIER,
    SMALLEST_IDENTIFIER,
)
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import PaasError
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import StoreEntry

__all__ = ["PENDING", "VERSION", "StoreEntry", "StoreError", "check_entry", "dump_document", "load_document"]

VERSION = 1
PENDING = ("create", "regenerate")

_TAG = "tag:yaml.org,2002:"
_NULLS = ("", "~", "null", "Null", "NULL")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NAME = re.compile(r"[a-z_]{1,24}")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.@/-]*")
_NUMBER = re.compile(r"-?[0-9]{1,19}", re.ASCII)


class StoreError(PaasError):
    """The store cannot be used. The message is one line: what is wrong and what to do, never a secret.

    It is an expected failure like those of the platform, so what was begun there is undone where that is possible.
    """

    kind = "store"

    def __init__(self, message: str) -> None:
        super().__init__(_CONTROL.sub("?", message), final=True)


class _Malformed(Exception):
    """The document is not a token store: ``problem`` at ``line`` (from 1; 0 is unknown)."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


class _Loader(yaml.SafeLoader):
    """Resolves no types: what is not quoted is text as well."""

    yaml_implicit_resolvers: dict[str, Any] = {}


# PyYAML's own code takes a millisecond for each entry, libyaml a twentieth of that. Not every PyYAML has it, and it
# refuses some texts that PyYAML does not, so PyYAML's own code has the last word.
_Quick: Any = None
if yaml.__with_libyaml__:

    class _QuickLoader(yaml.CSafeLoader):
        """The same in libyaml."""

        yaml_implicit_resolvers: dict[str, Any] = {}

    _Quick = _QuickLoader
_WIDEST = 2**31 - 1


def _compose(text: str) -> yaml.Node | None:
    if _Quick is not None:
        with contextlib.suppress(yaml.YAMLError, UnicodeEncodeError):
            return yaml.compose(text, Loader=_Quick)
    return yaml.compose(text, Loader=_Loader)


def _serialize(root: yaml.Node) -> str:
    if _Quick is not None:
        with contextlib.suppress(yaml.YAMLError, UnicodeEncodeError):
            return str(yaml.serialize(root, Dumper=yaml.CSafeDumper, allow_unicode=True, width=_WIDEST))
    return str(yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True, width=_WIDEST))


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1 if node.start_mark else 0


def _pairs(node: yaml.Node, what: str) -> Iterator[tuple[str, yaml.Node]]:
    """The members of a mapping, each name once."""
    if not isinstance(node, yaml.MappingNode) or node.tag != _TAG + "map":
        raise _Malformed(f"{what} is not a mapping", _line(node))
    seen: set[str] = set()
    for name_node, member in node.value:
        name = _text(name_node, f"a name in {what}")
        if name is None:
            raise _Malformed(f"a name in {what} is empty", _line(name_node))
        if name in seen:
            raise _Malformed(f"a name stands twice in {what}", _line(name_node))
        seen.add(name)
        yield name, member


def _text(node: yaml.Node, what: str) -> str | None:
    if not isinstance(node, yaml.ScalarNode) or node.tag != _TAG + "str":
        raise _Malformed(f"{what} is not text", _line(node))
    if not node.style and node.value in _NULLS:  # plain: None of PyYAML, empty of libyaml
        return None
    return str(node.value)


def _number(node: yaml.Node, what: str) -> int | None:
    text = _text(node, what)
    if text is None:
        return None
    number = int(text) if _NUMBER.fullmatch(text) else None
    if number is None or not SMALLEST_IDENTIFIER <= number <= LARGEST_IDENTIFIER:
        raise _Malformed(f"{what} is not a number", _line(node))
    return number


def _pending(node: yaml.Node, what: str) -> str | None:
    text = _text(node, what)
    if text is not None and text not in PENDING:
        raise _Malformed(f"{what} is none of {', '.join(PENDING)}", _line(node))
    return text


_FIELDS: dict[str, Callable[[yaml.Node, str], Any]] = {
    "value": _text,
    "id": _number,
    "description": _text,
    "api_url": _text,
    "account": _text,
    "expires_at": _text,
    "updated_at": _text,
    "pending": _pending,
    "valid_for": _number,
    "replaced": _number,
}


def _entry(key: str, node: yaml.Node) -> StoreEntry:
    values: dict[str, Any] = {}
    for name, member in _pairs(node, f"the entry {key!r}"):
        if name not in _FIELDS:
            # A name that does not look like one may be a misplaced value.
            shown = repr(name) if _NAME.fullmatch(name) else "a field"
            raise _Malformed(f"the entry {key!r} has {shown}, which this release does not know", _line(member))
        values[name] = _FIELDS[name](member, f"{name} of the entry {key!r}")
    return StoreEntry(key=key, **values)


def _parse(text: str) -> dict[str, StoreEntry]:
    root = _compose(text)
    if root is None:
        raise _Malformed("it is empty")
    members = dict(_pairs(root, "the document"))
    version = _number(members["version"], "version") if "version" in members else None
    if version is None:
        raise _Malformed("it has no version")
    if version != VERSION:
        raise _Malformed(f"it has version {version}, and this release of the collection reads version {VERSION}")
    if set(members) != {"version", "tokens"}:
        raise _Malformed("it must hold version and tokens, nothing else")
    if isinstance(members["tokens"], yaml.ScalarNode) and _text(members["tokens"], "tokens") is None:
        return {}
    return {key: _entry(key, node) for key, node in _pairs(members["tokens"], "tokens")}


def load_document(data: bytes, path: Path) -> dict[str, StoreEntry]:
    """Read the document.

    Args:
        data: the decrypted content of the store.
        path: named in errors.

    Raises:
        StoreError: it is not a document of version 1, or holds a name twice.
    """
    try:
        return _parse(data.decode("utf-8"))
    except _Malformed as exc:
        problem, line = exc.problem, exc.line
    except yaml.MarkedYAMLError as exc:
        problem, line = "it is not YAML", exc.problem_mark.line + 1 if exc.problem_mark else 0
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        problem, line = "it is not YAML", 0
    where = f" (line {line})" if line else ""
    raise StoreError(
        f"{path} is not a token store that can be used: {problem}{where}. Correct it, restore it from a copy, "
        "or name another store."
    )


def check_entry(entry: StoreEntry) -> StoreEntry:
    """The entry with bare strings: those of Ansible carry marks, in subclasses of ``str``.

    The rules of the reader decide, so that whatever is written can be read.

    Raises:
        StoreError: the document cannot hold a field.
    """
    values: dict[str, Any] = {}
    for name in ("key", *_FIELDS):
        value = getattr(entry, name)
        if value is None and name != "key":
            continue
        desired = int if _FIELDS.get(name) is _number else str
        if not isinstance(value, desired) or isinstance(value, bool) or (name == "pending" and value not in PENDING):
            raise StoreError(f"An entry of the token store cannot have such a {name}: {type(value).__name__}.")
        values[name] = str.__str__(value) if isinstance(value, str) else int(value)
    checked = StoreEntry(**values)
    problem = "it would be read as another one"
    try:
        if _parse(dump_document({checked.key: checked}).decode("utf-8")) == {checked.key: checked}:
            return checked
    except _Malformed as exc:
        problem = exc.problem
    except (yaml.YAMLError, RecursionError, ValueError):
        problem = "it would not be YAML"
    raise StoreError(f"The token store cannot hold the entry {checked.key!r}: {problem}. Nothing is written.")


def _scalar(value: str | int, quoted: bool) -> yaml.ScalarNode:
    if isinstance(value, int):
        return yaml.ScalarNode(_TAG + "int", str(value))
    style = '"' if quoted or not _PLAIN.fullmatch(value) else None
    return yaml.ScalarNode(_TAG + "str", value, style=style)


def _mapping(members: list[tuple[yaml.Node, yaml.Node]]) -> yaml.MappingNode:
    return yaml.MappingNode(_TAG + "map", members, flow_style=not members)


def dump_document(entries: Mapping[str, StoreEntry]) -> bytes:
    """Write the document: UTF-8, sorted by key, fields in a fixed order, unknown ones left out."""
    tokens: list[tuple[yaml.Node, yaml.Node]] = []
    for key in sorted(entries):
        fields = [(name, getattr(entries[key], name)) for name in _FIELDS]
        known: list[tuple[yaml.Node, yaml.Node]] = [
            (_scalar(name, quoted=False), _scalar(value, quoted=name == "value"))
            for name, value in fields
            if value is not None
        ]
        tokens.append((_scalar(key, quoted=False), _mapping(known)))
    root = _mapping(
        [
            (_scalar("version", quoted=False), _scalar(VERSION, quoted=False)),
            (_scalar("tokens", quoted=False), _mapping(tokens)),
        ]
    )
    return _serialize(root).encode("utf-8")
