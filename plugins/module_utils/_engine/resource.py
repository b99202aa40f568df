# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task, its work, and the protocol of every resource."""

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
    """One task of a module or an action plugin.

    Attributes:
        options: validated against the resource's specification.
        client: not yet authenticated.
        store: the token store, if the task names one and runs on the controller.
        warn: shows a warning to the user.
        encrypt: encrypts variables as a YAML document with the vault password of the run; None if there is none.
        locks: locks of environments between the runs on this machine; None: no locks.
        interruption: the signals that may end the run meanwhile.
    """

    options: Mapping[str, Any]
    client: PlatformClient
    check_mode: bool = False
    store: Store | None = None
    encrypt: Callable[[Mapping[str, Any]], str] | None = None
    warn: Callable[[str], None] = lambda message: None
    locks: Locks | None = None
    interruption: Interruption = field(default_factory=Interruption)


@dataclass
class Work:
    """What a resource works with between sign-in and sign-out.

    Attributes:
        account: e-mail or login of the account; None if it is not known.
        writer: the locked store; None in check mode and without a store.
        done: summaries of the steps that are done.
        carried_out: the plan with the steps that were done; None if the resource has only one plan.
        stack: contexts that end with the work, such as locks.
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
        """The platform's time if it is known and plausible, else this machine's; UTC, whole seconds."""
        own = utc_now()
        return own if self.clock_doubt else self.client.platform_time or own

    @property
    def clock_doubt(self) -> ClockDoubt | None:
        """The doubt about the platform's clock, or None. With a doubt, no write may depend on ``now``."""
        return clock_doubt(self.client.platform_time, utc_now())

    def assume(self, missing: str) -> bool:
        """Return whether to go on without something that does not exist.

        In check mode an earlier task may create it, so this warns and the result is a prediction. Otherwise the caller
        has to refuse.

        Args:
            missing: the message of the error.
        """
        if self.task.check_mode:
            self.task.warn(f"{missing}; check mode assumes that an earlier task creates it and predicts the result")
        return self.task.check_mode


def failure_of(client: PlatformClient, error: PaasError) -> dict[str, Any]:
    """Return the members of a result for an error. The messages of all errors lose their secrets here."""
    return {"msg": client.redacted(str(error)), "failure": error.failure()}


class Resource(Protocol, Generic[D, S]):
    """A kind of resource, as the flow uses it. ``desired`` and ``plan`` are pure functions."""

    spec: Spec
    manages_tokens: bool

    def desired(self, options: Mapping[str, Any]) -> D:
        """Return the desired state: the options, normalised. Raise InputError for options that are not valid."""

    def read(self, work: Work, desired: D) -> S:
        """Read the current state with as few calls as possible."""

    def plan(self, current: S, desired: D) -> Plan[S]:
        """Return the steps from the current to the desired state."""

    def apply(self, work: Work, plan: Plan[S], desired: D) -> S:
        """Carry out the steps, read back once, and return the new state."""

    def report(self, work: Work, plan: Plan[S], state: S, desired: D) -> dict[str, Any]:
        """Return the resource's members of the result, from the predicted or the real new state."""
