# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of one environment as those of each entry of a list, made of what is written for the one."""

from __future__ import annotations

import re
from typing import Any

import yaml

from . import _environment_lifecycle, _environment_nodes, _environment_parts, _environment_settings

ONE = "inet.elastic.paas_environment#module"
FRAGMENTS = (_environment_lifecycle, _environment_settings, _environment_nodes, _environment_parts)

ENTRIES = r"""
description:
  - The environments, each with options as in M(inet.elastic.paas_environment). None may be named twice.
type: list
elements: dict
required: true
"""
DEFAULTS = r"""
description:
  - Options for all entries of O(environments), and O(defaults.wait), O(defaults.wait_timeout),
    O(defaults.lock_timeout) and O(defaults.delete_confirm) also for what O(prune) deletes.
  - Where an entry gives an option itself, its own value stands, lists and mappings as a whole; nothing in them is
    merged. A null is not a value.
  - O(defaults.clone_from) does not hold for the entry that it names, so that the original may stand among its copies.
type: dict
"""


def _options() -> dict[str, Any]:
    """The options of one environment with their documentation."""
    texts = (fragment.ModuleDocFragment.DOCUMENTATION for fragment in FRAGMENTS)
    return {name: option for text in texts for name, option in yaml.safe_load(text)["options"].items()}


def _moved(text: str, names: str, parent: str) -> str:
    """A text whose references to options of one environment lead to those below another option."""
    text = re.sub(rf"\bO\((?=(?:{names})[)\[.=])", f"O({parent}", text)
    return re.sub(r"\bRV\((?=environment\b)", f"RV({ONE}:", text)


def _entry(options: dict[str, Any]) -> dict[str, Any]:
    """The options of an entry, without defaults, as ``defaults`` come first."""
    names = "|".join(options)

    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: moved(item) for key, item in value.items()}
        if isinstance(value, list):
            return [moved(item) for item in value]
        return _moved(value, names, "environments[].") if isinstance(value, str) else value

    entry = {}
    for name, option in options.items():
        own = {key: moved(value) for key, value in option.items() if key != "default"}
        if "default" in option:
            standard = str(option["default"])
            shown = standard.lower() if isinstance(option["default"], bool) else standard
            own["description"] = [*own["description"], f"V({shown}) where O(defaults.{name}) does not say otherwise."]
        entry[name] = own
    return entry


def _references(options: dict[str, Any], path: str) -> dict[str, Any]:
    """The same options with nothing but a reference to where they are described."""
    found = {}
    for name, option in options.items():
        here = f"{path}{name}"
        found[name] = {**option, "description": [f"See O({here})."]}
        if "suboptions" in option:
            many = "[]" if option["type"] == "list" else ""
            found[name]["suboptions"] = _references(option["suboptions"], f"{here}{many}.")
    return found


def _documentation() -> str:
    entry = _entry(_options())
    shared = {name: option for name, option in entry.items() if name != "name"}
    options = {
        "environments": {**yaml.safe_load(ENTRIES), "suboptions": entry},
        "defaults": {**yaml.safe_load(DEFAULTS), "suboptions": _references(shared, "environments[].")},
    }
    return str(yaml.safe_dump({"options": options}, sort_keys=False, allow_unicode=True))


class ModuleDocFragment:
    """The options ``environments`` and ``defaults``."""

    DOCUMENTATION: str


# Not in the class: yamllint of ansible-test takes what is assigned there for a literal.
ModuleDocFragment.DOCUMENTATION = _documentation()
