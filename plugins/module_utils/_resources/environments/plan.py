# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the environments of a set in one call, and plan each of them. Planning is pure."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ..._client.client import PlatformClient
from ..._client.concurrency import run_all
from ..._client.errors import PaasError
from ..._engine.plan import Plan
from ..._engine.resource import Work
from ..environment.layer import Layer, LayerPair, pair_layers
from ..environment.model import CurrentState, DesiredEnvironment, Environment
from ..environment.offered_stacks import StackCheck
from ..environment.plan import plan_environment, with_assumed
from ..environment.reader import DETAILS, EnvironmentReader, read_environments, with_unread_details
from ..environment.statuses import NOT_EXISTS
from .model import AccountState, DesiredSet, Found, Outcome, prune_held_back, source_failed, waited_for


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


# -- reading --------------------------------------------------------------------------------------------------------


def read_account(work: Work, desired: DesiredSet) -> AccountState:
    """Read all environments by one GetEnvs, and the declared details that it does not show.

    Entries that are busy or cloned from another entry are read when they are applied; in check mode, now.
    """
    if not desired.entries and desired.prune is None:
        return AccountState({}, {})
    locks, url = work.task.locks, work.client.url
    names = [entry.name for entry in desired.entries] if locks and not work.task.check_mode else []
    turns_before = {name: locks.turns(url, name) for name in names} if locks else {}
    read_at = work.client.clock.monotonic()
    found = read_environments(work.client, warn=work.task.warn)
    listing = {item.name.lower(): item for item in found if item.status.number != NOT_EXISTS}
    pruned = desired.pruned(listing)
    now = [
        entry
        for entry in (*desired.entries, *pruned)
        if work.task.check_mode or not (waited_for(entry, listing) or desired.source_of(entry, listing))
    ]
    name_locks = NameLocks()
    reads = [partial(_current_state, listing, read_at, name_locks, entry) for entry in now]
    results: list[Found] = run_all(work.client, reads, desired.concurrency)
    stacks = StackCheck(work.client)
    states = {
        entry.name: result
        if isinstance(result, PaasError) or desired.source_of(entry, listing)
        else _assumed(work, entry, result, stacks)
        for entry, result in zip(now, results)
    }
    return AccountState(listing, states, pruned, read_at=read_at, turns=turns_before)


def _assumed(work: Work, entry: DesiredEnvironment, found: CurrentState, stacks: StackCheck) -> Found:
    """In check mode, return the failure for a stack that is not offered, and assume what an earlier task may create."""
    if work.task.check_mode:
        try:
            stacks.check(entry.layers, found.environment.layers if found.environment else None, work.task.warn)
        except PaasError as error:
            return error
    return with_assumed(work, entry, found)


def _current_state(
    listing: dict[str, Environment],
    read_at: float,
    name_locks: NameLocks,
    entry: DesiredEnvironment,
    client: PlatformClient,
) -> CurrentState:
    reader = EnvironmentReader(client, entry, at_a_time=1)
    reader.read_at = read_at
    found = listing.get(entry.name)
    source = None if found is not None or entry.clone_from is None else listing.get(entry.clone_from)
    with name_locks.of(source.name.lower() if source else entry.name):
        return reader.detailed(reader.wait_idle_from(found), source)


# -- planning -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SetPlan(Plan[AccountState]):
    """The plans of all environments.

    Attributes:
        late: whether some are planned when their turn comes, so that it is not known yet whether they change.
    """

    late: bool = False

    @property
    def changed(self) -> bool:
        """Whether there may be anything to do."""
        return self.late or bool(self.steps)


def plan_set(current: AccountState, desired: DesiredSet) -> SetPlan:
    """Plan each environment, apart from those that are read when they are applied; a refusal is an outcome."""
    outcomes: dict[str, Outcome] = {}
    for entry in sorted(desired.entries, key=lambda entry: desired.depths[entry.name]):
        predicted = _predicted(current, desired, entry, outcomes)
        if predicted is not None:
            outcomes[entry.name] = predicted
    failed = any(outcome.error for outcome in outcomes.values())
    for entry in current.pruned:
        predicted = Outcome(entry.name, error=prune_held_back()) if failed else _planned(current, entry)
        if predicted is not None:
            outcomes[entry.name] = predicted
    plans = [outcome.plan for outcome in outcomes.values() if outcome.plan is not None]
    return SetPlan(
        before=current,
        after=replace(current, outcomes=outcomes),
        steps=tuple(step for plan in plans for step in plan.steps),
        warnings=tuple(warning for plan in plans for warning in plan.warnings),
        late=len(outcomes) < len(desired.entries) + len(current.pruned),
    )


def _predicted(
    current: AccountState, desired: DesiredSet, entry: DesiredEnvironment, outcomes: dict[str, Outcome]
) -> Outcome | None:
    """Return what becomes of one entry; None if that is only known when the entry is applied."""
    source = desired.source_of(entry, current.listing)
    if source is None:
        return _planned(current, entry)
    if source not in outcomes or entry.name not in current.states:
        return None
    if outcomes[source].error is not None:
        return Outcome(entry.name, error=source_failed(entry))
    return _planned(current, entry, outcomes[source].environment)


def _planned(current: AccountState, entry: DesiredEnvironment, source: Environment | None = None) -> Outcome | None:
    """Return what becomes of one environment; None if it has not been read.

    Args:
        source: what it is cloned from, as it will be, in place of what was read of it.
    """
    state = current.states.get(entry.name)
    if state is None:
        return None
    if isinstance(state, PaasError):
        return Outcome(entry.name, error=state)
    if source is not None and state.environment is None:
        read = {layer.node_group: layer for layer in (state.source and state.source.layers) or ()}
        layers = source.layers and tuple(with_unread_details(item, read.get(item.node_group)) for item in source.layers)
        state = CurrentState(None, *clone_source(replace(source, layers=layers), entry))
    try:
        plan = plan_environment(state, entry)
    except PaasError as error:
        return Outcome(entry.name, error=error)
    return Outcome(entry.name, plan, plan.after.environment, tuple(step.summary for step in plan.steps))


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
