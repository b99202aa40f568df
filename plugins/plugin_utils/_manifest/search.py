# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where in a manifest the topology is, and what stands around it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Key = str | int
Path = tuple[Key, ...]
# Where the topology sits in a manifest, tried in this order (seen in public manifests).
WRAPPERS: tuple[Path, ...] = ((), ("application", "env", "topology"), ("env", "topology"), ("topology",))
# Members of a manifest that hold actions, and actions that make an environment; in lower case.
ACTIONS = frozenset({"oninstall", "actions", "install", "createenvironment", "createenv"})
MAKING = frozenset({"install", "createenvironment", "createenv"})
# Actions with nodes that change an environment instead of making one.
CHANGING = frozenset({"changetopology", "addnodes"})


def topology_path(manifest: Mapping[str, Any]) -> Path | None:
    """Return the path of the first mapping that holds ``nodes``; None if no mapping holds it."""
    for wrapper in WRAPPERS:
        found: Any = manifest
        for name in wrapper:
            found = found.get(name) if isinstance(found, Mapping) else None
        if _is_topology(found):
            return wrapper
    return next(_within_actions(manifest, (), making=False), None)


def levels(manifest: Any, path: Path) -> Iterator[tuple[Path, Any, Key]]:
    """From the topology outwards: a path, what is there, and the member that is already dealt with."""
    found = [manifest]
    for key in path:
        found.append(found[-1][key])
    dealt_with: Path = (*path, "nodes")
    for depth in range(len(path), -1, -1):
        yield path[:depth], found[depth], dealt_with[depth]


def path_text(path: Path) -> str:
    """Return a path as messages show it: ``onInstall[0].install``."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".")


def _is_topology(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("nodes"), (list, Mapping))


def _within_actions(value: Any, path: Path, *, making: bool) -> Iterator[Path]:
    """Paths of topologies that actions make."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _within_actions(item, (*path, index), making=making)
    elif making and _is_topology(value):
        yield path
    elif isinstance(value, Mapping):
        for name, item in value.items():
            # An action may be written env.control.CreateEnvironment, and with what it works on in brackets.
            action = name.lower().partition("[")[0].strip().rpartition(".")[2]
            if action not in CHANGING and (path or action in ACTIONS):
                yield from _within_actions(item, (*path, name), making=making or action in MAKING)
