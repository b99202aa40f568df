# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Node types, tags and regions that the platform offers, and messages for those that it does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from ..._client.answers import items, member
from ..._client.client import PlatformClient
from ..._client.codes import IMAGE_UNUSABLE, METHOD_NOT_GRANTED, NOT_AUTHENTICATED, STACK_UNAVAILABLE
from ..._client.errors import InputError, PaasError, RefusedError
from ..._engine.suggestions import close_names, listed_names
from ..region import read_regions
from .model import DOCKER, Layer

GET = "environment.control.GetTemplates"
LATEST = "latest"
MOST_SIMILAR = 5
# Refusals that say what they are about.
_CLEAR = (METHOD_NOT_GRANTED, NOT_AUTHENTICATED)
_ABOUT_STACKS = (STACK_UNAVAILABLE, IMAGE_UNUSABLE)
_VERSION = re.compile(r"\d+(?:\.\d+)*")


class StackCheck:
    """Check layers against GetTemplates, which is read once, and only if a layer has to be looked up."""

    def __init__(self, client: PlatformClient) -> None:
        self._client = client
        self._tags: Mapping[str, frozenset[str]] | None = None

    def check(
        self,
        layers: Iterable[Layer] | None,
        current: Iterable[Layer] | None,
        warn: Callable[[str], None] | None = None,
    ) -> None:
        """Raise InputError for the first layer that is new to the platform and is not offered.

        Without the permission to read GetTemplates, nothing is checked.

        Args:
            layers: as ``nodes`` declares them.
            current: those that exist; what they are is not looked up.
            warn: takes the messages about tags that look like a version, as a platform may accept one that it does not
                list; None: such a tag is an error, too.
        """
        there = [(layer.node_type, layer.tag) for layer in current or ()]
        kept_types = {node_type for node_type, _tag in there}
        for index, layer in enumerate(layers or ()):
            if not layer.node_type or layer.node_type == DOCKER or layer.image:
                continue
            if layer.node_type in kept_types and (not layer.tag or (layer.node_type, layer.tag) in there):
                continue
            offered, node_type = self._offered(), layer.node_type
            if offered and node_type not in offered:
                where = f"nodes[{index}].node_type: {node_type} does not exist on this platform"
                raise InputError(f"{where}; {_similar(node_type, offered)}")
            tags = offered.get(node_type)
            if tags and layer.tag and layer.tag not in (LATEST, *tags):
                where = f"nodes[{index}].tag: {node_type} has no tag {layer.tag} on this platform"
                report = _refuse if warn is None or _misspelled(layer.tag, (LATEST, *tags)) else warn
                report(f"{where}; {_similar(layer.tag, (LATEST, *tags))}")

    def _offered(self) -> Mapping[str, frozenset[str]]:
        """Tags by node type; a tag may bring a further name of the node type (documented)."""
        if self._tags is None:
            self._tags = {}
            try:
                rows = items(self._client.call(GET), "array")
            except RefusedError as error:
                if error.code != METHOD_NOT_GRANTED:
                    raise
                rows = []
            found: dict[str, frozenset[str]] = {}
            for row in rows:
                tags = items(row, "tags")
                names = frozenset(str(member(tag, "name")) for tag in tags if member(tag, "name"))
                aliases = [member(tag, "nodeTypeAlias") for tag in tags]
                found.update({str(name): names for name in (member(row, "nodeType"), *aliases) if name})
            self._tags = found
        return self._tags


def _refuse(message: str) -> None:
    raise InputError(message)


def _misspelled(tag: str, tags: Sequence[str]) -> bool:
    """Whether a tag is close to one that is listed, and not just another version: ``1.28.O`` beside ``1.28.0``."""
    return _form(tag) not in map(_form, tags) and bool(close_names(tag, tags, MOST_SIMILAR))


def _form(tag: str) -> str:
    return _VERSION.sub("#", tag)


def _similar(name: str, names: Iterable[str]) -> str:
    known = sorted(names)
    near = close_names(name, known, MOST_SIMILAR)
    if near:
        return f"similar: {', '.join(near)}"
    return "GetTemplates lists what is available" if len(known) > MOST_SIMILAR else f"available: {', '.join(known)}"


def explained(
    client: PlatformClient,
    error: RefusedError,
    *,
    region: str | None = None,
    layers: Sequence[Layer] = (),
    other: Callable[[], str | None] = lambda: None,
) -> RefusedError:
    """Find out by reading whether a call was refused because of a name, as codes and texts do not tell.

    Args:
        region: that the call named.
        layers: that the call creates or changes, as ``nodes`` declares them.
        other: reads another name of the call; returns the message if that name does not exist.

    Returns:
        The error for the name that does not exist; the given error if all names exist, or cannot be read.
    """
    if error.code in _CLEAR:
        return error
    try:
        message = _about_region(client, region) if region else None
        if message is None and layers and error.code in _ABOUT_STACKS:
            StackCheck(client).check(layers, None)
        message = message or other()
    except InputError as wrong:
        message = str(wrong)
    except PaasError:
        return error
    return error if message is None else error.saying(message)


def _about_region(client: PlatformClient, region: str) -> str | None:
    found = read_regions(client)
    usable = [item["name"] for item in found if item["enabled"]]
    if not found or region.casefold() in (name.casefold() for name in usable):
        return None
    known = any(item["name"].casefold() == region.casefold() for item in found)
    what = "takes no new environments" if known else "does not exist on this platform"
    return f"region {region} {what}; available: {listed_names(region, usable)}"
