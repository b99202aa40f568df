# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading: one environment or all in one call, and what that call does not show, if a task declares it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Callable

from ..._client.answers import (
    flag,
    member,
    member_text,
    number,
    objects,
    payload,
    read_members,
    required_items,
    required_member,
    text,
    text_in,
    texts_in,
)
from ..._client.client import PlatformClient
from ..._client.codes import ENVIRONMENT_UNKNOWN_CODES
from ..._client.concurrency import READS_AT_A_TIME, Job, gather
from ..._client.errors import RefusedError, UnexpectedAnswerError
from ..._client.waiting import Waiter
from ..._engine.dates import moment_from_answer
from .layer_fields import fields_from_answer
from .model import CurrentState, DesiredEnvironment, Environment, Layer, LayerPair, Node, is_busy, label
from .names import same_image, same_text
from .parts.base import Detail, EnvAnswer, LayerAnswer, Shown
from .parts.table import DETAIL_READS, LAYER_PARTS, PARTS
from .settings import SETTINGS
from .statuses import NOT_EXISTS, status_of

GET = "environment.control.GetEnvInfo"
GET_ALL = "environment.control.GetEnvs"
# Names of the attributes of a layer that GetEnvInfo does not show (volumes: only of containers).
DETAILS = tuple(detail.name for detail in DETAIL_READS)


# -- answers; members that are missing or odd do no harm ------------------------------------------------------------


def environment_from_answer(answer: Any, *, lazy: bool = False) -> Environment:
    """Read an item of GetEnvs, or the answer of GetEnvInfo.

    Raises:
        UnexpectedAnswerError: the answer does not even name an environment.
    """
    found = read_members(answer, _ANSWER)
    env = found["env"][0] if found["env"] else answer
    values = read_members(env, _ENVIRONMENT)
    if values["name"] is None:
        raise UnexpectedAnswerError("the platform answered success, but named no environment")
    nodes = None if found["nodes"] is None else [(node, _node(node)) for node in found["nodes"]]
    read = EnvAnswer(answer, env, None if nodes is None else tuple(node for _sent, node in nodes))
    all_of_it = nodes is not None or not lazy
    shown = [part for part in PARTS if part.shown is Shown.ALWAYS or (all_of_it and part.shown is Shown.BY_ENV_INFO)]
    parts = {part.name: part.from_answer(read) for part in shown}
    return Environment(
        **values,
        layers=_layers(found["groups"], nodes),
        nodes=read.nodes,
        parts={name: state for name, state in parts.items() if state is not None},
    )


# What reads each attribute, and the names of its member.
_ANSWER: Mapping[str, Any] = {
    "env": (objects, ("env",)),
    "nodes": (objects, ("nodes",)),
    "groups": (objects, ("nodeGroups", "softNodeGroups")),
}
_ENVIRONMENT: Mapping[str, Any] = {
    "name": (text, ("envName", "shortdomain")),
    "status": (status_of, ("status",)),
    # The specification makes it an object, and answers have a text.
    "domain": (partial(text_in, names=("domain", "name")), ("domain",)),
    "appid": (text, ("appid",)),
    "owner_uid": (number, ("uid", "ownerUid")),
    "created_on": (moment_from_answer, ("createdOn",)),
    **{row.name: (row.read, row.words) for row in SETTINGS},
}
_NODE: Mapping[str, Any] = {
    "id": (number, ("id",)),
    "node_group": (text, ("nodeGroup", "nodemission")),
    "internal_ip": (text, ("intIP", "internalIP")),
    "external_ips": (partial(texts_in, names=("address", "ip")), ("extIPs", "extIP")),
    "url": (text, ("url",)),
    "status": (status_of, ("status",)),
    "is_master": (flag, ("ismaster",)),
    "endpoints": (objects, ("endpoints",)),
}
Nodes = list[tuple[Mapping[str, Any], Node]]  # as sent, and as read


def _node(sent: Mapping[str, Any]) -> Node:
    values = read_members(sent, _NODE)
    return Node(**{**values, "external_ips": values["external_ips"] or ()})


def _layers(entries: Sequence[Mapping[str, Any]] | None, nodes: Nodes | None) -> tuple[Layer, ...] | None:
    """Return layers in the order of the platform; a layer without an entry of its own comes from its nodes."""
    if nodes is None and entries is None:
        return None
    groups = {member_text(group, "name"): group for group in entries or ()}
    members: dict[str | None, Nodes] = {name: [] for name in groups if name}
    for node in nodes or ():
        members.setdefault(node[1].node_group, []).append(node)
    return tuple(_layer(name, groups.get(name), found, nodes is not None) for name, found in members.items())


def _layer(name: str | None, group: Any, nodes: Nodes, known: bool) -> Layer:
    none: tuple[None, None] = (None, None)
    sent, node = next((found for found in nodes if found[1].is_master), nodes[0] if nodes else none)
    answer = LayerAnswer(
        name=name,
        group=group,
        data=member(group, "nodeGroupData"),
        node=sent,
        custom=member(sent, "customitem"),
        size=len(nodes) if known else None,
        addresses=node.external_ips if node else None,
    )
    values = fields_from_answer(answer)
    for part in LAYER_PARTS if answer.custom is not None else ():
        values.update(part.from_answer(answer))
    return Layer(**values)


