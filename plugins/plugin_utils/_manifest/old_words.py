# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes of manifests of version 0.3, in which containers have words of their own and links name nodes by numbers. Pure.

Such a node has the type ``docker``, a made-up number ``fakeId``, and its layer in ``metadata``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.answers import member

# Words of version 0.3 in lower case, and what came after them.
OLD_WORDS = {
    "dockername": "image",
    "dockertag": "tag",
    "dockerlinks": "links",
    "dockerenvvars": "env",
    "dockervolumes": "volumes",
}


def in_new_words(entries: list[Any]) -> list[Any]:
    """Return the entries of nodes; those of version 0.3 with their layer, and with links that name layers."""
    layers = {
        str(member(entry, "fakeId")): _layer(entry)
        for entry in entries
        if isinstance(entry, Mapping) and member(entry, "fakeId") is not None
    }
    return [_in_new_words(entry, layers) if _is_old(entry) else entry for entry in entries]


def _is_old(entry: Any) -> bool:
    return isinstance(entry, Mapping) and any(name.lower() in OLD_WORDS or name.lower() == "fakeid" for name in entry)


def _layer(entry: Mapping[str, Any]) -> Any:
    return member(entry, "nodeGroup") or member(member(entry, "metadata"), "layer")


def _in_new_words(entry: Mapping[str, Any], layers: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in entry.items():
        word = name.lower()
        if word == "dockerlinks" and isinstance(value, list):
            found[name] = [_link(link, layers) for link in value]
        elif word == "metadata" and isinstance(value, Mapping):
            others = {key: item for key, item in value.items() if key.lower() != "layer"}
            found.update({name: others} if others else {})
        elif word != "fakeid" and not (word == "nodetype" and str(value).lower() == "docker"):
            found[name] = value
    layer = _layer(entry)
    return found if layer is None or member(found, "nodeGroup") else {"nodeGroup": layer, **found}


def _link(link: Any, layers: Mapping[str, Any]) -> Any:
    """Return a link to the layer of the node that it names by number; another link as it is."""
    layer = layers.get(str(member(link, "targetNodeId")))
    return {"sourceNodeGroup": layer, "alias": member(link, "alias")} if layer else link
