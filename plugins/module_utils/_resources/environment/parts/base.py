# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hangs on an environment beside its layers: each kind of it is a part, with its options, reading and planning."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from ...._client.client import PlatformClient
from ..model import Environment

W = TypeVar("W")
C = TypeVar("C")


@dataclass(frozen=True)
class MasterOf:
    """Stands in a parameter for the number of a layer's master node, which a new layer has only once it is made."""

    layer: str


@dataclass(frozen=True)
class PartChange(Generic[C]):
    """One call of a part.

    Attributes:
        params: by wire names, without ``envName``; a value may be a :class:`MasterOf`.
        secrets: parameters that never appear in a plan's report, such as the key of a certificate.
        after: the part's state once the call is done; ids that the platform gives are None.
    """

    method: str
    params: Mapping[str, Any]
    summary: str
    after: C
    secrets: Mapping[str, Any] | None = field(default=None, repr=False)


def called(client: PlatformClient | None) -> PlatformClient:
    """The client of a part that is not read for free."""
    if client is None:
        raise ValueError("this part is read by a call")
    return client


class Part(Protocol[W, C]):
    """One kind of thing that hangs on an environment. Everything but ``read`` is pure.

    Attributes:
        name: of its option and its kind of ``purge``.
        shown_as: its member of the result: the name where what is shown could be declared, else another word.
        free: whether it is read without a call, from what the environment's own answer shows.
        options: what it adds to the options of ``paas_environment``.
        purgeable: whether ``purge`` has a switch of its name.
    """

    name: str
    shown_as: str
    free: bool
    options: dict[str, dict[str, Any]]
    purgeable: bool

    def desired(self, options: Mapping[str, Any]) -> W | None:
        """What the task declares, normalised; None where it declares nothing.

        Raises:
            InputError: for what cannot be.
        """

    def read(self, client: PlatformClient | None, environment: Environment) -> C:
        """The current state, in as few calls as it takes; a free one takes none, so that the client may be None."""

    def fresh(self, environment: Environment) -> C:
        """The state of an environment that was just created or cloned, by what is known of it."""

    def without(self, current: C, layers: Collection[str | None]) -> C:
        """The state once layers are gone, with which goes what hangs on them."""

    def plan(self, current: C, desired: W, environment: Environment, *, purge: bool) -> list[PartChange[C]]:
        """The fewest calls from the current state to the wanted one, each with the state after it.

        Without ``purge`` what the task does not name is left alone.

        Raises:
            InputError: such as for a layer that the environment does not have.
        """

    def to_result(self, current: C) -> Any:
        """The state for results and diffs, in the words of the option, without secrets; None for not known."""

    def reached(self, found: C, expected: C) -> bool:
        """Whether the state found is the one expected, where None stands for what was not known beforehand."""
