# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Forms of manifests that have one text in place of a mapping, or the other way round (documented). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.answers import member
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError

# A mount of an outside server. The host is a name, an address, an IPv6 address in brackets, or holds placeholders.
_MOUNT = re.compile(
    r"(?P<host>(?:\[[0-9A-Fa-f:.]+\]|\$\{[^{}]*\}|[^\s/:;])+)(?::(?P<path>/[^:;]*))?(?:[:;](?P<mode>ro|rw))?"
)
_MOUNT_FORM = "host, host:/path or host:/path:ro"
SCALING_MODES = {"new": "stateless", "clone": "stateful"}


def short_mount(text: str, path: str) -> dict[str, Any]:
    """Return a mount that is one text, such as ``host:/export:ro``, in the words of the option.

    Raises:
        InputError: the text is not written in this form.
    """
    found = _MOUNT.fullmatch(text.strip())
    if found is None:
        raise InputError(f"{path} is not written as {_MOUNT_FORM}")
    given = {"source_host": found["host"], "source_path": found["path"], "read_only": found["mode"] == "ro" or None}
    return {name: value for name, value in given.items() if value is not None}


def mounts_by_path(given: list[Any], path: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield target, place and words of each mount of a list of sources, each with the ``volumes`` to mount from it.

    Raises:
        InputError: an entry is not a mapping with volumes.
    """
    for at, entry in enumerate(given):
        where = f"{path}[{at}]"
        volumes = member(entry, "volumes")
        if not isinstance(volumes, list) or not volumes or not all(isinstance(item, str) for item in volumes):
            raise InputError(f"{where} is not a mapping with volumes, a list of paths")
        words = {name: value for name, value in entry.items() if name.casefold() != "volumes"}
        yield from ((volume, where, words) for volume in volumes)


def link_text(given: Mapping[str, Any], path: str) -> str:
    """Return a link that is a mapping as ``layer:ALIAS``.

    Raises:
        InputError: a part of it is missing, or is not a text.
    """
    parts = [member(given, name) for name in ("sourceNodeGroup", "alias")]
    if not all(isinstance(part, str) and part.strip() for part in parts):
        raise InputError(f"{path} is not a link: give sourceNodeGroup and alias, or one text such as sqldb:DB")
    return ":".join(part.strip() for part in parts)


def volumes_source(given: Mapping[str, Any], path: str) -> str:
    """Return a source of ``volumesFrom`` that is a mapping as ``layer``, ``layer:ro`` or the number of a node.

    Raises:
        InputError: it names no source.
    """
    source = member(given, "sourceNodeId", "sourceNodeGroup")
    if isinstance(source, bool) or not isinstance(source, (str, int)) or not str(source).strip():
        raise InputError(f"{path} names no source: give sourceNodeGroup or sourceNodeId")
    read_only = str(member(given, "readOnly")).strip().lower() in ("true", "yes", "on", "1")
    return f"{str(source).strip()}{':ro' if read_only else ''}"
