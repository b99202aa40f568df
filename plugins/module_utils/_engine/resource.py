# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the flow works with: a task, the work it does, and the protocol of every resource."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from typing import Any, Callable, Generic, Protocol, TypeVar

from .._client.client import PlatformClient
from .._client.errors import PaasError
from .dates import ClockDoubt, clock_doubt, utc_now
from .interruption import Interruption
from .locks import Lock, Locks
from .plan import Plan
from .spec import Spec
from .store_entry import Store, StoreWriter

D = TypeVar("D")
S = TypeVar("S")


@dataclass
class Task:
    """One task as a module or an action plugin got it.

    Attributes:
        options: validated against the resource's specification.
        client: not yet authenticated.
        store: the token store, where the task names one and this process can reach it.
        warn: shows a warning to the user.
        locks: locks by which the runs on this machine take turns; None: this run does not look at others.
        interruption: the signals that may end the run meanwhile.
    """

    options: Mapping[str, Any]
    client: PlatformClient
    check_mode: bool = False
    store: Store | None = None
    warn: Callable[[str], None] = lambda message: None
    locks: Locks | None = None
    interruption: Interruption = field(default_factory=Interruption)


@dataclass
class Work:
    """What a resource works with between sign-in and sign-out.

    Attributes:
        account: e-mail or login of the account, where it is known.
        writer: the locked store of a run that may write; None in check mode and without a store.
        done: summaries of the steps carried out so far.
        carried_out: the plan as it turned out, if it was made again after others changed what it was made from.
        stack: what is held until the end of the work.
    """

    task: Task
    client: PlatformClient
    account: str | None = None
    writer: StoreWriter | None = None
    done: list[str] = field(default_factory=list)
    carried_out: Plan[Any] | None = None
    stack: ExitStack = field(default_factory=ExitStack)

    def lock(self, name: str, timeout: float) -> AbstractContextManager[Lock | None]:
        """Return the lock of an environment, as a context; nothing is locked in check mode.

        Raises:
            ConcurrentChangeError: on entering it; another run has held it for ``timeout`` seconds.
        """
        if self.task.check_mode or self.task.locks is None:
            return nullcontext()
        return self.task.locks.hold(self.client.url, name, timeout, self.client.clock)

    @property
    def now(self) -> datetime.datetime:
        """The platform's clock if an answer has told it and it is believed, else this machine's; UTC, whole seconds."""
        own = utc_now()
        return own if self.clock_doubt else self.client.platform_time or own

    @property
    def clock_doubt(self) -> ClockDoubt | None:
        """Why the platform's clock is not believed; None if it is. Then nothing may be written that ``now`` decides."""
        return clock_doubt(self.client.platform_time, utc_now())

    def assume(self, missing: str) -> bool:
        """Return whether to go on without something that does not exist.

        In check mode an earlier task may be the one that creates it, so its absence is a warning and the result is a
        prediction. Otherwise it is for the caller to refuse.

        Args:
            missing: what does not exist, as an error would say it.
        """
        if self.task.check_mode:
            self.task.warn(f"{missing}; check mode assumes that an earlier task creates it and predicts the result")
        return self.task.check_mode


def failure_of(client: PlatformClient, error: PaasError) -> dict[str, Any]:
    """Return an error as members of a result. Every message of an error passes here, and loses its secrets here."""
    return {"msg": client.redacted(str(error)), "failure": error.failure()}


class Resource(Protocol, Generic[D, S]):
    """What a kind of resource brings to the flow. ``desired`` and ``plan`` are pure."""

    spec: Spec
    manages_tokens: bool

    def desired(self, options: Mapping[str, Any]) -> D:
        """Normalise the options; InputError for what cannot be."""

    def read(self, work: Work, desired: D) -> S:
        """Read the current state, with as few calls as it takes."""

    def plan(self, current: S, desired: D) -> Plan[S]:
        """The steps from the current to the desired state."""

    def apply(self, work: Work, plan: Plan[S], desired: D) -> S:
        """Carry out the steps, read back once, and give the new state."""

    def report(self, work: Work, plan: Plan[S], state: S, desired: D) -> dict[str, Any]:
        """The resource's part of the result, from the predicted or the real new state alike."""
