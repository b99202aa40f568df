# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports of the filters.

Ansible reads all filters of a collection in the process of each task that uses one of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PACKAGE = "ansible_collections.inet.elastic.plugins"
FILTERS = sorted(path.stem for path in (Path(__file__).parents[3] / "plugins" / "filter").glob("*.py"))
# Much to import, which no filter needs before it is called.
HEAVY = ("requests", f"{PACKAGE}.module_utils._resources", f"{PACKAGE}.module_utils._engine", "ansible.plugins.action")


def test_filters_import_little() -> None:
    program = (
        "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1])\n"
        "for name in sys.argv[2:]: importlib.import_module(name)\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    names = [f"{PACKAGE}.filter.{name}" for name in FILTERS]
    command = [sys.executable, "-c", program, json.dumps(sys.path), *names]
    imported = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    assert set(names) <= set(imported)
    assert [name for name in imported if name.startswith(HEAVY)] == []
