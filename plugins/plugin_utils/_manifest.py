# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""From a manifest, or a topology in its words, to options of ``paas_environment``. Pure; nothing is ever evaluated."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.model import split_image
from ansible_collections.inet.elastic.plugins.plugin_utils import _manifest_words as words

PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")
# Where the topology sits in a manifest, tried in this order (seen in public manifests).
WRAPPERS: tuple[tuple[str, ...], ...] = ((), ("application", "env", "topology"), ("env", "topology"), ("topology",))
ACTIONS = ("onInstall", "actions", "install", "createEnvironment", "createEnv")
_TRUE = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_LIKENESS = 0.8


class ManifestError(ValueError):
    """What makes a manifest unusable, in one line."""


@dataclass
class Conversion:
    """The options, and a line for each thing that they do not carry; no line holds a value."""

    options: dict[str, Any] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def convert(manifest: Any, replace: Mapping[str, Any] | None = None) -> Conversion:
    """Convert a manifest, or a mapping of the same words.

    Args:
        replace: values for placeholders by their names, such as ``settings.domain`` for ``${settings.domain}``.

    Raises:
        ManifestError: where there is no topology in it, or an entry says nothing of what it is.
    """
    if not isinstance(manifest, Mapping):
        raise ManifestError("a manifest is a mapping; parse its text first, with from_yaml or from_json")
    filled = _filled(manifest, {str(name): value for name, value in (replace or {}).items()})
    where, topology = _topology(filled)
    return _Converter(where).run(filled, topology)


def _filled(value: Any, replace: Mapping[str, Any]) -> Any:
    """A copy of plain data with the placeholders that there are values for replaced."""
    if isinstance(value, Mapping):
        return {str(key): _filled(item, replace) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_filled(item, replace) for item in value]
    if not isinstance(value, str):
        return value
    text = str(value)
    whole = PLACEHOLDER.fullmatch(text)
    if whole and whole[1].strip() in replace:
        return replace[whole[1].strip()]
    return PLACEHOLDER.sub(lambda match: str(replace.get(match[1].strip(), match[0])), text)


