# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environments, their layers and nodes as the platform has them, and as a task declares them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, NamedTuple

from ..._client.errors import require
from ..._engine.suggestions import does_not_exist, listed_names

DOCKER = "docker"


class Kind(Enum):
    """What can be done with an environment in a status."""

    STABLE = "stable"
    TRANSITIONAL = "transitional"
    UNUSABLE = "unusable"


@dataclass(frozen=True)
class Status:
    """One status.

    Attributes:
        number: as answers have it; None for a status that was not sent.
        constant: what follows ``ENV_STATUS_TYPE_``, None where none is documented.
        word: how results and messages name it.
        state: the value of the option ``state`` that it is, or that it turns into by itself; None if it has none.
    """

    number: int | None
    constant: str | None
    word: str
    kind: Kind
    state: str | None = None

    @property
    def label(self) -> str:
        """The word for messages, with the number where the word alone says nothing."""
        readable = self.word.replace("_", " ")
        return readable if self.constant or self.number is None else f"{readable} (status {self.number})"


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
        image_env: variables that the image brings, without those that the layer sets beside them.
        image_volumes: paths of the volumes that the image defines, which cannot be removed.
        possible_volumes: paths of which some may be volumes, where ``volumes`` is not known; others are none.
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
    image_volumes: frozenset[str] = frozenset()
    possible_volumes: tuple[str, ...] | None = None
    volume_mounts: tuple[Mount, ...] | None = None
    env: Mapping[str, str | None] | None = field(default=None, repr=False)
    env_public: frozenset[str] = frozenset()
    image_env: Mapping[str, str] = field(default_factory=dict, repr=False)
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
    def env_builtin(self) -> frozenset[str]:
        """Names of the variables that the image brings; never removed."""
        return frozenset({"PATH", *self.image_env})

    @property
    def own_variables(self) -> dict[str, str]:
        """The variables without those that are as the image brings them."""
        image = {"PATH": self.variables.get("PATH"), **self.image_env}
        return {name: value for name, value in self.variables.items() if image.get(name) != value}

    @property
    def mount_paths(self) -> tuple[str, ...]:
        """The paths of the layer's mounts, as far as known."""
        return tuple(mount.path for mount in self.volume_mounts or ())

    @property
    def secrets(self) -> list[str]:
        """What no message may contain."""
        hidden = [value for name, value in self.variables.items() if name not in self.env_public]
        return hidden + ([self.registry.password] if self.registry and self.registry.password else [])


class LayerPair(NamedTuple):
    """A declared layer, and the layer of the environment that it means; None: it has to be added."""

    desired: Layer
    current: Layer | None


@dataclass(frozen=True)
class Node:
    """One node of a layer.

    Attributes:
        endpoints: as the platform's answer has them; None if it has none.
    """

    id: int | None
    node_group: str | None
    internal_ip: str | None
    external_ips: tuple[str, ...]
    url: str | None
    status: Status
    is_master: bool = False
    endpoints: tuple[Mapping[str, Any], ...] | None = ()


