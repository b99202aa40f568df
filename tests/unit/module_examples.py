# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first example of a module as a task of tests, so that tests of all modules cover a new module by themselves."""

from __future__ import annotations

import importlib
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import CONNECTION
from tests.unit.documented_tasks import MODULES, PLUGINS, PREFIX, load, tasks_in

# Modules that only read. Their example needs nothing on the platform.
INFO_MODULES = [name for name in MODULES if name.endswith("_info")]


def first_example(name: str) -> dict[str, Any]:
    """Return the options of the first task with the module in its EXAMPLES, without the connection options."""
    tasks = tasks_in(load(importlib.import_module(f"{PLUGINS}.modules.{name}").EXAMPLES))
    arguments = next(task[PREFIX + name] for task in tasks if PREFIX + name in task)
    return {option: value for option, value in (arguments or {}).items() if option not in CONNECTION}
