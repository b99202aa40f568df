# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A set of environments: what a task declares, what it finds, and the outcome of each."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Union

from ..._client.errors import InterruptedWorkError, PaasError
from ..._engine.locks import Lock
from ..._engine.plan import Plan
from ..environment.model import CurrentState, DesiredEnvironment, Environment, is_busy, label
from ..environment.query import EnvironmentQuery


@dataclass(frozen=True)
class Prune:
    """Which environments are deleted although the task does not name them.

    Attributes:
        query: which environments may be.
        how: everything but the name of what is asked for of each.
    """

    query: EnvironmentQuery
    how: DesiredEnvironment


@dataclass(frozen=True)
class DesiredSet:
    """Everything one task declares.

    Attributes:
        entries: in the order declared.
        depths: of each entry by its name, how many others of the task have to be there before it can be cloned.
        concurrency: how many environments are worked on at a time.
    """

    entries: tuple[DesiredEnvironment, ...]
    depths: Mapping[str, int]
    prune: Prune | None = None
    concurrency: int = 3

    @property
    def sources(self) -> frozenset[str]:
        """Names of the environments that entries are cloned from."""
        return frozenset(entry.clone_from for entry in self.entries if entry.clone_from)

    def pruned(self, listing: Mapping[str, Environment]) -> tuple[DesiredEnvironment, ...]:
        """Return what is to be deleted, sorted by name; nothing that the task names, also as a source."""
        if self.prune is None:
            return ()
        named = self.depths.keys() | self.sources
        chosen = [name for name, found in listing.items() if name not in named and self.prune.query.selects(found)]
        return tuple(replace(self.prune.how, name=name) for name in sorted(chosen))

    def source_of(self, desired: DesiredEnvironment, listing: Mapping[str, Environment]) -> str | None:
        """Return the other entry that an environment is to be cloned from, if the listing does not have it."""
        cloned = desired.name not in listing and desired.clone_from in self.depths and desired.state != "absent"
        return desired.clone_from if cloned else None


@dataclass(frozen=True)
class Outcome:
    """The outcome of one environment.

    Attributes:
        plan: None where it did not come to that.
        environment: after the steps, predicted or read.
        steps: summaries of those of the plan, or of those carried out.
        error: why it is not as declared.
    """

    name: str
    plan: Plan[CurrentState] | None = None
    environment: Environment | None = None
    steps: tuple[str, ...] = ()
    error: PaasError | None = None

    @property
    def begun(self) -> bool:
        """Whether work on it began; False if it was left out because of another one."""
        return not isinstance(self.error, InterruptedWorkError)


Found = Union[CurrentState, PaasError]


@dataclass(frozen=True)
class AccountState:
    """The environments of the account, before and after.

    Attributes:
        listing: all environments of the account, by their names in lower case.
        states: what was found of each environment, or why that could not be read, by its name. One that is missing
            is looked at when its turn comes.
        pruned: what is to be deleted beside the declared ones.
        outcomes: by name.
        read_at: when the call was sent that gave the listing, on the monotonic clock.
        turns: of the locks of the declared environments before that call, by name; see ``_engine/locks.py``.
    """

    listing: Mapping[str, Environment]
    states: Mapping[str, Found]
    pruned: tuple[DesiredEnvironment, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    read_at: float = 0.0
    turns: Mapping[str, int] = field(default_factory=dict)

    def overtaken(self, name: str, lock: Lock | None) -> bool:
        """Return whether another run on this machine held the lock of an environment after the listing was read."""
        if lock is None or name not in self.turns:
            return False
        return lock.before != self.turns[name] or bool(lock.before % 2)


def waited_for(desired: DesiredEnvironment, listing: Mapping[str, Environment]) -> bool:
    """Return whether an operation is running whose end has to be waited for."""
    return desired.wait and is_busy(listing.get(desired.name))


def source_failed(desired: DesiredEnvironment) -> InterruptedWorkError:
    """Return the failure of a clone whose source is not as declared."""
    source = label(desired.clone_from or "")
    return InterruptedWorkError(f"not begun, as {source}, which clone_from names, is not as declared")


def prune_held_back() -> InterruptedWorkError:
    """Return the failure of a deletion by ``prune`` if an entry failed."""
    return InterruptedWorkError("not deleted, as prune waits until every declared environment is as declared")


class NameLocks:
    """Locks by which jobs send one request at a time about an environment."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Hold the lock of an environment. A job may not wait for a second one meanwhile."""
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            yield
