# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Layers of an environment, which the platform calls node groups, in the words of the options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HIDDEN = "********"


@dataclass(frozen=True)
class Mount:
    """What a layer sees of the files of another one, or of another host. None in a member: not declared, or not known.

    Attributes:
        path: where the layer's nodes see it.
        source_node_id: the node that shares it; its layer is ``source_node_group``.
        source_host: address of a server outside of the environment.
    """

    path: str
    source_path: str | None = None
    source_node_group: str | None = None
    source_node_id: int | None = None
    source_host: str | None = None
    protocol: str | None = None
    read_only: bool | None = None

    def to_result(self) -> dict[str, Any]:
        """The value of an entry of ``volume_mounts``; the node only where its layer is not known."""
        values = {name: getattr(self, name) for name in MOUNT_FIELDS}
        return {**values, "source_node_id": None} if self.source_node_group else values


MOUNT_FIELDS = tuple(name for name in Mount.__dataclass_fields__ if name != "path")


@dataclass(frozen=True)
class Registry:
    """Where a private image comes from. Never shown."""

    url: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Layer:
    """One layer. None in a member means: leave alone, or not known.

    Attributes:
        count: number of nodes.
        fixed_cloudlets, flexible_cloudlets: of each node, the reserved ones and the upper limit.
        disk_limit: of each node, in MB of which the platform has 1000 to the GB.
        tag: version of the stack or of the image.
        image: container image without its tag.
        ext_ips, ext_ips_v6: number of public addresses of each node.
        scaling_mode: ``stateless`` or ``stateful``.
        restart_delay: seconds between the nodes when they are restarted one after the other.
        links: each ``layer:ALIAS``.
        env: container variables; a value of None means that the variable is not to be there.
        env_public: names of the variables whose values may be shown.
        env_builtin: names of the variables that the image brings; never removed.
        creation: further members of the request that makes the layer, by wire names; never shown.
    """

    node_group: str | None = None
    node_type: str | None = None
    count: int | None = None
    fixed_cloudlets: int | None = None
    flexible_cloudlets: int | None = None
    disk_limit: int | None = None
    tag: str | None = None
    image: str | None = None
    display_name: str | None = None
    ext_ips: int | None = None
    ext_ips_v6: int | None = None
    slb_access: bool | None = None
    scaling_mode: str | None = None
    restart_delay: int | None = None
    cluster: bool | None = None
    links: tuple[str, ...] | None = None
    addons: tuple[str, ...] | None = None
    volumes: tuple[str, ...] | None = None
    volume_mounts: tuple[Mount, ...] | None = None
    env: Mapping[str, str | None] | None = field(default=None, repr=False)
    env_public: frozenset[str] = frozenset()
    env_builtin: frozenset[str] = frozenset({"PATH"})
    registry: Registry | None = None
    creation: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"layer {self.node_group or self.image or self.node_type!s}"

    @property
    def variables(self) -> dict[str, str]:
        """The container variables that are there, or are to be."""
        return {name: value for name, value in (self.env or {}).items() if value is not None}

    @property
    def mount_paths(self) -> tuple[str, ...]:
        """Where it has mounts, as far as known."""
        return tuple(mount.path for mount in self.volume_mounts or ())

    def mounts_from_others(self, name: str | None) -> tuple[Mount, ...] | None:
        """The mounts, but for those whose source is the layer of that name itself.

        Its master node shares those, and so shows none of them (inferred); what is declared cannot be told apart from
        what is not there.
        """
        if self.volume_mounts is None:
            return None
        return tuple(mount for mount in self.volume_mounts if not name or mount.source_node_group != name)

    @property
    def secrets(self) -> list[str]:
        """What no message may contain."""
        hidden = [value for name, value in self.variables.items() if name not in self.env_public]
        return hidden + ([self.registry.password] if self.registry and self.registry.password else [])


SHORTEST_SECRET = 5  # shorter values of variables, such as "true" or "80", are parts of too many harmless texts
MB_OF_GB = 1000  # recorded: 50 GB asked for are answered as 50000


def disk_text(megabytes: int | None) -> str | None:
    """A disk limit as the option takes it: ``50G``, or ``500M`` where it is not a whole number of GB."""
    if megabytes is None:
        return None
    whole, rest = divmod(megabytes, MB_OF_GB)
    return f"{megabytes}M" if rest else f"{whole}G"
