# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages for environments and layers that do not exist: one more read finds the names that are similar."""

from __future__ import annotations

from ..._client.client import PlatformClient
from ..._client.errors import PaasError
from .model import unknown_environment, unknown_layer
from .reader import read_environment, read_environments


def environment_names(client: PlatformClient) -> tuple[str, ...]:
    """Return the names of the account's environments for a message; none if they cannot be read."""
    try:
        return tuple(item.name for item in read_environments(client, lazy=True, warn=lambda warning: None))
    except PaasError:
        return ()


def missing_environment(client: PlatformClient, name: str) -> str:
    """Return the message for an environment that the platform does not know."""
    return f"{unknown_environment(name, environment_names(client))}, or this account cannot see it"


def missing_place(client: PlatformClient, environment: str, layer: str | None) -> str | None:
    """Return the message for an environment, or a layer in it, that does not exist; None if both exist."""
    found = read_environment(client, environment)
    if found is None:
        return missing_environment(client, environment)
    names = found.layer_names
    return unknown_layer(layer, environment, names) if layer and names and layer not in names else None
