# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manifests of packages: their text, their settings, what they describe, their success text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import yaml

from paas_emulator.errors import MANIFEST_REFUSED, MIXIN_MISSING, ApiError, ResultCode, invalid_parameter
from paas_emulator.parameters import flag
from paas_emulator.services.control.model import as_text
from paas_emulator.services.file import patterns
from paas_emulator.services.marketplace.package_values import Values, localised, plain

INSTALL, UPDATE = "install", "update"
SOURCE = "appstore"
# A success text that is the name of a file, and a package that is one; a query may follow (public manifests).
FILE = re.compile(r"(?:https?://)?[\w.${}/-]+\.(?:md|html?|txt)(?:\?\S*)?", re.IGNORECASE)
MANIFEST_FILE = re.compile(r"[\w.${}/-]+\.(?:jps|ya?ml|json)(?:\?\S*)?", re.IGNORECASE)
NAME = re.compile(r"[\w.-]+")
URL = re.compile(r"(?:https?|ftp)://\S+", re.IGNORECASE)
# Where the topology of an environment sits, the outermost first (seen in public manifests).
WRAPPERS: tuple[tuple[str, ...], ...] = ((), ("env",), ("env", "topology"))
# Environment-level members, in lower case, and what CreateEnvironment calls them.
ENVIRONMENT_MEMBERS = {
    **{"ssl": "sslstate", "sslstate": "sslstate", "ha": "ishaenabled", "ishaenabled": "ishaenabled"},
    **{"engine": "engine", "displayname": "displayName", "region": "region"},
}
# Members that hold scripts: without them a package would be another one.
UNSUPPORTED = ("onBeforeInit", "onBeforeInstall")
# What comes from mixins, beside add-ons (documented).
MIXED = ("globals", "actions", "responses")
# What the actions of an installed package need beside them.
KEPT = ("addons", "responses", "nodeGroupAlias")
# What is left of HTML in Markdown: tags and entities stay.
_MARKUP = ((r"&(?!#?\w+;)", "&amp;"), (r"<(?![/!a-zA-Z])", "&lt;"))


def refused(text: str, code: ResultCode = MANIFEST_REFUSED) -> ApiError:
    """A package that is not carried out; wording inferred."""
    return ApiError(code, text, source=SOURCE)


def not_carried_out(kind: str, name: str) -> ApiError:
    """What the emulator does not have, and the way to do without."""
    said = f"{kind} [{name}] is not carried out by the emulator"
    return refused(f"{said}; say how the package ends by PUT /_emulator/packages")


@dataclass(frozen=True)
class Topology:
    """For CreateEnvironment: members of `env`, `nodes`, and groups where the manifest names some."""

    env: dict[str, Any]
    nodes: list[Any]
    groups: Any


