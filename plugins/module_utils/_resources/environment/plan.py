# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan one environment: the ordered steps from the current to the desired state. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ..._client.errors import require
from ..._engine.plan import Plan, Step
from ..._engine.resource import Work
from .layers import created_layer, layer_and_environment, new_entry, plan_layers, redeploy, restarts
from .model import CurrentState, DesiredEnvironment, Environment, Kind, Layer, is_busy, label, unknown_environment
from .parts.base import Shown
from .parts.table import PARTS, AnyPart
from .plan_builder import CLONE, CREATE, DELETE, NOTHING_DONE, RESTART, Expected, PlanBuilder, Progress
from .reader import pair_layers
from .result import diff_of
from .settings import settings_to_request
from .statuses import NOT_EXISTS, STATUS_OF_STATE, StatusError

# Virtual servers have no image to be deployed anew from (documented layer names).
NOT_REDEPLOYED = ("vds", "vps")
# What a started environment has in common with states that also want it to run.
RUNNING_STATES = ("started", "restarted", "redeployed")


def plan_environment(
    found: CurrentState, desired: DesiredEnvironment, progress: Progress = NOTHING_DONE
) -> Plan[CurrentState]:
    """Plan one task: create, region, layers, the other parts, and the state at the end.

    Args:
        progress: what the task has done already, if it plans again.

    Raises:
        InputError: the task asks for what cannot be done, or not without being allowed to.
        StatusError: the environment's status does not allow it.
    """
    current = found.environment
    if current is not None and current.status.number == NOT_EXISTS:
        current = None
    if desired.state == "absent":
        return _plan_removal(current, desired)
    if current is None:
        builder = _plan_creation(found, desired)
    else:
        builder = PlanBuilder(current, desired, found.pairs, progress)
        _check_usable(builder)
    if builder.now.status.kind is Kind.STABLE:
        _plan_changes(builder, new=current is None)
        _plan_state(builder)
    before, after = diff_of(current, builder.now)
    return Plan(
        before=replace(found, environment=current),
        after=CurrentState(builder.now),
        steps=tuple(builder.steps),
        diff_before=before,
        diff_after=after,
        warnings=tuple(builder.warnings),
    )


def _plan_removal(current: Environment | None, desired: DesiredEnvironment) -> Plan[CurrentState]:
    steps: tuple[Step, ...] = ()
    after = current
    if current is not None and is_busy(current):
        # The deletion by someone else is under way; any other operation has to end first.
        _check_settles(current, desired)
    elif current is not None:
        steps = (Step(DELETE, {"envName": current.name}, f"delete {label(current.name)}", Expected(None)),)
        after = None
    shown_before, shown_after = diff_of(current, after)
    return Plan(CurrentState(current), CurrentState(after), steps, shown_before, shown_after)


# -- creation -------------------------------------------------------------------------------------------------------


def _plan_creation(found: CurrentState, desired: DesiredEnvironment) -> PlanBuilder:
    """Plan CreateEnvironment, or CloneEnv, after which the environment is changed like any other."""
    name = label(desired.name)
    if desired.clone_from:
        missing = unknown_environment(desired.clone_from, found.names)
        message = f"clone_from: {missing}, so {name} cannot be created from it"
        require(found.source, message)
        return _cloned(found.source or created_environment(desired), found, desired)
    require(
        desired.layers,
        f"{unknown_environment(desired.name, found.names)}; correct the name, or give nodes (one entry for each layer) "
        "or clone_from, from which the task creates the environment",
    )
    for index, layer in enumerate(desired.layers or ()):
        require(layer.node_type, f"nodes[{index}] is to be created, so it needs node_type or image")
    after = created_environment(desired)
    return _builder(CREATE, _creation_params(desired), f"create {name}", after, found, desired)


def _builder(
    method: str,
    params: dict[str, Any],
    summary: str,
    after: Environment,
    found: CurrentState,
    desired: DesiredEnvironment,
) -> PlanBuilder:
    builder = PlanBuilder(after, desired, found.pairs, NOTHING_DONE)
    builder.add(method, params, summary, after, "status")
    builder.fresh = True
    return builder


