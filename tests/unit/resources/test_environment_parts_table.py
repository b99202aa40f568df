# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of parts: their order, their options and how these are documented, and which calls of theirs only read."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import yaml

from ansible_collections.inet.elastic.plugins.doc_fragments import _environment_parts, _environment_settings
from ansible_collections.inet.elastic.plugins.module_utils._client.methods import READS
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.base import Part, Shown
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.table import PARTS

DOCUMENTED = {
    name: option
    for fragment in (_environment_settings, _environment_parts)
    for name, option in yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"].items()
    if name in {option for part in PARTS for option in part.options}
}
# Members of a specification that documentation has, too.
COMMON = ("type", "elements", "choices", "default", "required", "aliases")


def test_order() -> None:
    """That in which things are set up."""
    assert [(part.name, part.shown, part.purgeable) for part in PARTS] == [
        ("region", Shown.ALWAYS, False),
        ("env_groups", Shown.ALWAYS, True),
        ("display_name", Shown.ALWAYS, False),
        ("domains", Shown.BY_ENV_INFO, True),
        ("ssl_certificate", Shown.BY_OWN_CALL, False),
        ("endpoints", Shown.BY_ENV_INFO, True),
        ("firewall", Shown.BY_OWN_CALL, True),
        ("triggers", Shown.BY_OWN_CALL, True),
    ]
    assert [part.name for part in PARTS if part.before_layers] == ["region"]


def test_what_is_shown_by_another_name_cannot_be_declared() -> None:
    assert {part.name: part.result_key for part in PARTS if part.result_key} == {"ssl_certificate": "certificate"}


def described(options: dict[str, Any], inner: str) -> dict[str, Any]:
    """Options as names and what documentation and specification have in common, at any depth."""
    return {
        name: {
            **{member: option[member] for member in COMMON if option.get(member)},
            inner: described(option.get(inner, {}), inner),
        }
        for name, option in options.items()
    }


def renamed(described: dict[str, Any]) -> dict[str, Any]:
    """The documentation's word for nested options in place of the specification's."""
    return {
        name: {("suboptions" if key == "options" else key): value for key, value in option.items()}
        | {"suboptions": renamed(option["options"])}
        for name, option in described.items()
    }


def test_options_are_documented_as_they_are_specified() -> None:
    specified: dict[str, Any] = {name: option for part in PARTS for name, option in part.options.items()}
    assert described(DOCUMENTED, "suboptions") == renamed(described(specified, "options"))


def descriptions(options: dict[str, Any], path: str = "") -> dict[str, Any]:
    """The description of each option by its path."""
    found = {}
    for name, option in options.items():
        found[path + name] = option.get("description")
        found.update(descriptions(option.get("suboptions", {}), f"{path}{name}."))
    return found


def test_every_option_is_described() -> None:
    assert [name for name, text in descriptions(DOCUMENTED).items() if not text] == []


def test_only_the_key_is_hidden() -> None:
    hidden = [
        f"{name}.{inner}"
        for part in PARTS
        for name, option in part.options.items()
        for inner, nested in option.get("options", {}).items()
        if nested.get("no_log")
    ]
    assert hidden == ["ssl_certificate.key"]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_reading_is_a_read_and_nothing_else_is(part: Part[Any, Any, Any]) -> None:
    """What is sent again after a lost answer must change nothing."""
    module = importlib.import_module(type(part).__module__)
    methods = {value for value in vars(module).values() if isinstance(value, str) and value.startswith("environment.")}
    assert methods & READS == ({module.GET} if part.shown is Shown.BY_OWN_CALL else set())
    assert methods - READS