@dataclass(frozen=True)
class Manifest:
    """A parsed manifest; `data` is plain JSON."""

    data: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """`install` makes an environment, `update` works on one (documented).

        `jpsType` counts before `type`, which is the language of the application in old manifests (published ones).
        """
        return str(self.data.get("jpsType") or self.data.get("type") or INSTALL).lower()

    @property
    def id(self) -> str:
        """Its identifier, else its name."""
        return str(self.data.get("id") or self.data.get("name") or "package")

    @property
    def actions(self) -> Mapping[str, Any]:
        """Its own actions by name; old manifests have `procedures`."""
        rows = [row for row in _listed(self.data.get("procedures")) if isinstance(row, Mapping)]
        old = {as_text(row.get("id")): row.get("onCall") for row in rows}
        return {**old, **_mapping(self.data.get("actions"))}

    @property
    def kept(self) -> dict[str, Any]:
        """The members that its actions need later."""
        return {name: self.data[name] for name in KEPT if name in self.data}

    @property
    def responses(self) -> Mapping[str, Any]:
        """Its own texts for result codes."""
        return {str(code): row for code, row in _mapping(self.data.get("responses")).items()}

    def add_on(self, name: str) -> dict[str, Any] | None:
        """The add-on of this identifier that it brings along; its type is `update` (documented)."""
        rows = [row for row in _listed(self.data.get("addons")) if isinstance(row, Mapping)]
        found = next((row for row in rows if name and as_text(row.get("id")) == name), None)
        return {"type": UPDATE, **found} if found else None

    @property
    def fields(self) -> Any:
        """The rows of its form; of several forms `main`, else the first."""
        settings = self.data.get("settings")
        if not isinstance(settings, Mapping):
            return settings
        forms = [settings, settings.get("main"), *settings.values()]
        return next((form["fields"] for form in forms if isinstance(form, Mapping) and "fields" in form), [])

    def topology(self, values: Values) -> Topology | None:
        """The environment that it describes, None where it describes none."""
        members: dict[str, Any] = {}
        for wrapper in WRAPPERS:
            found: Any = self.data
            for name in wrapper:
                found = _mapping(found).get(name)
            members.update({str(key).lower(): value for key, value in _mapping(found).items()})
        nodes = members.get("nodes")
        if not isinstance(nodes, (list, Mapping)):
            return None
        env = {name: values.filled(members[key]) for key, name in ENVIRONMENT_MEMBERS.items() if key in members}
        nodes = [_with_fixed(node) for node in values.filled(nodes if isinstance(nodes, list) else [nodes])]
        return Topology(env, nodes, values.filled(members.get("envgroups")))

    async def region(self, asked: str | None, values: Values, open_ones: Mapping[str, str]) -> str | None:
        """The region to use: the one asked for, else the first that the manifest allows, else its own `region`.

        What it allows goes before `region`, which is ignored then (documented).
        open_ones: the names of the regions that take environments, with those for people.
        Raises ApiError where the one asked for is not allowed, or none is. Names are regular expressions (documented);
        `regions` is read like `targetRegions` (inferred). Other filters say nothing of the regions here.
        """
        wanted = self.data.get("targetRegions") or self.data.get("regions")
        filters = wanted if isinstance(wanted, Mapping) else {"name": wanted}
        allowed, filtered = list(open_ones), False
        for word, shown in (("name", False), ("uniqueName", False), ("displayName", True)):
            names = [as_text(item) for item in _listed(filters.get(word)) if as_text(item)]
            if names:
                filtered = True
                allowed = await _matching(allowed, [open_ones[name] if shown else name for name in allowed], names)
        own = as_text(values.filled(self.data.get("region")))
        if not filtered:
            return asked or own or None
        if asked and asked not in allowed:
            raise refused(f"region [{asked}] is not among those of the package")
        if not allowed:
            raise refused("no region is among those of the package")
        return asked or allowed[0]

    def success(self, values: Values, texts: Mapping[str, str]) -> str | None:
        """The text shown at the end, as HTML. texts: by address; a link, relative ones too, is fetched (documented)."""
        given = self.data.get("success") or self.data.get("successText")
        if isinstance(given, Mapping):
            given = localised(given.get("text")) if "text" in given else localised(given)
        if not given:
            return None
        text = str(values.filled(given)).strip()
        if FILE.fullmatch(text):
            text = plain(values.filled(known_text(text, values.base, texts)))
        return to_html(text)


def _with_fixed(node: Any) -> Any:
    """An entry of `nodes` with fixed cloudlets, of which one is the default in a manifest (documented)."""
    if not isinstance(node, Mapping):
        return node
    given = {str(name).lower() for name in (*node, *_mapping(node.get("docker")))}
    return node if given & {"fixedcloudlets", "fixed"} else {**node, "fixedCloudlets": 1}


async def _matching(regions: list[str], texts: list[str], names: list[str]) -> list[str]:
    """The regions whose text one of the expressions finds. Raises ApiError."""
    try:
        found = await patterns.search(texts, names)
    except patterns.PatternError as error:
        raise refused(f"the regions of the manifest {error}") from None
    return [region for region, text in zip(regions, texts, strict=True) if text in found]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


