# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a manifest, or a topology in its words, to options of ``paas_environment``. Pure; nothing is ever evaluated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ansible_collections.inet.elastic.plugins.module_utils._client.answers import member
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._engine.exact_text import exact_text, inexact_number
from ansible_collections.inet.elastic.plugins.module_utils._engine.suggestions import close_names
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.names import split_image
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.storage import MOUNT_WORDS
from ansible_collections.inet.elastic.plugins.plugin_utils._manifest import forms, words
from ansible_collections.inet.elastic.plugins.plugin_utils._manifest.old_words import in_new_words
from ansible_collections.inet.elastic.plugins.plugin_utils._manifest.placeholders import (
    PLACEHOLDER,
    filled,
    placeholders,
    scalar_text,
)
from ansible_collections.inet.elastic.plugins.plugin_utils._manifest.search import (
    Key,
    Path,
    levels,
    path_text,
    topology_path,
)

_TRUE = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
# Kinds of values that a text with a placeholder can be, until it is filled in.
_TEXT_KINDS = ("text", "exact", "tag", "texts", "links", "sources", "command", "scaling")
_RANKS = {word: at for at, word in enumerate(words.NODE_WORDS)}
_STAYS = "holds a placeholder, which stays as it is; give its value by replace"


class ManifestError(ValueError):
    """What makes a manifest unusable, in one line."""

    def __init__(self, message: str) -> None:
        super().__init__(_line(message))


@dataclass
class Conversion:
    """The options, and lines about the manifest, without its values.

    Attributes:
        left_out: what the options do not carry.
        inexact: booleans and fractions where a text is meant, whose written form is lost.
        warnings: what may have been written in another way.
    """

    options: dict[str, Any] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    inexact: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class _Said(NamedTuple):
    """One way in which an entry gives an option."""

    rank: tuple[bool, int]  # inside docker or not, then the order of spellings; the lowest counts
    path: str
    kind: str
    value: Any


def convert(manifest: Any, replace: Mapping[str, Any] | None = None) -> Conversion:
    """Convert a manifest, or a mapping of the same words.

    Args:
        replace: values for placeholders by their names, such as ``settings.domain`` for ``${settings.domain}``.

    Raises:
        ManifestError: where there is no topology in it, or an entry says nothing of what it is.
    """
    if not isinstance(manifest, Mapping):
        raise ManifestError("a manifest is a mapping; parse its text first, with from_yaml or from_json")
    try:
        complete = filled(manifest, {str(name): value for name, value in (replace or {}).items()})
        path = topology_path(complete)
        if path is None:
            raise InputError(_no_topology(complete))
        return _Converter(path).run(complete)
    except InputError as error:
        raise ManifestError(str(error)) from None


def _no_topology(manifest: Mapping[str, Any]) -> str:
    application = member(manifest, "application")
    members = {**(application if isinstance(application, Mapping) else {}), **manifest}
    scripts = [name for name in members if name.lower() in words.SCRIPTS and members[name]]
    if scripts:
        return (
            f"the manifest has no topology, as the script {scripts[0]} makes its nodes, and only the platform runs it; "
            "install the manifest with inet.elastic.paas_package"
        )
    return (
        "the manifest has no topology: no nodes at its top, nor in env, application or an install action; "
        "install an add-on with inet.elastic.paas_package"
    )


def _line(text: str) -> str:
    """Names come from the manifest: whatever is in them, a line stays a line."""
    return "".join(char if char.isprintable() else "?" for char in text)


