# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environments as the platform has them, and as the user wants them, in the words of the options."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .layer import Layer
from .statuses import Kind, Status


@dataclass(frozen=True)
class Node:
    """One node of a layer.

    Attributes:
        endpoints: as the platform's answer has them.
    """

    id: int | None
    node_group: str | None
    internal_ip: str | None
    external_ips: tuple[str, ...]
    url: str | None
    status: Status
    is_master: bool = False
    endpoints: tuple[Mapping[str, Any], ...] = ()

    def to_result(self) -> dict[str, Any]:
        """The node for results."""
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
    """One environment; None in a member means not known, which is so for what only the platform knows of a new one.

    Attributes:
        layers: None where the answer held no layers and no nodes (``lazy``).
        nodes: None likewise, and for an environment that is only planned.
        owner_uid: number of the account that owns it.
        domains: external domains bound to it.
        parts: states of the parts that were read, by their names; see ``parts/base.py``.
        untold: options of which the platform's answer said nothing, though it does even where there is nothing.
    """

    name: str
    status: Status
    display_name: str | None = None
    region: str | None = None
    ssl: bool = False
    ha: bool = False
    engine: str | None = None
    env_groups: tuple[str, ...] = ()
    domain: str | None = None
    appid: str | None = None
    owner_uid: int | None = None
    created_on: datetime.datetime | None = None
    domains: tuple[str, ...] | None = None
    layers: tuple[Layer, ...] | None = None
    nodes: tuple[Node, ...] | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)
    untold: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def state(self) -> str:
        """The value of the option ``state`` that leaves it as it is."""
        return self.status.state if self.status.kind is Kind.STABLE and self.status.state else "present"

    @property
    def url(self) -> str | None:
        """Address of the environment's entry point."""
        return f"{'https' if self.ssl else 'http'}://{self.domain}" if self.domain else None

    def in_status(self, status: Status) -> Environment:
        """The environment after an operation that took it, and with it its nodes, to a status."""
        nodes = None if self.nodes is None else tuple(replace(node, status=status) for node in self.nodes)
        return replace(self, status=status, nodes=nodes)

    def with_part(self, name: str, state: Any) -> Environment:
        """The environment with a part in another state."""
        return replace(self, parts={**self.parts, name: state})

    def master_of(self, layer: str) -> int | None:
        """Number of a layer's master node, else of its first one."""
        nodes = [node for node in self.nodes or () if node.node_group == layer]
        chosen = next((node for node in nodes if node.is_master), nodes[0] if nodes else None)
        return chosen.id if chosen else None


@dataclass(frozen=True)
class CurrentState:
    """What a task finds: the environment, and the one that it is to be cloned from where there is none.

    Attributes:
        read_at: when the call was sent whose answer it is, on the monotonic clock.
    """

    environment: Environment | None
    source: Environment | None = None
    read_at: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class DesiredEnvironment:
    """Everything one task asks for; None means: leave alone. An empty ``display_name`` clears it.

    Attributes:
        owner_uid: account that a new environment is made for.
        clone_from: name of the environment that a new one is a copy of.
        parts: what is declared of each part, by their names.
        purge: kinds of which what is not declared goes.
        allow_shrink: whether limits may be lowered and nodes removed.
        check_details: whether what GetEnvInfo does not show is read and compared.
        keep_volumes, sequential, sequential_delay: how layers are redeployed and restarted; the delay is in seconds.
        wait_timeout: seconds that one operation may take.
        lock_timeout: seconds to wait for another run that works on the environment.
        delete_confirm: what DeleteEnv is confirmed by: ``password``, ``name`` or ``none``.
    """

    name: str
    state: str = "present"
    display_name: str | None = None
    region: str | None = None
    ssl: bool | None = None
    ha: bool | None = None
    engine: str | None = None
    env_groups: tuple[str, ...] | None = None
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


def label(name: str) -> str:
    """How messages name an environment."""
    return f"environment {name!r}"


def group_key(path: str) -> str:
    """A group's path for comparing: blanks around ``/`` do not count."""
    return "/".join(part.strip() for part in path.split("/"))


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