class _Loader(yaml.SafeLoader):
    """YAML whose keys are text as they are written: `ON`, `1`."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        self.flatten_mapping(node)
        for key, _value in node.value:
            if isinstance(key, yaml.ScalarNode):
                key.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep)


def known_text(link: str, base: str, texts: Mapping[str, str], code: ResultCode = MANIFEST_REFUSED) -> str:
    """The text behind a link, which may be relative. Raises ApiError; only what was told is known."""
    address = link if URL.fullmatch(link) else urljoin(base.rstrip("/") + "/", link.lstrip("/")) if base else link
    if URL.fullmatch(address):  # without `..` inside
        address = urljoin(address, urlsplit(address).path) + address[len(address.partition("?")[0]) :]
    for known in (address, address.partition("?")[0]):  # a query mostly keeps a cache from answering
        if known in texts:
            return texts[known]
    raise refused(f"[{address}] cannot be fetched; give its text by PUT /_emulator/manifests", code)


def _read(text: str) -> Any:
    """JSON, else YAML, as plain JSON. Tabs count as blanks, as published packages have them."""
    try:
        return json.loads(text)
    except ValueError:
        text = text.replace("\t", "  ")
        return json.loads(json.dumps(yaml.load(text, _Loader), default=str, allow_nan=False))  # noqa: S506 -- a SafeLoader


def _parsed(text: str) -> Any:
    try:
        return _read(text)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        raise refused("the manifest is neither YAML nor JSON") from None


def read(text: str) -> dict[str, Any]:
    """The members of a manifest from YAML or JSON; in the old form all is inside `application`. Raises ApiError."""
    data = _parsed(text)
    if not isinstance(data, dict):
        raise refused("the manifest is not an object")
    return {**_mapping(data.get("application")), **data}


def checked(data: Mapping[str, Any]) -> Manifest:
    """The manifest, if it can be carried out. Raises ApiError."""
    manifest = Manifest(data)
    if manifest.kind not in (INSTALL, UPDATE):
        raise refused(f"type [{manifest.kind}] of the manifest is unknown")
    for name in UNSUPPORTED:
        # A form that stands in the manifest does without the script that would change it.
        if manifest.data.get(name) and not (name == "onBeforeInit" and manifest.fields):
            raise not_carried_out("member", name)
    return manifest


def with_mixins(manifest: Manifest, texts: Mapping[str, str], base: str) -> Manifest:
    """The manifest with what its mixins bring; its own names go first, then those of the first mixin (documented).

    A mixin is a link, or the object itself (documented).
    """
    data, waiting, seen = dict(manifest.data), [manifest.data.get("mixins")], set()
    while waiting:
        for item in _listed(waiting.pop(0)):
            if isinstance(item, Mapping):
                mixed = item
            else:
                link = as_text(item).replace("${baseUrl}", base)
                text = known_text(link, base, texts, MIXIN_MISSING)
                if text in seen:
                    continue
                seen.add(text)
                mixed = _mapping(_parsed(text))
            for name in MIXED:
                if isinstance(mixed.get(name), Mapping):
                    data[name] = {**mixed[name], **_mapping(data.get(name))}
            data["addons"] = [*_listed(data.get("addons")), *_listed(mixed.get("addons"))]
            waiting.append(mixed.get("mixins"))
    return Manifest(data)


def aliases(manifest: Manifest, values: Values) -> dict[str, str]:
    """Layers by the further names that the manifest gives them (documented)."""
    rows = _mapping(manifest.data.get("nodeGroupAlias")).items()
    return {as_text(values.filled(alias)): as_text(values.filled(layer)) for layer, alias in rows}


def setting_values(manifest: Manifest, given: Any, values: Values) -> dict[str, str]:
    """Values of the manifest's fields: those given, else the defaults. Raises ApiError for a required one without."""
    if not isinstance(given, Mapping):
        raise invalid_parameter("settings")
    found = {str(name): plain(value) for name, value in given.items()}
    _settle(manifest.fields, found, values)
    return found


def _settle(fields: Any, found: dict[str, str], values: Values) -> None:
    """Fields within fields count: those of `items`, and those that the value in force shows (documented)."""
    for row in _rows(fields):
        name = as_text(row.get("name"))
        if name:
            found.setdefault(name, plain(values.filled(row.get("default", row.get("value")))))
            if flag(row.get("required")) and not found[name].strip():
                raise refused(f"setting [{name}] is required")
        _settle(row.get("items"), found, values)
        _settle(_mapping(row.get("showIf")).get(found.get(name, "")), found, values)


def _rows(fields: Any) -> list[Mapping[str, Any]]:
    return [row for row in (fields if isinstance(fields, list) else [fields]) if isinstance(row, Mapping)]


def secret_settings(manifest: Manifest) -> frozenset[str]:
    """Names of the fields that are typed in as passwords; answers leave them out (inferred)."""
    rows = list(_all_rows(manifest.fields))
    return frozenset(
        as_text(row.get("name"))
        for row in rows
        if "password" in (as_text(row.get("inputType")).lower(), as_text(row.get("type")).lower())
    )


def _all_rows(fields: Any) -> Iterator[Mapping[str, Any]]:
    for row in _rows(fields):
        yield row
        yield from _all_rows(row.get("items"))
        for shown in _mapping(row.get("showIf")).values():
            yield from _all_rows(shown)


def to_html(text: str) -> str:
    """A small part of Markdown: headings, bold, links, code and forced line breaks (form read by a client)."""
    shown = text.strip()
    for pattern, replacement in _MARKUP:
        shown = re.sub(pattern, replacement, shown)
    shown = re.sub(r"(?m)^(#{1,6}) +(.+)$", lambda found: f"<h{len(found[1])}>{found[2]}</h{len(found[1])}>", shown)
    shown = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", shown)
    shown = re.sub(r"\[([^\[\]]+)\]\(([^)\[\s]+)\)", _link, shown)
    shown = re.sub(r"`([^`]+)`", r"<code>\1</code>", shown)
    return re.sub(r"(?<! ) {2,}\n|\\\n", "<br />\n", shown)


def _link(found: re.Match[str]) -> str:
    return f'<a href="{html.escape(html.unescape(found[2]))}">{found[1]}</a>'