# -- one call -------------------------------------------------------------------------------------------------------


def read_environment(client: PlatformClient, name: str, *, lazy: bool = False) -> Environment | None:
    """Read one environment in one call; None if the platform knows none of that name.

    Args:
        lazy: main data only, without layers and nodes (documented, 7.0 and later).
    """
    try:
        answer = client.call(GET, envName=name, lazy=lazy or None)
    except RefusedError as error:
        if error.code in ENVIRONMENT_UNKNOWN_CODES:
            return None
        raise
    environment = environment_from_answer(payload(answer), lazy=lazy)
    return None if environment.status.number == NOT_EXISTS else environment


def read_environments(client: PlatformClient, *, lazy: bool = False, warn: Callable[[str], None]) -> list[Environment]:
    """Read all environments of the account in one call; of each it says what GetEnvInfo does.

    Args:
        lazy: as in :func:`read_environment`.
        warn: told of environments that cannot be named.
    """
    environments = []
    for item in required_items(GET_ALL, payload(client.call(GET_ALL, lazy=lazy or None)), "infos"):
        try:
            environments.append(environment_from_answer(item, lazy=lazy))
        except UnexpectedAnswerError:
            warn("the platform lists an environment without a name; it is left out")
    return environments


def wait_until_idle(client: PlatformClient, name: str, budget: float, first: Environment | None) -> Environment | None:
    """Look again, without layers and nodes, until the operation that was seen first has ended.

    Raises:
        WaitTimeoutError: the operation has not ended within the budget of seconds.
    """
    seen = [first]
    return Waiter(budget=budget, clock=client.clock).until(
        lambda: seen.pop() if seen else read_environment(client, name, lazy=True),
        lambda found: not is_busy(found),
        lambda found: f"{label(name)} is still {found.status.label if found else 'there'}",
    )


def require_members(environment: Environment, desired: DesiredEnvironment) -> None:
    """Make sure that the platform's answer held what a task declares: what is missing there is not empty.

    Raises:
        UnexpectedAnswerError: the answer did not.
    """
    shown = [part.name for part in PARTS if part.shown is not Shown.BY_OWN_CALL]
    unknown = [name for name in shown if name in desired.parts and name not in environment.parts]
    if desired.layers is not None and environment.nodes is None:
        unknown.append("nodes")
    if unknown:
        raise UnexpectedAnswerError(
            f"the platform answered success, but nothing about {', '.join(sorted(unknown))} of {environment.label}; "
            "run the task again, or ask the hoster"
        )


# -- details --------------------------------------------------------------------------------------------------------


def read_detail(detail: Detail, environment: Environment, layer: Layer, client: PlatformClient) -> Any:
    """Read one detail of one layer by one call."""
    answer = client.call(detail.method, envName=environment.name, nodeGroup=layer.node_group)
    required_member(detail.method, answer, *detail.members)
    return detail.from_answer(answer, environment)


def with_unread_details(layer: Layer, expected: Layer | None) -> Layer:
    """Return a layer with the details that were not read as they were expected to be."""
    if expected is None:
        return layer
    details: dict[str, Any] = {name: getattr(expected, name) for name in DETAILS if getattr(layer, name) is None}
    return replace(layer, env_public=expected.env_public, **details)


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


def clone_source(environment: Environment, entry: DesiredEnvironment) -> tuple[Environment, tuple[LayerPair, ...]]:
    """Return what a clone is made from, with no more details than the clone declares, and the pairs of layers.

    A task about the clone alone would not read the other details, so they stand in neither its result nor its diff.
    """
    pairs = pair_layers(environment.layers or (), entry.layers or ())
    declared = {layer.node_group: desired for desired, layer in pairs if layer is not None}
    bare = [(layer, _bare(layer, declared.get(layer.node_group))) for layer in environment.layers or ()]
    layers = None if environment.layers is None else tuple(after for _before, after in bare)
    return replace(environment, layers=layers), tuple(
        LayerPair(desired, next((after for before, after in bare if before is layer), None)) for desired, layer in pairs
    )


def _bare(layer: Layer, desired: Layer | None) -> Layer:
    # The volumes of a container show without a call.
    hidden = [name for name in DETAILS if name != "volumes" or not layer.image]
    undeclared: dict[str, Any] = {name: None for name in hidden if desired is None or getattr(desired, name) is None}
    return replace(layer, env_public=desired.env_public if desired else frozenset(), **undeclared)


# -- one environment of a task ---------------------------------------------------------------------------------------