def _topology(manifest: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The mapping that holds ``nodes``, and its path."""
    for wrapper in WRAPPERS:
        found: Any = manifest
        for name in wrapper:
            found = found.get(name) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping) and isinstance(found.get("nodes"), (list, Mapping)):
            return ".".join(wrapper), dict(found)
    for path, found in _within_actions(manifest, ""):
        return path, found
    raise ManifestError(
        "the manifest has no topology: no nodes at its top, nor in env, application or an install action"
    )


def _within_actions(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Mappings with ``nodes`` that install actions make."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _within_actions(item, f"{path}[{index}]")
    elif isinstance(value, Mapping):
        if path and isinstance(value.get("nodes"), (list, Mapping)):
            yield path, dict(value)
        for name in value:
            if path or name in ACTIONS:
                yield from _within_actions(value[name], f"{path}.{name}".lstrip("."))


class _Converter:
    """Converts one topology, and remembers what has no option."""

    def __init__(self, where: str) -> None:
        self._prefix = f"{where}." if where else ""
        self._result = Conversion()

    def run(self, manifest: dict[str, Any], topology: dict[str, Any]) -> Conversion:
        """The options of the environment and its layers."""
        options = self._result.options
        nodes = topology["nodes"]
        entries = [nodes] if isinstance(nodes, Mapping) else nodes
        options["nodes"] = self._merged([self._node(entry, f"nodes[{at}]") for at, entry in enumerate(entries)])
        if not options["nodes"]:
            raise ManifestError("the manifest's nodes are empty")
        for part, outer in ((topology, False), (manifest.get("env"), False), (manifest, True)):
            if isinstance(part, Mapping):
                self._environment(part, outer=outer and part is not topology)
        return self._result

    def _leave(self, path: str, reason: str) -> None:
        line = f"{self._prefix}{path}: {reason}"
        if line not in self._result.left_out:
            self._result.left_out.append(line)

    def _environment(self, given: Mapping[str, Any], *, outer: bool) -> None:
        for name, value in given.items():
            word = name.lower()
            if word in words.ENVIRONMENT_WORDS:
                option, kind = words.ENVIRONMENT_WORDS[word]
                converted = self._value(kind, value, name)
                if converted is not None:
                    self._result.options.setdefault(option, converted)
            elif word in words.ENVIRONMENT_LEFT_OUT:
                self._leave(name, words.ENVIRONMENT_LEFT_OUT[word])
            elif word not in words.DESCRIBING and word not in ("env", "application"):
                self._leave(name, words.BEHAVIOUR)

    # -- layers -----------------------------------------------------------------------------------------------------

    def _node(self, entry: Any, where: str) -> dict[str, Any]:
        if not isinstance(entry, Mapping):
            raise ManifestError(f"{where} is no mapping")
        docker = entry.get("docker")
        nested = {"image": docker} if isinstance(docker, str) else docker
        given = {name: value for name, value in entry.items() if name != "docker"}
        if isinstance(nested, Mapping):
            there = {name.lower() for name in given}
            given.update({name: value for name, value in nested.items() if name.lower() not in there})
        elif docker is not None:
            self._leave(f"{where}.docker", words.NODE_LEFT_OUT["docker"])
        found: dict[str, Any] = {}
        # What is spelled exactly wins over an alias: flexibleCloudlets over cloudlets.
        for name, value in given.items():
            self._word(found, name, value, where)
        self._one_tag(found, where)
        if not any(option in found for option in ("node_type", "image")):
            raise ManifestError(f"{where} says nothing of what it is: no nodeType and no image")
        return found

    def _word(self, found: dict[str, Any], name: str, value: Any, where: str) -> None:
        word, path = name.lower(), f"{where}.{name}"
        if word in words.NODE_WORDS:
            option, kind = words.NODE_WORDS[word]
            converted = self._value(kind, value, path)
            if converted is not None and (option not in found or word != "cloudlets"):
                found[option] = converted
        elif word in words.NODE_LEFT_OUT:
            self._leave(path, words.NODE_LEFT_OUT[word])
        else:
            close = difflib.get_close_matches(word, words.NODE_WORDS, n=1, cutoff=_LIKENESS)
            hint = f"; did you mean {words.NODE_WORDS[close[0]][0]}?" if close else ""
            self._leave(path, f"is no word of a node{hint}")

    def _one_tag(self, found: dict[str, Any], where: str) -> None:
        """Where both image and tag name a version, the latter counts."""
        image, tag = split_image(found.get("image", ""))
        if tag and found.get("tag", tag) != tag:
            found["image"] = image
            self._leave(f"{where}.image", "its version is left out, as tag names another")

    def _merged(self, nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
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
                self._leave(f"nodes[{at}]", f"the layer {name} is described before, in other words")
        return merged

    # -- values -----------------------------------------------------------------------------------------------------

    def _value(self, kind: str, value: Any, path: str) -> Any:
        """A value in the form of its option; None where there is nothing to carry."""
        if value is None or value == "":
            return None
        if isinstance(value, str) and PLACEHOLDER.search(value):
            if kind not in ("text", "texts", "command", "lower"):
                self._leave(path, "holds a placeholder; give its value by replace")
                return None
            self._leave(path, "holds a placeholder, which stays as it is; give its value by replace")
        return getattr(self, f"_{kind}")(value, path)

    def _scalar(self, value: Any, path: str) -> str:
        if isinstance(value, (Mapping, list)):
            raise ManifestError(f"{path} is a structure where a text belongs")
        return ("true" if value else "false") if isinstance(value, bool) else str(value)

    def _text(self, value: Any, path: str) -> str | None:
        return self._scalar(value, path).strip() or None

    def _lower(self, value: Any, path: str) -> str | None:
        text = self._text(value, path)
        return text.lower() if text else None

    def _command(self, value: Any, path: str) -> str | None:
        if isinstance(value, list):
            return " ".join(self._scalar(item, path) for item in value) or None
        return self._text(value, path)

    def _number(self, value: Any, path: str) -> int:
        text = "" if isinstance(value, bool) else self._scalar(value, path).strip()
        if not re.fullmatch(r"-?\d{1,9}(\.0+)?", text):
            raise ManifestError(f"{path} is no whole number")
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
        if isinstance(value, str):
            return [item.strip() for item in re.split("[,;]", value) if item.strip()]
        found = list(value) if isinstance(value, (list, Mapping)) else [value]
        ids = [item.get("id", item.get("name")) if isinstance(item, Mapping) else item for item in found]
        texts = [self._text(item, path) for item in ids if item is not None]
        return [text for text in texts if text]

    def _mapping(self, value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise ManifestError(f"{path} is no mapping")
        return dict(value)

    def _variables(self, value: Any, path: str) -> dict[str, str]:
        if isinstance(value, list):
            pairs = [self._scalar(item, path).partition("=") for item in value]
            value = {name: text for name, _equals, text in pairs}
        found = {name: item for name, item in self._mapping(value, path).items() if item is not None}
        for name, item in found.items():
            if isinstance(item, str) and PLACEHOLDER.search(item):
                self._leave(f"{path}.{name}", "holds a placeholder, which stays as it is; give its value by replace")
        return {name: self._scalar(item, f"{path}.{name}") for name, item in found.items()}

    def _cluster(self, value: Any, path: str) -> dict[str, Any]:
        if isinstance(value, Mapping):
            return {"enabled": True, "settings": dict(value)} if value else {"enabled": True}
        return {"enabled": self._flag(value, path)}

    def _registry(self, value: Any, path: str) -> dict[str, str]:
        given = {"url": value} if isinstance(value, str) else self._mapping(value, path)
        known = {"url": "url", "user": "user", "username": "user", "password": "password"}
        for name in given:
            if name.lower() not in known:
                self._leave(f"{path}.{name}", "is no word of a registry")
        return {
            known[name.lower()]: self._scalar(item, path)
            for name, item in given.items()
            if name.lower() in known and item not in (None, "")
        }

    def _mounts(self, value: Any, path: str) -> dict[str, dict[str, Any]]:
        mounts: dict[str, dict[str, Any]] = {}
        for target, given in self._mapping(value, path).items():
            where = f"{path}[{target}]"
            mount: dict[str, Any] = {}
            for name, item in self._mapping(given, where).items():
                if name.lower() not in words.MOUNT_WORDS:
                    self._leave(f"{where}.{name}", "is no word of a mount")
                    continue
                option, kind = words.MOUNT_WORDS[name.lower()]
                converted = self._value(kind, item, f"{where}.{name}")
                if converted is not None:
                    mount[option] = converted
            mounts[target] = mount
        return mounts
