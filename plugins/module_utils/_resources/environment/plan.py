# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pure planning: from what a task finds and what it asks for to ordered steps and the state they lead to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..._client.errors import require
from ..._engine.plan import Plan, Step
from .compare import match_layers
from .layer import Layer
from .model import CurrentState, DesiredEnvironment, Environment, group_key, label
from .parts.base import Part
from .parts.table import PARTS
from .plan_builder import CLONE, CREATE, DELETE, NOTHING_DONE, RENAME, RESTART, Expected, PlanBuilder, Progress
from .plan_layers import made_layer, plan_layers, redeploy
from .request import creation_params
from .result import diff_of
from .statuses import NOT_EXISTS, STATUS_OF_STATE, Kind, StatusError

MIGRATE = "environment.control.Migrate"
ATTACH_GROUP = "environment.control.AttachEnvGroup"
DETACH_GROUP = "environment.control.DetachEnvGroup"

# Virtual servers have no image to be deployed anew from (documented layer names).
NOT_REDEPLOYED = ("vds", "vps")
# What a new environment has of the parts that show without being asked for.
_NO_PARTS = {part.name: () for part in PARTS if part.free}
# What a started environment has in common with states that also want it to run.
RUNNING_STATES = ("started", "restarted", "redeployed")


def plan_environment(
    found: CurrentState, desired: DesiredEnvironment, progress: Progress = NOTHING_DONE
) -> Plan[CurrentState]:
    """Plan one task: create, region, topology, variables, mounts, groups, name, parts, and the state at the end.

    Args:
        progress: what the task has done already, if it plans again.

    Raises:
        InputError: for what cannot be done, or not without being allowed to.
        StatusError: where the environment's status does not allow it.
    """
    current = found.environment
    if current is not None and current.status.number == NOT_EXISTS:
        current = None
    if desired.state == "absent":
        return _plan_removal(current, desired)
    if current is None:
        builder = _plan_creation(found.source, desired)
    else:
        builder = PlanBuilder(current, desired, progress)
        _check_usable(builder)
    if not builder.now.status.transitional and builder.now.status.kind is not Kind.UNUSABLE:
        _plan_changes(builder, current is None)
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
    if current is not None and current.status.transitional:
        # The deletion by someone else is under way; any other operation has to end first.
        _check_settles(current, desired)
    elif current is not None:
        steps = (Step(DELETE, {"envName": current.name}, f"delete {label(current.name)}", Expected(None)),)
        after = None
    shown_before, shown_after = diff_of(current, after)
    return Plan(CurrentState(current), CurrentState(after), steps, shown_before, shown_after)


# -- creation -------------------------------------------------------------------------------------------------------


def _plan_creation(source: Environment | None, desired: DesiredEnvironment) -> PlanBuilder:
    """CreateEnvironment, or CloneEnv, after which it is changed like any other."""
    name = label(desired.name)
    if desired.clone_from:
        require(source, f"clone_from: {label(desired.clone_from)} does not exist, so {name} cannot be created from it")
        return _cloned(source or _created(desired), desired)
    require(
        desired.layers,
        f"{name} does not exist, and nothing says what it is made of: give nodes, with one entry for each layer, "
        "or clone_from",
    )
    for index, layer in enumerate(desired.layers or ()):
        require(layer.node_type, f"nodes[{index}] is to be created, so it needs node_type or image")
    after = _created(desired)
    builder = PlanBuilder(after, desired, NOTHING_DONE)
    builder.add(CREATE, creation_params(desired), f"create {name}", after, "status")
    builder.fresh = True
    return builder


def _created(desired: DesiredEnvironment) -> Environment:
    """What CreateEnvironment makes: it runs; what the task leaves open is up to the platform."""
    layers = desired.layers or ()
    names = {layer.node_group for layer in layers}
    return Environment(
        name=desired.name,
        status=STATUS_OF_STATE["started"],
        display_name=desired.display_name or None,
        region=desired.region,
        ssl=bool(desired.ssl),
        ha=bool(desired.ha),
        engine=desired.engine,
        env_groups=desired.env_groups or (),
        owner_uid=desired.owner_uid,
        domains=(),
        layers=tuple(made_layer(layer, names, desired.name) for layer in layers),
        parts=dict(_NO_PARTS),
    )


def _cloned(source: Environment, desired: DesiredEnvironment) -> PlanBuilder:
    """A copy of the source, which runs; it has neither the source's domains nor its parts (inferred)."""
    after = replace(
        source,
        name=desired.name,
        status=STATUS_OF_STATE["started"],
        domains=(),
        parts=dict(_NO_PARTS),
        # What the platform alone knows of the copy.
        domain=None,
        appid=None,
        created_on=None,
        nodes=None,
        owner_uid=None,
    )
    builder = PlanBuilder(after, desired, NOTHING_DONE)
    params = {"srcEnvName": source.name, "dstEnvName": desired.name}
    builder.add(CLONE, params, f"clone {label(source.name)} as {label(desired.name)}", after, "status")
    builder.fresh = True
    return builder


# -- status ---------------------------------------------------------------------------------------------------------