def _creation_params(desired: DesiredEnvironment) -> dict[str, Any]:
    """Return the parameters of CreateEnvironment (documented)."""
    params: dict[str, Any] = {
        "env": {"shortdomain": desired.name},
        "nodes": [new_entry(layer) for layer in desired.layers or ()],
        "envGroups": None,
        "ownerUid": desired.owner_uid,
    }
    for part in PARTS:
        if part.name in desired.parts:
            members = part.create_members(desired.parts[part.name])
            params["env"].update(members.pop("env", {}))
            params.update(members)
    env = {**params["env"], **settings_to_request(desired)}
    params["env"] = {member: value for member, value in env.items() if value is not None}
    return params


def created_environment(desired: DesiredEnvironment, *others: None) -> Environment:
    """Return what CreateEnvironment makes: it runs; what the task leaves open is up to the platform.

    Args:
        others: None if there may be layers that the task does not declare.
    """
    layers = desired.layers or ()
    names = {*(layer.node_group for layer in layers), *others}
    return Environment(
        name=desired.name,
        status=STATUS_OF_STATE["started"],
        ssl=bool(desired.ssl),
        ha=bool(desired.ha),
        engine=desired.engine,
        owner_uid=desired.owner_uid,
        layers=tuple(created_layer(layer, names, desired.name) for layer in layers),
        parts={
            part.name: part.initial_state(desired.parts.get(part.name) if part.shown is Shown.ALWAYS else None)
            for part in PARTS
            if part.shown is not Shown.BY_OWN_CALL
        },
    )


def _cloned(source: Environment, found: CurrentState, desired: DesiredEnvironment) -> PlanBuilder:
    """Plan a copy of the source; it runs, and has no domains and no other parts of the source (inferred)."""
    copied = {part.name: source.parts.get(part.name) for part in PARTS if part.shown is Shown.ALWAYS}
    initial = {part.name: part.initial_state() for part in PARTS if part.shown is Shown.BY_ENV_INFO}
    after = replace(
        source,
        name=desired.name,
        status=STATUS_OF_STATE["started"],
        parts={**copied, **initial},
        # What the platform alone knows of the copy.
        domain=None,
        appid=None,
        created_on=None,
        nodes=None,
        owner_uid=None,
    )
    params = {"srcEnvName": source.name, "dstEnvName": desired.name}
    groups = source.parts.get("env_groups") if "env_groups" not in desired.parts else None
    summary = f"clone {label(source.name)} as {label(desired.name)}"
    if groups:
        summary += f", which is in the groups of the original as well: {', '.join(groups)}"
    return _builder(CLONE, params, summary, after, found, desired)


# -- status ---------------------------------------------------------------------------------------------------------


def _check_usable(builder: PlanBuilder) -> None:
    """Raise StatusError if the status does not allow the desired state."""
    status, state = builder.now.status, builder.desired.state
    if status.kind is Kind.UNUSABLE and state == "present":
        builder.warnings.append(f"{builder.label} is {status.label}; state: present leaves it as it is")
    elif status.kind is Kind.UNUSABLE:
        raise StatusError(
            f"{builder.label} is {status.label}, so it cannot be brought to state {state!r}; "
            "look at it in the dashboard, ask the hoster, or remove it with state: absent"
        )
    elif status.kind is Kind.TRANSITIONAL and state != "present":
        _check_settles(builder.now, builder.desired)
    if status.kind is Kind.TRANSITIONAL:
        builder.warnings.append(
            f"{builder.label} is {status.label} and the task does not wait, so its settings were not looked at"
        )


def _check_settles(current: Environment, desired: DesiredEnvironment) -> None:
    """Raise StatusError if the task has to wait for a running operation that does not lead to the desired state."""
    if current.status.state != desired.state:
        raise StatusError(
            f"{label(current.name)} is {current.status.label}, so it cannot be brought to state {desired.state!r} now; "
            "set wait: true, or run the task again when the operation has ended"
        )


# -- changes --------------------------------------------------------------------------------------------------------


def _plan_changes(builder: PlanBuilder, *, new: bool) -> None:
    """Plan all but the state. CreateEnvironment sets layers and settings; a clone is changed like any other."""
    created = new and not builder.desired.clone_from
    owner = builder.now.owner_uid
    require(
        owner is None or builder.desired.owner_uid in (None, owner),
        f"{builder.label} belongs to the account {owner}; owner is set when it is created",
    )
    for part in PARTS:
        if part.before_layers and not created:
            _plan_part(builder, part, new)
    if not created:
        plan_layers(builder)
    for part in PARTS:
        if not part.before_layers and not (created and part.shown is Shown.ALWAYS):
            _plan_part(builder, part, new)