class _Converter:
    """Converts one topology, and remembers what has no option."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._result = Conversion()

    def run(self, manifest: dict[str, Any]) -> Conversion:
        """The options of the environment and its layers; what stands nearest to the layers wins."""
        options = self._result.options
        around = list(levels(manifest, self._path))
        nodes = around[0][1]["nodes"]
        entries = in_new_words([nodes] if isinstance(nodes, Mapping) else nodes)
        place = path_text((*self._path, "nodes"))
        options["nodes"] = self._merged(
            [self._node(entry, f"{place}[{at}]") for at, entry in enumerate(entries)], place
        )
        if not options["nodes"]:
            raise ManifestError("the manifest's nodes are empty")
        for path, there, dealt_with in around:
            if isinstance(there, Mapping):
                self._environment(there, path, dealt_with)
            else:
                for index in range(len(there)):
                    if index != dealt_with:
                        self._leave(path_text((*path, index)), words.BEHAVIOUR)
        return self._result

    def _leave(self, path: str, reason: str) -> None:
        line = _line(f"{path}: {reason}")
        if line not in self._result.left_out:
            self._result.left_out.append(line)

    def _environment(self, given: Mapping[str, Any], path: Path, dealt_with: Key | None) -> None:
        for name, value in given.items():
            word, place = name.lower(), path_text((*path, name))
            if name == dealt_with or value is None:
                continue
            if word in words.ENVIRONMENT_WORDS:
                option, kind = words.ENVIRONMENT_WORDS[word]
                converted = self._value(kind, value, place)
                if converted is not None and self._result.options.setdefault(option, converted) != converted:
                    self._leave(place, f"another {option} counts, which is given nearer to the nodes or before")
            elif word == "env" and isinstance(value, Mapping):
                self._environment(value, (*path, name), None)
            elif word in words.ENVIRONMENT_LEFT_OUT:
                self._leave(place, words.ENVIRONMENT_LEFT_OUT[word])
            elif word not in words.DESCRIBING:
                self._leave(place, words.BEHAVIOUR)

    # -- layers -----------------------------------------------------------------------------------------------------

    def _node(self, entry: Any, where: str) -> dict[str, Any]:
        if not isinstance(entry, Mapping):
            raise ManifestError(f"{where} is not a mapping")
        said: dict[str, list[_Said]] = {}
        for name, value in entry.items():
            if name.lower() != "docker":
                self._word(said, name, value, where)
            elif isinstance(value, Mapping):
                for inner, item in value.items():
                    self._word(said, inner, item, f"{where}.{name}", nested=True)
            elif isinstance(value, str):
                self._word(said, "image", value, f"{where}.{name}", nested=True)
            elif value is not None:
                self._leave(f"{where}.{name}", words.NODE_LEFT_OUT["docker"])
        found: dict[str, Any] = {}
        for option, ways in said.items():
            first, *others = sorted(ways, key=lambda way: way.rank)
            converted = self._value(first.kind, first.value, first.path)
            if converted is not None:
                found[option] = converted
            for other in others:
                if other.value != first.value:
                    self._leave(other.path, f"{first.path} says it already, and counts")
        self._one_tag(found, where)
        fixed, flexible = found.get("fixed_cloudlets"), found.get("flexible_cloudlets")
        if fixed is not None and flexible is not None and fixed > flexible:
            found["flexible_cloudlets"] = fixed
            self._leave(where, "its limit of cloudlets is below what is reserved, and is raised to that")
        if not any(option in found for option in ("node_type", "image")):
            raise ManifestError(f"{where} says nothing of what it is: no nodeType and no image")
        return found

    def _word(self, said: dict[str, list[_Said]], name: str, value: Any, where: str, *, nested: bool = False) -> None:
        word, path = name.lower(), f"{where}.{name}"
        if word in words.NODE_WORDS:
            option, kind = words.NODE_WORDS[word]
            if value is not None and value != "":
                said.setdefault(option, []).append(_Said((nested, _RANKS[word]), path, kind, value))
        elif word in words.NODE_LEFT_OUT:
            self._leave(path, words.NODE_LEFT_OUT[word])
        elif word not in words.NODE_DESCRIBING:
            close = close_names(word, words.NODE_WORDS)
            hint = f"; did you mean {words.NODE_WORDS[close[0]][0]}?" if close else ""
            self._leave(path, f"is not a key of a node{hint}")

    def _one_tag(self, found: dict[str, Any], where: str) -> None:
        """Where both image and tag name a version, the latter counts."""
        image, tag = split_image(found.get("image", ""))
        if tag and found.get("tag", tag) != tag:
            found["image"] = image
            self._leave(f"{where}.image", "its version is left out, as tag names another")

    def _merged(self, nodes: list[dict[str, Any]], place: str) -> list[dict[str, Any]]:
        """Entries that name one layer as one, where they say the same but for their count."""
        merged: list[dict[str, Any]] = []
        for at, node in enumerate(nodes):
            name = node.get("node_group")
            other = next((item for item in merged if name and item.get("node_group") == name), None)
            if other is None:
                merged.append(node)
            elif {**node, "count": 0} == {**other, "count": 0}:
                other["count"] = other.get("count", 1) + node.get("count", 1)
            else:
                self._leave(f"{place}[{at}]", f"the layer {name} is described before, in other words")
        return merged

    # -- values -----------------------------------------------------------------------------------------------------

    def _value(self, kind: str, value: Any, path: str) -> Any:
        """A value in the form of its option; None where there is nothing to carry."""
        if value is None or value == "":
            return None
        if isinstance(value, str) and PLACEHOLDER.search(value) and kind not in _TEXT_KINDS:
            self._leave(path, "holds a placeholder; give its value by replace")
            return None
        # Mounts name their own, as each member has a kind.
        for place in placeholders(value if kind != "mounts" else None, path):
            self._leave(place, _STAYS)
        return getattr(self, f"_{kind}")(value, path)

    def _scalar(self, value: Any, path: str) -> str:
        if isinstance(value, (Mapping, list)):
            raise ManifestError(f"{path} is a structure where a text belongs")
        return scalar_text(value)

    def _text(self, value: Any, path: str) -> str | None:
        return self._scalar(value, path).strip() or None

    def _exact(self, value: Any, path: str) -> str | None:
        """A text that YAML may have changed, such as a version."""
        return self._as_the_platform(value, path).strip() or None

    def _as_the_platform(self, value: Any, path: str) -> str:
        """The text of a value as the platform has it, which reads the same manifest."""
        try:
            return exact_text(value, path)
        except InputError as error:
            if not isinstance(value, (bool, float)):
                raise
            self._result.inexact.append(_line(str(error)))
            return self._scalar(value, path)

    def _tag(self, value: Any, path: str) -> str | None:
        warning = inexact_number(value, path)
        if warning:
            self._result.warnings.append(_line(warning))
        return self._exact(value, path)

    def _scaling(self, value: Any, path: str) -> str | None:
        mode = (self._text(value, path) or "").lower()
        return forms.SCALING_MODES.get(mode, mode) or None

    def _command(self, value: Any, path: str) -> str | None:
        if isinstance(value, list):
            return " ".join(self._scalar(item, path) for item in value) or None
        return self._text(value, path)

    def _number(self, value: Any, path: str) -> int:
        text = "" if isinstance(value, bool) else self._scalar(value, path).strip()
        if not re.fullmatch(r"-?\d{1,9}(\.0+)?", text):
            raise ManifestError(f"{path} is not a whole number")
        return int(float(text))

    def _flag(self, value: Any, path: str) -> bool:
        known = _TRUE.get(self._scalar(value, path).strip().lower())
        if known is None:
            raise ManifestError(f"{path} is neither true nor false")
        return known

    def _addresses(self, value: Any, path: str) -> int:
        """``true`` means one address; a number, how many."""
        if isinstance(value, bool) or str(value).strip().lower() in ("true", "false"):
            return int(self._flag(value, path))
        return self._number(value, path)

    def _texts(self, value: Any, path: str) -> list[str]:
        """A list, or one text with commas or semicolons in it; of objects, their ids."""
        if isinstance(value, Mapping):
            raise ManifestError(f"{path} is neither a list nor a text")
        given = value if isinstance(value, list) else re.split("[,;]", self._scalar(value, path))
        texts = [self._item(item, f"{path}[{at}]") for at, item in enumerate(given) if item is not None]
        return [text for text in texts if text]

    def _links(self, value: Any, path: str) -> list[str]:
        return self._short(forms.link_text, value, path)

    def _sources(self, value: Any, path: str) -> list[str]:
        for at, item in enumerate(value if isinstance(value, list) else [value]):
            if member(item, "volumes"):
                self._leave(f"{path}[{at}].volumes", "all volumes are taken over; name single ones by volumeMounts")
        return self._short(forms.volumes_source, value, path)

    def _short(self, shorten: Callable[[Mapping[str, Any], str], str], value: Any, path: str) -> list[str]:
        """A list of texts, or one text; a mapping, also one in the list, becomes a text."""
        if isinstance(value, Mapping):
            return [shorten(value, path)]
        if not isinstance(value, list):
            return self._texts(value, path)
        places = ((item, f"{path}[{at}]") for at, item in enumerate(value))
        return self._texts(
            [shorten(item, place) if isinstance(item, Mapping) else item for item, place in places], path
        )

    def _item(self, value: Any, path: str) -> str | None:
        if not isinstance(value, Mapping):
            return self._text(value, path)
        name = next((name for name in ("id", "name") if value.get(name) is not None), None)
        if name is None:
            raise ManifestError(f"{path} has no id")
        for other in value:
            if other not in ("id", "name"):
                self._leave(f"{path}.{other}", f"is left out, as {name} alone is carried over")
        return self._text(value[name], path)

    def _mapping(self, value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise ManifestError(f"{path} is not a mapping")
        return dict(value)

    def _variables(self, value: Any, path: str) -> dict[str, str]:
        if isinstance(value, list):
            pairs = [self._scalar(item, path).partition("=") for item in value]
            value = {name: text for name, _equals, text in pairs}
        found = {name: item for name, item in self._mapping(value, path).items() if item is not None}
        return {name: self._as_the_platform(item, f"{path}.{name}") for name, item in found.items()}

    def _cluster(self, value: Any, path: str) -> dict[str, Any]:
        if isinstance(value, Mapping):
            return {"enabled": True, "settings": dict(value)} if value else {"enabled": True}
        return {"enabled": self._flag(value, path)}

    def _registry(self, value: Any, path: str) -> dict[str, str]:
        given = {"url": value} if isinstance(value, str) else self._mapping(value, path)
        known = {"url": "url", "user": "user", "username": "user", "password": "password"}
        for name in given:
            if name.lower() not in known:
                self._leave(f"{path}.{name}", "is not a key of a registry")
        return {
            known[name.lower()]: self._scalar(item, f"{path}.{name}")
            for name, item in given.items()
            if name.lower() in known and item not in (None, "")
        }

    def _mounts(self, value: Any, path: str) -> dict[str, dict[str, Any]]:
        if isinstance(value, list):
            return {target: self._mount(given, where) for target, where, given in forms.mounts_by_path(value, path)}
        mounts: dict[str, dict[str, Any]] = {}
        for target, given in self._mapping(value, path).items():
            where = f"{path}[{target}]"
            if PLACEHOLDER.search(target):
                self._leave(where, _STAYS)
            if isinstance(given, str):
                for place in placeholders(given, where):
                    self._leave(place, _STAYS)
                mounts[target] = forms.short_mount(given, where)
            else:
                mounts[target] = self._mount(given, where)
        return mounts

    def _mount(self, given: Any, where: str) -> dict[str, Any]:
        mount: dict[str, Any] = {}
        for name, item in self._mapping(given, where).items():
            if name.lower() not in MOUNT_WORDS:
                self._leave(f"{where}.{name}", "is not a key of a mount")
                continue
            option, kind = MOUNT_WORDS[name.lower()]
            converted = self._value(kind, item, f"{where}.{name}")
            if converted is not None:
                mount[option] = converted
        return mount
