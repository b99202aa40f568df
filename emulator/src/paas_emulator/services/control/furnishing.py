# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows from a change of layers and nodes: mounts, firewall rules, leftovers that go."""

from __future__ import annotations

from paas_emulator.services.file import mounts
from paas_emulator.services.security import model as firewall
from paas_emulator.store import Environment, Store


def furnish(store: Store, environment: Environment) -> None:
    """Bring everything beside layers and nodes in line with them; called after they were added or removed."""
    mounts.resolve_mounts(store, environment)
    firewall.furnish(store, environment)
    layers = {None, *(layer.name for layer in environment.layers)}
    numbers = {None, *(node.id for node in environment.nodes)}
    environment.triggers = [row for row in environment.triggers if row["nodeGroup"] in layers]
    environment.domains = [
        row for row in environment.domains if row.get("nodeGroup") in layers and row.get("nodeId") in numbers
    ]
