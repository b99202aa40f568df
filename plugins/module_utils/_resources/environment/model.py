# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""Environments as the platform has them, and as the user wants them, in the words of the options."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..._dates import to_text
from .statuses import Kind, Status


@dataclass(frozen=True)
class Layer:
    """One layer, which the platform calls node group; None means: leave alone, or not known.

    Attributes:
        count: number of nodes.
        fixed_cloudlets, flexible_cloudlets: of each node, the reserved ones and the upper limit.
        tag: version of the stack or of the image.
        image: container image without its tag.
    """

    node_group: str | None = None
    node_type: str | None = None
    count: int | None = None
    fixed_cloudlets: int | None = None
    flexible_cloudlets: int | None = None
    tag: str | None = None
    image: str | None = None
    display_name: str | None = None

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"layer {self.node_group or self.image or self.node_type!s}"

    def shown(self) -> dict[str, Any]:
        """The layer as an entry of the option ``nodes``."""
        return {name: getattr(self, name) for name in LAYER_FIELDS}


LAYER_FIELDS = tuple(Layer.__dataclass_fields__)


@dataclass(frozen=True)
class Node:
    """One node of a layer."""

    id: int | None
    node_group: str | None
    internal_ip: str | None
    external_ips: tuple[str, ...]
    url: str | None
    status: Status
    is_master: bool = False

    def shown(self) -> dict[str, Any]:
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
    layers: tuple[Layer, ...] | None = None
    nodes: tuple[Node, ...] | None = None

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

    def settings(self) -> dict[str, Any]:
        """What a user can declare, for diffs and as input of a task."""
        return {
            "name": self.name,
            "state": self.state,
            "display_name": self.display_name,
            "region": self.region,
            "ssl": self.ssl,
            "ha": self.ha,
            "engine": self.engine,
            "env_groups": list(self.env_groups),
            "nodes": None if self.layers is None else [layer.shown() for layer in self.layers],
        }

    def shown(self) -> dict[str, Any]:
        """The environment for results."""
        return {
            **self.settings(),
            "status": self.status.word,
            "domain": self.domain,
            "url": self.url,
            "appid": self.appid,
            "owner_uid": self.owner_uid,
            "created_on": to_text(self.created_on),
            "node_list": None if self.nodes is None else [node.shown() for node in self.nodes],
        }


@dataclass(frozen=True)
class Wanted:
    """Everything one task asks for; None means: leave alone. An empty ``display_name`` clears it.

    Attributes:
        wait_timeout: seconds that one operation may take.
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
    layers: tuple[Layer, ...] | None = None
    wait: bool = True
    wait_timeout: float = 600
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
    if at:
        return name, digest
    folder, slash, last = name.rpartition("/")
    base, colon, tag = last.partition(":")
    return f"{folder}{slash}{base}", tag if colon else None


def joined_image(image: str, tag: str | None) -> str:
    """The opposite of :func:`split_image`."""
    if not tag:
        return image
    return f"{image}{'@' if ':' in tag else ':'}{tag}"


def settings_of(environment: Environment | None) -> Mapping[str, Any]:
    """For diffs; empty where there is no environment."""
    return environment.settings() if environment else {}
