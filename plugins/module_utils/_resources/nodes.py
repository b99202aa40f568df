# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""For ``paas_exec`` and ``paas_file``: the nodes of a task, and what is at a path in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from .._client.client import PlatformClient
from .._client.codes import BUSY_CODES, ENVIRONMENT_UNKNOWN_CODES
from .._client.errors import InputError, PaasError, RefusedError, require
from .environment.missing import missing_environment, missing_place
from .environment.model import label, unknown_layer
from .environment.names import environment_name
from .environment.offered import explained
from .environment.reader import read_environment

GET_LIST = "environment.file.GetList"
# Codes of the agent inside the containers: path or file does not exist; path is not a directory.
MISSING_CODES = frozenset({4035, 4039})
NOT_A_DIRECTORY = 4102
NODE_OR_LAYER_UNKNOWN = 2300

NODE_OPTIONS: dict[str, dict[str, Any]] = {
    "environment": {"type": "str", "required": True},
    "node_group": {"type": "str"},
    "node_id": {"type": "int"},
}
RULES: dict[str, Any] = {
    "mutually_exclusive": [("node_group", "node_id")],
    "required_one_of": [("node_group", "node_id")],
}


@dataclass(frozen=True)
class Place:
    """Nodes of an environment: all nodes of a layer, or one node."""

    environment: str
    node_group: str | None
    node_id: int | None

    @property
    def label(self) -> str:
        """The nodes and their environment, for messages."""
        what = f"node {self.node_id}" if self.node_id is not None else f"layer {self.node_group}"
        return f"{what} of {label(self.environment)}"


def place_of(options: Mapping[str, Any]) -> Place:
    """Return the nodes that the options name."""
    group = (options.get("node_group") or "").strip() or None
    require(group or options.get("node_id") is not None, "give node_group, the name of a layer, or node_id")
    return Place(environment_name(options["environment"], "environment"), group, options.get("node_id"))


class NoPlaceError(InputError):
    """The environment, or the layer in it, does not exist."""


def is_gone(error: PaasError) -> bool:
    """Return whether an error means that the environment, the layer or the node does not exist."""
    unknown = (*ENVIRONMENT_UNKNOWN_CODES, NODE_OR_LAYER_UNKNOWN)
    return isinstance(error, NoPlaceError) or (isinstance(error, RefusedError) and error.code in unknown)


def can_come(error: PaasError, place: Place) -> bool:
    """Return whether an earlier task may create what does not exist. Nobody can know the number of a new node."""
    return is_gone(error) and not (error.code == NODE_OR_LAYER_UNKNOWN and place.node_id is not None)


def node_ids(client: PlatformClient, place: Place, *, master_only: bool) -> tuple[int, ...]:
    """Return the numbers of the nodes, the master first; the nodes of a layer are read by one GetEnvInfo.

    Raises:
        NoPlaceError: the environment or the layer does not exist.
    """
    if place.node_id is not None:
        return (place.node_id,)
    found = read_environment(client, place.environment)
    if found is None:
        raise NoPlaceError(missing_environment(client, place.environment))
    nodes = [node for node in found.nodes or () if node.node_group == place.node_group and node.id is not None]
    if not nodes:
        layers = {node.node_group for node in found.nodes or ()}
        raise NoPlaceError(unknown_layer(place.node_group, place.environment, layers))
    nodes.sort(key=lambda node: not node.is_master)
    return tuple(node.id for node in (nodes[:1] if master_only else nodes) if node.id is not None)


def explained_at(client: PlatformClient, error: RefusedError, place: Place) -> RefusedError:
    """Add the existing names to the refusal of an unknown environment or layer."""
    return explained(client, error, other=partial(missing_place, client, place.environment, place.node_group))


def kind_of(client: PlatformClient, place: Place, path: str, node_id: int | None = None) -> str:
    """Return ``directory``, ``file`` or ``absent``, by one GetList; for a layer, on its master node."""
    number = place.node_id if node_id is None else node_id
    where = {"nodeid": number} if number is not None else {"nodeGroup": place.node_group}
    try:
        client.call(GET_LIST, envName=place.environment, path=path, **where)
    except RefusedError as error:
        if error.code in MISSING_CODES:
            return "absent"
        if error.code == NOT_A_DIRECTORY:
            return "file"
        if error.code in BUSY_CODES:
            raise
        raise explained_at(client, error, place) from None
    return "directory"
