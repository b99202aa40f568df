# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of an environment and of its layers, in the order in which they are changed."""

from __future__ import annotations

from typing import Any

from ..model import Environment, Layer
from .base import Detail, LayerPart, Part
from .certificate import Certificate
from .display_name import DisplayName
from .domains import Domains
from .endpoints import Endpoints
from .env_groups import EnvGroups
from .firewall import Firewall
from .region import Region
from .storage import Storage
from .triggers import Triggers
from .variables import Variables

AnyPart = Part[Environment, Any, Any]
PARTS: tuple[AnyPart, ...] = (
    Region(),
    EnvGroups(),
    DisplayName(),
    Domains(),
    Certificate(),
    Endpoints(),
    Firewall(),
    Triggers(),
)
LAYER_PARTS: tuple[LayerPart[Environment, Layer], ...] = (Variables(), Storage())
DETAIL_READS: tuple[Detail, ...] = tuple(detail for part in LAYER_PARTS for detail in part.detail_reads)
