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
from .model import Environment, Situation, Wanted, group_key, label
from .parts.base import Part
from .parts.table import PARTS
from .plan_builder import CLONE, CREATE, DELETE, NOTHING_DONE, RENAME, RESTART, Aim, Draft, Progress
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


def plan_environment(found: Situation, wanted: Wanted, progress: Progress = NOTHING_DONE) -> Plan[Situation]:
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
    if wanted.state == "absent":
        return _plan_removal(current, wanted)
    if current is None:
        draft = _plan_creation(found.source, wanted)
    else:
        draft = Draft(current, wanted, progress)
        _check_usable(draft)
    if not draft.now.status.transitional and draft.now.status.kind is not Kind.UNUSABLE:
        _plan_changes(draft, current is None)
        _plan_state(draft)
    before, after = diff_of(current, draft.now)
    return Plan(
        before=replace(found, environment=current),
        after=Situation(draft.now),
        steps=tuple(draft.steps),
        diff_before=before,
        diff_after=after,
        warnings=tuple(draft.warnings),
    )


def _plan_removal(current: Environment | None, wanted: Wanted) -> Plan[Situation]:
    steps: tuple[Step, ...] = ()
    after = current
    if current is not None and current.status.transitional:
        # The deletion by someone else is under way; any other operation has to end first.
        _check_settles(current, wanted)
    elif current is not None:
        steps = (Step(DELETE, {"envName": current.name}, f"delete {label(current.name)}", Aim(None)),)
        after = None
    shown_before, shown_after = diff_of(current, after)
    return Plan(Situation(current), Situation(after), steps, shown_before, shown_after)


# -- creation -------------------------------------------------------------------------------------------------------


def _plan_creation(source: Environment | None, wanted: Wanted) -> Draft:
    """CreateEnvironment, or CloneEnv, after which it is changed like any other."""
    name = label(wanted.name)
    if wanted.clone_from:
        require(source, f"clone_from: {label(wanted.clone_from)} does not exist, so {name} cannot be created from it")
        return _cloned(source or _created(wanted), wanted)
    require(
        wanted.layers,
        f"{name} does not exist, and nothing says what it is made of: give nodes, with one entry for each layer, "
        "or clone_from",
    )
    for index, layer in enumerate(wanted.layers or ()):
        require(layer.node_type, f"nodes[{index}] is to be created, so it needs node_type or image")
    after = _created(wanted)
    draft = Draft(after, wanted, NOTHING_DONE)
    draft.add(CREATE, creation_params(wanted), f"create {name}", after, "status")
    draft.fresh = True
    return draft


def _created(wanted: Wanted) -> Environment:
    """What CreateEnvironment makes: it runs; what the task leaves open is up to the platform."""
    layers = wanted.layers or ()
    names = {layer.node_group for layer in layers}
    return Environment(
        name=wanted.name,
        status=STATUS_OF_STATE["started"],
        display_name=wanted.display_name or None,
        region=wanted.region,
        ssl=bool(wanted.ssl),
        ha=bool(wanted.ha),
        engine=wanted.engine,
        env_groups=wanted.env_groups or (),
        owner_uid=wanted.owner_uid,
        domains=(),
        layers=tuple(made_layer(layer, names, wanted.name) for layer in layers),
        parts=dict(_NO_PARTS),
    )


