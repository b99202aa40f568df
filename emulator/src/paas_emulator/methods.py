# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulated methods of all services. Importing the module fills the registry."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from paas_emulator import services
from paas_emulator.registry import emulated

__all__ = ["emulated"]

for _module in walk_packages(services.__path__, f"{services.__name__}."):
    import_module(_module.name)
