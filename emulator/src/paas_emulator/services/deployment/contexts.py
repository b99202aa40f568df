# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the contexts of a layer run."""

from __future__ import annotations

from typing import Any

from paas_emulator.errors import NOT_FOUND, PLATFORM, ApiError
from paas_emulator.store import Environment


def find(environment: Environment, context: str | None, layer: str) -> dict[str, Any]:
    """Return what a context runs. Raises ApiError 5 for an empty one."""
    for row in environment.deployments:
        if (row["context"], row["nodeGroup"]) == (context, layer):
            return row
    raise ApiError(NOT_FOUND, f"context [{context}] not found", source=PLATFORM)


def forget(environment: Environment, context: str | None, layer: str) -> None:
    """Empty a context."""
    place = (context, layer)
    environment.deployments = [row for row in environment.deployments if (row["context"], row["nodeGroup"]) != place]


def run(environment: Environment, context: str, layer: str, kind: str, archive: str) -> None:
    """Note what was deployed into a context last, in place of what was there."""
    forget(environment, context, layer)
    environment.deployments.append({"context": context, "nodeGroup": layer, "type": kind, "archivename": archive})
