# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refusals that are about a layer, a region or a stack that does not exist: the error with the names that do."""

from __future__ import annotations

from collections.abc import Sequence

from ..._client.client import PlatformClient
from ..._client.codes import IMAGE_UNUSABLE, METHOD_NOT_GRANTED, NOT_AUTHENTICATED, STACK_UNAVAILABLE
from ..._client.errors import InputError, PaasError, RefusedError
from ..region import read_regions
from .layer import Layer
from .offered_stacks import StackCheck
from .reader import read_environment
from .unknown_names import listed_names, unknown_layer

# Refusals that say what they are about.
_CLEAR = (METHOD_NOT_GRANTED, NOT_AUTHENTICATED)
_ABOUT_STACKS = (STACK_UNAVAILABLE, IMAGE_UNUSABLE)


def explained(
    client: PlatformClient,
    error: RefusedError,
    *,
    environment: str | None = None,
    layer: str | None = None,
    region: str | None = None,
    layers: Sequence[Layer] = (),
) -> RefusedError:
    """Find out by reading whether a call was refused because of a name, as codes and texts do not tell.

    Args:
        environment, layer: of an existing environment, and the layer that the call named.
        region: that the call named.
        layers: that the call creates or changes, as ``nodes`` declares them.

    Returns:
        The error for the name that does not exist; the given error if all names exist, or cannot be read.
    """
    if error.code in _CLEAR:
        return error
    try:
        message = _about_region(client, region) if region else None
        if message is None and layers and error.code in _ABOUT_STACKS:
            StackCheck(client).check(layers, None)
        if message is None and environment and layer:
            message = _about_layer(client, environment, layer)
    except InputError as wrong:
        message = str(wrong)
    except PaasError:
        return error
    return error if message is None else RefusedError(message, method=error.method, code=error.code)


def _about_layer(client: PlatformClient, environment: str, layer: str) -> str | None:
    found = read_environment(client, environment)
    names = [item.node_group for item in (found.layers if found else None) or ()]
    return unknown_layer(layer, environment, names) if names and layer not in names else None


def _about_region(client: PlatformClient, region: str) -> str | None:
    found = read_regions(client)
    usable = [item["name"] for item in found if item["enabled"]]
    if not found or region.casefold() in (name.casefold() for name in usable):
        return None
    known = any(item["name"].casefold() == region.casefold() for item in found)
    what = "takes no new environments" if known else "does not exist on this platform"
    return f"region {region} {what}; available: {listed_names(region, usable)}"
