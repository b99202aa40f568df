# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each class of the tests has a name of its own, so that a name in a message or a search leads to one place."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
# Ansible finds a plugin's class by this name.
NAMED_BY_ANSIBLE = {"ActionModule", "BecomeModule", "CallbackModule", "Connection"}


def test_each_class_name_stands_once() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in TESTS.rglob("*.py")]
    names = Counter(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert sorted(name for name, count in names.items() if count > 1 and name not in NAMED_BY_ANSIBLE) == []
