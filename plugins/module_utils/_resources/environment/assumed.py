# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environments that do not exist yet, where check mode assumes that an earlier task creates them."""

from __future__ import annotations

from ..._engine.resource import Work
from .layer import Layer
from .model import CurrentState, DesiredEnvironment, Environment, label
from .parts.table import PARTS
from .plan_layers import made_layer
from .statuses import STATUS_OF_STATE


def with_assumed(work: Work, desired: DesiredEnvironment, found: CurrentState) -> CurrentState:
    """What was found, in check mode with a placeholder for the environment that the task changes or clones."""
    if found.environment is not None or desired.state == "absent":
        return found
    if desired.clone_from:
        missing = f"clone_from: {label(desired.clone_from)} does not exist"
        if found.source is None and work.assume(missing):
            return CurrentState(None, _assumed(desired, desired.clone_from))
        return found
    creatable = desired.layers and all(layer.node_type for layer in desired.layers)
    if not creatable and work.assume(f"{label(desired.name)} does not exist"):
        return CurrentState(_assumed(desired, desired.name))
    return found


def _assumed(desired: DesiredEnvironment, name: str) -> Environment:
    """A running environment: layers and topology as the task declares them, nothing else set."""
    declared = desired.layers or ()
    names = {layer.node_group for layer in declared} | {None}
    layers = tuple(made_layer(layer, names, name) for layer in declared)
    environment = Environment(
        name=name,
        status=STATUS_OF_STATE["started"],
        region=desired.region,
        ssl=bool(desired.ssl),
        ha=bool(desired.ha),
        engine=desired.engine,
        # A layer without a name stands for those that the task does not declare.
        layers=layers if "nodes" in desired.purge else (*layers, Layer()),
    )
    parts = [part for part in PARTS if part.free or part.name in desired.parts]
    for part in parts:
        environment = environment.with_part(part.name, part.fresh(environment))
    return environment
