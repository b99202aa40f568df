# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One file for each service of the platform, or a part of a large one. Importing the package fills the registry."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from paas_emulator.registry import emulated

__all__ = ["emulated"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
