# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every part of an environment and every part of a layer brings: options, reading, planning, results, permissions.

A part is one kind of thing that an environment has besides its layers, and a layer part one that a layer has besides
its fields. Everything but ``read_state`` is pure.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Callable, Generic, NamedTuple, TypeVar

from ...._client.client import PlatformClient
from ...._engine.permissions import Permission

E = TypeVar("E")  # the record of the environment; this file needs no other of this folder
L = TypeVar("L")  # the record of a layer
W = TypeVar("W")
C = TypeVar("C")
Options = dict[str, dict[str, Any]]


class Needs(Enum):
    """The status that an environment must have for a change (inferred)."""

    AWAKE = "not asleep"
    RUNNING = "running, as the change works inside nodes"


class Shown(Enum):
    """Which call shows the state of a part."""

    ALWAYS = "GetEnvInfo, also with lazy; CreateEnvironment sets it and a clone has it from its source"
    BY_ENV_INFO = "GetEnvInfo"
    BY_OWN_CALL = "a call of its own"


class EnvAnswer(NamedTuple):
    """What GetEnvInfo, or an item of GetEnvs, says of an environment.

    Attributes:
        answer: all of it.
        env: its member ``env``.
        nodes: its nodes; None if it has none.
    """

    answer: Any
    env: Any
    nodes: tuple[Any, ...] | None = None


class LayerAnswer(NamedTuple):
    """What an answer says of a layer.

    Attributes:
        name: of the layer.
        group: its entry in ``nodeGroups``; None without one.
        data: the member ``nodeGroupData`` of that entry.
        node: its master node, as all nodes of a layer are of one kind; None without nodes.
        custom: the container of that node; None for a stack that is not a container.
        size: number of its nodes; None if the answer has no nodes.
        addresses: public addresses of the master node; None without a node.
    """

    name: str | None
    group: Any
    data: Any
    node: Any
    custom: Any
    size: int | None
    addresses: tuple[str, ...] | None


@dataclass(frozen=True)
class MasterOf:
    """Stands in a parameter for the number of a layer's master node, which a new layer has only once it is made."""

    layer: str


@dataclass(frozen=True)
class PartChange(Generic[C]):
    """One call of a part.

    Attributes:
        params: by wire names, without ``envName``; a value may be a :class:`MasterOf`.
        after: the part's state once the call is done; ids that the platform gives are None.
        secrets: parameters that never appear in a plan's report, such as the key of a certificate.
        needs: the status that the environment has to be in for the call.
        operation: whether the call is an operation of the environment, after which its nodes are others.
        aspect: of a layer part, the attribute of the layer that the call changes.
    """

    method: str
    params: Mapping[str, Any]
    summary: str
    after: C
    secrets: Mapping[str, Any] | None = field(default=None, repr=False)
    needs: Needs | None = None
    operation: bool = False
    aspect: str = ""