class EnvironmentReader:
    """Reads one environment, and waits for the end of a running operation if the task wants that.

    What GetEnvInfo does not show takes a call for each detail of each layer and for each part. These reads do not
    depend on each other, so several are sent at a time.

    Args:
        at_a_time: 1 if several environments are worked on, as the platform sees enough calls then.
    """

    def __init__(self, client: PlatformClient, desired: DesiredEnvironment, at_a_time: int = READS_AT_A_TIME) -> None:
        self._client = client
        self._desired = desired
        self._at_a_time = at_a_time
        # When the call was sent that shows the layers, on the monotonic clock.
        self.read_at = client.clock.monotonic()

    def _read(self) -> Environment | None:
        self.read_at = self._client.clock.monotonic()
        return read_environment(self._client, self._desired.name)

    def current_state(self) -> CurrentState:
        """Return what the task finds: the environment with the details that it declares, or the source of a clone.

        Raises:
            WaitTimeoutError: a running operation has not ended within ``wait_timeout``.
        """
        found = self.wait_idle()
        cloned = found is None and self._desired.state != "absent" and self._desired.clone_from
        return self.detailed(found, read_environment(self._client, cloned) if cloned else None)

    def detailed(self, found: Environment | None, source: Environment | None) -> CurrentState:
        """Return the same from what one call said of the environment, or of the source if there is none."""
        if self._desired.state == "absent" or is_busy(found):
            return CurrentState(found, read_at=self.read_at)
        if found is not None:
            require_members(found, self._desired)
            kinds = None if self._desired.check_details else ()
            found, pairs = self.with_details(found, kinds)
            return CurrentState(found, pairs=pairs, read_at=self.read_at)
        if source is None:
            return CurrentState(None, read_at=self.read_at)
        source, pairs = self.with_details(source, DETAILS)
        return CurrentState(None, source, pairs, self.read_at)

    def wait_idle(self) -> Environment | None:
        """Return all that one call says of the environment, without a running operation unless the task does not wait.

        Raises:
            WaitTimeoutError: the operation has not ended within ``wait_timeout``.
        """
        return self.wait_idle_from(self._read())

    def wait_idle_from(self, found: Environment | None) -> Environment | None:
        """Return the same from what one call said; no further call if no operation was running."""
        if not (is_busy(found) and self._desired.wait):
            return found
        idle = wait_until_idle(self._client, self._desired.name, self._desired.wait_timeout, found)
        return idle and self._read()

    def wait_idle_lazily(
        self, budget: float, note: Callable[[Environment | None], None] = lambda first: None
    ) -> Environment | None:
        """Return the same without layers and nodes, within a budget of seconds; ``note`` gets what was seen first."""
        found = read_environment(self._client, self._desired.name, lazy=True)
        note(found)
        waits = is_busy(found) and self._desired.wait
        return wait_until_idle(self._client, self._desired.name, budget, found) if waits else found

    # -- details -------------------------------------------------------------------------------------------------------

    def with_details(
        self, environment: Environment, kinds: Collection[str] | None = None
    ) -> tuple[Environment, tuple[LayerPair, ...]]:
        """Return the environment with the declared details, and the declared layers paired with its own.

        Args:
            kinds: names of the details of layers and of the parts to read; None: all that are declared.
        """
        pairs = pair_layers(environment.layers or (), self._desired.layers or ())
        reads: dict[tuple[str | None, str], Job[Any]] = {
            (pair.current.node_group, detail.name): partial(read_detail, detail, environment, pair.current)
            for pair in pairs
            if pair.current is not None
            for detail in DETAIL_READS
            if getattr(pair.current, detail.name) is None and self._is_wanted(pair, detail.name, kinds)
        }
        # Not by a layer's name, as every part is the environment's.
        parts = [part for part in PARTS if part.shown is Shown.BY_OWN_CALL and self._is_declared(part.name, kinds)]
        reads.update({(None, part.name): partial(part.read_state, environment=environment) for part in parts})
        read = dict(zip(reads, gather(self._client, list(reads.values()), self._at_a_time))) if reads else {}
        for part in parts:
            environment = environment.with_part(part.name, read[None, part.name])
        detailed = {}
        for desired, current in pairs:
            if current is not None:
                details = {
                    name: read[current.node_group, name] for name in DETAILS if (current.node_group, name) in read
                }
                detailed[current.node_group] = replace(current, env_public=desired.env_public, **details)
        if detailed:
            present = tuple(detailed.get(layer.node_group, layer) for layer in environment.layers or ())
            environment = replace(environment, layers=present)
        return environment, tuple(
            LayerPair(desired, current and detailed[current.node_group]) for desired, current in pairs
        )

    def _is_declared(self, part: str, kinds: Collection[str] | None) -> bool:
        return part in self._desired.parts and (kinds is None or part in kinds)

    def _is_wanted(self, pair: LayerPair, name: str, kinds: Collection[str] | None) -> bool:
        """Return whether to read a detail; to remove volumes, one has to know which of them are mounts."""
        declared = getattr(pair.desired, name) is not None
        if kinds is not None:
            return declared and name in kinds
        purges = name == "volume_mounts" and "volumes" in self._desired.purge and pair.desired.volumes is not None
        return declared or purges
