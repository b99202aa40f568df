# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Layers of an environment, which the platform calls node groups, in the words of the options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

HIDDEN = "********"
DOCKER = "docker"


def same_text(current: Any, desired: Any) -> bool:
    """Compare without regard to case."""
    return str(current or "").casefold() == str(desired or "").casefold()


def same_image(current: Any, desired: Any) -> bool:
    """Compare images; what stands for Docker Hub may be written or left out."""
    return _full_image(current) == _full_image(desired)


def _full_image(image: Any) -> str:
    text = str(image or "")
    for prefix in ("docker.io/", "index.docker.io/", "library/"):
        text = text[len(prefix) :] if text.startswith(prefix) else text
    return text


def split_image(image: str) -> tuple[str, str | None]:
    """``host:5000/app:1.2`` as ``host:5000/app`` and ``1.2``; a digest counts as the tag."""
    name, at, digest = image.strip().partition("@")
    folder, slash, last = name.rpartition("/")
    base, colon, tag = last.partition(":")
    return f"{folder}{slash}{base}", digest if at else (tag if colon else None)


def joined_image(image: str, tag: str | None) -> str:
    """The opposite of :func:`split_image`."""
    if not tag:
        return image
    return f"{image}{'@' if ':' in tag else ':'}{tag}"


@dataclass(frozen=True)
class Mount:
    """What a layer sees of the files of another layer or of another host. None: not declared, or not known.

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
        env: container variables; a value of None means that the variable is to be removed.
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
        """How messages name the layer."""
        return f"layer {self.node_group or self.image or self.node_type!s}"

    @property
    def variables(self) -> dict[str, str]:
        """The container variables that are set, or are to be set."""
        return {name: value for name, value in (self.env or {}).items() if value is not None}

    @property
    def mount_paths(self) -> tuple[str, ...]:
        """The paths of the layer's mounts, as far as known."""
        return tuple(mount.path for mount in self.volume_mounts or ())

    @property
    def secrets(self) -> list[str]:
        """What no message may contain."""
        hidden = [value for name, value in self.variables.items() if name not in self.env_public]
        return hidden + ([self.registry.password] if self.registry and self.registry.password else [])


class LayerAnswer(NamedTuple):
    """What an answer says of a layer.

    Attributes:
        name: of the layer.
        group: its entry in ``nodeGroups``; None without one.
        node: its master node, as all nodes of a layer are of one kind; None without nodes.
        custom: the container of that node; None for a stack that is not a container.
        size: number of its nodes; None if the answer has no nodes.
        addresses: public addresses of the master node; None without a node.
    """

    name: str | None
    group: Any
    node: Any
    custom: Any
    size: int | None
    addresses: tuple[str, ...] | None


class LayerPair(NamedTuple):
    """A declared layer, and the layer of the environment that it means; None: it has to be added."""

    desired: Layer
    current: Layer | None


def pair_layers(current: Iterable[Layer], desired: Iterable[Layer]) -> tuple[LayerPair, ...]:
    """Pair each declared layer by its name, else with the first layer of its kind that no other one means."""
    named = {layer.node_group: layer for layer in current}
    declared = tuple(desired)
    taken: set[str | None] = {layer.node_group for layer in declared if layer.node_group}
    pairs: list[LayerPair] = []
    for layer in declared:
        if layer.node_group:
            pairs.append(LayerPair(layer, named.get(layer.node_group)))
            continue
        free = (item for item in named.values() if item.node_group not in taken)
        meant = next((item for item in free if _is_same_kind(item, layer)), None)
        if meant:
            taken.add(meant.node_group)
        pairs.append(LayerPair(layer, meant))
    return tuple(pairs)


def _is_same_kind(current: Layer, desired: Layer) -> bool:
    return same_text(current.node_type, desired.node_type) and (
        desired.image is None or same_image(current.image, desired.image)
    )