class Part(ABC, Generic[E, W, C]):
    """One kind of thing that an environment has.

    A part implements ``from_answer`` or ``read_state``, as ``shown`` says which call shows its state.

    Attributes:
        name: of its option and its kind of ``purge``.
        result_key: its member of the result, if another than the name as what is shown cannot be declared.
        shown: which call shows its state.
        options: what it adds to the options of ``paas_environment``.
        purgeable: whether ``purge`` has a switch of its name.
        before_layers: whether it is changed before the layers are.
        wakes: whether its changes need the environment awake.
        words: words of manifests for its option, in lower case, with the kind of the value.
        permissions: the methods of its calls, and the options under which they are called.
    """

    name: str
    result_key: str = ""
    shown = Shown.BY_OWN_CALL
    options: Options
    purgeable = True
    before_layers = False
    wakes = False
    words: Mapping[str, str] = {}
    permissions: tuple[Permission, ...]

    @abstractmethod
    def desired(self, options: Mapping[str, Any]) -> W | None:
        """Return what the task declares, normalised; called if it gives one of the options.

        Raises:
            InputError: such as for a value that is not valid.
        """

    def from_answer(self, answer: EnvAnswer) -> C | None:
        """Return the state that GetEnvInfo shows; None if the answer says nothing, as it has an empty list for none."""
        raise NotImplementedError

    def read_state(self, client: PlatformClient, environment: E) -> C:
        """Return the state that one call of the part's own shows."""
        raise NotImplementedError

    def create_members(self, desired: W) -> dict[str, Any]:
        """Return what CreateEnvironment is told; a member ``env`` is one with that of others."""
        return {}

    @abstractmethod
    def initial_state(self, desired: W | None = None) -> C:
        """Return the state of an environment that was just created or cloned, by what is known of it.

        Args:
            desired: what CreateEnvironment was told.
        """

    def after_layer_removal(self, current: C, layers: Collection[str | None]) -> C:
        """Return the state once layers are removed, with everything that belongs to them."""
        return current

    @abstractmethod
    def plan_changes(self, current: C, desired: W, environment: E, *, purge: bool) -> list[PartChange[C]]:
        """Return the fewest calls from the current state to the desired one, each with the state after it.

        Without ``purge`` what the task does not name is left alone.

        Raises:
            InputError: such as for a layer that the environment does not have.
        """

    def to_result(self, current: C) -> Any:
        """Return the state for results and diffs, in the words of the option, without secrets; None: not known."""
        return list(current) if isinstance(current, tuple) else current or None

    def matches(self, found: C, expected: C) -> bool:
        """Return whether the state found is the one expected, where None stands for what was not known beforehand."""
        return bool(found == expected)


class Detail(NamedTuple):
    """An attribute of a layer that GetEnvInfo does not show (volumes: only of containers).

    Attributes:
        name: of the attribute, of its option, its kind of ``purge``, and its aspect of steps.
        method, members: of the call that shows it for a layer, and of the call's answer.
        from_answer: reads that answer, for a layer of the environment.
        matches: whether it is as expected, given a layer as found and as expected.
    """

    name: str
    method: str
    members: tuple[str, ...]
    from_answer: Callable[[Any, Any], Any]
    matches: Callable[[Any, Any], bool]


class LayerPart(ABC, Generic[E, L]):
    """What a layer has besides its fields, in attributes of :class:`Layer`.

    Attributes:
        names: of the attributes that calls read and change.
        options: what it adds to the options of an entry of ``nodes``.
        words: words of manifests, in lower case, with the option and the kind of the value.
        permissions: the methods of its calls, and the options under which they are called.
        wakes, starts: options whose changes need the environment awake, or running.
    """

    names: tuple[str, ...]
    options: Options
    words: Mapping[str, tuple[str, str]]
    permissions: tuple[Permission, ...]
    wakes: frozenset[str] = frozenset()
    starts: frozenset[str] = frozenset()

    @property
    @abstractmethod
    def detail_reads(self) -> tuple[Detail, ...]:
        """The attributes that are read by a call for each layer."""

    @abstractmethod
    def desired(self, entry: Mapping[str, Any], where: str) -> dict[str, Any]:
        """Return the attributes that an entry of ``nodes`` declares, if it gives one of the options."""

    @abstractmethod
    def from_answer(self, answer: LayerAnswer) -> dict[str, Any]:
        """Return the attributes that GetEnvInfo shows of a container."""

    @abstractmethod
    def create_members(self, layer: L) -> dict[str, Any]:
        """Return the members of the request that makes the layer."""

    def created(self, layer: L) -> dict[str, Any]:
        """Return the attributes of the layer that such a request makes."""
        return {}

    def after_layer_removal(self, layer: L, layers: Collection[str | None]) -> L:
        """Return the layer once other layers are removed."""
        return layer

    @abstractmethod
    def plan_changes(self, current: L, desired: L, environment: E, purge: Collection[str]) -> list[PartChange[L]]:
        """Return the fewest calls from the current layer to the desired one, each with the layer after it."""

    @abstractmethod
    def to_result(self, layer: L) -> dict[str, Any]:
        """Return the attributes for results, without secrets."""

    def to_diff(self, layer: L, before: L | None) -> dict[str, Any]:
        """Return the attributes for one side of a diff.

        Args:
            before: on the side after it, the layer as it was.
        """
        return self.to_result(layer)