@dataclass(frozen=True)
class Environment:
    """One environment; None in a member: not known, as is what only the platform knows of a new one.

    Attributes:
        owner_uid: number of the account that owns it.
        layers: None if the answer held no layers and no nodes (``lazy``).
        nodes: None likewise, and for an environment that is only planned.
        parts: states of the parts that are known, by their names; see ``parts/base.py``.
    """

    name: str
    status: Status
    ssl: bool = False
    ha: bool = False
    engine: str | None = None
    domain: str | None = None
    appid: str | None = None
    owner_uid: int | None = None
    created_on: datetime.datetime | None = None
    layers: tuple[Layer, ...] | None = None
    nodes: tuple[Node, ...] | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """How messages name the environment."""
        return label(self.name)

    @property
    def state(self) -> str:
        """The value of the option ``state`` that leaves the environment as it is."""
        return self.status.state if self.status.kind is Kind.STABLE and self.status.state else "present"

    @property
    def region(self) -> str | None:
        """Unique name of the region."""
        region: str | None = self.parts.get("region")
        return region

    @property
    def url(self) -> str | None:
        """Address of the environment's entry point."""
        return f"{'https' if self.ssl else 'http'}://{self.domain}" if self.domain else None

    @property
    def layer_names(self) -> frozenset[str | None]:
        """Names of the layers; None among them stands for a layer whose name is not known yet."""
        return frozenset(layer.node_group for layer in self.layers or ())

    def layer(self, name: str | None) -> Layer:
        """Return the layer of a name."""
        return next(layer for layer in self.layers or () if layer.node_group == name)

    def require_layer(self, option: str, name: str, layer: str | None) -> None:
        """Raise InputError for an item of an option whose layer the environment does not have."""
        known = self.layer_names
        require(layer in known or None in known, f"{option}: {name!r}: {unknown_layer(layer, self.name, known)}")

    def with_layer(self, layer: Layer) -> Environment:
        """Return the environment with a layer in place of the layer of that name."""
        layers = (layer if item.node_group == layer.node_group else item for item in self.layers or ())
        return replace(self, layers=tuple(layers))

    def with_part(self, name: str, state: Any) -> Environment:
        """Return the environment with a part in another state."""
        return replace(self, parts={**self.parts, name: state})

    def in_status(self, status: Status) -> Environment:
        """Return the environment after an operation that took the environment and its nodes to a status."""
        nodes = None if self.nodes is None else tuple(replace(node, status=status) for node in self.nodes)
        return replace(self, status=status, nodes=nodes)

    def master_of(self, layer: str) -> int | None:
        """Return the number of a layer's master node, else of its first node."""
        nodes = [node for node in self.nodes or () if node.node_group == layer]
        chosen = next((node for node in nodes if node.is_master), nodes[0] if nodes else None)
        return chosen.id if chosen else None


def is_busy(environment: Environment | None) -> bool:
    """Return whether an operation is running."""
    return environment is not None and environment.status.kind is Kind.TRANSITIONAL


@dataclass(frozen=True)
class CurrentState:
    """What a task finds: the environment, or the source of the clone if the environment does not exist.

    Attributes:
        pairs: the declared layers with those of the environment, or of the source.
        read_at: when the call was sent whose answer it is, on the monotonic clock.
        names: environments of the account, if the task needs one that does not exist; for messages.
    """

    environment: Environment | None
    source: Environment | None = None
    pairs: tuple[LayerPair, ...] = field(default=(), compare=False)
    read_at: float = field(default=0.0, compare=False)
    names: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class DesiredEnvironment:
    """Everything one task declares; None means: leave alone.

    Attributes:
        owner_uid: account that a new environment is made for.
        clone_from: name of the environment that a new one is a copy of.
        parts: what is declared of each part, by their names; see ``parts/base.py``.
        purge: kinds of items that are removed if the task does not declare them.
        allow_shrink: whether limits may be lowered and nodes removed.
        check_details: whether what GetEnvInfo does not show is read and compared.
        keep_volumes, sequential, sequential_delay: how layers are redeployed and restarted; the delay is in seconds.
        wait_timeout: seconds that one operation may take.
        lock_timeout: seconds to wait for another run that works on the environment.
        delete_confirm: what DeleteEnv is confirmed by: ``password``, ``name`` or ``none``.
    """

    name: str
    state: str = "present"
    ssl: bool | None = None
    ha: bool | None = None
    engine: str | None = None
    owner_uid: int | None = None
    clone_from: str | None = None
    layers: tuple[Layer, ...] | None = None
    parts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    purge: frozenset[str] = frozenset()
    allow_shrink: bool = False
    check_details: bool = True
    keep_volumes: bool = True
    sequential: bool | None = None
    sequential_delay: int | None = None
    live_migration: bool | None = None
    wait: bool = True
    wait_timeout: float = 600
    lock_timeout: float = 600
    delete_confirm: str = "none"

    @property
    def region(self) -> str | None:
        """Unique name of the region."""
        declared = self.parts.get("region")
        return None if declared is None else str(declared.name)


def label(name: str) -> str:
    """Return how messages name an environment."""
    return f"environment {name!r}"


def unknown_environment(name: str, names: Iterable[str]) -> str:
    """Return the message for an environment that does not exist, with the names that are similar."""
    return does_not_exist(label(name), name, names)


def unknown_layer(name: str | None, environment: str, layers: Iterable[str | None]) -> str:
    """Return the message for a layer that an environment does not have."""
    return f"layer {name} does not exist in environment {environment}; layers: {listed_names(name, layers)}"
