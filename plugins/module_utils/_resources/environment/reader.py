# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading: one environment or all in one call, and what that call does not show, where a task declares it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Callable

from ..._client.answers import payload, required_items, required_member
from ..._client.client import PlatformClient
from ..._client.codes import ENVIRONMENT_UNKNOWN_CODES
from ..._client.concurrency import READS_AT_A_TIME, Job, gather
from ..._client.errors import RefusedError, UnexpectedAnswerError
from .compare import match_layers
from .layer import Layer
from .model import DesiredEnvironment, Environment, label
from .parts.base import Part
from .parts.table import PARTS
from .statuses import NOT_EXISTS
from .wire import environment_from_answer, mounts_from_answer, variables_from_answer, volumes_from_answer

GET = "environment.control.GetEnvInfo"
GET_ALL = "environment.control.GetEnvs"
GET_VARIABLES = "environment.control.GetContainerEnvVarsByGroup"
GET_VOLUMES = "environment.control.GetContainerVolumesByGroup"
GET_MOUNTS = "environment.file.GetMountPoints"
# Fields of a layer that GetEnvInfo does not show (volumes: only of containers), each read by a call for the layer.
DETAILS = ("env", "volumes", "volume_mounts")
# The method that reads each, and the member of the answer that has it.
_DETAIL_READS: dict[str, tuple[str, tuple[str, ...]]] = {
    "env": (GET_VARIABLES, ("object",)),
    "volumes": (GET_VOLUMES, ("object", "array")),
    "volume_mounts": (GET_MOUNTS, ("array", "object")),
}


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
    environment = environment_from_answer(payload(answer))
    return None if environment.status.number == NOT_EXISTS else environment


def read_environments(client: PlatformClient, *, lazy: bool = False, warn: Callable[[str], None]) -> list[Environment]:
    """All environments of the account in one call; of each it says what GetEnvInfo does.

    Args:
        lazy: as in :func:`read_environment`.
        warn: told of environments that cannot be named.
    """
    environments = []
    for item in required_items(GET_ALL, payload(client.call(GET_ALL, lazy=lazy or None)), "infos"):
        try:
            environments.append(environment_from_answer(item))
        except UnexpectedAnswerError:
            warn("the platform lists an environment without a name; it is left out")
    return environments


def require_members(environment: Environment, desired: DesiredEnvironment) -> None:
    """Make sure that the platform's answer held what a task declares: what is missing there is not empty.

    Raises:
        UnexpectedAnswerError: it did not.
    """
    declared = {"nodes": desired.layers, "env_groups": desired.env_groups, **desired.parts}
    unknown = sorted(name for name in environment.untold if declared.get(name) is not None)
    if unknown:
        raise UnexpectedAnswerError(
            f"the platform answered success, but nothing about {', '.join(unknown)} of {label(environment.name)}; run "
            "the task again, or ask the hoster"
        )


class DetailReader:
    """Reads what GetEnvInfo does not show: one call for each kind of detail of each layer, and what parts need.

    Reads do not depend on each other, so that several go at a time.

    Args:
        at_a_time: 1 where several environments are worked on, as the platform sees enough calls then.
    """

    def __init__(self, client: PlatformClient, desired: DesiredEnvironment, at_a_time: int = READS_AT_A_TIME) -> None:
        self._client = client
        self._desired = desired
        self._at_a_time = at_a_time

    def with_details(self, environment: Environment, kinds: Collection[str] | None = None) -> Environment:
        """The environment with the declared details.

        Args:
            kinds: the details of layers and the parts to read; None: all that are declared.
        """
        matched = match_layers(environment.layers or (), self._desired.layers or ())
        layers = [(desired, found) for desired, found in matched if found is not None]
        parts = [part for part in PARTS if part.free or self._declared(part.name, kinds)]
        reads: dict[tuple[str | None, str], Job[Any]] = {
            (found.node_group, name): partial(_detail, name, environment, found)
            for desired, found in layers
            for name in DETAILS
            if getattr(found, name) is None and self._asked(desired, name, kinds)
        }
        # Not by a layer's name, as every part is the environment's.
        reads.update({(None, part.name): partial(_part, part, environment) for part in parts if not part.free})
        read = dict(zip(reads, gather(self._client, list(reads.values()), self._at_a_time)))
        return self._put_together(environment, layers, parts, read)

    def _put_together(
        self,
        environment: Environment,
        layers: list[tuple[Layer, Layer]],
        parts: list[Part[Any, Any]],
        read: Mapping[tuple[str | None, str], Any],
    ) -> Environment:
        detailed = {}
        for desired, found in layers:
            details = {name: read[found.node_group, name] for name in DETAILS if (found.node_group, name) in read}
            detailed[found.node_group] = replace(found, env_public=desired.env_public, **details)
        if environment.layers is not None:
            present = tuple(detailed.get(layer.node_group, layer) for layer in environment.layers)
            environment = replace(environment, layers=present)
        for part in parts:
            state = part.read(None, environment) if part.free else read[None, part.name]
            environment = environment.with_part(part.name, state)
        return environment

    def _declared(self, part: str, kinds: Collection[str] | None) -> bool:
        return part in self._desired.parts and (kinds is None or part in kinds)

    def _asked(self, layer: Layer, name: str, kinds: Collection[str] | None) -> bool:
        """Whether a detail of a layer is to be read; to remove volumes, one has to know what of them are mounts."""
        declared = getattr(layer, name) is not None
        if kinds is not None:
            return declared and name in kinds
        return declared or (name == "volume_mounts" and "volumes" in self._desired.purge and layer.volumes is not None)


def _part(part: Part[Any, Any], environment: Environment, client: PlatformClient) -> Any:
    return part.read(client, environment)


def _detail(name: str, environment: Environment, layer: Layer, client: PlatformClient) -> Any:
    method, members = _DETAIL_READS[name]
    answer = client.call(method, envName=environment.name, nodeGroup=layer.node_group)
    required_member(method, answer, *members)
    if name == "env":
        return variables_from_answer(answer)
    return volumes_from_answer(answer) if name == "volumes" else mounts_from_answer(answer, environment.nodes)
