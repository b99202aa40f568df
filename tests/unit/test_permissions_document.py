# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document about permissions is what the tables say; see `test_errors_document.py`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.commands import BY_NODE
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.reader import GET
from ansible_collections.inet.elastic.plugins.module_utils._resources.permissions_for import (
    ALL_TABLES,
    WITHOUT_TOKEN,
    methods_for,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.method_names import documentation_url

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENT = PROJECT / "docs" / "permissions.md"


@pytest.mark.parametrize("module", ALL_TABLES)
def test_each_method_has_its_line(module: str) -> None:
    """In the section of its module, or of the one whose methods that has; with a link unless it has no page."""
    text = DOCUMENT.read_text(encoding="utf-8")
    found = dict(re.findall(r"^## inet\.elastic\.(\w+)\n(.*?)(?=^## )", text, re.DOTALL | re.MULTILINE))
    others = re.findall(r"All methods of `inet\.elastic\.(\w+)`, for the same", found[module])
    section = found[module] + "".join(found[other] for other in others)
    rows = re.findall(r"^\| \[?`([\w.]+)`\]?(?:\((\S+)\)| \((private)\))", section, re.MULTILINE)
    private = {row.method for row in ALL_TABLES[module].permissions if row.private}
    assert {method for method, _link, _private in rows} == set(ALL_TABLES[module].methods)
    for method, link, mark in rows:
        assert (link, mark) == (("", "private") if method in private else (documentation_url(method), ""))


def test_the_connection() -> None:
    """What the page says for it grants the method that it calls; the tests of the connection have no other.

    The tasks of the module read the environment, too, if an operation is running in it.
    """
    assert "- {module: inet.elastic.paas_exec, options: [node_id]}\n" in DOCUMENT.read_text(encoding="utf-8")
    assert methods_for([{"module": "inet.elastic.paas_exec", "options": ["node_id"]}]) == (BY_NODE, GET)


def test_modules_without_a_token_are_named() -> None:
    """With the reason."""
    last = DOCUMENT.read_text(encoding="utf-8").rpartition("## Modules without a token\n")[2]
    assert all(f"`inet.elastic.{name}`" in last for name in WITHOUT_TOKEN)