def _plan_part(builder: PlanBuilder, part: AnyPart, new: bool) -> None:
    """Plan the calls of one part, each with the environment after it."""
    name = part.name
    if name not in builder.desired.parts or not (new or name in builder.now.parts):
        return
    if name not in builder.now.parts:
        builder.now = builder.now.with_part(name, part.initial_state())
    desired = builder.desired.parts[name]
    # What a new clone has from its source is replaced.
    copied = builder.fresh and builder.desired.clone_from is not None and part.shown is Shown.ALWAYS
    purge = copied or name in builder.desired.purge
    for change in part.plan_changes(builder.now.parts[name], desired, builder.now, purge=purge):
        builder.ensure(change.needs)
        after = builder.now.with_part(name, change.after)
        params = {**change.params, **(change.secrets or {})}
        if change.operation:
            builder.call(change.method, params, change.summary, replace(after, nodes=None), name, "status")
        else:
            builder.call(change.method, params, change.summary, after, name)


# -- the state at the end -------------------------------------------------------------------------------------------


def _plan_state(builder: PlanBuilder) -> None:
    state = builder.desired.state
    if state == "present":
        builder.restore_state()
    else:
        builder.change_state("started" if state in RUNNING_STATES else state)
    if state == "restarted" and not (builder.fresh or builder.restarted):
        for layer in _named_layers(builder):
            if layer.node_group not in builder.restarted_layers:
                _restart(builder, layer)
    if state == "redeployed" and not builder.fresh:
        _redeploy_all(builder)


def _named_layers(builder: PlanBuilder) -> list[Layer]:
    """Return the layers to restart or redeploy: those that the task names, else all."""
    if not builder.desired.layers:
        return list(builder.now.layers or ())
    return [builder.now.layer(current.node_group) for _desired, current in builder.pairs if current is not None]


def _restart(builder: PlanBuilder, layer: Layer) -> None:
    desired = builder.desired
    params = {"nodeGroup": layer.node_group, "isSequential": desired.sequential, "delay": desired.sequential_delay}
    summary = f"restart {layer_and_environment(builder, layer.node_group)}{restarts(layer)}"
    builder.call(RESTART, params, summary, builder.now, "status")


def _redeploy_all(builder: PlanBuilder) -> None:
    declared = {current.node_group: desired for desired, current in builder.pairs if current is not None}
    for layer in _named_layers(builder):
        name = layer.node_group
        if name not in builder.redeployed and name not in NOT_REDEPLOYED:
            redeploy(builder, name, layer.tag, declared.get(name))


# -- check mode ------------------------------------------------------------------------------------------------------


def with_assumed(
    work: Work, desired: DesiredEnvironment, found: CurrentState, names: Callable[[], Iterable[str]]
) -> CurrentState:
    """Return what was found, in check mode with a placeholder for the environment that the task changes or clones.

    An earlier task may create that environment.

    Args:
        names: returns the environments of the account; called if the environment that the task needs does not exist.
    """
    creatable = desired.layers and all(layer.node_type for layer in desired.layers)
    needed = desired.clone_from or (None if creatable else desired.name)
    if found.environment is not None or found.source is not None or desired.state == "absent" or needed is None:
        return found
    found = replace(found, names=tuple(names()))
    is_source = desired.clone_from is not None
    if work.assume(f"{'clone_from: ' if is_source else ''}{unknown_environment(needed, found.names)}"):
        return _assumed(desired, needed, is_source=is_source)
    return found


def _assumed(desired: DesiredEnvironment, name: str, *, is_source: bool) -> CurrentState:
    """Return a running environment with layers and topology as the task declares them, and nothing else set."""
    initial = {part.name: part.initial_state() for part in PARTS if part.name in desired.parts}
    settings = replace(desired, name=name, owner_uid=None, parts={"region": desired.parts.get("region")})
    created = created_environment(settings, None)
    layers = created.layers or ()
    if "nodes" not in desired.purge:
        layers = (*layers, Layer())  # stands for the layers that the task does not declare
    environment = replace(created, layers=layers, parts={**initial, **created.parts})
    pairs = pair_layers(layers, desired.layers or ())
    return CurrentState(None, environment, pairs) if is_source else CurrentState(environment, pairs=pairs)
