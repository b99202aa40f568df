# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of an environment, in the order in which they are set up."""

from __future__ import annotations

from typing import Any

from .base import Part
from .certificate import Certificate
from .domains import Domains
from .endpoints import Endpoints
from .firewall import Firewall
from .triggers import Triggers

PARTS: tuple[Part[Any, Any], ...] = (Domains(), Certificate(), Endpoints(), Firewall(), Triggers())
