# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""Reading: one environment or all in one call, and what that call does not show, where a task declares it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Callable

from ..._platform.client import PlatformClient
from ..._platform.codes import ENVIRONMENT_UNKNOWN_CODES
from ..._platform.errors import RefusedError, UnexpectedAnswerError
from ..._platform.wire import items, unwrapped
from .comparing import match_layers
from .layer import Layer
from .model import Environment, Wanted
from .parts.table import PARTS
from .statuses import NOT_EXISTS
from .wire import environment_from_wire, mounts_from_wire, variables_from_wire, volumes_from_wire

GET = "environment.control.GetEnvInfo"
GET_ALL = "environment.control.GetEnvs"
GET_VARIABLES = "environment.control.GetContainerEnvVarsByGroup"
GET_VOLUMES = "environment.control.GetContainerVolumesByGroup"
GET_MOUNTS = "environment.file.GetMountPoints"
# Fields of a layer that GetEnvInfo does not show (volumes: only of containers), each read by a call for the layer.
DETAILS = ("env", "volumes", "volume_mounts")


def read_environment(client: PlatformClient, name: str, *, lazy: bool = False) -> Environment | None:
    """One environment in one call; None where the platform knows none of that name.

    Args:
        lazy: main data only, without layers and nodes (documented, 7.0 and later).
    """
    try:
        answer = client.call(GET, envName=name, lazy=lazy or None)
    except RefusedError as error:
        if error.code in ENVIRONMENT_UNKNOWN_CODES:
            return None
        raise
    environment = environment_from_wire(unwrapped(answer))
    return None if environment.status.number == NOT_EXISTS else environment


def read_environments(
    client: PlatformClient, *, lazy: bool = False, warn: Callable[[str], None]
) -> list[Environment]:
    """All environments of the account in one call; of each it says what GetEnvInfo does.

    Args:
        lazy: as in :func:`read_environment`.
        warn: told of environments that cannot be named.
    """
    environments = []
    for item in items(unwrapped(client.call(GET_ALL, lazy=lazy or None)), "infos"):
        try:
            environments.append(environment_from_wire(item))
        except UnexpectedAnswerError:
            warn("the platform lists an environment without a name; it is left out")
    return environments


class DetailReader:
    """Reads what GetEnvInfo does not show: one call for each kind of detail of each layer, and what parts need."""

    def __init__(self, client: PlatformClient, wanted: Wanted) -> None:
        self._client = client
        self._wanted = wanted

    def with_details(self, environment: Environment, kinds: Collection[str] | None = None) -> Environment:
        """The environment with the declared details.

        Args:
            kinds: the details of layers and the parts to read; None: all that are declared.
        """
        layers = environment.layers
        if layers is not None and self._wanted.layers:
            read = {
                found.node_group: self._layer(environment, found, layer, kinds)
                for layer, found in match_layers(layers, self._wanted.layers)
                if found is not None
            }
            layers = tuple(read.get(layer.node_group, layer) for layer in layers)
        environment = replace(environment, layers=layers)
        for part in PARTS:
            declared = part.name in self._wanted.parts and (kinds is None or part.name in kinds)
            if part.free or declared:
                environment = environment.with_part(part.name, part.read(self._client, environment))
        return environment

    def _layer(self, environment: Environment, found: Layer, wanted: Layer, kinds: Collection[str] | None) -> Layer:
        details: dict[str, Any] = {"env_public": wanted.env_public}
        for name in DETAILS:
            asked = self._needed(wanted, name) if kinds is None else name in kinds and getattr(wanted, name) is not None
            if asked and getattr(found, name) is None:
                details[name] = self._detail(name, environment, found)
        return replace(found, **details)

    def _needed(self, layer: Layer, name: str) -> bool:
        """Whether planning needs a detail; to remove volumes, one has to know what of them are mounts."""
        purged = name == "volume_mounts" and "volumes" in self._wanted.purge and layer.volumes is not None
        return purged or getattr(layer, name) is not None

    def _detail(self, name: str, environment: Environment, layer: Layer) -> Any:
        where = {"envName": environment.name, "nodeGroup": layer.node_group}
        if name == "env":
            return variables_from_wire(self._client.call(GET_VARIABLES, **where))
        if name == "volumes":
            return volumes_from_wire(self._client.call(GET_VOLUMES, **where))
        return mounts_from_wire(self._client.call(GET_MOUNTS, **where), environment.nodes)