def _cloned(source: Environment, wanted: Wanted) -> Draft:
    """A copy of the source, which runs; it has neither the source's domains nor its parts (inferred)."""
    after = replace(
        source,
        name=wanted.name,
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
    draft = Draft(after, wanted, NOTHING_DONE)
    params = {"srcEnvName": source.name, "dstEnvName": wanted.name}
    draft.add(CLONE, params, f"clone {label(source.name)} as {label(wanted.name)}", after, "status")
    draft.fresh = True
    return draft


# -- status ---------------------------------------------------------------------------------------------------------


def _check_usable(draft: Draft) -> None:
    """Make sure that the status allows what is wanted."""
    status, state = draft.now.status, draft.wanted.state
    if status.kind is Kind.UNUSABLE and state == "present":
        draft.warnings.append(f"{draft.label} is {status.label}; state: present leaves it as it is")
    elif status.kind is Kind.UNUSABLE:
        raise StatusError(
            f"{draft.label} is {status.label}, so it cannot be brought to state {state!r}; "
            "look at it in the dashboard, ask the hoster, or remove it with state: absent"
        )
    elif status.transitional and state != "present":
        _check_settles(draft.now, draft.wanted)
    if status.transitional:
        draft.warnings.append(
            f"{draft.label} is {status.label} and the task does not wait, so its settings were not looked at"
        )


def _check_settles(current: Environment, wanted: Wanted) -> None:
    """Refuse what has to wait for a running operation; one that leads to the wanted state by itself is left alone."""
    if current.status.state != wanted.state:
        raise StatusError(
            f"{label(current.name)} is {current.status.label}, so it cannot be brought to state {wanted.state!r} now; "
            "set wait: true, or run the task again when the operation has ended"
        )


# -- changes --------------------------------------------------------------------------------------------------------


def _plan_changes(draft: Draft, new: bool) -> None:
    """All but the state. A created environment has its layers and settings; a cloned one is changed like any other."""
    created = new and not draft.wanted.clone_from
    if not created:
        _plan_region(draft)
        plan_layers(draft)
        _plan_groups(draft)
        _plan_name(draft)
        require(
            draft.wanted.owner_uid in (None, draft.now.owner_uid) or draft.now.owner_uid is None,
            f"{draft.label} belongs to the account {draft.now.owner_uid}; owner is set when it is created",
        )
    for part in PARTS:
        if part.name in draft.wanted.parts and (new or part.name in draft.now.parts):
            _plan_part(draft, part, new)


def _plan_region(draft: Draft) -> None:
    wanted, now = draft.wanted.region, draft.now.region
    if wanted is None or now is None or wanted.casefold() == now.casefold():
        return
    draft.awake()
    params = {"hardwareNodeGroup": wanted, "isOnline": draft.wanted.live_migration}
    after = replace(draft.now, region=wanted, nodes=None)
    draft.call(MIGRATE, params, f"migrate {draft.label} from {now} to {wanted}", after, "region", "status")


def _plan_groups(draft: Draft) -> None:
    if draft.wanted.env_groups is None:
        return
    have = [group_key(path) for path in draft.now.env_groups]
    wanted = [group_key(path) for path in draft.wanted.env_groups]
    for path in (path for path in wanted if group_key(path) not in have):
        after = replace(draft.now, env_groups=(*draft.now.env_groups, path))
        draft.call(ATTACH_GROUP, {"envGroup": path}, f"put {draft.label} into the group {path}", after, "env_groups")
    if "env_groups" in draft.wanted.purge:
        for path in (path for path in have if path not in wanted):
            left = tuple(group for group in draft.now.env_groups if group_key(group) != path)
            after = replace(draft.now, env_groups=left)
            summary = f"take {draft.label} out of the group {path}"
            draft.call(DETACH_GROUP, {"envGroup": path}, summary, after, "env_groups")


def _plan_name(draft: Draft) -> None:
    wanted = draft.wanted.display_name
    if wanted is None or wanted == (draft.now.display_name or ""):
        return
    after = replace(draft.now, display_name=wanted or None)
    # An omitted displayName clears it (documented).
    verb = "set" if wanted else "clear"
    draft.call(
        RENAME, {"displayName": wanted or None}, f"{verb} the display name of {draft.label}", after, "display_name"
    )


def _plan_part(draft: Draft, part: Part[Any, Any], new: bool) -> None:
    """The calls of one part, each with the environment after it."""
    name = part.name
    current = part.fresh(draft.now) if new else draft.now.parts[name]
    draft.now = draft.now.with_part(name, current)
    wanted = draft.wanted.parts[name]
    for change in part.plan(current, wanted, draft.now, purge=name in draft.wanted.purge):
        after = draft.now.with_part(name, change.after)
        params = {**change.params, **(change.secrets or {})}
        draft.call(change.method, params, f"{change.summary} of {draft.label}", after, name)


# -- the state at the end -------------------------------------------------------------------------------------------


def _plan_state(draft: Draft) -> None:
    state = draft.wanted.state
    if state == "present":
        draft.back_home()
    else:
        draft.route("started" if state in RUNNING_STATES else state)
    if state == "restarted" and not (draft.fresh or draft.restarted):
        for layer in _named_layers(draft):
            if layer.node_group not in draft.restarted_layers:
                _restart(draft, layer)
    if state == "redeployed" and not draft.fresh:
        _redeploy_all(draft)


def _named_layers(draft: Draft) -> list[Layer]:
    """The layers that a restart or a redeployment means: those that the task names, else all."""
    layers = draft.now.layers or ()
    if not draft.wanted.layers:
        return list(layers)
    return [found for _layer, found in _pairs(draft) if found is not None]


def _restart(draft: Draft, layer: Layer) -> None:
    wanted = draft.wanted
    params = {"nodeGroup": layer.node_group, "isSequential": wanted.sequential, "delay": wanted.sequential_delay}
    draft.call(RESTART, params, f"restart {layer.node_group or 'all layers'} of {draft.label}", draft.now, "status")


def _redeploy_all(draft: Draft) -> None:
    declared = {found.node_group: layer for layer, found in _pairs(draft) if found is not None}
    for layer in _named_layers(draft):
        name = layer.node_group
        if name not in draft.redeployed and name not in NOT_REDEPLOYED:
            redeploy(draft, name, layer.tag, declared.get(name))


def _pairs(draft: Draft) -> list[tuple[Layer, Layer | None]]:
    return match_layers(draft.now.layers or (), draft.wanted.layers or ())
