# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environments as the platform has them, and as a task declares them, in the words of the options."""

from __future__ import annotations

import datetime
import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .layer import Layer, LayerPair
from .statuses import Kind, Status


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

    def to_result(self) -> dict[str, Any]:
        """Return the node for results."""
        return {
            "id": self.id,
            "node_group": self.node_group,
            "internal_ip": self.internal_ip,
            "external_ips": list(self.external_ips),
            "url": self.url,
            "status": self.status.word,
            "is_master": self.is_master,
        }


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
    """

    environment: Environment | None
    source: Environment | None = None
    pairs: tuple[LayerPair, ...] = field(default=(), compare=False)
    read_at: float = field(default=0.0, compare=False)


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


def group_key(path: str) -> str:
    """Return a group's path for comparing: blanks around ``/`` do not count."""
    return "/".join(part.strip() for part in path.split("/"))


def is_pattern(name: str) -> bool:
    """Return whether a name has wildcards."""
    return any(character in name for character in "*?[")


@dataclass(frozen=True)
class EnvironmentQuery:
    """What to list; None means no restriction. All restrictions apply together."""

    names: tuple[str, ...] | None
    statuses: frozenset[str] | None
    groups: tuple[str, ...] | None
    regions: frozenset[str] | None
    lazy: bool

    @property
    def only(self) -> str | None:
        """The name that is asked for, if it is a single one and not a pattern."""
        name = self.names[0] if self.names and len(self.names) == 1 else None
        return None if name is None or is_pattern(name) else name

    def selects(self, environment: Environment) -> bool:
        """Return whether an environment is listed."""
        return (
            (self.names is None or any(fnmatch.fnmatchcase(environment.name.lower(), name) for name in self.names))
            and (self.statuses is None or environment.status.word in self.statuses)
            and (self.groups is None or any(map(self._in_groups, environment.parts.get("env_groups", ()))))
            and (self.regions is None or (environment.region or "").casefold() in self.regions)
        )

    def _in_groups(self, path: str) -> bool:
        parts = group_key(path).split("/")
        within = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        return any(fnmatch.fnmatchcase(group, pattern) for group in within for pattern in self.groups or ())