def _check_usable(builder: PlanBuilder) -> None:
    """Make sure that the status allows what is wanted."""
    status, state = builder.now.status, builder.desired.state
    if status.kind is Kind.UNUSABLE and state == "present":
        builder.warnings.append(f"{builder.label} is {status.label}; state: present leaves it as it is")
    elif status.kind is Kind.UNUSABLE:
        raise StatusError(
            f"{builder.label} is {status.label}, so it cannot be brought to state {state!r}; "
            "look at it in the dashboard, ask the hoster, or remove it with state: absent"
        )
    elif status.transitional and state != "present":
        _check_settles(builder.now, builder.desired)
    if status.transitional:
        builder.warnings.append(
            f"{builder.label} is {status.label} and the task does not wait, so its settings were not looked at"
        )


def _check_settles(current: Environment, desired: DesiredEnvironment) -> None:
    """Refuse what has to wait for a running operation; one that leads to the wanted state by itself is left alone."""
    if current.status.state != desired.state:
        raise StatusError(
            f"{label(current.name)} is {current.status.label}, so it cannot be brought to state {desired.state!r} now; "
            "set wait: true, or run the task again when the operation has ended"
        )


# -- changes --------------------------------------------------------------------------------------------------------


def _plan_changes(builder: PlanBuilder, new: bool) -> None:
    """All but the state. A created environment has its layers and settings; a cloned one is changed like any other."""
    created = new and not builder.desired.clone_from
    if not created:
        _plan_region(builder)
        plan_layers(builder)
        _plan_groups(builder)
        _plan_name(builder)
        require(
            builder.desired.owner_uid in (None, builder.now.owner_uid) or builder.now.owner_uid is None,
            f"{builder.label} belongs to the account {builder.now.owner_uid}; owner is set when it is created",
        )
    for part in PARTS:
        if part.name in builder.desired.parts and (new or part.name in builder.now.parts):
            _plan_part(builder, part, new)


def _plan_region(builder: PlanBuilder) -> None:
    desired, now = builder.desired.region, builder.now.region
    if desired is None or now is None or desired.casefold() == now.casefold():
        return
    builder.ensure_awake()
    params = {"hardwareNodeGroup": desired, "isOnline": builder.desired.live_migration}
    after = replace(builder.now, region=desired, nodes=None)
    builder.call(MIGRATE, params, f"migrate {builder.label} from {now} to {desired}", after, "region", "status")


def _plan_groups(builder: PlanBuilder) -> None:
    if builder.desired.env_groups is None:
        return
    have = [group_key(path) for path in builder.now.env_groups]
    desired = [group_key(path) for path in builder.desired.env_groups]
    for path in (path for path in desired if group_key(path) not in have):
        after = replace(builder.now, env_groups=(*builder.now.env_groups, path))
        builder.call(
            ATTACH_GROUP, {"envGroup": path}, f"put {builder.label} into the group {path}", after, "env_groups"
        )
    if "env_groups" in builder.desired.purge:
        for path in (path for path in have if path not in desired):
            left = tuple(group for group in builder.now.env_groups if group_key(group) != path)
            after = replace(builder.now, env_groups=left)
            summary = f"take {builder.label} out of the group {path}"
            builder.call(DETACH_GROUP, {"envGroup": path}, summary, after, "env_groups")


def _plan_name(builder: PlanBuilder) -> None:
    desired = builder.desired.display_name
    if desired is None or desired == (builder.now.display_name or ""):
        return
    after = replace(builder.now, display_name=desired or None)
    # An omitted displayName clears it (documented).
    verb = "set" if desired else "clear"
    builder.call(
        RENAME, {"displayName": desired or None}, f"{verb} the display name of {builder.label}", after, "display_name"
    )


def _plan_part(builder: PlanBuilder, part: Part[Any, Any], new: bool) -> None:
    """The calls of one part, each with the environment after it."""
    name = part.name
    current = part.fresh(builder.now) if new else builder.now.parts[name]
    builder.now = builder.now.with_part(name, current)
    desired = builder.desired.parts[name]
    for change in part.plan(current, desired, builder.now, purge=name in builder.desired.purge):
        after = builder.now.with_part(name, change.after)
        params = {**change.params, **(change.secrets or {})}
        builder.call(change.method, params, f"{change.summary} of {builder.label}", after, name)


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
    """The layers that a restart or a redeployment means: those that the task names, else all."""
    layers = builder.now.layers or ()
    if not builder.desired.layers:
        return list(layers)
    return [found for _layer, found in _pairs(builder) if found is not None]


def _restart(builder: PlanBuilder, layer: Layer) -> None:
    desired = builder.desired
    params = {"nodeGroup": layer.node_group, "isSequential": desired.sequential, "delay": desired.sequential_delay}
    builder.call(
        RESTART, params, f"restart {layer.node_group or 'all layers'} of {builder.label}", builder.now, "status"
    )


def _redeploy_all(builder: PlanBuilder) -> None:
    declared = {found.node_group: layer for layer, found in _pairs(builder) if found is not None}
    for layer in _named_layers(builder):
        name = layer.node_group
        if name not in builder.redeployed and name not in NOT_REDEPLOYED:
            redeploy(builder, name, layer.tag, declared.get(name))


def _pairs(builder: PlanBuilder) -> list[tuple[Layer, Layer | None]]:
    return match_layers(builder.now.layers or (), builder.desired.layers or ())
