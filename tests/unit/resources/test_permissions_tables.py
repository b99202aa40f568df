# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of permissions cannot rot: they name the methods of the code, options that are there, and no more."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest
from paas_emulator import catalog

from ansible_collections.inet.elastic.plugins.module_utils._engine.permissions import Table
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment import permissions as environment
from ansible_collections.inet.elastic.plugins.module_utils._resources.inventory import Inventory
from ansible_collections.inet.elastic.plugins.module_utils._resources.permissions_for import (
    ALL_TABLES,
    ANY_METHOD,
    TABLES,
    WITHOUT_TOKEN,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.permissions_for import (
    PLUGINS as OTHER_PLUGINS,
)
from tests.integration.permission_cases import EXPLAINING
from tests.unit.resources.method_names import PLUGINS, RESOURCES, methods_named, reached, source
from tests.unit.resources.method_names import TABLES as TABLE_FILES

MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))
MANAGING = "users.authentication."
# What the token modules call beside that service, to see whether a value is alive.
PROBE = "users.account.GetUserInfo"


RESOURCES_OF_PLUGINS = {"paas": Inventory}


def resource(module: str) -> Any:
    """The class that a module runs."""
    if module in OTHER_PLUGINS:
        return RESOURCES_OF_PLUGINS[module]
    name = f"ansible_collections.inet.elastic.plugins.action.{module}"
    return type(importlib.import_module(name).ActionModule.resource)


def in_code(module: str) -> set[str]:
    """The methods that the code of a module names."""
    found = resource(module)
    parts = found.__module__.partition("._resources.")[2].split(".")
    return reached(RESOURCES.joinpath(*parts).with_suffix(".py"), found.__name__)


def test_every_module_is_in_the_tables() -> None:
    """Or among those that no token can be used for; paas_api calls what its tasks name."""
    assert sorted([*TABLES, *WITHOUT_TOKEN, ANY_METHOD]) == MODULES
    assert {module for module in MODULES if resource(module).manages_tokens} == set(WITHOUT_TOKEN)


@pytest.mark.parametrize("module", sorted(ALL_TABLES))
def test_a_table_has_the_methods_of_the_code(module: str) -> None:
    """All of them, and no others; the table is that of the resource which the module runs."""
    optional = EXPLAINING.get(module, frozenset())
    assert set(ALL_TABLES[module].methods) == in_code(module) - optional
    assert optional <= in_code(module)
    assert ALL_TABLES[module].spec is resource(module).spec


@pytest.mark.parametrize("module", WITHOUT_TOKEN)
def test_modules_without_a_table_call_what_no_token_may(module: str) -> None:
    """Each of their methods belongs to the service that refuses tokens."""
    methods = in_code(module)
    assert methods
    assert {method for method in methods if not method.startswith(MANAGING)} <= {PROBE}


def test_no_method_is_out_of_sight() -> None:
    """Every method that a file of the resources names is one that a module comes to; other files name none."""
    files = [path for path in RESOURCES.rglob("*.py") if path.stem not in TABLE_FILES]
    named = set().union(*(methods_named(path) for path in files))
    assert named == set().union(*(in_code(module) for module in [*MODULES, *OTHER_PLUGINS]))
    # The list of reads holds methods, and calls none.
    others = [path for path in PLUGINS.rglob("*.py") if path not in files and path.stem != "methods"]
    elsewhere = set().union(*(methods_named(path) for path in others))
    assert {method for method in elsewhere if not method.startswith(MANAGING)} == set()


def test_the_search_follows_names() -> None:
    """It sees a constant behind a table, and not what another function of a file uses."""
    reading, drafting = (RESOURCES / "environment" / f"{name}.py" for name in ("reader", "plan_builder"))
    assert reached(reading, "read_environment") == {"environment.control.GetEnvInfo"}
    assert "environment.control.SleepEnv" in reached(drafting, "PlanBuilder")
    assert "environment.control.CloneEnv" not in reached(drafting, "ROUTES")
    assert source(RESOURCES / "nodes.py").imported["read_environment"] == (reading, "read_environment")


@pytest.mark.parametrize("module", sorted(ALL_TABLES))
def test_conditions_name_what_there_is(module: str) -> None:
    """States and options of each row exist; options that need others, too."""
    table = ALL_TABLES[module]
    options = set(table.options.values())
    assert set().union(*(row.states for row in table.permissions)) <= set(table.states)
    assert set().union(*(row.options for row in table.permissions)) <= options
    assert {*table.needs, *table.needs.values()} <= options
    assert len(set(table.permissions)) == len(table.permissions)


def test_every_kind_of_purge_is_known() -> None:
    """Each has the option that it is about."""
    kinds = {name for name in environment.ONE.options if name.startswith("purge.")}
    assert set(environment.ONE.needs) == kinds
    assert len(kinds) == 9


@pytest.mark.parametrize("module", sorted(ALL_TABLES))
def test_methods_can_be_granted(module: str) -> None:
    """By what is known of the platform, and those that are listed as private only are marked."""
    for row in ALL_TABLES[module].permissions:
        facts = catalog.find(row.method)
        assert facts is not None, row.method
        assert (facts.name, facts.grantable, facts.private) == (row.method, True, row.private)


def test_tables_are_beside_the_code() -> None:
    """Each in the file of the resource that it is about, or in the file of tables in its folder."""
    # The set of environments has the table of one environment's folder, as its tasks make the same calls.
    expected = {_table_file(name) for name in ALL_TABLES if name != "paas_environments"}
    files = [path for path in RESOURCES.rglob("*.py") if " = Table(" in path.read_text(encoding="utf-8")]
    assert set(files) == expected
    modules = [importlib.import_module(_dotted(path)) for path in files]
    tables = [value for module in modules for value in vars(module).values() if isinstance(value, Table)]
    assert {id(table) for table in tables} == {id(table) for table in ALL_TABLES.values()}


def _table_file(module: str) -> Path:
    own = Path(inspect.getfile(resource(module))).resolve()
    return own if own.parent == RESOURCES else own.with_name("permissions.py")


def _dotted(path: Path) -> str:
    return ".".join(("ansible_collections.inet.elastic.plugins", *path.relative_to(PLUGINS).with_suffix("").parts))
