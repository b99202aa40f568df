# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""Pure planning: from the environment read and the wanted one to ordered steps and the state they lead to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..._flow import require
from ..._plan import Plan, Step
from .comparing import differences
from .model import Environment, Layer, Wanted, label, settings_of
from .statuses import DOWN, NOT_EXISTS, RUNNING, SLEEP, STATUS_OF_STATE, Kind, StatusError, status_of
from .wire import creation_params

CREATE = "environment.control.CreateEnvironment"
DELETE = "environment.control.DeleteEnv"
START = "environment.control.StartEnv"
STOP = "environment.control.StopEnv"
PUT_TO_SLEEP = "environment.control.SleepEnv"
RENAME = "environment.control.SetEnvDisplayName"

SHORTEST_NAME = 5  # documented; the upper bound differs by source, so the platform is left to tell it
# What to call, in order, and the status that each call leads to. StartEnv wants a stopped or sleeping environment and
# StopEnv a running one (recorded from the official scheduler); that SleepEnv wants a running one, too, is inferred.
_ROUTES: dict[tuple[int | None, str], tuple[tuple[str, int, str], ...]] = {
    (RUNNING, "stopped"): ((STOP, DOWN, "stop"),),
    (RUNNING, "sleeping"): ((PUT_TO_SLEEP, SLEEP, "put to sleep"),),
    (DOWN, "started"): ((START, RUNNING, "start"),),
    (SLEEP, "started"): ((START, RUNNING, "start"),),
    (DOWN, "sleeping"): ((START, RUNNING, "start"), (PUT_TO_SLEEP, SLEEP, "put to sleep")),
    (SLEEP, "stopped"): ((START, RUNNING, "start"), (STOP, DOWN, "stop")),
}


def plan_environment(current: Environment | None, wanted: Wanted) -> Plan[Environment | None]:
    """Plan one task: create, then the display name, then the state. The subject of a step is what it leads to.

    Raises:
        InputError: for what cannot be done.
        StatusError: where the environment's status does not allow it.
    """
    if current is not None and current.status.number == NOT_EXISTS:
        current = None
    if wanted.state == "absent":
        return _plan_removal(current, wanted)
    steps: list[Step] = []
    warnings: list[str] = []
    if current is None:
        now = _created(wanted)
        steps.append(_step(CREATE, creation_params(wanted), f"create {label(wanted.name)}", now))
    else:
        now = _check_usable(current, wanted, warnings)
        now = _rename(now, wanted, steps)
        found = differences(current, wanted)
        if found:
            warnings.append(_unsupported(current, found))
    for method, number, verb in _ROUTES.get((now.status.number, wanted.state), ()):
        now = now.in_status(status_of(number))
        steps.append(_step(method, {"envName": now.name}, f"{verb} {label(now.name)}", now))
    return Plan(
        before=current,
        after=now,
        steps=tuple(steps),
        diff_before=settings_of(current),
        diff_after=settings_of(now),
        warnings=tuple(warnings),
    )


def _step(method: str, params: dict[str, Any], summary: str, after: Environment | None) -> Step:
    return Step(method, params, summary, after)


def _plan_removal(current: Environment | None, wanted: Wanted) -> Plan[Environment | None]:
    if current is None:
        return Plan(before=None, after=None, diff_before={}, diff_after={})
    if current.status.transitional:
        # The deletion by someone else is under way; any other operation has to end first.
        _check_settles(current, wanted)
        return Plan(before=current, after=current, diff_before=current.settings(), diff_after=current.settings())
    step = _step(DELETE, {"envName": current.name}, f"delete {label(current.name)}", None)
    return Plan(before=current, after=None, steps=(step,), diff_before=current.settings(), diff_after={})


def _created(wanted: Wanted) -> Environment:
    """What CreateEnvironment makes: it runs; what the task leaves open is up to the platform."""
    name = label(wanted.name)
    require(
        wanted.layers, f"{name} does not exist, and nothing says what it is made of: give nodes, with one entry a layer"
    )
    require(
        len(wanted.name) >= SHORTEST_NAME,
        f"{name} cannot be created: a name has at least {SHORTEST_NAME} characters",
    )
    layers = wanted.layers or ()
    for index, layer in enumerate(layers):
        require(layer.node_type, f"nodes[{index}] is to be created, so it needs node_type or image")
    return Environment(
        name=wanted.name,
        status=STATUS_OF_STATE["started"],
        display_name=wanted.display_name or None,
        region=wanted.region,
        ssl=bool(wanted.ssl),
        ha=bool(wanted.ha),
        engine=wanted.engine,
        env_groups=wanted.env_groups or (),
        layers=tuple(_created_layer(layer) for layer in layers),
    )


def _created_layer(layer: Layer) -> Layer:
    return replace(layer, count=1 if layer.count is None else layer.count)


def _check_usable(current: Environment, wanted: Wanted, warnings: list[str]) -> Environment:
    """The environment, after making sure that its status allows what is wanted."""
    status = current.status
    if status.kind is Kind.UNUSABLE and wanted.state == "present":
        warnings.append(f"{label(current.name)} is {status.label}; state: present leaves it as it is")
    elif status.kind is Kind.UNUSABLE:
        raise StatusError(
            f"{label(current.name)} is {status.label}, so it cannot be brought to state {wanted.state!r}; "
            "look at it in the dashboard, ask the hoster, or remove it with state: absent"
        )
    elif status.transitional and wanted.state != "present":
        _check_settles(current, wanted)
    return current


def _check_settles(current: Environment, wanted: Wanted) -> None:
    """Refuse what has to wait for a running operation; one that leads to the wanted state by itself is left alone."""
    if current.status.state != wanted.state:
        raise StatusError(
            f"{label(current.name)} is {current.status.label}, so it cannot be brought to state {wanted.state!r} now; "
            "set wait: true, or run the task again when the operation has ended"
        )


def _rename(current: Environment, wanted: Wanted, steps: list[Step]) -> Environment:
    if wanted.display_name is None or wanted.display_name == (current.display_name or ""):
        return current
    renamed = replace(current, display_name=wanted.display_name or None)
    # An omitted displayName clears it (documented).
    params = {"envName": current.name, "displayName": renamed.display_name}
    verb = "set" if renamed.display_name else "clear"
    steps.append(_step(RENAME, params, f"{verb} the display name of {label(current.name)}", renamed))
    return renamed


def _unsupported(current: Environment, found: tuple[object, ...]) -> str:
    return (
        f"{label(current.name)} is not as declared, and what differs can only be set at creation so far, so it was "
        f"left as it is: {'; '.join(str(difference) for difference in found)}"
    )
