# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other ways to write an entry of `nodes`: the words of version 0.3, and texts in place of objects or the reverse.

The words of version 0.3 stand in old manifests and are sent by a client that creates environments. The short forms are
documented for manifests; that the API takes them too is inferred.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from paas_emulator.errors import invalid_parameter
from paas_emulator.parameters import flag

# Old word in lower case -> the word of today.
OLD_WORDS = {
    "dockername": "image",
    "dockertag": "tag",
    "dockerlinks": "links",
    "dockerenvvars": "env",
    "dockervolumes": "volumes",
    "dockerentrypoint": "entrypoint",
    "nodemission": "nodegroup",
    "volumemount": "volumemounts",
}
REGISTRY_WORDS = {"registryurl": "url", "registryuser": "user", "registrypassword": "password"}
SCALING_MODES = {"NEW": "STATELESS", "CLONE": "STATEFUL"}
# Settings of a layer that an entry of a manifest may hold; they are kept in the layer (documented).
LAYER_SETTINGS = {
    name.lower(): name
    for name in (
        *("adminUrl", "isClusterSupport", "isRedeploySupport", "isDeploySupport", "isResetServicePassword"),
        "validation",
    )
}
_MOUNT = re.compile(r"(?P<host>(?:\[[0-9A-Fa-f:.]+\]|[^\s/:;])+)(?::(?P<path>/[^:;]*))?(?:[:;](?P<mode>ro|rw))?")


def in_new_words(entries: list[Any]) -> list[Any]:
    """Return the entries in the words of today. Raises ApiError 3."""
    rows = [_lower(entry) if isinstance(entry, Mapping) else entry for entry in entries]
    numbered = [row for row in rows if isinstance(row, dict) and "fakeid" in row and "nodegroup" in row]
    layers = {str(row["fakeid"]): row["nodegroup"] for row in numbered}
    return [_in_new_words(row, layers) if isinstance(row, dict) else row for row in rows]


def _lower(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with names in lower case, today's first; `metadata.layer` is the layer (documented)."""
    row = {str(name).lower(): value for name, value in entry.items() if value is not None}
    for old, new in OLD_WORDS.items():
        if old in row:
            row.setdefault(new, row[old])
    registry = {new: row[old] for old, new in REGISTRY_WORDS.items() if row.get(old)}
    if registry:
        row.setdefault("registry", registry)
    metadata = row.get("metadata")
    if isinstance(metadata, Mapping) and metadata.get("layer"):
        row.setdefault("nodegroup", metadata["layer"])
    return row


def _in_new_words(row: dict[str, Any], layers: Mapping[str, Any]) -> dict[str, Any]:
    nested = row.get("docker")
    if isinstance(nested, Mapping):
        row = {**row, "docker": _in_new_words(_lower(nested), layers)}
    if isinstance(row.get("links"), list):
        row["links"] = [_link(item, layers) if isinstance(item, Mapping) else item for item in row["links"]]
    if isinstance(row.get("volumesfrom"), list):
        row["volumesfrom"] = [_source(item) if isinstance(item, Mapping) else item for item in row["volumesfrom"]]
    if "volumemounts" in row:
        row["volumemounts"] = _mounts(row["volumemounts"])
    scaling = str(row.get("scalingmode", "")).strip().upper()
    if scaling in SCALING_MODES:
        row["scalingmode"] = SCALING_MODES[scaling]
    return row


def _member(given: Mapping[str, Any], *names: str) -> str:
    """Return the first member of these that is not empty, as text."""
    found = {str(name).lower(): value for name, value in given.items() if value not in (None, "")}
    return next((str(found[name.lower()]) for name in names if name.lower() in found), "")


def _link(given: Mapping[str, Any], layers: Mapping[str, Any]) -> str:
    """Return a link as `layer:ALIAS`; in version 0.3 it names a node by its `fakeId`. Raises ApiError 3."""
    layer = _member(given, "sourceNodeGroup") or str(layers.get(_member(given, "targetNodeId"), ""))
    alias = _member(given, "alias")
    if not layer or not alias:
        raise invalid_parameter("links")
    return f"{layer}:{alias}"


def _source(given: Mapping[str, Any]) -> str:
    """Return a source of `volumesFrom` as `layer`, `layer:ro` or the number of a node. Raises ApiError 3."""
    source = _member(given, "sourceNodeId", "sourceNodeGroup")
    if not source:
        raise invalid_parameter("volumesFrom")
    return f"{source}:ro" if flag(_member(given, "readOnly")) else source


def _mounts(given: Any) -> Any:
    """Return mounts by their paths; a list names sources, each with the `volumes` to mount. Raises ApiError 3."""
    if isinstance(given, list):
        found: dict[str, Any] = {}
        for row in given:
            if not isinstance(row, Mapping) or not isinstance(row.get("volumes"), list):
                raise invalid_parameter("volumeMounts")
            source = {name: row[name] for name in row if name != "volumes"}
            found.update({str(path): source for path in row["volumes"]})
        return found
    if not isinstance(given, Mapping):
        return given
    return {path: _short_mount(item) if isinstance(item, str) else item for path, item in given.items()}


def _short_mount(text: str) -> dict[str, Any]:
    """Return a mount of an outside server, written `host`, `host:/path` or `host:/path:ro`. Raises ApiError 3."""
    found = _MOUNT.fullmatch(text.strip())
    if found is None:
        raise invalid_parameter("volumeMounts")
    given = {"sourceHost": found["host"], "sourcePath": found["path"], "readOnly": found["mode"] == "ro"}
    return {name: value for name, value in given.items() if value}
